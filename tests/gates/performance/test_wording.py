"""Values and verdicts in words."""

from __future__ import annotations

import pytest

from sluicegate.gates.performance.wording import shown


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.0124, "s", "12.4 ms"), (3.25 * 2**20, "B", "3.25 MiB"), (1520.0, "1/s", "1,520 1/s"),
        (0.0, "B", "0 B"), (0.00012, "points", "0.000120 points"), (1e-5, "points", "1e-05 points"),
        (1e12, "1/s", "1,000,000,000,000 1/s"),
        (1e300, "s", "1e+300 s"), (1e300, "B", "9.31e+290 GiB"),
    ],
)  # fmt: skip
def test_a_value_is_short_whatever_its_size(value: float, unit: str, said: str) -> None:
    assert shown(value, unit) == said

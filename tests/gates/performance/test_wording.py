"""Values and verdicts in words."""

from __future__ import annotations

import pytest

from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.verdicts import Call, How, Verdict
from sluicegate.gates.performance.wording import shown, way


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0.0124, "s", "12.4 ms"), (3.25 * 2**20, "B", "3.25 MiB"), (1520.0, "1/s", "1,520 1/s"),
        (0.0, "B", "0 B"), (0.00012, "points", "0.000120 points"), (1e-5, "points", "1e-05 points"),
        (1e12, "1/s", "1,000,000,000,000 1/s"),
        (1e300, "s", "1e+300 s"), (12.0, "1", "12.0"), (1e300, "B", "9.31e+290 GiB"),
    ],
)  # fmt: skip
def test_a_value_is_short_whatever_its_size(value: float, unit: str, said: str) -> None:
    assert shown(value, unit) == said


@pytest.mark.parametrize(
    ("metric", "direction", "factor", "said"),
    [
        ("time", Direction.LOWER, 1.2, "20 % slower"), ("time", Direction.LOWER, 1 / 1.2, "20 % faster"),
        ("time", Direction.LOWER, 1 / 4, "×4 faster"), ("memory", Direction.LOWER, 1.2, "20 % higher"),
        ("memory", Direction.LOWER, 5 / 6, "17 % lower"), ("memory", Direction.LOWER, 1 / 4, "75 % lower"),
        ("throughput", Direction.HIGHER, 1.25, "25 % worse"), ("throughput", Direction.HIGHER, 0.8, "25 % better"),
    ],
)  # fmt: skip
def test_what_is_lower_is_so_by_a_share_of_what_there_was(
    metric: str, direction: Direction, factor: float, said: str
) -> None:
    verdict = Verdict(
        benchmark="b", metric=metric, unit="B", direction=direction, call=Call.IMPROVED, how=How.APART, before=6.0,
        after=5.0, base=5, head=5, factor=factor,
    )  # fmt: skip
    assert way(verdict) == said

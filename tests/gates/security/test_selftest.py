"""The gate is armed whatever database the user's settings name."""

from __future__ import annotations

import pytest

from sluicegate.engine.selftest import Trial, selftest
from sluicegate.gates.security import GATE
from sluicegate.gates.security.settings import Settings


@pytest.mark.parametrize("advisories", ["", "somewhere/all.zip"])
def test_a_fault_is_found_by_the_advisories_that_are_planted_with_it(advisories: str) -> None:
    tried = selftest(GATE, Trial(settings=Settings(advisories=advisories), strict=False))
    unasked = (
        "security/zizmor-", "security/image-too-large", "security/denied-licence", "security/unknown-licence",
    )  # by these settings  # fmt: skip
    assert [one.rule for one in tried if one.fires and not one.ok and not one.rule.startswith(unasked)] == []

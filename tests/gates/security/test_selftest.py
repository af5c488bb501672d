"""The gate is armed: as it is declared, and whatever database the user's settings name."""

from __future__ import annotations

import pytest

from sluicegate.engine.selftest import Trial, selftest
from sluicegate.gates.security import GATE
from sluicegate.gates.security.settings import Settings


def test_every_planted_fault_is_found_and_every_twin_left_alone() -> None:
    tried = selftest(GATE)
    assert [one for one in tried if not one.ok] == []
    assert {one.rule for one in tried} == {rule.id for rule in GATE.rules}


@pytest.mark.parametrize("advisories", ["", "somewhere/all.zip"])
def test_a_fault_is_found_by_the_advisories_that_are_planted_with_it(advisories: str) -> None:
    tried = selftest(GATE, Trial(settings=Settings(advisories=advisories), strict=False))
    assert [one.rule for one in tried if one.fires and not one.ok] == []

"""What the pages of the rules show: each fault is one of its rule alone, and each twin is clean in the eyes of all."""

from __future__ import annotations

import pytest
from folders import said_of

from sluicegate.gates.security.infrastructure import RULES, SCANNERS
from sluicegate.model import Outcome
from sluicegate.pages import examples


@pytest.mark.parametrize("rule", [one for one in RULES if one not in SCANNERS], ids=lambda rule: rule.name)
def test_a_page_shows_one_fault_and_a_clean_twin(rule):
    sides = {one.fires: one for one in examples("security", rule.page or rule.name)}
    assert set(sides) == {True, False}
    failing, passing = (said_of(sides[way].files, **_settings(sides[way])) for way in (True, False))
    assert [(one.rule, one.level) for one in failing.findings] == [(rule.id, rule.level)]
    assert passing.findings == []
    for said in (failing, passing):
        assert {one.undecided.outcome for one in said.examinations if one.undecided} <= {Outcome.NOT_APPLICABLE}
        assert any(one.examined for one in said.examinations if one.rule == rule.id)


def _settings(one):
    return {
        name.replace("-", "_"): tuple(value) if isinstance(value, list) else value
        for name, value in one.settings.items()
    }

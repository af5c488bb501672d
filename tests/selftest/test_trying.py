"""A gate is armed when it sees each planted fault, and leaves each near-miss twin alone."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from samples import CHANGE, GATE, STATE
from samples.settings import Settings
from sluicegate.engine import Policy
from sluicegate.engine.levels import LevelOverride
from sluicegate.engine.selftest import Trial, selftest
from sluicegate.errors import GateError
from sluicegate.model import Level, Location, Suppression


def tried(planted: str, trial: Trial | None = None, **gate: object):
    found = selftest(replace(GATE, planted=f"faults:{planted}", **gate), *([trial] if trial else []))
    return {(case.rule.partition("/")[2], case.fault): case for case in found}


def test_an_armed_gate() -> None:
    found = tried("good")
    assert [case.ok for case in found.values()] == [True] * 3
    fault, twin, gone = found.values()
    assert (fault.expected, fault.got) == ("sample/word at error, new", "sample/word at error, new")
    assert (twin.expected, twin.got) == ("nothing by sample/word", "nothing")
    assert gone.got == "sample/line-removed at warning, new"


def test_a_rule_for_which_nothing_is_planted_is_told() -> None:
    found = tried("lacking")
    case = found["line-removed", "(none)"]
    assert not case.ok
    assert case.got == "no fault is planted for this rule"
    assert sum(each.ok for each in found.values()) == 2


def test_a_gate_without_known_faults_is_not_armed() -> None:
    [case] = selftest(GATE)
    assert (case.ok, case.got) == (False, "the gate declares no known faults")


def test_what_does_not_fire_and_what_fires_wrongly() -> None:
    found = tried("wrong")
    assert not any(case.ok for case in found.values())
    assert found["word", "no fault"].got == "nothing"
    assert found["word", "no twin"].got == "sample/word at error, new"
    assert found["word", "nowhere"].got == "the rule did not look there"
    assert found["line-removed", "another rule"].got == "sample/word at error, new"


def test_a_gate_that_breaks_is_not_armed() -> None:
    found = tried("breaking")
    assert not any(case.ok for case in found.values())
    assert "the gate errored: the gate broke: RuntimeError" in found["word", "a line says FAIL"].got


def test_a_level_that_is_not_the_declared_one() -> None:
    milder = replace(STATE, level=Level.WARNING)
    found = tried("good", rules=(milder, CHANGE))
    assert not found["word", "a line says FAIL"].ok
    assert found["word", "a line says FAIL"].got == "sample/word at error, new"


def test_a_planted_file_stays_in_its_tree() -> None:
    with pytest.raises(GateError, match="leads out of its tree"):
        tried("leading_out")


def test_a_rule_that_nothing_reaches_says_why() -> None:
    case = tried("excused")["line-removed", "(none)"]
    assert case.ok
    assert case.got == "nothing: no line is ever gone"


class TestTheUsersSettings:
    """What is planted, judged as the settings say."""

    def case(self, policy: Policy, settings: Settings | None = None):
        return tried("good", Trial(settings=settings or Settings(), policy=policy, strict=False))[
            "word", "a line says FAIL"
        ]

    def test_as_they_are(self) -> None:
        assert self.case(Policy()).counting

    def test_another_level(self) -> None:
        place = Location(path="sluicegate.toml", line=3)
        case = self.case(Policy(overrides=(LevelOverride(level=Level.NOTE, origin=place),)))
        assert not case.counting
        assert case.kept_from == "set to note by sluicegate.toml:3"

    def test_a_suppression(self) -> None:
        place = Location(path="sluicegate.toml", line=9)
        waived = Suppression(rule="sample/*", reason="r", owner="o", expires=date(2999, 1, 1), origin=place)
        case = self.case(Policy(suppressions=(waived,)))
        assert not case.counting
        assert case.kept_from == "suppressed by sluicegate.toml:9"

    def test_a_gate_that_observes(self) -> None:
        case = self.case(Policy(), Settings(mode="observe"))
        assert not case.counting
        assert case.kept_from == 'the gate only observes: mode = "observe"'

"""Judgement: levels, states, suppressions, outcomes, and the code that the run ends with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
from msgspec.structs import replace

from clones import Clone
from effort import growth
from sluicegate.engine.policy_pass import covering
from sluicegate.engine.suppress import judge_suppressions, marking
from sluicegate.model import Finding, GateResult, Level, Location, Outcome, Pass, RuleResult, Run, Suppression

TOMORROW = date.today() + timedelta(days=1)  # noqa: DTZ011 - the day counts, not the moment
YESTERDAY = TOMORROW - timedelta(days=3)


def finding(key: str, level: Level = Level.ERROR) -> Finding:
    return Finding(rule="sample/word", level=level, message="m", key=(key,), location=Location(path="a"))


@pytest.fixture
def repository(clone: Clone) -> Clone:
    clone.commit("one", **{"a.txt": "ok\nFAIL old\n"})
    clone.write("a.txt", "ok\nFAIL old\nFAIL new\n")
    return clone


@pytest.mark.usefixtures("repository")
class TestLevels:
    def test_the_last_override_that_matches_wins_and_is_named(self, judged: Callable[..., Run]) -> None:
        result = judged(
            '[sample]\n[[override]]\nlevel = "note"\n[[override]]\nrules = ["sample/w*"]\npaths = ["*.txt"]\n'
            'logical = ["FAIL n*"]\ntags = ["tagged"]\nlevel = "warning"\n'
        )
        told = {each.key[1]: (each.level, each.level_origin) for each in result.findings}
        assert told == {
            "FAIL new": (Level.WARNING, "sluicegate.toml:4"),
            "FAIL old": (Level.NOTE, "sluicegate.toml:2"),
        }
        assert (result.outcome, result.exit_code) == (Outcome.PASSED, 0)

    @pytest.mark.parametrize("other", ['paths = ["b/*"]', 'logical = ["x"]', 'tags = ["x"]', 'rules = ["x"]'])
    def test_an_override_applies_only_where_everything_fits(self, judged: Callable[..., Run], other: str) -> None:
        result = judged(f'[sample]\n[[override]]\nlevel = "note"\n{other}\n')
        assert {each.level for each in result.findings} == {Level.ERROR}

    @pytest.mark.parametrize(("threshold", "code"), [("error", 0), ("warning", 1)])
    def test_fail_on_is_the_lowest_level_that_fails(
        self, repository: Clone, judged: Callable[..., Run], threshold: str, code: int
    ) -> None:
        repository.write("a.txt", "FAIL old\n")  # only a removed line, which is a warning
        assert judged(f'fail-on = "{threshold}"\n[sample]\n').exit_code == code


def entry(rule: str = "sample/word", expires: date = TOMORROW, more: str = "") -> str:
    return f'[sample]\n[[suppress]]\nrule = "{rule}"\nreason = "r"\nowner = "@o"\nexpires = {expires}\n{more}\n'


@pytest.mark.usefixtures("repository")
class TestSuppressions:
    @pytest.mark.parametrize("more", ["", 'path = "*.txt"', 'logical = "FAIL *"'])
    def test_a_suppressed_finding_stays_marked_and_does_not_fail(self, judged: Callable[..., Run], more: str) -> None:
        result = judged(entry(more=more))
        marked = {each.key[1]: each.suppression is not None for each in result.findings}
        assert marked == {"FAIL new": True, "FAIL old": True}
        assert (result.outcome, result.exit_code) == (Outcome.PASSED, 0)

    def test_one_finding_by_its_fingerprint(self, judged: Callable[..., Run]) -> None:
        wanted = next(each for each in judged().findings if each.counts)
        result = judged(entry(more=f'fingerprint = "{wanted.fingerprint}"'))
        assert [each.key[1] for each in result.findings if each.suppression] == ["FAIL new"]

    def test_one_that_has_expired_covers_nothing_and_is_a_finding(self, judged: Callable[..., Run]) -> None:
        result = judged(entry(expires=YESTERDAY))
        assert result.exit_code == 1
        (expired,) = [each for each in result.findings if each.rule.startswith("sluicegate/")]
        assert (expired.rule, expired.location.path, expired.location.line) == (
            "sluicegate/suppression-expired",
            "sluicegate.toml",
            2,
        )

    def test_a_fingerprint_that_the_finding_had_before_still_covers_it(self) -> None:
        was = finding("x").fingerprint
        now = replace(finding("y"), former_keys=(("x",),))
        decision = Suppression(rule="*", reason="r", owner="o", expires=TOMORROW, fingerprint=was[:12])
        assert marking([decision], TOMORROW)(now).suppression == decision
        assert marking([decision], TOMORROW)(finding("y")).suppression is None

    def test_so_does_a_pass(self) -> None:
        now = replace(finding("y"), former_keys=(("x",),))
        result = GateResult(gate="sample", title="s", outcome=Outcome.FAILED, rules=(), findings=(now,))
        ends = datetime.now(UTC) + timedelta(hours=1)
        for key, covers in [("x", True), ("y", True), ("z", False)]:
            decision = Pass(reason="r", owner="o", expires=ends, fingerprint=finding(key).fingerprint[:12])
            found = covering([result], [decision], lambda _: True, undecided_fails=False)
            assert (found is not None) is covers, key

    @pytest.mark.parametrize("order", list(permutations(range(4))))
    def test_the_first_that_covers_it_marks_it_whatever_it_names(self, order: tuple[int, ...]) -> None:
        place = Location(path="a.txt", line=3)
        several = [
            Suppression(rule="sample/*", reason="all", owner="o", expires=TOMORROW),
            Suppression(rule="sample/*", reason="pattern", owner="o", expires=TOMORROW, path="*.txt"),
            Suppression(rule="sample/*", reason="file", owner="o", expires=TOMORROW, path="a.txt"),
            Suppression(rule="*", reason="line", owner="o", expires=TOMORROW, path="a.txt", in_source=True, line=3),
        ]
        ordered = [several[at] for at in order]
        found = replace(finding("x"), location=place)
        assert marking(ordered, TOMORROW)(found).suppression == ordered[0]
        elsewhere = replace(found, location=Location(path="b.txt", line=3))
        left = [each for each in ordered if each.reason in ("all", "pattern")]
        assert marking(ordered, TOMORROW)(elsewhere).suppression == left[0]

    def test_many_on_many_findings_take_no_more_than_their_sum(self) -> None:
        def work(size: int) -> None:
            several = [
                Suppression(rule="sample/*", reason="r", owner="o", expires=TOMORROW, path=f"{at}.txt")
                for at in range(size)
            ]
            found = [replace(finding(str(at)), location=Location(path=f"{at}.txt", line=1)) for at in range(size)]
            marked = tuple(map(marking(several, TOMORROW), found))
            rules = (RuleResult(rule="sample/bad-word", outcome=Outcome.FAILED),)
            result = GateResult(gate="sample", title="s", outcome=Outcome.FAILED, rules=rules, findings=marked)
            assert judge_suppressions(several, [result], TOMORROW)[0] == []

        assert growth(work, 200) < 2.2

    def test_it_holds_on_its_last_day_and_not_on_the_next(self) -> None:
        last = date(2027, 1, 31)
        decision = Suppression(rule="sample/*", reason="r", owner="o", expires=last)
        assert marking([decision], last)(finding("x")).suppression == decision
        assert marking([decision], last + timedelta(days=1))(finding("x")).suppression is None
        assert judge_suppressions([decision], [], last)[0] == []
        assert [each.rule for each in judge_suppressions([decision], [], last + timedelta(days=1))[0]] == [
            "sluicegate/suppression-expired"
        ]

    def test_one_that_matches_nothing_is_a_finding(self, judged: Callable[..., Run]) -> None:
        result = judged(entry(more='logical = "nothing"'))
        assert "sluicegate/suppression-unused" in {each.rule for each in result.findings}

    def test_one_for_a_gate_that_did_not_run_is_not_tested(self, judged: Callable[..., Run]) -> None:
        house = judged(entry(rule="other/rule")).gates[-1]
        assert {rule.rule: rule.outcome for rule in house.rules}["sluicegate/suppression-unused"] is Outcome.NOT_TESTED

    def test_one_for_a_gate_that_could_not_look_is_not_called_unused(self, judged: Callable[..., Run]) -> None:
        result = judged(entry(more='logical = "nothing"').replace("[sample]", '[sample]\nthen = "refuse"'))
        assert not [each for each in result.findings if each.rule == "sluicegate/suppression-unused"]


@pytest.mark.usefixtures("repository")
class TestOutcomes:
    def test_observing_reports_and_does_not_fail(self, judged: Callable[..., Run]) -> None:
        result = judged('[sample]\nmode = "observe"\n')
        assert (result.outcome, result.exit_code) == (Outcome.PASSED, 0)
        assert (result.gates[0].outcome, result.gates[0].observed) == (Outcome.FAILED, True)

    def test_observing_does_not_excuse_that_nobody_could_look(self, judged: Callable[..., Run]) -> None:
        assert judged('[sample]\nmode = "observe"\nthen = "refuse"\n').exit_code == 3

    def test_nothing_to_examine_is_not_applicable_with_its_reason(
        self, repository: Clone, judged: Callable[..., Run]
    ) -> None:
        repository.write("empty.txt", "")
        result = judged('[sample]\nfiles = ["empty.txt"]\n')
        assert (result.outcome, result.exit_code) == (Outcome.NOT_APPLICABLE, 0)
        assert result.gates[0].reason == "there is no line in empty.txt"

    def test_nothing_to_examine_is_an_error_for_a_gate_that_was_named(
        self, repository: Clone, judged: Callable[..., Run]
    ) -> None:
        repository.write("empty.txt", "")
        result = judged('[sample]\nfiles = ["empty.txt"]\n', named=["sample"])
        assert result.exit_code == 3
        assert result.gates[0].reason.startswith("the gate was asked for and has nothing to look at")

    @pytest.mark.parametrize(("policy", "code"), [("report", 0), ("fail", 1)])
    def test_undecided_rules_fail_only_where_the_policy_says_so(
        self, clone: Clone, judged: Callable[..., Run], policy: str, code: int
    ) -> None:
        clone.git("update-ref", "-d", "HEAD")  # a repository without a commit: nothing to compare with
        clone.write("a.txt", "ok\n")
        result = judged(f'undecided = "{policy}"\n[sample]\n')
        outcomes = [rule.outcome for rule in result.gates[0].rules]
        assert outcomes == [Outcome.PASSED, Outcome.NOT_TESTED]
        assert result.gates[0].rules[1].reason == "the repository has no commit yet"
        assert result.exit_code == code

    def test_the_order_from_worst_to_best(self) -> None:
        assert [outcome.value for outcome in Outcome] == [
            "errored",
            "failed",
            "let-through",
            "inconclusive",
            "not-tested",
            "passed",
            "not-applicable",
        ]
        assert Outcome.worst([Outcome.PASSED, Outcome.NOT_APPLICABLE]) is Outcome.PASSED
        assert Outcome.worst([]) is Outcome.NOT_APPLICABLE

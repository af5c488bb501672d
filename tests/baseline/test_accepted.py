"""The multiset of accepted findings, and what always holds of it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from sluicegate.baseline import Acceptance, Baseline, accept, diff, merge, prune
from sluicegate.engine.compare import Standard, compared
from sluicegate.model import BaselineState, Finding, Level, Location

WHO = Acceptance(by="@acme/api", at=datetime(2026, 11, 3, 9, 30, tzinfo=UTC), reason="known", tool="0.1.0")
LATER = replace(WHO, by="@acme/web", at=datetime(2026, 12, 3, 9, 30, tzinfo=UTC))


def finding(key: str = "a", level: Level = Level.ERROR, rule: str = "sample/word", line: int = 1) -> Finding:
    place = Location(path="a.txt", line=line, logical=f"word {key}")
    return Finding(rule=rule, level=level, message=f"the word {key}", key=(key,), location=place)


FINDINGS = st.lists(
    st.builds(
        finding,
        key=st.sampled_from("abc"),
        level=st.sampled_from([Level.ERROR, Level.WARNING, Level.NOTE]),
        rule=st.sampled_from(["sample/word", "other/thing"]),
        line=st.integers(1, 9),
    ),
    max_size=8,
)


def of(*findings: Finding, who: Acceptance = WHO) -> Baseline:
    return accept(Baseline(), findings, who)


def test_one_more_of_the_same_is_new() -> None:
    told = diff(of(finding()), [finding(), finding(line=5)])
    assert (len(told.new), len(told.unchanged)) == (1, 1)


def test_a_worse_level_is_updated_and_a_better_one_is_not() -> None:
    assert len(diff(of(finding(level=Level.WARNING)), [finding()]).updated) == 1
    assert len(diff(of(finding()), [finding(level=Level.WARNING)]).unchanged) == 1


def test_what_was_accepted_at_two_levels_is_unchanged_at_the_worse_one() -> None:
    """The milder of the two was put right: nothing became worse."""
    told = diff(of(finding(), finding(level=Level.WARNING)), [finding()])
    assert [each.level for each in told.absent] == [Level.WARNING]
    assert (len(told.unchanged), told.updated) == (1, ())


def test_what_is_gone_is_absent_where_somebody_has_looked() -> None:
    baseline = of(finding(), finding(), finding("b", rule="other/thing"))
    told = diff(baseline, [finding()], looked_at={"sample/word"})
    assert [(each.rule, each.count) for each in told.absent] == [("sample/word", 1)]
    assert len(prune(baseline, [finding()], {"sample/word"})) == 2
    assert len(prune(baseline, [finding()])) == 1
    assert prune(baseline, [], frozenset()) == baseline


def test_who_accepted_first_stays() -> None:
    baseline = accept(of(finding()), [finding(), finding()], LATER)
    assert [(each.by, each.count) for each in baseline.accepted] == [("@acme/api", 1), ("@acme/web", 1)]
    assert [each.by for each in prune(baseline, [finding()]).accepted] == ["@acme/api"]


def test_what_became_worse_is_accepted_anew() -> None:
    (entry,) = accept(of(finding(level=Level.NOTE)), [finding()], LATER).accepted
    assert (entry.level, entry.by, entry.count) == (Level.ERROR, "@acme/web", 1)


def test_an_entry_says_what_people_need() -> None:
    hostile = replace(finding(line=7), message="x\x1b[31m\n::error::" + "y" * 1000)
    (entry,) = of(hostile).accepted
    assert entry.place == "word a, a.txt"
    assert entry.message.startswith("x\\x1b[31m ::error::yyy")
    assert len(entry.message) == 500
    assert (entry.reason, entry.by, entry.tool) == ("known", "@acme/api", "0.1.0")


def test_the_rules_that_had_been_looked_at_are_known() -> None:
    baseline = accept(of(finding()), [], WHO, rules=["sample/other"])
    assert baseline.rules == {"sample/word", "sample/other"}


@given(FINDINGS, FINDINGS)
def test_after_accepting_nothing_is_new(before: list[Finding], findings: list[Finding]) -> None:
    baseline = of(*before)
    after = accept(baseline, findings, LATER)
    told = diff(after, findings)
    assert told.new == told.updated == ()
    assert accept(after, findings, replace(LATER, reason="again")) == after, "the same again changes nothing"
    assert len(after) >= max(len(before), len(findings))


@given(FINDINGS, FINDINGS, st.sampled_from(list(Level)), st.sampled_from(list(Level)))
def test_it_tells_what_judgement_tells(before: list[Finding], findings: list[Finding], old: Level, new: Level) -> None:
    """Where one fingerprint has one level on each side, as it has in practice."""
    before, findings = (
        [replace(each, level=level) for each in side] for side, level in ((before, old), (findings, new))
    )
    baseline = of(*before)
    told = diff(baseline, findings)
    judged = Counter(found.state for found in compared(findings, Standard(base=baseline.counts)))
    assert judged == Counter(
        {
            state: len(those)
            for state, those in (
                (BaselineState.NEW, told.new),
                (BaselineState.UPDATED, told.updated),
                (BaselineState.UNCHANGED, told.unchanged),
            )
            if those
        }
    )
    assert len(told.unchanged) + len(told.updated) + sum(each.count for each in told.absent) == len(baseline)


@given(FINDINGS, FINDINGS)
def test_pruning_leaves_what_was_found(before: list[Finding], findings: list[Finding]) -> None:
    baseline = of(*before)
    pruned = prune(baseline, findings)
    told, then = diff(baseline, findings), diff(pruned, findings)
    assert (Counter(then.new), Counter(then.updated)) == (Counter(told.new), Counter(told.updated))
    assert then.absent == ()
    assert prune(pruned, findings) == pruned


@given(FINDINGS, FINDINGS, FINDINGS)
def test_merging_loses_no_acceptance(common: list[Finding], mine: list[Finding], theirs: list[Finding]) -> None:
    base = of(*common)
    ours, others = accept(base, mine, WHO), accept(base, theirs, LATER)
    merged = merge(base, ours, others)
    for findings in (mine, theirs):
        told = diff(merged, findings)
        assert told.new == told.updated == ()
    assert merge(base, others, ours) == merged, "the sides are equal"
    assert merge(base, ours, base) == ours
    assert merge(base, ours, ours) == ours


def test_merging_keeps_what_one_side_pruned_away() -> None:
    base = of(finding(), finding("b"))
    ours, theirs = prune(base, [finding()]), accept(base, [finding("c")], LATER)
    assert {each.message for each in merge(base, ours, theirs).accepted} == {"the word a", "the word c"}


def test_what_both_accepted_is_one() -> None:
    merged = merge(Baseline(), of(finding()), of(finding(), who=LATER))
    assert len(merged) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_counts_are_those_of_judgement(count: int) -> None:
    baseline = of(*[finding()] * count)
    assert baseline.counts == {(finding().fingerprint, "error"): count}

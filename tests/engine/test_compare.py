"""Comparison: what is new, what the world brought, what an upgrade brought, what is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from clones import Clone
from sluicegate.baseline import Acceptance, Baseline, accept
from sluicegate.engine.compare import Standard, absent, compared
from sluicegate.model import BaselineState, Cause, Finding, Level, Location, Run

NEW, UNCHANGED, UPDATED = BaselineState.NEW, BaselineState.UNCHANGED, BaselineState.UPDATED
LEVELS = st.sampled_from(list(Level))
SIDE = st.lists(st.tuples(st.sampled_from("abc"), LEVELS), max_size=6)


def finding(key: str, level: Level = Level.ERROR, rule: str = "sample/word") -> Finding:
    return Finding(rule=rule, level=level, message="m", key=(key,), location=Location(path="a"))


def base(*findings: Finding) -> Counter[tuple[str, str]]:
    return Counter((each.fingerprint, each.level.value) for each in findings)


def taken(*findings: Finding, catalogue: tuple[str, ...] = ()) -> Baseline:
    acceptance = Acceptance(by="o", at=datetime(2026, 1, 1, tzinfo=UTC))
    return accept(Baseline(), findings, acceptance, catalogue=catalogue)


def states(findings: list[Finding], standard: Standard) -> Counter[BaselineState]:
    return Counter(each.state for each in compared(findings, standard))


def judged(found: Finding, standard: Standard) -> tuple[BaselineState, Cause | None]:
    (one,) = compared([found], standard)
    return one.state, one.cause


class TestMultiset:
    def test_one_more_of_the_same_is_new(self) -> None:
        found = [finding("x"), finding("x"), finding("y")]
        assert states(found, Standard(base=base(finding("x")))) == {UNCHANGED: 1, NEW: 2}

    def test_a_worse_level_is_updated_and_a_better_one_unchanged(self) -> None:
        low, high = finding("x", Level.WARNING), finding("x", Level.ERROR)
        assert judged(high, Standard(base=base(low))) == (UPDATED, Cause.CHANGE)
        assert judged(low, Standard(base=base(high))) == (UNCHANGED, None)

    def test_what_only_removes_is_never_updated(self) -> None:
        low, high = finding("x", Level.WARNING), finding("x", Level.ERROR)
        assert states([high], Standard(base=base(low, high))) == {UNCHANGED: 1}
        assert states([high], Standard(accepted=taken(low, high))) == {UNCHANGED: 1}

    @given(SIDE, st.data())
    def test_a_part_of_a_side_compared_with_all_of_it_has_nothing_new(
        self, made: list[tuple[str, Level]], data: st.DataObject
    ) -> None:
        findings = [finding(key, level) for key, level in made]
        part = data.draw(st.lists(st.sampled_from(findings), unique_by=id)) if findings else []
        assert set(states(part, Standard(base=base(*findings)))) <= {UNCHANGED}

    @given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
    def test_new_ones_are_the_multiset_difference(self, head: list[str], before: list[str]) -> None:
        told = compared([finding(key) for key in head], Standard(base=base(*(finding(key) for key in before))))
        assert Counter(each.key[0] for each in told if each.state is NEW) == Counter(head) - Counter(before)

    @given(SIDE, SIDE)
    def test_absent_is_the_other_difference(
        self, head: list[tuple[str, Level]], before: list[tuple[str, Level]]
    ) -> None:
        gone = absent([finding(*one) for one in head], [finding(*one) for one in before], {})
        assert {each.state for each in gone} <= {BaselineState.ABSENT}
        wanted = Counter(key for key, _ in before) - Counter(key for key, _ in head)
        assert Counter(each.key[0] for each in gone) == wanted


class TestAccepted:
    """Against what was accepted, and against both."""

    def test_alone_it_decides(self) -> None:
        standard = Standard(accepted=taken(finding("x")))
        assert judged(finding("x"), standard) == (UNCHANGED, None)
        assert judged(finding("y"), standard) == (NEW, None)

    @pytest.mark.parametrize(("world_fails", "state"), [(False, UNCHANGED), (True, NEW)])
    def test_what_nobody_accepted_and_the_base_has_is_the_worlds(
        self, *, world_fails: bool, state: BaselineState
    ) -> None:
        standard = Standard(base=base(finding("x")), accepted=taken(), world_fails=world_fails)
        assert judged(finding("x"), standard) == (state, Cause.WORLD)

    @pytest.mark.parametrize(("world_fails", "state"), [(False, UNCHANGED), (True, UPDATED)])
    def test_what_became_worse_by_itself_is_the_worlds(self, *, world_fails: bool, state: BaselineState) -> None:
        low = finding("x", Level.WARNING)
        standard = Standard(base=base(finding("x")), accepted=taken(low), world_fails=world_fails)
        assert judged(finding("x"), standard) == (state, Cause.WORLD)

    def test_what_neither_knows_is_the_changes(self) -> None:
        assert judged(finding("x"), Standard(base=base(), accepted=taken())) == (NEW, Cause.CHANGE)

    def test_of_three_one_is_accepted_one_the_worlds_and_one_the_changes(self) -> None:
        same = [finding("x")] * 3
        told = compared(same, Standard(base=base(*same[:2]), accepted=taken(*same[:1])))
        assert [(each.state, each.cause) for each in told] == [
            (UNCHANGED, None),
            (UNCHANGED, Cause.WORLD),
            (NEW, Cause.CHANGE),
        ]


class TestUpgrade:
    KNOWN = ("sample/word", "other/word")

    @pytest.mark.parametrize("before", [None, base()])
    def test_a_rule_that_came_later_is_unchanged_and_marked(self, before: Counter[tuple[str, str]] | None) -> None:
        standard = Standard(base=before, accepted=taken(catalogue=self.KNOWN))
        assert judged(finding("x", rule="sample/later"), standard) == (UNCHANGED, Cause.UPGRADE)

    def test_until_it_is_accepted(self) -> None:
        later = finding("x", rule="sample/later")
        accepted = accept(
            taken(catalogue=self.KNOWN), [], Acceptance(by="o", at=datetime.now(UTC)), catalogue=["sample/later"]
        )
        assert judged(later, Standard(accepted=accepted)) == (NEW, None)

    def test_a_gate_that_was_not_there_is_not_excused(self) -> None:
        standard = Standard(accepted=taken(catalogue=self.KNOWN))
        assert judged(finding("x", rule="third/word"), standard)[0] is NEW

    @pytest.mark.parametrize(("rule", "cause"), [("sample/ours/b", Cause.UPGRADE), ("sample/theirs/a", None)])
    def test_nor_is_a_pack_that_was_not_there(self, rule: str, cause: Cause | None) -> None:
        standard = Standard(accepted=taken(catalogue=("sample/pack-invalid", "sample/ours/a")))
        assert judged(finding("x", rule=rule), standard) == (UNCHANGED if cause else NEW, cause)

    def test_without_a_catalogue_nothing_is_excused(self) -> None:
        assert judged(finding("x", rule="sample/later"), Standard(accepted=taken(finding("y"))))[0] is NEW


class TestIdentity:
    def test_a_former_key_is_known_in_both(self) -> None:
        now = replace(finding("new name"), former_keys=(("old name",),))
        old = finding("old name")
        assert now.former_fingerprints == (old.fingerprint,)
        for standard in (Standard(base=base(old)), Standard(accepted=taken(old))):
            assert states([now, now], standard) == {UNCHANGED: 1, NEW: 1}
        assert absent([now], [old], {}) == []

    def test_a_renamed_file_is_the_same(self) -> None:
        now, old = finding("new.txt"), finding("old.txt")
        moved = {"new.txt": "old.txt"}
        assert states([now], Standard(base=base(old), moved=moved)) == {UNCHANGED: 1}
        assert absent([now], [old], moved) == []

    def test_a_former_key_under_a_former_name(self) -> None:
        now = replace(finding("x"), key=("new.txt", "b"), former_keys=(("new.txt", "a"),))
        old = replace(finding("x"), key=("old.txt", "a"))
        assert states([now], Standard(base=base(old), moved={"new.txt": "old.txt"})) == {UNCHANGED: 1}


TEXT = "".join(f"line {number}\n" for number in range(20))


class TestInARepository:
    @pytest.fixture
    def repository(self, clone: Clone) -> Clone:
        clone.commit("one", **{"a.txt": f"{TEXT}FAIL old\n"})
        return clone

    @pytest.mark.parametrize("how", ["staged", "not staged", "committed"])
    def test_a_renamed_and_edited_file_has_nothing_new(
        self, repository: Clone, judged: Callable[..., Run], how: str
    ) -> None:
        first = repository.git("rev-parse", "HEAD")
        if how == "not staged":
            (repository.root / "a.txt").rename(repository.root / "b.txt")
        else:
            repository.git("mv", "a.txt", "b.txt")
        repository.write("b.txt", f"FAIL new\n{TEXT}FAIL old\n")
        if how == "committed":
            repository.commit("two")
        result = judged('[sample]\nfiles = ["a.txt", "b.txt"]\n', base=first)
        told = {each.key[1]: each.state for each in result.findings if each.rule == "sample/word"}
        assert told == {"FAIL old": UNCHANGED, "FAIL new": NEW}

    def test_a_file_that_only_has_the_same_finding_is_no_rename(
        self, repository: Clone, judged: Callable[..., Run]
    ) -> None:
        (repository.root / "a.txt").unlink()
        repository.write("b.txt", "quite\nanother\ntext\nFAIL old\n")
        result = judged('[sample]\nfiles = ["a.txt", "b.txt"]\n')
        assert [each.state for each in result.findings if each.rule == "sample/word"] == [NEW]

    def test_moved_and_indented_lines_are_the_same(self, repository: Clone, judged: Callable[..., Run]) -> None:
        repository.write("a.txt", f"    FAIL   old\n{TEXT}")
        assert [each.state for each in judged().findings if each.rule == "sample/word"] == [UNCHANGED]

    def test_what_is_gone_is_told_where_that_is_wanted(self, repository: Clone, judged: Callable[..., Run]) -> None:
        repository.write("a.txt", TEXT)
        assert not [each for each in judged().findings if each.rule == "sample/word"]
        result = judged("[baseline]\nabsent = true\n[sample]\n")
        (gone,) = [each for each in result.findings if each.rule == "sample/word"]
        assert (gone.state, gone.key[1], result.exit_code) == (BaselineState.ABSENT, "FAIL old", 0)
        rule = next(each for each in result.gates[0].rules if each.rule == "sample/word")
        assert rule.outcome.value == "passed"

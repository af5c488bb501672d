"""Which baseline has a say: as the settings ask, and where nothing comes before the change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clones import Clone
from sluicegate.baseline import Acceptance, accept, change_baseline, open_store
from sluicegate.model import BaselineState, Cause, Finding, Outcome, Run
from sluicegate.revision import Event

NEW, UNCHANGED = BaselineState.NEW, BaselineState.UNCHANGED
SCHEDULE = Event(kind="schedule", ref="refs/heads/main", default_branch="main")
Judged = Callable[..., Run]
RULES = ("sample/word", "sample/line-removed")


@pytest.fixture
def first(clone: Clone) -> str:
    """The merge base has two words: one that was accepted, one that nobody has seen before; the change adds one."""
    first = clone.commit("one", **{"a.txt": "FAIL accepted\nFAIL in the world\n"})
    clone.write("a.txt", "FAIL accepted\nFAIL in the world\nFAIL of the change\n")
    return first


def keep(clone: Clone, findings: Sequence[Finding] = (), catalogue: Sequence[str] = RULES) -> Path:
    acceptance = Acceptance(by="@acme/api", at=datetime(2026, 1, 1, tzinfo=UTC))
    store = open_store(".sluicegate", clone.root)
    change_baseline(store, lambda there: accept(there, findings, acceptance, catalogue=catalogue))
    return clone.root / ".sluicegate" / "baseline.json"


@pytest.fixture
def accepted(clone: Clone, first: str, judged: Judged) -> Path:
    found = [each for each in judged(base=first).findings if each.key[1] == "FAIL accepted"]
    return keep(clone, found)


def toml(compare: str, more: str = "") -> str:
    return f'[baseline]\ncompare = "{compare}"\n{more}\n[sample]\n'


def told(run: Run) -> dict[str, tuple[BaselineState, Cause | None]]:
    return {each.key[1].removeprefix("FAIL "): (each.state, each.cause) for each in run.findings}


@pytest.mark.usefixtures("accepted")
class TestCompare:
    def test_against_both_the_change_and_the_world_are_told_apart(self, judged: Judged, first: str) -> None:
        run = judged(toml("both"), base=first)
        assert told(run) == {
            "accepted": (UNCHANGED, None),
            "in the world": (UNCHANGED, Cause.WORLD),
            "of the change": (NEW, Cause.CHANGE),
        }
        assert run.exit_code == 1

    def test_what_the_world_brought_does_not_fail_a_change(self, clone: Clone, judged: Judged, first: str) -> None:
        clone.write("a.txt", "FAIL accepted\nFAIL in the world\n")
        run = judged(toml("both"), base=first)
        assert (run.outcome, run.exit_code) == (Outcome.PASSED, 0)
        assert judged(toml("both", 'world = "fail"'), base=first).exit_code == 1

    def test_against_the_merge_base_the_baseline_has_no_say(self, judged: Judged, first: str) -> None:
        assert told(judged(toml("merge-base"), base=first)) == {
            "accepted": (UNCHANGED, None),
            "in the world": (UNCHANGED, None),
            "of the change": (NEW, Cause.CHANGE),
        }

    def test_against_what_was_accepted_the_base_has_no_say(self, judged: Judged, first: str) -> None:
        assert told(judged(toml("accepted"), base=first)) == {
            "accepted": (UNCHANGED, None),
            "in the world": (NEW, None),
            "of the change": (NEW, None),
        }

    @pytest.mark.parametrize("compare", ["merge-base", "both"])
    def test_a_schedule_is_held_against_what_was_accepted(self, clone: Clone, judged: Judged, compare: str) -> None:
        clone.git("checkout", "--quiet", "a.txt")
        run = judged(toml(compare), event=SCHEDULE, base="HEAD")
        assert told(run) == {"accepted": (UNCHANGED, None), "in the world": (NEW, Cause.WORLD)}
        assert run.exit_code == 1
        assert judged(toml(compare, 'world = "report"'), event=SCHEDULE, base="HEAD").exit_code == 0

    def test_a_commit_hook_reads_no_store(self, clone: Clone, judged: Judged, accepted: Path) -> None:
        accepted.write_text("corrupt")
        clone.git("add", "a.txt")
        assert told(judged(toml("both"), staged=True))["of the change"] == (NEW, Cause.CHANGE)


class TestNothingBefore:
    def test_the_first_commit_is_held_against_what_was_accepted(self, clone: Clone, judged: Judged) -> None:
        clone.write("a.txt", "FAIL one\nFAIL two\n")
        before = judged().findings
        assert {each.state for each in before} == {NEW}
        keep(clone, before[:1])
        assert sorted(each.state for each in judged().findings) == [NEW, UNCHANGED]

    def test_without_a_baseline_all_is_new(self, clone: Clone, judged: Judged) -> None:
        clone.write("a.txt", "FAIL one\n")
        assert judged().exit_code == 1


class TestTrouble:
    @pytest.mark.parametrize("compare", ["accepted", "both"])
    def test_a_missing_baseline_is_errored(self, judged: Judged, first: str, compare: str) -> None:
        self.errored(judged(toml(compare), base=first), "nothing was accepted yet")

    @pytest.mark.parametrize(
        ("compare", "more"), [("accepted", {}), ("both", {}), ("merge-base", {"event": SCHEDULE, "base": "HEAD"})]
    )
    def test_a_corrupt_one_is_errored(
        self, clone: Clone, judged: Judged, accepted: Path, compare: str, more: dict[str, Any]
    ) -> None:
        clone.commit("two")
        accepted.write_text(accepted.read_text().replace('"count": 1', '"count": 2'))
        self.errored(judged(toml(compare), **more), "digest")

    def test_an_empty_file_is_errored(self, judged: Judged, first: str, accepted: Path) -> None:
        accepted.write_text("")
        self.errored(judged(toml("both"), base=first), "empty")

    def test_a_store_that_cannot_be_had_is_errored(self, judged: Judged, first: str) -> None:
        self.errored(judged(toml("both", 'store = "ftp://x"'), base=first), "there is no kind of store")

    def errored(self, run: Run, why: str) -> None:
        (gate,) = run.gates
        assert (gate.outcome, run.exit_code, why in gate.reason) == (Outcome.ERRORED, 3, True), gate.reason
        assert gate.hint


class TestUpgrade:
    def test_a_newer_rule_leaves_a_quiet_repository_quiet(self, clone: Clone, judged: Judged) -> None:
        clone.commit("one", **{"a.txt": "FAIL found by a rule that came later\n"})
        keep(clone, catalogue=["sample/line-removed"])
        run = judged(toml("accepted"), event=SCHEDULE, base="HEAD")
        assert told(run) == {"found by a rule that came later": (UNCHANGED, Cause.UPGRADE)}
        assert run.exit_code == 0
        keep(clone, catalogue=RULES)
        assert judged(toml("accepted"), event=SCHEDULE, base="HEAD").exit_code == 1
        keep(clone, run.findings)
        assert judged(toml("accepted"), event=SCHEDULE, base="HEAD").exit_code == 0

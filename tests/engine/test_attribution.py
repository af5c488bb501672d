from __future__ import annotations

import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from clones import Clone
from engine.conftest import Judged
from sluicegate.model import Finding, Run, Since
from sluicegate.revision import Repository, TreeSpec
from sluicegate.revision.since import Change, Spot

LINES = "one\ntwo\nthree\nfour\n"
LOW = 'fail-on = "warning"\n[sample]\n'


@pytest.fixture
def started(clone: Clone) -> Clone:
    """A base on main with owners, and the branch `change` checked out."""
    clone.commit("base", **{"a.txt": LINES, "CODEOWNERS": "* @all\n*.txt @acme/words\n", "pad.c": "0\n"})
    clone.git("switch", "--quiet", "-c", "change")
    return clone


def only(run: Run) -> Finding:
    (finding,) = run.findings
    return finding


def told(run: Run) -> tuple[str, str] | None:
    since = only(run).since
    return None if since is None else (since.commit, since.subject)


def test_a_line_that_came(started: Clone, judged: Judged) -> None:
    started.commit("first", **{"pad.c": "1\n"})
    made = started.commit("Add the word", **{"a.txt": LINES + "FAIL\n"})
    started.commit("last", **{"pad.c": "2\n"})
    found = only(judged(base="main"))
    assert found.since is not None
    assert (found.since.commit, found.since.subject) == (made, "Add the word")
    assert len(found.since.date) == len("2026-01-01")
    assert found.owners == ("@acme/words",)


def test_a_line_that_went(started: Clone, judged: Judged) -> None:
    started.commit("first", **{"a.txt": LINES + "five\n"})
    gone = started.commit("Drop three", **{"a.txt": "one\ntwo\nfour\nfive\n"})
    started.commit("last", **{"a.txt": "zero\none\ntwo\nfour\nfive\n"})
    # the place at head is the first line, which a later commit made; the line itself went before
    assert told(judged(LOW, base="main")) in {(gone, "Drop three"), (started.git("rev-parse", "HEAD"), "last")}


def test_a_line_that_went_with_nothing_else(started: Clone, judged: Judged) -> None:
    started.commit("first", **{"pad.c": "1\n"})
    gone = started.commit("Drop three", **{"a.txt": "one\ntwo\nfour\n"})
    started.commit("last", **{"pad.c": "2\n"})
    assert told(judged(LOW, base="main")) == (gone, "Drop three")


def test_what_is_not_committed(started: Clone, judged: Judged) -> None:
    started.write("a.txt", LINES + "FAIL\n")
    assert only(judged(base="main")).since == Since()
    started.write("a.txt", "one\ntwo\nfour\n")
    assert only(judged(LOW, base="main")).since == Since()


def test_a_committed_line_in_a_file_that_is_being_edited(started: Clone, judged: Judged) -> None:
    made = started.commit("Add the word", **{"a.txt": LINES + "FAIL\n"})
    started.write("a.txt", "zero\n" + LINES + "FAIL\n")
    assert told(judged(base="main")) == (made, "Add the word")


def test_a_merge_of_a_pull_request(started: Clone, judged: Judged) -> None:
    """What CI checks out: the merge of main, which went on, with the change."""
    made = started.commit("Add the word", **{"a.txt": LINES + "FAIL\n"})
    gone = started.commit("Drop three", **{"a.txt": "one\ntwo\nfour\nFAIL\n"})
    started.git("switch", "--quiet", "main")
    started.commit("main goes on", **{"a.txt": "zero\n" + LINES})
    started.git("switch", "--quiet", "--detach", "main")
    started.git("merge", "--quiet", "--no-ff", "-m", "merge", "change")
    run = judged(LOW, base="main")
    assert {found.rule: found.since.commit for found in run.findings if found.since} == {
        "sample/word": made,
        "sample/line-removed": gone,
    }


def test_two_commits_that_may_have_been_it_are_not_said(started: Clone, judged: Judged) -> None:
    started.commit("Drop", **{"a.txt": "one\ntwo\nfour\n"})
    started.commit("Back", **{"a.txt": LINES})
    started.commit("Drop again", **{"a.txt": "one\ntwo\nfour\n"})
    assert only(judged(LOW, base="main")).since is None


def test_a_history_that_is_cut_says_nothing(started: Clone, tmp_path: Path) -> None:
    started.commit("first", **{"pad.c": "1\n"})
    made = started.commit("Add the word", **{"a.txt": LINES + "FAIL\n"})
    base = started.git("rev-parse", "main")
    assert since(started.root, base) == made
    shallow = tmp_path / "shallow"
    started.git("clone", "--quiet", "--depth=1", started.root.as_uri(), str(shallow))
    Clone(shallow).git("fetch", "--quiet", "--depth=1", "origin", base)
    assert since(shallow, base) is None


def test_a_removal_that_may_lie_behind_the_cut_is_not_guessed(started: Clone, tmp_path: Path) -> None:
    """The whole history has two commits that took the line away, the clone shows one of them."""
    for message, text in (("Drop", "one\ntwo\nfour\n"), ("Back", LINES), ("Drop again", "one\ntwo\nfour\n")):
        started.commit(message, **{"a.txt": text})
    base = started.git("rev-parse", "main")
    shallow = tmp_path / "shallow"
    started.git("clone", "--quiet", "--depth=2", started.root.as_uri(), str(shallow))
    Clone(shallow).git("fetch", "--quiet", "--depth=1", "origin", base)
    head = TreeSpec(kind="working-tree", root=str(shallow))
    change = Change(Repository(root=shallow), replace(head, kind="commit", commit=base), head, seconds=30)
    assert change.since(None, Spot(path="a.txt", line=3)) is None


def since(root: Path, base: str, seconds: float = 30) -> str | None:
    head = TreeSpec(kind="working-tree", root=str(root))
    commit = TreeSpec(kind="commit", root=str(root), commit=base)
    return Change(Repository(root=root), commit, head, seconds=seconds).since(Spot(path="a.txt", line=5), None)


def test_the_time_is_bounded(started: Clone) -> None:
    started.commit("Add the word", **{"a.txt": LINES + "FAIL\n"})
    began = time.monotonic()
    assert since(started.root, started.git("rev-parse", "main"), seconds=0) is None
    assert time.monotonic() - began < 10


def test_only_the_first_failing_findings_are_asked_about(started: Clone, judged: Judged) -> None:
    started.commit("Many", **{"a.txt": LINES + "".join(f"FAIL {number}\n" for number in range(30))})
    run = judged(base="main")
    assert sum(found.since is not None for found in run.findings) == 10
    assert {found.owners for found in run.findings} == {("@acme/words",)}


def test_the_owners_are_those_of_the_base(started: Clone, judged: Judged) -> None:
    started.commit("Mine", **{"a.txt": LINES + "FAIL\n", "CODEOWNERS": "* @mine\n"})
    assert only(judged(base="main")).owners == ("@acme/words",)


def test_nobody_is_named_without_a_file(clone: Clone, judged: Judged) -> None:
    clone.commit("base", **{"a.txt": LINES})
    clone.write("a.txt", LINES + "FAIL\n")
    assert only(judged(base="HEAD")).owners == ()

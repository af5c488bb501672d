from __future__ import annotations

from pathlib import Path

import pytest

from clones import Clone
from sluicegate.errors import GateError, UserError
from sluicegate.revision import Repository, commits_between, first_parents, mark_of, split_range, tags_between


@pytest.fixture
def repository(clone: Clone) -> Repository:
    """v1.0 - v1.1 - (a side branch with a tag, merged) - v2.0 on the main line."""
    clone.commit("one", **{"api.yaml": "1\n"})
    clone.git("tag", "v1.0")
    clone.commit("notes only", **{"notes.txt": "1\n"})
    clone.commit("two \x1b[31m ::error::\u2028x", **{"api.yaml": "2\n"})
    clone.git("tag", "--annotate", "--message", "the second", "v1.1")
    clone.git("tag", "latest")
    clone.git("checkout", "--quiet", "-b", "side")
    clone.commit("on the side", **{"side.yaml": "1\n"})
    clone.git("tag", "v1.2")
    clone.git("checkout", "--quiet", "main")
    clone.commit("three", **{"notes.txt": "2\n"})
    clone.git("merge", "--quiet", "--no-ff", "-m", "merge the side", "side")
    clone.commit("four", **{"api.yaml": "4\n"})
    clone.git("tag", "v2.0")
    return Repository(root=clone.root)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("v1..v2", ("v1", "v2")),
        ("v1..", ("v1", "HEAD")),
        ("..v2", ("HEAD", "v2")),
        ("v1", None),
        ("..", None),
        ("openapi.yaml", None),
    ],
)
def test_the_ends_of_a_range(text, ends):
    assert split_range(text) == ends


def test_three_dots_are_refused():
    with pytest.raises(UserError, match="symmetric difference"):
        split_range("v1...v2")


def test_tags_stand_oldest_first_and_those_of_one_commit_together(repository):
    base, head = (mark_of(repository, name) for name in ("v1.0", "v2.0"))
    marks = tags_between(repository, base, head)
    assert [mark.name for mark in marks] == ["latest, v1.1", "v1.2", "v2.0"]
    assert marks[0].commit == mark_of(repository, "v1.1").commit, "an annotated tag stands for its commit"
    assert all(len(mark.date) == 10 for mark in marks)


def test_a_tag_of_a_tree_is_no_version(repository, clone):
    clone.git("tag", "files", "HEAD^{tree}")
    base, head = (mark_of(repository, name) for name in ("v1.0", "v2.0"))
    assert "files" not in [mark.name for mark in tags_between(repository, base, head)]


def test_commits_are_those_of_the_main_line_that_touched_the_files(repository):
    base, head = (mark_of(repository, name) for name in ("v1.0", "v2.0"))
    marks = commits_between(repository, base, head, [":(top,glob)**/*.yaml"])
    assert [mark.subject for mark in marks] == ["two \x1b[31m ::error::\u2028x", "merge the side", "four"]
    assert [len(mark.name) for mark in marks] == [12] * 3


def test_no_setting_of_the_user_has_a_say(repository, clone):
    for name, value in (("log.showSignature", "true"), ("format.pretty", "fuller"), ("log.date", "raw")):
        clone.git("config", name, value)
    assert mark_of(repository, "v1.0").subject == "one"


def test_a_name_that_nobody_has(repository):
    with pytest.raises(GateError, match="the revision v9 does not exist in this clone"):
        mark_of(repository, "v9")


def test_a_commit_without_a_message(clone: Clone):
    clone.write("a", "1")
    clone.git("add", "--all")
    clone.git("commit", "--quiet", "--allow-empty-message", "-m", "")
    assert mark_of(Repository(root=clone.root), "HEAD").subject == ""


def test_the_line_of_first_parents(repository: Repository, tmp_path: Path) -> None:
    line = first_parents(repository, "main", 100)
    assert line.whole
    assert [mark_of(repository, commit).subject for commit in line.commits][:3] == ["four", "merge the side", "three"]
    assert line.commits[0] == mark_of(repository, "main").commit
    cut = first_parents(repository, "main", 2)
    assert (cut.commits, cut.whole) == (line.commits[:2], False)
    assert first_parents(repository, "main", len(line.commits)).whole
    Clone(repository.root).git("clone", "--quiet", "--depth=2", repository.root.as_uri(), str(tmp_path / "shallow"))
    shallow = first_parents(Repository(root=tmp_path / "shallow"), "HEAD", 100)
    assert (shallow.commits, shallow.whole) == (line.commits[:2], False)
    with pytest.raises(GateError):
        first_parents(repository, "nothing", 3)

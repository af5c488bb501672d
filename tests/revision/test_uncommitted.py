"""What a commit does not have so: on real repositories, as builds, people and machines leave them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clones import Clone, make_clone
from sluicegate.revision import TreeSpec, uncommitted


def asked(clone: Clone, *read: str, kind: str = "working-tree") -> tuple[str, ...] | None:
    spec = TreeSpec(kind=kind, root=str(clone.root))  # type: ignore[arg-type]
    return uncommitted(spec, clone.git("rev-parse", "HEAD"), read)


@pytest.fixture
def started(clone: Clone) -> Clone:
    clone.commit("one", **{"a.txt": "a\n", "b/c.txt": "c\n", ".gitignore": "/build\n"})
    return clone


def test_what_is_as_committed(started: Clone) -> None:
    assert asked(started, "a.txt", "b/c.txt", "not there") == ()


def test_an_edit_whether_a_gate_read_it_or_not(started: Clone) -> None:
    started.write("b/c.txt", "d\n")
    assert asked(started) == ("b/c.txt",)
    started.git("add", "--all")
    assert asked(started) == ("b/c.txt",)


def test_a_file_that_is_gone_and_one_that_is_added(started: Clone) -> None:
    (started.root / "a.txt").unlink()
    started.write("new.txt", "n\n")
    started.git("add", "new.txt")
    assert asked(started) == ("a.txt", "new.txt")


def test_what_was_staged_and_taken_back_on_disk(started: Clone) -> None:
    started.write("a.txt", "other\n")
    started.git("add", "--all")
    started.write("a.txt", "a\n")
    assert asked(started) == ()
    assert asked(started, kind="index") == ("a.txt",)


def test_untracked_files_count_where_they_were_read(started: Clone) -> None:
    started.write("made.txt", "m\n")
    started.write("reports/run.json", "{}\n")
    assert asked(started, "a.txt") == ()
    assert asked(started, "made.txt") == ("made.txt",)


def test_what_git_ignores_is_what_a_build_makes(started: Clone) -> None:
    started.write("build/openapi.yaml", "m\n")
    assert asked(started, "build/openapi.yaml") == ()


def test_an_edit_that_git_was_told_not_to_look_for(started: Clone) -> None:
    started.git("update-index", "--assume-unchanged", "a.txt")
    started.write("a.txt", "x\n")
    assert asked(started, "a.txt") == ("a.txt",)


def test_a_time_or_a_mode_alone_is_no_other_content(started: Clone) -> None:
    os.utime(started.root / "a.txt", (1, 1))
    (started.root / "b/c.txt").chmod(0o755)
    assert asked(started, "a.txt", "b/c.txt") == ()
    started.git("add", "--all")
    assert asked(started, kind="index") == ()


def test_other_line_ends_are_no_other_content(started: Clone, tmp_path: Path) -> None:
    del tmp_path
    started.git("config", "core.autocrlf", "true")
    (started.root / "a.txt").unlink()
    started.git("checkout", "--", "a.txt")
    assert (started.root / "a.txt").read_bytes() == b"a\r\n"
    os.utime(started.root / "a.txt", (1, 1))
    assert asked(started, "a.txt") == ()


def test_a_large_file_that_is_kept_elsewhere(started: Clone) -> None:
    import hashlib

    content = b"large"
    pointer = (
        "version https://git-lfs.github.com/spec/v1\n"
        f"oid sha256:{hashlib.sha256(content).hexdigest()}\nsize {len(content)}\n"
    )
    started.commit("pointer", **{"a.txt": pointer})
    started.write("a.txt", content)
    assert asked(started, "a.txt") == ()
    started.write("a.txt", b"other")
    assert asked(started, "a.txt") == ("a.txt",)


def test_links(started: Clone) -> None:
    (started.root / "link").symlink_to("a.txt")
    started.commit("link")
    assert asked(started, "link") == ()
    (started.root / "link").unlink()
    (started.root / "link").symlink_to("b/c.txt")
    assert asked(started, "link") == ("link",)
    (started.root / "link").unlink()
    started.write("link", "a\n")
    assert asked(started) == ("link",)


def test_a_submodule(started: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "protocol.file.allow")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "always")
    part = make_clone(tmp_path / "part")
    part.commit("one", x="1")
    started.git("submodule", "--quiet", "add", part.root.as_uri(), "part")
    started.commit("part")
    inside = Clone(started.root / "part")
    assert asked(started, "part/x") == ()
    inside.write("x", "2")
    assert asked(started) == ()
    assert asked(started, "part/x") == ("part/x",)
    inside.commit("moved")
    assert asked(started) == ("part",)


def test_a_folder_of_files_says_nothing(tmp_path: Path) -> None:
    assert uncommitted(TreeSpec(kind="folder", root=str(tmp_path)), "", ["a"]) is None


def test_a_commit_that_is_not_there_is_not_known(started: Clone) -> None:
    spec = TreeSpec(kind="working-tree", root=str(started.root))
    assert uncommitted(spec, "0" * 40, ["a.txt"]) is None

"""A ref as a store, in every kind of clone, beside whatever the clone's own settings want."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from baseline.conftest import kill
from baseline.verbs import Verbs
from clones import Clone
from sluicegate.baseline import StoreError, open_store
from sluicegate.baseline.git import REF, GitStore

KILLS = 100


@pytest.fixture
def store(clone: Clone) -> GitStore:
    return GitStore(folder=clone.root)


class TestVerbs(Verbs):
    pass


def test_nothing_of_the_clone_is_touched(clone: Clone, store: GitStore) -> None:
    clone.commit("one", **{"a.txt": "1\n"})
    clone.write("a.txt", "2\n")
    clone.write("b.txt", "new\n")
    before = (
        clone.git("status", "--porcelain"),
        clone.git("rev-parse", "HEAD"),
        (clone.root / ".git/index").read_bytes(),
    )
    tag = store.create("a.txt", b"mine")
    store.replace("a.txt", b"mine too", tag)
    after = clone.git("status", "--porcelain"), clone.git("rev-parse", "HEAD"), (clone.root / ".git/index").read_bytes()
    assert after == before
    assert clone.git("for-each-ref", "--format=%(refname)") == f"refs/heads/main\n{REF}"
    assert clone.git("log", "--format=%an %s", REF) == "Sluicegate a.txt\nSluicegate a.txt"


@pytest.mark.parametrize("kind", ["bare", "worktree", "shallow", "partial", "sha256", "subfolder"])
def test_every_kind_of_clone(tmp_path: Path, clone: Clone, kind: str) -> None:
    clone.commit("one", **{"deep/a.txt": "1\n"})
    clone.commit("two", **{"deep/a.txt": "2\n"})
    clone.git("config", "uploadpack.allowFilter", "true")
    there = tmp_path / "there"
    source = clone.root.as_uri()
    made = {
        "bare": ("clone", "--quiet", "--bare", source, str(there)),
        "worktree": ("worktree", "add", "--quiet", str(there)),
        "shallow": ("clone", "--quiet", "--depth=1", source, str(there)),
        "partial": ("clone", "--quiet", "--filter=blob:none", "--no-checkout", source, str(there)),
        "sha256": ("init", "--quiet", "--object-format=sha256", str(there)),
        "subfolder": ("clone", "--quiet", source, str(there)),
    }
    clone.git(*made[kind])
    store = GitStore(folder=there / "deep" if kind == "subfolder" else there)
    shallow = Clone(there).git("rev-parse", "--is-shallow-repository")
    tag = store.create("x/y.json", b"1")
    store.replace("x/y.json", b"2", tag)
    assert store.get("x/y.json").data == b"2"
    assert list(store.list()) == ["x/y.json"]
    assert Clone(there).git("rev-parse", "--is-shallow-repository") == shallow
    assert Clone(there).git("fsck", "--strict") == ""


def test_all_worktrees_see_one_store(tmp_path: Path, clone: Clone, store: GitStore) -> None:
    clone.commit("one", a="1")
    clone.git("worktree", "add", "--quiet", str(tmp_path / "other"))
    GitStore(folder=tmp_path / "other").create("x", b"1")
    assert store.get("x").data == b"1"


def test_filters_hooks_and_line_ends_have_no_say(clone: Clone, store: GitStore, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    clone.commit("one", **{".gitattributes": "* text eol=crlf filter=spy\n"})
    for name in ("filter.spy.clean", "filter.spy.smudge", "core.fsmonitor"):
        clone.git("config", name, f"touch {ran}; cat")
    for name in ("reference-transaction", "pre-commit", "post-commit", "post-index-change"):
        hook = clone.root / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {ran}\nexit 1\n")
        hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    clone.git("config", "commit.gpgSign", "true")
    store.create("a", b"1\r\n2\n")
    assert store.get("a").data == b"1\r\n2\n"
    assert not ran.exists()


def test_a_hook_that_git_runs_may_write_too(clone: Clone, monkeypatch: pytest.MonkeyPatch, store: GitStore) -> None:
    """`git commit` tells its hooks of an index; ours is another."""
    clone.commit("one", a="1")
    index = clone.root / ".git" / "index"
    before = index.read_bytes()
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    monkeypatch.setenv("GIT_DIR", str(clone.root / ".git"))
    store.create("x", b"1")
    assert index.read_bytes() == before
    assert list(store.list()) == ["x"]


def test_no_name_and_no_address_are_needed(monkeypatch: pytest.MonkeyPatch, store: GitStore) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("EMAIL", "")
    store.create("a", b"1")
    assert store.get("a")


def test_killed_writers_leave_the_old_or_the_new(clone: Clone) -> None:
    assert kill(clone.root, f"git:{REF}", KILLS) > KILLS / 2
    assert clone.git("fsck", "--strict", "--no-dangling") == ""


def test_a_lock_that_a_killed_git_left_is_named(clone: Clone, store: GitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sluicegate.baseline.git._ATTEMPTS", 3)
    tag = store.create("a", b"1")
    lock = clone.root / ".git" / f"{REF}.lock"
    lock.write_text("")
    with pytest.raises(StoreError, match="lock") as told:
        store.replace("a", b"2", tag)
    assert "remove it when no git is running" in told.value.hint
    assert store.get("a").data == b"1"


@pytest.mark.parametrize("content", ["", "not a commit\n", "0123456789012345678901234567890123456789\n"])
def test_a_broken_ref_is_no_empty_store(clone: Clone, store: GitStore, content: str) -> None:
    tag = store.create("a", b"1")
    clone.write(f".git/{REF}", content)
    calls: list[Callable[[], object]] = [
        lambda: store.get("a"),
        lambda: list(store.list()),
        lambda: store.create("b", b"2"),
        lambda: store.replace("a", b"2", tag),
    ]
    for call in calls:
        with pytest.raises(StoreError) as told:
            call()
        assert "git update-ref -d" in told.value.hint


def test_a_lost_object_is_no_empty_store(clone: Clone, store: GitStore) -> None:
    tag = store.create("a", b"1")
    path = clone.root / ".git" / "objects" / tag[:2] / tag[2:]
    path.chmod(0o644)
    path.unlink()
    with pytest.raises(StoreError, match="missing object"):
        store.get("a")


def test_a_ref_that_is_no_commit_is_told(clone: Clone, store: GitStore) -> None:
    clone.git("update-ref", REF, store.blob(b"x"))
    with pytest.raises(StoreError, match="leads to a blob"):
        store.create("a", b"1")


def test_a_ref_that_comes_while_it_is_looked_for_is_read(store: GitStore, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = GitStore.tried
    other = GitStore(folder=store.folder)

    def slow(self: GitStore, *arguments: str, **more: object) -> subprocess.CompletedProcess[bytes]:
        done = tried(self, *arguments, **more)
        if self is store and arguments[0] == "ls-tree" and done.returncode:
            other.create("a", b"1")
        return done

    monkeypatch.setattr(GitStore, "tried", slow)
    assert store.get("a").data == b"1"


def test_outside_of_a_repository(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is not in a git repository") as told:
        open_store(f"git:{REF}", tmp_path).get("a")
    assert "s3://" in told.value.hint


def test_two_who_do_the_same_make_two_commits(store: GitStore) -> None:
    blob = store.blob(b"1")
    assert store.commit({"a": blob}, "a") != store.commit({"a": blob}, "a")


def test_strange_files_in_the_tree_are_no_entries(clone: Clone, store: GitStore) -> None:
    store.create("a", b"1")
    index = {**os.environ, "GIT_INDEX_FILE": str(clone.root / ".git" / "other")}
    told = (
        f"120000 {store.blob(b'/etc/passwd')}\tlink\n100644 {store.blob(b'x')}\tUPPER\n100644 {store.blob(b'1')}\ta\n"
    )
    for arguments in (("update-index", "--index-info"), ("write-tree",)):
        done = subprocess.run(
            ["git", "-C", str(clone.root), *arguments],
            input=told,
            env=index,
            capture_output=True,
            text=True,
            check=True,
        )
    commit = clone.git("commit-tree", done.stdout.strip(), "-m", "x")
    clone.git("update-ref", REF, commit)
    assert list(store.list()) == ["a"]
    assert store.get("link") is None

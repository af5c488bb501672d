"""Two clones and a remote: nobody's update is overwritten."""

from __future__ import annotations

import multiprocessing
import subprocess
from pathlib import Path

import pytest

from clones import Clone, make_clone
from sluicegate.baseline import StoreError, update
from sluicegate.baseline.exchange import pull, push
from sluicegate.baseline.git import REF, GitStore
from sluicegate.baseline.kept import merging


def lines(_name: str, base: bytes | None, ours: bytes | None, theirs: bytes | None) -> bytes | None:
    """A merge of sets of lines."""
    old, mine, other = (set((data or b"").split()) for data in (base, ours, theirs))
    return b"\n".join(sorted((mine | other) - (old - mine) - (old - other)))


def conflict(name: str, *_sides: bytes | None) -> bytes | None:
    raise AssertionError(f"{name} was to be merged")


@pytest.fixture
def remote(tmp_path: Path) -> Clone:
    made = make_clone(tmp_path / "remote")
    made.commit("one", a="1")
    return made


@pytest.fixture
def one(remote: Clone, tmp_path: Path) -> GitStore:
    return cloned(remote, tmp_path / "one")


@pytest.fixture
def two(remote: Clone, tmp_path: Path) -> GitStore:
    return cloned(remote, tmp_path / "two")


def cloned(remote: Clone, where: Path, *more: str) -> GitStore:
    remote.git("clone", "--quiet", *more, remote.root.as_uri(), str(where))
    return GitStore(folder=where)


def data(store: GitStore, name: str = "n") -> bytes:
    found = store.get(name)
    assert found
    return found.data


def add(store: GitStore, line: bytes) -> None:
    update(store, "n", lambda there: b"\n".join(sorted({*(there or b"").split(), line})))


def test_there_and_back(one: GitStore, two: GitStore) -> None:
    add(one, b"a")
    assert push(one, conflict).changed
    pulled = pull(two, conflict)
    assert pulled.changed
    assert not pulled.merged
    assert data(two) == b"a"
    add(two, b"b")
    push(two, conflict)
    assert pull(one, conflict).changed
    assert data(one) == b"a\nb"
    assert not pull(one, conflict).changed
    assert not push(one, conflict).changed


def test_what_both_changed_is_merged(one: GitStore, two: GitStore) -> None:
    add(one, b"common")
    push(one, conflict)
    pull(two, conflict)
    add(one, b"a")
    add(two, b"b")
    push(one, conflict)
    done = push(two, lines)
    assert done.merged
    assert data(two) == b"a\nb\ncommon"
    assert not pull(one, conflict).merged
    assert data(one) == b"a\nb\ncommon"


def test_two_first_pushes_are_merged(one: GitStore, two: GitStore) -> None:
    add(one, b"a")
    add(two, b"b")
    push(one, conflict)
    push(two, lines)
    pull(one, conflict)
    assert data(one) == data(two) == b"a\nb"


def test_entries_that_one_side_changed_need_no_merge(one: GitStore, two: GitStore) -> None:
    for name in ("kept", "theirs", "ours"):
        one.create(name, b"0")
    push(one, conflict)
    pull(two, conflict)
    one.replace("theirs", b"1", one.get("theirs").tag)
    one.create("new/theirs", b"1")
    two.replace("ours", b"2", two.get("ours").tag)
    push(one, conflict)
    assert push(two, conflict).merged
    there = {name: data(two, name) for name in two.list()}
    assert there == {"kept": b"0", "theirs": b"1", "ours": b"2", "new/theirs": b"1"}


def test_a_merge_that_is_refused_changes_nothing(one: GitStore, two: GitStore) -> None:
    def refused(name: str, *_sides: bytes | None) -> bytes:
        raise StoreError.at("x", f"{name} was changed here and there")

    add(one, b"a")
    add(two, b"b")
    push(one, conflict)
    before = two.tip()
    with pytest.raises(StoreError, match="here and there"):
        push(two, refused)
    assert two.tip() == before
    pull(one, conflict)
    assert data(one) == b"a"


def test_nothing_to_push_and_nothing_to_pull(one: GitStore) -> None:
    assert pull(one, conflict).there is None
    with pytest.raises(StoreError, match="nothing to push"):
        push(one, conflict)


@pytest.mark.parametrize(
    ("kind", "more"), [("shallow", ["--depth=1"]), ("partial", ["--filter=blob:none"]), ("full", [])]
)
def test_a_clone_stays_as_deep_as_it_is(
    remote: Clone, one: GitStore, tmp_path: Path, kind: str, more: list[str]
) -> None:
    remote.git("config", "uploadpack.allowFilter", "true")
    for word in (b"a", b"b", b"c"):
        add(one, word)
    push(one, conflict)
    remote.commit("two", a="2")
    there = cloned(remote, tmp_path / "there", *more)
    clone = Clone(there.folder)
    before = clone.git("rev-parse", "--is-shallow-repository"), clone.git("log", "--format=%H", "HEAD")
    assert pull(there, conflict).changed
    assert data(there) == b"a\nb\nc"
    add(there, b"d")
    assert push(there, conflict).changed
    assert (clone.git("rev-parse", "--is-shallow-repository"), clone.git("log", "--format=%H", "HEAD")) == before
    assert clone.git("log", "--format=%s", REF).splitlines() == ["n"] * 4, kind
    assert clone.git("tag") == ""
    assert clone.git("for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes/origin/main") == (
        "refs/heads/main\nrefs/remotes/origin/main"
    )


def test_the_remote_is_not_moved_under_somebody(
    remote: Clone, one: GitStore, two: GitStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another push comes between our look at the remote and our own push."""
    import sluicegate.baseline.exchange as room

    add(one, b"a")
    add(two, b"b")
    pushed = room._pushed
    times = []

    def slow(store: GitStore, here: str, there: str | None) -> str:
        if not times:
            times.append(pushed(two, two.tip(), None))
        return pushed(store, here, there)

    monkeypatch.setattr(room, "_pushed", slow)
    assert push(one, lines).merged
    assert times == [""]
    assert data(GitStore(folder=remote.root)) == b"a\nb"


def test_hooks_and_push_settings_have_no_say(one: GitStore, tmp_path: Path) -> None:
    clone = Clone(one.folder)
    hook = clone.write(".git/hooks/pre-push", f"#!/bin/sh\ntouch {tmp_path}/ran\nexit 1\n")
    hook.chmod(0o755)
    for name, value in (
        ("push.gpgSign", "true"),
        ("push.followTags", "true"),
        ("fetch.prune", "true"),
        ("fetch.pruneTags", "true"),
    ):
        clone.git("config", name, value)
    clone.git("tag", "mine")
    clone.git("tag", "-a", "-m", "x", "annotated")
    add(one, b"a")
    push(one, conflict)
    pull(one, conflict)
    assert not (tmp_path / "ran").exists()
    assert clone.git("tag") == "annotated\nmine"
    assert clone.git("ls-remote", "--tags", "origin") == ""


def test_a_refusal_of_the_remote_is_told_once(remote: Clone, one: GitStore) -> None:
    hook = remote.write(".git/hooks/pre-receive", "#!/bin/sh\necho run >>ran\necho not you >&2\nexit 1\n")
    hook.chmod(0o755)
    add(one, b"a")
    with pytest.raises(StoreError, match="not you"):
        push(one, conflict)
    assert (remote.root / ".git" / "ran").read_text() == "run\n"


@pytest.mark.parametrize(
    ("url", "why", "hint"),
    [
        ("/nowhere/at/all", "origin cannot be read", "can be reached"),
        ("ext::sh -c touch% ran", "not allowed", ""),
        ("http://bob:s3cret@127.0.0.1:9/x.git", "origin cannot be read", "can be reached"),
    ],
)
def test_a_remote_that_cannot_be_reached(one: GitStore, url: str, why: str, hint: str) -> None:
    Clone(one.folder).git("remote", "set-url", "origin", url)
    add(one, b"a")
    with pytest.raises(StoreError, match=why) as told:
        push(one, conflict)
    assert hint in told.value.hint
    assert "s3cret" not in told.value.message
    assert not (one.folder / "ran").exists()


def test_a_remote_that_there_is_not(one: GitStore) -> None:
    other = GitStore(folder=one.folder, remote="elsewhere")
    add(other, b"a")
    with pytest.raises(StoreError) as told:
        push(other, conflict)
    assert "git remote -v" in told.value.hint


def many(folder: Path, number: int, count: int) -> None:
    store = GitStore(folder=folder)
    for each in range(count):
        add(store, b"%d-%d" % (number, each))
        push(store, lines)


def test_clones_that_push_at_once_lose_nothing(remote: Clone, tmp_path: Path) -> None:
    clones, count = 4, 5
    stores = [cloned(remote, tmp_path / f"clone-{number}") for number in range(clones)]
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=many, args=(store.folder, at, count)) for at, store in enumerate(stores)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * clones
    there = set(data(GitStore(folder=remote.root)).split())
    assert there == {b"%d-%d" % (number, each) for number in range(clones) for each in range(count)}
    done = subprocess.run(["git", "-C", str(remote.root), "fsck", "--strict"], capture_output=True, check=False)
    assert done.returncode == 0


def test_an_index_that_both_changed_is_left_to_be_made_anew(one: GitStore, two: GitStore) -> None:
    name = "performance/api/index.json"
    for store, mine in ((one, b"1"), (two, b"2")):
        store.create("performance/api/" + mine.decode() + ".json", mine)
        store.create(name, mine)
    push(one, merging(one.address))
    assert push(two, merging(two.address)).merged
    assert list(two.list()) == ["performance/api/1.json", "performance/api/2.json"]

"""What is brought into a clone: one commit, bounded, by real git over HTTP; and a full clone stays full."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from clones import Clone
from hosting import TOKEN, Hosting, bare_git, make_hosting
from sluicegate.errors import GateError
from sluicegate.revision import NOWHERE, Event, Reach, Repository, TreeSpec, find_base, open_tree
from sluicegate.revision.fetch import fetch_commit, fetch_files

REACH = Reach(fetch=True)
LIMIT = 1 << 20


@pytest.fixture
def hosting(tmp_path: Path) -> Iterator[Hosting]:
    """main: A B C D, each with a file of its own and one that changes."""
    made = make_hosting(tmp_path / "hosting")
    for name, *parents in (["A"], ["B", "A"], ["C", "B"], ["D", "C"], ["Z", "A"]):
        deep = {f"deep/er/{name}.txt": name.encode(), "changes.txt": f"{name}\n".encode(), "stays.txt": b"stays\n"}
        made.commit(name, *parents, files=deep)
    made.ref("refs/heads/main", "D")
    with made.serving():
        yield made


def cloned(hosting: Hosting, tmp_path: Path, depth: int, **more: object) -> tuple[Clone, Repository]:
    made = hosting.checkout(tmp_path / "clone", "refs/heads/main", hosting.names["D"], depth, **more)  # type: ignore[arg-type]
    return made, Repository(root=made.root)


def test_a_shallow_clone_gets_the_one_commit(hosting: Hosting, tmp_path: Path) -> None:
    clone, repository = cloned(hosting, tmp_path, 1)
    assert fetch_commit(repository, hosting.names["B"], REACH) == hosting.names["B"]
    assert clone.git("cat-file", "-p", f"{hosting.names['B']}:changes.txt") == "B"
    have = clone.git("cat-file", "--batch-check", "--batch-all-objects")
    commits = {line.split()[0] for line in have.splitlines() if " commit " in line}
    assert commits == {hosting.names["B"], hosting.names["D"]}


def test_a_full_clone_stays_full(hosting: Hosting, tmp_path: Path) -> None:
    clone, repository = cloned(hosting, tmp_path, 0)
    before = clone.git("rev-list", "--count", "HEAD")
    assert fetch_commit(repository, hosting.names["Z"], REACH) == hosting.names["Z"]
    assert clone.git("rev-parse", "--is-shallow-repository") == "false"
    assert clone.git("rev-list", "--count", "HEAD") == before == "4"
    assert clone.git("merge-base", "HEAD", hosting.names["Z"]) == hosting.names["A"]
    assert all(b"deepen" not in each for each in hosting.fetched)


@pytest.mark.parametrize("depth", [0, 1])
def test_a_fetch_leaves_no_trace_beside_the_objects(hosting: Hosting, tmp_path: Path, depth: int) -> None:
    clone, repository = cloned(hosting, tmp_path, depth)
    hooks = clone.root / ".git" / "hooks"
    for name in ("reference-transaction", "post-checkout", "post-merge"):
        clone.write(f".git/hooks/{name}", "#!/bin/sh\ntouch ../hooked hooked\n").chmod(0o755)
    hosting.ref("refs/tags/v1", "B")
    clone.git("config", "remote.origin.tagOpt", "--tags")
    clone.git("config", "fetch.recurseSubmodules", "yes")
    clone.git("config", "gc.auto", "1")
    (clone.root / "hooked").unlink(missing_ok=True)

    def state() -> dict[str, bytes]:
        files = (path for path in clone.root.rglob("*") if path.is_file())
        kept = (path for path in files if "objects" not in path.parts and path.name != "shallow")
        return {path.relative_to(clone.root).as_posix(): path.read_bytes() for path in kept}

    before = state()
    fetch_commit(repository, hosting.names["A"] if depth else hosting.names["Z"], REACH)
    assert state() == before
    assert hooks.is_dir()


def test_nothing_is_fetched_unless_it_may_be(hosting: Hosting, tmp_path: Path) -> None:
    _, repository = cloned(hosting, tmp_path, 1)
    with pytest.raises(GateError, match="nothing is fetched here"):
        fetch_commit(repository, hosting.names["A"], NOWHERE)
    assert hosting.fetched == []


@pytest.mark.parametrize("name", ["main", "--upload-pack=touch x", "", "A" * 40, "refs/heads/main"])
def test_only_a_whole_commit_is_fetched(hosting: Hosting, tmp_path: Path, name: str) -> None:
    _, repository = cloned(hosting, tmp_path, 1)
    with pytest.raises(GateError, match="no commit is named"):
        fetch_commit(repository, name, REACH)
    assert hosting.fetched == []


def test_a_commit_that_nobody_has_is_told_in_gits_words(hosting: Hosting, tmp_path: Path) -> None:
    _, repository = cloned(hosting, tmp_path, 1)
    with pytest.raises(GateError, match=r"`git fetch` did not bring it: .*not our ref"):
        fetch_commit(repository, "d" * 40, REACH)


def test_without_credentials_it_is_refused_at_once_and_without_a_question(hosting: Hosting, tmp_path: Path) -> None:
    _, repository = cloned(hosting, tmp_path, 1, keep=False)
    started = time.monotonic()
    with pytest.raises(GateError, match="did not bring it") as caught:
        fetch_commit(repository, hosting.names["A"], REACH)
    assert "could not read Username" in caught.value.message or "Authentication failed" in caught.value.message
    assert time.monotonic() - started < 30
    hosting.open = True
    assert fetch_commit(repository, hosting.names["A"], REACH), "a public repository needs none"


def test_credentials_and_controls_are_struck_from_what_the_remote_says(hosting: Hosting, tmp_path: Path) -> None:
    _, repository = cloned(hosting, tmp_path, 1)
    hosting.git_says = f"no, see https://user:{TOKEN}@host/x \x1b[31m\r\n::error::x\n".encode()
    with pytest.raises(GateError, match=r"remote: no, see https://\*\*\*@host/x") as caught:
        fetch_commit(repository, hosting.names["A"], REACH)
    assert TOKEN not in caught.value.message
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 300


def test_a_remote_that_hangs_is_left_in_time_and_nothing_stays_behind(hosting: Hosting, tmp_path: Path) -> None:
    _, repository = cloned(hosting, tmp_path, 1)
    hosting.git_delay = 5
    started = time.monotonic()
    with pytest.raises(GateError, match=r"it took more than 0\.5 s"):
        fetch_commit(repository, hosting.names["A"], Reach(fetch=True, seconds=0.5))
    assert time.monotonic() - started < 5, "as long as the remote takes"
    listed = [each / "cmdline" for each in Path("/proc").glob("[0-9]*")]
    still = [line for line in map(_read, listed) if str(repository.root).encode() in line or b"remote-http" in line]
    assert [line for line in still if hosting.address.encode() in line] == []


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("remote", ["ext::sh -c 'touch evil'", "git://127.0.0.1/x.git", "fd::7"])
def test_only_known_protocols_are_spoken(hosting: Hosting, tmp_path: Path, remote: str) -> None:
    clone, repository = cloned(hosting, tmp_path, 1)
    clone.git("remote", "set-url", "origin", remote)
    clone.git("config", "protocol.allow", "always")
    with pytest.raises(GateError, match="not allowed"):
        fetch_commit(repository, hosting.names["A"], REACH)
    assert not (clone.root / "evil").exists()


def test_what_the_caller_forbids_stays_forbidden(
    hosting: Hosting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, repository = cloned(hosting, tmp_path, 1)
    monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "https")
    with pytest.raises(GateError, match="not allowed"):
        fetch_commit(repository, hosting.names["A"], REACH)


def test_a_lock_that_another_fetch_holds_is_waited_for(hosting: Hosting, tmp_path: Path) -> None:
    import threading

    clone, repository = cloned(hosting, tmp_path, 1)
    lock = clone.write(".git/shallow.lock", "")
    threading.Timer(0.7, lock.unlink).start()
    assert fetch_commit(repository, hosting.names["A"], REACH)


class TestPartialClones:
    def spec(self, repository: Repository, commit: str) -> TreeSpec:
        return TreeSpec(kind="commit", root=str(repository.root), commit=commit)

    @pytest.mark.parametrize("depth", [0, 2])
    @pytest.mark.parametrize("kind", ["blob:none", "tree:0", "blob:limit=1"])
    def test_the_files_of_the_base_come_in_one_go(
        self, hosting: Hosting, tmp_path: Path, depth: int, kind: str
    ) -> None:
        clone, repository = cloned(hosting, tmp_path, depth, filter_=kind)
        event = Event(kind="push", before=hosting.names["C"], ref="refs/heads/main", default_branch="main")
        found = find_base(repository, event=event, reach=REACH)
        assert found.commit == hosting.names["C"]
        fetched = len(hosting.fetched)
        assert fetched <= (3 if kind == "tree:0" else 1)
        tree = open_tree(self.spec(repository, found.commit))
        for path in ("changes.txt", "stays.txt", "deep/er/C.txt", "deep/er/A.txt"):
            expected = bare_git(hosting.bare, "cat-file", "-p", f"{found.commit}:{path}")
            assert tree.read(path, LIMIT).decode().strip() == expected
        assert len(hosting.fetched) == fetched, "reading asks nobody"
        assert clone.git("config", "remote.origin.partialclonefilter") == kind

    def test_a_base_that_is_missing_altogether_comes_with_its_files(self, hosting: Hosting, tmp_path: Path) -> None:
        _, repository = cloned(hosting, tmp_path, 1, filter_="blob:none")
        event = Event(kind="push", before=hosting.names["A"], ref="refs/heads/main", default_branch="main")
        found = find_base(repository, event=event, reach=REACH)
        assert open_tree(self.spec(repository, found.commit)).read("changes.txt", LIMIT) == b"A\n"

    def test_where_nothing_may_be_fetched_a_missing_file_is_an_error_and_no_absence(
        self, hosting: Hosting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GIT_ALLOW_PROTOCOL", "http")  # a caller who allows much allows us nothing
        clone, repository = cloned(hosting, tmp_path, 0, filter_="blob:none")
        found = find_base(repository, wanted="HEAD~1")
        tree = open_tree(self.spec(repository, found.commit))
        assert tree.find("changes.txt") == "changes.txt"
        with pytest.raises(GateError, match=r"git does not have the content of changes\.txt") as caught:
            tree.read("changes.txt", LIMIT)
        assert tree.read("stays.txt", LIMIT) == b"stays\n"
        assert hosting.fetched == []
        command = caught.value.hint.partition("`")[2].partition("`")[0]
        clone.git(*command.split()[1:])
        assert open_tree(self.spec(repository, found.commit)).read("changes.txt", LIMIT) == b"C\n", "the hint works"

    def test_a_fetch_that_fails_leaves_the_error_to_the_reader(self, hosting: Hosting, tmp_path: Path) -> None:
        clone, repository = cloned(hosting, tmp_path, 0, filter_="blob:none", keep=False)
        fetch_files(repository, hosting.names["A"], REACH)
        with pytest.raises(GateError, match="git does not have the content"):
            open_tree(self.spec(repository, hosting.names["A"])).read("changes.txt", LIMIT)
        assert clone.git("status", "--porcelain") == ""

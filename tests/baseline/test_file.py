"""The folder as a store, with what happens to folders: kills, full disks, links, rights, strangers."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import threading
import time
from pathlib import Path

import pytest

from baseline.conftest import kill
from baseline.killed import body, number_of
from baseline.verbs import Verbs
from sluicegate.baseline import StoreError, TakenError, open_store
from sluicegate.baseline.file import FileStore
from sluicegate.baseline.lock import locked

KILLS = 200


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(folder=tmp_path / "store", patience=5)


class TestVerbs(Verbs):
    pass


def test_nothing_but_the_entries_is_left(store: FileStore) -> None:
    tag = store.create("deep/a", b"1")
    store.replace("deep/a", b"2", tag)
    left = sorted(path.relative_to(store.folder).as_posix() for path in store.folder.rglob("*"))
    assert left == ["deep", "deep/a"]


def test_folders_go_with_their_last_entry(store: FileStore) -> None:
    first, second = store.create("a/b/c/1", b""), store.create("a/2", b"")
    store.remove("a/b/c/1", first)
    assert sorted(path.relative_to(store.folder).as_posix() for path in store.folder.rglob("*")) == ["a", "a/2"]
    store.remove("a/2", second)
    assert list(store.folder.iterdir()) == []


def test_reading_makes_no_folder(store: FileStore) -> None:
    assert store.get("a") is None
    assert list(store.list()) == []
    assert not store.folder.exists()


def test_strangers_in_the_folder_are_no_entries(store: FileStore) -> None:
    store.create("a", b"1")
    for name in (".gitignore", "README.MD", ".new-x", "B"):
        (store.folder / name).write_text("x")
    assert list(store.list()) == ["a"]


def test_killed_writers_leave_the_old_or_the_new(tmp_path: Path) -> None:
    """SIGKILL at a random moment, hundreds of times; two writers at once, so that locks die with their holders."""
    assert kill(tmp_path, "store", KILLS) > KILLS, "they have written a lot in between"
    store = FileStore(folder=tmp_path / "store", patience=1)
    store.create("other", b"")
    assert [path.name for path in store.folder.glob(".new-*")] == [], "the next writer cleans up"


def test_a_file_that_may_not_grow_leaves_the_old_one(store: FileStore) -> None:
    tag = store.create("a", body(1))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(StoreError, match="File too large") as told:
            store.replace("a", body(2), tag)
        with pytest.raises(StoreError):
            store.create("b", body(2))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "free some space" in told.value.hint
    assert number_of(store.get("a").data) == 1
    assert sorted(path.name for path in store.folder.iterdir()) == ["a"]


def test_a_full_disk_is_told(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real thing needs a mount (tests/real); here the call that fails on one."""
    tag = store.create("a", b"1")

    def full(_number: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left on device") as told:
        store.replace("a", b"2", tag)
    assert told.value.hint == "nothing was changed: free some space and run again"
    assert store.get("a").data == b"1"


def test_a_link_out_of_the_store_is_not_followed(store: FileStore, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_text("secret")
    store.create("a", b"1")
    (store.folder / "link").symlink_to(outside / "secret")
    (store.folder / "folder").symlink_to(outside)
    with pytest.raises(StoreError, match="link cannot be read"):
        store.get("link")
    with pytest.raises(TakenError):
        store.create("link", b"2")
    with pytest.raises(StoreError, match="leads out of it by a link"):
        store.create("folder/new", b"2")
    assert sorted(path.name for path in outside.iterdir()) == ["secret"]
    assert (outside / "secret").read_text() == "secret"


def test_a_pipe_is_no_entry_and_nothing_to_wait_at(store: FileStore) -> None:
    store.create("a", b"1")
    os.mkfifo(store.folder / "pipe")
    with pytest.raises(StoreError, match="pipe is no file"):
        store.get("pipe")


def test_a_name_under_an_entry_is_refused(store: FileStore) -> None:
    store.create("a", b"1")
    with pytest.raises(StoreError) as told:
        store.create("a/b", b"2")
    assert "both an entry and a folder" in told.value.hint
    assert store.get("a").data == b"1"


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("x")
    with pytest.raises(StoreError, match="cannot be written"):
        FileStore(folder=tmp_path / "store").create("a", b"1")


def test_a_larger_file_than_any_of_ours_is_refused(store: FileStore) -> None:
    store.create("a", b"1")
    with (store.folder / "a").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(StoreError, match="was not written by Sluicegate"):
        store.get("a")


def test_a_writer_waits_for_another_and_not_for_ever(tmp_path: Path) -> None:
    store = FileStore(folder=tmp_path, patience=0.2)
    with locked(tmp_path, 1), pytest.raises(StoreError, match="it is locked") as told:
        store.create("a", b"1")
    assert "0.2 s" in told.value.hint
    store.create("a", b"1")


def test_a_folder_that_is_made_again_is_locked_again(tmp_path: Path) -> None:
    """Git removes a folder when it empties: a lock on what is gone keeps nobody out."""
    folder = tmp_path / "store"
    folder.mkdir()
    held = []

    def second() -> None:
        with locked(folder, 5):
            held.append(folder.stat().st_ino)

    with locked(folder, 1):
        waiting = threading.Thread(target=second)
        waiting.start()
        time.sleep(0.1)
        shutil.rmtree(folder)
        folder.mkdir()
        there = folder.stat().st_ino
    waiting.join()
    assert held == [there]


def test_the_rights_of_an_entry_stay(store: FileStore) -> None:
    tag = store.create("a", b"1")
    (store.folder / "a").chmod(0o600)
    store.replace("a", b"2", tag)
    assert (store.folder / "a").stat().st_mode & 0o777 == 0o600


def test_the_settings_name_a_folder(tmp_path: Path) -> None:
    open_store("here", tmp_path).create("a", b"1")
    assert (tmp_path / "here" / "a").read_bytes() == b"1"

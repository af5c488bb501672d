"""A baseline in a store: what is corrupt is an error, and what two do at once is both there."""

from __future__ import annotations

import json
import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from baseline.test_accepted import LATER, WHO, finding, of
from sluicegate.baseline import Baseline, StoreError, accept, change_baseline, open_store, read_baseline
from sluicegate.baseline.document import Kind, write
from sluicegate.baseline.file import FileStore
from sluicegate.baseline.kept import KIND, NAME, decode, encode, merging
from sluicegate.text import visible


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(folder=tmp_path)


def test_what_is_kept_is_read_back(store: FileStore) -> None:
    assert read_baseline(store) is None
    wanted = of(finding(), finding(), finding("ü\u202e\ud800"))
    assert change_baseline(store, lambda _: wanted) == wanted
    assert read_baseline(store) == wanted
    text = (store.folder / NAME).read_text("utf-8")
    assert text == visible(text)


def test_what_does_not_change_is_not_written(store: FileStore) -> None:
    change_baseline(store, lambda _: of(finding()))
    before = (store.folder / NAME).stat().st_mtime_ns
    change_baseline(store, lambda there: there)
    assert (store.folder / NAME).stat().st_mtime_ns == before


def test_an_empty_acceptance_is_kept_too(store: FileStore) -> None:
    """That nothing was found is something to know: the rules had been looked at."""
    change_baseline(store, lambda there: accept(there, [], WHO, rules=["sample/word"]))
    found = read_baseline(store)
    assert found is not None
    assert found.rules == {"sample/word"}


@pytest.mark.parametrize("damage", [b"", b"{}", b"half", b"\0" * 100])
def test_a_corrupt_one_is_neither_read_nor_written_over(store: FileStore, damage: bytes) -> None:
    data = encode(of(finding()))
    damaged = data[: len(data) // 2] if damage == b"half" else damage
    store.create(NAME, damaged)
    with pytest.raises(StoreError, match="cannot be trusted"):
        read_baseline(store)
    with pytest.raises(StoreError, match="cannot be trusted"):
        change_baseline(store, lambda there: accept(there, [finding("b")], WHO))
    assert store.get(NAME).data == damaged  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"fingerprint": "xyz"}, "'xyz' is no fingerprint"),
        ({"count": 0}, "accepted 0 times"),
        ({"count": 10**12}, "accepted 1000000000000 times"),
        ({"level": "fatal"}, "Invalid enum value"),
        ({"at": "2026-11-03T09:30:00"}, "without a zone"),
        ({"at": "yesterday"}, "RFC3339"),
        ({"message": None}, "Expected `str`"),
    ],
)
def test_a_whole_document_with_impossible_content_is_refused(change: dict[str, Any], why: str) -> None:
    content = json.loads(encode(of(finding())))["content"]
    content["accepted"][0].update(change)
    with pytest.raises(StoreError, match="cannot be trusted") as told:
        decode(write(KIND, content), "here")
    assert why in told.value.message


def test_fingerprints_of_another_version_are_not_compared() -> None:
    content = {**json.loads(encode(Baseline()))["content"], "fingerprints": 2}
    with pytest.raises(StoreError, match="fingerprints of version 2"):
        decode(write(KIND, content), "here")


def test_one_of_a_newer_sluicegate_is_not_read() -> None:
    with pytest.raises(StoreError, match="written by a newer Sluicegate") as told:
        decode(write(Kind(format=KIND.format, version=2), {}), "here")
    assert told.value.hint == "update Sluicegate"


def test_two_histories_become_one() -> None:
    base = of(finding())
    ours, theirs = accept(base, [finding("b")], WHO), accept(base, [finding("c")], LATER)
    join = merging("here")
    merged = join(NAME, encode(base), encode(ours), encode(theirs))
    assert {each.message for each in decode(merged, "here").accepted} == {"the word a", "the word b", "the word c"}
    first = join(NAME, None, encode(of(finding("b"))), encode(of(finding("c"))))
    assert len(decode(first, "here")) == 2
    with pytest.raises(StoreError, match="history/x was changed here and there"):
        join("history/x", b"1", b"2", b"3")


def taking(address: str, root: Path, number: int, count: int) -> None:
    store = open_store(address, root)
    for each in range(count):
        found = finding(f"{number}-{each}")
        change_baseline(store, lambda there, found=found: accept(there, [found], WHO))


@pytest.mark.parametrize("address", ["store", "git:refs/sluicegate/baseline"])
def test_what_many_accept_at_once_is_all_there(clone: Any, address: str) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=taking, args=(address, clone.root, number, 10)) for number in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 4
    found = read_baseline(open_store(address, clone.root))
    assert found is not None
    assert {each.message for each in found.accepted} == {
        f"the word {number}-{each}" for number in range(4) for each in range(10)
    }

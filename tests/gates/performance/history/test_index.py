"""The index: it can always be made anew, and nothing that lies in the store is ever missed."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from msgspec.structs import replace

from clones import Clone
from runs import ELSEWHERE, NOON, SUITE, history, put, reading, reindex, run
from sluicegate.baseline import Store, open_store
from sluicegate.errors import GateError
from sluicegate.gates.performance.history import index
from sluicegate.gates.performance.history.folding import fold
from sluicegate.gates.performance.history.index import GONE, LACKED, STRANGE
from sluicegate.gates.performance.history.layout import index_name, run_name
from sluicegate.gates.performance.history.record import encode
from sluicegate.sealed import Kind, write_compact


def seen(store: Store) -> tuple[list[str], dict[str, int]]:
    found = index.survey(history(store), SUITE)
    return [each.name for each in found.runs], dict(found.notes)


def test_a_suite_of_which_nothing_was_recorded_is_empty(any_store: Store) -> None:
    assert seen(any_store) == ([], {})


def test_runs_are_found_by_the_index_without_being_read(any_store: Store) -> None:
    names = put(any_store, run(1), run(0), run(2, machine=ELSEWHERE))
    past = history(any_store)
    read: list[str] = []

    class Watched:
        address = past.address
        names = staticmethod(past.names)

        def read(self, name: str) -> bytes | None:
            read.append(name)
            return past.read(name)

    found = index.survey(Watched(), SUITE)
    assert [each.name for each in found.runs] == [names[1], names[0], names[2]]
    assert read == [index_name(SUITE)]
    assert sorted(found.fingerprints.values()) == [1, 2]


def test_what_the_index_lacks_is_taken_in(any_store: Store) -> None:
    first = put(any_store, run(0), run(1))
    more = put(any_store, run(2), indexed=False)
    assert seen(any_store) == ([*first, *more], {LACKED: 1})


def test_an_index_that_is_gone_is_made_anew(any_store: Store) -> None:
    names = put(any_store, run(0), run(1))
    any_store.remove(index_name(SUITE), any_store.get(index_name(SUITE)).tag)
    assert seen(any_store) == (names, {})
    assert put(any_store, run(2))
    assert seen(any_store)[1] == {}


@pytest.mark.parametrize("content", [b"", b"{", b'{"format": "other"}', b"cut"])
def test_an_index_that_is_corrupt_is_made_anew_and_told(store: Store, content: bytes) -> None:
    names = put(store, run(0), run(1))
    whole = store.get(index_name(SUITE))
    broken = whole.data[: len(whole.data) // 2] if content == b"cut" else content
    store.replace(index_name(SUITE), broken, whole.tag)
    found, notes = seen(store)
    assert found == names
    assert [what for what in notes if what.startswith("index that could not be read (")]


def test_an_index_of_a_newer_version_is_left_alone(store: Store) -> None:
    put(store, run(0))
    newer = write_compact(Kind(format="sluicegate-performance-index", version=2), {"suite": SUITE, "runs": []})
    store.replace(index_name(SUITE), newer, store.get(index_name(SUITE)).tag)
    with pytest.raises(GateError, match="written by a newer Sluicegate"):
        seen(store)


def test_an_index_of_another_suite_is_not_believed(store: Store) -> None:
    names = put(store, run(0))
    store.replace(index_name(SUITE), index.written("other", ()), store.get(index_name(SUITE)).tag)
    found, notes = seen(store)
    assert found == names
    assert "index that is of the suite 'other', so that every run was read" in notes


def test_what_was_removed_is_told(any_store: Store) -> None:
    names = put(any_store, run(0), run(1))
    any_store.remove(names[0], any_store.get(names[0]).tag)
    assert seen(any_store) == (names[1:], {GONE: 1})


def test_a_corrupt_run_that_the_index_lacks_is_an_error_that_names_it(any_store: Store) -> None:
    put(any_store, run(0))
    name = run_name(run(1))
    any_store.create(name, encode(run(1))[:-30])
    with pytest.raises(GateError, match=f"{name} cannot be trusted: it is not whole JSON"):
        seen(any_store)


def test_a_run_under_the_name_of_another_is_an_error(store: Store) -> None:
    store.create(run_name(run(1)), encode(run(0)))
    with pytest.raises(GateError, match="it is another run than its name says"):
        seen(store)
    other = open_store("other", Path(store.folder).parent)
    other.create(run_name(run(1)), encode(run(1, suite="other")))
    with pytest.raises(GateError, match="it is a run of the suite 'other'"):
        seen(other)


def test_strangers_are_told_and_not_read(store: Store) -> None:
    names = put(store, run(0))
    store.create("performance/api/notes.json", b"mine")
    assert seen(store) == (names, {STRANGE: 1})


def test_other_suites_are_no_part_of_it(store: Store) -> None:
    put(store, run(0, suite="api-2"))
    names = put(store, run(1))
    assert seen(store) == (names, {})


def test_folded_runs_are_each_there_once(any_store: Store) -> None:
    """At every moment of folding: the new document beside the old ones, the index behind, the old ones half gone."""
    names = put(any_store, run(0), run(1), run(2))
    name, data = fold(SUITE, run(0).machine.fingerprint, {one: any_store.get(one).data for one in names[:2]})
    any_store.create(name, data)
    assert seen(any_store)[0] == names
    any_store.remove(names[0], any_store.get(names[0]).tag)
    assert seen(any_store)[0] == names
    any_store.remove(names[1], any_store.get(names[1]).tag)
    assert seen(any_store)[0] == names
    found = index.survey(history(any_store), SUITE)
    assert [each.within for each in found.runs] == [name, name, ""]
    put(any_store, run(3))
    assert seen(any_store) == ([*names, run_name(run(3))], {})


def test_folded_runs_are_found_without_an_index(any_store: Store) -> None:
    names = put(any_store, run(0), run(1), indexed=False)
    name, data = fold(SUITE, run(0).machine.fingerprint, {one: any_store.get(one).data for one in names})
    any_store.create(name, data)
    for one in names:
        any_store.remove(one, any_store.get(one).tag)
    assert seen(any_store) == (names, {})


def test_a_corrupt_folded_document_is_an_error(store: Store) -> None:
    names = put(store, run(0), run(1), indexed=False)
    name, data = fold(SUITE, run(0).machine.fingerprint, {one: store.get(one).data for one in names})
    store.create(name, data.replace(b"Some CPU", b"None CPU"))
    with pytest.raises(GateError, match=f"{name} cannot be trusted: its digest"):
        seen(store)


def test_a_store_that_cannot_be_read_is_never_empty(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file")
    with pytest.raises(GateError, match="the store "):
        seen(open_store("store", tmp_path))


def recording(address: str, root: Path, worker: int, count: int) -> None:
    store = open_store(address, root)
    for each in range(count):
        put(store, run(each, time=NOON, readings=(reading(float(worker * 100 + each)),)))


@pytest.mark.parametrize("address", ["store", "git:refs/sluicegate/performance"])
def test_runners_at_once_lose_nothing(clone: Clone, address: str) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=recording, args=(address, clone.root, number, 6)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 3
    store = open_store(address, clone.root)
    found, notes = seen(store)
    assert (len(set(found)), notes) == (18, {}), "the index itself has them all"


def test_what_is_there_twice_is_spare(any_store: Store) -> None:
    names = put(any_store, run(0), run(1), run(2))
    documents = {one: any_store.get(one).data for one in names}
    fingerprint = run(0).machine.fingerprint
    first, data = fold(SUITE, fingerprint, {one: documents[one] for one in names[:2]})
    any_store.create(first, data)
    assert index.survey(history(any_store), SUITE).spare == tuple(sorted(names[:2]))
    second, data = fold(SUITE, fingerprint, documents)
    any_store.create(second, data)
    for again in range(2):
        found = index.survey(history(any_store), SUITE)
        kept, other = min(first, second), max(first, second)
        assert {each.within for each in found.runs} == ({second} if kept == second else {first, second})
        assert set(found.spare) == {*names, *([other] if kept == second else [])}
        if not again:
            reindex(any_store)


def test_made_anew_nothing_of_the_index_is_believed(store: Store) -> None:
    names = put(store, run(0), run(1))
    wrong = index.written(SUITE, [replace(each, commit="0" * 40) for each in index.survey(history(store), SUITE).runs])
    store.replace(index_name(SUITE), wrong, store.get(index_name(SUITE)).tag)
    found = index.surveyed(history(store), SUITE, wrong, anew=True)
    assert [(each.name, each.commit) for each in found.runs] == [(names[n], run(n).commit) for n in range(2)]
    assert found.notes == {}

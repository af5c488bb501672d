"""What writes the history: several at once, killed in between, on every store; a run is there and counts once."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from baseline.bucket import serving
from clones import Clone
from runs import ELSEWHERE, HERE, NOON, SUITE, history, put, reading, run
from sluicegate.baseline import Store, StoreError, Versioned, open_store
from sluicegate.cli.performance.keeping import Compacted, add, compacted, reindexed
from sluicegate.config import S3Settings
from sluicegate.errors import GateError
from sluicegate.gates.performance.history.index import survey
from sluicegate.gates.performance.history.layout import index_name
from sluicegate.gates.performance.history.window import TWICE, window

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")
LATER = NOON + timedelta(days=90)
Place = tuple[str, Path, S3Settings]


@pytest.fixture(params=["folder", "git", "s3"])
def place(request: pytest.FixtureRequest, clone: Clone, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """What opens a store of each kind, in any process."""
    if request.param != "s3":
        yield {"folder": "store", "git": "git:refs/sluicegate/performance"}[request.param], clone.root, S3Settings()
        return
    for name, value in (("ACCESS_KEY_ID", "key"), ("SECRET_ACCESS_KEY", "secret"), ("EC2_METADATA_DISABLED", "true")):
        monkeypatch.setenv(f"AWS_{name}", value)
    with serving() as bucket:
        yield "s3://bucket/x", clone.root, S3Settings(endpoint=bucket.url, path_style=True, attempts=3)


@pytest.fixture
def store(place: Place) -> Store:
    return open_store(*place)


def values(store: Store, newest: int = 1000) -> list[float]:
    seen = window(history(store), SUITE, HERE.fingerprint, line=None, now=LATER, newest=newest)
    assert TWICE not in seen.left_out, "nothing counts twice"
    return [each.readings[0].processes[0][0] for point in seen.points for each in point.runs]


def test_two_runs_of_the_same_second_are_both_kept(store: Store) -> None:
    assert add(store, run(0, 1.0)) != add(store, run(0, 2.0))
    reindexed(store, SUITE)
    assert sorted(values(store)) == [1.0, 2.0]


def test_the_very_same_run_again_is_the_one_that_is_there(store: Store) -> None:
    assert add(store, run(0, 1.0)) == add(store, run(0, 1.0))
    assert len(list(store.list())) == 1


def recording(place: Place, worker: int, count: int) -> None:
    store = open_store(*place)
    for each in range(count):
        add(store, run(each, time=NOON, readings=(reading(float(worker * 100 + each)),)))
        reindexed(store, SUITE)


def folding(place: Place, times: int) -> None:
    store = open_store(*place)
    for _ in range(times):
        compacted(store, SUITE, keep=10_000, per=2)


def ended(*workers: multiprocessing.context.SpawnProcess) -> list[int | None]:
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [worker.exitcode for worker in workers]


def test_runners_at_once_lose_nothing_while_others_fold(place: Place, store: Store) -> None:
    context = multiprocessing.get_context("spawn")
    recorders = [context.Process(target=recording, args=(place, number, 5)) for number in range(2)]
    folders = [context.Process(target=folding, args=(place, 4)) for _ in range(2)]
    assert ended(*recorders, *folders) == [0] * 4
    assert sorted(values(store)) == sorted(float(worker * 100 + each) for worker in range(2) for each in range(5))
    compacted(store, SUITE, keep=10_000, per=2)
    assert survey(history(store), SUITE).spare == ()
    assert len(values(store)) == 10


def test_old_runs_are_folded_and_the_newest_stay(store: Store) -> None:
    put(store, *(run(number) for number in range(11)), run(0, machine=ELSEWHERE))
    before = values(store)
    assert compacted(store, SUITE, keep=1000, per=3) == Compacted(runs=6, documents=2)
    assert values(store) == before
    names = [name for name in store.list() if name != index_name(SUITE)]
    assert sum("/folded/" in name for name in names) == 2
    assert len(names) == 2 + 5 + 1
    assert compacted(store, SUITE, keep=1000, per=3) == Compacted()
    assert survey(history(store), SUITE).notes == {}


def test_runs_beyond_those_that_are_kept_are_dropped(store: Store) -> None:
    put(store, *(run(number) for number in range(10)), *(run(n, 99.0 + n, candidate=True) for n in range(3)))
    assert compacted(store, SUITE, keep=4, per=50).dropped == 6
    assert values(store) == [7.0, 8.0, 9.0, 10.0]
    assert sum(each.candidate for each in survey(history(store), SUITE).runs) == 3
    assert compacted(store, SUITE, keep=4, per=50) == Compacted()


def test_a_folded_document_goes_when_none_of_it_is_kept(store: Store) -> None:
    put(store, *(run(number) for number in range(8)))
    compacted(store, SUITE, keep=1000, per=2)
    assert compacted(store, SUITE, keep=5, per=2).dropped == 2, "the third shares its document with the fourth"
    assert values(store) == [3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    assert survey(history(store), SUITE).notes == {}


def test_a_corrupt_run_is_neither_folded_nor_dropped(store: Store) -> None:
    names = put(store, *(run(number) for number in range(5)))
    there = store.get(names[0])
    store.replace(names[0], there.data[:-5], there.tag)
    with pytest.raises(GateError, match=f"{names[0]} cannot be trusted"):
        compacted(store, SUITE, keep=1000, per=2)
    assert set(names) <= set(store.list())


def test_an_index_is_made_anew(store: Store) -> None:
    names = put(store, run(0), run(1))
    there = store.get(index_name(SUITE))
    store.replace(index_name(SUITE), there.data[:-5], there.tag)
    assert len(reindexed(store, SUITE, anew=True).runs) == 2
    found = survey(history(store), SUITE)
    assert ([each.name for each in found.runs], found.notes) == (names, {})


class Dying:
    """A store whose process is gone after so many changes."""

    def __init__(self, store: Store, changes: int) -> None:
        self.store, self.changes = store, changes
        self.address = store.address

    def get(self, name: str) -> Versioned | None:
        return self.store.get(name)

    def list(self, prefix: str = "") -> Iterator[str]:
        return self.store.list(prefix)

    def create(self, name: str, data: bytes) -> str:
        self._live()
        return self.store.create(name, data)

    def replace(self, name: str, data: bytes, expected: str) -> str:
        self._live()
        return self.store.replace(name, data, expected)

    def remove(self, name: str, expected: str) -> None:
        self._live()
        self.store.remove(name, expected)

    def _live(self) -> None:
        self.changes -= 1
        if self.changes < 0:
            raise KeyboardInterrupt


def test_wherever_folding_ends_every_run_is_there_once(tmp_path: Path) -> None:
    changes = 0
    while True:
        store = open_store(f"store-{changes}", tmp_path)
        put(store, *(run(number) for number in range(7)))
        before = values(store)
        try:
            compacted(Dying(store, changes), SUITE, keep=6, per=2)
        except KeyboardInterrupt:
            assert values(store)[-6:] == before[-6:], "nothing that is kept is lost"
        else:
            break
        compacted(store, SUITE, keep=6, per=2)
        assert values(store) == before[1:]
        assert survey(history(store), SUITE).spare == ()
        changes += 1
    assert changes > 6


def test_another_content_under_the_name_of_a_folded_document_is_not_written_over(store: Store) -> None:
    put(store, *(run(number) for number in range(5)))
    compacted(store, SUITE, keep=1000, per=2)
    (name,) = [name for name in store.list() if "/folded/" in name]
    there = store.get(name)
    store.replace(name, there.data.replace(b"Some", b"None"), there.tag)
    with pytest.raises(GateError, match="cannot be trusted"):
        values(store)


def test_a_store_that_cannot_be_reached_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setitem(os.environ, "AWS_SECRET_ACCESS_KEY", "secret")
    away = open_store("s3://bucket/x", tmp_path, S3Settings(endpoint="http://127.0.0.1:9", path_style=True, attempts=1))
    for verb in (lambda: add(away, run(0)), lambda: reindexed(away, SUITE), lambda: compacted(away, SUITE, keep=10)):
        with pytest.raises(StoreError, match="cannot be reached"):
            verb()

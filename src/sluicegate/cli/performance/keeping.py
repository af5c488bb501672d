"""What writes the history of measured runs: a new run, the index, old runs folded and dropped.

Whatever is interrupted, and whoever does the same at the same time: a run is in the store at every moment, and counts
once. A run is one new document before the index tells of it; what is folded is written before what it is made of goes;
each removal names what it removes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from sluicegate.baseline import MovedError, Store, TakenError, Versioned, update
from sluicegate.baseline.store import StoreError
from sluicegate.gates.performance.history.folding import blocks, fold
from sluicegate.gates.performance.history.index import Entry, Survey, VanishedError, opened, steadily, surveyed, written
from sluicegate.gates.performance.history.layout import index_name, run_name
from sluicegate.gates.performance.history.record import Record, encode, untrusted
from sluicegate.sealed import stated
from sluicegate.worker.remembered import Remembered

PER = 50
"""So many runs go into one document."""


class Compacted(Struct, frozen=True, kw_only=True):
    """What came of it: how many runs were folded into how many documents, and how many were dropped."""

    runs: int = 0
    documents: int = 0
    dropped: int = 0


def add(store: Store, record: Record) -> str:
    """Keep a run as a new document, and return its name; the very same run again is the one that is there.

    The index is to be made after it. Raises GateError.
    """
    name = run_name(record)
    _made(store, name, encode(record))
    return name


def reindexed(store: Store, suite: str, *, anew: bool = False) -> Survey:
    """Bring the index up to what there is; `anew`: without believing any of it. Returns what there is."""
    history = Remembered(opening=lambda: store)
    found = Survey(suite=suite, runs=(), notes={})

    def change(data: bytes | None) -> bytes | None:
        nonlocal found
        found = surveyed(history, suite, data, anew=anew)
        return written(suite, found.runs) if found.runs or data is not None else None

    steadily(lambda: update(store, index_name(suite), change))
    return found


def compacted(store: Store, suite: str, *, keep: int, per: int = PER) -> Compacted:
    """Fold all but the newest `per` runs of each kind of machine, and drop those older than the newest `keep`.

    Raises GateError for a run that cannot be trusted: it is neither folded nor dropped.
    """
    return steadily(lambda: _compacted(store, suite, keep, per))


def _compacted(store: Store, suite: str, keep: int, per: int) -> Compacted:
    there = reindexed(store, suite)
    dropped = {each.name for group in _groups(there.runs).values() for each in group[: max(len(group) - keep, 0)]}
    kept = [each for each in there.runs if each.name not in dropped]
    runs = documents = 0
    for fingerprint in there.fingerprints:
        alone = [each for each in kept if each.fingerprint == fingerprint and not each.within]
        found = {each.name: _whole(store, suite, each) for each in alone[: max(len(alone) - per, 0)]}
        for block in blocks({name: len(each.data) for name, each in found.items()}, per):
            name, data = fold(suite, fingerprint, {one: found[one].data for one in block})
            _made(store, name, data)
            runs, documents = runs + len(block), documents + 1
    needed = {each.within for each in kept}
    gone = {each.document for each in there.runs if each.name in dropped} - needed
    _removed(store, gone)
    _removed(store, reindexed(store, suite).spare)
    reindexed(store, suite)
    left = {each.name for each in there.runs if each.name in dropped and each.document in needed}
    return Compacted(runs=runs, documents=documents, dropped=len(dropped - left))


def _groups(runs: Iterable[Entry]) -> Mapping[tuple[str, bool], list[Entry]]:
    """The runs that are counted together, oldest first."""
    groups: dict[tuple[str, bool], list[Entry]] = {}
    for each in runs:
        groups.setdefault((each.fingerprint, each.candidate), []).append(each)
    return groups


def _whole(store: Store, suite: str, entry: Entry) -> Versioned:
    """The document of a run, which is what was recorded."""
    found = store.get(entry.name)
    if found is None:
        raise VanishedError(f"the store {store.address}: {entry.name} is gone", "run again")
    opened(Remembered(opening=lambda: store), suite, entry.name, found.data)
    if stated(found.data) != entry.digest:
        raise untrusted(store.address, entry.name, "it is not what was recorded: its digest is another one")
    return found


def _made(store: Store, name: str, data: bytes) -> None:
    try:
        store.create(name, data)
    except TakenError:
        there = store.get(name)
        if there and there.data != data:
            raise StoreError.at(
                store.address, f"{name} is there with other content", hint="remove it by hand"
            ) from None


def _removed(store: Store, names: Iterable[str]) -> None:
    for name in sorted(names):
        there = store.get(name)
        try:
            if there:
                store.remove(name, there.tag)
        except MovedError:
            continue  # somebody else has removed it

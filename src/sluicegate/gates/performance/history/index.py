"""Which runs of a suite there are, without reading them: an index that can always be made anew from what it lists.

The documents are the truth. What lies in the store and is not in the index is taken in; what the index has and the
store has not is gone, and told; an index that is missing or corrupt is made of the documents, each of which is read.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.errors import GateError
from sluicegate.gates.performance.history import folding
from sluicegate.gates.performance.history.layout import INDEX, folder, index_name, is_folded, mark_of, run_of
from sluicegate.gates.performance.history.record import Record, decode, untrusted
from sluicegate.model import History
from sluicegate.sealed import BrokenError, Kind, NewerError, read_as, stated, write_compact

KIND = Kind(format="sluicegate-performance-index", version=1)

T = TypeVar("T")

LACKED = "runs that the index lacked"
GONE = "runs that the index has and the store has not any more"
STRANGE = "documents that are no runs of this suite by their names"

_ATTEMPTS = 5


class Entry(Struct, frozen=True, kw_only=True):
    """One run. `digest` is the one of its document; `measured` is the same for a run that was recorded twice.

    `within` is the name of the document that it was folded into; "" where it is one of its own.
    """

    name: str
    commit: str
    time: datetime
    fingerprint: str
    digest: str
    measured: str
    candidate: bool = False
    within: str = ""

    @property
    def document(self) -> str:
        """The name of what holds it."""
        return self.within or self.name


class Index(Struct, frozen=True, kw_only=True):
    """The document."""

    suite: str
    runs: tuple[Entry, ...]


class Survey(Struct, frozen=True, kw_only=True):
    """What there is of a suite, in the order of time. `notes` count what was not as the index said, in words.

    `spare` are the documents that nothing is lost with: runs that were folded and lie there alone too, and documents of
    several runs all of which another one holds.
    """

    suite: str
    runs: tuple[Entry, ...]
    notes: Mapping[str, int]
    spare: tuple[str, ...] = ()

    @property
    def fingerprints(self) -> Counter[str]:
        """How many runs there are of each kind of machine."""
        return Counter(each.fingerprint for each in self.runs)


class VanishedError(GateError):
    """A document that was there a moment ago is not any more: somebody folds or removes runs."""


def survey(history: History, suite: str) -> Survey:
    """Which runs there are. Raises GateError where the store, or a document that had to be read, cannot be read."""
    # the index first: what comes in between is then found in the list, and never taken for gone
    return steadily(lambda: surveyed(history, suite, history.read(index_name(suite))))


def steadily(look: Callable[[], T]) -> T:
    """What a look finds. It is made again where somebody folds or removes runs meanwhile, and not without end."""
    for _ in range(_ATTEMPTS - 1):
        with contextlib.suppress(VanishedError):
            return look()
    return look()


def surveyed(history: History, suite: str, index: bytes | None, *, anew: bool = False) -> Survey:
    """The same, where the index has been read already; `anew`: none of it is believed, and every document is read.

    Raises VanishedError where runs are moved meanwhile.
    """
    notes: Counter[str] = Counter()
    believed = _indexed(history, suite, index, notes)
    known = {} if anew else {each.name: each for each in believed}
    names = [name for name in history.names(folder(suite)) if not name.endswith(f"/{INDEX}")]
    alone = {name for name in names if run_of(suite, name)}
    folded = {name for name in names if is_folded(suite, name)}
    if strange := len(names) - len(alone) - len(folded):
        notes[STRANGE] += strange
    fresh = {name: _entry(history, suite, name, _read(history, name)) for name in sorted(alone - known.keys())}
    for document in sorted(folded - {each.within for each in known.values()}):
        runs = folding.unfold(_read(history, document), address=history.address, name=document)
        for name in runs:
            before = fresh.get(name) or known.get(name)
            # whoever looks takes the same of two that hold it, so that nobody removes both
            if before is None or before.within not in folded or document < before.within:
                fresh[name] = replace(before or _entry(history, suite, name, runs[name]), within=document)
    if index is not None and not anew and (lacked := len(fresh.keys() - known.keys())):
        notes[LACKED] += lacked
    known |= fresh
    there = [found for each in known.values() if (found := _placed(each, alone, folded))]
    if gone := len(known) - len(there):
        notes[GONE] += gone
    ordered = sorted(there, key=lambda each: (each.time, each.name))
    used = {each.document for each in there}
    return Survey(suite=suite, runs=tuple(ordered), notes=dict(notes), spare=tuple(sorted((alone | folded) - used)))


def written(suite: str, runs: Iterable[Entry]) -> bytes:
    """The document of an index."""
    return write_compact(KIND, Index(suite=suite, runs=tuple(sorted(runs, key=lambda each: each.name))))


def entry_of(record: Record, name: str, data: bytes, within: str = "") -> Entry:
    """What an index says of a run."""
    return Entry(
        name=name, commit=record.commit, time=record.time, digest=stated(data),
        fingerprint=record.machine.fingerprint, measured=record.measured, candidate=record.candidate, within=within,
    )  # fmt: skip


def opened(history: History, suite: str, name: str, data: bytes) -> Record:
    """The run that a document holds, which is the one that its name says. Raises GateError."""
    record = decode(data, address=history.address, name=name)
    said = run_of(suite, name)
    if said is None or record.suite != suite:
        raise untrusted(history.address, name, f"it is a run of the suite {record.suite!r}")
    is_ = (record.machine.fingerprint, record.commit, record.time, mark_of(data))
    if is_ != (said.fingerprint, said.commit, said.time, said.mark):
        raise untrusted(history.address, name, "it is another run than its name says")
    return record


def _indexed(history: History, suite: str, data: bytes | None, notes: Counter[str]) -> tuple[Entry, ...]:
    """What the index says; nothing where there is none that can be read, for it can be made anew."""
    if data is None:
        return ()
    try:
        found = read_as(KIND, data, Index)
    except NewerError as error:
        raise untrusted(history.address, index_name(suite), error.message, error.hint) from None
    except BrokenError as error:
        notes[f"index that could not be read ({error.message}), so that every run was"] += 1
        return ()
    if found.suite != suite:
        notes[f"index that is of the suite {found.suite!r}, so that every run was read"] += 1
        return ()
    return found.runs


def _entry(history: History, suite: str, name: str, data: bytes) -> Entry:
    return entry_of(opened(history, suite, name, data), name, data)


def _read(history: History, name: str) -> bytes:
    data = history.read(name)
    if data is None:
        raise VanishedError(
            f"the store {history.address}: {name} was there a moment ago, and is not any more",
            "another job folds or removes runs: run again when it is done",
        )
    return data


def _placed(entry: Entry, alone: set[str], folded: set[str]) -> Entry | None:
    """The entry with the document that it lies in now; None where there is none."""
    if entry.within in folded:
        return entry
    return replace(entry, within="") if entry.name in alone else None

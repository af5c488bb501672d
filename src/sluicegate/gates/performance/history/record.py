"""A run that is kept: what was measured, of which commit, when and where; and its document."""

from __future__ import annotations

import math
import re
from collections import Counter
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.errors import GateError
from sluicegate.gates.performance.history.machine import Machine
from sluicegate.gates.performance.reading import Reading, Refused
from sluicegate.sealed import BrokenError, Kind, canonical, digest, read_as, write_compact
from sluicegate.text import one_line, shorten

KIND = Kind(format="sluicegate-performance-run", version=1, again="record again what is missing")

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class Record(Struct, frozen=True, kw_only=True):
    """One run of a suite. `time` is when it was recorded, in whole seconds of UTC.

    A `candidate` is kept and is no baseline. `ruler` is what the ruler measured in the same run, empty where there was
    none. `refused` are the benchmarks that the tool measured and nobody can judge. `line` of a reading is not kept.
    """

    suite: str
    commit: str
    branch: str
    time: datetime
    machine: Machine
    readings: tuple[Reading, ...]
    candidate: bool = False
    ruler: tuple[Reading, ...] = ()
    refused: tuple[Refused, ...] = ()
    tools: tuple[str, ...] = ()

    @property
    def measured(self) -> str:
        """A digest of what was measured, of what and where: the same for a run that was recorded twice."""
        readings = [
            (each.key, each.unit, [[float(value) for value in process] for process in each.processes])
            for each in sorted(self.readings, key=lambda each: each.key)
        ]
        return digest(canonical((self.commit, self.machine.fingerprint, self.candidate, readings)))


def encode(record: Record) -> bytes:
    """The document of a run; the same run gives the same bytes. Raises GateError for what no document may say."""
    if wrong := _wrong(record) or _no_number(record):
        raise GateError(f"the run cannot be recorded: {wrong}")
    readings = [replace(each, line=None) for each in record.readings]
    refused = [replace(each, line=None) for each in record.refused]
    return write_compact(KIND, replace(record, readings=tuple(readings), refused=tuple(refused)))


def decode(data: bytes, *, address: str, name: str) -> Record:
    """The run of a document. Raises GateError for anything but a whole one: a run is never empty by mistake."""
    try:
        record = read_as(KIND, data, Record)
    except BrokenError as error:
        raise untrusted(address, name, error.message, error.hint) from None
    if wrong := _wrong(record):
        raise untrusted(address, name, wrong)
    return record


def untrusted(address: str, name: str, why: str, hint: str = "") -> GateError:
    """The error of a document that is not what it has to be."""
    again = "put an earlier version of it back, or remove it by hand and say so"
    return GateError(f"the store {address}: {name} cannot be trusted: {why}", hint or again)


def _wrong(record: Record) -> str:
    """What is wrong with the content of a run; "" where nothing is."""
    if not _COMMIT.fullmatch(record.commit):
        return f"{_shown(record.commit)} is no whole commit"
    if record.time.tzinfo is None or record.time.utcoffset() != UTC.utcoffset(None) or record.time.microsecond:
        return f"its time {record.time.isoformat()} is not in whole seconds of UTC"
    if not record.suite:
        return "its suite has no name"
    if not record.readings and not record.refused:
        return "it has measured nothing"
    if len({(each.benchmark, each.metric) for each in record.readings}) < len(record.readings):
        (most, times), *_ = Counter(each.name for each in record.readings).most_common(1)
        return f"{_shown(most)} stands in it {times} times"
    empty = next((each for each in (*record.readings, *record.ruler) if not any(each.processes)), None)
    return f"{_shown(empty.name)} has no value" if empty else ""


def _no_number(record: Record) -> str:
    """The first reading with a value that JSON has no word for, so that a document that was read has none."""
    for each in (*record.readings, *record.ruler):
        if not all(math.isfinite(value) for process in each.processes for value in process):
            return f"{_shown(each.name)} has a value that is no number"
    return ""


def _shown(text: str) -> str:
    return repr(shorten(one_line(text), 120))

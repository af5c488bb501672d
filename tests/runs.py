"""Runs of benchmarks for tests, kept in real stores."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec.structs import replace

from sluicegate.baseline import Store, update
from sluicegate.gates.performance.history import index
from sluicegate.gates.performance.history.layout import index_name, run_name
from sluicegate.gates.performance.history.machine import Machine
from sluicegate.gates.performance.history.record import Record, encode
from sluicegate.gates.performance.reading import Reading
from sluicegate.model import Line
from sluicegate.worker.remembered import Remembered

SUITE = "api"
HERE = Machine(cpu="Some CPU 9000", cores=4.0, architecture="x86_64", system="debian 12", runner="self-hosted")
ELSEWHERE = replace(HERE, cpu="Other CPU 7")
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
COMMITS = tuple(hashlib.sha1(b"%d" % number).hexdigest() for number in range(200))  # noqa: S324 - as git does


def reading(value: float, benchmark: str = "parse", **more: Any) -> Reading:
    return Reading(benchmark=benchmark, processes=((value, value),), **more)


def run(number: int, value: float = 0.0, **more: Any) -> Record:
    """A run of the commit of this number, an hour after the one before it, whose value tells it apart."""
    told = {
        "suite": SUITE,
        "commit": COMMITS[number],
        "branch": "main",
        "time": NOON + timedelta(hours=number),
        "machine": HERE,
        "readings": (reading(value or number + 1.0),),
    }
    return Record(**{**told, **more})


def history(store: Store) -> Remembered:
    return Remembered(opening=lambda: store)


def put(store: Store, *records: Record, indexed: bool = True) -> list[str]:
    """Keep runs, with the index or without; their names."""
    names = [run_name(record) for record in records]
    for name, record in zip(names, records, strict=True):
        store.create(name, encode(record))
    if indexed:
        for suite in {record.suite for record in records}:
            reindex(store, suite)
    return names


def reindex(store: Store, suite: str = SUITE) -> None:
    """The index of what there is now."""
    past = history(store)
    update(store, index_name(suite), lambda data: index.written(suite, index.surveyed(past, suite, data).runs))


def line(*numbers: int, whole: bool = True) -> Line:
    """The line of the commits of these numbers, given oldest first."""
    return Line(commits=tuple(COMMITS[number] for number in reversed(numbers)), whole=whole)


def numbers(commits: Mapping[str, Any] | list[str]) -> list[int]:
    return [COMMITS.index(commit) for commit in commits]

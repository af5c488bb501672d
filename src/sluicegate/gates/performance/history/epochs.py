"""Accepted shifts: from which point on the history of a benchmark is a baseline for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.gates.performance.history.window import Point, Window
from sluicegate.gates.performance.naming import named
from sluicegate.gates.performance.settings import Epoch
from sluicegate.text import one_line, plural, shorten

Key = tuple[str, str]
"""A benchmark and a metric."""

_COMMIT = re.compile(r"[0-9a-f]{7,64}")


class Begun(Struct, frozen=True, kw_only=True):
    """Where the baseline of a benchmark begins: the number of its first point, and the epoch that says so.

    It may be the number of points: nothing was measured since.
    """

    first: int
    epoch: Epoch


class Idle(Struct, frozen=True, kw_only=True):
    """An epoch that has no effect, and why: it is to be told, since whoever wrote it expects one."""

    epoch: Epoch
    why: str


def begun(window: Window, epochs: Sequence[Epoch], keys: Iterable[Key]) -> tuple[Mapping[Key, Begun], tuple[Idle, ...]]:
    """Where the baselines begin of those benchmarks whose shift was accepted, and the epochs that do nothing.

    The latest epoch of a benchmark counts. Raises GateError for an epoch whose `since` is neither a commit nor a time.
    """
    wanted = list(keys)
    found: dict[Key, Begun] = {}
    idle = []
    for epoch in epochs:
        first = _first(window, epoch)
        mine = [key for key in wanted if named(epoch.benchmark, key[0]) and named(epoch.metric, key[1])]
        if not mine:
            idle.append(Idle(epoch=epoch, why="no benchmark that is measured has such a name and metric"))
        elif first is None:
            idle.append(Idle(epoch=epoch, why=f"the commit {epoch.since} is not in the line of the branch"))
        elif first == 0 and window.points:
            idle.append(Idle(epoch=epoch, why="it lies before all runs that are looked at"))
        if first is not None:
            later = [key for key in mine if key not in found or found[key].first < first]
            found.update(dict.fromkeys(later, Begun(first=first, epoch=epoch)))
    return found, tuple(idle)


def moment(since: str) -> datetime | None:
    """The time that an epoch begins at; None where it names a commit. Raises GateError for what is neither."""
    if _COMMIT.fullmatch(since):
        return None
    try:
        time = datetime.fromisoformat(since)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None:
        raise GateError(
            f"[[performance.epoch]] since = {shorten(one_line(since), 80)!r} is neither a commit nor a time",
            'write a commit of 7 digits or more, or a time with its zone: "2027-01-31T18:00:00Z"',
        )
    return time.astimezone(UTC)


def _first(window: Window, epoch: Epoch) -> int | None:
    """The number of the first point that counts; None where it is not known where the epoch begins."""
    time = moment(epoch.since)
    if time is not None:
        return _number(window.points, [point.time >= time for point in window.points])
    known = {commit: place for place, commit in enumerate(window.line)}
    meant = {
        commit for commit in (*known, *(point.commit for point in window.points)) if commit.startswith(epoch.since)
    }
    if len(meant) > 1:
        raise GateError(
            f"[[performance.epoch]] since = {epoch.since!r} names {plural(len(meant), 'commit')}", "add digits"
        )
    if meant & known.keys():
        place = known[meant.pop()]
        return _number(window.points, [point.place is not None and point.place >= place for point in window.points])
    return _number(window.points, [point.commit in meant for point in window.points]) if meant else None


def _number(points: Sequence[Point], counts: Sequence[bool]) -> int:
    return counts.index(True) if any(counts) else len(points)

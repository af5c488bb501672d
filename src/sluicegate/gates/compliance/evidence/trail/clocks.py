"""The times of a trail: where they go back, lie ahead of now, say no zone or are none; its oldest and newest event."""

from __future__ import annotations

import heapq
from itertools import pairwise
from typing import Any

from msgspec import Struct, field

from sluicegate.gates.compliance.evidence.trail.nouns import moment

MOST = 100
"""So many of the worst are told one by one."""

_DAY = 86_400.0


class Clock(Struct, kw_only=True):
    """The times so far, in seconds since 1970; `days` are those that have an event, counted from 1970."""

    now: float
    ordered: bool = True
    oldest: float | None = None
    newest: float | None = None
    hot: float | None = None
    last: float | None = None
    zoneless: int = 0
    none: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    worst: dict[str, list[tuple[float, str, int]]] = field(default_factory=dict)
    first_none: tuple[str, int] | None = None
    first_zoneless: tuple[str, int] | None = None
    days: set[int] = field(default_factory=set)

    def take(self, value: Any, file: str, line: int, *, archived: bool) -> float | None:
        """The time of the next event, as seconds since 1970; None where it says none."""
        found = moment(value)
        if found is None:
            self.none += 1
            self.first_none = self.first_none or (file, line)
            return None
        at, zoned = found
        if not zoned:
            self.zoneless += 1
            self.first_zoneless = self.first_zoneless or (file, line)
        last = self.last
        if last is None:
            self.oldest = self.newest = at
        elif self.ordered and at < last:
            self._worse("backwards", last - at, file, line)
        if self.oldest is None or at < self.oldest:
            self.oldest = at
        if self.newest is None or at > self.newest:
            self.newest = at
        if at > self.now:
            self._worse("ahead", at - self.now, file, line)
        if not archived and (self.hot is None or at < self.hot):
            self.hot = at
        self.last = at
        self.days.add(int(at // _DAY))
        return at

    def silence(self) -> tuple[int, float]:
        """The most days in a row without an event, up to now, and when they begin."""
        longest, since = 0, 0
        days = [*sorted(day for day in self.days if day * _DAY <= self.now), int(self.now // _DAY) + 1]
        for before, after in pairwise(days):
            if after - before - 1 > longest:
                longest, since = after - before - 1, before + 1
        return longest, since * _DAY

    def _worse(self, kind: str, seconds: float, file: str, line: int) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        kept = self.worst.setdefault(kind, [])
        if len(kept) < MOST:
            heapq.heappush(kept, (seconds, file, line))
        elif seconds > kept[0][0]:
            heapq.heapreplace(kept, (seconds, file, line))

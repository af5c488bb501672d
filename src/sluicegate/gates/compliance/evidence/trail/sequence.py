"""The numbers of events: gaps, numbers that come twice, and those that come late, in memory that does not grow."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from msgspec import Struct, field

from sluicegate.gates.compliance.evidence.trail.identities import Identities

MOST = 100
"""So many faults of a kind are told one by one."""

OPEN = 10_000
"""So many gaps stay open, to be filled by what comes late."""

_WIDEST = 1 << 63
"""No number of 64 bits goes further."""


class Fault(Struct, frozen=True, kw_only=True):
    """`kind` is gap, duplicate or reordered; `first` and `last` are numbers, or an id's digest in `event`."""

    kind: str
    file: str
    line: int
    first: int = 0
    last: int = 0
    event: str = ""


class Sequence(Struct, kw_only=True):
    """The numbers so far. `first` is the lowest expected, `counts` how many faults of each kind there were."""

    numbered: int = 0
    unnumbered: int = 0
    next: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    gaps: dict[int, tuple[int, str, int]] = field(default_factory=dict)
    ids: Identities = field(default_factory=Identities)

    def take(self, value: Any, file: str, line: int) -> None:
        """The number of the next event."""
        if type(value) is not int:
            if type(value) is str and value.isdecimal() and len(value) < 20:  # noqa: PLR2004 - as 64 bits have
                value = int(value)
            else:
                self.unnumbered += 1
                return
        if not -_WIDEST <= value < _WIDEST:
            self.unnumbered += 1
            return
        self.numbered += 1
        if value == self.next or self.next is None:
            self.next = value + 1
        elif value > self.next:
            self._open(self.next, value - 1, file, line)
            self.next = value + 1
        elif self._filled(value):
            self._fault("reordered", file, line, first=value, last=value)
        else:
            self._fault("duplicate", file, line, first=value, last=value)

    def end(self) -> None:
        """That no event follows: now it is known which ids came twice, and which gaps nothing fills."""
        self.counts["gap"] = self.counts.get("gap", 0) + len(self.gaps)
        for each in self.ids.twice():
            self._fault("duplicate", each.file, each.line, event=each.mark)

    def ended(self) -> list[Fault]:
        """All faults that are told one by one, with the gaps that nothing filled."""
        kept = [Fault(kind="gap", first=first, last=last, file=file, line=line)
                for first, (last, file, line) in sorted(self.gaps.items())]  # fmt: skip
        return [*kept[:MOST], *self.faults]

    def _open(self, first: int, last: int, file: str, line: int) -> None:
        if len(self.starts) >= OPEN:
            self._fault("gap", file, line, first=first, last=last)
            return
        self.starts.append(first)
        self.gaps[first] = (last, file, line)

    def _filled(self, value: int) -> bool:
        """Whether a number was missing so far; the gap that it is in is divided."""
        at = bisect_right(self.starts, value) - 1
        if at < 0:
            return False
        first = self.starts[at]
        last, file, line = self.gaps[first]
        if value > last:
            return False
        del self.starts[at], self.gaps[first]
        for low, high in ((value + 1, last), (first, value - 1)):
            if low <= high:
                self.starts.insert(at, low)
                self.gaps[low] = (high, file, line)
        return True

    def _fault(self, kind: str, file: str, line: int, *, first: int = 0, last: int = 0, event: str = "") -> None:
        count = self.counts[kind] = self.counts.get(kind, 0) + 1
        if count <= MOST:
            self.faults.append(Fault(kind=kind, file=file, line=line, first=first, last=last, event=event))

"""Values of many benchmarks in columns: whose they are, and what they are in one metric."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice, pairwise
from typing import NamedTuple, TypeVar

from msgspec import Struct

from sluicegate.gates.performance.readers.source import Number
from sluicegate.gates.performance.units import Unit

TOGETHER = 1000
"""So many values are taken together, so that all that is made of them stays near the processor."""
_T = TypeVar("_T")


class Layout(Struct, frozen=True, dict=True):
    """Whose the values of a column are: those of each benchmark after those of the one before, with its line.

    `begins` are the places where rows begin, of which each is of one process; without it each value is a row of its
    own. `processes` tells how many rows each benchmark has; without it each has one.
    """

    benchmarks: Sequence[str]
    lines: Sequence[int | None]
    begins: Sequence[int] | None = None
    processes: Sequence[int] | None = None

    @cached_property
    def names(self) -> set[str]:
        """The benchmarks, each once."""
        return set(self.benchmarks)

    @property
    def is_plain(self) -> bool:
        """Whether each benchmark has one value."""
        return self.begins is None and self.processes is None

    def parts(self) -> Iterator[tuple[Layout, slice]]:
        """Some benchmarks after the others, and where they stand, where each has one value; else all of them."""
        every = TOGETHER if self.is_plain else max(1, len(self.benchmarks))
        for first in range(0, len(self.benchmarks), every):
            among = slice(first, first + every) if self.is_plain else slice(None)
            some = Layout(self.benchmarks[among], self.lines[among], self.begins, self.processes)
            yield some, among

    def only(self, places: Sequence[int]) -> Layout:
        """Some of the benchmarks, each with one value."""
        return Layout([self.benchmarks[at] for at in places], [self.lines[at] for at in places])

    def cut(self, values: Sequence[_T]) -> Iterable[tuple[tuple[_T, ...], ...]]:
        """The values of each benchmark, process by process."""
        rows: Iterable[tuple[_T, ...]] = zip(values, strict=True)
        if self.begins is not None and len(self.begins) < len(values):
            rows = [tuple(values[begin:end]) for begin, end in pairwise([*self.begins, len(values)])]
        if self.processes is None:
            return zip(rows, strict=True)
        further = iter(rows)
        return [tuple(islice(further, count)) for count in self.processes]


class Column(NamedTuple):
    """The values of many benchmarks in one metric, with the spread of each where there is one.

    `lines` are those of the values, where these have others than their benchmarks.
    """

    metric: str
    unit: Unit
    values: Sequence[Number]
    summary: str = ""
    spreads: Sequence[Number] | None = None
    lines: Sequence[int] | None = None

    def part(self, among: slice) -> Column:
        """The values at some places."""
        spreads, lines = self.spreads and self.spreads[among], self.lines and self.lines[among]
        return self._replace(values=self.values[among], spreads=spreads, lines=lines)

    def only(self, places: Sequence[int]) -> Column:
        """The values at other places."""
        spreads = self.spreads and [self.spreads[at] for at in places]
        lines = self.lines and [self.lines[at] for at in places]
        return self._replace(values=[self.values[at] for at in places], spreads=spreads, lines=lines)

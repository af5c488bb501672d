"""What a file holds, gathered: each metric of each benchmark once, with samples that can be judged, or refused."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain, islice, pairwise, repeat, starmap
from typing import NamedTuple, TypeVar, cast

from msgspec import Struct

from sluicegate.gates.performance.readers.source import Number, parted
from sluicegate.gates.performance.reading import Direction, Reading, Refused, Results
from sluicegate.gates.performance.units import Unit, unit
from sluicegate.text import one_line, shorten

SECONDS = unit("s")
_LARGE = 1e150
"""A value below it is finite in any unit."""
TOGETHER = 1000
"""So many rows are made to readings together, so that all that is made of them stays near the processor."""
_T = TypeVar("_T")
_Kind = TypeVar("_Kind", bound=Hashable)
_TOLD = 5
"""So many lines of a benchmark that stands more than once are told."""


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


class Column(NamedTuple):
    """The values of many benchmarks in one metric, with the spread of each where there is one."""

    metric: str
    unit: Unit
    values: Sequence[Number]
    summary: str = ""
    spreads: Sequence[Number] | None = None

    def part(self, among: slice) -> Column:
        """The values at some places."""
        spreads = self.spreads and self.spreads[among]
        return self._replace(values=self.values[among], spreads=spreads)


class _Known:
    """Which benchmarks have a metric. Metrics that come with the same benchmarks have these in one set."""

    def __init__(self) -> None:
        self._together: dict[tuple[str, ...], set[str]] = {}
        self._of: defaultdict[str, list[set[str]]] = defaultdict(lambda: [set()])  # the first is that metric's alone

    def take(self, benchmark: str, metric: str) -> bool:
        """Whether a benchmark did not have a metric; it has it from now on."""
        several = self._of[metric]
        if benchmark in several[0] or (len(several) > 1 and any(benchmark in known for known in several)):
            return False
        several[0].add(benchmark)
        return True

    def take_all(self, benchmarks: set[str], metrics: tuple[str, ...]) -> bool:
        """Whether none of the benchmarks had any of the metrics; if so, they have all of them from now on."""
        if len(set(metrics)) < len(metrics):
            return False
        if metrics not in self._together:
            known = self._together[metrics] = set()
            for metric in metrics:
                self._of[metric].append(known)
        several = {id(known): known for metric in metrics for known in self._of[metric]}.values()
        if not all(known.isdisjoint(benchmarks) for known in several):
            return False
        self._together[metrics].update(benchmarks)
        return True


class Gathering:
    """The readings of a file. What cannot be judged is refused with its reason, at once or when all is known."""

    def __init__(self) -> None:
        self.refused: list[Refused] = []
        self._readings: list[Reading] = []
        self._known = _Known()
        self._wrong: dict[tuple[str, str], int | None] = {}
        self._again: dict[tuple[str, str], list[int | None]] = {}

    def add(
        self,
        benchmark: str,
        processes: Iterable[Sequence[Number]],
        *,
        metric: str = "time",
        unit: Unit = SECONDS,
        summary: str = "",
        spread: Number = None,
        line: int | None = None,
    ) -> None:
        """Add a metric of a benchmark, by its samples or, where `summary` says so, the one number that is kept."""
        if self._is_new(benchmark, metric, line):
            reading = self._reading(benchmark, tuple(processes), metric, unit, summary, spread, line)
            self._readings += filter(None, [reading])

    def _is_new(self, benchmark: str, metric: str, line: int | None) -> bool:
        new = self._known.take(benchmark, metric)
        if not new:
            self._again.setdefault((benchmark, metric), []).append(line)
        return new

    def _reading(
        self,
        benchmark: str,
        rows: tuple[Sequence[Number], ...],
        metric: str,
        unit: Unit,
        summary: str,
        spread: Number,
        line: int | None,
    ) -> Reading | None:
        """The reading of samples; None where it is refused."""
        if wrong := _wrong(rows, unit):
            self._wrong[benchmark, metric] = line
            self.refuse(benchmark, wrong, metric=metric, line=line)
            return None
        return Reading(
            benchmark=benchmark,
            metric=metric,
            unit=unit.base,
            direction=unit.direction,
            processes=_scaled(rows, unit.factor),
            summary=summary,
            spread=None if spread is None else _spread(spread, unit.factor),
            line=line,
        )

    def one(
        self,
        benchmark: str,
        value: Number,
        *,
        summary: str,
        metric: str = "time",
        unit: Unit = SECONDS,
        spread: Number = None,
        line: int | None = None,
    ) -> None:
        """Add the one number that a tool kept of a metric. Most of the millions that a file may have go a short way."""
        if not isinstance(value, float) or not 0 < value < _LARGE:
            self.add(benchmark, ((value,),), metric=metric, unit=unit, summary=summary, spread=spread, line=line)
            return
        if not self._is_new(benchmark, metric, line):
            return
        reading = Reading(
            benchmark=benchmark, metric=metric, unit=unit.base, direction=unit.direction,
            processes=((_in_base(value, unit.factor),),), summary=summary,
            spread=None if spread is None else _spread(spread, unit.factor), line=line,
        )  # fmt: skip
        self._readings.append(reading)

    def many(self, layout: Layout, columns: Sequence[Column]) -> None:
        """Add metrics of many benchmarks, a column for each."""
        for some, among in layout.parts():
            found = self._columns(some, [column.part(among) for column in columns])
            self._readings += filter(None, chain.from_iterable(zip(*found, strict=True)))

    def mixed(
        self,
        layout: Layout,
        kinds: Sequence[_Kind],
        rows: Sequence[_T],
        columns: Callable[[_Kind, Sequence[_T]], Sequence[Column]],
    ) -> None:
        """Add benchmarks of several kinds in their order, a row for each; `columns` makes those of rows of a kind."""
        for some, among in layout.parts():
            self._readings += self._mixed(some, kinds[among], rows[among], columns)

    def _mixed(
        self,
        layout: Layout,
        kinds: Sequence[_Kind],
        rows: Sequence[_T],
        columns: Callable[[_Kind, Sequence[_T]], Sequence[Column]],
    ) -> Iterable[Reading]:
        found: list[Iterable[Reading | None]] = [()] * len(kinds)
        for kind, places in parted(kinds).items():
            if len(places) == len(kinds):
                found = list(zip(*self._columns(layout, columns(kind, rows)), strict=True))
                break
            some = Layout([layout.benchmarks[at] for at in places], [layout.lines[at] for at in places])
            made = self._columns(some, columns(kind, [rows[at] for at in places]))
            for at, readings in zip(places, zip(*made, strict=True), strict=True):
                found[at] = readings
        return filter(None, chain.from_iterable(found))

    def _columns(self, layout: Layout, columns: Sequence[Column]) -> list[list[Reading | None]]:
        """The readings of each column; None for one that is refused, or came before."""
        alone = len(layout.names) == len(layout.benchmarks)
        new = alone and self._known.take_all(layout.names, tuple(column.metric for column in columns))
        return [self._column(layout, column, new=new) for column in columns]

    def _column(self, layout: Layout, column: Column, *, new: bool) -> list[Reading | None]:
        metric, unit, values, summary, spreads = column
        each = len(layout.benchmarks)
        if not new or not _are_sound(values, unit):
            beside = repeat(None, each) if spreads is None else spreads
            one_by_one = zip(layout.benchmarks, _cut(values, layout), beside, layout.lines, strict=True)
            return [
                self._reading(name, rows, metric, unit, summary, spread, line)
                if new or self._is_new(name, metric, line) else None
                for name, rows, spread, line in one_by_one
            ]  # fmt: skip
        same = [repeat(one, each) for one in (metric, unit.base, unit.direction, summary)]
        beside = repeat(None, each) if spreads is None else _spreads(spreads, unit.factor)
        processes = _processes(values, layout, unit.factor)
        # by position, as the fields of a reading stand: with millions of them, to name each takes a third more
        return list(starmap(Reading, zip(layout.benchmarks, processes, *same, beside, layout.lines, strict=True)))

    def refuse(self, benchmark: str, why: str, *, metric: str = "", line: int | None = None) -> None:
        """Refuse a benchmark, or a metric of it."""
        self.refused.append(Refused(benchmark=benchmark, metric=metric, why=shorten(one_line(why), 500), line=line))

    def results(
        self, tool: str, *, machine: Mapping[str, object] | None = None, commit: str = "", time: str = ""
    ) -> Results:
        """All that was gathered; what stands more than once is refused, since nobody can say which of them counts.

        Of a benchmark that is refused whole, as one that failed in the end, nothing is read.
        """
        readings, again = self._readings, self._again
        firsts = self._wrong | {one.key: one.line for one in (readings if again else ()) if one.key in again}
        for (benchmark, metric), lines in again.items():
            first = firsts[benchmark, metric]
            where = [str(line) for line in (first, *lines) if line]
            told = f" (lines {', '.join(where[:_TOLD])}{' …' if len(where) > _TOLD else ''})" if where else ""
            why = f"stands {len(lines) + 1} times{told}: which of them counts?"
            self.refuse(benchmark, why, metric=metric, line=first)
        whole = {one.benchmark for one in self.refused if not one.metric}
        if whole:
            readings = [one for one in readings if one.benchmark not in whole]
        if again:
            readings = [one for one in readings if one.key not in again]
        facts = {name: one_line(str(fact)) for name, fact in (machine or {}).items() if fact not in (None, "")}
        return Results(
            tool=tool,
            readings=tuple(readings),
            refused=tuple(sorted(self.refused, key=lambda one: one.line or 0)),
            machine=facts,
            commit=commit,
            time=time,
        )


def _wrong(rows: Sequence[Sequence[Number]], unit: Unit) -> str:
    """Why samples cannot be judged; "" where they can. Nearly always all of them can, which is seen at one look."""
    if rows and all(rows) and _are_sound(rows[0] if len(rows) == 1 else list(chain.from_iterable(rows)), unit):
        return ""
    for row in rows:
        if not row:
            return "there are no samples" if len(rows) == 1 else "a process has no samples"
        if not _are_sound(row, unit):
            return next((why for value in row if (why := _blame(value, unit.base))), "a sample is beyond any number")
    return "there are no samples"


def _are_sound(samples: Sequence[Number], unit: Unit) -> bool:
    """Whether samples, of which there is one at the least, can all be judged. Where they cannot, one of them is why."""
    numbers = cast("Sequence[float]", samples)  # what is none of them cannot be compared
    try:
        least, total = min(numbers), sum(numbers)
        if least > 0 and total * unit.factor < math.inf:
            return True
        above = least > 0 or (least == 0 and unit.base != "s")
        return above and max(numbers) * unit.factor < math.inf and not math.isnan(total)
    except TypeError:
        return False


def _blame(value: Number, base: str) -> str:
    if value is None:
        return "there is a sample without a value (null)"
    if not isinstance(value, float | int):
        return f"there is a sample that is no number: {str(value)[:60]!r}"
    if not math.isfinite(value):
        return f"there is a sample that is no finite number: {value}"
    if value < 0:
        return f"there is a negative sample: {value!r}"
    if value == 0 and base == "s":
        return "there is a time of 0: nothing takes no time, and the tool's clock or its format is too coarse"
    return ""


def _cut(values: Sequence[_T], layout: Layout) -> Iterable[tuple[tuple[_T, ...], ...]]:
    """The values of each benchmark, process by process."""
    rows: Iterable[tuple[_T, ...]] = zip(values, strict=True)
    if layout.begins is not None and len(layout.begins) < len(values):
        rows = [tuple(values[begin:end]) for begin, end in pairwise([*layout.begins, len(values)])]
    if layout.processes is None:
        return zip(rows, strict=True)
    further = iter(rows)
    return [tuple(islice(further, count)) for count in layout.processes]


def _processes(values: Sequence[Number], layout: Layout, factor: float) -> Iterable[tuple[tuple[float, ...], ...]]:
    """The rows of each benchmark in the base unit. Those of a value that comes often are made once."""
    if layout.is_plain and len(often := set(values)) * 2 < len(values):
        (scaled,) = _scaled((list(often),), factor)
        made = zip(zip(scaled, strict=True), strict=True)
        return map(dict(zip(often, made, strict=True)).__getitem__, values)
    (scaled,) = _scaled((values,), factor)
    return _cut(scaled, layout)


def _scaled(samples: Sequence[Sequence[Number]], factor: float) -> tuple[tuple[float, ...], ...]:
    rows = cast("Sequence[Sequence[float]]", samples)  # all are numbers: nothing was wrong with them
    if factor == 1:
        return tuple(map(tuple, rows))
    if divisor := _divisor(factor):
        return tuple([tuple([value / divisor for value in row]) for row in rows])
    return tuple([tuple([value * factor for value in row]) for row in rows])


def _in_base(value: float, factor: float) -> float:
    divisor = _divisor(factor)
    return value / divisor if divisor else value * factor


@lru_cache(maxsize=64)
def _divisor(factor: float) -> int:
    """What divides like the factor multiplies: 5.275 ns are 5.275e-09 s to the last digit, where the product is not."""
    divisor = round(1 / factor) if factor < 1 else 0
    return divisor if divisor and 1 / divisor == factor else 0


def _spreads(spreads: Sequence[Number], factor: float) -> Sequence[float | None]:
    """Each spread in the base unit."""
    if spreads.count(None) == len(spreads):
        return cast("Sequence[None]", spreads)
    if _are_sound(spreads, Unit(base="", factor=factor, direction=Direction.UNKNOWN)):
        return _scaled((spreads,), factor)[0]
    return [_spread(spread, factor) for spread in spreads]


def _spread(spread: Number, factor: float) -> float | None:
    """The spread in the base unit; None where it is no number, as where a tool had too few samples for one."""
    if not isinstance(spread, float) or not spread >= 0:
        return None
    scaled = _in_base(spread, factor)
    return scaled if scaled < math.inf else None

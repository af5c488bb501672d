"""What a file holds, gathered: each metric of each benchmark once, with samples that can be judged, or refused."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import chain, repeat, starmap
from typing import TypeVar

from sluicegate.gates.performance.readers import samples
from sluicegate.gates.performance.readers.columns import Column, Layout
from sluicegate.gates.performance.readers.source import Number, parted
from sluicegate.gates.performance.reading import Reading, Refused, Results
from sluicegate.gates.performance.units import Unit, unit
from sluicegate.text import one_line, shorten

SECONDS = unit("s")
_LARGE = 1e150
"""A value below it is finite in any unit."""
_OFTEN = 10_000
"""Of so many values and some more the samples are kept."""
_SOME = 64
"""If so many values are different, those after them are as well."""
_SETS = 8
"""So many sets are looked through for a metric at the most."""
_T = TypeVar("_T")
_Kind = TypeVar("_Kind", bound=Hashable)
_TOLD = 5
"""So many lines of a benchmark that stands more than once are told."""


def stands(times: int, lines: Sequence[int]) -> str:
    """That something stands several times, and where, in words."""
    where = ", ".join(map(str, lines[:_TOLD])) + (" …" if len(lines) > _TOLD else "")
    return f"stands {times} times{f' (lines {where})' if lines else ''}"


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
        together = self._together.get(metrics)
        if together is None and all(len(self._of[metric]) < _SETS for metric in metrics):
            together = self._together[metrics] = set()
            for metric in metrics:
                self._of[metric].append(together)
        several = {id(known): known for metric in metrics for known in self._of[metric]}.values()
        if not all(known.isdisjoint(benchmarks) for known in several):
            return False
        for known in [self._of[metric][0] for metric in metrics] if together is None else [together]:
            known.update(benchmarks)
        return True


class _Often:
    """Values of a unit that come often, and can be judged: the samples of each are made once."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._known: dict[Number, tuple[tuple[float, ...], ...]] = {}

    def rows(self, values: Sequence[Number]) -> Sequence[tuple[tuple[float, ...], ...]] | None:
        """The samples of each value; None where most values come once, or one of them cannot be judged."""
        with contextlib.suppress(KeyError, TypeError):
            return list(map(self._known.__getitem__, values))
        try:
            if len(set(values[:_SOME])) == _SOME:
                return None
            different = set(values)
        except TypeError:  # there is something that is no number
            return None
        if len(different) * 2 >= len(values):
            return None
        if len(self._known) > _OFTEN:
            self._known.clear()
        new = list(different.difference(self._known))
        if not samples.are_sound(new, self._unit):
            return None
        (scaled,) = samples.scaled((new,), self._unit.factor)
        self._known.update(zip(new, zip(zip(scaled, strict=True), strict=True), strict=True))
        return list(map(self._known.__getitem__, values))


class Gathering:
    """The readings of a file. What cannot be judged is refused with its reason, at once or when all is known."""

    def __init__(self) -> None:
        self.refused: list[Refused] = []
        self._readings: list[Reading] = []
        self._known = _Known()
        self._often: dict[Unit, _Often] = {}
        self._wrong: dict[tuple[str, str], tuple[str, int | None]] = {}
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
        if why := samples.wrong(rows, unit):
            self._wrong[benchmark, metric] = (why, line)
            return None
        return Reading(
            benchmark=benchmark,
            metric=metric,
            unit=unit.base,
            direction=unit.direction,
            processes=samples.scaled(rows, unit.factor),
            summary=summary,
            spread=None if spread is None else samples.spread(spread, unit.factor),
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
            processes=((samples.in_base(value, unit.factor),),), summary=summary,
            spread=None if spread is None else samples.spread(spread, unit.factor), line=line,
        )  # fmt: skip
        self._readings.append(reading)

    def many(self, layout: Layout, columns: Sequence[Column]) -> None:
        """Add metrics of many benchmarks, a column for each."""
        for some, among in layout.parts():
            self._add_columns(some, [column.part(among) for column in columns])

    def mixed(
        self,
        layout: Layout,
        kinds: Sequence[_Kind],
        rows: Sequence[_T],
        columns: Callable[[_Kind, Sequence[_T]], Sequence[Column]],
    ) -> None:
        """Add benchmarks of several kinds in their order, a row for each; `columns` makes those of rows of a kind."""
        for some, among in layout.parts():
            each, further = parted(kinds[among]), rows[among]
            if len(each) == 1:
                [kind] = each
                self._add_columns(some, columns(kind, further))
                continue
            found: list[Iterable[Reading | None]] = [()] * len(further)
            for kind, places in each.items():
                made = self._columns(some.only(places), columns(kind, [further[at] for at in places]))
                for at, readings in zip(places, zip(*made, strict=True), strict=True):
                    found[at] = readings
            self._readings += filter(None, chain.from_iterable(found))

    def _add_columns(self, layout: Layout, columns: Sequence[Column]) -> None:
        found = self._columns(layout, columns)
        self._readings += filter(None, chain.from_iterable(zip(*found, strict=True)))

    def _columns(self, layout: Layout, columns: Sequence[Column]) -> list[list[Reading | None]]:
        """The readings of each column; None for one that is refused, or came before."""
        alone = len(layout.names) == len(layout.benchmarks)
        new = alone and self._known.take_all(layout.names, tuple(column.metric for column in columns))
        return [self._column(layout, column, new=new) for column in columns]

    def _column(self, layout: Layout, column: Column, *, new: bool) -> list[Reading | None]:
        metric, unit, values, summary, spreads, own = column
        each, lines = len(layout.benchmarks), layout.lines if own is None else own
        processes: Iterable[tuple[tuple[float, ...], ...]] | None = None
        if new and layout.is_plain:
            processes = self._often.setdefault(unit, _Often(unit)).rows(values)
        if processes is None and new and samples.are_sound(values, unit):
            (scaled,) = samples.scaled((values,), unit.factor)
            processes = layout.cut(scaled)
        if processes is not None:
            same = [repeat(one, each) for one in (metric, unit.base, unit.direction, summary)]
            beside = repeat(None, each) if spreads is None else samples.spreads(spreads, unit.factor)
            # by position, as the fields of a reading stand: with millions of them, to name each takes a third more
            return list(starmap(Reading, zip(layout.benchmarks, processes, *same, beside, lines, strict=True)))
        found: list[Reading | None] = [None] * each
        can_part = new and layout.is_plain
        sound = parted([isinstance(value, float) and 0 < value < _LARGE for value in values]) if can_part else {}
        if len(sound) > 1:  # those that cannot be judged are few
            for places in sound.values():
                some = self._column(layout.only(places), column.only(places), new=True)
                for at, reading in zip(places, some, strict=True):
                    found[at] = reading
            return found
        given: Iterable[Number] = repeat(None, each) if spreads is None else spreads
        one_by_one = zip(layout.benchmarks, layout.cut(values), given, lines, strict=True)
        for at, (name, row, spread, line) in enumerate(one_by_one):
            if new or self._is_new(name, metric, line):
                found[at] = self._reading(name, row, metric, unit, summary, spread, line)
        return found

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
        lines = {key: line for key, (_, line) in self._wrong.items()}
        lines |= {one.key: one.line for one in (readings if again else ()) if one.key in again}
        for (benchmark, metric), (why, line) in self._wrong.items():
            if (benchmark, metric) not in again:
                self.refuse(benchmark, why, metric=metric, line=line)
        for (benchmark, metric), further in again.items():
            every = sorted(line for line in (lines[benchmark, metric], *further) if line)
            why = f"{stands(len(further) + 1, every)}: which of them counts?"
            self.refuse(benchmark, why, metric=metric, line=every[0] if every else None)
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

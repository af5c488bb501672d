"""Rows of results as a text has them, one below the other: kept in columns, and added benchmark by benchmark."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, groupby, islice, pairwise
from operator import ne

from msgspec import Struct

from sluicegate.gates.performance.readers.columns import Column, Layout
from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number
from sluicegate.gates.performance.units import Unit


class Rows(Struct):
    """Rows with the same columns of values. Of each row: its line, the process that wrote it, and the benchmark.

    They lie in columns, since a list of a million numbers costs little, and a million lists of one number very much.
    """

    lines: list[int]
    processes: list[int]
    names: list[str]
    columns: dict[str, list[Number]]

    def begins(self) -> Sequence[int]:
        """Where each row begins that is not of the same benchmark as the one before."""
        if all(map(ne, self.names, islice(self.names, 1, None))):
            return range(len(self.names))
        return [0, *[at for at, (before, name) in enumerate(pairwise(self.names), 1) if name != before]]


def add_all(
    several: Sequence[Rows],
    gathering: Gathering,
    *,
    called: Callable[[Sequence[str]], Sequence[str]],
    measured: Callable[[str], tuple[str, Unit]],
) -> None:
    """Add what stands in rows: `called` has the full names of benchmarks, `measured` the metrics of columns.

    The samples of a benchmark are those of all its rows, process by process, in the order of their lines.
    """
    having: defaultdict[str, list[Rows]] = defaultdict(list)
    for rows in several:
        for said in rows.columns:
            having[said].append(rows)
    metrics, rank = {said: measured(said) for said in having}, {said: at for at, said in enumerate(having)}
    if layouts := _as_they_are(several, called):
        for rows, layout in zip(several, layouts, strict=True):
            ranked = sorted(rows.columns, key=rank.__getitem__)
            gathering.many(layout, [Column(*metrics[said], rows.columns[said]) for said in ranked])
        return
    orders: dict[tuple[int, ...], tuple[Layout, list[int]]] = {}
    for key, alike in groupby(having, key=lambda said: tuple(map(id, having[said]))):
        sharing = list(alike)
        rows = _joined(having[sharing[0]], sharing)
        if key not in orders:
            orders[key] = _in_order(rows, called)
        layout, order = orders[key]
        moved = {said: list(map(rows.columns[said].__getitem__, order)) for said in sharing}
        gathering.many(layout, [Column(*metrics[said], values) for said, values in moved.items()])


def _as_they_are(several: Sequence[Rows], called: Callable[[Sequence[str]], Sequence[str]]) -> list[Layout]:
    """The layout of each, just as it lies; none where a benchmark has rows that part, or of several processes."""
    if any(rows.processes[0] != rows.processes[-1] for rows in several):  # they come one after the other
        return []
    layouts = []
    for rows in several:
        names, lines, begins = rows.names, rows.lines, rows.begins()
        if len(begins) < len(names):
            names, lines = [names[at] for at in begins], [lines[at] for at in begins]
        layouts.append(Layout(called(names), lines, begins if len(begins) < len(rows.names) else None))
    alone = len(set().union(*[each.names for each in layouts])) == sum(len(each.benchmarks) for each in layouts)
    return layouts if alone else []


def _joined(several: Sequence[Rows], columns: Iterable[str]) -> Rows:
    """Rows below one another, with the columns that all of them have."""
    if len(several) == 1:
        return several[0]
    return Rows(
        lines=list(chain.from_iterable([rows.lines for rows in several])),
        processes=list(chain.from_iterable([rows.processes for rows in several])),
        names=list(chain.from_iterable([rows.names for rows in several])),
        columns={said: list(chain.from_iterable([rows.columns[said] for rows in several])) for said in columns},
    )


def _in_order(rows: Rows, called: Callable[[Sequence[str]], Sequence[str]]) -> tuple[Layout, list[int]]:
    """The benchmarks as their first lines come, each with all of its rows, and the order of the rows that makes it."""
    by_line = sorted(range(len(rows.lines)), key=rows.lines.__getitem__)
    first = {rows.names[at]: rows.lines[at] for at in reversed(by_line)}
    firsts = list(map(first.__getitem__, rows.names))
    order = sorted(by_line, key=firsts.__getitem__)
    owners = list(zip(map(firsts.__getitem__, order), map(rows.processes.__getitem__, order), strict=True))
    begins = [0, *[at for at, (before, owner) in enumerate(pairwise(owners), 1) if owner != before]]
    processes = Counter(owners[at][0] for at in begins)
    benchmarks = called(sorted(first, key=first.__getitem__))
    return Layout(benchmarks, list(processes), begins, list(processes.values())), order

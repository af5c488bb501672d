"""Rows of results as a text has them, one below the other: kept in columns, and added benchmark by benchmark."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, groupby, islice, pairwise
from operator import ne

from msgspec import Struct

from sluicegate.gates.performance.readers.gathering import Column, Gathering, Layout
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
        """Where the rows of one benchmark that follow one another begin."""
        if all(map(ne, self.names, islice(self.names, 1, None))):
            return range(len(self.names))
        steps = enumerate(zip(pairwise(self.names), pairwise(self.lines), strict=True), 1)
        return [0, *[at for at, ((name, other), (line, then)) in steps if name != other or then - line != 1]]


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
    layouts = [_as_it_is(rows, called) for rows in several]
    if len(set().union(*[each.names for each in layouts])) == sum(len(each.benchmarks) for each in layouts):
        for rows, layout in zip(several, layouts, strict=True):  # nearly always each benchmark stands in one place
            ranked = sorted(rows.columns, key=rank.__getitem__)
            gathering.many(layout, [Column(*metrics[said], rows.columns[said]) for said in ranked])
        return
    orders: dict[tuple[int, ...], tuple[Layout, list[tuple[int, int]]]] = {}
    for key, alike in groupby(having, key=lambda said: tuple(map(id, having[said]))):
        sharing = list(alike)
        rows = _joined(having[sharing[0]], sharing)
        if key not in orders:
            orders[key] = _in_order(rows, called)
        layout, places = orders[key]
        gathering.many(layout, [Column(*metrics[said], _moved(rows.columns[said], places)) for said in sharing])


def _as_it_is(rows: Rows, called: Callable[[Sequence[str]], Sequence[str]]) -> Layout:
    begins = rows.begins()
    if len(begins) == len(rows.names):
        return Layout(called(rows.names), rows.lines)
    return Layout(called([rows.names[at] for at in begins]), [rows.lines[at] for at in begins], begins)


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


def _in_order(rows: Rows, called: Callable[[Sequence[str]], Sequence[str]]) -> tuple[Layout, list[tuple[int, int]]]:
    """The benchmarks as their first lines come, each with all that it has, and where in the rows all of this stands."""
    begins = rows.begins()
    places = list(pairwise([*begins, len(rows.names)]))
    sizes = [end - begin for begin, end in places]
    names = [rows.names[at] for at in begins]
    lines, processes = ([each[at] for at in begins] for each in (rows.lines, rows.processes))
    order = sorted(range(len(begins)), key=lines.__getitem__)
    first: dict[str, int] = {}
    for at in order:
        first.setdefault(names[at], lines[at])
    order.sort(key=[first[name] for name in names].__getitem__)
    starts: list[int] = []
    counts, end = [], 0
    for _, some in groupby(order, key=names.__getitem__):
        before = len(starts)
        for _, same in groupby(some, key=processes.__getitem__):
            starts.append(end)
            for at in same:
                end += sizes[at]
        counts.append(len(starts) - before)
    return Layout(called(list(first)), list(first.values()), starts, counts), [places[at] for at in order]


def _moved(values: Sequence[Number], places: Sequence[tuple[int, int]]) -> list[Number]:
    """What stands at these places, one after the other."""
    if len(places) == len(values):
        return [values[at] for at, _ in places]
    return list(chain.from_iterable([values[begin:end] for begin, end in places]))

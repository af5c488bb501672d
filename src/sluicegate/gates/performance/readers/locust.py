"""The results of locust: the `_stats.csv` of `--csv`."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import compress

from sluicegate.gates.performance.readers.gathering import TOGETHER, Column, Gathering, Layout
from sluicegate.gates.performance.readers.source import Source, lined, numbers
from sluicegate.gates.performance.reading import Direction, Results
from sluicegate.gates.performance.units import Unit, unit

FIRST = "Type,Name,Request Count,"
"""How the file begins."""
HISTORY = "Timestamp,User Count,Type,Name,"
"""How the file of the same run begins that holds its course, second by second."""

_ENDED = "locust may have been ended while it wrote"
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)%$")
_MILLISECONDS = unit("ms")
_STATISTICS = {
    "Average Response Time": ("avg", _MILLISECONDS), "Median Response Time": ("med", _MILLISECONDS),
    "Min Response Time": ("min", _MILLISECONDS), "Max Response Time": ("max", _MILLISECONDS),
    "Requests/s": ("requests/s", unit("1/s")),
    "Failures/s": ("failures/s", Unit(base="1/s", factor=1.0, direction=Direction.LOWER)),
}  # fmt: skip


def read(source: Source) -> Results:
    """Each statistic of a kind of request is a metric of it; the row of all requests is called `Aggregated`."""
    gathering = Gathering()
    for told, lines in _tables(source):
        names = [f"{kind} {name}".strip() for kind, name in zip(told["Type"], told["Name"], strict=True)]
        asked = [count != "0" for count in told["Request Count"]]
        for name, line, once in zip(names, lines, asked, strict=True):
            if not once:
                gathering.refuse(name, "there was no request", line=line)
        columns = [
            Column(*measured, numbers(list(compress(cells, asked))), summary=measured[0])
            for title, cells in told.items()
            if (measured := _measured(title))
        ]
        gathering.many(Layout(list(compress(names, asked)), list(compress(lines, asked))), columns)
    return gathering.results("locust")


def _tables(source: Source) -> Iterator[tuple[dict[str, Sequence[str]], Sequence[int]]]:
    """The cells below each title, and the lines of the rows, some rows after the others.

    Raises FormatError: not as wide everywhere, no CSV.
    """
    told = lined(source).split("\n")
    titles = told[0].split(",")
    for first, some in _whole(told[1:]):
        if cells := _quick(some, len(titles)):
            yield dict(zip(titles, cells, strict=True)), list(range(first, first + len(some)))
        elif rows := _rows(source, first, some, len(titles)):
            yield dict(zip(titles, zip(*rows.values(), strict=True), strict=True)), list(rows)


def _whole(told: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Lines after the first in turn, with the number of the first of them: so many that no quote stays open."""
    some: list[str] = []
    quotes, first = 0, 2
    for at in range(0, len(told), TOGETHER):
        some += (further := told[at : at + TOGETHER])
        quotes += "".join(further).count('"')
        if quotes % 2 == 0 or at + TOGETHER >= len(told):
            yield first, some
            first, some = first + len(some), []


def _quick(lines: Sequence[str], width: int) -> list[list[str]]:
    """The cells by column, where nothing is quoted and all lines are as wide; else none."""
    joined = ",".join(lines)
    if '"' in joined or "\r" in joined or {line.count(",") for line in lines} != {width - 1}:
        return []
    cells = joined.split(",")
    return [cells[at::width] for at in range(width)]


def _rows(source: Source, first: int, lines: Sequence[str], width: int) -> dict[int, list[str]]:
    """The cells of each row by its line."""
    rows = csv.reader([f"{line}\n" for line in lines], strict=True)
    found = {}
    try:
        for row in filter(None, rows):
            line = first + rows.line_num - 1
            if len(row) != width:
                raise source.error(f"line {line}: has {len(row)} fields, and the header {width}", hint=_ENDED)
            found[line] = row
    except csv.Error as error:
        raise source.error(f"line {first + rows.line_num - 1}: {error}", hint=_ENDED) from error
    return found


def _measured(title: str) -> tuple[str, Unit] | None:
    """The metric of a column, and its unit; None where it is none."""
    if percent := _PERCENT.match(title):
        return f"p({percent[1]})", _MILLISECONDS
    return _STATISTICS.get(title)

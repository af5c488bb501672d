"""The results of locust: the `_stats.csv` of `--csv`."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, compress
from typing import NamedTuple

import msgspec

from sluicegate.gates.performance.readers.columns import TOGETHER, Column, Layout
from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, Source, lined, numbers
from sluicegate.gates.performance.reading import Direction, Results
from sluicegate.gates.performance.units import Unit, unit

_COUNT = "Request Count"
FIRST = f"Type,Name,{_COUNT},"
"""How the file begins."""
HISTORY = "Timestamp,User Count,Type,Name,"
"""How the file of the same run begins that holds its course, second by second."""

_ENDED = "locust may have been ended while it wrote"
_PERCENT = re.compile(r"(?!50%|100%)(\d+(?:\.\d+)?)%$")
"""A percentile; but 50 % is the median and 100 % the maximum again, and would tell the same thing twice."""
_ROWS = msgspec.json.Decoder(list[list[float]])
_MILLISECONDS = unit("ms")
_STATISTICS = {
    "Average Response Time": ("avg", _MILLISECONDS), "Median Response Time": ("med", _MILLISECONDS),
    "Min Response Time": ("min", _MILLISECONDS), "Max Response Time": ("max", _MILLISECONDS),
    "Requests/s": ("requests/s", unit("1/s")),
    "Failures/s": ("failures/s", Unit(base="1/s", factor=1.0, direction=Direction.LOWER)),
}  # fmt: skip


class _Table(NamedTuple):
    """Rows that follow one another: their lines, what was asked, and the numbers below each further title."""

    lines: Sequence[int]
    names: Sequence[str]
    columns: Mapping[str, Sequence[Number]]


def read(source: Source) -> Results:
    """Each statistic of a kind of request is a metric of it; the row of all requests is called `Aggregated`."""
    gathering = Gathering()
    for each in _tables(source):
        table = each if all(each.columns[_COUNT]) else _asked(each, gathering)
        columns = [
            Column(*measured, values, summary=measured[0])
            for title, values in table.columns.items()
            if (measured := _measured(title))
        ]
        gathering.many(Layout(table.names, table.lines), columns)
    return gathering.results("locust")


def _asked(table: _Table, gathering: Gathering) -> _Table:
    """The rows of what was asked at all; the others are refused."""
    asked = [count != 0 for count in table.columns[_COUNT]]
    for name, line, once in zip(table.names, table.lines, asked, strict=True):
        if not once:
            gathering.refuse(name, "there was no request", line=line)
    columns = {title: list(compress(values, asked)) for title, values in table.columns.items()}
    return _Table(list(compress(table.lines, asked)), list(compress(table.names, asked)), columns)


def _tables(source: Source) -> Iterator[_Table]:
    """Some rows after the others. Raises FormatError: not as wide everywhere, no CSV."""
    told = lined(source).replace("\r", "\n").split("\n")
    _, _, *titles = _rows(source, told[:1]).get(1, [])
    at = 1
    while at < len(told):
        some = told[at : at + TOGETHER]
        if table := _quick(at + 1, some, titles):
            at += len(some)
            yield table
            continue
        if rows := _rows(source, told, at, len(titles) + 2):
            kinds, names, *cells = zip(*rows.values(), strict=True)
            columns = dict(zip(titles, map(numbers, cells), strict=True))
            yield _Table(list(rows), _names(kinds, names), columns)
        at = max(rows, default=len(told))


def _quick(first: int, lines: Sequence[str], titles: Sequence[str]) -> _Table | None:
    """Rows where nothing is quoted and all that follows the names are numbers, read as lists of JSON, which is fast."""
    block, parts = "\n".join(lines), [line.split(",", 2) for line in lines]
    if '"' in block or set(map(len, parts)) != {3}:
        return None
    kinds, names, further = zip(*parts, strict=True)
    try:
        rows = _ROWS.decode(f"[[{'],['.join(further)}]]")
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None
    if len(rows) != len(lines) or set(map(len, rows)) != {len(titles)}:
        return None
    columns = dict(zip(titles, zip(*rows, strict=True), strict=True))
    return _Table(list(range(first, first + len(lines))), _names(kinds, names), columns)


def _rows(source: Source, told: Sequence[str], at: int = 0, width: int = 0) -> dict[int, list[str]]:
    """The cells of each row by the last of its lines, from a place on: as many rows as have so many lines and more."""
    further = (f"{told[place]}\n" for place in range(at + TOGETHER, len(told)))
    rows = csv.reader(chain([f"{line}\n" for line in told[at : at + TOGETHER]], further), strict=True)
    found = {}
    try:
        for row in filter(None, rows):
            line = at + rows.line_num
            if len(row) != width and width:
                raise source.error(f"line {line}: has {len(row)} fields, and the header {width}", hint=_ENDED)
            found[line] = row
            if rows.line_num >= TOGETHER:
                break
    except csv.Error as error:
        raise source.error(f"line {at + rows.line_num}: {error}", hint=_ENDED) from error
    return found


def _names(kinds: Iterable[str], names: Iterable[str]) -> list[str]:
    return list(map(str.strip, map(" ".join, zip(kinds, names, strict=True))))


def _measured(title: str) -> tuple[str, Unit] | None:
    """The metric of a column, and its unit; None where it is none."""
    if percent := _PERCENT.match(title):
        return f"p({percent[1]})", _MILLISECONDS
    return _STATISTICS.get(title)

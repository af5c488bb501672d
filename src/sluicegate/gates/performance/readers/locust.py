"""The results of locust: the `_stats.csv` of `--csv`."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import NamedTuple

import msgspec

from sluicegate.gates.performance.readers.columns import Column, Layout
from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, Source, lined, numbers
from sluicegate.gates.performance.reading import Direction, Results
from sluicegate.gates.performance.units import Unit, unit

_BLOCK = 128 * 1024
"""So many characters of rows are read together at the least."""
_COUNT = "Request Count"
FIRST = f"Type,Name,{_COUNT},"
"""How the file begins."""
HISTORY = "Timestamp,User Count,Type,Name,"
"""How the file of the same run begins that holds its course, second by second."""

_ENDED = "locust may have been ended while it wrote"
_PERCENT = re.compile(r"(?!50%|100%)(\d+(?:\.\d+)?)%$")
"""A percentile; but 50 % is the median and 100 % the maximum again, and would tell the same thing twice."""
_NUMBERS = msgspec.json.Decoder(list[float])
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
    text = lined(source).replace("\r", "\n")
    _, _, *titles = _rows(source, text[: _after(text, 0)]).get(1, [])
    at, line = _after(text, 0), 1
    while at < len(text):
        block = text[at : _after(text, at + _BLOCK) - 1]
        count = block.count("\n") + 1
        table = _quick(line + 1, block, count, titles)
        if table is None:
            rows = _rows(source, text, at, line, count, len(titles) + 2)
            if not rows:
                return
            kinds, names, *cells = zip(*rows.values(), strict=True)
            columns = dict(zip(titles, map(numbers, cells), strict=True))
            table, count = _Table(list(rows), _names(kinds, names), columns), max(rows) - line
        yield table
        at, line = _after(text, at, count), line + count


def _after(text: str, at: int, lines: int = 1) -> int:
    """Where the next line of a text begins, or so many lines later."""
    for _ in range(lines):
        at = text.find("\n", at) + 1 or len(text) + 1
    return at


def _quick(first: int, block: str, count: int, titles: Sequence[str]) -> _Table | None:
    """Rows where nothing is quoted and all that follows the names are numbers, read as JSON, which is fast."""
    if '"' in block:
        return None
    parts = [line.split(",", 2) for line in block.split("\n")]
    if set(map(len, parts)) != {3}:
        return None
    kinds, names, cells = zip(*parts, strict=True)
    if {row.count(",") for row in cells} != {len(titles) - 1}:
        return None
    try:
        values = _NUMBERS.decode(f"[{','.join(cells)}]")
    except (msgspec.DecodeError, UnicodeEncodeError):
        return None
    columns = {
        title: values[at :: len(titles)] for at, title in enumerate(titles) if title == _COUNT or _measured(title)
    }
    return _Table(list(range(first, first + count)), _names(kinds, names), columns)


def _rows(
    source: Source, text: str, at: int = 0, before: int = 0, count: int = 1, width: int = 0
) -> dict[int, list[str]]:
    """The cells of each row from a place on, by the last of its lines: as many rows as have so many lines and more."""
    rows = csv.reader(_lines(text, at), strict=True)
    found = {}
    try:
        for row in filter(None, rows):
            line = before + rows.line_num
            if len(row) != width and width:
                raise source.error(f"line {line}: has {len(row)} fields, and the header {width}", hint=_ENDED)
            found[line] = row
            if rows.line_num >= count:
                break
    except csv.Error as error:
        raise source.error(f"line {before + rows.line_num}: {error}", hint=_ENDED) from error
    return found


def _lines(text: str, at: int) -> Iterator[str]:
    while at < len(text):
        end = text.find("\n", at) + 1 or len(text)
        yield text[at:end]
        at = end


def _names(kinds: Iterable[str], names: Iterable[str]) -> list[str]:
    return list(map(str.strip, map(" ".join, zip(kinds, names, strict=True))))


def _measured(title: str) -> tuple[str, Unit] | None:
    """The metric of a column, and its unit; None where it is none."""
    if percent := _PERCENT.match(title):
        return f"p({percent[1]})", _MILLISECONDS
    return _STATISTICS.get(title)

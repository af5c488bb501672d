"""The results of locust: the `_stats.csv` of `--csv`."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from itertools import compress, repeat

from sluicegate.gates.performance.readers.gathering import Column, Gathering, Layout
from sluicegate.gates.performance.readers.source import Source, numbers
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
    told, lines = _table(source)
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


def _table(source: Source) -> tuple[dict[str, Sequence[str]], list[int]]:
    """The cells below each title, and the lines of the rows. Raises FormatError: not as wide everywhere, no CSV."""
    rows = csv.reader(io.StringIO(source.text, newline=""), strict=True)
    found, lines = [], []
    try:
        titles = next(rows)
        for row in filter(None, rows):
            if len(row) != len(titles):
                cut = f"line {rows.line_num}: has {len(row)} fields, and the header {len(titles)}"
                raise source.error(cut, hint=_ENDED)
            found.append(row)
            lines.append(rows.line_num)
    except csv.Error as error:
        raise source.error(f"line {rows.line_num}: {error}", hint=_ENDED) from error
    return dict(zip(titles, zip(*found, strict=True) if found else repeat(()), strict=False)), lines


def _measured(title: str) -> tuple[str, Unit] | None:
    """The metric of a column, and its unit; None where it is none."""
    if percent := _PERCENT.match(title):
        return f"p({percent[1]})", _MILLISECONDS
    return _STATISTICS.get(title)

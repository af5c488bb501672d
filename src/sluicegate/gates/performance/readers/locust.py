"""The results of locust: the `_stats.csv` of `--csv`."""

from __future__ import annotations

import csv
import io
import re

from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Source, parsed
from sluicegate.gates.performance.reading import Direction, Results
from sluicegate.gates.performance.units import Unit, unit

FIRST = "Type,Name,Request Count,"
"""How the file begins."""
HISTORY = "Timestamp,User Count,Type,Name,"
"""How the file of the same run begins that holds its course, second by second."""

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
    rows = csv.reader(io.StringIO(source.text, newline=""), strict=True)
    try:
        header = next(rows)
        for row in rows:
            if row:
                _row(gathering, source, header, row, rows.line_num)
    except csv.Error as error:
        raise source.error(
            f"line {rows.line_num}: {error}", hint="locust may have been ended while it wrote"
        ) from error
    return gathering.results("locust")


def _row(gathering: Gathering, source: Source, header: list[str], row: list[str], line: int) -> None:
    if len(row) != len(header):
        cut = f"line {line}: has {len(row)} fields, and the header {len(header)}"
        raise source.error(cut, hint="locust may have been ended while it wrote")
    cells = dict(zip(header, row, strict=True))
    name = f"{cells['Type']} {cells['Name']}".strip()
    if cells["Request Count"] == "0":
        gathering.refuse(name, "there was no request", line=line)
        return
    for column, cell in cells.items():
        if percent := _PERCENT.match(column):
            metric, known = f"p({percent[1]})", _MILLISECONDS
        elif column in _STATISTICS:
            metric, known = _STATISTICS[column]
        else:
            continue
        gathering.one(name, parsed(cell), metric=metric, unit=known, summary=metric, line=line)

"""What was measured in the forms of others: CSV, Bencher Metric Format, OpenMetrics, and our own JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from sluicegate.gates.performance.history.series import Series, middle
from sluicegate.gates.performance.readers import own
from sluicegate.gates.performance.reading import Reading, Results

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_ACTIVE = ("=", "+", "-", "@", "\t", "\r")


class Row(Struct, frozen=True, kw_only=True):
    """One value: a sample of a process, or what a commit measured."""

    benchmark: str
    metric: str
    unit: str
    better: str
    value: float
    commit: str = ""
    time: str = ""
    process: int | None = None
    sample: int | None = None


class Rows(Struct, frozen=True, kw_only=True):
    """All values, and the readings that they are of: the newest, where there is a history."""

    rows: tuple[Row, ...]
    readings: tuple[Reading, ...]


def of_results(readings: Sequence[Reading]) -> Rows:
    """Every sample of some readings."""
    rows = tuple(
        Row(
            benchmark=each.benchmark, metric=each.metric, unit=each.unit, better=each.direction.value, value=value,
            process=process, sample=sample,
        )
        for each in readings
        for process, values in enumerate(each.processes)
        for sample, value in enumerate(values)
    )  # fmt: skip
    return Rows(rows=rows, readings=tuple(readings))


def of_history(series: Sequence[Series], newest: Sequence[Reading]) -> Rows:
    """The value of each commit, oldest first, benchmark by benchmark."""
    rows = tuple(
        Row(
            benchmark=each.benchmark, metric=each.metric, unit=each.unit, better=reading.direction.value,
            value=value.value, commit=value.point.commit, time=value.point.time.isoformat(),
        )
        for each, reading in zip(series, newest, strict=True)
        for value in each.values
    )  # fmt: skip
    return Rows(rows=rows, readings=tuple(newest))


def written(rows: Rows, form: str) -> str:
    """The text of one of the forms `csv`, `bmf`, `openmetrics` and `json`."""
    if form == "csv":
        return _csv(rows.rows)
    if form == "bmf":
        return _bmf(rows.readings)
    if form == "openmetrics":
        return "\n".join(_openmetrics(rows.readings)) + "\n"
    return own.write(Results(tool="sluicegate", readings=rows.readings)).decode()


def _csv(rows: Iterable[Row]) -> str:
    """RFC 4180. A name that a spreadsheet would run as a formula begins with a quote sign."""
    out = io.StringIO()
    writer = csv.writer(out)
    fields = list(Row.__struct_fields__)
    writer.writerow(fields)
    for row in rows:
        said = msgspec.to_builtins(row)
        writer.writerow([_inactive(said[name]) for name in fields])
    return out.getvalue()


def _inactive(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_ACTIVE) else "" if value is None else value


def _bmf(readings: Iterable[Reading]) -> str:
    """`{benchmark: {measure: {value, lower_value, upper_value}}}`; times in nanoseconds, as its latency is."""
    out: dict[str, dict[str, dict[str, float]]] = {}
    for each in readings:
        times = 1e9 if each.unit == "s" else 1.0
        values = [median(row) * times for row in each.processes if row]
        name = "latency" if each.metric == "time" else re.sub(r"[^a-z0-9]+", "-", each.metric.lower()).strip("-")
        measure = {"value": middle(each) * times}
        if len(values) > 1:
            measure |= {"lower_value": min(values), "upper_value": max(values)}
        out.setdefault(each.benchmark, {})[name] = measure
    return json.dumps(out, indent=2, ensure_ascii=False) + "\n"


def _openmetrics(readings: Iterable[Reading]) -> Iterator[str]:
    """Gauges, a family for each metric and unit; the benchmark is a label."""
    families: dict[str, list[Reading]] = {}
    names = {"s": "seconds", "B": "bytes", "1/s": "per_second", "B/s": "bytes_per_second"}
    for each in readings:
        unit = names.get(each.unit, re.sub(r"[^a-z0-9]+", "_", each.unit.lower()).strip("_"))
        metric = re.sub(r"[^a-z0-9]+", "_", each.metric.lower()).strip("_")
        families.setdefault(f"benchmark_{metric}{f'_{unit}' if unit else ''}", []).append(each)
    for family, some in sorted(families.items()):
        yield f"# TYPE {family} gauge"
        for each in some:
            label = each.benchmark.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
            yield f'{family}{{benchmark="{label}"}} {middle(each)!r}'
    yield "# EOF"

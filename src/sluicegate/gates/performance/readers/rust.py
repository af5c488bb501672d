"""The results of Rust's tools: criterion's files, cargo-criterion's messages, and what `cargo bench` prints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

import msgspec
from msgspec import Struct, field

from sluicegate.gates.performance.readers.columns import Column, Layout
from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, Source, blocks, decoded, lined, numbers
from sluicegate.gates.performance.reading import Results
from sluicegate.gates.performance.units import Unit, unit

LINE = re.compile(r"^test .{1,400}? bench:[ \t]|[ \t]time:[ \t]+\[[0-9.]+ \S+ [0-9.]+ \S+ [0-9.]+ \S+\]", re.MULTILINE)
"""One line of a result, by which the text is known."""

_NUMBER = r"([0-9.]+) (\S+)"
_LIBTEST = re.compile(r"test (\s|.+?(?<!\s))\s++\.\.\. bench:\s+([\d,.]+) (\S+) \(\+/- ([\d,.]+)\)")
_CRITERION = re.compile(rf"(.*?)(?<![ \t])[ \t]*+(time|thrpt):[ \t]+\[{_NUMBER} {_NUMBER} {_NUMBER}\]\s*$")
_OTHER = re.compile(r"\S.*$")
_LINES = re.compile(
    r"^(?:test (\S+) +\.\.\. bench: +([\d,.]+) (\S+) \(\+/- ([\d,.]+)\)[^\n]*"
    rf"|([^\n]{{24}})(time|thrpt): +\[{_NUMBER} {_NUMBER} {_NUMBER}\]"
    r"|(\S[^\n]*)|[^\n]*)$",
    re.MULTILINE,
)
"""The three above in many lines at once, each of them in the form that it has nearly always: a row for each line."""
_KIND = itemgetter(2, 5, 7, 9, 11)
"""The units of a row, and what it is."""
_NANOSECONDS = unit("ns")


class _Sample(Struct, frozen=True):
    iters: list[Number]
    times: list[Number]


class _Named(Struct, frozen=True):
    full_id: str


class _Interval(Struct, frozen=True):
    lower_bound: float
    upper_bound: float


class _Estimate(Struct, frozen=True):
    point_estimate: Number
    confidence_interval: _Interval


class _Estimates(Struct, frozen=True):
    median: _Estimate


def criterion(source: Source) -> Results:
    """`sample.json`: each sample is a time of so many iterations. Its name stands in `benchmark.json` beside it."""
    gathering = Gathering()
    found = decoded(source, _Sample, "criterion's sample.json")
    gathering.add(_name(source), (_each(found.times, found.iters),), unit=_NANOSECONDS)
    return gathering.results("criterion")


def estimates(source: Source) -> Results:
    """`estimates.json`, where the samples are gone: the median, and half of its interval."""
    if source.beside("sample.json") is not None:
        raise source.error("is criterion's summary of the samples beside it", hint="name the file sample.json alone")
    gathering = Gathering()
    median = decoded(source, _Estimates, "criterion's estimates.json").median
    interval = median.confidence_interval
    spread = (interval.upper_bound - interval.lower_bound) / 2
    gathering.one(_name(source), median.point_estimate, summary="median", spread=spread, unit=_NANOSECONDS)
    return gathering.results("criterion")


def _name(source: Source) -> str:
    content = source.beside("benchmark.json")
    if content is None:
        hint = "criterion writes benchmark.json beside sample.json: keep the whole folder"
        raise source.error(
            "is criterion's, and benchmark.json does not lie beside it: which benchmark is it?", hint=hint
        )
    return decoded(source, _Named, "criterion's benchmark.json", content=content).full_id


class _Message(Struct, frozen=True):
    reason: str = ""
    id: str = ""
    iterations: list[Number] = field(name="iteration_count", default_factory=list)
    values: list[Number] = field(name="measured_values", default_factory=list)
    unit: str = "ns"


def messages(source: Source) -> Results:
    """The lines of `cargo criterion --message-format=json`, of which those of whole benchmarks hold the samples."""
    gathering = Gathering()
    for number, line in enumerate(source.content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = msgspec.json.decode(line, type=_Message)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise source.error(f"line {number}: no message of cargo-criterion: {error}") from error
        if found.reason == "benchmark-complete":
            known = unit(found.unit)
            gathering.add(
                found.id, (_each(found.values, found.iterations),), unit=known, metric=_measured(known), line=number
            )
    return gathering.results("cargo-criterion")


class _Row(NamedTuple):
    """The parts of a line, "" where it has none of them: a result of libtest, one of criterion, or something else."""

    test: str = ""
    median: str = ""
    unit: str = ""
    deviation: str = ""
    name: str = ""
    what: str = ""
    low: str = ""
    below: str = ""
    estimate: str = ""
    estimated: str = ""
    high: str = ""
    above: str = ""
    other: str = ""


def printed(source: Source) -> Results:
    """What `cargo bench` prints: the median of libtest, the estimate of criterion, each with its spread."""
    gathering, name = Gathering(), ""
    for first, block in blocks(lined(source)):
        names, lines, rows = [], [], []
        for line, row in enumerate(_rows(block), first):
            if row[1]:
                names.append(row[0])
            elif row[5]:
                name = row[4].strip() or name
                names.append(name)
            else:
                name = row[-1].strip() or name  # a long name stands on a line of its own
                continue
            lines.append(line)
            rows.append(row)
        gathering.mixed(Layout(names, lines), list(map(_KIND, rows)), rows, _columns)
    return gathering.results("cargo bench")


def _rows(block: str) -> Sequence[tuple[str, ...]]:
    """The parts of each line: of all together, where no result is written otherwise than nearly always."""
    rows: list[tuple[str, ...]] = _LINES.findall(block)
    results = block.count(" bench:") + block.count("time:") + block.count("thrpt:")
    if len(rows) > block.count("\n") and len(rows) - [row[1] or row[5] for row in rows].count("") == results:
        return rows
    return list(map(_row, block.split("\n")))


def _row(line: str) -> _Row:
    if found := _LIBTEST.match(line):
        return _Row(*found.groups())
    if found := _CRITERION.match(line):
        return _Row("", "", "", "", *found.groups())
    return _Row(other=line if _OTHER.match(line) else "")


def _columns(kind: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[Column]:
    """Rows of the same units."""
    _, medians, _, deviations, _, _, least, _, estimates, _, most, *_ = zip(*rows, strict=True)
    said, what, below, estimated, above = kind
    if said:
        known = unit(said)
        values, deviation = (numbers([one.replace(",", "") for one in some]) for some in (medians, deviations))
        return [Column(_measured(known), known, values, "median", deviation)]
    known = unit(estimated)
    lowest, highest = unit(below).factor, unit(above).factor
    spreads = [
        abs(high * highest - low * lowest) / 2 / known.factor
        if isinstance(low, float) and isinstance(high, float)
        else None
        for low, high in zip(numbers(least), numbers(most), strict=True)
    ]
    metric = "time" if what == "time" else "throughput"
    return [Column(metric, known, numbers(estimates), "estimate", spreads)]


def _each(values: list[Number], iterations: list[Number]) -> list[Number]:
    """The value of one iteration, sample by sample; what is none is left as it is, to be refused."""
    if len(values) != len(iterations):
        return [f"{len(values)} values for {len(iterations)} counts of iterations"]
    return [
        value / count if isinstance(value, float) and isinstance(count, float) and count > 0 else f"{value} in {count}"
        for value, count in zip(values, iterations, strict=True)
    ]


def _measured(known: Unit) -> str:
    return "time" if known.base == "s" else known.base

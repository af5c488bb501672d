"""The results of Rust's tools: criterion's files, cargo-criterion's messages, and what `cargo bench` prints."""

from __future__ import annotations

import re

import msgspec
from msgspec import Struct, field

from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, Source, decoded, lines, parsed
from sluicegate.gates.performance.reading import Results
from sluicegate.gates.performance.units import Unit, unit

LINE = re.compile(r"^test .{1,400}? bench:[ \t]|[ \t]time:[ \t]+\[[0-9.]+ \S+ [0-9.]+ \S+ [0-9.]+ \S+\]", re.MULTILINE)
"""One line of a result, by which the text is known."""

_LIBTEST = re.compile(r"test (\s|.+?(?<!\s))\s++\.\.\. bench:\s+([\d,.]+) (\S+) \(\+/- ([\d,.]+)\)")
_CRITERION = re.compile(
    r"(.*?)(?<![ \t])[ \t]*+(time|thrpt):[ \t]+\[([0-9.]+) (\S+) ([0-9.]+) (\S+) ([0-9.]+) (\S+)\]\s*$"
)
_NAMED = re.compile(r"\S.*$")
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


def printed(source: Source) -> Results:
    """What `cargo bench` prints: the median of libtest, the estimate of criterion, each with its spread."""
    gathering, name = Gathering(), ""
    for number, line in lines(source):
        if found := _LIBTEST.match(line):
            test, said, with_unit, deviation = found.groups()
            value, spread, known = parsed(said.replace(",", "")), parsed(deviation.replace(",", "")), unit(with_unit)
            gathering.one(
                test, value, unit=known, summary="median", spread=spread, metric=_measured(known), line=number
            )
        elif found := _CRITERION.match(line):
            name = found[1].strip() or name
            _estimated(gathering, name, found, number)
        elif not line.startswith((" ", "\t")) and (named := _NAMED.match(line)):
            name = named[0].strip()  # a long name stands on a line of its own
    return gathering.results("cargo bench")


def _estimated(gathering: Gathering, name: str, found: re.Match[str], line: int) -> None:
    what, low, below, said, with_unit, high, above = found.groups()[1:]
    known, spread = unit(with_unit), None
    least, value, most = parsed(low), parsed(said), parsed(high)
    if isinstance(least, float) and isinstance(most, float):
        spread = abs(most * unit(above).factor - least * unit(below).factor) / 2 / known.factor
    metric = "time" if what == "time" else "throughput"
    gathering.one(name, value, unit=known, metric=metric, summary="estimate", spread=spread, line=line)


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

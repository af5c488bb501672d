"""The results of Google Benchmark (C++), as `--benchmark_out_format=json` writes them."""

from __future__ import annotations

from msgspec import Struct

from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, Source, decoded
from sluicegate.gates.performance.reading import Results
from sluicegate.gates.performance.units import Unit, unit

Cell = float | bool | str | None
Row = dict[str, Cell]

_KEPT = frozenset({
    "name", "family_index", "per_family_instance_index", "run_name", "run_type", "repetitions", "repetition_index",
    "threads", "aggregate_name", "aggregate_unit", "iterations", "real_time", "cpu_time", "time_unit", "label",
    "error_occurred", "error_message", "skipped", "skip_message", "big_o", "cpu_coefficient", "real_coefficient", "rms",
})  # fmt: skip
"""What a row says of itself; any other number is a counter of the benchmark."""
_COUNTERS = {
    "bytes_per_second": unit("B/s"), "items_per_second": unit("1/s"), "allocs_per_iter": unit("allocs/op"),
    "max_bytes_used": unit("B"), "total_allocated_bytes": unit("B"),
}  # fmt: skip

_NO_NUMBERS = ("NaN", "Infinity", "-Infinity")


class _Context(Struct, frozen=True):
    date: str = ""
    host_name: str = ""
    num_cpus: int | None = None
    mhz_per_cpu: int | None = None
    library_build_type: str = ""


class _File(Struct, frozen=True):
    context: _Context
    benchmarks: list[Row]


def read(source: Source) -> Results:
    """Repetitions are samples of one process; aggregates are read only where no repetition was written."""
    found = decoded(source, _File, "Google Benchmark")
    raw: dict[str, list[Row]] = {}
    aggregates: dict[str, dict[str, Row]] = {}
    gathering = Gathering()
    for row in found.benchmarks:
        name = str(row.get("run_name") or row.get("name") or "(a benchmark without a name)")
        if row.get("error_occurred") or row.get("skipped"):
            why = row.get("error_message") or row.get("skip_message") or "it says no more"
            gathering.refuse(name, f"the benchmark was given up: {why}")
        elif row.get("run_type") == "aggregate":
            aggregates.setdefault(name, {})[str(row.get("aggregate_name"))] = row
        else:
            raw.setdefault(name, []).append(row)
    for name, rows in raw.items():
        _repeated(gathering, name, rows)
    for name, kinds in aggregates.items():
        summary = next((one for one in ("median", "mean", "min") if one in kinds), "")
        if name not in raw and summary:
            _summarised(gathering, name, summary, kinds[summary], kinds.get("stddev", {}))
    context = found.context
    machine = {
        "cores": context.num_cpus,
        "mhz": context.mhz_per_cpu,
        "host": context.host_name,
        "library": context.library_build_type,
    }
    return gathering.results("Google Benchmark", machine=machine, time=context.date)


def _repeated(gathering: Gathering, name: str, rows: list[Row]) -> None:
    numbered = [row["repetition_index"] for row in rows if "repetition_index" in row]
    if len(set(numbered)) < len(numbered):
        gathering.refuse(name, "a repetition stands twice: two benchmarks may have this name")
        return
    metrics: dict[str, tuple[Unit, list[Number]]] = {}
    for row in rows:
        for metric, known, value in _metrics(row):
            metrics.setdefault(metric, (known, []))[1].append(value)
    if "time" not in metrics:
        gathering.refuse(name, "there is no real_time")
    for metric, (known, values) in metrics.items():
        gathering.add(name, (values,), metric=metric, unit=known)


def _summarised(gathering: Gathering, name: str, summary: str, row: Row, deviation: Row) -> None:
    spreads = {metric: value for metric, _, value in _metrics(deviation)}
    for metric, known, value in _metrics(row):
        gathering.one(name, value, metric=metric, unit=known, summary=summary, spread=spreads.get(metric))


def _metrics(row: Row) -> list[tuple[str, Unit, Number]]:
    """What a row measured: metric, unit, value."""
    timed = unit(str(row.get("time_unit") or "ns"))
    times = [
        (metric, timed, _number(row[key])) for metric, key in (("time", "real_time"), ("cpu", "cpu_time")) if key in row
    ]
    counters = [
        (key, _COUNTERS.get(key, unit("")), _number(value))
        for key, value in row.items()
        if key not in _KEPT and (isinstance(value, float) or value in _NO_NUMBERS)
    ]
    return [*times, *counters]


def _number(value: Cell) -> Number:
    return str(value) if isinstance(value, bool) else value

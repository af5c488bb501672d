"""The results of JMH (Java), as `-rf json` writes them."""

from __future__ import annotations

from msgspec import Struct, field, structs

from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, Source, decoded
from sluicegate.gates.performance.reading import Direction, Results
from sluicegate.gates.performance.units import Unit, unit

_MODES = {"thrpt": "throughput", "avgt": "time", "sample": "sampled", "ss": "single shot"}
_DIRECTIONS = {
    "throughput": Direction.HIGHER,
    "time": Direction.LOWER,
    "sampled": Direction.LOWER,
    "single shot": Direction.LOWER,
}

Histogram = list[tuple[float, float]]


class _Metric(Struct, frozen=True):
    unit: str = field(name="scoreUnit", default="")
    score: Number = None
    error: Number = field(name="scoreError", default=None)
    forks: list[list[Number]] = field(name="rawData", default_factory=list)
    histograms: list[list[Histogram]] = field(name="rawDataHistogram", default_factory=list)


class _Benchmark(Struct, frozen=True):
    benchmark: str
    mode: str
    primary: _Metric = field(name="primaryMetric")
    secondary: dict[str, _Metric] = field(name="secondaryMetrics", default_factory=dict)
    params: dict[str, str] | None = None
    threads: int = 1
    vm: str = field(name="vmName", default="")
    version: str = field(name="vmVersion", default="")


def read(source: Source) -> Results:
    """Each fork is a process, each iteration a sample.

    Of sampled times the mean of each iteration is kept; their percentiles are metrics of their own, as JMH adds them.
    Which way is better is told by the mode for the score, and by the unit for what is added; for what the collector of
    memory did it is told by nothing, but for what an operation allocated.
    """
    gathering = Gathering()
    found = decoded(source, list[_Benchmark], "JMH")
    for one in found:
        params = ",".join(f"{name}={value}" for name, value in (one.params or {}).items())
        name = f"{one.benchmark}({params})" if params else one.benchmark
        name = name if one.threads == 1 else f"{name} @{one.threads} threads"
        metric = _MODES.get(one.mode, one.mode)
        known = unit(one.primary.unit)
        known = structs.replace(known, direction=_DIRECTIONS.get(metric, known.direction))
        _add(gathering, name, metric, one.primary, known)
        for also, more in one.secondary.items():
            label = also.removeprefix("·")  # as JMH marked profilers before 1.37
            label = label if metric == "time" else f"{metric}: {label}"
            # a profiler leaves out the forks in which nothing of its kind took place, as where no memory was collected
            kept = structs.replace(more, forks=[fork for fork in more.forks if fork])
            _add(gathering, name, label, kept, _profiled(label, unit(more.unit)))
    machine = {"runtime": f"{found[0].vm} {found[0].version}".strip()} if found else {}
    return gathering.results("JMH", machine=machine)


def _profiled(label: str, known: Unit) -> Unit:
    if ("gc." in label and not label.endswith(".norm")) or known.base == "B/s":
        return structs.replace(known, direction=Direction.UNKNOWN)
    return known


def _add(gathering: Gathering, name: str, metric: str, found: _Metric, known: Unit) -> None:
    if any(found.histograms):
        _sampled(gathering, name, metric, found.histograms, known)
    elif any(found.forks):
        gathering.add(name, found.forks, metric=metric, unit=known)
    else:
        gathering.one(name, found.score, metric=metric, unit=known, summary="mean", spread=found.error)


def _sampled(gathering: Gathering, name: str, metric: str, forks: list[list[Histogram]], known: Unit) -> None:
    """The times of single operations, as (time, how often), for each iteration of each fork."""
    if not all(sum(count for _, count in iteration) > 0 for fork in forks for iteration in fork):
        gathering.refuse(name, "an iteration has no samples", metric=metric)
        return
    means = [
        [sum(value * count for value, count in iteration) / sum(count for _, count in iteration) for iteration in fork]
        for fork in forks
    ]
    gathering.add(name, means, metric=metric, unit=known)

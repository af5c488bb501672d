"""The results of BenchmarkDotNet, as its JSON exporters write them (full, brief, and their compressed kinds)."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct, field, structs

from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, Source, decoded
from sluicegate.gates.performance.reading import Direction, Results
from sluicegate.gates.performance.units import unit


class _Statistics(Struct, frozen=True, rename="pascal"):
    original_values: list[Number] | None = None
    median: Number = None
    standard_deviation: Number = None


class _Measurement(Struct, frozen=True, rename="pascal"):
    iteration_mode: str = ""
    iteration_stage: str = ""
    launch_index: int = 1
    operations: float = 0
    nanoseconds: Number = None


class _Descriptor(Struct, frozen=True, rename="pascal"):
    id: str = ""
    display_name: str = ""
    unit: str = ""
    the_greater_the_better: bool | None = None


class _Metric(Struct, frozen=True, rename="pascal"):
    value: Number = None
    descriptor: _Descriptor = field(default_factory=_Descriptor)


class _Memory(Struct, frozen=True, rename="pascal"):
    bytes_allocated_per_operation: Number = None


class _Benchmark(Struct, frozen=True, rename="pascal"):
    full_name: str
    display_info: str = ""
    statistics: _Statistics | None = None
    memory: _Memory | None = None
    measurements: list[_Measurement] | None = None
    metrics: list[_Metric] | None = None


class _Host(Struct, frozen=True, rename="pascal"):
    os_version: str | None = None
    processor_name: str | None = None
    logical_core_count: int | None = None
    runtime_version: str | None = None
    architecture: str | None = None


class _Summary(Struct, frozen=True, rename="pascal"):
    benchmarks: list[_Benchmark]
    host_environment_info: _Host


def read(source: Source) -> Results:
    """Each launch is a process, each result of its workload a sample; without measurements all are of one process."""
    found = decoded(source, _Summary, "BenchmarkDotNet")
    gathering = Gathering()
    nanoseconds = unit("ns")
    often = Counter(one.full_name for one in found.benchmarks)
    for one in found.benchmarks:
        name, statistics = one.full_name, one.statistics
        if often[name] > 1 and (job := _job(one.display_info)):
            name = f"{name} ({job})"
        if launches := _launches(one.measurements or []):
            gathering.add(name, launches, unit=nanoseconds)
        elif statistics is None:
            gathering.refuse(name, "there are no statistics: the benchmark failed")
        elif statistics.original_values is not None:
            gathering.add(name, (statistics.original_values,), unit=nanoseconds)
        else:
            gathering.one(
                name,
                statistics.median,
                unit=nanoseconds,
                summary="median",
                spread=statistics.standard_deviation,
            )
        _also(gathering, name, one)
    host = found.host_environment_info
    machine = {
        "cpu": host.processor_name, "cores": host.logical_core_count, "os": host.os_version, "arch": host.architecture,
        "runtime": host.runtime_version,
    }  # fmt: skip
    return gathering.results("BenchmarkDotNet", machine=machine)


def _job(told: str) -> str:
    """The job in `Type.Method: Job [parameters]`, which tells apart what runs under several."""
    job = told.partition(": ")[2]
    return job.partition(" [")[0] if job.endswith("]") else job


def _launches(measurements: list[_Measurement]) -> list[list[Number]]:
    """The time of one operation, by launch: those whose overhead was taken off, as the tool's own statistics use."""
    launches: dict[int, list[Number]] = {}
    for one in measurements:
        if one.iteration_mode == "Workload" and one.iteration_stage == "Result":
            whole = isinstance(one.nanoseconds, float) and one.operations > 0
            launches.setdefault(one.launch_index, []).append(
                one.nanoseconds / one.operations if whole else one.nanoseconds  # type: ignore[operator]  # see above
            )
    return list(launches.values())


def _also(gathering: Gathering, name: str, one: _Benchmark) -> None:
    """What diagnosers measured: each says itself which way is better."""
    for metric in one.metrics or []:
        told = metric.descriptor
        known = unit(told.unit)
        direction = {True: Direction.HIGHER, False: Direction.LOWER, None: known.direction}[told.the_greater_the_better]
        gathering.one(
            name,
            metric.value,
            metric=told.display_name or told.id,
            unit=structs.replace(known, direction=direction),
            summary="mean",
        )
    if one.memory is not None and not one.metrics:
        bytes_each = one.memory.bytes_allocated_per_operation
        gathering.one(name, bytes_each, metric="Allocated", unit=unit("B"), summary="mean")

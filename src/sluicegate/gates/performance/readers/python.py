"""The results of Python's tools: pytest-benchmark and pyperf."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, Source, decoded, parsed
from sluicegate.gates.performance.reading import Results
from sluicegate.gates.performance.units import unit


class _Stats(Struct, frozen=True, gc=False):
    data: list[Number] | None = None
    median: Number = None
    iqr: Number = None


class _Test(Struct, frozen=True, gc=False):
    fullname: str
    stats: _Stats


class _Cpu(Struct, frozen=True):
    brand_raw: str = ""
    count: int | None = None


class _Machine(Struct, frozen=True):
    node: str = ""
    machine: str = ""
    system: str = ""
    release: str = ""
    python_implementation: str = ""
    python_version: str = ""
    cpu: _Cpu = _Cpu()


class _Commit(Struct, frozen=True):
    id: str | None = None


class _Session(Struct, frozen=True):
    benchmarks: list[_Test]
    machine_info: _Machine
    commit_info: _Commit | None = None
    datetime: str = ""


def pytest_benchmark(source: Source) -> Results:
    """All rounds of a test in one process; without them (`--benchmark-save` alone) the median, and half of its IQR."""
    found = decoded(source, _Session, "pytest-benchmark")
    gathering = Gathering()
    for test in found.benchmarks:
        stats = test.stats
        if stats.data is not None:
            gathering.add(test.fullname, (stats.data,))
        else:
            spread = stats.iqr / 2 if isinstance(stats.iqr, float) else None
            gathering.one(test.fullname, stats.median, summary="median", spread=spread)
    box = found.machine_info
    commit = (found.commit_info and found.commit_info.id) or ""
    machine = {
        "cpu": box.cpu.brand_raw, "cores": box.cpu.count, "os": f"{box.system} {box.release}".strip(),
        "arch": box.machine,
        "runtime": f"{box.python_implementation} {box.python_version}".strip(), "host": box.node,
    }  # fmt: skip
    return gathering.results(
        "pytest-benchmark", machine=machine, commit="" if commit == "unversioned" else commit, time=found.datetime
    )


class _Run(Struct, frozen=True):
    values: list[Number] = []
    metadata: dict[str, Any] = {}


class _Benchmark(Struct, frozen=True):
    runs: list[_Run]
    metadata: dict[str, Any] = {}


class _Suite(Struct, frozen=True):
    benchmarks: list[_Benchmark]
    metadata: dict[str, Any] = {}


_PEAKS = ("mem_max_rss", "command_max_rss")


def pyperf(source: Source) -> Results:
    """Each run is a process. Values are per loop as pyperf stores them; warmups and calibrations are no samples.

    What it notes of a process's peak memory is a metric of its own.
    """
    suite = decoded(source, _Suite, "pyperf")
    gathering = Gathering()
    for benchmark in suite.benchmarks:
        common = {**suite.metadata, **benchmark.metadata}
        name = str(common.get("name") or "(a benchmark without a name)")
        runs = [run for run in benchmark.runs if run.values]
        measured = str(common.get("unit") or "second")
        kept = unit(measured)
        gathering.add(
            name, [run.values for run in runs], metric={"s": "time", "B": "memory"}.get(kept.base, measured), unit=kept
        )
        for peak in _PEAKS:
            sizes = [size for run in runs if isinstance(size := run.metadata.get(peak, common.get(peak)), int | float)]
            if sizes and len(sizes) == len(runs):
                gathering.add(name, [(parsed(size),) for size in sizes], metric=peak, unit=unit("B"))
    facts = suite.metadata
    dates = [str(run.metadata["date"]) for one in suite.benchmarks for run in one.runs if "date" in run.metadata]
    machine = {
        "cpu": facts.get("cpu_model_name"), "cores": facts.get("cpu_count"), "os": facts.get("platform"),
        "runtime": f"{facts.get('python_implementation', '')} {facts.get('python_version', '')}".strip(),
        "host": facts.get("hostname"),
    }  # fmt: skip
    return gathering.results("pyperf", machine=machine, time=min(dates, default=""))

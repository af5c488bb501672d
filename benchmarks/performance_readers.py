"""How long large files of benchmark results take to read, as a Markdown table.

    python benchmarks/performance_readers.py [MEGABYTES]

The files (50 MB each unless told otherwise) are generated here in the shapes that the tools write. Each is read in a
fresh process, five times, and so it is barely, turn by turn: JSON by `json.loads` alone, XML by a parser that is told
nothing, and text by splitting every line of it into words. The least processor time of each stands in the table, as
other work on the machine only adds to it, and the most memory that the process ever had. Wanted: at most 2 s for 50 MB.

The last files are as terse as their formats allow, with one number of every metric: hundreds of thousands of
benchmarks, as no project has them. They show what a single metric costs.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from performance_exporters import (
    by_turns,
    families,
    filled,
    gauge_families,
    histograms,
    openmetrics,
    summaries,
    summary_families,
    terse_summaries,
    unlabelled,
    unordered,
)

ROUNDS = 5
_TIMED = """
import json, resource, sys, time
from pathlib import Path
from xml.parsers import expat
from sluicegate.gates.performance.readers import read
content = Path(sys.argv[1]).read_bytes()
started = time.process_time()
match sys.argv[2]:
    case "read":
        found = read(sys.argv[1], content, lambda _: None)
    case "json":
        json.loads(content.removeprefix(b"window.BENCHMARK_DATA = "))
    case "xml":
        expat.ParserCreate().Parse(content, True)
    case "words":
        [line.split() for line in content.decode().split("\\n")]
spent = time.process_time() - started
metrics = len(found.readings) if sys.argv[2] == "read" else 0
samples = sum(one.count for one in found.readings) if metrics else 0
print(spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, metrics, samples)
"""


def main() -> None:
    size = int(sys.argv[1]) * 10**6 if len(sys.argv) > 1 else 50 * 10**6
    print("| file | size | metrics | samples | read | barely | ratio | memory |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as made:
        for name, write in FILES.items():
            path = Path(made, "results")
            path.write_text(write(size), encoding="utf-8")
            told = measured(path, "words" if name in TEXTS else "xml" if name in XML else "json")
            print(f"| {name} | {path.stat().st_size / 1e6:.0f} MB | {told} |", flush=True)


def measured(path: Path, bare: str) -> str:
    spent: dict[str, list[float]] = {"read": [], bare: []}
    memory = metrics = samples = 0
    for _ in range(ROUNDS):
        for kind, times in spent.items():
            done = subprocess.run(
                [sys.executable, "-c", _TIMED, path, kind], check=True, capture_output=True, text=True
            )
            seconds, most, *counts = done.stdout.split()
            times.append(float(seconds))
            if kind == "read":
                memory, (metrics, samples) = max(memory, int(most)), map(int, counts)
    least, barely = min(spent["read"]), min(spent[bare])
    return (
        f"{metrics:,} | {samples:,} | {least:.2f} s | {barely:.2f} s | {least / barely:.1f} | {memory / 1024:,.0f} MB"
    )


def pytest_benchmark(rounds: int) -> Callable[[int], str]:
    def written(size: int) -> str:
        chance = random.Random(1)  # noqa: S311 - nobody guesses at a benchmark

        def row(number: int) -> str:
            data = [chance.lognormvariate(-14, 0.1) for _ in range(rounds)]
            stats = {
                "min": min(data),
                "max": max(data),
                "mean": statistics.fmean(data),
                "rounds": rounds,
                "data": data,
                "iterations": 1,
            }
            test = {
                "group": None,
                "name": f"test_{number}",
                "fullname": f"test_a.py::test_{number}",
                "params": None,
                "extra_info": {},
                "stats": stats,
            }
            return json.dumps(test, indent=4)

        return filled(
            size,
            '{"machine_info": {"node": "box", "cpu": {"count": 2}}, "benchmarks": [',
            '], "version": "5.3.1"}',
            row,
        )

    return written


def jmh(size: int) -> str:
    chance = random.Random(2)  # noqa: S311

    def metric(unit: str, iterations: int) -> dict[str, object]:
        forks = [[chance.lognormvariate(3, 0.1) for _ in range(iterations)] for _ in range(5)]
        percentiles = {f"{percent}": 20.5 for percent in (0.0, 50.0, 90.0, 95.0, 99.0, 99.9, 99.99, 100.0)}
        return {"score": 20.1, "scoreError": 0.3, "scorePercentiles": percentiles, "scoreUnit": unit, "rawData": forks}

    def row(number: int) -> str:
        added = {"gc.alloc.rate": metric("MB/sec", 20), "gc.alloc.rate.norm": metric("B/op", 20)}
        one = {
            "jmhVersion": "1.37", "benchmark": f"com.example.Sums.sum{number}", "mode": "avgt", "threads": 1,
            "forks": 5, "jvmArgs": [], "vmName": "OpenJDK", "vmVersion": "17",
            "primaryMetric": metric("ns/op", 20), "secondaryMetrics": added,
        }  # fmt: skip
        return json.dumps(one, indent=4)

    return filled(size, "[", "]", row)


def google(size: int) -> str:
    def row(number: int) -> str:
        one = {
            "name": f"Sum/{number // 10}", "run_name": f"Sum/{number // 10}", "run_type": "iteration",
            "repetitions": 10, "repetition_index": number % 10, "threads": 1, "iterations": 1000,
            "real_time": 25.5 + number % 7, "cpu_time": 24.5, "time_unit": "ns", "items_per_second": 1e9 + number,
        }  # fmt: skip
        return json.dumps(one, indent=4)

    return filled(size, '{"context": {"num_cpus": 2}, "benchmarks": [', "]}", row)


GO = "goos: linux\ngoarch: amd64\npkg: example.com/sums\n"


def go(size: int, count: int = 10, runs: int = 1) -> str:
    """Benchmarks that stand so many times in each of so many runs."""

    def row(n: int) -> str:
        return f"BenchmarkSum/n={n // count}-8 \t    2000\t  {28484 + n % 100} ns/op\t 4096 B/op\t 1 allocs/op"

    return "".join(filled(size // runs, GO, "\nPASS\n", row, "\n") for _ in range(runs))


def go_suites(size: int) -> str:
    """Benchmarks of which every third measures a throughput as well."""

    def row(n: int) -> str:
        more = f"  {n % 777} MB/s\t" if n // 10 % 3 == 0 else ""
        each = n // 10
        return f"BenchmarkSum/n={each}-8 \t    2000\t  {28484 + n % 100} ns/op\t{more} {each % 4096} B/op\t 1 allocs/op"

    return filled(size, GO, "\nPASS\n", row, "\n")


def junit(size: int) -> str:
    begin, end = '<testsuites name="pytest tests"><testsuite name="pytest">', "</testsuite></testsuites>"
    return filled(size, begin, end, lambda n: f'<testcase classname="test_a" name="test_{n:07}" time="0.021" />', "\n")


def own(size: int) -> str:
    def row(n: int) -> str:
        samples = [[1.25 + n % 7 / 100 + at / 1000 for at in range(5)] for _ in range(4)]
        return json.dumps({"benchmark": f"parse(n={n})", "unit": "ms", "processes": samples})

    return filled(size, '{"sluicegate-performance": 1, "readings": [', "]}", row)


def data_js(size: int) -> str:
    begin = '{"commit": {"id": "8bbb5e7"}, "date": 1700000000000, "tool": "cargo", "benches": ['
    row = '{{"name": "sum {0:07}", "value": {0}, "range": "± 12", "unit": "ns/iter"}}'
    return filled(size, 'window.BENCHMARK_DATA = {"entries": {"Rust": [' + begin, "]}]}}", lambda n: row.format(n + 1))


def bencher(size: int) -> str:
    row = '"sums::{0:07}": {{"latency": {{"value": {0}.5, "lower_value": 0.25, "upper_value": 9000000.25}}}}'
    return filled(size, "{", "}", lambda n: row.format(n + 1))


def asv(size: int) -> str:
    columns = ["result", "params", "version", "started_at", "duration", "stats_ci_99_a", "stats_ci_99_b", "number"]
    begin = {"version": 2, "commit_hash": "8bbb5e7", "env_name": "existing", "params": {}, "result_columns": columns}
    row = '"sums.Sums.time_{0:07}": [[{0}.5e-06], [], "c0ffee", 1700000000000, 1.25, [{0}.4e-06], [{0}.6e-06], [100]]'
    return filled(size, json.dumps(begin)[:-1] + ', "results": {', "}}", lambda n: row.format(n + 1))


def k6(size: int) -> str:
    row = (
        '"http_req_duration{{id:{0:07}}}": {{"type": "trend", "contains": "time", "values": {{"avg": 7.{1}, '
        '"min": 0.6, "med": {1}.25, "max": 41.1, "p(90)": 18.{1}, "p(95)": 39.8}}}}'
    )
    return filled(size, '{"metrics": {', "}}", lambda n: row.format(n, n % 977 + 1))


def k6_export(size: int) -> str:
    row = (
        '"http_req_duration{{id:{0:07}}}": {{"avg": 7.{1}, "min": 0.6, "med": {1}.2, "max": 41, "p(90)": 18.{1}, '
        '"p(95)": 39}}'
    )
    return filled(size, '{"metrics": {', "}}", lambda n: row.format(n, n % 977 + 1))


def libtest(size: int) -> str:
    row = "test tests::long_{:07} ... bench:       4,{:03}.51 ns/iter (+/- 3,445.92)"
    return filled(size, "\nrunning 2 tests\n", "\n", lambda n: row.format(n, n % 1000), "\n")


def criterion(size: int) -> str:
    """All that it prints of a benchmark."""

    def row(n: int) -> str:
        name = f"sum/{n:07}"
        return "\n".join([
            f"Benchmarking {name}: Warming up for 3.0000 s",
            f"Benchmarking {name}: Collecting 100 samples in estimated 5.0000 s (763M iterations)",
            f"Benchmarking {name}: Analyzing",
            f"{name:24}time:   [6.5{n % 1000:03} ns 10.{n % 1000:03} ns 14.148 ns]",
            f"{'':24}thrpt:  [68.291 Melem/s 95.{n % 1000:03} Melem/s 149.39 Melem/s]",
            f"{'':24}change: [-0.5123% +0.1321% +0.7421%] (p = 0.80 > 0.05)",
            f"{'':24}No change in performance detected.",
            "Found 3 outliers among 100 measurements (3.00%)",
            "  2 (2.00%) high mild",
            "",
        ])  # fmt: skip

    return filled(size, "", "\n", row, "\n")


def criterion_times(size: int) -> str:
    row = "sum/{0:07}             time:   [6.5366 ns 10.{1:03} ns 14.148 ns]"
    return filled(size, "", "\n", lambda n: row.format(n, n % 1000), "\n")


def locust(size: int) -> str:
    head = [
        "Type", "Name", "Request Count", "Failure Count", "Median Response Time", "Average Response Time",
        "Min Response Time", "Max Response Time", "Average Content Size", "Requests/s", "Failures/s", "50%", "66%",
        "75%", "80%", "90%", "95%", "98%", "99%", "99.9%", "99.99%", "100%",
    ]  # fmt: skip
    chance = random.Random(3)  # noqa: S311

    def row(n: int) -> str:
        times = sorted(chance.lognormvariate(3, 1) for _ in range(11))
        spread = [chance.lognormvariate(3, 1), times[0], times[-1]]
        rounded = [f"{time if time < 100 else float(f'{time:.2g}'):.0f}" for time in times]
        cells = [
            "GET",
            f"/items/{n:07}",
            "84",
            "0",
            rounded[0],
            *map(repr, spread),
            "6.0",
            f"{spread[0] / 7}",
            "0.0",
            *rounded,
        ]
        return ",".join(cells)

    return filled(size, ",".join(head) + "\n", "\n", row, "\n")


TEXTS = {
    "Go's text": go,
    "Go's text, in other units now and then": go_suites,
    "Go's text, every benchmark once": lambda size: go(size, count=1),
    "Go's text, ten runs in one file": lambda size: go(size, count=1, runs=10),
    "OpenMetrics, a benchmark a line": openmetrics,
    "OpenMetrics, with times": lambda size: openmetrics(size, " 1600000000.123"),
    "OpenMetrics, three labels out of order": unordered,
    "OpenMetrics, families of four samples": families,
    "OpenMetrics, summaries": summaries,
    "OpenMetrics, histograms": histograms,
    "OpenMetrics, without labels": unlabelled,
    "OpenMetrics, a family for each gauge": gauge_families,
    "OpenMetrics, a family for each summary": summary_families,
    "OpenMetrics, families of all kinds by turns": by_turns,
    "OpenMetrics, summaries in lines of 40 characters": terse_summaries,
    "`cargo bench`, libtest": libtest,
    "`cargo bench`, criterion": criterion,
    "`cargo bench`, criterion, times alone": criterion_times,
    "locust": locust,
}
XML = {"JUnit": junit}
FILES = {
    "pytest-benchmark, 1,000 rounds": pytest_benchmark(1000),
    "pytest-benchmark, 5 rounds": pytest_benchmark(5),
    "JMH, 5 forks of 20, two profilers": jmh,
    "Google Benchmark, 10 repetitions": google,
    "our own JSON, 4 processes of 5": own,
    **XML,
    "data.js, an entry of many benchmarks": data_js,
    **TEXTS,
    "Bencher Metric Format": bencher,
    "asv": asv,
    "k6, the data of handleSummary": k6,
    "k6, `--summary-export`": k6_export,
}

if __name__ == "__main__":
    main()

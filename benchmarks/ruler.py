"""How the built-in ruler scatters here, and what dividing by it takes away from benchmarks that are like it or not.

usage: python benchmarks/ruler.py [--runs 40] [--load]
Each run measures three subjects and the ruler, as a job does: a subject first, in three processes, then the ruler. What
is printed is the scatter from run to run of each, raw and divided, of the medians and of the minima: the coefficient of
variation, and the step from one run to the next that one in twenty exceeds. `--load` has other processes busy during
every other run, as on a shared machine. Subjects: `interpreter` is work of the kind the ruler does, `sha256` one native
call, `disk` writes and syncs.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from sluicegate.gates.performance.history.machine import this_machine
from sluicegate.gates.performance.history.series import middle
from sluicegate.gates.performance.reading import Reading
from sluicegate.gates.performance.ruler import measured

SUBJECTS = {
    "interpreter": "sorted(str(number * 7919 % 10007) for number in range(60_000))",
    "sha256": "hashlib.sha256(DATA).hexdigest()",
    "disk": "[(FILE.write(DATA[:65536]), FILE.flush(), os.fsync(FILE.fileno())) for _ in range(8)]",
}
PROGRAM = """
import hashlib, os, tempfile, time
DATA, FILE = bytes(16 << 20), tempfile.TemporaryFile()
for _ in range(6):
    began = time.perf_counter(); {work}; print(time.perf_counter() - began)
"""


def subject(work: str) -> Reading:
    rows = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM.format(work=work)], capture_output=True, text=True, check=True
        )
        rows.append(tuple(map(float, done.stdout.split()))[1:])
    return Reading(benchmark="subject", processes=tuple(rows))


@contextlib.contextmanager
def busy(count: int) -> Iterator[None]:
    others = [subprocess.Popen([sys.executable, "-c", "while True: sum(range(99999))"]) for _ in range(count)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def lowest(reading: Reading) -> float:
    """The median of the minima of the processes."""
    return statistics.median(min(process) for process in reading.processes)


def scatter(values: list[float]) -> str:
    steps = sorted(abs(after / before - 1) for before, after in itertools.pairwise(values))
    variation = statistics.stdev(values) / statistics.mean(values)
    return f"{100 * variation:5.1f} % {100 * steps[int(len(steps) * 0.95)]:7.1f} %"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--load", action="store_true")
    given = parser.parse_args()
    print(f"{this_machine(os.environ)}; {platform.python_implementation()} {platform.python_version()}")
    found: dict[str, list[Reading]] = {name: [] for name in (*SUBJECTS, "ruler")}
    within = []
    began = time.monotonic()
    for number in range(given.runs):
        with busy(os.cpu_count() or 1) if given.load and number % 2 else contextlib.nullcontext():
            for name, work in SUBJECTS.items():
                found[name].append(subject(work))
            ruler = measured()
        found["ruler"].append(ruler)
        samples = [value for process in ruler.processes for value in process]
        within.append(statistics.stdev(samples) / statistics.mean(samples))
    print(f"{given.runs} runs in {time.monotonic() - began:.0f} s; one run of the ruler scatters by", end=" ")
    print(f"{100 * statistics.median(within):.1f} % within itself (median)")
    for kind, summary in (("medians", middle), ("minima", lowest)):
        values = {name: [summary(each) for each in readings] for name, readings in found.items()}
        print(f"{kind:<12} {'raw: CV':>8} {'p95 step':>9}   {'divided: CV':>12} {'p95 step':>9}")
        print(f"{'ruler':<12}  {scatter(values['ruler'])}")
        for name in SUBJECTS:
            divided = [value / by for value, by in zip(values[name], values["ruler"], strict=True)]
            print(f"{name:<12}  {scatter(values[name])}        {scatter(divided)}")


if __name__ == "__main__":
    main()

"""The built-in ruler: a fixed piece of work that is measured beside the benchmarks, so that a slow machine shows.

Where runs of one benchmark on shared runners scatter because the machines differ, what a ruler measured in the same run
scatters with them, and the quotient does not. It divides out what slows both alike: the clock of the processor, a busy
neighbour, a throttled container. It cannot divide out what it does not feel. Half of it is the interpreter, half moves
memory; a benchmark of disks, networks, many threads or vector units answers to other things, and then dividing adds the
ruler's own scatter to the benchmark's. It is measured before or after, never during: what comes and goes within seconds
is in one of the two. And it is no time at all: a quotient has no unit, and says nothing of a limit in milliseconds.

The work never changes under one name: any change of it gets the next number. Since the interpreter is half of it, the
name says which one ran it, and runs with different ones are not divided by each other.
"""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sluicegate.gates.performance.reading import Reading

NAME = "sluicegate-ruler-1"
BUILT_IN, NO_RULER = "built-in", "none"

PROCESSES, REPETITIONS = 3, 5

_NUMBERS = 150_000
_BYTES = 8 * 1024 * 1024
_PASSES = 12
_STRIDE = 4096
_SECONDS = 120


def measured(processes: int = PROCESSES, repetitions: int = REPETITIONS) -> Reading:
    """What the ruler measures now, in seconds: so many repetitions in each of so many new processes.

    A process of its own has the same memory and the same hashes each time, whatever this one has done before. Raises
    GateError where it cannot be measured.
    """
    from sluicegate.errors import GateError
    from sluicegate.gates.performance.reading import Reading
    from sluicegate.text import one_line, shorten

    rows = []
    for _ in range(processes):
        command = [sys.executable, "-I", "-S", str(Path(__file__)), str(repetitions)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_SECONDS)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise GateError(f"the ruler cannot be measured: {shorten(one_line(str(error)), 200)}") from error
        if done.returncode:
            raise GateError(f"the ruler cannot be measured: {shorten(one_line(done.stderr), 300)}")
        rows.append(tuple(float(line) for line in done.stdout.split()))
    version = ".".join(platform.python_version_tuple()[:2])
    return Reading(benchmark=f"{NAME} [{platform.python_implementation()} {version}]", processes=tuple(rows))


def repeated(repetitions: int, clock: Callable[[], float] = perf_counter) -> list[float]:
    """How many seconds each repetition takes, after one that is not counted."""
    source, sink = bytes(range(256)) * (_BYTES // 256), bytearray(_BYTES)
    taken = []
    for _ in range(repetitions + 1):
        began = clock()
        work(source, sink)
        taken.append(clock() - began)
    return taken[1:]


def work(source: bytes, sink: bytearray) -> int:
    """The work: a sieve of the interpreter's own, and copies of more than a cache holds. Never changed: see above."""
    known = bytearray(_NUMBERS)
    total = 0
    for number in range(2, _NUMBERS):
        if not known[number]:
            total += number % 7
            for multiple in range(number * number, _NUMBERS, number):
                known[multiple] = 1
    table = {number: number * number for number in range(0, _NUMBERS, 3)}
    for number in range(0, _NUMBERS, 6):
        total += table[number] & 0xFF
    for turn in range(_PASSES):
        sink[:] = source
        total += sum(sink[turn::_STRIDE])
    return total


if __name__ == "__main__":
    print("\n".join(map(repr, repeated(int(sys.argv[1])))))  # noqa: T201 - what the other process reads

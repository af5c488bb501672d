"""What runs of a command took, as readings: one row for each run, since each is a process."""

from __future__ import annotations

from collections.abc import Sequence

from sluicegate.gates.performance.measuring.process import Sample
from sluicegate.gates.performance.reading import Reading

METRICS = {
    "time": "s",
    "cpu-time": "s",
    "memory": "B",
    "disk-read": "B",
    "disk-write": "B",
    "instructions": "1",
}
"""What is measured of a command, and its unit. Less is better, of all of them.

Bytes that went over a network are not among them: the kernel counts those of a whole network namespace, and what else
sends in it would be taken for the command's.
"""


def readings(name: str, samples: Sequence[Sample]) -> tuple[Reading, ...]:
    """A reading for each metric that every run knows. What one of them does not know is left out, and never 0."""
    found = []
    for metric, unit in METRICS.items():
        values = [getattr(one, metric.replace("-", "_")) for one in samples]
        if values and None not in values:
            found.append(Reading(benchmark=name, metric=metric, unit=unit, processes=tuple((one,) for one in values)))
    return tuple(found)

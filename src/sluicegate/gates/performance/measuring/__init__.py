"""A command measured from outside: wall clock, processors, memory, disks, and instructions where a machine tells."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sluicegate.gates.performance.measuring.process import CommandError, EndedError, Ran, Sample, counts, run
from sluicegate.gates.performance.measuring.readings import METRICS, readings
from sluicegate.gates.performance.reading import Results
from sluicegate.tools.programs import without_secrets

__all__ = ["METRICS", "CommandError", "EndedError", "Ran", "Sample", "counts", "measured", "readings", "run", "runs"]


def runs(
    command: Sequence[str], *, processes: int, warm_up: int, folder: Path, limit: float,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Ran]:  # fmt: skip
    """So many runs of a command, one after the other, each in a process of its own; those that warm up are not given.

    The command sees the environment without what looks like a secret. Raises CommandError, CancelledRunError.
    """
    seen = without_secrets()
    for number in range(-warm_up, processes):
        which = f"run {number + 1}" if number >= 0 else f"warm-up {number + warm_up + 1}"
        ran = run(command, which=which, folder=folder, environment=seen, limit=limit, cancelled=cancelled)
        if number >= 0:
            yield ran


def measured(name: str, samples: Sequence[Sample]) -> Results:
    """The results of some runs of one command."""
    return Results(
        tool="sluicegate",
        readings=readings(name, samples),
        machine={"os": f"{platform.system()} {platform.release()}", "machine": platform.machine()},
        time=datetime.now(UTC).isoformat(timespec="seconds"),
    )

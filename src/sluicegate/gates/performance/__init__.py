"""The performance gate: whether a change makes anything slower, and how sure that is."""

from __future__ import annotations

from sluicegate.gates.performance.catalogue import RULES
from sluicegate.model import Command, Gate

__all__ = ["GATE", "RULES"]

_CLI = "sluicegate.cli.performance"

GATE = Gate(
    id="performance",
    title="Performance",
    summary="Says whether a change makes benchmarks worse, how sure that is, and what could have been seen.",
    settings="sluicegate.gates.performance.settings:Settings",
    check="sluicegate.gates.performance.check:check",
    rules=RULES,
    commands=(
        Command(
            name="run",
            summary="Measure a command: time, processors, memory, disks.",
            load=f"{_CLI}.run:run_",
        ),
        Command(
            name="compare",
            summary="Compare two sets of results, benchmark by benchmark.",
            load=f"{_CLI}.compare:compare",
        ),
        Command(
            name="record",
            summary="Keep what a run of the default branch has measured, as a baseline for later ones.",
            load=f"{_CLI}.record:record",
        ),
        Command(
            name="history",
            summary="List the runs that are kept, or the values of one benchmark through all of them.",
            load=f"{_CLI}.history:history",
        ),
        Command(name="rebuild", summary="Make the index of the kept runs anew.", load=f"{_CLI}.history:rebuild"),
        Command(
            name="compact",
            summary="Fold old runs into few documents, and drop those that are no longer kept.",
            load=f"{_CLI}.history:compact",
        ),
    ),
    extra="performance",
    exclusive=True,
    planted="sluicegate.gates.performance.selftest:planted",
)

"""The performance gate: whether a change makes anything slower, and how sure that is."""

from __future__ import annotations

from sluicegate.gates.performance.catalogue import RULES
from sluicegate.model import Command, Gate

__all__ = ["GATE", "RULES"]

GATE = Gate(
    id="performance",
    title="Performance",
    summary="Says whether a change makes benchmarks worse, how sure that is, and what could have been seen.",
    settings="sluicegate.gates.performance.settings:Settings",
    check="sluicegate.gates.performance.check:check",
    rules=RULES,
    extra="performance",
    exclusive=True,
    commands=tuple(
        Command(name=name, summary=summary, load=f"sluicegate.cli.performance.{where}")
        for where, name, summary in (
            ("run:run_", "run", "Measure a command: time, processors, memory, disks."),
            ("compare:compare", "compare", "Compare two sets of results, benchmark by benchmark."),
            ("record:record", "record", "Keep what the default branch has measured, as a baseline for later runs."),
            ("history:history", "history", "List the runs that are kept, or one benchmark through all of them."),
            ("trend:trend", "trend", "Say where each benchmark is going."),
            ("page:page", "page", "Show every benchmark: a page, an SVG, or a table in text."),
            ("calibrate:calibrate", "calibrate", "Say what the settings cost in false alarms, and what they find."),
            ("export:export", "export", "Write results or the history in another form: CSV, BMF, OpenMetrics."),
            ("bisect:bisect", "bisect", "Find the commit since which a benchmark is worse."),
            ("importing:import_", "import", "Keep the history of github-action-benchmark (data.js)."),
            ("history:rebuild", "rebuild", "Make the index of the kept runs anew."),
            ("history:compact", "compact", "Fold old runs into few documents, and drop what is not kept."),
        )
    ),
    propose="sluicegate.gates.performance.propose:propose",
    planted="sluicegate.gates.performance.selftest:planted",
)

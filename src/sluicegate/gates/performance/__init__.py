"""The performance gate: whether a change makes anything slower, and how sure that is."""

from __future__ import annotations

from sluicegate.gates.performance.catalogue import RULES
from sluicegate.model import Gate

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
    planted="sluicegate.gates.performance.selftest:planted",
)

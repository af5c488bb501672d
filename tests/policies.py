"""The verdict on a change with the settings that lie beside it, for tests of what a change may excuse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec.structs import replace

from clones import Clone
from samples import GATE
from sluicegate.baseline import Acceptance, Baseline, accept, change_baseline, open_store
from sluicegate.config import find, parse
from sluicegate.engine import plan_check, policy_of, run
from sluicegate.model import Finding, Run
from sluicegate.registry import Registry, settings_type

REGISTRY = Registry(gates=(GATE,))
LOOSENED = "sluicegate/policy-loosened"
SUPPRESS = '[[suppress]]\nrule = "sample/word"\nreason = "r"\nowner = "@o"\nexpires = 2099-01-31\n'
SEPARATE = '[policy]\nloosening = "separate"\n'


def check(clone: Clone, config: str | None = None, **more: Any) -> Run:
    """The verdict on what is checked out, with the settings that are found there."""
    source = find(clone.root, clone.root / config if config else None)
    loaded = parse(source, {gate.id: settings_type(gate) for gate in REGISTRY.gates})
    plan = replace(plan_check(loaded, REGISTRY, **more), inline=True)
    return run(plan, policy_of(loaded))


def loosened(result: Run) -> list[Finding]:
    """What the Run says that the change loosens."""
    return [each for each in result.findings if each.rule == LOOSENED]


def places(result: Run) -> list[str]:
    """Where it says so."""
    return sorted(str(each.location) for each in loosened(result))


def accepting(clone: Clone, findings: Sequence[Finding] = (), catalogue: Sequence[str] = ()) -> Baseline:
    """Accepts some findings in the folder of the repository, as `sluicegate baseline accept` does."""
    acceptance = Acceptance(by="@o", at=datetime.now(UTC))
    store = open_store(".sluicegate", clone.root)
    return change_baseline(store, lambda there: accept(there, findings, acceptance, ["sample/word"], catalogue))

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from clones import Clone
from samples import GATE
from sluicegate.config import Loaded, find, parse
from sluicegate.engine import Plan, Policy, plan_check, policy_of, run
from sluicegate.model import Gate, Run
from sluicegate.registry import Registry, settings_type


@pytest.fixture(autouse=True)
def samples_reach_children(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))


@pytest.fixture
def registry() -> Registry:
    return Registry(gates=(GATE,))


Judged = Callable[..., Run]


@pytest.fixture
def load(clone: Clone, registry: Registry) -> Callable[[str], Loaded]:
    def loading(toml: str) -> Loaded:
        clone.write("sluicegate.toml", toml)
        return parse(find(clone.root), {gate.id: settings_type(gate) for gate in registry.gates})

    return loading


@pytest.fixture
def judged(load: Callable[[str], Loaded], registry: Registry) -> Judged:
    """Runs the sample gate over the clone with some settings."""

    def running(
        toml: str = "[sample]\n", policy: Policy | None = None, listener: Any = lambda _: None, **more: Any
    ) -> Run:
        loaded = load(toml)
        plan = replace(plan_check(loaded, registry, **more), inline="timeout" not in toml)
        return run(plan, policy or policy_of(loaded), listener)

    return running


def twice(plan: Plan, gate: Gate) -> Plan:
    """The plan with a second gate that does the same."""
    first = plan.gates[0]
    return replace(plan, gates=(first, replace(first, gate=gate)))

"""A divisible gate in two processes side by side, where a core would have nothing to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from clones import Clone
from sluicegate.config import Loaded
from sluicegate.engine import Event, Finished, Found, Plan, Started, plan_check, policy_of, run
from sluicegate.engine.process import GateProcess
from sluicegate.engine.told import Told
from sluicegate.model import Outcome, Run
from sluicegate.registry import Registry
from sluicegate.worker.trouble import Trouble

Settled = Callable[..., tuple[Plan, Loaded]]


@pytest.fixture
def settled(clone: Clone, load: Callable[[str], Loaded], registry: Registry) -> Settled:
    clone.commit("one", **{"a.txt": "ok\nFAIL old\n"})
    clone.write("a.txt", "FAIL old\nFAIL new\n")

    def planning(toml: str = "[sample]\n", *, divisible: bool = True, workers: int = 2) -> tuple[Plan, Loaded]:
        loaded = load(toml)
        plan = plan_check(loaded, registry)
        gates = tuple(replace(one, gate=replace(one.gate, divisible=divisible)) for one in plan.gates)
        return replace(plan, gates=gates, workers=workers, inline=False), loaded

    return planning


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The rules of each process that was made."""
    made: list[tuple[str, ...]] = []
    real = GateProcess.__init__

    def init(self, job, timeout):
        made.append(job.rules)
        real(self, job, timeout)

    monkeypatch.setattr(GateProcess, "__init__", init)
    return made


def outcome(planned: tuple[Plan, Loaded], heard: list[Event] | None = None) -> Run:
    plan, loaded = planned
    return run(plan, policy_of(loaded), heard.append if heard is not None else lambda _: None)


def test_it_gives_the_same_run(settled: Settled, started: list[tuple[str, ...]]) -> None:
    whole = outcome(settled(divisible=False))
    heard: list[Event] = []
    divided = outcome(settled(), heard)
    assert started == [("sample/word", "sample/line-removed"), ("sample/word",), ("sample/line-removed",)]
    (one,), (other,) = whole.gates, divided.gates
    assert replace(one, seconds=0) == replace(other, seconds=0)
    assert [type(event) for event in heard if isinstance(event, (Started, Finished))] == [Started, Finished]
    assert sum(isinstance(event, Found) for event in heard) == len(other.findings)


def test_a_gate_is_whole_where_every_core_has_something_to_do(settled: Settled, started: list[tuple[str, ...]]) -> None:
    outcome(settled(workers=1))
    assert len(started) == 1


def test_the_trouble_of_one_part_is_the_gates_and_what_the_other_found_is_kept(settled: Settled) -> None:
    plan, loaded = settled('[sample]\nthen = "die"\n')
    result = outcome((plan, loaded))
    (gate,) = result.gates
    assert (gate.outcome, result.exit_code) == (Outcome.ERRORED, 3)
    assert {each.key[1] for each in gate.findings} == {"FAIL old", "FAIL new", "ok"}
    assert all(rule.outcome is Outcome.ERRORED for rule in gate.rules)


def test_trouble_in_either_part_counts() -> None:
    for first, other in ((Trouble("broke"), None), (None, Trouble("broke"))):
        told = Told(trouble=first, seconds=1)
        told.add(Told(trouble=other, seconds=2))
        assert told.trouble == Trouble("broke")
        assert told.seconds == 2

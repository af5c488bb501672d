"""A gate that can be asked for in parts, in processes side by side where a core would have nothing to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from clones import Clone
from sluicegate.config import Loaded
from sluicegate.engine import Event, Finished, Found, Plan, Started, plan_check, policy_of, run
from sluicegate.engine.process import GateProcess
from sluicegate.engine.told import Told
from sluicegate.model import Evidence, Examination, Fact, Finding, Level, Location, Outcome, Run, Undecided
from sluicegate.registry import Registry
from sluicegate.worker.trouble import Trouble

Settled = Callable[..., tuple[Plan, Loaded]]


@pytest.fixture
def settled(clone: Clone, load: Callable[[str], Loaded], registry: Registry) -> Settled:
    clone.commit("one", **{"a.txt": "ok\nFAIL old\n"})
    clone.write("a.txt", "FAIL old\nFAIL new\n")

    def planning(
        toml: str = "[sample]\n", *, parts: tuple[str, ...] = ("words", "lines"), workers: int = 2
    ) -> tuple[Plan, Loaded]:
        loaded = load(toml)
        plan = plan_check(loaded, registry)
        gates = tuple(replace(one, gate=replace(one.gate, parts=parts)) for one in plan.gates)
        return replace(plan, gates=gates, workers=workers, inline=False), loaded

    return planning


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many turns there were to take for each process that was made."""
    made: list[int] = []
    real = GateProcess.__init__

    def init(self, job, timeout, turns):
        made.append(turns.qsize())
        real(self, job, timeout, turns)

    monkeypatch.setattr(GateProcess, "__init__", init)
    return made


def outcome(planned: tuple[Plan, Loaded], heard: list[Event] | None = None) -> Run:
    plan, loaded = planned
    return run(plan, policy_of(loaded), heard.append if heard is not None else lambda _: None)


def test_it_gives_the_same_run(settled: Settled, started: list[int]) -> None:
    whole = outcome(settled(parts=()))
    heard: list[Event] = []
    divided = outcome(settled(), heard)
    assert started == [1, 2, 2]
    (one,), (other,) = whole.gates, divided.gates
    assert replace(one, seconds=0) == replace(other, seconds=0)
    assert [type(event) for event in heard if isinstance(event, (Started, Finished))] == [Started, Finished]
    assert sum(isinstance(event, Found) for event in heard) == len(other.findings)


def test_a_gate_is_whole_where_every_core_has_something_to_do(settled: Settled, started: list[int]) -> None:
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


def test_fewer_cores_than_parts_take_them_in_turns(settled: Settled, started: list[int]) -> None:
    whole = outcome(settled(parts=()))
    divided = outcome(settled(parts=("more", "words", "lines"), workers=2))
    assert started == [1, 3, 3]
    assert replace(whole.gates[0], seconds=0) == replace(divided.gates[0], seconds=0)


def found(key: str, level: Level = Level.NOTE, message: str = "") -> Finding:
    return Finding(rule="sample/word", level=level, message=message, key=(key,), location=Location(path="a"))


def looked(outcome: Outcome | None = None, reason: str = "", examined: int = 1) -> Examination:
    why = Undecided(outcome=outcome, reason=reason) if outcome else None
    return Examination(rule="sample/word", subject="a", examined=examined, undecided=why)


def test_what_several_parts_find_counts_once_and_as_what_it_weighs_more() -> None:
    told = Told(findings=[found("a"), found("a"), found("b", Level.ERROR)], base_findings=[found("a")])
    told.add(Told(findings=[found("a", Level.WARNING), found("b"), found("c")], base_findings=[found("a"), found("a")]))
    weights = [(one.key[0], one.level) for one in told.findings]
    assert weights == [("a", Level.WARNING), ("a", Level.NOTE), ("b", Level.ERROR), ("c", Level.NOTE)]
    assert len(told.base_findings) == 2


def test_what_several_parts_saw_is_evidence_once() -> None:
    one, other = (Evidence(subject=name, query="q", sha256="0") for name in ("one", "other"))
    told = Told(evidence=[one])
    told.add(Told(evidence=[one, other]))
    assert told.evidence == [one, other]


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (looked(examined=2), looked(examined=3), (3, None, None)),
        (looked(), looked(Outcome.NOT_APPLICABLE, "none"), (1, None, None)),
        (looked(Outcome.NOT_APPLICABLE, "none"), looked(Outcome.NOT_APPLICABLE, "none"), (1, "not-applicable", "none")),
        (looked(Outcome.INCONCLUSIVE, "x"), looked(), (1, "inconclusive", "x")),
        (looked(Outcome.INCONCLUSIVE, "x"), looked(Outcome.INCONCLUSIVE, "y"), (1, "inconclusive", "x; y")),
        (looked(Outcome.INCONCLUSIVE, "x"), looked(Outcome.ERRORED, "y"), (1, "errored", "y")),
    ],
)
def test_what_several_parts_looked_at_is_as_the_worse_one_says(one, other, both) -> None:
    for first, second in ((one, other), (other, one)):
        told = Told(examinations=[first])
        told.add(Told(examinations=[second]))
        (joined,) = told.examinations
        why = joined.undecided
        said = (joined.examined, why and why.outcome.value, why and "; ".join(sorted(why.reason.split("; "))))
        assert said == both


def test_a_gate_concludes_from_all_its_parts(settled: Settled) -> None:
    concluding = {"concludes": "engine.test_parts:counted"}
    for workers in (1, 2):
        plan, loaded = settled(workers=workers)
        gates = tuple(replace(one, gate=replace(one.gate, **concluding)) for one in plan.gates)
        (gate,) = outcome((replace(plan, gates=gates), loaded)).gates
        assert gate.facts == {"count": "3"}


@pytest.mark.parametrize(("key", "name"), [("concludes", "counted"), ("sums_up", "judged")])
def test_nothing_follows_from_what_a_gate_said_that_broke(settled: Settled, key: str, name: str) -> None:
    plan, loaded = settled('[sample]\nthen = "raise"\n')
    gates = tuple(replace(one, gate=replace(one.gate, **{key: f"engine.test_parts:{name}"})) for one in plan.gates)
    (gate,) = outcome((replace(plan, gates=gates), loaded)).gates
    assert (gate.outcome, gate.facts) == (Outcome.ERRORED, {})


@pytest.mark.parametrize("key", ["concludes", "sums_up"])
def test_what_a_gate_cannot_conclude_is_its_trouble(settled: Settled, key: str) -> None:
    plan, loaded = settled()
    gates = tuple(replace(one, gate=replace(one.gate, **{key: "engine.test_parts:nowhere"})) for one in plan.gates)
    (gate,) = outcome((replace(plan, gates=gates), loaded)).gates
    assert gate.outcome is Outcome.ERRORED


def test_a_gate_sums_up_what_was_judged(settled: Settled) -> None:
    plan, loaded = settled()
    gates = tuple(replace(one, gate=replace(one.gate, sums_up="engine.test_parts:judged")) for one in plan.gates)
    (gate,) = outcome((replace(plan, gates=gates), loaded)).gates
    assert (len(gate.findings), gate.facts) == (3, {"failed": "2", "outcome": "failed"})


def judged(result):
    failed = sum(found.counts for found in result.findings)
    return [Fact(name="failed", value=str(failed)), Fact(name="outcome", value=result.outcome.value)]


def counted(findings, examinations):
    assert examinations
    return [Fact(name="count", value=str(len(findings)))]

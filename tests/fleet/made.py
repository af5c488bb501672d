"""Runs and plans for the tests of this room, as small as they can be."""

from __future__ import annotations

from datetime import UTC, date, datetime

from msgspec.structs import replace

from sluicegate.fleet.document import Part, RunPlan, sealed
from sluicegate.fleet.files import RunFile
from sluicegate.model import (
    Examination,
    Finding,
    GateResult,
    Level,
    Location,
    Outcome,
    Revision,
    Rule,
    RuleKind,
    RuleResult,
    Run,
    Suppression,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HEAD, BASE = "a" * 40, "b" * 40
RULE = Rule(id="paint/dry", title="Dry", summary="Dry.", level=Level.ERROR, kind=RuleKind.STATE, unit="wall")
UNUSED = "sluicegate/suppression-unused"


def finding(rule="paint/dry", key="wall", level=Level.ERROR, **more):
    return Finding(rule=rule, level=level, message="wet", key=(key,), location=Location(path=f"{key}.txt"), **more)


def suppressed(key="wall", until=date(2027, 1, 31)):
    decision = Suppression(rule="paint/dry", reason="old", owner="@acme", expires=until)
    return finding(key=key, suppression=decision)


def gate(name="paint", outcome=Outcome.PASSED, findings=(), subjects=("wall",), seconds=2.0, **more):
    rules = {found.rule for found in findings} or {f"{name}/dry"}
    looked = tuple(Examination(rule=f"{name}/dry", subject=subject, examined=1) for subject in subjects)
    results = tuple(RuleResult(rule=rule, outcome=outcome, examinations=looked) for rule in sorted(rules))
    return GateResult(
        gate=name,
        title=name,
        outcome=outcome,
        rules=results,
        findings=tuple(findings),
        examined={"wall": len(subjects)},
        seconds=seconds,
        **more,
    )


def run(*gates, outcome=None, part="", plan=None, **more):
    worst = outcome or Outcome.worst([one.outcome for one in gates])
    code = {Outcome.ERRORED: 3, Outcome.FAILED: 1}.get(worst, 0)
    made = Run(
        outcome=worst,
        exit_code=code,
        gates=tuple(gates),
        rules=(RULE,),
        revision=Revision(head="working tree", base="commit b", head_commit=HEAD, base_commit=BASE, uncommitted=()),
        tool_version="0.1.0",
        started=NOW,
        seconds=3.0,
        policy_digest="c" * 64,
        tool_digest="d" * 64,
        part=part,
        plan=plan.digest if plan else "",
    )
    return replace(made, **more)


def plan(*parts, **more):
    made = RunPlan(
        parts=tuple(part if isinstance(part, Part) else Part(id=part, gate="paint") for part in parts),
        head_commit=HEAD,
        base_commit=BASE,
        policy_digest="c" * 64,
        tool_version="0.1.0",
        tool_digest="d" * 64,
    )
    return sealed(replace(made, **more))


def files(*runs):
    from pathlib import Path

    return [
        RunFile(path=Path(f"{number}.json"), run=one) if isinstance(one, Run) else one
        for number, one in enumerate(runs)
    ]

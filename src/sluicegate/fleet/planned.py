"""The plan of the parts made from the plan of a check, and one part of it found again on another machine."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from sluicegate import __version__
from sluicegate.config import Loaded
from sluicegate.engine import Plan, Policy
from sluicegate.errors import GateError
from sluicegate.fleet.document import Part, RunPlan, sealed
from sluicegate.fleet.identity import policy_digest, tool_digest
from sluicegate.fleet.split import differences, narrowed
from sluicegate.model import Level, Plugin, Run


def run_plan(
    plan: Plan,
    loaded: Loaded,
    policy: Policy,
    parts: Sequence[Part],
    *,
    fail_on: Level | None = None,
    base: str = "",
    named: Sequence[str] = (),
) -> RunPlan:
    """The plan of the parts, sealed. Raises GateError where nobody could tell later what they were of."""
    if not plan.revision.head_commit:
        raise GateError(
            "a run in parts needs a commit, so that all parts can be seen to be of the same",
            hint="run it inside a git repository that has one",
        )
    return sealed(
        RunPlan(
            parts=tuple(parts),
            head_commit=plan.revision.head_commit,
            base_commit=plan.revision.base_commit or "",
            policy_digest=policy_digest(loaded, fail_on),
            tool_version=__version__,
            tool_digest=tool_digest(),
            plugins=plugin_names(plan.plugins),
            base=base,
            named=tuple(named),
            undecided_fails=policy.undecided_fails,
        )
    )


def part_of(plan: Plan, loaded: Loaded, whole: RunPlan, part_id: str, fail_on: Level | None = None) -> Plan:
    """The plan of one part. Raises GateError where this checkout, its settings or this tool are not those planned."""
    told = differences(
        whole,
        head=plan.revision.head_commit or "",
        base=plan.revision.base_commit or "",
        policy=policy_digest(loaded, fail_on),
        version=__version__,
        tool=tool_digest(),
    )
    if plugin_names(plan.plugins) != whole.plugins:
        told.append("the plugins are others than the plan's")
    if told:
        raise GateError(
            f"this is not what was planned: {'; '.join(told)}",
            hint="check out the same commit as the job that planned, with the same options, or plan anew",
        )
    return narrowed(plan, whole.part(part_id))


def stamped(
    run: Run, loaded: Loaded, *, fail_on: Level | None = None, repository: str = "", plan: str = "", part: str = ""
) -> Run:
    """The Run with what it was made with."""
    return replace(
        run,
        repository=repository,
        policy_digest=policy_digest(loaded, fail_on),
        tool_digest=tool_digest(),
        plan=plan,
        part=part,
    )


def plugin_names(plugins: Sequence[Plugin]) -> tuple[str, ...]:
    """Each gate of another distribution with the hash of what it came from."""
    return tuple(sorted(f"{one.gate} {one.distribution} {one.version} {one.sha256}" for one in plugins))

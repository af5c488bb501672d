"""Who answers for a finding, and since which commit it holds: told after judgement, and never part of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sluicegate.engine.plan import Plan, PlannedGate
from sluicegate.errors import GateError
from sluicegate.masking import masked
from sluicegate.model import Finding, GateResult, Outcome, Run, Since
from sluicegate.revision import find_repository, open_tree
from sluicegate.revision.owners import Owners, read_owners
from sluicegate.revision.since import UNCOMMITTED, Change, Spot

if TYPE_CHECKING:
    from collections.abc import Callable

    from sluicegate.model import Location

FIRST = 10
"""For so many failing findings of a gate the commit is looked for."""

SECONDS = 5.0
"""So long it is looked for in a run."""


def attributed(run: Run, plan: Plan) -> Run:
    """The run, its findings with their owners, and the first that fail with the commit since which they hold."""
    planned = next((one for one in plan.gates if one.job.head.kind != "folder"), None)
    if planned is None or not run.findings:
        return run
    owners = _owners(planned)
    of = cache(owners.of)
    change: list[Change | None] = []  # asked for once, by the first finding that needs it

    def asked() -> Change | None:
        if not change:
            change.append(_change(planned))
        return change[0]

    comparable = {one.gate.id for one in plan.gates if one.job.base and one.job.base.kind == "commit"}
    direct = {one.gate.id for one in plan.gates if one.job.reference == one.job.base}
    gates = [
        _attributed(
            gate,
            of if owners.lines else lambda _: (),
            asked if gate.gate in comparable else lambda: None,
            run,
            with_base=gate.gate in direct,
        )
        for gate in run.gates
    ]
    return replace(run, gates=tuple(gates))


def _attributed(
    gate: GateResult,
    owners_of: Callable[[str], tuple[str, ...]],
    change: Callable[[], Change | None],
    run: Run,
    *,
    with_base: bool,
) -> GateResult:
    left = FIRST if gate.outcome in (Outcome.FAILED, Outcome.ERRORED) else 0
    findings = []
    for finding in gate.findings:
        owners = owners_of(finding.location.path) if finding.location.path else ()
        since = None
        if left and finding.counts and finding.level.reaches(run.fail_on):
            left -= 1
            since = _since(finding, change(), with_base=with_base)
        findings.append(replace(finding, owners=owners, since=since) if owners or since else finding)
    return replace(gate, findings=tuple(findings))


def _owners(planned: PlannedGate) -> Owners:
    """The owners at the base, as GitHub takes them; at head where there is no base."""
    spec = planned.job.base or planned.job.head
    try:
        return read_owners(open_tree(replace(spec, prefix="", aliases=())))
    except (GateError, OSError):
        return Owners()


def _change(planned: PlannedGate) -> Change | None:
    job = planned.job
    try:
        repository = find_repository(Path(job.head.root))
    except GateError:
        return None
    if repository is None or job.base is None:
        return None
    return Change(repository, job.base, job.head, seconds=SECONDS)


def _since(finding: Finding, change: Change | None, *, with_base: bool) -> Since | None:
    if change is None:
        return None
    commit = change.since(_spot(finding.location), _spot(finding.base_location) if with_base else None)
    if commit is None:
        return None
    if commit == UNCOMMITTED:
        return Since()
    date, subject = change.described(commit)
    return Since(commit=commit, date=date, subject=masked(subject))


def _spot(place: Location | None) -> Spot | None:
    if place is None or not place.path or (place.line or 0) < 1:
        return None
    return Spot(path=place.path, line=place.line or 0)

"""The faults of the reference systems, each one mutation of a healthy tree that exactly its control tells."""

from __future__ import annotations

from sluicegate.gates.compliance.selftest.systems import SYSTEMS, Fault

_ANSWERS = "evidence/github.jsonl"
_LAST = {"bank": ("grace", "edsger"), "clinic": ("joseph", "ignaz"), "shop": ("carl", "rosa")}
"""Who opened the last request of a system, and who approved it."""


def _changes(system: str) -> tuple[Fault, ...]:
    """What goes wrong with changes, which is the same everywhere."""
    opener, approver = _LAST[system]
    sensitive = {"bank": "payments", "clinic": "records", "shop": "accounts"}[system]
    approved = f'{{\\"user\\":{{\\"login\\":\\"{approver}\\"}},\\"state\\":\\"APPROVED\\"'
    return (
        Fault(
            name="a change that was pushed directly",
            control="baseline/changes-by-pull-request",
            path=_ANSWERS,
            old='\\"merge_commit_sha\\":\\"',
            new='\\"merge_commit_sha\\":\\"0',
        ),
        Fault(
            name="a change that was approved by who opened it",
            control="baseline/changes-approved",
            path=_ANSWERS,
            old=approved,
            new=approved.replace(approver, opener),
        ),
        Fault(
            name="a change that was refused and merged",
            control="baseline/changes-approved",
            path=_ANSWERS,
            old='\\"state\\":\\"APPROVED\\"',
            new='\\"state\\":\\"CHANGES_REQUESTED\\"',
        ),
        Fault(
            name="a change whose tests failed",
            control="baseline/changes-checked",
            path=_ANSWERS,
            old='\\"conclusion\\":\\"success\\"',
            new='\\"conclusion\\":\\"failure\\"',
        ),
        Fault(
            name="a branch that may be pushed by force",
            control="baseline/branch-protected",
            path=_ANSWERS,
            old='{\\"type\\":\\"non_fast_forward\\",\\"ruleset_id\\":5},',
        ),
        Fault(
            name="somebody who may go around the rules",
            control="baseline/branch-protected",
            path=_ANSWERS,
            old='\\"bypass_actors\\":[]',
            new='\\"bypass_actors\\":[{\\"actor_type\\":\\"Team\\",\\"actor_id\\":7}]',
        ),
        Fault(
            name="a deployment of what was never merged",
            control="baseline/deployments-from-branch",
            path=_ANSWERS,
            old='{\\"id\\":100,\\"sha\\":\\"',
            new='{\\"id\\":100,\\"sha\\":\\"0',
        ),
        Fault(
            name="a sensitive file that nobody owns",
            control="baseline/sensitive-files-owned",
            path=".github/CODEOWNERS",
            old=f"/{sensitive}/ ",
            new=f"/{sensitive}-of-old/ ",
        ),
        Fault(
            name="a runbook that nobody has looked at for years",
            control="baseline/incident-runbook-current",
            path="docs/incidents.md",
            old="Reviewed: 2026",
            new="Reviewed: 2023",
        ),
        Fault(
            name="a drill that was never held",
            control="baseline/incident-drill-held",
            path="docs/drills/2026-10.md",
            new=None,
        ),
        Fault(
            name="a restore that was tested a year ago",
            control="baseline/restore-tested",
            path="docs/restores/2026-11.md",
            old="Tested: 2026",
            new="Tested: 2025",
        ),
        Fault(
            name="rights that nobody has looked through",
            control="baseline/access-reviewed",
            path="docs/access.md",
            old="Reviewed: 2026",
            new="Reviewed: 2024",
        ),
    )


FAULTS: dict[str, tuple[Fault, ...]] = {system: _changes(system) for system in SYSTEMS}
"""The faults of each system."""

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
            name="a repository that does not say under which terms it may be used",
            control="baseline/licence-declared",
            path="LICENSE",
            new=None,
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


_TERRAFORM, _KUBERNETES, _TRAIL, _LOG = "infra/main.tf", "k8s/web.yaml", "export/audit.jsonl", "logs/app.jsonl"
_MAP, _BILL = "compliance/data-map.yaml", "bom.json"


def _everywhere(system: str) -> tuple[Fault, ...]:
    """What goes wrong with infrastructure, trails and logs."""
    down = {"bank": "cards", "clinic": "notes", "shop": "phone"}[system]
    return (
        Fault(
            name="a bucket that is open",
            control="baseline/stored-data-private",
            path=_TERRAFORM,
            old="block_public_acls       = true",
            new="block_public_acls       = false",
        ),
        Fault(
            name="a database in clear",
            control="baseline/stored-data-encrypted",
            path=_TERRAFORM,
            old="storage_encrypted       = true",
            new="storage_encrypted       = false",
        ),
        Fault(
            name="a port of administration that is open to all",
            control="baseline/admin-ports-closed",
            path=_TERRAFORM,
            old="from_port   = 443",
            new="from_port   = 22",
        ),
        Fault(
            name="backups of three days",
            control="baseline/backups-kept",
            path=_TERRAFORM,
            old="backup_retention_period = 14",
            new="backup_retention_period = 3",
        ),
        Fault(
            name="a container that runs as root",
            control="baseline/containers-restrained",
            path=_KUBERNETES,
            old="runAsNonRoot: true",
            new="runAsNonRoot: false",
        ),
        Fault(
            name="an image that may change",
            control="baseline/containers-pinned",
            path=_KUBERNETES,
            old=f"@sha256:{'3f1b9c5e' * 8}",
        ),
        Fault(
            name="an event of the trail that was edited",
            control="baseline/trail-chained",
            path=_TRAIL,
            old='"actor":"u-2"',
            new='"actor":"u-9"',
        ),
        Fault(
            name="a canary in a log",
            control="baseline/logs-free-of-canaries",
            path=_LOG,
            old="is slow",
            new=f"is slow for canary-{system}-5d1c77",
        ),
        Fault(
            name="a migration without a way back",
            control="baseline/migrations-reversible",
            path=f"migrations/0002_{down}.down.sql",
            new=None,
        ),
    )


_OWN: dict[str, tuple[Fault, ...]] = {
    "bank": (
        Fault(
            name="card numbers in clear",
            control="pci-dss/card-numbers-not-clear",
            path=_MAP,
            old='"cards.pan": {category: card, protection: tokenised}',
            new='"cards.pan": card',
        ),
        Fault(
            name="a card of somebody in test data",
            control="baseline/fixtures-made-up",
            path="fixtures/payments.json",
            old="4111111111111111",
            new="4539578763621486",
        ),
        Fault(
            name="a component under a licence that nobody agreed on",
            control="baseline/component-licences-allowed",
            path=_BILL,
            old='"MIT"',
            new='"AGPL-3.0-only"',
        ),
        Fault(
            name="a component whose licence nobody knows",
            control="baseline/component-licences-known",
            path=_BILL,
            old='"BSD-3-Clause"',
            new='"as the others"',
        ),
        Fault(
            name="a key that is never made anew",
            control="baseline/keys-rotated",
            path=_TERRAFORM,
            old="enable_key_rotation = true",
            new="enable_key_rotation = false",
        ),
        Fault(
            name="a balancer that writes nothing down",
            control="baseline/balancers-logged",
            path=_TERRAFORM,
            old='"acme-bank-logs"\n    enabled = true',
            new='"acme-bank-logs"\n    enabled = false',
        ),
        Fault(
            name="logs that are kept for a quarter",
            control="pci-dss/logs-kept",
            path=_TERRAFORM,
            old="retention_in_days = 400",
            new="retention_in_days = 90",
        ),
    ),
    "clinic": (
        Fault(
            name="health data in clear",
            control="hipaa/health-data-protected",
            path=_MAP,
            old='"*.drug": health',
            new='"*.drug": {category: health, protection: none}',
        ),
        Fault(
            name="an answer that is not for its purpose",
            control="hipaa/responses-serve-purpose",
            path=_MAP,
            old="person: {legal-basis: contract, purposes: [care]",
            new="person: {legal-basis: contract, purposes: [billing]",
        ),
    ),
    "shop": (
        Fault(
            name="a column that nobody has classified",
            control="gdpr/fields-classified",
            path="schema.sql",
            old="  email text NOT NULL",
            new="  email text NOT NULL,\n  shoe_size text",
        ),
        Fault(
            name="a category without a basis",
            control="gdpr/legal-basis-declared",
            path=_MAP,
            old="    legal-basis: contract\n",
        ),
        Fault(
            name="a processor without an agreement",
            control="gdpr/processors-declared",
            path=_MAP,
            old="compliance/carrier.md",
            new="compliance/nowhere.md",
        ),
        Fault(
            name="a record of processing without measures",
            control="gdpr/processing-recorded",
            path=_MAP,
            old="security-measures: [encryption at rest, access by role]\n",
        ),
        Fault(
            name="a region that nobody allowed",
            control="gdpr/regions-allowed",
            path=_TERRAFORM,
            old='region = "eu-central-1"',
            new='region = "us-east-1"',
        ),
    ),
}
"""What is particular to one of them."""

FAULTS: dict[str, tuple[Fault, ...]] = {
    system: (*_changes(system), *_everywhere(system), *_OWN[system]) for system in SYSTEMS
}
"""The faults of each system."""

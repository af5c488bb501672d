"""Every job of the workflows of GitHub Actions: what starts it, what it calls, what its token may do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sluicegate.gates.compliance.evidence.declared.files import listed, read
from sluicegate.gates.compliance.items import Asking, Gathered, Item, none
from sluicegate.infrastructure.workflows import LARGEST, STRANGERS, Job, Step, Workflow, is_pinned, workflow_of
from sluicegate.model import Location, Outcome
from sluicegate.text import plural

PATTERNS = (".github/workflows/*.yml", ".github/workflows/*.yaml")
_SBOM = re.compile(
    r"\bsluicegate\s+security\s+sbom\b|\bsyft\b|\bcyclonedx\b|\btrivy\b[^\n]*--format[ =](?:cyclonedx|spdx)"
    r"|\bnpm\s+sbom\b|--sbom\b|\bpip-audit\b[^\n]*cyclonedx"
)
_SBOM_ACTIONS = re.compile(r"anchore/sbom-action|cyclonedx/|actions/attest-sbom|sbom")


def gather(asking: Asking) -> Iterator[Gathered]:
    """An item for each job."""
    paths = listed(asking, PATTERNS)
    if not paths:
        yield from none("workflows", "workflows of GitHub Actions", Outcome.NOT_APPLICABLE, "there is no workflow")
        return
    tree = asking.context.head
    found = read(asking, paths, LARGEST, lambda path, _raw, _shown: workflow_of(tree, path))
    yield Gathered(
        subject="workflows",
        query=f"the jobs of {plural(len(paths), 'workflow')} of GitHub Actions",
        sha256=found.digest.hexdigest(),
        items=tuple(_item(path, workflow, job) for path, workflow in found.files.items() for job in workflow.jobs),
        lacking=tuple(found.lacking),
    )


def _item(path: str, workflow: Workflow, job: Job) -> Item:
    steps = list(job.steps())
    calls = [uses for uses in (job.node.text("uses"), *(step.node.text("uses") for step in steps)) if uses.strip()]
    own = job.node.get("permissions")
    granted = own if own is not None else workflow.root.get("permissions")
    line, column = job.node.line_column
    publishes = [step for step in steps if step.publishes]
    return Item(
        key=(path, job.name),
        data={
            "file": workflow.document.shown,
            "job": job.name,
            "triggers": sorted(workflow.triggers),
            "actions": calls,
            "unpinned": [each for each in calls if not is_pinned(each.strip())],
            "permissions": _permissions(granted.value if granted is not None else None),
            "declared": granted is not None or workflow.triggers == {"workflow_call"},
            "write_all": granted is not None and granted.value == "write-all",
            "strangers": sorted(workflow.triggers & STRANGERS),
            "publishes": bool(publishes),
            "releases": bool(publishes) or "release" in workflow.triggers,
            "sbom": any(_bill(step) for step in workflow.steps),
        },
        location=Location(path=workflow.document.shown, line=line, column=column, logical=f"jobs.{job.name}"),
    )


def _permissions(said: Any) -> list[str]:
    """What the token may do, as `contents: write`."""
    if isinstance(said, dict):
        return sorted(f"{name}: {value}" for name, value in said.items())
    return [str(said)] if said is not None else []


def _bill(step: Step) -> bool:
    """Whether a step makes a bill of materials, as far as its words tell."""
    return bool(_SBOM.search(step.node.text("run")) or _SBOM_ACTIONS.search(step.action))

"""Judges every workflow and every composite action of a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import GateError, UnreadableError
from sluicegate.gates.security.files import lacking, listed
from sluicegate.gates.security.saying import examined, nothing, unread
from sluicegate.gates.security.workflows import OWN, RULES
from sluicegate.gates.security.workflows.law import LAW
from sluicegate.gates.security.workflows.reading import PATTERNS, Workflow
from sluicegate.model import Progress
from sluicegate.openapi.document import Node
from sluicegate.openapi.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Context, Finding, Yield

_LARGEST = 1 << 20
"""GitHub takes no workflow of more than 512 KB."""


def check(context: Context) -> Iterator[Yield]:
    """Hold each file against each rule; one that cannot be read counts as errored, and the others are judged."""
    paths = listed(context, PATTERNS)
    if not paths:
        yield from nothing(context, RULES, "workflows", lacking(context, "workflow and no action"))
        return
    own: dict[str, list[Finding]] = {}
    for done, path in enumerate(paths):
        yield Progress(what=path, done=done, total=len(paths))
        try:
            workflow = _workflow(context, path)
        except GateError as error:
            yield from unread(context, OWN, path, error)
            continue
        own[path] = [found for law in LAW.values() for found in law(workflow)]
        yield from (found for found in own[path] if found.rule in context.rules)
        yield from examined(context, OWN, path)
    if context.settings.zizmor:
        from sluicegate.gates.security.workflows.zizmor import audit

        yield from audit(context, paths, own)


def _workflow(context: Context, path: str) -> Workflow:
    document = read(context.head, path, _LARGEST)
    if not isinstance(document.data, dict):
        raise UnreadableError(
            f"{document.shown}: a workflow or an action is a mapping, and this is none",
            hint="mend the file, or move it out of .github/workflows",
        )
    return Workflow(document=document, root=Node(document, (), document.data))

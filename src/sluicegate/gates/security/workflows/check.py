"""Judges every workflow and every composite action of a tree."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.files import lacking, listed
from sluicegate.gates.security.saying import examined, nothing, unread
from sluicegate.gates.security.workflows import OWN, RULES
from sluicegate.model import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.workflows.zizmor import Looking
    from sluicegate.model import Context, Finding, Yield

PATTERNS = (
    ".github/workflows/*.yml",
    ".github/workflows/*.yaml",
    "action.yml",
    "action.yaml",
    "**/action.yml",
    "**/action.yaml",
)
"""Where GitHub looks for workflows, and what an action's file is called."""


def check(context: Context) -> Iterator[Yield]:
    """Hold each file against each rule; one that cannot be read counts as errored, and the others are judged."""
    paths = listed(context, PATTERNS)
    if not paths:
        yield from nothing(context, RULES, "workflows", lacking(context, "workflow and no action"))
        return
    # a commit hook with no workflow to judge need not load these
    from sluicegate.gates.security.workflows.law import LAW
    from sluicegate.infrastructure.workflows import workflow_of

    own: dict[str, list[Finding]] = {}
    with _asked(context, paths) as asked:
        for done, path in enumerate(paths):
            yield Progress(what=path, done=done, total=len(paths))
            try:
                workflow = workflow_of(context.head, path)
            except GateError as error:
                yield from unread(context, OWN, path, error)
                continue
            own[path] = [found for law in LAW.values() for found in law(workflow)]
            yield from (found for found in own[path] if found.rule in context.rules)
            yield from examined(context, OWN, path)
        if asked:
            from sluicegate.gates.security.workflows.zizmor import audit

            yield from audit(context, asked, own)


def _asked(context: Context, paths: list[str]) -> AbstractContextManager[Looking | None]:
    """Have zizmor look at the files, where the settings want it: on another core than the gate's own rules."""
    if not context.settings.zizmor:
        return nullcontext()
    from sluicegate.gates.security.workflows.zizmor import looking

    return looking(context, paths)

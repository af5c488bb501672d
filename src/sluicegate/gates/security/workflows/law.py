"""What each rule finds in a workflow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sluicegate.gates.security import workflows as rules
from sluicegate.gates.security.saying import finding
from sluicegate.infrastructure.workflows import NO, STRANGERS, expressions, is_pinned
from sluicegate.model import Level, Location
from sluicegate.openapi.document import dotted
from sluicegate.text import plural, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sluicegate.infrastructure.workflows import Workflow
    from sluicegate.model import Finding, Rule
    from sluicegate.openapi.document import Node

_FOREIGN_REF = re.compile(
    r"github\.head_ref|github\.event\.pull_request\.(?:head|number|merge_commit_sha)|github\.event\.number"
    r"|github\.event\.workflow_run\.head_|github\.event\.issue\.number"
)
_FETCHES = re.compile(r"\bgh\s+pr\s+checkout\b|\bgit\s+(?:fetch|pull|checkout)\b[^\n]*\bpull/")
_FOREIGN = re.compile(
    r"github\.head_ref|github\.event\.(?:"
    r"(?:issue|discussion|comment|review|review_comment|release)\.(?:title|body|name)"
    r"|pull_request\.(?:title|body|head\.ref|head\.label|head\.repo\.default_branch|head\.user\.login)"
    r"|workflow_run\.(?:head_branch|head_commit\.[\w.]+|display_title|pull_requests[\w.*]*)"
    r"|(?:commits[\w.*\[\]]*|head_commit)\.(?:message|author\.\w+|committer\.\w+)"
    r"|pages[\w.*\[\]]*\.page_name|client_payload[\w.]*)"
    r"|tojson\(\s*github(?:\.event)?\s*\)"
)
"""What GitHub calls untrusted input, and whole events."""
_INPUT = re.compile(r"(?:^|[^\w.])(?:inputs|github\.event\.inputs)\.[\w-]+")
_CACHES = frozenset({"actions/cache", "actions/cache/restore", "swatinem/rust-cache", "gradle/actions/setup-gradle"})
_ASKS_CACHE = ("cache", "enable-cache")
_NAMED = 3


def _unpinned(workflow: Workflow) -> Iterator[Finding]:
    calls = [step.node for step in workflow.steps] + [job.node for job in workflow.jobs]
    for node in calls:
        uses = node.text("uses").strip()
        if not uses or is_pinned(uses):
            continue
        action, _, ref = uses.partition("@")
        said = f"at {ref}" if ref else "without a version"
        yield _at(
            rules.UNPINNED, workflow, node, "uses", uses,
            f"`{action}` is called {said}, which can become other code at any time",
            "Name the commit, with the version as a comment: `uses: OWNER/NAME@COMMIT # v1.2.3`.",
        )  # fmt: skip


def _permissions(workflow: Workflow) -> Iterator[Finding]:
    everywhere = workflow.root.get("permissions")
    for node in (workflow.root, *(job.node for job in workflow.jobs)):
        if node.text("permissions") == "write-all":
            yield _at(
                rules.PERMISSIONS, workflow, node, "permissions", "write-all",
                "the token may write everywhere (`write-all`)",
                "List the scopes that are needed: `permissions: {contents: read}`, and more for single jobs.",
            )  # fmt: skip
    bare = [job for job in workflow.jobs if job.node.get("permissions") is None] if everywhere is None else []
    if bare and workflow.triggers != {"workflow_call"}:  # what is only called has the permissions of its caller
        named = ", ".join(f"`{job.name}`" for job in bare[:_NAMED])
        more = f" and {plural(len(bare) - _NAMED, 'job')} more" if len(bare) > _NAMED else ""
        verb = "runs" if len(bare) == 1 else "run"
        yield _at(
            rules.PERMISSIONS, workflow, workflow.root, "jobs", "default",
            f"{named}{more} {verb} with whatever the repository gives its workflows, which may be to write everywhere",
            "Add `permissions: {contents: read}` at the top, and what single jobs need to those.",
        )  # fmt: skip


def _checkout(workflow: Workflow) -> Iterator[Finding]:
    event = next(iter(sorted(workflow.triggers & STRANGERS)), "")
    if not event:
        return
    for step in workflow.steps:
        called = step.action
        where = "uses" if called == "actions/checkout" else "run"
        asked = f"{step.given('ref')} {step.given('repository')}" if where == "uses" else step.node.text("run")
        foreign = any(map(_FOREIGN_REF.search, expressions(asked))) if where == "uses" else _FETCHES.search(asked)
        if foreign or (where == "uses" and "refs/pull/" in asked):
            yield _at(
                rules.CHECKOUT, workflow, step.node, where, "checkout",
                f"the code of a pull request is checked out in a workflow on `{event}`, which holds the secrets of the "
                "repository",
                "Build it on `pull_request`, and let a `workflow_run` job publish what it left, treated as hostile.",
            )  # fmt: skip


def _injection(workflow: Workflow) -> Iterator[Finding]:
    for step in workflow.steps:
        script, where = step.node.text("run"), "run"
        if step.action == "actions/github-script":
            script, where = step.given("script"), "with"
        for expression in dict.fromkeys(expressions(script)):
            stranger = _FOREIGN.search(expression)
            if stranger or _INPUT.search(expression):
                yield _at(
                    rules.INJECTION, workflow, step.node, where, expression,
                    f"`${{{{ {shorten(expression, 80)} }}}}` is pasted into a script, so that "
                    + ("anybody can choose what runs" if stranger else "whoever starts the workflow chooses what runs"),
                    'Hand it over as a variable of the step (`env`), and write `"$VALUE"` in the script.',
                    level=None if stranger else Level.WARNING,
                )  # fmt: skip


def _cache(workflow: Workflow) -> Iterator[Finding]:
    always = "release" in workflow.triggers
    for job in workflow.jobs:
        steps = list(job.steps())
        if not always and not any(step.publishes for step in steps):
            continue
        for step in steps:
            called = step.action
            asked = next((name for name in _ASKS_CACHE if step.given(name).strip().lower() not in NO), "")
            if called in _CACHES or (asked and called.partition("/")[2].startswith("setup-")):
                yield _at(
                    rules.CACHE, workflow, step.node, "uses", f"{job.name} {called}",
                    f"the job `{job.name}` releases, and `{called}` restores a cache that another workflow may have "
                    "filled",
                    "Build a release from nothing: take the cache out of this job.",
                )  # fmt: skip


def _inherited(workflow: Workflow) -> Iterator[Finding]:
    for job in workflow.jobs:
        called = job.node.text("uses")
        if called and job.node.text("secrets") == "inherit":
            yield _at(
                rules.INHERITED, workflow, job.node, "secrets", called,
                f"the job `{job.name}` hands every secret of the repository to `{called}`",
                "List under `secrets` those that it needs.",
            )  # fmt: skip


LAW: dict[Rule, Callable[[Workflow], Iterator[Finding]]] = {
    rules.UNPINNED: _unpinned,
    rules.PERMISSIONS: _permissions,
    rules.CHECKOUT: _checkout,
    rules.INJECTION: _injection,
    rules.CACHE: _cache,
    rules.INHERITED: _inherited,
}
"""The rules, and what finds their findings."""


def _at(
    rule: Rule, workflow: Workflow, node: Node, member: str, what: str, message: str, advice: str,
    level: Level | None = None,
) -> Finding:  # fmt: skip
    """A finding at a member of a node; a job counts in its key, and the number of a step does not."""
    document = workflow.document
    at = node.get(member) or node
    line, column = at.line_column
    job = node.pointer[1] if len(node.pointer) > 1 and node.pointer[0] == "jobs" else ""
    return finding(
        rule, (document.path, str(job), what),
        Location(path=document.shown, line=line, column=column, logical=dotted(node.pointer) or document.path),
        message, advice=advice, level=level,
    )  # fmt: skip

"""A workflow or a composite action as its rules see it: what starts it, its jobs and their steps."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from sluicegate.errors import UnreadableError
from sluicegate.openapi.document import Node, dotted
from sluicegate.openapi.reading import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Tree
    from sluicegate.openapi.document import Document

LARGEST = 1 << 20
"""GitHub takes no workflow of more than 512 KB."""

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_INDEX = re.compile(r"\[\s*(?:'([^']*)'|\"([^\"]*)\")\s*\]")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")
STRANGERS = frozenset({"pull_request_target", "workflow_run", "issue_comment"})
"""Events that anybody can bring about, and whose workflows hold secrets and a token that may write."""
_PUBLISHES = re.compile(
    r"\b(?:npm|pnpm|yarn|cargo|poetry|uv|flit|hatch|pdm)\s+publish\b|\btwine\s+upload\b|\bgh\s+release\s+(?:create|upload)\b"
    r"|\bgem\s+push\b|\bdocker\s+push\b|\bmvn\b[^\n]*\bdeploy\b|\bgoreleaser\b"
)
_PUBLISHERS = frozenset(
    {
        "pypa/gh-action-pypi-publish", "softprops/action-gh-release", "goreleaser/goreleaser-action",
        "ncipollo/release-action", "js-devtools/npm-publish", "actions/attest-build-provenance",
    }
)  # fmt: skip
NO = frozenset({"", "false", "none", "no"})
"""What switches an input of an action off."""


class Step(NamedTuple):
    """A step, and the job that it is of; an action's steps are of no job."""

    node: Node
    job: Job | None

    @property
    def logical(self) -> str:
        """`jobs.build.steps.2`."""
        return dotted(self.node.pointer)

    @property
    def action(self) -> str:
        """What the step calls, without its version, in small letters: names are the same in any case."""
        return self.node.text("uses").partition("@")[0].strip().lower()

    @property
    def publishes(self) -> bool:
        """Whether it gives the product to others, as far as its words tell."""
        pushes = self.action == "docker/build-push-action" and self.given("push").strip().lower() not in NO
        return pushes or self.action in _PUBLISHERS or bool(_PUBLISHES.search(self.node.text("run")))

    def given(self, name: str) -> str:
        """What the step hands to its action under a name, as a text."""
        value = self.node.value.get("with")
        said = value.get(name) if isinstance(value, dict) else None
        return "" if said is None else str(said)


class Job(NamedTuple):
    """A job by its id."""

    name: str
    node: Node

    def steps(self) -> Iterator[Step]:
        """Its steps, in order."""
        yield from (Step(step, self) for step in _mappings(self.node.get("steps")))


class Workflow(Struct, frozen=True, kw_only=True):
    """A file: a workflow with jobs, or a composite action with steps of its own."""

    document: Document
    root: Node

    @property
    def triggers(self) -> frozenset[str]:
        """The names of the events that start it."""
        said = self.root.value.get("on")
        if isinstance(said, str):
            return frozenset({said})
        return frozenset(map(str, said)) if isinstance(said, (list, dict)) else frozenset()

    @property
    def jobs(self) -> list[Job]:
        """The jobs that are well formed."""
        jobs = self.root.get("jobs")
        return [Job(name, node) for name, node in jobs.members().items() if _is_mapping(node)] if jobs else []

    @property
    def steps(self) -> Iterator[Step]:
        """Every step of every job, or of the action."""
        for job in self.jobs:
            yield from job.steps()
        runs = self.root.get("runs")
        if runs is not None:
            yield from (Step(step, None) for step in _mappings(runs.get("steps")))


def is_pinned(uses: str) -> bool:
    """Whether what is called can become no other code: a commit, a digest, or a file of the same repository."""
    return uses.startswith("./") or bool(_DIGEST.search(uses) or _COMMIT.fullmatch(uses.partition("@")[2]))


def expressions(text: str) -> Iterator[str]:
    """The expressions in a text, spelt with dots and in small letters: `github['head_ref']` is `github.head_ref`."""
    for found in _EXPRESSION.findall(text):
        yield _INDEX.sub(lambda index: f".{index[1] or index[2]}", found).strip().lower()


def _mappings(node: Node | None) -> list[Node]:
    return [item for item in node.items() if _is_mapping(item)] if node is not None else []


def _is_mapping(node: Node) -> bool:
    return isinstance(node.value, dict)


def workflow_of(tree: Tree, path: str) -> Workflow:
    """The workflow or action that a file holds. Raises UnreadableError."""
    document = read(tree, path, LARGEST)
    if not isinstance(document.data, dict):
        raise UnreadableError(
            f"{document.shown}: a workflow or an action is a mapping, and this is none",
            hint="mend the file, or move it out of .github/workflows",
        )
    return Workflow(document=document, root=Node(document, (), document.data))

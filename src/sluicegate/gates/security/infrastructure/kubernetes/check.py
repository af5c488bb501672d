"""Judges every manifest of a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import GateError, UnreadableError
from sluicegate.gates.security.files import lacking, listed
from sluicegate.gates.security.infrastructure import KUBERNETES
from sluicegate.gates.security.infrastructure.judged import judged, unread, untested
from sluicegate.gates.security.infrastructure.kubernetes.sources import PATTERNS, is_manifest
from sluicegate.gates.security.saying import nothing, undecided
from sluicegate.model import Outcome, Progress, Undecided

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.infrastructure.kubernetes.reading import Thing
    from sluicegate.model import Context, Tree, Yield

SUBJECT = "manifests"
_LOOKED_AT = 32 << 20
"""A file of more bytes is not even looked into."""
_LARGEST = 4 << 20
_RENDER = "Render it (`helm template`), and have the outcome judged."


def check(context: Context) -> Iterator[Yield]:
    """Hold the objects of each manifest against each rule; a document that cannot be read counts as errored."""
    paths = listed(context, PATTERNS)
    looked = 0
    for done, path in enumerate(paths):
        if context.cancelled():
            return
        try:
            raw = context.head.read(path, _LOOKED_AT)
        except UnreadableError as error:
            looked += 1
            yield from undecided(context, KUBERNETES, path, _unseen(error))
            continue
        if not is_manifest(raw):
            continue
        yield Progress(what=path, done=done, total=len(paths))
        looked += 1
        if b"{{" in raw and _in_chart(context.head, path):
            why = untested("it is a template, which only Helm can fill in", _RENDER)
            yield from undecided(context, KUBERNETES, path, why)
        else:
            yield from _judged(context, path, raw)
    if not looked:
        yield from nothing(context, KUBERNETES, SUBJECT, lacking(context, "manifest of Kubernetes"))


def _in_chart(tree: Tree, path: str) -> bool:
    """Whether a file is one of the templates of a chart."""
    folders = path.split("/")[:-1]
    return any(
        folder == "templates" and tree.find("/".join((*folders[:at], "Chart.yaml"))) is not None
        for at, folder in enumerate(folders)
    )


def _judged(context: Context, path: str, raw: bytes) -> Iterator[Yield]:
    # a commit hook with no manifest to judge need not load these
    from sluicegate.gates.security.infrastructure.kubernetes.law import LAW
    from sluicegate.gates.security.infrastructure.kubernetes.reading import things
    from sluicegate.gates.security.infrastructure.kubernetes.seen import Seen
    from sluicegate.gates.security.infrastructure.yamlvalues import parsed, pieces

    shown = context.head.display(path)
    if len(raw) > _LARGEST:
        error = GateError(f"{shown}: a manifest of more than {_LARGEST >> 20} MiB", "Split it.")
        yield from undecided(context, KUBERNETES, path, unread([error]))
        return
    found: list[Thing] = []
    broken: list[GateError] = []
    unfilled: list[GateError] = []
    for piece in pieces(raw):
        if is_manifest(piece.text):
            try:
                found += things(parsed(piece, shown))
            except GateError as error:
                (unfilled if b"{{" in piece.text else broken).append(error)
    left = unread(broken) if broken else _unfilled(unfilled[0]) if unfilled else None
    if not found:
        why = left or Undecided(outcome=Outcome.NOT_APPLICABLE, reason="it has no workload, no role and no secret")
        yield from undecided(context, KUBERNETES, path, why)
        return
    seen = Seen(path=path, shown=shown, things=found)
    for rule, law in LAW.items():
        if rule.id in context.rules:
            yield from judged(context, rule, path, len(found), law(seen), left)


def _unseen(error: UnreadableError) -> Undecided:
    return untested(f"it may be a manifest: {error.message}", error.hint)


def _unfilled(error: GateError) -> Undecided:
    return untested(f"it has to be filled in first, or is broken: {error.message}", _RENDER)

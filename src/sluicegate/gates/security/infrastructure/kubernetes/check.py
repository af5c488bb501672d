"""Judges every manifest of a tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import GateError, UnreadableError
from sluicegate.gates.security.files import lacking
from sluicegate.gates.security.infrastructure import KUBERNETES
from sluicegate.gates.security.infrastructure.judged import judged, unread, untested
from sluicegate.gates.security.infrastructure.sniffed import sniffed
from sluicegate.gates.security.saying import nothing, undecided
from sluicegate.infrastructure.sniffed import is_manifest
from sluicegate.model import Outcome, Progress, Undecided

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.infrastructure.kubernetes import Thing
    from sluicegate.model import Context, Yield

SUBJECT = "manifests"
_LARGEST = 4 << 20
_RENDER = "Render it (`helm template`), and have the outcome judged."


def check(context: Context) -> Iterator[Yield]:
    """Hold the objects of each manifest against each rule; a document that cannot be read counts as errored."""
    found = sniffed(context)
    for path, error in found.unseen.items():
        why = untested(f"it may be a manifest: {error.message}", error.hint)
        yield from undecided(context, KUBERNETES, path, why)
    for done, path in enumerate(found.manifests):
        if context.cancelled():
            return
        yield Progress(what=path, done=done, total=len(found.manifests))
        yield from _judged(context, path)
    if not found.manifests and not found.unseen:
        yield from nothing(context, KUBERNETES, SUBJECT, lacking(context, "manifest of Kubernetes"))


def _judged(context: Context, path: str) -> Iterator[Yield]:
    # a commit hook with no manifest to judge need not load these
    from sluicegate.gates.security.infrastructure.kubernetes.law import LAW
    from sluicegate.gates.security.infrastructure.kubernetes.seen import Seen
    from sluicegate.infrastructure.kubernetes import in_chart, things
    from sluicegate.infrastructure.yamlvalues import parsed, pieces

    shown = context.head.display(path)
    try:
        raw = context.head.read(path, _LARGEST)
    except UnreadableError as error:
        yield from undecided(context, KUBERNETES, path, unread([error]))
        return
    if b"{{" in raw and in_chart(context.head, path):
        why = untested("it is a template, which only Helm can fill in", _RENDER)
        yield from undecided(context, KUBERNETES, path, why)
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


def _unfilled(error: GateError) -> Undecided:
    return untested(f"it has to be filled in first, or is broken: {error.message}", _RENDER)

"""The collectors of trails: each kind of evidence is one question to what was read of a trail, which is read once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from sluicegate.errors import GateError, UnreadableError
from sluicegate.gates.compliance.evidence.trail import anchors as kept_anchors
from sluicegate.gates.compliance.evidence.trail.anchors import Anchor
from sluicegate.gates.compliance.evidence.trail.sources import Files
from sluicegate.gates.compliance.evidence.trail.verifying import Verified, verified
from sluicegate.gates.compliance.items import Asking, Gathered, Item, none
from sluicegate.gates.compliance.trails import Trail
from sluicegate.model import Location, Outcome, Undecided
from sluicegate.text import plural

_ANCHOR = "sluicegate compliance anchor"
_NAME_IT = 'name it in the settings: [[compliance.trail]] with name = "app" and files = ["export/audit-*.jsonl"]'
_SHOWN = 60

Facts = Iterator[Item | Undecided]
"""The items of one kind of one trail; an Undecided for what of it could not be had."""


def each_trail(asking: Asking, kind: Callable[[Asking, Verified], Facts]) -> Iterator[Gathered]:
    """One answer for each trail of the settings."""
    if not asking.settings.trail:
        why = "no audit trail is named"
        yield from none("audit trail", "[[compliance.trail]]", Outcome.NOT_TESTED, why, _NAME_IT)
    for trail in asking.settings.trail:
        subject, query = f"trail {trail.name}", f"the events of {', '.join(trail.files)}"
        try:
            known = _known(asking, trail)
            if known is None:
                continue
            found = list(kind(asking, known))
        except (GateError, UnreadableError) as error:
            yield from none(subject, query, Outcome.ERRORED, error.message, error.hint)
            continue
        items = tuple(each for each in found if isinstance(each, Item))
        lacking = (*_unread(known), *(each for each in found if isinstance(each, Undecided)))
        if not known.events and not items and not lacking:
            why = f"there is no event in the trail {trail.name}"
            lacking = (Undecided(outcome=Outcome.NOT_TESTED, reason=why, hint="export it again, or correct `files`"),)
        if lacking and not items:
            yield from (Gathered(subject=subject, query=_query(known), undecided=why) for why in lacking)
            continue
        yield Gathered(
            subject=subject,
            query=_query(known),
            sha256=known.sha256,
            items=items,
            collected=asking.context.now,
            lacking=lacking,
        )


def _known(asking: Asking, trail: Trail) -> Verified | None:
    """What was read of a trail, once on each side; None where the base has none.

    Git keeps few of them: what lies on disk has nothing that came before it, and is no part of the base.
    """
    if sum(each.name == trail.name for each in asking.settings.trail) > 1:
        raise GateError(f"several trails are called {trail.name}", "give each a name of its own")
    context = asking.context
    key = ("trail", trail.name, context.past)
    known: Verified | GateError | None = context.memo.get(key)
    if known is None:
        on_disk = context.head.name == "working tree"
        files = Files(folder=Path(context.folder or "."), tree=context.head, whole=on_disk, disk=not context.past)
        try:
            if context.past and not files.of(trail.files)[0]:
                return None
            known = verified(trail, files, now=context.now.timestamp(), anchors=_anchors(asking, trail))
        except GateError as error:
            known = error
        context.memo[key] = known
    if isinstance(known, GateError):
        raise known
    return known


def _anchors(asking: Asking, trail: Trail) -> list[Anchor]:
    """The anchors of a trail. What is in the way of them is told by the one kind that asks for them."""
    if asking.context.history is None:
        return []
    try:
        return kept_anchors.kept(asking.context.history, trail.name)
    except GateError as error:
        asking.context.memo["trail anchors", trail.name] = error
        return []


def _query(known: Verified) -> str:
    mapped = ", ".join(f"{noun}={'|'.join(paths)}" for noun, paths in known.names.items() if (noun,) != paths)
    patterns = ", ".join(known.trail.files)
    told_as = f" ({mapped})" if mapped else ""
    return f"{patterns}: {plural(known.events, 'event')} in {plural(len(known.files), 'file')} as {known.form}{told_as}"


def _unread(known: Verified) -> Iterator[Undecided]:
    """Lines and files that could not be read: what they would have shown, nobody knows."""
    for each in known.unread:
        yield Undecided(outcome=Outcome.ERRORED, reason=str(each), hint="export it again")
    if known.unread_count > len(known.unread):
        more = known.unread_count - len(known.unread)
        yield Undecided(outcome=Outcome.ERRORED, reason=f"{plural(more, 'more line')} cannot be read", hint="as above")


def at(file: str, line: int) -> Location:
    return Location(path=file, line=line or None)


def whole_of(known: Verified) -> Location:
    return Location(path=known.sources[0].shown, logical=f"trail {known.trail.name}")


def mark(text: str) -> str:
    """What names an event in the key of a finding, without what it says."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]

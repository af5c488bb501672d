"""Whether a trail is what was written: its chain, CloudTrail's digests, and the anchor that is kept of it."""

from __future__ import annotations

from collections.abc import Iterator

from sluicegate.errors import GateError
from sluicegate.gates.compliance.evidence.trail.anchors import Anchor
from sluicegate.gates.compliance.evidence.trail.gathering import Facts, at, each_trail, mark, whole_of
from sluicegate.gates.compliance.evidence.trail.nouns import told
from sluicegate.gates.compliance.evidence.trail.verifying import Verified
from sluicegate.gates.compliance.items import Asking, Gathered, Item
from sluicegate.model import Location, Outcome, Undecided
from sluicegate.text import plural

_ANCHOR = "sluicegate compliance anchor"


def chain(asking: Asking) -> Iterator[Gathered]:
    """An item for the chain of a trail that holds, and one for each break."""
    return each_trail(asking, _chain)


def _chain(_asking: Asking, known: Verified) -> Facts:
    if known.walked is not None or known.form == "cloudtrail":
        yield from _digests(known)
        return
    if not known.chain.links:
        if known.events:
            yield Undecided(
                outcome=Outcome.NOT_TESTED,
                reason=f"the events of the trail {known.trail.name} carry no hash",
                hint='chain them, and say where the hash is: fields = { hash = "...", previous = "..." }',
            )
        return
    whole = {"trail": known.trail.name, "links": known.chain.links, "broken": False, "kind": "", "told": ""}
    yield Item(key=(known.trail.name, "chain"), data=whole, location=whole_of(known))
    for each in known.chain.breaks:
        data = {**whole, "broken": True, "kind": each.kind, "told": _BROKEN[each.kind]}
        yield Item(
            key=(known.trail.name, "chain", each.kind, mark(each.event)),
            data=data,
            location=at(each.file, each.line),
        )
    if more := known.chain.broken - len(known.chain.breaks):
        data = {
            **whole,
            "broken": True,
            "kind": "more",
            "told": f"{plural(more, 'more link')} of the chain do not hold",
        }
        yield Item(key=(known.trail.name, "chain", "more"), data=data, location=whole_of(known))


_BROKEN = {
    "edited": "this event is not what its hash was made of",
    "unlinked": "this event does not follow the one before it: something was taken out, put in or moved",
    "unhashed": "this event carries no hash, and others do",
}


def _digests(known: Verified) -> Facts:
    walked = known.walked
    if walked is None:
        yield Undecided(
            outcome=Outcome.NOT_TESTED,
            reason=f"no digest file is among the files of the trail {known.trail.name}",
            hint="copy CloudTrail-Digest/ from the bucket too, and name it in `files`",
        )
        return
    whole = {"trail": known.trail.name, "links": walked.digests, "broken": False, "kind": "", "told": ""}
    yield Item(key=(known.trail.name, "chain"), data={**whole, "logs": walked.logs}, location=whole_of(known))
    shown = {each.name.rpartition("/")[2].removesuffix(".gz"): each.shown for each in known.sources}
    for each in walked.faults:
        yield Item(
            key=(known.trail.name, "chain", each.kind, each.what, each.why),
            data={**whole, "broken": True, "kind": each.kind, "told": f"{each.what}: {each.why} ({each.kind})"},
            location=Location(path=shown.get(each.what.removesuffix(".gz")), logical=each.what),
        )
    if more := walked.broken - len(walked.faults):
        data = {**whole, "broken": True, "kind": "more", "told": f"{plural(more, 'more file')} do not hold"}
        yield Item(key=(known.trail.name, "chain", "more"), data=data, location=whole_of(known))
    if walked.unsigned:
        unkeyed = not known.trail.public_key
        yield Undecided(
            outcome=Outcome.NOT_TESTED,
            reason=f"the signature of {walked.unsigned[0]} was not checked"
            + (f", nor those of {len(walked.unsigned) - 1} others" if walked.unsigned[1:] else "")
            + (": no public key is named" if unkeyed else ": nothing that is here holds it"),
            hint="name the key: public-key" if unkeyed else f"keep it beside the file: {walked.unsigned[0]}.signature",
        )


def anchor(asking: Asking) -> Iterator[Gathered]:
    """An item for each trail that is anchored: whether it still is what it was then."""
    return each_trail(asking, _anchor)


def _anchor(asking: Asking, known: Verified) -> Facts:
    context = asking.context
    if context.history is None:
        why = "earlier runs may not be asked here"
        yield Undecided(outcome=Outcome.NOT_TESTED, reason=why, hint="run it outside of a commit hook")
        return
    trouble = context.memo.get(("trail anchors", known.trail.name))
    if isinstance(trouble, GateError):
        raise trouble
    if not known.watch.anchors:
        yield Undecided(
            outcome=Outcome.NOT_TESTED, reason=f"no anchor is kept yet of the trail {known.trail.name}", hint=_ANCHOR
        )
        return
    states = [(each, state_of(known, each)) for each in known.watch.anchors]
    each, state = next((pair for pair in states if pair[1] not in ("holds", "past")), states[-1])
    data = {
        "trail": known.trail.name,
        "state": state,
        "at": each.at,
        "count": each.count,
        "events": known.events,
        "first": each.first_at,
        "last": each.last_at,
        "shortened": bool(known.first != each.first),
        "oldest": told(known.clock.oldest),
    }
    yield Item(key=(known.trail.name, "anchor"), data=data, location=whole_of(known))


def state_of(known: Verified, each: Anchor) -> str:
    """What became of an anchor in a trail that was read."""
    return known.watch.state(
        each,
        count=known.events,
        first=known.first,
        oldest=told(known.clock.oldest),
        newest=told(known.clock.newest),
    )

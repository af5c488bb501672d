"""What the events of a trail say: their fields, the operations that are seen in them, personal data."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from sluicegate.gates.compliance.evidence.trail import sample as sampling
from sluicegate.gates.compliance.evidence.trail.coverage import covered
from sluicegate.gates.compliance.evidence.trail.gathering import Facts, at, each_trail, mark, whole_of
from sluicegate.gates.compliance.evidence.trail.nouns import ALWAYS
from sluicegate.gates.compliance.evidence.trail.verifying import Verified, missing
from sluicegate.gates.compliance.items import Asking, Gathered, Item
from sluicegate.model import Outcome, Undecided
from sluicegate.text import plural, shorten

_SHOWN = 60


def fields(asking: Asking) -> Iterator[Gathered]:
    """An item for each action, and for what its events lack where some lack something."""
    return each_trail(asking, _fields)


def _fields(_asking: Asking, known: Verified) -> Facts:
    for (action, mask), group in known.groups.items():
        shown = sampling.masked(shorten(action, _SHOWN))
        records = [name for name, patterns in known.trail.records.items() if _fits(action, patterns)]
        lacks = [noun for noun in missing(mask) if records or noun in ALWAYS]
        data = {
            "trail": known.trail.name, "action": shown, "events": group.events, "missing": lacks, "records": records,
            "first": f"{group.file}:{group.line}",
        }  # fmt: skip
        yield Item(
            key=(known.trail.name, "fields", mark(action), *lacks), data=data, location=at(group.file, group.line)
        )


def _fits(action: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(action, pattern) for pattern in patterns)


def coverage(asking: Asking) -> Iterator[Gathered]:
    """An item for each operation that writes, with how often it is seen."""
    return each_trail(asking, _coverage)


def _coverage(asking: Asking, known: Verified) -> Facts:
    if not known.trail.description:
        yield Undecided(
            outcome=Outcome.NOT_TESTED,
            reason=f"no description is named for the trail {known.trail.name}",
            hint='description = "openapi.yaml"',
        )
        return
    found = covered(asking.context.head, known.trail.description, known.trail.actions, known.actions)
    named = [each for each in found if each.action]
    if named and not any(each.seen for each in named):
        yield Undecided(
            outcome=Outcome.INCONCLUSIVE,
            reason=f"none of {plural(len(named), 'operation')} is seen in the trail {known.trail.name}, "
            "so that actions may go by other names there",
            hint='say by which: actions = { "*" = "{operationId}", createOrder = "order.create" }',
        )
        named = []
    for each in named:
        data = {
            "trail": known.trail.name, "operation": each.operation, "method": each.method, "path": each.path,
            "action": each.action, "seen": each.seen,
        }  # fmt: skip
        yield Item(key=(known.trail.name, "coverage", each.operation), data=data, location=each.location)
    if unnamed := [each for each in found if not each.action]:
        yield Undecided(
            outcome=Outcome.NOT_TESTED,
            reason=f"{unnamed[0].operation} has no operationId, and nobody says what its action is called"
            + (f", as with {plural(len(unnamed) - 1, 'more operation')}" if unnamed[1:] else ""),
            hint="name it in `actions`",
        )


def personal(asking: Asking) -> Iterator[Gathered]:
    """An item for the sample of a trail, and one for each kind of personal data in one of its fields."""
    return each_trail(asking, _personal)


def _personal(_asking: Asking, known: Verified) -> Facts:
    drawn = known.sample.drawn
    if not drawn:
        return
    seen = sum(bool(each.text) for each in drawn)
    whole = {"trail": known.trail.name, "events": seen, "kind": "", "field": "", "found": 0}
    yield Item(key=(known.trail.name, "personal"), data=whole, location=whole_of(known))
    for each in sampling.scanned(drawn, known.names):
        yield Item(
            key=(known.trail.name, "personal", each.kind, each.field),
            data={**whole, "kind": each.kind, "field": each.field, "found": each.events},
            location=at(each.file, each.line),
        )
    if (rest := known.events - seen) > 0:
        yield Undecided(
            outcome=Outcome.NOT_TESTED,
            reason=f"{seen:,} of {known.events:,} events were scanned for personal data, and {rest:,} were not",
            hint="raise `sample`, which takes its time; events of more than 64 KiB are never scanned",
        )

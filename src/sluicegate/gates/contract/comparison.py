"""What the change rules say of two descriptions: every change as a finding, with its level, its users and its proof."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sluicegate.errors import GateError
from sluicegate.gates.contract.around import around
from sluicegate.gates.contract.baseline import RULE as INVALID_BASE
from sluicegate.gates.contract.baseline import untrusted
from sluicegate.gates.contract.catalogue import BY_ID, ON_VALUES, RULES
from sluicegate.gates.contract.compare import compare
from sluicegate.gates.contract.crosswalk import oasdiff_id
from sluicegate.gates.contract.doubts import errored, inconclusive
from sluicegate.gates.contract.law import breaks
from sluicegate.gates.contract.lifecycle.compare import policy_of
from sluicegate.gates.contract.parts import COMPARED, REST
from sluicegate.gates.contract.profiles import weighed
from sluicegate.gates.contract.renames import hinted
from sluicegate.gates.contract.told import Told
from sluicegate.gates.contract.users import Users, used_by
from sluicegate.gates.contract.values import Read, both_ways
from sluicegate.gates.contract.versions import RULE as VERSION
from sluicegate.gates.contract.versions import judged
from sluicegate.gates.contract.wording import proof
from sluicegate.model import Examination, Finding, Level, Location, Outcome, RuleKind, Undecided
from sluicegate.openapi.direction import Direction
from sluicegate.text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.changes import Change
    from sluicegate.model import Context, Yield
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.operations import Description

_LONGEST = 600
"""How many characters of a witness are shown."""
_NAMED = 100
"""How many operations that use a component are listed in a finding: one that more use is known by its own name."""


def compared(context: Context, subject: str, base: Description, head: Description) -> Iterator[Yield]:
    """What the change rules find between two descriptions, and how much each looked at."""
    policy = policy_of(context.settings.deprecation_days.by_stability, context.now)
    parts = _parts(context)
    ways = [way for way in Direction if way.value in parts]
    # what was read for one part of the check need not be read for the next
    read = context.memo.setdefault(("contract", "read", id(base), id(head)), Read(base.library, head.library))
    several = both_ways(read, ways, main=base.document.path, main_at_head=head.document.path, policy=policy)
    users = context.memo.setdefault(("contract", "users", id(base), id(head)), Users(head, base))
    told = Told()
    first = (around(base, head, policy),) if REST in parts else ()
    for change in chain(*first, *(compare(base, head, values) for values in several)):
        if context.cancelled():
            break
        told.keep(replace(change, level=weighed(change, context.settings.profile)))
    doubtful: Undecided | None = None
    try:
        for change in untrusted(base, head) if REST in parts and INVALID_BASE in context.rules else ():
            told.keep(change)
    except GateError as error:
        doubtful = errored(error)
    levels = [change.level for change in told if change.level and change.rule != INVALID_BASE]
    for change in judged(base, head, levels) if len(parts) == len(COMPARED) else ():
        told.keep(change)
    theirs = context.settings.ids == "oasdiff"
    for change in hinted(told):
        if change.rule in context.rules:
            yield _finding(change, subject, head, base, users, theirs=theirs)
    if context.cancelled() or not parts:
        return
    general = [reason for values in several for reason in values.undecided.get("", {})]
    for rule in RULES:
        if rule.id not in context.rules or rule.kind is not RuleKind.CHANGE:
            continue
        if rule.unit == "document":
            why = doubtful if rule.id == INVALID_BASE else None
            yield Examination(rule=rule.id, subject=subject, examined=1, undecided=why)
            continue
        own = [reason for values in several for reason in values.undecided.get(rule.id, {})]
        reasons = list(dict.fromkeys([*own, *(general if rule.id in ON_VALUES else [])]))
        side = head if rule.name.endswith("-added") else base
        count = len(side.operations) + len(side.webhooks)
        yield Examination(
            rule=rule.id, subject=subject, examined=count, undecided=inconclusive(reasons) if reasons else
            None if count else Undecided(outcome=Outcome.NOT_APPLICABLE, reason=f"{subject} has no operations"),
        )  # fmt: skip


def _parts(context: Context) -> tuple[str, ...]:
    """What is asked; all of it at once where the version has to say how much that changes."""
    if VERSION in context.rules:
        return COMPARED if context.asks(REST) else ()
    return tuple(part for part in COMPARED if context.asks(part))


def _finding(
    change: Change, subject: str, head: Description, base: Description, users: Users, *, theirs: bool
) -> Finding:
    message, logical = change.message, change.logical  # never by the number of users: a suppression names it
    concerned = users.concerned(change)
    if used := used_by(concerned):
        message = f"{message} ({used})"
    if concerned or change.component:
        message = message[:1].upper() + message[1:]
    if theirs and (name := oasdiff_id(change)):
        message = f"{message} [{name}]"
    return Finding(
        rule=change.rule, level=change.level or BY_ID[change.rule].level, message=message, advice=change.advice,
        witness=_proof(change), tags=users.tags(change),
        concerns=concerned if len(concerned) <= _NAMED or not change.component else (),
        key=(subject, *change.key), location=_location(change.head, head, logical),
        base_location=_location(change.base, base, logical), fix=change.mend() if change.mend else None,
    )  # fmt: skip


def _proof(change: Change) -> str:
    if change.direction is None or change.difference is None:
        return ""
    if change.witness is not None:
        return shorten(proof(change.witness, change.direction), _LONGEST)
    sought = change.difference.wants and change.level is Level.ERROR and breaks(change.difference, change.direction)
    return "no witness within the bound" if sought else ""


def _location(node: Node | None, description: Description, logical: str) -> Location:
    if node is None:
        return Location(path=description.document.shown, logical=logical)
    line, column = node.line_column
    return Location(path=node.document.shown, line=line, column=column, logical=logical)

"""The check of the contract gate: finds the descriptions, and has the head judged and compared with the reference.

What judges and what compares is loaded when there is something to look at.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.errors import GateError, UnreadableError
from sluicegate.gates.contract.catalogue import BY_ID, RULES
from sluicegate.gates.contract.doubts import errored
from sluicegate.gates.contract.parts import COMPARED, DOCUMENT
from sluicegate.gates.contract.subjects import subjects
from sluicegate.model import Examination, Finding, Location, Outcome, Progress, RuleKind, Undecided
from sluicegate.openapi.reading import read_bytes
from sluicegate.revision.globs import is_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Context, Rule, Tree, Yield
    from sluicegate.openapi.operations import Description

_ELSEWHERE = re.compile(rb"""\$(?:ref|id|self)["']?\s*:\s*["']?(?!["'#\s])""")
"""A reference that may lead to another file."""
_OPENAPI = re.compile(rb"""(?m)(?:^|[{,\s])["']?(?:openapi|swagger)["']?\s*:""")
"""What every description says of itself."""
_STATES = tuple(rule for rule in RULES if rule.kind is RuleKind.STATE)
_CHANGES = tuple(rule for rule in RULES if rule.kind is RuleKind.CHANGE)
_REMOVED = "contract/document-removed"
_LARGE = 1_000_000
"""From how many bytes on a description that nobody touched is not read."""


def check(context: Context) -> Iterator[Yield]:
    """Judge every description that the settings name, or that is found under a conventional name."""
    trees = [tree for tree in (context.head, context.reference) if tree is not None]
    listed = subjects(context.settings, trees)
    if not listed:
        why = Undecided(
            outcome=Outcome.NOT_APPLICABLE,
            reason="no OpenAPI description found (openapi or swagger, with .yaml, .yml or .json)",
            hint="Name one in [contract] spec.",
        )
        yield from _undecided(context, "openapi.yaml", why, RULES)
    for done, subject in enumerate(listed):
        if context.cancelled():
            return
        yield Progress(what=subject, done=done, total=len(listed))
        yield from _subject(context, subject)


def _subject(context: Context, subject: str) -> Iterator[Yield]:
    reference = context.reference
    at_head = context.head.find(subject)
    if at_head is None:
        yield from _gone(context, subject)
        return
    # what stood at the base is asked for because something was found there: that has to be looked at
    if not context.past and reference is not None and _untouched(context.head, at_head, reference, subject):
        yield from _unchanged(context, subject)
        return
    try:
        head = _description(context, context.head, at_head)
    except GateError as error:
        yield from _undecided(context, subject, errored(error), RULES)
        return
    if context.asks(DOCUMENT) and _asked(context, _STATES):
        from sluicegate.gates.contract.state import state

        yield from state(context, head, subject)
    if reference is None:
        why = context.no_reference or "there is nothing to compare with"
        yield from _undecided(context, subject, Undecided(outcome=Outcome.NOT_TESTED, reason=why), _CHANGES)
        return
    at_base = reference.find(subject)
    if at_base is None:
        alone = len(context.settings.patterns) == 1 and subject in context.settings.patterns
        new = _new(context.head, at_head, reference, subject, alone=alone)
        yield from _undecided(context, subject, new, _CHANGES)
        return
    if not _asked(context, _CHANGES) or not any(context.asks(part) for part in COMPARED):
        return
    try:
        base = _description(context, reference, at_base)
    except GateError as error:
        unread = errored(error, f"what it is compared with cannot be read ({reference.name}): ")
        if not context.chosen and _there(reference, at_base):
            # what stood there before nobody can change any more, and this change may be what mends it
            unread = replace(unread, outcome=Outcome.NOT_TESTED)
        yield from _undecided(context, subject, unread, _CHANGES)
        return
    from sluicegate.gates.contract.comparison import compared

    yield from compared(context, subject, base, head)


def _new(head: Tree, at_head: str, reference: Tree, subject: str, *, alone: bool) -> Undecided:
    """What a description is that the base has not: new, or one that no base could have.

    A `base` in the settings that is a file holds for a description that they name `alone`.
    """
    if unkept := reference.unkept(subject) or head.unkept(at_head):
        how = (
            'name that file under [contract]: base = "FILE"'
            if alone
            else f"compare the two: `sluicegate contract diff FILE {shlex.quote(subject)}`"
        )
        return Undecided(
            outcome=Outcome.NOT_TESTED,
            reason=f"{subject} was compared with nothing: {unkept}",
            hint=f"Have the job fetch what it was, or make it from the base, and {how}. A submodule is compared by a "
            "run inside of it.",
        )
    return Undecided(outcome=Outcome.NOT_APPLICABLE, reason=f"{subject} is new in this change")


def _asked(context: Context, rules: tuple[Rule, ...]) -> bool:
    return any(rule.id in context.rules for rule in rules)


def _there(tree: Tree, path: str) -> bool:
    """Whether the text of a file can be had: then it is the text that cannot be read."""
    try:
        read_bytes(tree, path)
    except GateError:
        return False
    return True


def _untouched(head: Tree, at_head: str, reference: Tree, subject: str) -> bool:
    """Whether a large description is byte for byte what it was, and refers to no other file.

    Then it is not read: that takes seconds, and nothing in it can be new. A small one is read all the same, so that
    the reports say what is in it.
    """
    at_base = reference.find(subject)
    if at_base is None:
        return False
    try:
        text = read_bytes(head, at_head)
        large = len(text) >= _LARGE and text == read_bytes(reference, at_base)
        return large and bool(_OPENAPI.search(text)) and not _ELSEWHERE.search(text)
    except UnreadableError:
        return False


def _unchanged(context: Context, subject: str) -> Iterator[Yield]:
    """The whole document was compared, and nothing changed: there is nothing for the rules on its parts to look at."""
    why = Undecided(
        outcome=Outcome.NOT_APPLICABLE, reason=f"{subject} is byte for byte what it was, so that nothing in it is new"
    )
    for rule in RULES:
        if rule.id in context.rules:
            whole = rule.kind is RuleKind.CHANGE and rule.unit == "document"
            yield Examination(rule=rule.id, subject=subject, examined=int(whole), undecided=None if whole else why)


def _gone(context: Context, subject: str) -> Iterator[Yield]:
    reference = context.reference
    at_base = reference.find(subject) if reference else None
    if reference is None or at_base is None:
        reason = _missing(context.head, subject)
        hint = "Correct [contract] spec."
        if unkept := context.head.unkept(subject) or (reference.unkept(subject) if reference else ""):
            reason, hint = (
                f"{reason}: {unkept}",
                "It has to be made, or checked out, before the check; a commit hook sees only what git keeps.",
            )
        yield from _undecided(context, subject, Undecided(outcome=Outcome.ERRORED, reason=reason, hint=hint), RULES)
        return
    if _REMOVED in context.rules:
        yield Finding(
            rule=_REMOVED, level=BY_ID[_REMOVED].level, key=(subject,), message=f"{subject} was removed",
            location=Location(path=context.head.display(subject), logical=subject),
            base_location=Location(path=reference.display(at_base), line=1, column=1),
            advice="Bring it back, or take it off [contract] spec once no client uses the API.",
        )  # fmt: skip
        yield Examination(rule=_REMOVED, subject=subject, examined=1)
    why = f"{subject} was removed"
    rest = [rule for rule in RULES if rule.id != _REMOVED]
    yield from _undecided(context, subject, Undecided(outcome=Outcome.NOT_APPLICABLE, reason=why), rest)


def _missing(head: Tree, subject: str) -> str:
    """Why a subject that was named cannot be found, as the tree says it."""
    if is_pattern(subject):
        return f"no file matches {subject}"
    try:
        head.read(subject, 0)
    except UnreadableError as error:
        return error.message
    return f"{subject} does not exist"


def _undecided(context: Context, subject: str, why: Undecided, rules: Any) -> Iterator[Examination]:
    for rule in rules:
        if rule.id in context.rules:
            yield Examination(rule=rule.id, subject=subject, undecided=why)


class _Broken(Struct):
    error: UnreadableError


def _description(context: Context, tree: Tree, path: str) -> Description:
    """A description, parsed once per tree however often it is asked for. Raises UnreadableError."""
    from sluicegate.openapi.operations import describe
    from sluicegate.openapi.references import Library

    library = context.memo.setdefault(("contract", id(tree)), Library(tree=tree))
    key = ("contract", id(tree), tree.name, path)
    known = context.memo.get(key)
    if known is None:
        try:
            known = describe(library, path)
        except UnreadableError as error:
            known = _Broken(error)
        context.memo[key] = known
    if isinstance(known, _Broken):
        raise known.error
    return known

"""Looks for secrets in every file of a tree, in a commit hook in the files that are touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import GateError, UnreadableError
from sluicegate.gates.security.files import lacking, listed
from sluicegate.gates.security.saying import examined, finding, nothing, undecided, unread
from sluicegate.gates.security.secrets import HISTORY, KINDS, RULES, rule_of
from sluicegate.gates.security.secrets.hashing import hashed
from sluicegate.gates.security.secrets.past import searched
from sluicegate.gates.security.secrets.search import search_of
from sluicegate.model import Examination, Fact, Finding, Level, Location, Outcome, Progress, Undecided
from sluicegate.openapi.document import line_and_column

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.secrets.ruleset import Kind
    from sluicegate.model import Context, Yield

SUBJECT = "."
LARGEST = 32 << 20
"""Files of more bytes are not looked at, and told."""
_STEP = 64


def check(context: Context) -> Iterator[Yield]:
    """Tell each secret by its kind and its place; what it is nobody is told."""
    try:
        search = search_of(context)
    except GateError as error:
        yield from unread(context, RULES, SUBJECT, error)
        return
    detector = search.detector
    if not context.past:
        yield from search.given
        if search.held:
            yield Fact(name="kinds of secrets", value=f"as at the base, for the change alters {', '.join(search.held)}")
    paths = listed(context, ("**",))
    if not paths:
        yield from nothing(context, KINDS, SUBJECT, lacking(context, "file"))
    looked = 0
    known: set[tuple[str, str]] = set()
    for done, path in enumerate(paths):
        if context.cancelled():
            return
        if not done % _STEP:
            yield Progress(what=path, done=done, total=len(paths))
        try:
            text = context.head.read(path, LARGEST)
        except UnreadableError as error:
            why = Undecided(outcome=Outcome.NOT_TESTED, reason=error.message, hint=error.hint)
            yield from undecided(context, KINDS, path, why)
            continue
        looked += 1
        for kind in detector.names(path):
            yield _told(context, path, kind, Location(path=context.head.display(path)), "")
        for secret in detector.secrets(path, text):
            known.add((secret.kind.id, secret.text))
            line, column = line_and_column(text, secret.start)
            place = Location(path=context.head.display(path), line=line, column=column)
            yield _told(context, path, secret.kind, place, secret.text, sure=secret.sure)
    if looked:
        yield from examined(context, [rule for rule in KINDS if rule.id not in search.off], SUBJECT, looked)
        yield from (Examination(rule=rule.id, subject=SUBJECT, examined=looked) for rule in search.given)
        off = [rule for rule in KINDS if rule.id in search.off]
        yield from nothing(context, off, SUBJECT, f"{', '.join(context.settings.secret_rules)} takes it out")
    if HISTORY.id in context.rules:
        yield from searched(context, detector, known, LARGEST)


def _told(
    context: Context, path: str, kind: Kind, place: Location, secret: str, *, sure: bool | None = None
) -> Finding:
    rule = rule_of(kind)
    doubtful = sure is False and rule.level is Level.ERROR
    said = {True: ", and its checksum holds", False: ", though its checksum does not hold", None: ""}[sure]
    name = kind.description or kind.id
    return finding(
        rule, (path, kind.id, hashed(secret, context.settings.secret_key) if secret else ""), place,
        f"secret in the file: {name}{said}" if secret else f"file that holds secrets: {name}",
        advice="Revoke it first: whoever fetched the repository has it. Then take it out, and read it from the "
        "environment or a store for secrets.",
        level=Level.WARNING if doubtful else None,
    )  # fmt: skip

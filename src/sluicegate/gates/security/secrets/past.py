"""Looks for secrets in what commits have written and no file has any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.saying import examined, finding, nothing, undecided
from sluicegate.gates.security.secrets import HISTORY
from sluicegate.gates.security.secrets.hashing import hashed
from sluicegate.model import Location, Outcome, Undecided
from sluicegate.revision.globs import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.secrets.detector import Detector, Secret
    from sluicegate.model import Context, Log, Written, Yield

SUBJECT = "commits"
_SHORT = 12


def searched(context: Context, detector: Detector, known: set[tuple[str, str]], limit: int) -> Iterator[Yield]:
    """Tell each secret of the commits that is not one of those `known` by kind and text, once for each file."""
    settings = context.settings
    if settings.history == "none" or context.touched is not None:
        why = "no commit is there yet" if context.touched is not None else 'history = "none"'
        yield from nothing(context, (HISTORY,), SUBJECT, why)
        return
    if context.log is None:
        yield from nothing(context, (HISTORY,), SUBJECT, "there are no commits here")
        return
    if context.past and settings.history == "change":
        return
    known = set() if context.past else known  # what the change takes out of a file was in a commit before it too
    try:
        yield from _told(context, context.log, detector, known, limit)
    except GateError as error:
        why_not = Undecided(outcome=Outcome.NOT_TESTED, reason=error.message, hint=error.hint)
        yield from undecided(context, (HISTORY,), SUBJECT, why_not)


def _told(context: Context, log: Log, detector: Detector, known: set[tuple[str, str]], limit: int) -> Iterator[Yield]:
    looked, large, told = 0, 0, set()
    for written in log.written(whole=context.settings.history == "all", limit=limit):
        if context.cancelled():
            return
        if any(matches(each, written.path) for each in context.settings.exclude):
            continue
        if written.content is None:
            large += 1
            continue
        looked += 1
        for secret in detector.secrets(written.path, written.content):
            name = (written.path, secret.kind.id, secret.text)
            if (secret.kind.id, secret.text) not in known and name not in told:
                told.add(name)
                yield _finding(context, written, secret)
    if large:
        why = Undecided(
            outcome=Outcome.NOT_TESTED, reason=f"commits hold {large:,} contents of more than {limit:,} bytes"
        )
        yield from undecided(context, (HISTORY,), f"{SUBJECT}, large", why)
    if looked:
        yield from examined(context, (HISTORY,), SUBJECT, looked)
    else:
        yield from nothing(context, (HISTORY,), SUBJECT, "no commit of the change has written a file")


def _finding(context: Context, written: Written, secret: Secret) -> Yield:
    kind = secret.kind
    commit = written.commit[:_SHORT]
    return finding(
        HISTORY, (written.path, kind.id, hashed(secret.text, context.settings.secret_key)),
        Location(path=context.head.display(written.path), logical=f"commit {commit}"),
        f"secret in commit {commit}: {kind.description or kind.id}, in {written.path}, which no file has any more",
        advice="Revoke it: taking it out of the file took it out of no commit. Where nobody has fetched it yet, "
        "rewrite the commits before they are merged.",
    )  # fmt: skip

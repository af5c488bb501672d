"""Answers of services that were recorded: one JSON object a line, each with its question and the raw answer.

    {"query": "GET /repos/acme/shop/pulls?state=closed", "status": 200, "at": "2026-11-29T12:00:00Z", "body": "[...]"}

`body` is the answer as it came, as text, so that its hash can be made again. `scopes` names what a refused question
would have taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

from sluicegate.errors import GateError
from sluicegate.gates.compliance.evidence.disk import UnmatchedError, content, named
from sluicegate.gates.compliance.items import Answer, Recorded
from sluicegate.model import Context, Outcome, Undecided

LARGEST = 1 << 30
_CLOCKS = timedelta(minutes=5)
HINT = "record the answers: sluicegate compliance collect github --output evidence/github.jsonl"
HINT_AWS = "record the answers: sluicegate compliance collect aws --output evidence/aws.jsonl"


def read(context: Context, patterns: tuple[str, ...], days: float) -> Recorded:
    """The recorded answers; what is older than so many days, from the future, or cut, is none.

    A pattern that matches no file says that nothing was recorded here, as in the job of a pull request: that is not
    tested. A file that is named and not there is errored.
    """
    found = Recorded()
    for name, path in named(context.folder, patterns):
        try:
            if isinstance(path, GateError):
                raise path
            for answer in _answers(content(name, path, LARGEST), name):
                if why := _no_more(answer, context.now, days):
                    found.troubles.append((name, why))
                    break
                found.answers.append(answer)
        except UnmatchedError as error:
            hint = HINT_AWS if "aws" in name else HINT
            why = Undecided(outcome=Outcome.NOT_TESTED, reason=f"nothing is recorded: {error.message}", hint=hint)
            found.troubles.append((name, why))
        except GateError as error:
            found.troubles.append((name, _errored(error.message, error.hint)))
    return found


def _answers(text: bytes, shown: str) -> Iterator[Answer]:
    if text and not text.endswith(b"\n"):
        raise GateError(f"{shown} is cut: its last line has no end", "record it anew")
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            answer = msgspec.json.decode(line, type=Answer)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise GateError(f"{shown}:{number}: this is no recorded answer: {error}", "record it anew") from None
        if answer.at.tzinfo is None:
            raise GateError(f"{shown}:{number}: `at` has no zone", "write it as 2026-11-29T12:00:00Z")
        yield msgspec.structs.replace(answer, file=shown, line=number)


def _no_more(answer: Answer, now: datetime, days: float) -> Undecided | None:
    where = f"{answer.file}:{answer.line}"
    if answer.at - now > _CLOCKS:
        return _errored(f"{where}: the answer is from the future ({answer.at.isoformat()})", "look at the clocks")
    if now - answer.at > timedelta(days=days):
        age = (now - answer.at).days
        return Undecided(
            outcome=Outcome.NOT_TESTED,
            reason=f"{where}: the answer is {age} days old, and {days:g} are allowed",
            hint="record it anew, or raise [compliance] evidence-age",
        )
    return None


def _errored(reason: str, hint: str) -> Undecided:
    return Undecided(outcome=Outcome.ERRORED, reason=reason, hint=hint)

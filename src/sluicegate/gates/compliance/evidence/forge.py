"""What GitHub's API answered, as far as it was recorded: its lists joined over pages, its refusals told as such."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.gates.compliance.evidence.pages import Pages
from sluicegate.gates.compliance.evidence.recorded import HINT
from sluicegate.gates.compliance.items import Answer, Asking, digest_of
from sluicegate.masking import masked
from sluicegate.model import Outcome, Undecided
from sluicegate.text import one_line, shorten

_ABOUT = re.compile(r"GET (?:https?://[^/]+)?/repos/([^/?]+/[^/?]+)(/[^?]*)?(?:\?.*)?")
_LIMITED = (403, 429)
_MISSING = 404
FINE = range(200, 300)
Shape = TypeVar("Shape")


class Forge(Struct, frozen=True, kw_only=True):
    """The recorded answers about one repository, by the path below it that was asked for, the last of each question."""

    name: str
    answers: dict[str, dict[str, Answer]]

    def asked(self, path: str) -> list[Answer]:
        """The answers to questions about a path, whatever page and order they ask for."""
        return list(self.answers.get(path, {}).values())

    def one(self, path: str, shape: type[Shape]) -> Shape | None:
        """What an answer says, None where GitHub has no such thing.

        Raises LackError: refused, or never asked; GateError where the answer is of another shape.
        """
        found = self.asked(path)
        if not found:
            raise LackError(_unasked(path))
        answer = found[-1]
        if answer.status == _MISSING:
            return None
        _accepted(answer)
        return _shaped(answer, answer.said, shape)

    def all(self, path: str, shape: type[Shape]) -> list[Shape]:
        """The members of a list over all its pages.

        Raises LackError: a page was refused, or never asked; GateError where an answer is of another shape.
        """
        found = self.asked(path)
        if not found:
            raise LackError(_unasked(path))
        members: list[Shape] = []
        pages = Pages(path)
        for answer in found:
            _accepted(answer)
            said, told = answer.said, None
            if isinstance(said, dict):  # check runs come in an envelope, with how many there are
                told = said.get("total_count")
                said = said.get(path.rpartition("/")[2].replace("-", "_"))
            if not isinstance(said, list):
                raise GateError(f"{answer.file}:{answer.line}: {path} is to be a list", "record it anew")
            pages.take(answer.query, len(said), told)
            members += _shaped(answer, said, list[shape])  # type: ignore[valid-type]  # a type that is a value
        if lost := pages.lost():
            raise LackError(Undecided(outcome=Outcome.NOT_TESTED, reason=lost, hint=HINT))
        return members

    def newest(self, paths: Sequence[str]) -> datetime:
        """When the last answer to one of some questions came."""
        return max(each.at for path in paths for each in self.asked(path))

    def digest(self, starts: Sequence[str]) -> str:
        """The SHA-256 over the hashes of the raw answers to some questions, in the order of the questions."""
        return digest_of(sorted([each.query, each.sha256] for start in starts for each in self.asked(start)))

    def source(self, starts: Sequence[str]) -> str:
        """The files that keep those answers."""
        return ", ".join(dict.fromkeys(each.file for start in starts for each in self.asked(start)))


class LackError(Exception):
    """What was not asked, or refused: there is no answer, and that is not a fault of anybody's change."""

    def __init__(self, why: Undecided) -> None:
        super().__init__(why.reason)
        self.why = why


def time_of(text: Any) -> datetime:
    """A time as GitHub writes it. Raises GateError."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise GateError(f"GitHub's answer has {masked(str(text))[:40]!r} where a time is to be", "record it anew")
    return found


def forge(asking: Asking) -> Forge:
    """The repository that the recorded answers are about. Raises LackError, and GateError where there are several."""
    if asking.recorded.troubles:  # what is not whole shows nothing of the whole
        raise LackError(asking.recorded.troubles[0][1])
    if not asking.recorded.answers:
        raise LackError(Undecided(outcome=Outcome.NOT_TESTED, reason="no answer of GitHub is recorded", hint=HINT))
    found = about(asking.recorded.answers)
    names = sorted(found)
    wanted = asking.settings.repository
    if wanted:
        names = [name for name in names if name.lower() == wanted.lower()] or []
    if not names:
        told = f" about {wanted}" if wanted else ""
        raise LackError(
            Undecided(outcome=Outcome.NOT_TESTED, reason=f"no answer of GitHub{told} is recorded", hint=HINT)
        )
    if len(names) > 1:
        raise GateError(
            f"the recorded answers are about {len(names)} repositories: {', '.join(names[:3])}",
            'say which one is meant: [compliance] repository = "OWNER/NAME"',
        )
    return Forge(name=names[0], answers=found[names[0]])


def about(answers: Sequence[Answer]) -> dict[str, dict[str, dict[str, Answer]]]:
    """The answers by repository, path and question; the youngest to the same question counts, whatever file has it."""
    found: dict[str, dict[str, dict[str, Answer]]] = {}
    for answer in sorted(answers, key=lambda each: each.at):
        if about := _ABOUT.fullmatch(answer.query):
            found.setdefault(about[1], {}).setdefault(about[2] or "", {})[answer.query] = answer
    return found


def hidden(what: str) -> Undecided:
    """That GitHub knows of no such thing, which it also says of what a token may not see."""
    return Undecided(
        outcome=Outcome.NOT_TESTED,
        reason=f"GitHub says that there is no {what} (404), as it does of what the token may not see",
        hint="give the token the permissions to read it, and record the answers again",
    )


def _unasked(path: str) -> Undecided:
    return Undecided(outcome=Outcome.NOT_TESTED, reason=f"GitHub was not asked for {path}", hint=HINT)


def _shaped(answer: Answer, said: Any, shape: type[Shape]) -> Shape:
    """What an answer says, of the shape that is asked for. Raises GateError."""
    try:
        return msgspec.convert(said, shape)
    except msgspec.ValidationError as error:
        raise GateError(
            f"{answer.file}:{answer.line}: the answer to {shorten(one_line(answer.query), 80)} is not of GitHub's "
            f"shape: {error}",
            "record it anew, as it came",
        ) from None


def _accepted(answer: Answer) -> None:
    if answer.status in FINE:
        return
    if answer.status in _LIMITED and "rate limit" in answer.body.lower():
        why = f"GitHub answered {answer.query} with a rate limit"
        raise LackError(Undecided(outcome=Outcome.NOT_TESTED, reason=why, hint="record it later"))
    if answer.status == _MISSING:
        raise LackError(hidden(answer.query.removeprefix("GET ")))
    scopes = f": the token lacks {answer.scopes}" if answer.scopes else ""
    raise LackError(
        Undecided(
            outcome=Outcome.NOT_TESTED,
            reason=f"GitHub refused {answer.query} ({answer.status}){scopes}",
            hint="give the token that permission, and record the answers again",
        )
    )

"""How a rule of this part answers: with findings, and with what it could not decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.gates.security.saying import examined, undecided
from sluicegate.model import Examination, Finding, Outcome, Undecided
from sluicegate.text import plural, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sluicegate.errors import GateError
    from sluicegate.model import Context, Rule, Yield

_TOLD = 3


class Doubt(Struct, frozen=True, kw_only=True):
    """What a rule could not decide: the thing and why, in one piece of a sentence."""

    why: str


def judged(
    context: Context, rule: Rule, subject: str, count: int, answers: Iterable[Finding | Doubt],
    left: Undecided | None = None,
) -> Iterator[Yield]:  # fmt: skip
    """The findings of a rule in a file, and whether it could decide on it; `left`: why a part was not looked at."""
    doubts: list[str] = []
    for answer in answers:
        if isinstance(answer, Finding):
            yield answer
        else:
            doubts.append(answer.why)
    if left is not None:
        yield Examination(rule=rule.id, subject=subject, examined=count, undecided=left)
        return
    if not doubts:
        yield from examined(context, (rule,), subject, count)
        return
    told = list(dict.fromkeys(doubts))
    more = f"; and {plural(len(told) - _TOLD, 'thing')} more" if len(told) > _TOLD else ""
    many = f"{plural(len(told), 'thing')} of {plural(count, rule.unit)} cannot be decided: " if len(told) > 1 else ""
    reason = many + shorten("; ".join(told[:_TOLD]), 600) + more
    why = Undecided(
        outcome=Outcome.INCONCLUSIVE, reason=reason, hint="Judge what is filled in: a plan, a rendered file."
    )
    yield from undecided(context, (rule,), subject, why)


def untested(reason: str, hint: str) -> Undecided:
    """That something could have been looked at, and was not."""
    return Undecided(outcome=Outcome.NOT_TESTED, reason=reason, hint=hint)


def unread(errors: Sequence[GateError]) -> Undecided:
    """That something could not be read, for all the reasons there are."""
    more = f"; and {plural(len(errors) - _TOLD, 'place')} more" if len(errors) > _TOLD else ""
    reason = "; ".join(error.message for error in errors[:_TOLD]) + more
    return Undecided(outcome=Outcome.ERRORED, reason=reason, hint=errors[0].hint)

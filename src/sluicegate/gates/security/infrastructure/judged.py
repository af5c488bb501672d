"""How a rule of this part answers: with findings, and with what it could not decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.gates.security.saying import examined, undecided
from sluicegate.model import Finding, Outcome, Undecided
from sluicegate.text import plural, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sluicegate.model import Context, Rule, Yield

_TOLD = 3


class Doubt(Struct, frozen=True, kw_only=True):
    """What a rule could not decide: the thing and why, in one piece of a sentence."""

    why: str


def judged(
    context: Context, rule: Rule, subject: str, count: int, answers: Iterable[Finding | Doubt]
) -> Iterator[Yield]:
    """The findings of a rule in a file, and whether it could decide on all of it."""
    doubts: list[str] = []
    for answer in answers:
        if isinstance(answer, Finding):
            yield answer
        else:
            doubts.append(answer.why)
    if not doubts:
        yield from examined(context, (rule,), subject, count)
        return
    told = list(dict.fromkeys(doubts))
    more = f"; and {plural(len(told) - _TOLD, 'thing')} more" if len(told) > _TOLD else ""
    reason = shorten("; ".join(told[:_TOLD]), 600) + more
    why = Undecided(
        outcome=Outcome.INCONCLUSIVE, reason=reason, hint="Judge what is filled in: a plan, a rendered file."
    )
    yield from undecided(context, (rule,), subject, why)

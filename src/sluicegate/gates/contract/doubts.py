"""Why something was not decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.model import Outcome, Undecided
from sluicegate.text import plural

if TYPE_CHECKING:
    from sluicegate.errors import GateError

_TOLD = 20
"""How many places that could not be compared are named."""


def errored(error: GateError, before: str = "") -> Undecided:
    """What could not be looked at, and `before` its reason what that was."""
    return Undecided(outcome=Outcome.ERRORED, reason=before + error.message, hint=error.hint)


def inconclusive(reasons: list[str]) -> Undecided:
    """What was looked at in vain."""
    more = f" (and {plural(len(reasons) - _TOLD, 'more place')})" if len(reasons) > _TOLD else ""
    return Undecided(
        outcome=Outcome.INCONCLUSIVE, reason="; ".join(reasons[:_TOLD]) + more, hint="Compare these places by hand."
    )

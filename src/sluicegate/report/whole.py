"""Whether a Run is a verdict on all of the work, or looked at some of it alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import UserError
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from sluicegate.model import Run

_LONGEST = 200


def partial(run: Run) -> str:
    """What a Run is that did not look at all of the work; nothing where it is a verdict on the whole."""
    if run.part:
        return f"part {_named(run.part)} of a plan, and no verdict on its own"
    return f"the finding {_named(run.only)} alone, and no verdict on the whole" if run.only else ""


def refusal(run: Run) -> UserError | None:
    """Why a Run cannot be taken for the whole, and what to do; None where it can."""
    if run.part:
        return UserError(
            f"this is {partial(run)}",
            hint="join all parts first: sluicegate merge PLAN.json FOLDER --report json=run.json",
        )
    if run.only:
        return UserError(
            f"this Run was narrowed with --only: it is {partial(run)}",
            hint="check again without --only: sluicegate check --report json=run.json",
        )
    return None


def check_whole(run: Run) -> None:
    """Refuse a Run that is no verdict on the whole. Raises UserError."""
    if (error := refusal(run)) is not None:
        raise error


def _named(text: str) -> str:
    return shorten(one_line(text), _LONGEST)

"""The annotations of a check run: one budget over all gates, spent by rank, and what is beyond it told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluicegate.model import BaselineState
from sluicegate.report import view
from sluicegate.report.annotations import kind_of, said, trouble
from sluicegate.text import one_line, plural, shorten, visible

if TYPE_CHECKING:
    from sluicegate.model import Location, Run

PAGE = 50
"""GitHub takes so many in one request."""
BUDGET = 500
"""So many of one run: more than anybody reads, in ten requests."""
NOWHERE = ".github"
"""The path that GitHub itself gives an annotation without a file."""

_LEVELS = {"error": "failure", "warning": "warning", "notice": "notice"}
_TITLE = 255
_MESSAGE = 4_000
_PATH = 1_000
_LINES = 2**31 - 1


def annotations_of(run: Run, budget: int = BUDGET) -> tuple[list[dict[str, Any]], int]:
    """Those of a run, the most important first, and how many more there would be.

    First what could not be looked at, then what fails the change, then the rest of what counts: in the change, by
    level. Where something is beyond the budget, the last annotation says so.
    """
    items = [item for item in view.shown(run) if item.finding.counts and item.finding.state is not BaselineState.ABSENT]
    noted = [_note(kind, title, message) for kind, title, message in trouble(run)]
    over = len(noted) + len(items) - budget
    if over > 0:
        over += 1  # the notice takes a place itself
    room = budget - 1 if over > 0 else budget
    noted = noted[:room]
    for item in items[: room - len(noted)]:
        title, message = said(item)
        noted.append(_note(kind_of(item), title, message, item.finding.location))
    if over > 0:
        told = "The summary of this check has what fits there, and the report files of the job have all of them."
        noted.append(_note("notice", f"{plural(over, 'annotation')} more than are shown on the lines", told))
    return noted, max(over, 0)


def _note(kind: str, title: str, message: str, location: Location | None = None) -> dict[str, Any]:
    """One annotation on one line; GitHub takes columns only where it begins and ends on the same line."""
    line = location.line if location and location.path and location.line else 1
    line = line if 1 <= line <= _LINES else 1
    note: dict[str, Any] = {
        "path": shorten(one_line(location.path), _PATH) if location and location.path else NOWHERE,
        "start_line": line,
        "end_line": line,
        "annotation_level": _LEVELS[kind],
        "title": shorten(one_line(title), _TITLE) or "Sluicegate",
        "message": shorten(visible(message), _MESSAGE) or "(no message)",
    }
    if location and location.path and location.line == line and 1 <= (location.column or 0) <= _LINES:
        note |= {"start_column": location.column, "end_column": location.column}
    return note

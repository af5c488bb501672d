"""Commit statuses: one of the run, and where it is asked for one of each gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import Exit
from sluicegate.model import Outcome, examined_words
from sluicegate.publish import words
from sluicegate.report import view
from sluicegate.text import one_line, plural, shorten

if TYPE_CHECKING:
    from sluicegate.model import GateResult
    from sluicegate.publish.publication import Publication

DESCRIPTION = 140
"""GitHub refuses a longer description."""
CONTEXT = 255


def send(publication: Publication) -> str:
    """Set the statuses of the commit; the same again replaces them. Raises ApiError."""
    run = publication.run
    states = [(publication.name, words.state(run.outcome, run.exit_code), words.title(run, DESCRIPTION))]
    if publication.per_gate:
        states += [_of_gate(publication, gate) for gate in run.gates]
    for context, state, description in states:
        body = {"state": state, "context": shorten(context, CONTEXT), "description": description}
        if publication.subject.details:
            body["target_url"] = publication.subject.details
        publication.api.ask("POST", f"{publication.repository}/statuses/{publication.subject.sha}", body)
    more = f" and {plural(len(states) - 1, 'gate')}" if len(states) > 1 else ""
    return f"status {publication.name}{more}: {states[0][1]}"


def _of_gate(publication: Publication, gate: GateResult) -> tuple[str, str, str]:
    """A gate that is only observed is never red: it could not fail the run."""
    red = gate.outcome in (Outcome.FAILED, Outcome.ERRORED)
    observed = gate.observed and gate.outcome is Outcome.FAILED
    failing = sum(item.fails for item in view.shown(publication.run) if item.gate is gate)
    told = f"{gate.outcome.words}{' (observed only)' if observed else ''}"
    told += f": {plural(failing, 'finding')}" if failing else ""
    told += f", {view.why(gate)[0]}" if view.why(gate)[0] else f", examined {examined_words(gate.examined)}"
    return (
        f"{publication.name}/{one_line(gate.gate)}",
        words.state(gate.outcome, Exit.FAILED if red and not observed else Exit.PASSED),
        shorten(one_line(told), DESCRIPTION),
    )

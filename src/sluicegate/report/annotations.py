"""GitHub workflow commands: annotations on the lines of a pull request.

GitHub keeps 10 errors, 10 warnings and 10 notices of a step (50 of a job) and drops the rest without a word. So the
room is spent by rank, and what does not fit is told in an annotation of its own. Escaping follows @actions/core
`command.ts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.model import Level, Outcome
from sluicegate.report import view
from sluicegate.report.whole import partial
from sluicegate.text import one_line, plural, shorten, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.model import Location, Run
    from sluicegate.report.view import Shown

BUDGET = 10
"""So many annotations of each kind GitHub keeps of one step."""

_COMMANDS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "notice", Level.NONE: "notice"}
_OPENING = "warning"
_TITLE = 255
_MESSAGE = 4_000
_WITNESS = 200


def render(run: Run) -> str:
    """Lines of workflow commands; empty where there is nothing to say. A pass that let the change through is first."""
    items = view.shown(run)
    passes = "\n".join(view.let_through(run))
    opening = [command(_OPENING, passes, title="Let through by a pass")] if passes else []
    first: dict[str, list[str]] = {"error": [], "warning": [], "notice": []}
    first[_OPENING] += opening
    for kind, title, message in trouble(run):
        first[kind].append(command(kind, message, title=title))
    if part := partial(run):
        first["notice"].append(command("notice", f"This is {part}.", title="Not the whole"))
    if dirty := view.uncommitted(run):
        first["notice"].append(command("notice", f"The run was made {dirty}.", title="Not what the commit has"))
    wanted = {kind: len(lines) for kind, lines in first.items()}
    for item in items:
        if item.finding.counts:
            kind = kind_of(item)
            wanted[kind] += 1
            if wanted[kind] <= BUDGET:
                title, message = said(item)
                first[kind].append(command(kind, message, title=title, location=item.finding.location))
    fullest = next((kind for kind, count in wanted.items() if count > BUDGET), None)
    room = {kind: BUDGET - 1 if kind == fullest else BUDGET for kind in wanted}
    lost = {kind: max(count - room[kind], 0) for kind, count in wanted.items()}
    told = list(opening)
    for kind, lines in first.items():
        told += lines[len(opening) if kind == _OPENING else 0 : room[kind]]
        if kind == fullest:
            told.append(_more(kind, lost, [item for item in items if not item.finding.counts]))
    return "".join(f"{line}\n" for line in told)


def escape_data(text: str) -> str:
    """The message of a command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """The value of a property of a command."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def command(kind: str, message: str, *, title: str = "", location: Location | None = None) -> str:
    """One workflow command: `::error file=a.py,line=1,title=T::message`."""
    properties: dict[str, str] = {}
    if location and location.path:
        properties["file"] = one_line(location.path)
        if (location.line or 0) >= 1:
            properties["line"] = str(location.line)
            if (location.column or 0) >= 1:
                properties["col"] = str(location.column)
    if title:
        properties["title"] = shorten(one_line(title), _TITLE)
    told = ",".join(f"{name}={escape_property(value)}" for name, value in properties.items())
    return f"::{kind}{' ' if told else ''}{told}::{escape_data(shorten(visible(message), _MESSAGE))}"


def kind_of(item: Shown) -> str:
    """The level as `error`, `warning` or `notice`, but a gate that is only observed never shows an error."""
    kind = _COMMANDS[item.finding.level]
    return "warning" if kind == "error" and item.gate.observed else kind


def said(item: Shown) -> tuple[str, str]:
    """The title and the message of the annotation of a finding."""
    finding = item.finding
    again = finding.reproduce or item.gate.reproduce
    lines = [
        finding.message,
        f"Example: {shorten(one_line(finding.witness), _WITNESS)}" if finding.witness else "",
        f"Advice: {finding.advice}" if finding.advice else "",
        f"In the base: {view.place(finding.base_location)}" if finding.base_location else "",
        f"See it again: {again}" if again else "",
    ]
    title = finding.rule if finding.location.logical is None else f"{finding.rule}: {finding.location.logical}"
    observed = " (observed only)" if item.gate.observed else ""
    return title + observed, "\n".join(line for line in lines if line)


def trouble(run: Run) -> Iterator[tuple[str, str, str]]:
    """What could not be looked at, as kind, title and message: a gate or rule that errored is never silent."""
    if run.interrupted or (not run.gates and run.outcome is Outcome.ERRORED):
        yield "error", f"sluicegate: {view.word(run).lower()}", view.verdict(run)
    for gate in run.gates:
        kind = "warning" if gate.observed else "error"
        told = view.further_errors(gate)
        if gate.outcome is Outcome.ERRORED and (gate.reason or not told):
            reason = gate.reason or "no reason was given"
            yield kind, f"{gate.gate} errored", _with_hint(reason, gate.hint)
        for gap in told:
            rules = gap.rules[0] if len(gap.rules) == 1 else f"{gate.gate}: {plural(len(gap.rules), 'rule')}"
            yield kind, f"{rules} could not be checked", _with_hint(gap.reason, gap.hint)


def _with_hint(reason: str, hint: str) -> str:
    return f"{reason}\nNext step: {hint}" if hint else reason


def _more(kind: str, lost: dict[str, int], quiet: Sequence[Shown]) -> str:
    counts = [plural(count, name) for name, count in lost.items() if count]
    also = f" Beside them {view.tally(quiet)}." if quiet else ""
    return command(
        kind,
        f"{', '.join(counts)} more than GitHub shows for one step.{also} "
        "All of them are in the job summary, the log and the report files.",
        title=f"{plural(sum(lost.values()), 'finding')} more",
    )

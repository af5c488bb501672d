"""The report for a terminal and for a log: in ten seconds, why it is red; below that, what to do.

First what could not be looked at, then what fails the change, then the rest in few lines, and last the command that
shows it again. Foreign text is never markup, and no line of the output is a command to the runner that prints it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.model import BaselineState, Level, Outcome, examined_words
from sluicegate.report import view
from sluicegate.report.cells import wrap
from sluicegate.text import disarm, one_line, plural, shorten, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.model import Run
    from sluicegate.report.view import Shown

FAILING = 50
"""So many failing findings are shown in full."""
OTHERS = 10
"""So many errors and warnings that do not fail the change are shown."""
NOTES = 5
"""So many notes are shown, a line each."""

_GUTTER = 16
_NAMED = 3
_LONGEST = 2_000
_NARROWEST = 40
_BOLD, _DIM, _RED, _GREEN, _YELLOW, _CYAN, _ON_RED, _ON_MAGENTA = "1", "2", "31", "32", "33", "36", "37;41", "37;45"
"""The parameters of Select Graphic Rendition (ECMA-48, 8.3.117)."""
_COLOURS = {
    "passed": f"{_BOLD};{_GREEN}",
    "failed": f"{_BOLD};{_RED}",
    "errored": f"{_BOLD};{_ON_RED}",
    "let-through": f"{_BOLD};{_ON_MAGENTA}",
    "inconclusive": f"{_BOLD};{_YELLOW}",
    "not-tested": f"{_BOLD};{_YELLOW}",
    "not-applicable": _BOLD,
    "error": f"{_BOLD};{_RED}",
    "warning": f"{_BOLD};{_YELLOW}",
    "note": f"{_BOLD};{_CYAN}",
    "none": _BOLD,
}


def render(run: Run, *, width: int = 100, color: bool = False) -> str:
    """The report as text of at most `width` cells a line, places and commands apart: those are never broken."""
    writer = _Writer(max(width, _NARROWEST), color=color)
    writer.run(run)
    return disarm("".join(f"{line.rstrip()}\n" for line in writer.lines))


def _first(names: tuple[str, ...], noun: str) -> str:
    """The first few of some names, and how many more there are."""
    more = f" and {plural(len(names) - _NAMED, noun)} more" if len(names) > _NAMED else ""
    return ", ".join(one_line(name) for name in names[:_NAMED]) + more


class _Writer:
    """Writes the parts of the report, one under the other, with their labels in a gutter on the left."""

    def __init__(self, width: int, *, color: bool) -> None:
        self.width = width
        self.color = color
        self.lines: list[str] = []

    def run(self, run: Run) -> None:
        items = view.shown(run)
        self.verdict(run)
        self.trouble(run)
        failing = [item for item in items if item.fails]
        others = [item for item in items if not item.fails and item.finding.level.weight >= Level.WARNING.weight]
        notes = [item for item in items if not item.fails and item.finding.level.weight < Level.WARNING.weight]
        for number, item in enumerate(failing[:FAILING]):
            self.finding(item, again=number == 0)
        self.more(len(failing) - FAILING, "failing finding", failing[FAILING:])
        if others:
            self.heading(f"Not failing: {view.tally(others)}")
        for item in others[:OTHERS]:
            self.finding(item)
        self.more(len(others) - OTHERS, "finding", others[OTHERS:])
        if notes:
            self.heading(f"Notes: {view.tally(notes)}")
        for item in notes[:NOTES]:
            self.note(item)
        self.more(len(notes) - NOTES, "note", notes[NOTES:])
        self.undecided(run)
        self.footer(run, items)

    def row(self, label: str, text: str, style: str = "", *, colour: str = _DIM, whole: bool = False) -> None:
        """One label and its text; `whole` never breaks a line."""
        body = shorten(visible(text), _LONGEST)
        front = f"{self.styled(label.ljust(_GUTTER - 2), colour)}  "
        if whole:
            self.lines.append(front + body)
            return
        first, *rest = (self.styled(line.rstrip(), style) for line in wrap(body, self.width - _GUTTER))
        self.lines += [front + first, *(" " * _GUTTER + line for line in rest)]

    def heading(self, text: str) -> None:
        self.lines += [self.styled(line, _BOLD) for line in wrap(visible(text), self.width)]
        self.blank()

    def blank(self) -> None:
        self.lines.append("")

    def styled(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.color and style and text else text

    def verdict(self, run: Run) -> None:
        colour = _COLOURS[view.shade(run).value]
        alone = len(run.gates) <= 1
        self.row(
            view.word(run),
            view.verdict(run) + (f" · examined {view.examined(run)}" if alone else ""),
            _BOLD,
            colour=colour,
        )
        told = view.all_facts(run)
        self.row(
            "",
            f"{f'{told} · ' if told else ''}{view.compared(run)} · fails on {run.fail_on.value} · {run.seconds:.1f}s",
            _DIM,
        )
        for gate in () if alone else run.gates:
            told = f"{gate.outcome.words}{', observed only' if gate.observed else ''}"
            examined = one_line(examined_words(gate.examined))
            self.row("", f"{one_line(gate.gate)}: {told} · examined {examined} · {gate.seconds:.1f}s")
        self.blank()

    def trouble(self, run: Run) -> None:
        """What could not be looked at: the loudest part, above every finding."""
        for gate in run.gates:
            gaps = view.further_errors(gate)
            if gate.outcome is Outcome.ERRORED and (gate.reason or not gaps):
                reason = gate.reason or "no reason was given"
                self.row("ERRORED", f"{one_line(gate.gate)}: {reason}", _BOLD, colour=_COLOURS["errored"])
                if gate.hint:
                    self.row("next step", gate.hint)
                for line in gate.detail.splitlines():
                    self.row("", line, _DIM)
                self.blank()
            for gap in gaps:
                self.gap(gap)
                self.blank()

    def gap(self, gap: view.Gap) -> None:
        loud = gap.outcome is Outcome.ERRORED
        label = "ERRORED" if loud else gap.outcome.words
        self.row(label, gap.reason, _BOLD if loud else "", colour=_COLOURS[gap.outcome.value])
        told = [_first(gap.rules, "rule"), _first(gap.subjects, "subject")]
        self.row("", " · ".join(filter(None, told)), _DIM)
        if gap.hint:
            self.row("next step", gap.hint)

    def finding(self, item: Shown, *, again: bool = False) -> None:
        finding = item.finding
        colour = _COLOURS[finding.level.value] if item.fails or finding.counts else _DIM
        self.row(finding.level.value, finding.message, _BOLD, colour=colour)
        for answer in view.answers(item, again=again):
            self.row(answer.label, answer.text, whole=answer.kind in ("place", "command"))
        state = "" if item.fails and finding.state is BaselineState.NEW else f" · {item.standing}"
        self.row("rule", f"{one_line(finding.rule)} · {finding.fingerprint[: view.SHORT]}{state}", _DIM)
        self.blank()

    def note(self, item: Shown) -> None:
        finding = item.finding
        self.row(finding.level.value, f"{view.place(finding.location)}: {shorten(one_line(finding.message), 200)}")
        told = view.suppressed_words(finding)
        state = f"{item.standing}{f': {told}' if told else ''}"
        self.row("", f"{one_line(finding.rule)} · {finding.fingerprint[: view.SHORT]} · {state}", _DIM)
        self.blank()

    def more(self, count: int, noun: str, rest: Sequence[Shown]) -> None:
        """Says what is not shown, the rules with most of it, and where it is."""
        if count <= 0:
            return
        rules: dict[str, int] = {}
        for item in rest:
            rules[item.finding.rule] = rules.get(item.finding.rule, 0) + 1
        most = sorted(rules, key=lambda rule: (-rules[rule], rule))[:3]
        told = ", ".join(f"{one_line(rule)} ({rules[rule]:,})" for rule in most)
        self.row("", f"and {plural(count, noun)} more, mostly of {told}: --report json=run.json has them all", _BOLD)
        self.blank()

    def undecided(self, run: Run) -> None:
        for gate in run.gates:
            shown = False
            gaps = [gap for gap in view.gaps(gate) if gap.outcome is not Outcome.ERRORED]
            if gate.reason and gate.outcome is not Outcome.ERRORED:
                self.row(gate.outcome.words, f"{gate.gate}: {gate.reason}", colour=_COLOURS[gate.outcome.value])
                if gate.hint:
                    self.row("next step", gate.hint)
                gaps = [gap for gap in gaps if gap.reason != one_line(gate.reason)]
                shown = True
            for gap in gaps:
                self.gap(gap)
                shown = True
            if shown:
                self.blank()

    def footer(self, run: Run, items: Sequence[Shown]) -> None:
        if passed := view.passed(run):
            self.row("passed", plural(passed, "rule"), colour=_GREEN)
        # a rule that came with the results of another tool has no page here
        foreign = {rule.id for rule in run.rules if "external" in rule.tags and rule.id.count("/") > 1}
        explained = next((item.finding.rule for item in items if item.finding.rule not in foreign), "")
        if explained:
            self.row("explain", f"sluicegate explain {one_line(explained)}", whole=True)
        for command in view.reproduce(run):
            self.row("see it again", command, whole=True)

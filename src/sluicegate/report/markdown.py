"""GitHub job summary in Markdown: the verdict, the gates, the findings, and how to see them again.

GitHub drops a summary above 1 MiB whole, so the text is kept below a limit in UTF-8 bytes, and a cut is said where it
is made. Text that is not ours is inert: no HTML, no link, no mention, no issue reference, no table cell of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from sluicegate.markup import code, inert, prose
from sluicegate.model import Level, Outcome, examined_words
from sluicegate.report import view
from sluicegate.text import disarm, plural, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.model import GateResult, Run
    from sluicegate.report.view import Shown

LIMIT = 1_000_000
LEAST = 32_768
"""A limit below this could not hold the verdict and the notices."""

_RESERVE = 400
_NAMED = 5
_SIGNS = {Outcome.PASSED: "✅", Outcome.FAILED: "❌", Outcome.ERRORED: "⛔"}
_LEVELS = {Level.ERROR: "🔴", Level.WARNING: "🟠", Level.NOTE: "🔵", Level.NONE: "⚪"}
_LABELS = {"at": "Where"}
_SET: dict[str, Callable[[str], str]] = {
    "text": inert,
    "prose": prose,
    "code": lambda text: code(text, 1_000),
    "place": code,
    "command": lambda text: code(text, 1_000),
}
_ELSEWHERE = "they are in the report files (`--report json=run.json`)"


def render(run: Run, *, limit: int = LIMIT) -> str:
    """The summary, smaller than `limit` bytes. Raises ValueError for a limit below `LEAST`."""
    if limit < LEAST:
        raise ValueError(f"a summary needs a limit of at least {LEAST:,} bytes")
    items = view.shown(run)
    failing = [item for item in items if item.fails]
    others = [item for item in items if not item.fails]
    head, tail = _head(run), _tail(run)
    page = _Page(limit - len((head + tail).encode()) - 1)
    page.section(
        "| Gate | Outcome | Examined | Failing | Other findings | Time |\n|---|---|---|---:|---:|---:|\n",
        [_row(gate, items) for gate in run.gates],
        "\n",
        lambda count: f"\n{plural(count, 'gate')} more did not fit; {_ELSEWHERE}.\n",
    )
    page.section("### Could not look\n\n", _trouble(run), "\n", _missing("reason"))
    page.section(
        f"### {plural(len(failing), 'finding')} {'fails' if len(failing) == 1 else 'fail'} the change\n\n",
        (_entry(item, again=number == 0) for number, item in enumerate(failing)),
        "\n",
        _missing("failing finding", len(failing)),
        count=len(failing),
    )
    page.section("### Not decided\n\n", _undecided(run), "\n", _missing("reason"))
    page.section(
        f"<details><summary>{plural(len(others), 'finding')} that {'does' if len(others) == 1 else 'do'} not fail the "
        f"change: {view.tally(others)}</summary>\n\n",
        (_entry(item) for item in others),
        "\n</details>\n\n",
        _missing("finding", len(others)),
        count=len(others),
    )
    return head + page.text() + tail


class _Page:
    """Sections put one after the other until the room, in bytes, is used up."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.parts: list[str] = []

    def section(
        self, start: str, blocks: Iterable[str], end: str, more: Callable[[int], str], count: int | None = None
    ) -> None:
        """Add the blocks that fit and say how many do not; nothing at all where there is no block."""
        blocks = list(blocks) if count is None else blocks
        count = len(blocks) if isinstance(blocks, list) else count or 0
        if not count:
            return
        self.room -= len((start + end).encode()) + _RESERVE
        self.parts.append(start)
        for taken, block in enumerate(blocks):
            size = len(block.encode())
            # The later sections need room for their own notices.
            if size > self.room - 4 * _RESERVE:
                self.parts.append(more(count - taken))
                break
            self.room -= size
            self.parts.append(block)
        self.parts.append(end)

    def text(self) -> str:
        return "".join(self.parts)


def _missing(noun: str, total: int | None = None) -> Callable[[int], str]:
    of = f" of {total:,}" if total else ""
    return lambda count: f"\n**{plural(count, noun)}{of} did not fit here; {_ELSEWHERE}.**\n"


def _head(run: Run) -> str:
    sign = _SIGNS.get(view.shade(run), "⚠️")
    lines = [
        f"## {sign} Sluicegate: {view.word(run)}",
        "",
        f"**{inert(view.verdict(run), 300)}** (exit {run.exit_code}). Examined {inert(view.examined(run), 500)}.",
        "",
        *(f"> **{inert(told, 1_000)}**\n" for told in view.let_through(run)),
        f"{inert(view.compared(run), 300)}. Fails on {run.fail_on.value}.{_concluded(run)}",
        "",
        "",
    ]
    return "\n".join(lines)


def _concluded(run: Run) -> str:
    told = view.all_facts(run)
    return f" {inert(told[:1].upper() + told[1:], 300)}." if told else ""


def _tail(run: Run) -> str:
    return _passed(run) + _again(view.reproduce(run))


def _passed(run: Run) -> str:
    """How many rules passed: a gate may have hundreds, and the report files name each."""
    passed = view.passed(run)
    return f"{plural(passed, 'rule')} passed.\n\n" if passed else ""


def _again(commands: list[str]) -> str:
    if not commands:
        return ""
    # Nothing can be spelt another way in a fence, so that a command to the runner gets the backslash of the terminal's.
    told = disarm("\n".join(shorten(command, 1_000) for command in commands[:_NAMED]))
    fence = "`" * max(3, 1 + max((len(ticks) for ticks in re.findall("`+", told)), default=0))
    over = len(commands) - _NAMED
    more = f"\n{plural(over, 'command')} more: see the gates in the report files.\n" if over > 0 else ""
    return f"### See it again\n\n{fence}sh\n{told}\n{fence}\n{more}"


def _row(gate: GateResult, items: Sequence[Shown]) -> str:
    own = [item for item in items if item.gate is gate]
    failing = sum(item.fails for item in own)
    sign = _SIGNS.get(gate.outcome, "⚠️" if gate.outcome is not Outcome.NOT_APPLICABLE else "")
    outcome = f"{sign} {gate.outcome.words}{' (observed only)' if gate.observed else ''}".strip()
    cells = (
        inert(gate.title or gate.gate, 100),
        outcome,
        inert(examined_words(gate.examined), 300),
        f"{failing:,}",
        f"{len(own) - failing:,}",
        f"{gate.seconds:.1f} s",
    )
    return f"| {' | '.join(cells)} |\n"


def _trouble(run: Run) -> list[str]:
    """What errored, gate by gate, with the next step."""
    lines = []
    for gate in run.gates:
        gaps = view.further_errors(gate)
        if gate.outcome is Outcome.ERRORED and (gate.reason or not gaps):
            lines.append(_told(f"**{inert(gate.gate, 100)}**", gate.reason or "no reason was given", gate.hint))
        lines += [_told(_names(gap), gap.reason, gap.hint) for gap in gaps]
    return lines


def _undecided(run: Run) -> list[str]:
    lines = []
    for gate in run.gates:
        if gate.reason and gate.outcome is not Outcome.ERRORED:
            lines.append(_told(f"**{inert(gate.gate, 100)}** {gate.outcome.words}", gate.reason, gate.hint))
        lines += [
            _told(f"{gap.outcome.words}: {_names(gap)}", gap.reason, gap.hint)
            for gap in view.gaps(gate)
            if gap.outcome is not Outcome.ERRORED
        ]
    return lines


def _names(gap: view.Gap) -> str:
    """The first rules and subjects of a gap."""
    rules, subjects = _first(gap.rules, "rule"), _first(gap.subjects, "subject")
    return f"{rules} ({subjects})" if subjects else rules


def _first(names: tuple[str, ...], noun: str) -> str:
    more = f" and {plural(len(names) - _NAMED, noun)} more" if len(names) > _NAMED else ""
    return ", ".join(code(name, 200) for name in names[:_NAMED]) + more


def _told(who: str, reason: str, hint: str) -> str:
    return f"- {who}: {inert(reason)}{f'<br>Next step: {inert(hint)}' if hint else ''}\n"


def _entry(item: Shown, *, again: bool = False) -> str:
    """One finding as an item of a list."""
    finding = item.finding
    told = [
        f"{_LABELS.get(answer.label, answer.label.capitalize())}: {_SET[answer.kind](answer.text)}"
        for answer in view.answers(item, again=again)
    ]
    lines = [
        f"- {_LEVELS[finding.level]} **{finding.level.value}** {prose(finding.message)}",
        *told,
        f"<sub>{code(finding.rule)} {finding.fingerprint[: view.SHORT]}, {item.standing}</sub>",
    ]
    return "<br>".join(line for line in lines if line) + "\n"

"""`sluicegate performance compare`: two sets of results held against each other."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sluicegate.cli.options import Looking, configured, loaded, struck
from sluicegate.cli.performance.opening import say
from sluicegate.errors import Exit
from sluicegate.gates.performance.catalogue import GONE
from sluicegate.gates.performance.found import Measured, is_pattern, measured
from sluicegate.gates.performance.numeric import required
from sluicegate.gates.performance.settings import Settings
from sluicegate.gates.performance.verdicts import Call, percent
from sluicegate.gates.performance.wording import shown
from sluicegate.model import Level
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.gates.performance.verdicts import Bar, Verdict

_HEAD = ("benchmark", "before", "after", "change", "90 % confidence", "detectable", "")
_WORST_FIRST = (Call.REGRESSED, Call.INCONCLUSIVE, Call.UNCHANGED, Call.IMPROVED)
_WIDEST = 60


@click.command(cls=Looking)
@click.argument("before")
@click.argument("after")
@configured
def compare(before: str, after: str, config: Path | None, sets: tuple[str, ...]) -> int:
    """Compare two sets of results, each a file or a pattern, in any format that is known, worst benchmark first.

    What is let pass is as the settings say. Both sides were measured apart from each other, so that what the machine
    did in between counts as a change: this advises, and fails nothing unless `apart = "block"` says so. What can be
    trusted further is measured in turns: [performance.bench].

    \b
    Example:
      sluicegate performance compare 'before/*.json' 'after/*.json'

    Exit codes as those of `check`: 0, 1 where a benchmark is worse and that fails, 3 where something cannot be read.
    """
    settings, _ = loaded(config, sets)
    own = settings.sections.get("performance")
    with struck(settings.secrets):
        base, head = _side(before), _side(after)
        return _compared(own if isinstance(own, Settings) else Settings(), base, head, Level(settings.settings.fail_on))


def _compared(settings: Settings, base: Measured, head: Measured, fail_on: Level) -> int:
    required()
    from sluicegate.gates.performance.change import paired, weight
    from sluicegate.gates.performance.verdicts.pair import compare as verdicts_on

    found = paired(settings, base, head)
    verdicts = verdicts_on(found.pairs, found.bars)
    judged = sorted(
        zip(verdicts, found.bars, strict=True), key=lambda one: (_WORST_FIRST.index(one[0].call), -one[0].factor)
    )
    for line in _table(judged):
        say(line)
    levels = [weight(settings, one, bar) for one, bar in judged if one.call is Call.REGRESSED]
    for verdict, _ in judged:
        if verdict.why:
            say(f"inconclusive: {verdict.name}: {verdict.why}")
    for key in sorted(base.readings.keys() - head.readings.keys()):
        say(f"removed: {base.readings[key].name} is not measured any more")
        levels.append(GONE.level)
    for key in sorted(head.readings.keys() - base.readings.keys()):
        say(f"new: {head.readings[key].name} was not measured before")
    errors = [*found.unlike.values(), *_unusable("before: ", base), *_unusable("after: ", head)]
    for why in errors:
        say(f"error: {why}")
    if judged:
        say(f"Both sides were measured apart from each other; {_MEANT[settings.apart]}")
    if errors or not judged:
        if not errors:
            say("error: no benchmark is in both, so that nothing was compared")
        return Exit.ERRORED
    return Exit.FAILED if any(level.reaches(fail_on) for level in levels) else Exit.PASSED


_MEANT = {"advise": "what the machine did in between counts as a change, so this is advice.", "block": "it may fail."}


def _side(said: str) -> Measured:
    """What a file or a pattern names, wherever it lies."""
    path = Path(said)
    parts = path.parts
    first = next((at for at, part in enumerate(parts) if is_pattern(part)), len(parts) - 1)
    return measured(str(Path(*parts[:first])), [Path(*parts[first:]).as_posix()])


def _unusable(which: str, side: Measured) -> list[str]:
    refused = [f"{which}{path}: {one.benchmark}: {one.why}" for path, one in side.refused]
    return [*(f"{which}{error.message}" for _, error in side.errors), *refused]


def _table(judged: Sequence[tuple[Verdict, Bar]]) -> list[str]:
    rows = [_HEAD, *(_row(verdict) for verdict, _ in judged)] if judged else []
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))] if rows else []
    return [
        "  ".join(text.ljust(width) if not at else text.rjust(width) for at, (text, width) in enumerate(cells)).rstrip()
        for row in rows
        for cells in (list(zip(row, widths, strict=True)),)
    ]


def _row(verdict: Verdict) -> tuple[str, ...]:
    name = shorten(one_line(verdict.name), _WIDEST)
    values = [shown(one, verdict.unit) if one is not None else "" for one in (verdict.before, verdict.after)]
    if not verdict.p < 1 and math.isinf(verdict.high):
        return (name, *values, "", "", "", verdict.call.value)
    seen = "" if math.isinf(verdict.detectable) else percent(verdict.detectable)
    interval = f"{percent(verdict.low)} to {percent(verdict.high)}"
    return (name, *values, percent(verdict.factor), interval, seen, verdict.call.value)

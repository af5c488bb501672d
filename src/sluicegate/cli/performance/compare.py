"""`sluicegate performance compare`: two sets of results held against each other."""

from __future__ import annotations

import math
import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import structs

from sluicegate.cli.options import Looking, configured, loaded, reporting, struck
from sluicegate.cli.output import deliver, destinations
from sluicegate.cli.performance.opening import say
from sluicegate.errors import Exit, UserError
from sluicegate.gates.performance import GATE
from sluicegate.gates.performance.catalogue import GONE, REGRESSED
from sluicegate.gates.performance.found import Measured, measured, without
from sluicegate.gates.performance.numeric import required
from sluicegate.gates.performance.settings import Bench, Confirm, Settings
from sluicegate.gates.performance.verdicts import Call, percent
from sluicegate.gates.performance.wording import listed, of_nothing, shown
from sluicegate.model import Level
from sluicegate.revision.globs import is_pattern
from sluicegate.text import as_argument, one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.config import Loaded
    from sluicegate.gates.performance.reading import Refused
    from sluicegate.gates.performance.verdicts import Bar, Verdict

_HEAD = ("benchmark", "before", "after", "change", "90 % confidence", "detectable", "")
_WORST_FIRST = (Call.REGRESSED, Call.INCONCLUSIVE, Call.UNCHANGED, Call.IMPROVED)
_WIDEST = 60


@click.command(cls=Looking)
@click.argument("before")
@click.argument("after")
@configured
@reporting
def compare(
    before: str, after: str, config: Path | None, sets: tuple[str, ...], reports: tuple[str, ...], fail_on: str | None
) -> int:  # fmt: skip
    """Compare two sets of results, each a file or a pattern, in any format that is known, worst benchmark first.

    What is let pass is as the settings say. Both sides were measured apart from each other, so that what the machine
    did in between counts as a change: this advises, and fails nothing unless `apart = "block"` says so. What can be
    trusted further is measured in turns: [performance.bench].

    With --report it is a run of the gate instead, in the form of any report of `check`; both sets then have to lie in
    the folder of the settings.

    \b
    Example:
      sluicegate performance compare 'before/*.json' 'after/*.json'
      sluicegate performance compare before.json after.json --report junit=compared.xml

    Exit codes as those of `check`: 0, 1 where a benchmark is worse and that fails, 3 where something cannot be read.
    """
    found, _ = loaded(config, sets)
    section = found.sections.get(GATE.id)
    own = section if isinstance(section, Settings) else Settings()
    with struck(found.secrets):
        if reports:
            more = tuple(one for each in sets for one in ("--set", each))
            more += ("--config", config.as_posix()) if config else ()
            more += ("--fail-on", fail_on) if fail_on else ()
            return _reported(found, own, (before, after), more, reports, Level(fail_on) if fail_on else None)
        base, head = (without(_side(each), own) for each in (before, after))
        return _compared(own, base, head, Level(fail_on or found.settings.fail_on))


def _reported(
    found: Loaded, own: Settings, names: tuple[str, str], more: tuple[str, ...], reports: tuple[str, ...],
    fail_on: Level | None,
) -> int:  # fmt: skip
    """The same as a run of the gate: what it says of two sets of results."""
    from sluicegate.cli.progress import watching
    from sluicegate.engine import plan_files, policy_of, run

    root = found.source.root
    before, after = (_inside(root, each) for each in names)
    wanted = destinations(reports, never=[root / each for each in (before, after) if not is_pattern(each)])
    settings = structs.replace(own, results=(after,), base_results=(before,), bench=Bench(), confirm=Confirm())
    gate = structs.replace(GATE, rules=(REGRESSED, GONE))
    again = shlex.join(["sluicegate", GATE.id, "compare", *map(as_argument, names), *more])
    plan = plan_files(gate, found, settings, root, (before, after), again)
    with watching(wanted) as listener:
        result = run(plan, structs.replace(policy_of(found, fail_on), judges_suppressions=False), listener)
    deliver(result, wanted)
    return result.exit_code


def _inside(root: Path, said: str) -> str:
    """What a file or a pattern is called from a folder. Raises UserError: it lies elsewhere."""
    name = Path(os.path.relpath(said, root)).as_posix()
    if name.startswith("../"):
        raise UserError(
            f"{said} lies outside of {root}, where a report finds nothing", hint="run it where both sets of results lie"
        )
    return name


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
    for line in _open([verdict for verdict, _ in judged if verdict.why]):
        say(f"inconclusive: {line}")
    for which, side in (("before: ", base), ("after: ", head)):
        for path, one in side.refused:
            if one.metric:  # of what was measured, a metric may have no value that can be judged
                say(f"inconclusive: {_refused(which, path, one)}")
    for key in head.lacking(base):
        say(f"removed: {base.readings[key].name} is not measured any more")
        levels.append(GONE.level)
    for key in base.lacking(head):
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


def _open(verdicts: Sequence[Verdict]) -> list[str]:
    """Why some could not be called: those for the same reason in one line, the first of them by name."""
    alike: dict[str, list[str]] = {}
    for verdict in verdicts:
        alike.setdefault(verdict.why, []).append(verdict.name)
    return [f"{listed(names)}: {why}" for why, names in alike.items()]


def _side(said: str) -> Measured:
    """What a file or a pattern names, wherever it lies."""
    path = Path(said)
    parts = path.parts
    first = next((at for at, part in enumerate(parts) if is_pattern(part)), len(parts) - 1)
    return measured(str(Path(*parts[:first])), [Path(*parts[first:]).as_posix()])


def _unusable(which: str, side: Measured) -> list[str]:
    failed = [_refused(which, path, one) for path, one in side.refused if not one.metric]
    return [*(f"{which}{error.message}" for _, error in side.errors), *failed]


def _refused(which: str, path: str, one: Refused) -> str:
    return f"{which}{path}: {one.name}: {one.why}"


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
    if of_nothing(verdict):
        return (name, *values, "to 0" if verdict.before else "from 0", "", "", verdict.call.value)
    seen = "" if math.isinf(verdict.detectable) else percent(verdict.detectable)
    interval = f"{percent(verdict.low)} to {percent(verdict.high)}"
    return (name, *values, percent(verdict.factor), interval, seen, verdict.call.value)

"""What the gate says of both sides measured in turns, or of one of them where the other cannot be measured."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sluicegate.errors import GateError, UnreadableError
from sluicegate.gates.performance.bench.measuring import Judged, SideError, Taken, alone, in_turns
from sluicegate.gates.performance.bench.taking import Side, build, take
from sluicegate.gates.performance.catalogue import GONE, LIMIT, REGRESSED
from sluicegate.gates.performance.change import lone, told
from sluicegate.gates.performance.found import Measured
from sluicegate.model import Examination, Fact, Outcome, Progress, Undecided
from sluicegate.text import plural
from sluicegate.tools.ending import passing

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from sluicegate.gates.performance.settings import Settings
    from sluicegate.model import Context, Rule, Yield

_FILES = ("sluicegate.toml", "pyproject.toml")
_LARGEST = 1 << 20


class Outcomes(Struct):
    """What became of it: what was measured of each side, what was judged, and why a side could not be measured."""

    base: Measured = field(default_factory=Measured)
    head: Measured = field(default_factory=Measured)
    judged: Judged | None = None
    failed: dict[str, GateError] = field(default_factory=dict)
    seed: int = 0
    runs: int = 0


def judged(context: Context) -> Generator[Yield, None, Outcomes]:
    """Measure both sides, and say what came of it. Raises CancelledRunError."""
    found = yield from _measured(context)
    if why := found.failed.get("head"):
        both = "; the base fails too" if "base" in found.failed else ""
        yield from _undecided(context, (REGRESSED, GONE, LIMIT), Outcome.ERRORED, f"{why.message}{both}", why.hint)
        return found
    if "base" in found.failed or found.judged is None:
        reason, hint = _nothing_before(context, found.failed.get("base"))
        yield from _undecided(context, (REGRESSED, GONE), Outcome.NOT_TESTED, reason, hint)
        yield from _refused(context, found.head, "", (LIMIT,))
        return found
    yield from _refused(context, found.head, "", (REGRESSED, LIMIT))
    yield from _refused(context, found.base, "the base: ", (REGRESSED,))
    for name, why_not in found.judged.unlike.items():
        why_so = Undecided(outcome=Outcome.ERRORED, reason=why_not, hint="give the benchmark another name")
        yield Examination(rule=REGRESSED.id, subject=name, undecided=why_so)
    yield from told(context, found.judged.verdicts, found.judged.bars, found.head)
    yield from lone(context, found.base, found.head)
    ended = f"; {found.judged.ended}" if found.judged.ended else ""
    yield Fact(name="turns", value=f"{plural(found.runs, 'run')}, drawn by lot from the seed {found.seed}{ended}")
    return found


def _measured(context: Context) -> Generator[Progress, None, Outcomes]:
    settings, bench = context.settings, context.settings.bench
    found, taken = Outcomes(seed=secrets.randbits(32)), Taken()
    with passing("sluicegate-bench-") as folder:
        sides: dict[str, Side] = {}
        trees = {"base": context.reference, "head": context.head}
        for name, tree in trees.items():
            if tree is None:
                continue
            yield Progress(what=f"laying out and building the {name}")
            try:
                # names of one length: that of a path can change what a program does with its memory
                (folder / name).mkdir()
                sides[name] = Side(name=name, folder=Path(tree.lay_out(str(folder / name))))
                build(bench, sides[name], context.cancelled)
                for number in range(bench.warm_up):
                    yield Progress(what=f"warming up the {name}", done=number, total=bench.warm_up)
                    take(bench, sides[name], f"warm-up {number + 1}", context.cancelled)
            except GateError as error:
                found.failed[name] = error
        try:
            if not found.failed and "base" in sides:
                found.judged = yield from in_turns(
                    settings, sides["base"], sides["head"], taken, found.seed, context.cancelled
                )
            elif "head" not in found.failed and _has_limits(settings):
                yield from alone(settings, sides["head"], taken, context.cancelled)
        except SideError as error:
            found.failed[error.side] = error.why
    file, line = _place(context)
    found.base, found.head = (taken.measured(side, file, line) for side in ("base", "head"))
    found.runs = sum(taken.counts.values())
    return found


def _has_limits(settings: Settings) -> bool:
    return any(limit.warn_at or limit.fail_at for limit in settings.limit)


def _nothing_before(context: Context, error: GateError | None) -> tuple[str, str]:
    if error:
        return f"the base cannot be measured, so that there is nothing to compare with: {error.message}", error.hint
    why = f": {context.no_reference}" if context.no_reference else ""
    return f"there is no base to measure{why}", "run it on a change, or name what to compare with: --base"


def _undecided(
    context: Context, rules: Sequence[Rule], outcome: Outcome, reason: str, hint: str
) -> Iterator[Examination]:
    for rule in rules:
        if rule.id in context.rules:
            why = Undecided(outcome=outcome, reason=reason, hint=hint)
            yield Examination(rule=rule.id, subject="benchmarks", undecided=why)


def _refused(context: Context, side: Measured, which: str, rules: Sequence[Rule]) -> Iterator[Examination]:
    """What a side measured and nobody can judge."""
    for _, refused in side.refused:
        why = Undecided(
            outcome=Outcome.ERRORED, reason=f"{which}{refused.benchmark}: {refused.why}",
            hint="run the command by hand to see more",
        )  # fmt: skip
        for rule in rules:
            if rule.id in context.rules:
                yield Examination(rule=rule.id, subject=refused.benchmark, undecided=why)


def _place(context: Context) -> tuple[str, int | None]:
    """Where the settings declare what is run: a benchmark that no code declares stands there."""
    for name in _FILES:
        try:
            lines = context.head.read(name, _LARGEST).decode("utf-8", "replace").split("\n")
        except UnreadableError:
            continue
        for number, line in enumerate(lines, 1):
            if line.strip().startswith("[") and line.strip().rstrip("]").endswith("performance.bench"):
                return context.head.display(name), number
    return _FILES[0], None

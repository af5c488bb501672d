"""What is worse than the runs before it, measured again: a call that further runs do not bear out is none."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.errors import GateError
from sluicegate.gates.performance import against
from sluicegate.gates.performance.bench.judging import TRUSTED
from sluicegate.gates.performance.bench.taking import Side, take
from sluicegate.gates.performance.catalogue import REGRESSED
from sluicegate.gates.performance.earlier import scaled
from sluicegate.gates.performance.settings import Bench
from sluicegate.gates.performance.undecided import errored, undecided
from sluicegate.gates.performance.verdicts import Call
from sluicegate.gates.performance.wording import way
from sluicegate.model import Fact, Progress
from sluicegate.revision.ondisk import fitting
from sluicegate.text import plural

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from sluicegate.gates.performance.against import Course
    from sluicegate.gates.performance.earlier import Past
    from sluicegate.gates.performance.found import Measured
    from sluicegate.gates.performance.settings import Confirm
    from sluicegate.gates.performance.verdicts import Verdict
    from sluicegate.model import Context, Yield

Key = tuple[str, str]


class Tally(Struct):
    """How many further runs there were, and of each benchmark how many were worse and how many have measured it."""

    runs: int = 0
    worse: Counter[Key] = field(default_factory=Counter)
    seen: Counter[Key] = field(default_factory=Counter)
    ended: str = ""

    def is_open(self, key: Key, wanted: Confirm) -> bool:
        """Whether more runs may still decide."""
        return self.worse[key] < wanted.runs <= self.worse[key] + wanted.of - self.runs

    def said(self, key: Key) -> str:
        """What the further runs say of a benchmark."""
        lost = self.runs - self.seen[key]
        return f"{self.worse[key]} of {plural(self.runs, 'further run')} worse" + (
            f", and {lost} of them did not measure it" if lost else ""
        )


def confirmed(
    context: Context, past: Past, courses: Sequence[Course], verdicts: Sequence[Verdict]
) -> Generator[Yield, None, list[Verdict]]:
    """The verdicts, of which those that were called worse have to be so again: else they are inconclusive, and say why.

    Where that cannot be measured it is told as an error. Raises CancelledRunError.
    """
    wanted = context.settings.confirm
    called = [each for each in verdicts if each.call is Call.REGRESSED]
    if not called:
        return list(verdicts)
    keys = {(each.benchmark, each.metric) for each in called}
    some = [each for each in courses if each.reading.key in keys]
    try:
        tally = yield from _again(context, past, some)
    except GateError as error:
        names = ", ".join(each.name for each in called)
        why = errored(error, f"{names}: worse than the earlier runs, which cannot be confirmed: ")
        yield from undecided(context, (REGRESSED,), "confirmation", why)
        return [_doubted(each, "that could not be confirmed") if each in called else each for each in verdicts]
    told = "; ".join(f"{each.name}: {tally.said((each.benchmark, each.metric))}" for each in called)
    yield Fact(name="confirmation", value=f"{told} ({wanted.runs} of {wanted.of} confirm)")
    return [_borne_out(each, tally, wanted) if each in called else each for each in verdicts]


def _borne_out(verdict: Verdict, tally: Tally, wanted: Confirm) -> Verdict:
    key = (verdict.benchmark, verdict.metric)
    if tally.worse[key] >= wanted.runs:
        return replace(verdict, note="; ".join(filter(None, (verdict.note, tally.said(key)))))
    ended = f", and {tally.ended}" if tally.ended else ""
    return _doubted(verdict, f"then {tally.said(key)}, where {wanted.runs} of {wanted.of} confirm it{ended}")


def _doubted(verdict: Verdict, why: str) -> Verdict:
    return replace(verdict, call=Call.INCONCLUSIVE, why=f"it was {way(verdict)}, and {why}")


def _again(context: Context, past: Past, some: Sequence[Course]) -> Generator[Progress, None, Tally]:
    """Runs, until each benchmark is decided or time is used up.

    Each is held against the same history, by the same ruler, which is measured again beside it. Raises GateError: it
    may not be run here, fails, or leaves no results; CancelledRunError.
    """
    wanted, tally, began = context.settings.confirm, Tally(), time.monotonic()
    _fit(context)
    budget = min(wanted.budget, (context.settings.timeout or math.inf) / 2)
    while any(tally.is_open(each.reading.key, wanted) for each in some):
        left = budget - (time.monotonic() - began)
        if left <= 0:
            tally.ended = f"the budget of {budget:g} s is used up"
            break
        yield Progress(what="measuring again what is worse", done=tally.runs, total=wanted.of)
        bench = Bench(command=wanted.command, results=wanted.results, timeout=left)
        here = Side(name="head", folder=Path(context.folder))
        try:
            found = take(bench, here, f"further run {tally.runs + 1}", context.cancelled)
        except GateError:
            if time.monotonic() - began < budget:
                raise
            continue
        tally.runs += 1
        _count(tally, context, past, some, found)
    return tally


def _count(tally: Tally, context: Context, past: Past, some: Sequence[Course], found: Measured) -> None:
    """Hold one more run against the history."""
    now = scaled(context, found, past.machine)
    if now is None:
        raise GateError(
            f"the ruler {context.settings.ruler} measured nothing in further run {tally.runs}",
            hint="have the command of [performance.confirm] measure it too, or name another `ruler`",
        )
    alike = [each for each in some if _is_measured(each, found)]
    tally.seen.update(each.reading.key for each in alike)
    verdicts, _ = against.verdicts(replace(past, now=now), alike)
    tally.worse.update((each.benchmark, each.metric) for each in verdicts if each.call is Call.REGRESSED)


def _is_measured(course: Course, found: Measured) -> bool:
    reading = found.readings.get(course.reading.key)
    return reading is not None and reading.unit == course.reading.unit


def _fit(context: Context) -> None:
    """Raises GateError where nothing is to be run, or what is judged would be overwritten."""
    settings, wanted = context.settings, context.settings.confirm
    if context.untrusted:
        raise GateError(context.untrusted, hint=TRUSTED)
    if wanted.runs > wanted.of:
        raise GateError(
            f"[performance.confirm] asks for {wanted.runs} of {wanted.of} runs", hint="let `runs` be at most `of`"
        )
    judged = set(_files(context, settings.results))
    if both := sorted(path.name for path in _files(context, (wanted.results,)) if path in judged):
        raise GateError(
            f"[performance.confirm] results = {wanted.results!r} names {both[0]}, which is judged and would be lost",
            hint="have the command write another file",
        )


def _files(context: Context, patterns: Sequence[str]) -> Iterator[Path]:
    top = Path(context.folder)
    return (path.resolve() for pattern in patterns for path in fitting(top, pattern))

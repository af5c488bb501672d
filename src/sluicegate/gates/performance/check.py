"""The check of the performance gate: what was measured, held against what stood before and against the limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.performance.catalogue import GONE, HISTORY, LIMIT, REGRESSED, RULES
from sluicegate.gates.performance.numeric import required
from sluicegate.model import Examination, Outcome, Progress, Undecided
from sluicegate.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sluicegate.gates.performance.against import Course
    from sluicegate.gates.performance.earlier import Past
    from sluicegate.gates.performance.found import Measured
    from sluicegate.model import Context, Rule, Yield


def check(context: Context) -> Iterator[Yield]:
    """Judge every benchmark of the head; asked of the base, tell what held there already: its limits and its branch."""
    settings = context.settings
    if settings.bench.command or settings.results:
        required()
    if settings.bench.command:
        yield from _in_turns(context)
        return
    if not settings.results:
        yield from undecided(context, RULES, "benchmarks", _NOTHING)
        return
    from sluicegate.gates.performance.budget import exceeded

    yield Progress(what="reading results")
    head = _once(context, "head", settings.results)
    base = _once(context, "base", settings.base_results)
    if context.past:
        yield from exceeded(context, base)
        if head.readings:
            yield from _branch(context, head)
        return
    yield from _unusable(context, head, "")
    if not head.readings:
        if not head.errors and not head.refused:
            why = Undecided(outcome=Outcome.ERRORED, reason="the results hold no benchmark", hint=_RUN)
            yield from undecided(context, RULES, ", ".join(settings.results), why)
        return
    yield from exceeded(context, head)
    yield from _branch(context, head)
    if settings.base_results:
        from sluicegate.gates.performance.change import changed

        yield from _unusable(context, base, "the base: ")
        yield from changed(context, base, head)
    else:
        yield from _against(context, head)


def _in_turns(context: Context) -> Iterator[Yield]:
    """The same where both sides are measured here, in turns; files of results are held against limits and history."""
    from sluicegate.gates.performance.bench.judging import judged
    from sluicegate.gates.performance.budget import exceeded
    from sluicegate.gates.performance.found import both

    settings, key = context.settings, ("performance", "turns")
    head = _once(context, "head", settings.results)
    if context.past:
        base = _once(context, "base", settings.base_results)
        if key in context.memo:
            yield from exceeded(context, both(context.memo[key].base, base))
    else:
        context.memo[key] = found = yield from judged(context)
        yield from _unusable(context, head, "")
        if "head" not in found.failed:
            yield from exceeded(context, both(found.head, head))
        if beside := head.readings.keys() - found.head.readings.keys():
            why = Undecided(outcome=Outcome.NOT_TESTED, reason=f"{plural(len(beside), 'benchmark')} of files: {_ALONE}")
            yield from undecided(context, (REGRESSED, GONE), ", ".join(settings.results), why)
    if head.readings:
        yield from _branch(context, head)
    elif not context.past:
        yield from undecided(context, HISTORY, "history", _NOT_KEPT)


_ALONE = "they are not measured in turns, as [performance.bench] wants it"
_NOT_KEPT = Undecided(
    outcome=Outcome.NOT_APPLICABLE,
    reason="[performance] names no results that are kept: what is measured in turns is not held against earlier runs",
    hint='Name the results that `sluicegate performance record` keeps: results = ["bench/*.json"].',
)
_RUN = "run the benchmarks, and look at their log"
_NOTHING = Undecided(
    outcome=Outcome.NOT_APPLICABLE,
    reason="[performance] names no results, and nothing to run",
    hint='Name the files that the benchmarks write, results = ["bench/*.json"], or what to run: [performance.bench].',
)


def _branch(context: Context, head: Measured) -> Iterator[Yield]:
    """What the branch had become before the change."""
    from sluicegate.gates.performance import against
    from sluicegate.gates.performance.earlier import known_of

    known = known_of(context, head)
    if isinstance(known, Undecided):
        yield from undecided(context, HISTORY, "history", known)
        return
    if not context.past:
        yield from against.told(known, context.settings.ruler)
    yield from against.branch(context, _courses(context, known, head))


def _against(context: Context, head: Measured) -> Iterator[Yield]:
    """The head held against earlier runs, where the base was not measured beside it."""
    from sluicegate.gates.performance import against, change
    from sluicegate.gates.performance.earlier import known_of

    known = known_of(context, head)
    if isinstance(known, Undecided):
        yield from undecided(context, (REGRESSED, GONE), "history", known)
        return
    yield from change.lone(context, against.before(known, head, context.settings.ignore), head)
    if known.unruled:
        why = Undecided(outcome=Outcome.ERRORED, reason=known.unruled, hint="name another `ruler`, or none")
        yield from undecided(context, (REGRESSED,), "history", why)
        return
    verdicts, bars = against.verdicts(known, _courses(context, known, head))
    yield from change.told(context, verdicts, bars, head)


def _courses(context: Context, known: Past, head: Measured) -> list[Course]:
    from sluicegate.gates.performance.against import courses

    key = ("performance", "courses")
    if key not in context.memo:
        context.memo[key] = courses(context, known, head)
    found: list[Course] = context.memo[key]
    return found


def _once(context: Context, side: str, patterns: Sequence[str]) -> Measured:
    """What one side measured: both times that the gate is asked, it is read once."""
    from sluicegate.gates.performance.found import measured, without

    key = ("performance", side)
    if key not in context.memo:
        context.memo[key] = without(measured(context.folder, patterns), context.settings.ignore)
    found: Measured = context.memo[key]
    return found


def undecided(context: Context, rules: Iterable[Rule], subject: str, why: Undecided) -> Iterator[Examination]:
    """Why no wanted rule could decide on a subject."""
    for rule in rules:
        if rule.id in context.rules:
            yield Examination(rule=rule.id, subject=subject, undecided=why)


def _unusable(context: Context, side: Measured, which: str) -> Iterator[Yield]:
    """The files and the benchmarks of a side that say nothing."""
    rules: tuple[Rule, ...] = RULES if not which else (REGRESSED, GONE)
    for path, error in side.errors:
        yield from undecided(context, rules, path, _errored(error, which))
    for path, refused in side.refused:
        place = f"{path}:{refused.line}" if refused.line else path
        # a benchmark that failed is an error; of one that was measured, a metric may have no value that can be judged
        ended = Outcome.INCONCLUSIVE if refused.metric else Outcome.ERRORED
        why = Undecided(outcome=ended, reason=f"{which}{refused.name} ({place}): {refused.why}", hint=_RUN)
        asked = (REGRESSED, LIMIT, *HISTORY) if not which else (REGRESSED,)
        yield from undecided(context, asked, refused.name, why)


def _errored(error: GateError, which: str) -> Undecided:
    return Undecided(outcome=Outcome.ERRORED, reason=f"{which}{error.message}", hint=error.hint)

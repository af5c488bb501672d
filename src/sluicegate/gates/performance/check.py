"""The check of the performance gate: what was measured, held against what stood before and against the limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.performance.catalogue import GONE, HISTORY, REGRESSED, RULES
from sluicegate.gates.performance.numeric import required
from sluicegate.gates.performance.undecided import RUN, undecided, unusable
from sluicegate.model import Fact, Outcome, Progress, Undecided
from sluicegate.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.gates.performance.found import Measured
    from sluicegate.model import Context, Yield


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
    yield from unusable(context, head, "")
    if not head.readings:
        if not head.errors and not head.refused:
            left = " that `ignore` and `only` leave" if settings.ignore or settings.only else ""
            why = Undecided(outcome=Outcome.ERRORED, reason=f"the results hold no benchmark{left}", hint=RUN)
            yield from undecided(context, RULES, ", ".join(settings.results), why)
        return
    yield from exceeded(context, head)
    yield from _branch(context, head)
    if settings.base_results:
        from sluicegate.gates.performance.change import changed

        yield from unusable(context, base, "the base: ")
        yield from changed(context, base, head)
    else:
        yield from _against(context, head)


def _in_turns(context: Context) -> Iterator[Yield]:
    """The same where both sides are measured here, in turns; files of results are held against limits and history."""
    from sluicegate.gates.performance.bench.judging import judged, nothing_before
    from sluicegate.gates.performance.budget import exceeded
    from sluicegate.gates.performance.found import both

    settings, key = context.settings, ("performance", "turns")
    files = _once(context, "head", settings.results)
    if not context.past:
        context.memo[key] = yield from judged(context)
    elif key not in context.memo:
        return
    found = context.memo[key]
    failed = "head" in found.failed
    head = files if failed else both(found.head, files)
    if context.past:
        yield from exceeded(context, both(found.base, _once(context, "base", settings.base_results)))
        if head.readings:
            yield from _branch(context, head)
        return
    yield from unusable(context, head, "")
    if head.twice:
        yield Fact(name="measured twice", value=f"{', '.join(head.twice)}: what was measured in turns counts")
    if not failed:
        yield from exceeded(context, head)
    if head.readings:
        yield from _branch(context, head)
    if found.judged and (beside := head.readings.keys() - found.head.readings.keys()):
        why = Undecided(outcome=Outcome.NOT_TESTED, reason=f"{plural(len(beside), 'benchmark')} of files: {_ALONE}")
        yield from undecided(context, (REGRESSED, GONE), ", ".join(settings.results), why)
    elif not found.judged and not failed:
        yield from _unpaired(context, head, nothing_before(context, found))


def _unpaired(context: Context, head: Measured, before: Undecided) -> Iterator[Yield]:
    """The head without a base that was measured beside it: held against earlier runs, where there are any."""
    from sluicegate.gates.performance.change import brought
    from sluicegate.gates.performance.earlier import known_of

    known = known_of(context, head) if head.readings and context.history else None
    if known is not None:
        yield Fact(name="base", value=before.reason)
    if known is None:
        yield from undecided(context, (REGRESSED, GONE), "benchmarks", before)
    elif not isinstance(known, Undecided) or known.outcome is Outcome.ERRORED:
        yield from _against(context, head)
    elif before.outcome is known.outcome is Outcome.NOT_APPLICABLE:
        yield from brought(context, head, before)
    else:
        why = Undecided(outcome=Outcome.NOT_TESTED, reason=f"{before.reason}; and {known.reason}", hint=before.hint)
        yield from undecided(context, (REGRESSED, GONE), "benchmarks", why)


_ALONE = "they are not measured in turns, as [performance.bench] wants it"
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
    yield from against.branch(context, against.courses(context, known, head))


def _against(context: Context, head: Measured) -> Iterator[Yield]:
    """The head held against earlier runs, where the base was not measured beside it."""
    from sluicegate.gates.performance import against, change
    from sluicegate.gates.performance.earlier import known_of

    known = known_of(context, head)
    if isinstance(known, Undecided):
        yield from undecided(context, (REGRESSED, GONE), "history", known)
        return
    before = against.before(known, head, context.settings)
    yield from change.lone(context, before, head)
    if known.unruled:
        why = Undecided(outcome=Outcome.ERRORED, reason=known.unruled, hint="name another `ruler`, or none")
        yield from undecided(context, (REGRESSED,), "history", why)
        return
    new = set(before.lacking(head))
    courses = [each for each in against.courses(context, known, head) if each.reading.key not in new]
    verdicts, bars = against.verdicts(known, courses)
    if context.settings.confirm.command:
        from sluicegate.gates.performance.confirming import confirmed

        verdicts = yield from confirmed(context, known, courses, verdicts)
    yield from change.told(context, verdicts, bars, head)


def _once(context: Context, side: str, patterns: Sequence[str]) -> Measured:
    """What one side measured: both times that the gate is asked, it is read once."""
    from sluicegate.gates.performance.found import measured, without

    key = ("performance", side)
    if key not in context.memo:
        context.memo[key] = without(measured(context.folder, patterns), context.settings)
    found: Measured = context.memo[key]
    return found

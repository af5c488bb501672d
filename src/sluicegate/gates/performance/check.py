"""The check of the performance gate: what was measured, held against what stood before and against the limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.performance.catalogue import GONE, LIMIT, REGRESSED, RULES, TREND
from sluicegate.model import Examination, Outcome, Progress, Undecided

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sluicegate.errors import GateError
    from sluicegate.gates.performance.found import Measured
    from sluicegate.model import Context, Rule, Yield


def check(context: Context) -> Iterator[Yield]:
    """Judge every benchmark of the head; asked of the base, tell which limits it was over already."""
    settings = context.settings
    if not settings.results:
        yield from undecided(context, RULES, "benchmarks", _NOTHING)
        return
    from sluicegate.gates.performance.found import measured

    if context.past:
        from sluicegate.gates.performance.budget import exceeded

        yield from exceeded(context, _once(context, "base", lambda: measured(context.folder, settings.base_results)))
        return
    yield Progress(what="reading results")
    head = _once(context, "head", lambda: measured(context.folder, settings.results))
    yield from _unusable(context, head, "")
    if not head.readings:
        if not head.errors and not head.refused:
            why = Undecided(outcome=Outcome.ERRORED, reason="the results hold no benchmark", hint=_RUN)
            yield from undecided(context, RULES, ", ".join(settings.results), why)
        return
    from sluicegate.gates.performance.budget import exceeded

    yield from exceeded(context, head)
    yield from undecided(context, (TREND,), "benchmarks", _NO_HISTORY)
    if not settings.base_results:
        yield from undecided(context, (REGRESSED, GONE), "benchmarks", _NO_BASE)
        return
    from sluicegate.gates.performance.change import changed

    base = _once(context, "base", lambda: measured(context.folder, settings.base_results))
    yield from _unusable(context, base, "the base: ")
    yield from changed(context, base, head)


_RUN = "run the benchmarks, and look at their log"
_NOTHING = Undecided(
    outcome=Outcome.NOT_APPLICABLE,
    reason="[performance] names no results",
    hint='Name the files that the benchmarks write: results = ["bench/*.json"].',
)
_NO_BASE = Undecided(
    outcome=Outcome.NOT_TESTED,
    reason="there is nothing to compare with",
    hint="Name the results of the base in base-results.",
)
_NO_HISTORY = Undecided(outcome=Outcome.NOT_TESTED, reason="there is no history of earlier runs")


def _once(context: Context, side: str, read: object) -> Measured:
    """What one side measured: both times that the gate is asked, it is read once."""
    key = ("performance", side)
    if key not in context.memo:
        context.memo[key] = read()  # type: ignore[operator]
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
        why = Undecided(
            outcome=Outcome.ERRORED, reason=f"{which}{refused.benchmark} ({place}): {refused.why}", hint=_RUN
        )
        asked = (REGRESSED, LIMIT, TREND) if not which else (REGRESSED,)
        yield from undecided(context, asked, refused.benchmark, why)


def _errored(error: GateError, which: str) -> Undecided:
    return Undecided(outcome=Outcome.ERRORED, reason=f"{which}{error.message}", hint=error.hint)

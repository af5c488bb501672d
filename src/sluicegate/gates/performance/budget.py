"""Absolute limits: what was measured is over them or not, whatever it was before."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from sluicegate.gates.performance.catalogue import LIMIT
from sluicegate.gates.performance.limits import allowed, without_effect
from sluicegate.gates.performance.places import declared
from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.wording import shown
from sluicegate.model import Examination, Fact, Finding, Level, Outcome, Undecided
from sluicegate.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.performance.found import Measured
    from sluicegate.gates.performance.limits import Amount
    from sluicegate.gates.performance.reading import Reading
    from sluicegate.model import Context, Yield


def exceeded(context: Context, side: Measured) -> Iterator[Yield]:
    """Each benchmark that is over an absolute limit, by the median of its processes."""
    if LIMIT.id not in context.rules:
        return
    looked: Counter[str] = Counter()
    named = False
    if not context.past and (idle := without_effect(context.settings, side)):
        yield Fact(name="limit without effect", value=f"{', '.join(idle)}: nothing of that name was measured")
    for reading in side.readings.values():
        limits = allowed(context.settings, reading)
        if not limits.warn_at and not limits.fail_at:
            continue
        named = True
        if why := _unfit(reading, limits.direction, limits.fail_at, limits.warn_at):
            yield Examination(rule=LIMIT.id, subject=reading.name, undecided=why)
            continue
        looked[side.files[reading.key]] += 1
        value = float(np.median([np.median(row) for row in reading.processes if row]))
        for level, limit in ((Level.ERROR, limits.fail_at), (Level.WARNING, limits.warn_at)):
            if limit and (value < limit.value if limits.direction is Direction.HIGHER else value > limit.value):
                yield _finding(context, side, reading, value, level, limit, limits.direction)
                break
    for file, count in looked.items():
        yield Examination(rule=LIMIT.id, subject=file, examined=count)
    if not named:
        why = Undecided(outcome=Outcome.NOT_APPLICABLE, reason="no limit names a benchmark that was measured")
        yield Examination(rule=LIMIT.id, subject="limits", undecided=why)


def _unfit(reading: Reading, direction: Direction, *limits: Amount | None) -> Undecided | None:
    """Why a reading cannot be held against its limits."""
    other = next((limit for limit in limits if limit and limit.unit != reading.unit), None)
    if other:
        return Undecided(
            outcome=Outcome.ERRORED,
            reason=f"the limit of {reading.name} is {other.said}, and it is measured in {reading.unit or 'no unit'}",
            hint="correct warn-at and fail-at of its [[performance.limit]]",
        )
    if direction is Direction.UNKNOWN:
        return Undecided(
            outcome=Outcome.INCONCLUSIVE,
            reason=f"nothing says which way {reading.name} gets better",
            hint='say better = "lower" or "higher" in its [[performance.limit]]',
        )
    return None


def _finding(
    context: Context, side: Measured, reading: Reading, value: float, level: Level, limit: Amount, better: Direction
) -> Finding:  # fmt: skip
    way = "under" if better is Direction.HIGHER else "over"
    verb = "takes" if reading.unit in ("s", "B") else "is at"
    return Finding(
        rule=LIMIT.id, level=level, key=(reading.benchmark, reading.metric), tags=LIMIT.tags,
        location=declared(context, reading.benchmark, reading.name, side.files[reading.key], reading.line),
        message=f"{reading.name} {verb} {shown(value, reading.unit)}, which is {way} the limit of {limit.said}",
        advice="Make it cheaper, or agree on another limit. What counts is the median of "
        f"{plural(len(reading.processes), 'run')}.",
    )  # fmt: skip

"""Base against head, both measured: the call of each benchmark, with the false alarms of all held down together."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from statistics import median

import numpy as np
from msgspec import Struct

from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.verdicts import Bar, Call, How, Verdict
from sluicegate.gates.performance.verdicts.calling import called
from sluicegate.gates.performance.verdicts.sides import badness
from sluicegate.stats.ranks import Design, above, detectable, deviates, shifts
from sluicegate.text import plural

CONFIDENCE = 0.9
"""Of the interval about a change, both sides together: 5 % on each, as equivalence is tested."""

FEWEST = 5
"""So many units of observation a side has at the least."""


class Pair(Struct, frozen=True, kw_only=True):
    """One benchmark on both sides. The values are of units of observation, in the metric's unit.

    `blocks` says to which block of turns each value belongs, base and head, where they were measured in turns.
    """

    benchmark: str
    metric: str
    unit: str
    direction: Direction
    base: tuple[float, ...]
    head: tuple[float, ...]
    blocks: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    note: str = ""


def compare(pairs: Sequence[Pair], bars: Sequence[Bar], *, level: float = 1.0) -> list[Verdict]:
    """The verdict on each pair, in order; `bars` say what is let pass, `level` the share of error to spend now."""
    verdicts: dict[int, Verdict] = {}
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, pair in enumerate(pairs):
        if why := _unfit(pair):
            verdicts[index] = _begun(pair, why=why)
        else:
            alike[len(pair.base), len(pair.head), pair.blocks].append(index)
    for some in alike.values():
        verdicts |= zip(some, _alike([pairs[one] for one in some], bars, some, level), strict=True)
    ordered = [verdicts[index] for index in range(len(pairs))]
    return called(ordered, [1 - each.p for each in ordered], bars, level)


def _unfit(pair: Pair) -> str:
    if pair.direction is Direction.UNKNOWN:
        return f"nothing says which way {pair.metric} ({pair.unit or 'no unit'}) gets better"
    few = min(len(pair.base), len(pair.head))
    if few < FEWEST:
        both = f"{plural(len(pair.base), 'value')} of the base and {len(pair.head)} of the head"
        return f"{both}: {FEWEST} a side are the least"
    return ""


def _begun(pair: Pair, *, why: str = "") -> Verdict:
    return Verdict(
        benchmark=pair.benchmark, metric=pair.metric, unit=pair.unit, direction=pair.direction,
        call=Call.INCONCLUSIVE, how=How.INTERLEAVED if pair.blocks else How.APART,
        before=median(pair.base) if pair.base else None, after=median(pair.head) if pair.head else None,
        base=len(pair.base), head=len(pair.head), note=pair.note, why=why,
    )  # fmt: skip


def _alike(pairs: Sequence[Pair], bars: Sequence[Bar], some: Sequence[int], level: float) -> list[Verdict]:
    """Verdicts on pairs that share a design, not called yet."""
    first = pairs[0]
    apart = Design.apart(len(first.base), len(first.head))
    design = Design(head=apart.head, block=np.array(sum(first.blocks, ()))) if first.blocks else apart
    rows = badness([(*pair.base, *pair.head) for pair in pairs], [pair.direction is Direction.HIGHER for pair in pairs])
    p = above(deviates(rows, design))
    found = shifts(rows, design, confidence=CONFIDENCE)
    alphas = np.array([bars[index].false_alarms * level for index in some])
    floors = np.log([bars[index].warn_from for index in some])
    seen = detectable(rows, design, found, confidence=CONFIDENCE, alpha=alphas, floor=floors)
    told = zip(pairs, p, found.estimate, found.low, found.high, seen, strict=True)
    return [
        Verdict(
            benchmark=begun.benchmark, metric=begun.metric, unit=begun.unit, direction=begun.direction, call=begun.call,
            how=begun.how, before=begun.before, after=begun.after, base=begun.base, head=begun.head, note=begun.note,
            p=float(chance), factor=math.exp(middle), low=math.exp(low), high=math.exp(high),
            detectable=math.exp(least),
        )
        for pair, chance, middle, low, high, least in told
        for begun in (_begun(pair),)
    ]  # fmt: skip

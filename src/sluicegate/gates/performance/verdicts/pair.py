"""Base against head, both measured: the call of each benchmark, with the false alarms of all held down together."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.verdicts import Bar, Call, How, Verdict, percent
from sluicegate.gates.performance.verdicts.sides import badness, least_of
from sluicegate.stats.multiple import discoveries
from sluicegate.stats.ranks import Design, above, detectable, deviates, shifts

CONFIDENCE = 0.9
"""Of the interval about a change, both sides together: 5 % on each, as equivalence is tested."""

FALSE_DISCOVERIES = 0.05
"""Of what is called worse (or better) in one run, at most this share is wrong on average."""

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
    """The verdict on each pair, in order; `bars` say what is let pass, `level` which share of all error is spent now.

    Called worse is what noise makes look so bad in fewer cases than the bar allows, what stands the control of false
    discoveries over all pairs, and what is estimated at `warn_from` at the least. Unchanged is where the whole interval
    lies within `fail_from`, both ways.
    """
    verdicts: dict[int, Verdict] = {}
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for index, pair in enumerate(pairs):
        if why := _unfit(pair):
            verdicts[index] = _begun(pair, why=why)
        else:
            alike[len(pair.base), len(pair.head), pair.blocks].append(index)
    for some in alike.values():
        for index, verdict in zip(some, _alike([pairs[one] for one in some], bars, some, level), strict=True):
            verdicts[index] = verdict
    ordered = [verdicts[index] for index in range(len(pairs))]
    return _called(ordered, bars, level)


def _unfit(pair: Pair) -> str:
    if pair.direction is Direction.UNKNOWN:
        return f"nothing says which way {pair.metric} ({pair.unit or 'no unit'}) gets better"
    few = min(len(pair.base), len(pair.head))
    if few < FEWEST:
        return f"{len(pair.base)} values of the base and {len(pair.head)} of the head: {FEWEST} a side are the least"
    return ""


def _begun(pair: Pair, *, why: str = "") -> Verdict:
    return Verdict(
        benchmark=pair.benchmark, metric=pair.metric, unit=pair.unit, direction=pair.direction,
        call=Call.INCONCLUSIVE, how=How.INTERLEAVED if pair.blocks else How.APART,
        before=float(np.median(pair.base)) if pair.base else None,
        after=float(np.median(pair.head)) if pair.head else None,
        base=len(pair.base), head=len(pair.head), note=pair.note, why=why,
    )  # fmt: skip


def _alike(pairs: Sequence[Pair], bars: Sequence[Bar], some: Sequence[int], level: float) -> list[Verdict]:
    """Verdicts on pairs that share a design, not called yet."""
    first = pairs[0]
    apart = Design.apart(len(first.base), len(first.head))
    design = Design(head=apart.head, block=np.array(sum(first.blocks, ()))) if first.blocks else apart
    rows = np.array(
        [
            badness(
                (*pair.base, *pair.head),
                higher_is_better=pair.direction is Direction.HIGHER,
                least=least_of(pair.base, pair.head),
            )
            for pair in pairs
        ]
    )
    p = above(deviates(rows, design))
    found = shifts(rows, design, confidence=CONFIDENCE)
    alphas = np.array([bars[index].false_alarms * level for index in some])
    seen = detectable(found, confidence=CONFIDENCE, alpha=alphas)
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


def _called(verdicts: list[Verdict], bars: Sequence[Bar], level: float) -> list[Verdict]:
    """The same with their calls."""
    fit = [index for index, each in enumerate(verdicts) if not each.why]
    worse = np.array([verdicts[index].p for index in fit])
    true = {
        Call.REGRESSED: discoveries(worse, FALSE_DISCOVERIES * level),
        Call.IMPROVED: discoveries(1 - worse, FALSE_DISCOVERIES * level),
    }
    for place, index in enumerate(fit):
        each, bar = verdicts[index], bars[index]
        alpha = bar.false_alarms * level
        if true[Call.REGRESSED][place] and each.p <= alpha and each.factor >= bar.warn_from:
            call = Call.REGRESSED
        elif true[Call.IMPROVED][place] and 1 - each.p <= alpha and each.factor <= 1 / bar.warn_from:
            call = Call.IMPROVED
        elif 1 / bar.fail_from <= each.low and each.high <= bar.fail_from:
            call = Call.UNCHANGED
        else:
            call = Call.INCONCLUSIVE
        verdicts[index] = _with(each, call, bar)
    return verdicts


def _with(each: Verdict, call: Call, bar: Bar) -> Verdict:
    if call is not Call.INCONCLUSIVE:
        return replace(each, call=call)
    return replace(each, call=call, why=f"the change lies from {percent(each.low)} to {percent(each.high)}: "
                   f"neither worse for sure nor within {percent(bar.fail_from)}")  # fmt: skip

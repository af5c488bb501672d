"""One run held against those before it: the call of each benchmark."""

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
from sluicegate.stats.standing import FEWEST, stand
from sluicegate.text import plural


class Point(Struct, frozen=True, kw_only=True):
    """One benchmark of a run: what it measured `now`, in `unit`, and in each of the runs before it, oldest first.

    `cautious` is the history read in another way, where it is not sure how to read it: the point is worse, or better,
    where it is so by both. `note` is what a reader has to know of these numbers, such as that a ruler divided them.
    """

    benchmark: str
    metric: str
    unit: str
    direction: Direction
    now: float
    history: tuple[float, ...]
    cautious: tuple[float, ...] = ()
    note: str = ""


def hold(points: Sequence[Point], bars: Sequence[Bar], *, level: float = 1.0) -> list[Verdict]:
    """The verdict on each point, in order; `bars` say what is let pass, `level` the share of error to spend now."""
    verdicts: dict[int, Verdict] = {}
    better = [1.0] * len(points)
    alike: dict[int, list[int]] = defaultdict(list)
    for index, point in enumerate(points):
        if why := _unfit(point):
            verdicts[index] = _begun(point, why)
        else:
            alike[len(point.history)].append(index)
    for some in alike.values():
        for index, verdict, good in _alike([points[one] for one in some], bars, some, level):
            verdicts[index], better[index] = verdict, good
    return called([verdicts[index] for index in range(len(points))], better, bars, level)


def _unfit(point: Point) -> str:
    if point.direction is Direction.UNKNOWN:
        return f"nothing says which way {point.metric} ({point.unit or 'no unit'}) gets better"
    if len(point.history) < FEWEST:
        return f"{plural(len(point.history), 'earlier run')} on such machines: {FEWEST} are the least"
    return ""


def _begun(point: Point, why: str) -> Verdict:
    return Verdict(
        benchmark=point.benchmark, metric=point.metric, unit=point.unit, direction=point.direction,
        call=Call.INCONCLUSIVE, how=How.HISTORY, before=median(point.history) if point.history else None,
        after=point.now, base=len(point.history), head=1, note=point.note, why=why,
    )  # fmt: skip


def _alike(
    points: Sequence[Point], bars: Sequence[Bar], some: Sequence[int], level: float
) -> list[tuple[int, Verdict, float]]:
    """Verdicts on points with histories of one length, not called yet, with the chance that noise looks as good."""
    higher = [point.direction is Direction.HIGHER for point in points]
    rows = badness([(*point.history, point.now) for point in points], higher)
    careful = badness([(*(point.cautious or point.history), point.now) for point in points], higher)[:, :-1]
    alphas = np.array([bars[index].false_alarms * level for index in some])
    floors = np.log([bars[index].warn_from for index in some])
    worse = stand(rows[:, :-1], rows[:, -1], alpha=alphas, floor=floors, cautious=careful)
    good = stand(-rows[:, :-1], -rows[:, -1], alpha=alphas, floor=floors, cautious=-careful)
    out = []
    for place, (index, point) in enumerate(zip(some, points, strict=True)):
        begun, shift = _begun(point, ""), float(worse.shift[place])
        out.append(
            (
                index,
                Verdict(
                    benchmark=begun.benchmark, metric=begun.metric, unit=begun.unit, direction=begun.direction,
                    call=begun.call, how=begun.how, before=begun.before, after=begun.after, base=begun.base, head=1,
                    note=begun.note, p=float(worse.p[place]), factor=math.exp(shift),
                    low=math.exp(shift - float(worse.detectable[place])),
                    high=math.exp(shift + float(good.detectable[place])),
                    detectable=math.exp(float(worse.detectable[place])),
                ),
                float(good.p[place]),
            )
        )  # fmt: skip
    return out

"""The verdicts of the gate on generated runs, each trial as if it were the whole suite.

The numbers are those of `compare` and `hold` for all trials at once, which is much faster; each trial is then called by
itself. `alone` makes sure that this is what the gate says of it.
"""

from __future__ import annotations

import numpy as np
from msgspec.structs import replace

from sluicegate.gates.performance.levels import History, all_levels
from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.verdicts import Bar, Call, Verdict
from sluicegate.gates.performance.verdicts.calling import called
from sluicegate.gates.performance.verdicts.pair import Pair, compare
from sluicegate.gates.performance.verdicts.standing import Point, hold

FLOOR = 1.02
BAR = Bar(warn_from=FLOOR, fail_from=1.05, false_alarms=0.01)


def pairs(base, head, *, interleaved=True) -> list[Pair]:
    """Seconds (trials, n) of both sides, in the order of time, measured in blocks of two and two or apart."""
    blocks = tuple(int(one) // 2 for one in range(base.shape[1]))
    return [
        Pair(
            benchmark=str(number), metric="time", unit="s", direction=Direction.LOWER, base=tuple(before.tolist()),
            head=tuple(after.tolist()), blocks=(blocks, blocks) if interleaved else None,
        )
        for number, (before, after) in enumerate(zip(base, head, strict=True))
    ]  # fmt: skip


def suites(base, head, *, size=1, interleaved=True, bar=BAR) -> list[list[Verdict]]:
    """The verdicts on each suite of so many successive trials."""
    asked = pairs(base, head, interleaved=interleaved)
    for some in (asked[:size], asked[-size:]):
        same = compare(some, [bar] * size)
        if [each.call for each in same] != [each.call for each in _called(same, bar)]:
            raise AssertionError("verdicts are called otherwise here than by the gate")
    told = compare(asked, [bar] * len(asked))
    return [_called(told[at : at + size], bar) for at in range(0, len(told), size)]


def _called(verdicts: list[Verdict], bar: Bar) -> list[Verdict]:
    bare = [replace(each, call=Call.INCONCLUSIVE, why="") for each in verdicts]
    return called(bare, [1 - each.p for each in bare], [bar] * len(bare), 1.0)


def alone(base, head, *, interleaved=True, bar=BAR) -> list[Verdict]:
    return [suite[0] for suite in suites(base, head, interleaved=interleaved, bar=bar)]


def calls(verdicts, call=Call.REGRESSED):
    return np.array([each.call is call for each in verdicts])


def readings(history):
    """Histories (trials, n) of logarithms as the gate holds a run against them: settled, and cautiously (trials, n)."""
    asked = [History(values=np.exp(row).tolist(), direction=Direction.LOWER, floor=BAR.warn_from) for row in history]
    found = [each.readings for each in all_levels(asked)]
    return tuple(np.log([each[which] for each in found]) for which in (0, 1))


def held(history, new) -> list[Verdict]:
    """The verdicts on new logarithms, each after both readings of its history; improvements are not asked for."""
    points = [
        Point(
            benchmark=str(number), metric="time", unit="s", direction=Direction.LOWER, now=float(np.exp(after)),
            history=tuple(before), cautious=tuple(careful),
        )
        for number, (before, careful, after) in enumerate(zip(*map(_lists, history), new, strict=True))
    ]  # fmt: skip
    told = hold(points, [BAR] * len(points))
    bare = [replace(each, call=Call.INCONCLUSIVE, why="") for each in told]
    return [called([each], [1.0], [BAR], 1.0)[0] for each in bare]


def _lists(rows) -> list[list[float]]:
    told: list[list[float]] = np.exp(rows).tolist()
    return told

"""Change points: where a series goes over to another level, and stays there for a while.

A segment is split where the ranks on both sides differ most (a standardised CUSUM of ranks, so that one wild point
weighs no more than any other), if that is more than chance does in so long a segment, and if the medians on both sides
differ by what is wanted; then its halves are looked at in turn. Neighbours in time hang together, which looks like
levels: so the statistic is divided by what the correlation of neighbours within both sides makes of it.

Sources: Pettitt 1979 (ranks); Vostrikova 1981 (binary segmentation); Miller and Siegmund 1982 (tail of the maximum of a
standardised bridge); Csörgő and Horváth 1997, 2.1 (its variance under correlation).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from sluicegate.stats.neighbours import inflation
from sluicegate.stats.ranks import ranked

Floats = NDArray[np.float64]

SHORTEST = 4
"""So many points a level has at the least, but for the series' two ends."""

_NOTHING = 1e-12
_REACH = 1.4826 * 2
_MEDIAN = 1.25


def shaken(rows: Floats, *, alpha: float) -> NDArray[np.bool_]:
    """Which rows are worth a closer look: a change point anywhere cannot be ruled out. (rows, n), all at once."""
    statistic, _ = _strongest(rows)
    return np.array([_tail(float(one), rows.shape[1]) <= alpha for one in statistic], np.bool_)


def change_points(row: Floats, *, alpha: float, floor: float) -> list[int]:
    """The indices at which a new level begins, rising; none where one level explains the series.

    `alpha` is how often a series without one is split, `floor` the least difference of the medians of neighbouring
    levels. Two opposite steps may hide each other, so that parts are looked into before the floor decides.
    """

    @cache
    def split(start: int, end: int) -> _Split:
        return _split(row[start:end], alpha)

    found: list[int] = []
    todo = [(0, len(row))]
    while todo:
        start, end = todo.pop()
        at = split(start, end).at
        if at:
            found.append(start + at)
            todo += [(start, start + at), (start + at, end)]
    return _settled(len(row), sorted(found), split, floor)


class _Split(Struct, frozen=True):
    """Where a segment is split, or 0, and by how much the medians of the two sides differ."""

    at: int
    gap: float


_WHOLE = _Split(0, 0.0)


def _settled(size: int, found: list[int], split: Callable[[int, int], _Split], floor: float) -> list[int]:
    """The points that still hold between their neighbours, each moved to where the two levels divide best."""
    for _ in range(len(found) + 1):
        edges = [0, *found, size]
        between = ((before, split(before, after)) for before, after in zip(edges, edges[2:], strict=False))
        moved = sorted({before + one.at for before, one in between if one.at and one.gap >= floor})
        if moved == found:
            break
        found = moved
    return found


def _split(segment: Floats, alpha: float) -> _Split:
    size = len(segment)
    if size < 2 * SHORTEST:
        return _WHOLE
    statistic, at = _strongest(segment[None])
    split = _placed(segment, int(at[0]))
    left, right = segment[:split], segment[split:]
    strongest = max(float(statistic[0]), _apart(left, right))
    if _tail(strongest, size) > alpha:  # what hangs together makes it no stronger
        return _WHOLE
    sides = [ranked(side[None])[0] / (len(side) + 1) - 0.5 for side in (left, right)]
    is_split = _tail(strongest / inflation(sides, fitted=1), size) <= alpha
    return _Split(split, abs(_median(right) - _median(left))) if is_split else _WHOLE


def _apart(left: Floats, right: Floats) -> float:
    """How far two levels are apart in standard errors, with what is wild drawn in.

    Where the sides do not overlap, ranks say no more than that: however far apart they are.
    """
    residuals = np.concatenate([left - _median(left), right - _median(right)])
    reach = _REACH * _median(np.abs(residuals))
    spread = math.sqrt(float((np.clip(residuals, -reach, reach) ** 2).sum()) / (len(residuals) - 2))
    if spread <= _NOTHING:
        return 0.0
    # the median of a side is less sure than its mean
    error = _MEDIAN * spread * math.sqrt(1 / len(left) + 1 / len(right))
    return abs(_median(right) - _median(left)) / error


def _placed(segment: Floats, split: int) -> int:
    """Where the levels about a split divide best: each point by which of the two medians it is nearer to.

    Ranks tell well that there are two levels, and less well where one ends, since within a level they scatter as far.
    """
    left, right = _median(segment[:split]), _median(segment[split:])
    cost = np.cumsum(np.abs(segment - left) - np.abs(segment - right))
    return SHORTEST + int(np.argmin(cost[SHORTEST - 1 : len(segment) - SHORTEST]))


def _median(values: Floats) -> float:
    """The median; numpy's own takes ten times as long for so few values."""
    ordered = np.sort(values)
    return 0.5 * float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2])


def _strongest(rows: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """The largest standardised CUSUM of the ranks of each row, and where the second side begins."""
    size = rows.shape[1]
    centred = ranked(rows) - (size + 1) / 2
    spread = np.sqrt((centred**2).mean(axis=1) * size / max(size - 1, 1))
    before = np.arange(SHORTEST, size - SHORTEST + 1)
    if not before.size:
        return np.zeros(len(rows)), np.zeros(len(rows), np.intp)
    sums = np.abs(np.cumsum(centred, axis=1)[:, before - 1]) / np.sqrt(before * (size - before) / size)
    at = sums.argmax(axis=1)
    peak = np.take_along_axis(sums, at[:, None], 1)[:, 0]
    return np.where(spread > _NOTHING, peak / np.maximum(spread, _NOTHING), 0.0), before[at]


def _tail(statistic: float, size: int) -> float:
    """How likely chance makes the largest statistic of a row as large."""
    share = SHORTEST / size
    if share >= 0.5 or statistic <= 1:  # noqa: PLR2004 - there is no place to split
        return 1.0
    density = math.exp(-(statistic**2) / 2) / math.sqrt(2 * math.pi)
    return min(density * ((statistic - 1 / statistic) * 2 * math.log((1 - share) / share) + 4 / statistic), 1.0)

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

import numpy as np
from numpy.typing import NDArray

from sluicegate.stats.neighbours import inflation

Floats = NDArray[np.float64]

SHORTEST = 4
"""So many points a level has at the least, but for the series' two ends."""

_NOTHING = 1e-12
_REACH = 1.4826 * 2
_MEDIAN = 1.25


def shaken(rows: Floats, *, alpha: float) -> NDArray[np.bool_]:
    """Which rows are worth a closer look: a change point anywhere cannot be ruled out. (rows, n), all at once."""
    statistic, _ = _strongest(rows)
    return _tail(statistic, rows.shape[1]) <= alpha


def change_points(row: Floats, *, alpha: float, floor: float) -> list[int]:
    """The indices at which a new level begins, rising; none where one level explains the series.

    `alpha` is how often a series without one is split, `floor` the least difference of the medians of neighbouring
    levels. Two opposite steps may hide each other, so that parts are looked into before the floor decides.
    """
    found: list[int] = []
    todo = [(0, len(row))]
    while todo:
        start, end = todo.pop()
        at = _split(row[start:end], alpha)
        if at:
            found.append(start + at)
            todo += [(start, start + at), (start + at, end)]
    return _settled(row, sorted(found), alpha, floor)


def _settled(row: Floats, found: list[int], alpha: float, floor: float) -> list[int]:
    """The points that still hold between their neighbours, each moved to where the two levels divide best."""
    for _ in range(len(found) + 1):
        edges = [0, *found, len(row)]
        moved = []
        for before, after in zip(edges, edges[2:], strict=False):
            at = _split(row[before:after], alpha, floor)
            if at:
                moved.append(before + at)
        moved = sorted(set(moved))
        if moved == found:
            break
        found = moved
    return found


def _split(segment: Floats, alpha: float, floor: float = 0.0) -> int:
    """Where a segment is split, or 0."""
    size = len(segment)
    if size < 2 * SHORTEST:
        return 0
    statistic, at = _strongest(segment[None])
    split = _placed(segment, int(at[0]))
    left, right = segment[:split], segment[split:]
    if abs(_median(right) - _median(left)) < floor:
        return 0
    sides = [_ranks(side[None])[0] / (len(side) + 1) - 0.5 for side in (left, right)]
    strongest = max(float(statistic[0]), _apart(left, right))
    calmed = np.array([strongest / inflation(sides, fitted=1)])
    return split if _tail(calmed, size)[0] <= alpha else 0


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
    centred = _ranks(rows) - (size + 1) / 2
    spread = np.sqrt((centred**2).mean(axis=1) * size / max(size - 1, 1))
    before = np.arange(SHORTEST, size - SHORTEST + 1)
    if not before.size:
        return np.zeros(len(rows)), np.zeros(len(rows), np.intp)
    sums = np.abs(np.cumsum(centred, axis=1)[:, before - 1]) / np.sqrt(before * (size - before) / size)
    at = sums.argmax(axis=1)
    peak = np.take_along_axis(sums, at[:, None], 1)[:, 0]
    return np.where(spread > _NOTHING, peak / np.maximum(spread, _NOTHING), 0.0), before[at]


def _ranks(rows: Floats) -> Floats:
    """Ranks from 1, ties sharing their mean, by counting from both ends."""
    order = np.argsort(rows, axis=1)
    ranks = np.empty_like(rows)
    np.put_along_axis(ranks, order, np.arange(1.0, rows.shape[1] + 1)[None], 1)
    ordered = np.take_along_axis(rows, order, 1)
    for row in np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1)):
        _, which, count = np.unique(rows[row], return_inverse=True, return_counts=True)
        ends = np.cumsum(count)
        ranks[row] = (ends - (count - 1) / 2)[which]
    return ranks


def _tail(statistic: Floats, size: int) -> Floats:
    """How likely chance makes the largest statistic of a row as large."""
    share = SHORTEST / size
    if share >= 0.5:  # noqa: PLR2004 - there is no place to split
        return np.ones_like(statistic)
    high = np.maximum(statistic, 1.0)
    density = np.exp(-(high**2) / 2) / math.sqrt(2 * math.pi)
    chance = density * ((high - 1 / high) * 2 * math.log((1 - share) / share) + 4 / high)
    return np.where(statistic > 1, np.minimum(chance, 1.0), 1.0)

"""Change points: where a series goes over to another level, and stays there for a while.

A segment is split where the ranks on both sides differ most (a standardised CUSUM of ranks, so that one wild point
weighs no more than any other), if that is more than chance does in so long a segment, and if the medians on both sides
differ by what is wanted; then its halves are looked at in turn. Neighbours in time hang together, which looks like
levels: so the statistic is divided by what the correlation of neighbours within both sides makes of it.

All series are searched together, level by level: segments of one length are the rows of one array.

Sources: Pettitt 1979 (ranks); Vostrikova 1981 (binary segmentation); Miller and Siegmund 1982 (tail of the maximum of a
standardised bridge); Csörgő and Horváth 1997, 2.1 (its variance under correlation).
"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sluicegate.stats.neighbours import inflation
from sluicegate.stats.ranks import ranked

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

SHORTEST = 4
"""So many points a level has at the least, but for the series' two ends."""

_NOTHING = 1e-12
_REACH = 1.4826 * 2
_MEDIAN = 1.25
_PIECE = 250
"""So many segments are looked at together at the most, so that all that is made of them stays near the processor."""


def change_points(rows: Floats, *, alpha: float, floor: float | Floats) -> list[list[int]]:
    """The indices at which a new level begins in each row, rising; none where one level explains the row. (rows, n).

    `alpha` is how often a row without one is split, `floor` the least difference of the medians of neighbouring
    levels, also one a row. Two opposite steps may hide each other, so that parts are looked into before it decides.
    """
    count, size = rows.shape
    splits = _Splits(rows, alpha)
    row, start, end = np.arange(count), np.zeros(count, np.intp), np.full(count, size)
    found = [np.zeros(0, np.intp)]
    while row.size:
        at, _ = splits.of(row, start, end)
        is_split = np.flatnonzero(at)
        row, start, end, at = row[is_split], start[is_split], end[is_split], start[is_split] + at[is_split]
        found.append(row * size + at)
        row, start, end = np.tile(row, 2), np.concatenate([start, at]), np.concatenate([at, end])
    settled = _settled(np.sort(np.concatenate(found)), splits, np.broadcast_to(floor, count))
    edges = np.searchsorted(settled, size * np.arange(count + 1)).tolist()
    points = (settled % max(size, 1)).tolist()
    return [points[begin:after] for begin, after in pairwise(edges)]


def _settled(points: Places, splits: _Splits, floor: Floats) -> Places:
    """The points that still hold between their neighbours, each moved to where the two levels divide best.

    A point is its place in all rows, one after the other, and they are sorted. A row is settled when nothing in it has
    moved, or after one round more than it had points.
    """
    count, size = splits.rows.shape
    rounds = np.bincount(points // max(size, 1), minlength=count) + 1
    settled = [points[:0]]
    while points.size:
        row = points // size
        first = np.diff(row, prepend=-1) != 0
        last = np.diff(row, append=count) != 0
        start = np.where(first, 0, np.roll(points, 1) - row * size)
        end = np.where(last, size, np.roll(points, -1) - row * size)
        at, gap = splits.of(row, start, end)
        holds = (at > 0) & (gap >= floor[row])
        moved = np.unique((row * size + start + at)[holds])
        rounds -= 1
        going = np.zeros(count, np.bool_)
        going[np.setxor1d(points, moved) // size] = True
        going &= rounds > 0
        goes = going[moved // size]
        settled.append(moved[~goes])
        points = moved[goes]
    return np.sort(np.concatenate(settled))


class _Splits:
    """Where segments of rows are split: each is looked at once, however often it is asked for."""

    def __init__(self, rows: Floats, alpha: float) -> None:
        self.rows = np.ascontiguousarray(rows)  # else every look at some of it would copy all of it
        self._alpha = alpha
        self._known: dict[int, tuple[int, float]] = {}

    def of(self, row: Places, start: Places, end: Places) -> tuple[Places, Floats]:
        """Where each segment is split, counted from its start, or 0; and how far the medians of its sides are apart."""
        size = self.rows.shape[1]
        asked = ((row * size + start) * (size + 1) + end).tolist()
        new = np.flatnonzero([key not in self._known for key in asked])
        for some in _alike((end - start)[new]):
            these = new[some]
            length = int(end[these[0]] - start[these[0]])
            places = (row[these] * size + start[these])[:, None] + np.arange(length)
            at, gap = _split(self.rows.take(places), self._alpha)
            told = zip(at.tolist(), gap.tolist(), strict=True)
            self._known |= zip([asked[one] for one in these.tolist()], told, strict=True)
        found = [self._known[key] for key in asked]
        return np.array([at for at, _ in found], np.intp), np.array([gap for _, gap in found])


def _alike(lengths: Places) -> list[Places]:
    """Which segments have one length, in pieces."""
    order = np.argsort(lengths, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(lengths[order])) + 1)
    return [group[at : at + _PIECE] for group in groups for at in range(0, len(group), _PIECE)]


def _split(segments: Floats, alpha: float) -> tuple[Places, Floats]:
    """Where segments of one length are split, or 0, and by how much the medians of the two sides differ."""
    count, size = segments.shape
    at, gap = np.zeros(count, np.intp), np.zeros(count)
    if size < 2 * SHORTEST:
        return at, gap
    ranks = ranked(segments)
    statistic, first = _strongest(ranks)
    place = _placed(segments, _medians(segments, first))
    medians = _medians(segments, place)
    strongest = np.maximum(statistic, _apart(segments, medians, place))
    some = np.flatnonzero(_tail(strongest, size) <= alpha)  # what hangs together makes it no stronger
    sides, second = _sides(ranks[some], place[some])
    inflated = inflation(sides, second, fitted=1)
    some = some[_tail(strongest[some] / inflated, size) <= alpha]
    at[some] = place[some]
    gap[some] = np.abs(medians[1] - medians[0])[some]
    return at, gap


def _strongest(ranks: Floats) -> tuple[Floats, Places]:
    """The largest standardised CUSUM of the ranks of each row, and where the second side begins."""
    size = ranks.shape[1]
    centred = ranks - (size + 1) / 2
    spread = np.sqrt((centred**2).mean(axis=1) * size / (size - 1))
    before = np.arange(SHORTEST, size - SHORTEST + 1)
    sums = np.abs(np.cumsum(centred, axis=1)[:, SHORTEST - 1 : size - SHORTEST]) / np.sqrt(
        before * (size - before) / size
    )
    at = sums.argmax(axis=1)
    peak = np.take_along_axis(sums, at[:, None], 1)[:, 0]
    return np.where(spread > _NOTHING, peak / np.maximum(spread, _NOTHING), 0.0), before[at]


def _medians(segments: Floats, place: Places) -> tuple[Floats, Floats]:
    """The medians of both sides of each segment, of which the second begins at its place."""
    size = segments.shape[1]
    second = np.arange(size) >= place[:, None]
    left = _middle(np.where(second, np.inf, segments), place)
    return left, _middle(np.where(second, segments, np.inf), size - place)


def _middle(rows: Floats, count: Places | int) -> Floats:
    """The median of the lowest so many of each row; whatever is left out is infinite."""
    ordered = np.sort(rows, axis=1)
    each = np.arange(len(rows))
    middle: Floats = 0.5 * (ordered[each, (count - 1) // 2] + ordered[each, count // 2])
    return middle


def _placed(segments: Floats, medians: tuple[Floats, Floats]) -> Places:
    """Where the levels about a split divide best: each point by which of the two medians it is nearer to.

    Ranks tell well that there are two levels, and less well where one ends, since within a level they scatter as far.
    """
    left, right = medians
    cost = np.cumsum(np.abs(segments - left[:, None]) - np.abs(segments - right[:, None]), axis=1)
    at: Places = SHORTEST + np.argmin(cost[:, SHORTEST - 1 : segments.shape[1] - SHORTEST], axis=1)
    return at


def _apart(segments: Floats, medians: tuple[Floats, Floats], place: Places) -> Floats:
    """How far two levels are apart in standard errors, with what is wild drawn in.

    Where the sides do not overlap, ranks say no more than that: however far apart they are.
    """
    (left, right), size = medians, segments.shape[1]
    second = np.arange(size) >= place[:, None]
    residuals = segments - np.where(second, right[:, None], left[:, None])
    reach = _REACH * _middle(np.abs(residuals), size)[:, None]
    spread = np.sqrt((np.clip(residuals, -reach, reach) ** 2).sum(axis=1) / (size - 2))
    # the median of a side is less sure than its mean
    error = _MEDIAN * spread * np.sqrt(1 / place + 1 / (size - place))
    return np.where(spread > _NOTHING, np.abs(right - left) / np.maximum(error, _NOTHING**2), 0.0)


def _sides(ranks: Floats, place: Places) -> tuple[Floats, NDArray[np.bool_]]:
    """Each point's rank within its own side, about 0 and of a width of 1; and which points are of the second side."""
    size = ranks.shape[1]
    second = np.arange(size) >= place[:, None]
    within = ranked(np.where(second, ranks + size, ranks))
    first = place[:, None]
    return np.where(second, (within - first) / (size - first + 1), within / (first + 1)) - 0.5, second


def _tail(statistic: Floats, size: int) -> Floats:
    """How likely chance makes the largest statistic of rows of one size as large."""
    share = SHORTEST / size
    if share >= 0.5:  # noqa: PLR2004 - there is no place to split
        return np.ones(len(statistic))
    large = np.maximum(statistic, 1.0)
    density = np.exp(-(large**2) / 2) / math.sqrt(2 * math.pi)
    tail = density * ((large - 1 / large) * 2 * math.log((1 - share) / share) + 4 / large)
    return np.where(statistic > 1, np.minimum(tail, 1.0), 1.0)

"""Two revisions measured in blocks: is one slower, by how much, and how much could have been seen.

What disturbs a benchmark on a shared machine makes it slower and never faster, so that the lower half of all times
tells the two apart and the upper half mostly tells who was disturbed. The test is a linear rank test whose scores rise
over the lower half and are flat above: each observation is ranked among all, and scored min(rank / N, 1/2). Which
observation was of which revision was drawn by lot within each block of successive runs, so that the variance of the sum
of scores under "no difference" follows from the draw alone, whatever drifts from block to block.

Sources: Hájek, Šidák, Sen, Theory of Rank Tests, 2nd ed., chapters 3 and 4 (scores, permutation variance); van Elteren
1960 (strata); Kalibera and Jones 2013 (the process as the unit); interval by inversion: Lehmann, Nonparametrics, 2.5.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NORMAL = NormalDist()
_FLAT = 0.5
_STEPS = 17
_NOTHING = 1e-12
POWER = 0.8
"""How often an effect is found that is called detectable."""


class Design(Struct, frozen=True, kw_only=True):
    """How the columns were measured: `head` says which are of the head, `block` to which block each belongs.

    Without an order that was drawn by lot there is one block, and the test is as good as the two sides are alike.
    """

    head: NDArray[np.bool_]
    block: NDArray[np.intp]

    @staticmethod
    def apart(base: int, head: int) -> Design:
        """So many observations of the base, then so many of the head, in no order that is known."""
        return Design(head=np.arange(base + head) >= base, block=np.zeros(base + head, np.intp))


class Shifts(Struct, frozen=True, kw_only=True):
    """What came of a comparison, one entry a row: `estimate`, and the interval from `low` to `high` about it."""

    estimate: Floats
    low: Floats
    high: Floats


def scores(rows: Floats) -> Floats:
    """The score of each observation in its row, ties sharing the mean of their ranks: (rows, N), from 0 to 1/2."""
    size = rows.shape[1]
    order = np.argsort(rows, axis=1)
    sorted_ = np.take_along_axis(rows, order, 1)
    ranks = np.broadcast_to(np.arange(1.0, size + 1), rows.shape)
    tied = sorted_[:, 1:] == sorted_[:, :-1]
    if tied.any():
        ranks = _shared(ranks.copy(), tied)
    told = np.empty_like(rows)
    np.put_along_axis(told, order, np.minimum((ranks - 0.5) / size, _FLAT), 1)
    return told


def _shared(ranks: Floats, tied: NDArray[np.bool_]) -> Floats:
    """The ranks of sorted rows, where neighbours that are tied get the mean of theirs."""
    for row in np.flatnonzero(tied.any(axis=1)):
        bounds = np.flatnonzero(~tied[row]) + 1
        for one in np.split(np.arange(ranks.shape[1]), bounds):
            ranks[row, one] = one.mean() + 1
    return ranks


def deviates(rows: Floats, design: Design) -> Floats:
    """How far the head lies above the base in each row, in standard deviations under "no difference".

    `rows`: (rows, N), as long as the design. 0 where a row is constant.
    """
    order = np.argsort(design.block, kind="stable")
    starts = np.flatnonzero(np.diff(design.block[order], prepend=-1))
    told = scores(rows)[:, order]
    of_head = design.head[order]
    size = np.diff(starts, append=len(order))
    ours = np.add.reduceat(of_head.astype(np.intp), starts)
    sums = np.add.reduceat(told, starts, axis=1)
    squares = np.add.reduceat(told**2, starts, axis=1) - sums**2 / size
    total = told @ of_head - sums @ (ours / size)
    variance = squares @ (ours * (size - ours) / (size * np.maximum(size - 1, 1)))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(variance > _NOTHING, total / np.sqrt(variance), 0.0)


def above(deviate: Floats) -> Floats:
    """How likely a deviate as high comes about where there is no difference (one-sided p)."""
    return np.array([0.5 * math.erfc(each / math.sqrt(2)) for each in deviate])


def shifts(rows: Floats, design: Design, *, confidence: float) -> Shifts:
    """By how much the head lies above the base: every shift that the test does not reject, at a confidence.

    The interval is that of the test itself: subtracting a shift within it from the head leaves nothing to be found.
    `confidence` is of both sides together, such as 0.9.
    """
    bound = _NORMAL.inv_cdf((1 + confidence) / 2)
    width = rows.max(axis=1) - rows.min(axis=1) if rows.size else np.zeros(len(rows))
    return Shifts(
        estimate=(_crossing(rows, design, 0.0, width, up=True) + _crossing(rows, design, 0.0, width, up=False)) / 2,
        low=_crossing(rows, design, bound, width, up=False),
        high=_crossing(rows, design, -bound, width, up=True),
    )


def _crossing(rows: Floats, design: Design, level: float, width: Floats, *, up: bool) -> Floats:
    """Where the deviate of the rows less a shift of the head falls through a level, from above (`up`: the far end)."""
    low, high = -width, width.copy()
    for _ in range(_STEPS):
        middle = (low + high) / 2
        deviate = deviates(rows - middle[:, None] * design.head, design)
        right = deviate >= level if up else deviate > level
        low, high = np.where(right, middle, low), np.where(right, high, middle)
    return (low + high) / 2


def detectable(found: Shifts, *, confidence: float, alpha: Floats, floor: Floats) -> Floats:
    """The smallest shift that is found in `POWER` of all such runs, by the width of the interval.

    Found is what the test rejects at a level `alpha` and what is estimated at `floor` at the least, one each a row.
    """
    bound = _NORMAL.inv_cdf((1 + confidence) / 2)
    error = (found.high - found.low) / (2 * bound)
    wanted = np.array([_NORMAL.inv_cdf(1 - one) for one in alpha])
    found_from: Floats = np.maximum(error * wanted, floor)
    return found_from + error * _NORMAL.inv_cdf(POWER)

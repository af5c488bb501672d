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
from collections.abc import Callable
from functools import cached_property
from statistics import NormalDist

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NORMAL = NormalDist()
_FLAT = 0.5
_STEPS = 17
_NOTHING = 1e-12
_LARGE = 2**32
_PIECE = 1000
"""So many rows are looked at together at the most, so that all that is made of them stays near the processor."""
POWER = 0.8
"""How often an effect is found that is called detectable."""


class Design(Struct, frozen=True, kw_only=True, dict=True):
    """How the columns were measured: `head` says which are of the head, `block` to which block each belongs.

    Without an order that was drawn by lot there is one block, and the test is as good as the two sides are alike.
    """

    head: NDArray[np.bool_]
    block: NDArray[np.intp]

    @cached_property
    def draw(self) -> _Draw:
        """What the draw makes of scores."""
        blocks, of = np.unique(self.block, return_inverse=True)
        member = (of[:, None] == np.arange(len(blocks))).astype(np.float64)
        size, ours = member.sum(axis=0), self.head @ member
        chance = ours * (size - ours) / (size * np.maximum(size - 1, 1))
        common = math.lcm(*size.astype(int).tolist())
        whole = float(common) if common < _LARGE else 1.0
        excess = self.head * whole - (ours * whole / size)[of]
        return _Draw(member=member, excess=excess, whole=whole, chance=chance[of], share=chance / size)

    @staticmethod
    def apart(base: int, head: int) -> Design:
        """So many observations of the base, then so many of the head, in no order that is known."""
        return Design(head=np.arange(base + head) >= base, block=np.zeros(base + head, np.intp))


class _Draw(Struct, frozen=True, kw_only=True):
    """By what the scores of N columns are weighed.

    `member`: (N, blocks), which column is of which block. `excess`: (N,), by how much a column counts for the head
    beyond what the draw gives it, times `whole`, which makes whole numbers of them. Of each score's square the variance
    has `chance`: (N,), less `share`: (blocks,), of that of each block's sum.
    """

    member: Floats
    excess: Floats
    whole: float
    chance: Floats
    share: Floats


class Shifts(Struct, frozen=True, kw_only=True):
    """What came of a comparison, one entry a row: `estimate`, and the interval from `low` to `high` about it."""

    estimate: Floats
    low: Floats
    high: Floats


def scores(rows: Floats) -> Floats:
    """The score of each observation in its row, ties sharing the mean of their ranks: (rows, N), from 0 to 1/2."""
    told: Floats = _whole_scores(rows) / (2 * rows.shape[1])
    return told


def _whole_scores(rows: Floats) -> Floats:
    """The scores times 2 N: whole numbers, so that sums are exact, and 0 in whatever order they are added."""
    return _told(rows, lambda ranks: np.minimum(2 * ranks - 1, 2 * _FLAT * rows.shape[1]))


def ranked(rows: Floats) -> Floats:
    """The rank of each observation in its row from 1, ties sharing the mean of theirs: (rows, N)."""
    return _told(rows, lambda ranks: ranks)


def _told(rows: Floats, of: Callable[[Floats], Floats]) -> Floats:
    """What ranks are worth, at the place of each observation."""
    count, size = rows.shape
    place = np.argsort(rows, axis=1) + size * np.arange(count)[:, None]
    ordered = rows.take(place)
    ranks = np.arange(1.0, size + 1)
    tied = ordered[:, 1:] == ordered[:, :-1]
    if tied.any():
        some = tied.any(axis=1)
        ranks = np.tile(ranks, (count, 1))
        ranks[some] = _shared(tied[some])
    told = np.empty(rows.shape)
    told.reshape(-1)[place] = of(ranks)
    return told


def _shared(tied: NDArray[np.bool_]) -> Floats:
    """The ranks of sorted rows, of which `tied` says where one is as large as the one before it."""
    size = tied.shape[1] + 1
    edge = np.ones((len(tied), 1), np.bool_)
    begins, ends = np.hstack([edge, ~tied]), np.hstack([~tied, edge])
    first = np.maximum.accumulate(np.where(begins, np.arange(size), 0), axis=1)
    last = np.minimum.accumulate(np.where(ends, np.arange(size), size)[:, ::-1], axis=1)[:, ::-1]
    return (first + last) / 2 + 1


def deviates(rows: Floats, design: Design) -> Floats:
    """How far the head lies above the base in each row, in standard deviations under "no difference".

    `rows`: (rows, N), as long as the design. 0 where a row is constant.
    """
    told, draw = _whole_scores(rows), design.draw
    sums, total = told @ draw.member, told @ draw.excess / draw.whole
    variance = told**2 @ draw.chance - sums**2 @ draw.share
    least = _NOTHING * (2 * rows.shape[1]) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(variance > least, total / np.sqrt(variance), 0.0)


def above(deviate: Floats) -> Floats:
    """How likely a deviate as high comes about where there is no difference (one-sided p)."""
    return np.array([0.5 * math.erfc(each / math.sqrt(2)) for each in deviate])


def shifts(rows: Floats, design: Design, *, confidence: float) -> Shifts:
    """By how much the head lies above the base: every shift that the test does not reject, at a confidence.

    The interval is that of the test itself: subtracting a shift within it from the head leaves nothing to be found.
    `confidence` is of both sides together, such as 0.9.
    """
    bound = _NORMAL.inv_cdf((1 + confidence) / 2)
    pieces = [_shifts(rows[at : at + _PIECE], design, bound) for at in range(0, max(len(rows), 1), _PIECE)]
    estimate, low, high = (np.concatenate(each) for each in zip(*pieces, strict=True))
    return Shifts(estimate=estimate, low=low, high=high)


def _shifts(rows: Floats, design: Design, bound: float) -> tuple[Floats, Floats, Floats]:
    """The estimate, and the ends of the interval."""
    width = _width(rows)
    near, level = _crossing(rows, design, 0.0, width, up=False)
    far = near.copy()
    far[level] = _crossing(rows[level], design, 0.0, width[level], up=True)[0]
    low, _ = _crossing(rows, design, bound, width, up=False)
    high, _ = _crossing(rows, design, -bound, width, up=True)
    return (near + far) / 2, low, high


def _crossing(
    rows: Floats, design: Design, level: float | Floats, width: Floats, *, up: bool
) -> tuple[Floats, NDArray[np.bool_]]:
    """Where the deviate of the rows less a shift of the head falls through a level, from above (`up`: the far end).

    Also which rows have lain on the level for a while: of all others both ends are the same.
    """
    low, high = -width, width.copy()
    met = np.zeros(len(rows), np.bool_)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        deviate = deviates(rows - middle[:, None] * design.head, design)
        met |= deviate == level
        right = deviate >= level if up else deviate > level
        low, high = np.where(right, middle, low), np.where(right, high, middle)
    return (low + high) / 2, met


def detectable(
    rows: Floats, design: Design, found: Shifts, *, confidence: float, alpha: Floats, floor: Floats
) -> Floats:
    """The smallest shift that is found in `POWER` of all such runs; infinite where no shift ever would be.

    Found is what the test rejects at a level `alpha` and what is estimated at `floor` at the least, one each a row. So
    the head is shifted, less what it is shifted already, until its deviate is beyond the bound of the test by as much
    as chance takes away in one run of five. The width of the interval alone would promise too much: the further two
    sides are apart, the less a shift moves their ranks. That the next run may be disturbed more is not in it.
    """
    error = (found.high - found.low) / (2 * _NORMAL.inv_cdf((1 + confidence) / 2))
    bound = np.array([_NORMAL.inv_cdf(1 - one) for one in alpha])
    pieces = [slice(at, at + _PIECE) for at in range(0, max(len(rows), 1), _PIECE)]
    reached = np.concatenate([_reached(rows[some], design, bound[some]) for some in pieces])
    seen: Floats = np.maximum(found.estimate + reached, floor + error * _NORMAL.inv_cdf(POWER))
    return seen


def _reached(rows: Floats, design: Design, bound: Floats) -> Floats:
    """By how much the head has to be shifted to be found; where all of it lies above the base there is no more."""
    width = _width(rows)
    best = deviates(rows + (2 * width + 1)[:, None] * design.head, design)
    at, _ = _crossing(rows, design, bound + _NORMAL.inv_cdf(POWER), width, up=False)
    return np.where(best < bound, np.inf, -at)


def _width(rows: Floats) -> Floats:
    return rows.max(axis=1) - rows.min(axis=1) if rows.size else np.zeros(len(rows))

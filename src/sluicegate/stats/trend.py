"""Where a series is going: its slope with an interval, and when it will cross a line, if that can be said at all.

Sources: Theil 1950 and Sen 1968 (slope, its interval from Kendall's statistic); Hamed and Rao 1998 (variance where
neighbours hang together, here with their correlation at lag 1).
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from sluicegate.stats.neighbours import inflation

Floats = NDArray[np.float64]

_NORMAL = NormalDist()
_MOST = 1000
FEWEST = 10
"""So many points have a slope at the least."""


class Slope(Struct, frozen=True, kw_only=True):
    """The change per step: the estimate, its interval, and the `level` of the line at the last point."""

    estimate: float
    low: float
    high: float
    level: float

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves no doubt about the sign."""
        return self.low > 0 or self.high < 0


def slope(row: Floats, *, confidence: float = 0.95) -> Slope | None:
    """The median slope between all pairs of points, a step apart each; None for fewer than `FEWEST`.

    Of a longer series the last 1,000 points are taken, which is half a million pairs.
    """
    row = row[-_MOST:]
    size = len(row)
    if size < FEWEST:
        return None
    left, right = np.triu_indices(size, 1)
    slopes = np.sort((row[right] - row[left]) / (right - left))
    middle = float(np.median(slopes))
    residuals = row - middle * np.arange(size)
    ranks = residuals.argsort().argsort().astype(np.float64) - (size - 1) / 2
    deviation = math.sqrt(size * (size - 1) * (2 * size + 5) / 18) * float(inflation(ranks[None], fitted=2)[0])
    wide = _NORMAL.inv_cdf((1 + confidence) / 2) * deviation
    count = len(slopes)
    low = max(math.floor((count - wide) / 2), 0)
    high = min(math.ceil((count + wide) / 2), count - 1)
    intercept = float(np.median(residuals))
    return Slope(
        estimate=middle, low=float(slopes[low]), high=float(slopes[high]), level=intercept + middle * (size - 1)
    )  # fmt: skip


class Crossing(Struct, frozen=True, kw_only=True):
    """In how many steps a line is crossed: the estimate, and the earliest and latest by the slope's interval.

    `latest` is None where the slower end of the interval never gets there.
    """

    steps: float
    earliest: float
    latest: float | None


def crossing(found: Slope, line: float) -> Crossing | None:
    """When a series on a slope reaches a line; None where the sign of the slope is in doubt, or it leads away from it.

    A series that is over the line already reaches it in 0 steps.
    """
    gap = line - found.level
    if not found.is_sure or gap * found.estimate < 0:
        return None
    fast, slow = sorted((found.low, found.high), key=abs, reverse=True)
    return Crossing(
        steps=gap / found.estimate, earliest=gap / fast, latest=gap / slow if slow * found.estimate > 0 else None
    )  # fmt: skip

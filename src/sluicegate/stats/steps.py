"""Which steps of a series are beyond doubt, where neighbours in time may hang together.

A machine that changes now and then, from one pool to another, makes levels as a change of the program does. What tells
the two apart is how far the levels are apart by what lies between them, and how many independent values there are: so a
step is taken to be sure only where it would be if neighbours hung together as much as the series cannot rule out.

Sources: Bayley and Hammersley 1946 (effective number of values); Bartlett 1946 (standard error of a correlation);
Wallace 1959 (Student's law by the normal one); Bonferroni for the places at which a step may be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sluicegate.stats.changes import SHORTEST
from sluicegate.stats.ranks import ranked

_LIMIT = 1.645
"""The correlation is taken at its upper limit of 95 %, in standard errors of 1 / √n."""

_MOST = 0.9


def sure(row: NDArray[np.float64], begins: Sequence[int], *, alpha: float) -> tuple[int, ...]:
    """Those of `begins`, where levels of a row begin and the first of which is 0, that are beyond doubt; 0 always is.

    `alpha` is how often a series without a step is taken for one with a step that is sure.
    """
    ends = (*begins[1:], len(row))
    sides = [row[begin:end] for begin, end in zip(begins, ends, strict=True)]
    if len(sides) == 1:
        return tuple(begins)
    time = _time(sides)
    pairs = zip(begins[1:], sides, sides[1:], strict=False)
    return (begins[0], *(begin for begin, left, right in pairs if _chance(left, right, time) <= alpha))


def _time(sides: Sequence[NDArray[np.float64]]) -> float:
    """How many neighbours say as much as one independent value, at the upper limit of their correlation."""
    size = sum(map(len, sides))
    ranks = [ranked(side[None])[0] / (len(side) + 1) - 0.5 for side in sides]
    total = sum(float((side**2).sum()) for side in ranks)
    rho = sum(float((side[1:] * side[:-1]).sum()) for side in ranks) / total if total else 0.0
    rho += (1 + 3 * max(rho, 0.0)) * len(sides) / size  # each level that was taken out makes it look smaller
    rho = min(max(rho, 0.0) + _LIMIT / math.sqrt(size), _MOST)
    return (1 + rho) / (1 - rho)


def _chance(left: NDArray[np.float64], right: NDArray[np.float64], time: float) -> float:
    """How likely chance puts two sides so far apart, at the best of all places."""
    size = len(left) + len(right)
    squares = float(((left - left.mean()) ** 2).sum() + ((right - right.mean()) ** 2).sum())
    gap = abs(float(left.mean() - right.mean()))
    if not squares:
        return 0.0 if gap else 1.0
    error = math.sqrt(squares / (size - 2) * (1 / len(left) + 1 / len(right)) * time)
    freedom = max(size / time - 2, 1.0)
    ratio = math.log1p((gap / error) ** 2 / freedom)
    normal = (8 * freedom + 1) / (8 * freedom + 3) * math.sqrt(freedom * ratio)
    return min(math.erfc(normal / math.sqrt(2)) * max(size - 2 * SHORTEST + 1, 1), 1.0)

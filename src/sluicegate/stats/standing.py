"""One new point against many old ones: is it worse than the history explains, and what could have been seen.

Runs of the same code on machines that are lent differ in jumps (another processor, a neighbour) more than they scatter,
so that a standard deviation says little: what counts is how bad the worst few of the history are. The tail beyond the
median is taken to fall off exponentially through the quantile `_OUTER` of the history, and never faster than a normal
law with 1.2 times the median absolute deviation does, where the history is as quiet as that.

Sources: Rousseeuw and Croux 1993 (MAD); Breiman, Stone, Kooperberg 1990 (exponential tail for quantiles).
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from msgspec import Struct

from sluicegate.stats.ranks import POWER, Floats, above

_NORMAL = NormalDist()
_OUTER = 0.97
_TAIL = math.log(0.5 / (1 - _OUTER))
_DOUBT = 1.2
_FEW = 6
# A quantile of few runs is unsure itself: it is taken to lie further out by _FEW / n, the deviation by _DOUBT more.
# Both were chosen on generated histories so that one unchanged point in 100 is called worse, from 20 runs to 100.
_MAD = 1.4826
FEWEST = 20
"""So many runs a history has at the least: fewer say nothing of their own tail."""


class Standing(Struct, frozen=True, kw_only=True):
    """How new points stand, one entry a row: the chance `p` of one as high, and the `shift` from the median."""

    p: Floats
    shift: Floats
    detectable: Floats


def stand(history: Floats, new: Floats, *, alpha: Floats, floor: Floats) -> Standing:
    """How likely the history alone makes a point as high as the new one, which is told of no other.

    `history`: (rows, n), `new`: (rows,), both on the scale on which shifts add up, such as logarithms of seconds. The
    history is exchangeable by assumption: where it hangs together in time, an answer is too sure. `detectable`: the
    shift that is found in `POWER` of all cases, at a level `alpha` and with `floor` as the least that counts, one each
    a row.
    """
    centre = np.median(history, axis=1)
    shift = new - centre
    unsure = 1 + _FEW / history.shape[1]
    outer = unsure * (np.quantile(history, _OUTER, axis=1) - centre)
    quiet = unsure * _DOUBT * _MAD * np.median(np.abs(history - centre[:, None]), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = np.where(outer > 0, 0.5 * np.exp(-np.maximum(shift, 0) * _TAIL / outer), np.where(shift > 0, 0.0, 0.5))
        normal = above(np.where(quiet > 0, shift / quiet, np.where(shift > 0, np.inf, 0.0)))
    bound = np.maximum(outer * np.log(0.5 / alpha) / _TAIL, quiet * _bounds(alpha))
    below = centre - np.quantile(history, 1 - POWER, axis=1)
    return Standing(
        p=np.where(shift > 0, np.maximum(tail, normal), 0.5), shift=shift, detectable=np.maximum(bound, floor) + below
    )


def _bounds(alpha: Floats) -> Floats:
    return np.array([_NORMAL.inv_cdf(1 - one) for one in alpha])

"""One new point against many old ones: is it worse than the history explains, and what could have been seen.

Runs of the same code on machines that are lent differ in jumps (another processor, a neighbour) more than they scatter,
so that a standard deviation says little: what counts is how bad the worst few of the history are. The tail beyond the
median is taken to fall off exponentially through the quantile `_OUTER` of the history, and never faster than a normal
law with 1.2 times the median absolute deviation does, where the history is as quiet as that.

Neighbours in time hang together where the machine does not change with each run. Then n runs say less of the tail than
n independent ones: they count as n divided by their autocorrelation time. And what was bad a run ago is expected to be
bad again, as far as neighbours correlate.

Sources: Rousseeuw and Croux 1993 (MAD); Breiman, Stone, Kooperberg 1990 (exponential tail for quantiles); Bayley and
Hammersley 1946 (how many independent values dependent ones are worth).
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from msgspec import Struct

from sluicegate.stats.neighbours import Dependence, dependence
from sluicegate.stats.ranks import POWER, Floats, above

_NORMAL = NormalDist()
_OUTER = 0.97
_TAIL = math.log(0.5 / (1 - _OUTER))
_DOUBT = 1.2
_FEW = 5.5
# A quantile of few runs is unsure itself: it is taken to lie further out by _FEW / n, the deviation by _DOUBT more. Of
# runs that hang together n is what they are worth. Both were chosen on generated histories, of other seeds than those
# of the published figures, so that about one unchanged point in 100 is called worse, from 20 runs to 100.
_MAD = 1.4826
FEWEST = 20
"""So many runs a history has at the least: fewer say nothing of their own tail."""


class Standing(Struct, frozen=True, kw_only=True):
    """How new points stand, one entry a row: the chance `p` of one as high, and the `shift` from the median.

    `bound` is the shift that noise alone goes beyond in a share `alpha` of all cases, whatever the last point was.
    """

    p: Floats
    shift: Floats
    bound: Floats
    detectable: Floats


def stand(
    history: Floats,
    new: Floats,
    *,
    alpha: Floats,
    floor: Floats,
    cautious: Floats | None = None,
    follows: bool = True,
) -> Standing:
    """How likely the history alone makes a point as high as the new one, which is told of no other.

    `history`: (rows, n), oldest first, `new`: (rows,), both on the scale on which shifts add up, such as logarithms of
    seconds. `cautious` is the same history read in another way, where it is not sure how to read it: a point is as high
    as the reading says that makes it less so. How far neighbours hang together is read from it too. A new point that
    `follows` is expected to be like the last one as far as they do; without, the order says nothing. `detectable`: the
    shift that is found in `POWER` of all cases, at a level `alpha` and with `floor` as the least that counts, one each
    a row.
    """
    careful = history if cautious is None else cautious
    hangs = dependence(careful) if follows else None
    told = _told(history, new, alpha, floor, hangs)
    unsure = np.flatnonzero((careful != history).any(axis=1))
    if not unsure.size:
        return told
    some = Dependence(correlation=hangs.correlation[unsure], time=hangs.time[unsure]) if hangs else None
    other = _told(careful[unsure], new[unsure], alpha[unsure], floor[unsure], some)
    gap = told.shift[unsure] - other.shift
    told.p[unsure] = np.maximum(told.p[unsure], other.p)
    told.bound[unsure] = np.maximum(told.bound[unsure], gap + other.bound)
    told.detectable[unsure] = np.maximum(told.detectable[unsure], gap + other.detectable)
    return told


def _told(history: Floats, new: Floats, alpha: Floats, floor: Floats, hangs: Dependence | None) -> Standing:
    centre = np.median(history, axis=1)
    shift = new - centre
    again = hangs.correlation * np.maximum(history[:, -1] - centre, 0) if hangs else np.zeros(len(history))
    beyond = shift - again
    unsure = 1 + _FEW * (hangs.time if hangs else 1.0) / history.shape[1]
    outer = unsure * (np.quantile(history, _OUTER, axis=1) - centre)
    quiet = unsure * _DOUBT * _MAD * np.median(np.abs(history - centre[:, None]), axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = np.where(outer > 0, 0.5 * np.exp(-np.maximum(beyond, 0) * _TAIL / outer), np.where(beyond > 0, 0.0, 0.5))
        normal = above(np.where(quiet > 0, beyond / quiet, np.where(beyond > 0, np.inf, 0.0)))
    bound = np.maximum(outer * np.log(0.5 / alpha) / _TAIL, quiet * _bounds(alpha))
    below = centre - np.quantile(history, 1 - POWER, axis=1)
    return Standing(
        p=np.where(beyond > 0, np.maximum(tail, normal), 0.5), shift=shift, bound=bound,
        detectable=np.maximum(again + bound, floor) + below,
    )  # fmt: skip


def _bounds(alpha: Floats) -> Floats:
    return np.array([_NORMAL.inv_cdf(1 - one) for one in alpha])

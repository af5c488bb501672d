"""How much neighbours in time hang together, and what that does to whoever counts them as independent.

Sources: Kendall 1954 and Marriott and Pope 1954 for the bias of a correlation that is estimated from few points;
Sokal 1997, section 3, for the autocorrelation time; James and Stein 1961 for drawing in what is estimated badly.
"""

from __future__ import annotations

import math

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from sluicegate.stats.ranks import ranked

Floats = NDArray[np.float64]

_MOST = 0.9


class Dependence(Struct, frozen=True, kw_only=True):
    """How the values of each row hang together: the `correlation` of neighbours, and the autocorrelation `time`.

    So many neighbouring values, 1 or more, say as much as one that is independent.
    """

    correlation: Floats
    time: Floats


def dependence(rows: Floats) -> Dependence:
    """The dependence within each row (rows, n), in the order of time, by its ranks, which no wild value bends.

    What scatters anew each time hides at lag 1 how slowly the rest falls off. So the correlation is taken to fall off
    from lag 1 on by the ratio of lags 2 and 1, as far as lag 1 stands out from chance, 1 / n; else by itself.
    """
    size = rows.shape[1]
    centred = ranked(rows) - (size + 1) / 2
    total = np.maximum((centred**2).sum(axis=1), 1.0)
    first, second = ((centred[:, lag:] * centred[:, :-lag]).sum(axis=1) / total for lag in (1, 2))
    bias = 1 + 3 * np.maximum(first, 0)
    correlation = np.clip(first + bias / size, 0, _MOST)
    later = second + (bias + np.maximum(second, 0)) / size
    sure = correlation**2 / (correlation**2 + 1 / size)
    ratio = np.divide(later, correlation, out=np.zeros_like(later), where=correlation > 0)
    decay = np.clip(correlation + sure * (ratio - correlation), correlation, _MOST)
    return Dependence(correlation=correlation, time=1 + 2 * correlation / (1 - decay))


def inflation(sides: list[NDArray[np.float64]], *, fitted: int) -> float:
    """By how much the deviation of a mean grows over that of independent values; 1 or more.

    `sides` are centred values in the order of time, one array for each stretch that hangs together in itself; `fitted`
    is how many parameters (levels, slopes) were taken out of each, which makes the correlation look smaller than it is.
    """
    total = sum(float((side**2).sum()) for side in sides)
    size = sum(map(len, sides))
    if not total:
        return 1.0
    rho = sum(float((side[1:] * side[:-1]).sum()) for side in sides) / total
    rho += (fitted + (1 + 2 * fitted) * max(rho, 0.0)) * len(sides) / size
    rho = min(max(rho, 0.0), _MOST)
    return math.sqrt((1 + rho) / (1 - rho))

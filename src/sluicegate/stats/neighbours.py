"""How much neighbours in time hang together, and what that does to whoever counts them as independent.

Sources: Kendall 1954 and Marriott and Pope 1954 for the bias of a correlation that is estimated from few points;
Sokal 1997, section 3, for the autocorrelation time; James and Stein 1961 for drawing in what is estimated badly.
"""

from __future__ import annotations

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


def inflation(rows: Floats, second: NDArray[np.bool_] | None = None, *, fitted: int) -> Floats:
    """By how much the deviation of a mean grows over that of independent values, for each row; 1 or more. (rows, n).

    `rows` are centred values in the order of time. `second` says which of them belong to a second stretch, where a row
    has two that hang together in themselves alone. `fitted` is how many parameters (levels, slopes) were taken out of
    each stretch, which makes the correlation look smaller than it is.
    """
    total = (rows**2).sum(axis=1)
    products = rows[:, 1:] * rows[:, :-1]
    if second is not None:
        products[second[:, 1:] != second[:, :-1]] = 0
    rho = products.sum(axis=1) / np.where(total > 0, total, 1.0)
    stretches = 1 if second is None else 2
    rho += (fitted + (1 + 2 * fitted) * np.maximum(rho, 0.0)) * stretches / rows.shape[1]
    rho = np.clip(rho, 0.0, _MOST)
    return np.where(total > 0, np.sqrt((1 + rho) / (1 - rho)), 1.0)

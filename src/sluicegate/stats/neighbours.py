"""How much neighbours in time hang together, and what that does to whoever counts them as independent.

Source: Kendall 1954 and Marriott and Pope 1954 for the bias of a correlation that is estimated from few points.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_MOST = 0.9


def inflation(
    rows: NDArray[np.float64], second: NDArray[np.bool_] | None = None, *, fitted: int
) -> NDArray[np.float64]:
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

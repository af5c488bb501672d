"""How much neighbours in time hang together, and what that does to whoever counts them as independent.

Source: Kendall 1954 and Marriott and Pope 1954 for the bias of a correlation that is estimated from few points.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_MOST = 0.9


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

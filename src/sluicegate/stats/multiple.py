"""Many tests at once: of all that is called a discovery, only a small share may be false.

Source: Benjamini and Hochberg 1995.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def discoveries(p: NDArray[np.float64], rate: float) -> NDArray[np.bool_]:
    """Which of some p-values are discoveries, where at most a share `rate` of the discoveries is false on average.

    It holds for tests that are independent or hang together positively, as the benchmarks of one run do. Where nothing
    differs at all, `rate` is how often anything is called a discovery.
    """
    order = np.argsort(p)
    passing = p[order] <= rate * np.arange(1, p.size + 1) / max(p.size, 1)
    found = np.zeros(p.size, np.bool_)
    if passing.any():
        found[order[: np.flatnonzero(passing)[-1] + 1]] = True
    return found

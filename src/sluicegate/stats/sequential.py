"""Looking more than once: how much of the error that is allowed each look may spend.

A test that is repeated until it finds something finds something. So the looks share one level between them: little of
it is for the first, most for the last, and a decision holds whenever it falls (the union of the looks' levels bounds
the whole). Source: Lan and DeMets 1983 for spending by the share of the information; the split here is by its square,
which lies between their two functions.
"""

from __future__ import annotations

from collections.abc import Sequence


def spent(looks: Sequence[float], level: float) -> list[float]:
    """What each look may spend of `level`; `looks` are the observations at each of them, rising."""
    shares = [(at / looks[-1]) ** 2 for at in looks]
    return [level * (share - before) for share, before in zip(shares, [0.0, *shares], strict=False)]

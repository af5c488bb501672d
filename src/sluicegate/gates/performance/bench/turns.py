"""Whose turn it is, and after how many runs the sides are looked at."""

from __future__ import annotations

import random
from collections.abc import Iterator

_ABBA = (False, True, True, False)
A_BLOCK = 2
"""So many runs has each side in a block."""


def drawn(seed: int) -> Iterator[tuple[bool, ...]]:
    """Blocks of turns, true for the head: base, head, head, base, or the other way round, as the lot falls.

    Within a block a steady drift of the machine hits both sides alike.
    """
    lot = random.Random(seed)  # noqa: S311 - a lot that has to be fair, and nothing that somebody must not guess
    while True:
        yield _ABBA if lot.getrandbits(1) else tuple(not head for head in _ABBA)


def looks(first: int, most: int) -> tuple[int, ...]:
    """After how many runs a side they are looked at: at first, and each time as many have come again, whole blocks.

    What would be left over at the end is joined to the last.
    """
    step, last = _whole(min(first, most)), _whole(most)
    before = range(step, last, step)
    return (*(at for at in before if last - at >= step / 2), last)


def _whole(runs: int) -> int:
    return -(-runs // A_BLOCK) * A_BLOCK

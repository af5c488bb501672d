"""How much a piece of work does: counted, since seconds differ from machine to machine."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

HANGS = 60.0
"""Seconds after which something is said to hang: for what takes seconds, or else far more than a minute."""


def growth(work: Callable[[int], object], size: int) -> float:
    """By how much the calls of functions grow where the size doubles: 2 is linear, 4 quadratic."""
    work(size)  # what is read or made once is no part of it
    return _calls(work, 2 * size) / _calls(work, size)


def _calls(work: Callable[[int], object], size: int) -> int:
    count = 0

    def heard(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(heard)
    try:
        work(size)
    finally:
        sys.setprofile(before)
    return count

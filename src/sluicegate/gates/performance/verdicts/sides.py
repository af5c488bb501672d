"""Two sides of one benchmark as rows of numbers: one for each unit of observation, and why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from sluicegate.gates.performance.reading import Direction

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sluicegate.gates.performance.reading import Reading

ENOUGH = 5
"""So many processes a side make a comparison of processes; below, their samples have to do."""

_CHUNKS = 30


class Side(Struct, frozen=True, kw_only=True):
    """The values of one side, in the order in which they were taken, and what a reader has to know of them."""

    values: tuple[float, ...]
    note: str = ""


def units(reading: Reading) -> Side:
    """The units of observation of a reading: its processes, each by one value; or pieces of the one that there is.

    Successive samples of a process hang together. Where there are too few processes they are joined to at most 30
    successive pieces, which hang together less, and the note says so.
    """
    rows = [row for row in reading.processes if row]
    if len(rows) >= ENOUGH or all(len(row) == 1 for row in rows):
        return Side(values=tuple(of_process(reading, row) for row in rows))
    samples = np.concatenate([np.asarray(row) for row in rows])
    pieces = np.array_split(samples, min(_CHUNKS, len(samples)))
    many = "one process" if len(rows) == 1 else f"{len(rows)} processes"
    return Side(values=tuple(float(np.median(piece)) for piece in pieces), note=f"the samples are of {many}")


def of_process(reading: Reading, row: Sequence[float]) -> float:
    """What stands for the samples of one process: of a time the least, of anything else the median.

    What disturbs a process makes it take longer and never shorter, so that its least sample was disturbed least.
    """
    is_time = reading.unit == "s" and reading.direction is Direction.LOWER
    return min(row) if is_time else float(np.median(row))


def badness(
    values: Sequence[float] | NDArray[np.float64], *, higher_is_better: bool, least: float
) -> NDArray[np.float64]:
    """Values on the scale on which factors add up and more is worse: logarithms, with zero taken as half of `least`."""
    logs: NDArray[np.float64] = np.log(np.maximum(np.asarray(values, np.float64), least / 2))
    return -logs if higher_is_better else logs


def least_of(*sides: Sequence[float]) -> float:
    """The smallest value above zero, or 1 where there is none."""
    positive = [value for side in sides for value in side if value > 0]
    return min(positive, default=1.0)

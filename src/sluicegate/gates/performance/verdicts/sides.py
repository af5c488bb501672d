"""Two sides of one benchmark as rows of numbers: one for each unit of observation, and why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from sluicegate.gates.performance.reading import Direction

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

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


def badness(rows: ArrayLike, higher_is_better: ArrayLike) -> NDArray[np.float64]:
    """Values on the scale on which factors add up and more is worse: logarithms. `higher_is_better` is one a row.

    Zero is taken as half of the smallest value above zero in its row.
    """
    values = np.asarray(rows, np.float64)
    least = np.min(values, axis=-1, keepdims=True, initial=np.inf, where=values > 0)
    logs: NDArray[np.float64] = np.log(np.maximum(values, np.where(least < np.inf, least, 1.0) / 2))
    return np.where(np.expand_dims(higher_is_better, -1), -logs, logs)


def least_of(values: Sequence[float]) -> float:
    """The smallest value above zero, or 1 where there is none."""
    return min((value for value in values if value > 0), default=1.0)

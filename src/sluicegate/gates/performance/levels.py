"""The history of a benchmark as levels: where it went over to another one, and what is left when they are taken out.

What happened on the branch before a change is not the change's. So a new run is held against the level on which the
branch is now, with the scatter of all of its levels; that the branch has become worse is a finding of its own.

A machine that changes now and then makes levels too, and those come back. So a new run is also held against the history
in which only the steps are taken out that are beyond doubt, and is worse where it is so by both.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.verdicts.sides import badness, least_of
from sluicegate.stats.changes import change_points
from sluicegate.stats.steps import sure

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOOKED_AT = 100
"""So many of the last runs say how much a benchmark scatters: older ones are of another time."""

ALPHA = 0.001
"""How often a history of one level is taken for one of two: a level that is none takes scatter away."""


class Levels(Struct, frozen=True, kw_only=True):
    """A history on the scale on which factors add up and more is worse, from `first` on, where an epoch begins it.

    `begins` are the places at which levels begin, counted in `rows`, the first of them 0, `sure` those of them that are
    beyond doubt; `heights` are the medians of the levels.
    """

    rows: NDArray[np.float64]
    begins: tuple[int, ...]
    sure: tuple[int, ...]
    heights: tuple[float, ...]
    least: float
    direction: Direction

    @property
    def settled(self) -> NDArray[np.float64]:
        """The history as it would be on its last level."""
        return _on_last(self.rows, self.begins, self.heights)

    @property
    def cautious(self) -> NDArray[np.float64]:
        """The history as it would be on its last level, if there were no steps but those that are beyond doubt."""
        return (
            self.settled if self.sure == self.begins else _on_last(self.rows, self.sure, _heights(self.rows, self.sure))
        )

    def values(self, rows: NDArray[np.float64]) -> tuple[float, ...]:
        """Values in the metric's unit."""
        sign = -1.0 if self.direction is Direction.HIGHER else 1.0
        return tuple(float(value) for value in np.exp(sign * rows))

    @property
    def readings(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The last runs in the metric's unit as a new run is held against them, settled and cautious."""
        settled = self.values(self.settled[-LOOKED_AT:])
        if self.sure == self.begins:
            return settled, settled
        return settled, self.values(self.cautious[-LOOKED_AT:])

    @property
    def risen(self) -> float:
        """By which factor the last level is worse than the best one before it; 1 where it is not."""
        return math.exp(max(self.heights[-1] - min(self.heights), 0.0))

    @property
    def since(self) -> int:
        """The place in `rows` from which on it has been worse than the best level."""
        best = int(np.argmin(self.heights))
        return self.begins[min(best + 1, len(self.begins) - 1)]


class History(Struct, frozen=True, kw_only=True):
    """A history, oldest value first, and by which factor its levels differ at the least."""

    values: Sequence[float]
    direction: Direction
    floor: float


def levels(values: Sequence[float], direction: Direction, floor: float) -> Levels:
    """The levels of a history, oldest value first; they differ by the factor `floor` at the least."""
    (found,) = all_levels([History(values=values, direction=direction, floor=floor)])
    return found


def all_levels(histories: Sequence[History]) -> list[Levels]:
    """The levels of many histories, in order; those of one length are searched together, which takes far less time."""
    alike: dict[int, list[int]] = defaultdict(list)
    for index, each in enumerate(histories):
        alike[len(each.values)].append(index)
    found: dict[int, Levels] = {}
    for some in alike.values():
        found |= zip(some, _alike([histories[index] for index in some]), strict=True)
    return [found[index] for index in range(len(histories))]


def _alike(histories: Sequence[History]) -> list[Levels]:
    rows = badness([one.values for one in histories], [one.direction is Direction.HIGHER for one in histories])
    points = change_points(rows, alpha=ALPHA, floor=np.log([one.floor for one in histories]))
    return [_levels(each, row, (0, *some)) for each, row, some in zip(histories, rows, points, strict=True)]


def _levels(each: History, row: NDArray[np.float64], begins: tuple[int, ...]) -> Levels:
    return Levels(
        rows=row, begins=begins, sure=sure(row, begins, alpha=ALPHA), heights=_heights(row, begins),
        least=least_of(each.values), direction=each.direction,
    )  # fmt: skip


def _heights(row: NDArray[np.float64], begins: Sequence[int]) -> tuple[float, ...]:
    ends = (*begins[1:], len(row))
    return tuple(median(row[begin:end].tolist()) for begin, end in zip(begins, ends, strict=True))


def _on_last(row: NDArray[np.float64], begins: Sequence[int], heights: Sequence[float]) -> NDArray[np.float64]:
    pieces = zip(begins, (*begins[1:], len(row)), heights, strict=True)
    return np.concatenate([row[begin:end] - height for begin, end, height in pieces]) + heights[-1]

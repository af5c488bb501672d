"""The levels of many histories, found together."""

from __future__ import annotations

import numpy as np

from sluicegate.gates.performance.levels import History, all_levels, levels
from sluicegate.gates.performance.reading import Direction


def test_levels_found_together_are_those_found_alone() -> None:
    """Of histories that differ in length, in direction and in what counts as a step, in order."""
    chance = np.random.default_rng(1)
    histories = []
    for number in range(60):
        size = int(chance.choice([10, 30, 50]))
        values = 5 * np.exp(chance.normal(0, 0.01, size) + 0.1 * (np.arange(size) >= size // 2))
        direction = (Direction.LOWER, Direction.HIGHER)[number % 2]
        histories.append(History(values=values.tolist(), direction=direction, floor=(1.02, 1.2)[number % 3 // 2]))
    together = all_levels(histories)
    for history, found in zip(histories, together, strict=True):
        alone = levels(history.values, history.direction, history.floor)
        assert found.rows.tolist() == alone.rows.tolist()
        assert (found.begins, found.heights, found.least) == (alone.begins, alone.heights, alone.least)
        assert (found.risen > 1) == (history.direction is Direction.LOWER and len(found.begins) > 1)
    assert {len(found.begins) for found in together} == {1, 2}


def test_no_histories_have_no_levels() -> None:
    assert all_levels([]) == []

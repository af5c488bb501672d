"""The levels of histories, found together or alone, and a new run held against both ways to read them."""

from __future__ import annotations

import numpy as np

from sluicegate.gates.performance.levels import History, Levels, all_levels, levels
from sluicegate.gates.performance.reading import Direction
from sluicegate.stats.standing import stand


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


def pools(chance: np.random.Generator, trials: int, runs: int) -> np.ndarray:
    """Logarithms of runs on two pools of machines, the slower one in one of four, which stays for five on average."""
    slow = chance.random(trials) < 0.25
    rows = chance.normal(0, 0.03, (trials, runs))
    for at in range(runs):
        slow = np.where(chance.random(trials) < 0.2, chance.random(trials) < 0.25, slow)
        rows[:, at] += 0.2 * slow
    return rows


def read(rows: np.ndarray) -> list[Levels]:
    return [levels(np.exp(row).tolist(), Direction.LOWER, 1.02) for row in rows]


def alarms(found: list[Levels], new: np.ndarray) -> float:
    settled, cautious = (np.array([np.log(each.readings[which]) for each in found]) for which in (0, 1))
    told = stand(settled, new, alpha=np.full(len(new), 0.01), floor=np.zeros(len(new)), cautious=cautious)
    return float((told.p <= 0.01).mean())


def test_pools_of_machines_alarm_little() -> None:
    """With all steps taken out and each run for an independent one it is 3.8 %, with the first alone 3.5 %."""
    rows = pools(np.random.default_rng(9), 1500, 31)
    assert alarms(read(rows[:, :-1]), rows[:, -1]) <= 0.025


def test_after_a_step_that_is_sure_a_regression_is_found() -> None:
    chance = np.random.default_rng(9)
    rows = chance.normal(0, 0.01, (200, 51))
    rows[:, 40:] -= 0.2
    found = read(rows[:, :-1])
    assert np.mean([each.sure == each.begins and len(each.sure) > 1 for each in found]) >= 0.95
    assert alarms(found, rows[:, -1] + 0.1) >= 0.95
    assert alarms(found, rows[:, -1]) <= 0.02


def test_a_step_in_doubt_is_a_level_but_hides_nothing() -> None:
    """Ten slow runs and then ten fast ones: who knows whether the machine comes back."""
    rows = np.random.default_rng(3).normal(0, 0.02, (1, 20))
    rows[:, :10] += 0.08
    (found,) = read(rows)
    assert (found.begins, found.sure) == ((0, 10), (0,))
    settled, cautious = found.readings
    assert max(cautious) > 1.03 * max(settled)

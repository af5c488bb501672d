"""A new run after a history whose steps may be the machine's: held against both ways to read it."""

from __future__ import annotations

import numpy as np

from sluicegate.gates.performance.levels import Levels, levels
from sluicegate.gates.performance.reading import Direction
from sluicegate.stats.standing import stand


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

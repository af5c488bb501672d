"""What neighbours in time that hang together do to the judgement of a new point, and to steps."""

from __future__ import annotations

import numpy as np
import pytest

from sluicegate.stats.neighbours import dependence
from sluicegate.stats.standing import stand
from sluicegate.stats.steps import sure


def chained(chance: np.random.Generator, shape: tuple[int, int], rho: float) -> np.ndarray:
    rows = chance.normal(0, 1, shape)
    for at in range(1, shape[1]):
        rows[:, at] = rho * rows[:, at - 1] + np.sqrt(1 - rho * rho) * rows[:, at]
    return rows


def pools(chance: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """A machine out of two pools, the slower one in one of four runs, which stays for five runs on average."""
    slow = chance.random(shape[0]) < 0.25
    rows = chance.normal(0, 0.03, shape)
    for at in range(shape[1]):
        slow = np.where(chance.random(shape[0]) < 0.2, chance.random(shape[0]) < 0.25, slow)
        rows[:, at] += 0.2 * slow
    return rows


def told(history: np.ndarray, new: np.ndarray, **how: object) -> np.ndarray:
    size = len(history)
    return stand(history, new, alpha=np.full(size, 0.01), floor=np.zeros(size), **how).p


def test_independent_values_are_worth_what_they_are() -> None:
    found = dependence(np.random.default_rng(1).normal(0, 1, (2000, 50)))
    assert np.median(found.time) < 1.15
    assert found.time.mean() < 1.35


@pytest.mark.parametrize(("rho", "time"), [(0.3, 1.86), (0.6, 4.0)])
def test_values_that_hang_together_are_worth_less(rho: float, time: float) -> None:
    found = dependence(chained(np.random.default_rng(2), (400, 400), rho))
    assert np.median(found.correlation) == pytest.approx(rho, abs=0.05)
    assert np.median(found.time) == pytest.approx(time, rel=0.15)


def test_what_scatters_anew_does_not_hide_how_slowly_the_rest_falls_off() -> None:
    chance = np.random.default_rng(3)
    found = dependence(chained(chance, (400, 400), 0.8) + chance.normal(0, 1, (400, 400)))
    lag = np.median(found.correlation)
    assert lag == pytest.approx(0.4, abs=0.05)
    assert np.median(found.time) > 1.5 * (1 + lag) / (1 - lag), "its neighbours alone would say so much"


def test_a_constant_row_hangs_together_no_more_than_its_bias() -> None:
    assert dependence(np.ones((1, 20))).time[0] < 1.2


def test_runs_that_hang_together_call_fewer_points_worse() -> None:
    rows = chained(np.random.default_rng(4), (4000, 31), 0.8)
    history, new = rows[:, :-1], rows[:, -1]
    as_if_in_no_order = (told(history, new, follows=False) <= 0.01).sum()
    assert (told(history, new) <= 0.01).sum() < 0.5 * as_if_in_no_order


def test_what_was_bad_a_run_ago_is_expected_to_be_bad_again() -> None:
    row = np.array([*[0.0, 0.1, -0.1, 0.05, -0.05] * 6, *[1.0, 1.1, 0.9, 1.05] * 3, *[0.0, 0.1] * 4])
    new = np.array([1.5, 1.5])
    after_good, after_bad = told(np.array([row, [*row[:-1], 1.1]]), new)
    assert after_bad > 1.2 * after_good
    unordered = told(np.array([row, [*row[:-1], 1.1]]), new, follows=False)
    assert unordered[1] < 1.1 * unordered[0]


def test_a_point_is_as_high_as_the_less_sure_reading_says() -> None:
    chance = np.random.default_rng(5)
    narrow, wide = chance.normal(0, 0.01, (1, 40)), chance.normal(0, 0.1, (1, 40))
    new = np.array([0.15])
    found = [told(first, new, cautious=second)[0] for first, second in ((narrow, wide), (wide, narrow), (wide, wide))]
    assert max(found) < 2 * min(found), "whichever is the cautious one, the wide one decides"
    assert told(narrow, new)[0] < 0.01 * min(found)


def test_a_step_far_beyond_the_noise_is_sure_and_the_first_level_always() -> None:
    chance = np.random.default_rng(6)
    row = chance.normal(0, 0.01, 50)
    row[40:] += 0.2
    assert sure(row, (0, 40), alpha=0.001) == (0, 40)
    assert sure(row, (0,), alpha=0.001) == (0,)
    assert sure(np.repeat([0.0, 1.0], 10), (0, 10), alpha=0.001) == (0, 10), "without noise there is no doubt"


def test_a_stay_in_another_pool_is_no_sure_step() -> None:
    """Whichever place is asked about: the correlation is estimated, so that more than `alpha` of them are."""
    rows = pools(np.random.default_rng(7), (300, 50))
    asked = [(row, at) for row in rows for at in (10, 25, 40)]
    assert sum(len(sure(row, (0, at), alpha=0.001)) > 1 for row, at in asked) <= 0.03 * len(asked)


def test_a_step_of_few_runs_within_its_noise_is_not_sure() -> None:
    row = np.random.default_rng(8).normal(0, 0.05, 20)
    row[14:] += 0.2
    assert sure(row, (0, 14), alpha=0.001) == (0,)

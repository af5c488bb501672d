"""Discoveries, looks, standing, neighbours, change points and slopes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.stats.changes import SHORTEST, change_points
from sluicegate.stats.multiple import discoveries
from sluicegate.stats.neighbours import inflation
from sluicegate.stats.sequential import spent
from sluicegate.stats.standing import stand
from sluicegate.stats.trend import Slope, crossing, slope

CHANCES = st.lists(st.floats(0, 1), max_size=20)
STEP = np.array([*[0.0, 0.1, -0.1, 0.05] * 8, *[2.0, 2.1, 1.9, 2.05] * 5])


@given(CHANCES, st.floats(0.01, 0.2))
def test_discoveries_are_those_of_the_definition(p: list[float], rate: float) -> None:
    """The largest k whose k-th smallest is at most k q / m, and all that are as small."""
    ordered, found = sorted(p), discoveries(np.array(p), rate)
    most = max((k for k, each in enumerate(ordered, 1) if each <= rate * k / len(p)), default=0)
    assert found.sum() == most
    assert sorted(np.array(p)[found].tolist()) == ordered[:most]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=6, unique=True).map(sorted))
def test_looks_spend_all_that_there_is_and_no_more(looks: list[int]) -> None:
    found = spent(looks, 0.01)
    assert sum(found) == pytest.approx(0.01)
    assert min(found) > 0


def test_a_new_point_among_its_like_is_nothing_and_one_far_out_is() -> None:
    history = np.tile(np.random.default_rng(1).permutation(np.linspace(-1, 1, 50)), (3, 1))
    found = stand(history, np.array([0.0, 1.2, 9.0]), alpha=np.full(3, 0.01), floor=np.zeros(3))
    assert found.p[0] == 0.5
    assert 0.001 < found.p[1] < 0.5
    assert found.p[2] < 1e-6
    assert found.shift.tolist() == pytest.approx([0, 1.2, 9])


def test_a_constant_history_is_left_by_any_change() -> None:
    found = stand(np.ones((2, 20)), np.array([1.0, 1.001]), alpha=np.full(2, 0.01), floor=np.zeros(2))
    assert found.p.tolist() == [0.5, 0.0]


def test_few_new_points_of_a_wild_history_are_called_worse() -> None:
    """Two kinds of machines behind one label, which a deviation from the mean knows nothing of."""
    chance = np.random.default_rng(3)
    rows = chance.normal(0, 0.02, (4000, 51)) + 0.3 * (chance.random((4000, 51)) < 0.15)
    found = stand(rows[:, :-1], rows[:, -1], alpha=np.full(4000, 0.01), floor=np.zeros(4000))
    assert (found.p <= 0.01).mean() <= 0.012


def test_one_step_is_found_at_its_place() -> None:
    assert change_points(STEP[None], alpha=0.005, floor=0.02) == [[32]]


def test_a_step_below_the_floor_is_none() -> None:
    assert change_points(STEP[None], alpha=0.005, floor=3.0) == [[]]


@given(st.integers(-100, 100), st.integers(1, 100))
def test_place_and_scale_move_no_change_point(by: int, times: int) -> None:
    assert change_points((STEP * times + by)[None], alpha=0.005, floor=0.02 * times) == [[32]]


def test_backwards_the_places_are_mirrored() -> None:
    chance = np.random.default_rng(1)
    row = np.concatenate([chance.normal(level, 0.1, 30) for level in (0, 1, 0.5)])
    there, back = change_points(np.array([row, row[::-1]]), alpha=0.005, floor=0.02)
    assert there == pytest.approx([30, 60], abs=1)
    assert sorted(len(row) - at for at in back) == pytest.approx(there, abs=1)


@pytest.mark.parametrize("size", range(2 * SHORTEST + 1))
def test_short_series_have_no_change_point(size: int) -> None:
    assert change_points(np.arange(size, dtype=float)[None] ** 9, alpha=0.005, floor=0.0) == [[]]


def test_neighbours_that_hang_together_are_no_levels() -> None:
    chance = np.random.default_rng(2)
    rows = np.zeros((300, 100))
    noise = chance.normal(0, 1, rows.shape)
    for at in range(1, 100):
        rows[:, at] = 0.6 * rows[:, at - 1] + noise[:, at]
    split = sum(map(bool, change_points(rows, alpha=0.005, floor=0.0)))
    assert split <= 0.05 * len(rows)


def test_independent_values_inflate_nothing_and_walks_do() -> None:
    chance = np.random.default_rng(2)
    noise = chance.normal(0, 1, 400)
    assert inflation((noise - noise.mean())[None], fitted=1)[0] < 1.2
    walk = np.cumsum(noise)
    assert inflation((walk - walk.mean())[None], fitted=1)[0] > 3
    assert inflation(np.zeros((1, 9)), fitted=1).tolist() == [1.0]


@given(st.integers(-9, 9), st.integers(-99, 99))
def test_the_slope_of_a_line_is_its_slope(rise: int, start: int) -> None:
    found = slope(start + rise * np.arange(20.0))
    assert (found.estimate, found.low, found.high, found.level) == (rise, rise, rise, start + 19 * rise)


def test_wild_points_bend_no_slope() -> None:
    row = 0.5 * np.arange(40.0)
    row[::7] += 100
    assert slope(row).estimate == pytest.approx(0.5, abs=0.1)


def test_few_points_have_no_slope() -> None:
    assert slope(np.arange(9.0)) is None


def test_a_line_is_crossed_in_so_many_steps_or_nobody_knows() -> None:
    sure = Slope(estimate=2.0, low=1.0, high=4.0, level=10.0)
    found = crossing(sure, 30.0)
    assert (found.steps, found.earliest, found.latest) == (10.0, 5.0, 20.0)
    assert crossing(sure, 5.0) is None, "it leads away"
    assert crossing(Slope(estimate=2.0, low=-1.0, high=4.0, level=10.0), 30.0) is None, "its sign is in doubt"

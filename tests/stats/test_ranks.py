"""The rank test against all orders that the lot could have drawn, and what has to hold whatever the numbers are."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluicegate.stats import ranks
from sluicegate.stats.ranks import Design, above, detectable, deviates, ranked, scores, shifts

VALUES = st.lists(st.integers(-50, 50), min_size=12, max_size=12)
TURNS = Design(head=np.array([0, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0], bool), block=np.arange(12) // 4)


def row(values: list[int]) -> np.ndarray:
    return np.array([values], float)


def test_scores_rise_over_the_lower_half_and_are_flat_above() -> None:
    assert scores(row([4, 1, 3, 2])).tolist() == [[0.5, 0.125, 0.5, 0.375]]


def test_ties_share_their_ranks() -> None:
    assert scores(row([1, 1, 2, 3])).tolist() == [[0.25, 0.25, 0.5, 0.5]]


@settings(deadline=None, max_examples=25)
@given(VALUES)
def test_the_deviate_is_standard_over_all_draws(values: list[int]) -> None:
    """Mean 0 and variance 1 over every way in which each block could have been divided."""
    found = []
    for sides in product(combinations(range(4), 2), repeat=3):
        head = np.zeros(12, bool)
        for block, places in enumerate(sides):
            head[[4 * block + place for place in places]] = True
        found.append(deviates(row(values), Design(head=head, block=TURNS.block))[0])
    assert np.mean(found) == pytest.approx(0, abs=1e-9)
    assert np.var(found) == pytest.approx(1) or not np.any(found), "or all of a block is the same"


@given(VALUES)
def test_only_the_order_counts(values: list[int]) -> None:
    before = deviates(row(values), TURNS)
    assert deviates(row(values) ** 3 + 7, TURNS) == pytest.approx(before)


@given(VALUES)
def test_changing_sides_changes_the_sign(values: list[int]) -> None:
    other = Design(head=~TURNS.head, block=TURNS.block)
    assert deviates(row(values), other) == pytest.approx(-deviates(row(values), TURNS))


@given(VALUES)
def test_a_block_without_both_sides_says_nothing(values: list[int]) -> None:
    more = Design(head=np.append(TURNS.head, [True] * 4), block=np.append(TURNS.block, [9] * 4))
    same = Design(head=np.append(TURNS.head, [False] * 4), block=np.append(TURNS.block, [9] * 4))
    rows = row([*values, 99, 98, 97, 96])
    assert deviates(rows, more) == pytest.approx(deviates(rows, same))


@settings(deadline=None, max_examples=25)
@given(VALUES, st.integers(-20, 20))
def test_a_shift_of_the_head_shifts_the_estimate_and_its_interval(values: list[int], by: int) -> None:
    before = shifts(row(values), TURNS, confidence=0.9)
    after = shifts(row(values) + by * TURNS.head, TURNS, confidence=0.9)
    assert after.estimate == pytest.approx(before.estimate + by, abs=0.01)
    if np.isfinite(before.low).all():
        assert after.low == pytest.approx(before.low + by, abs=0.01)


@pytest.mark.parametrize("block", [np.zeros(30, int), np.arange(30) // 2, np.arange(30) // 3, np.arange(30) // 7])
def test_changing_sides_changes_the_sign_of_the_estimate(block: np.ndarray) -> None:
    """Where many shifts leave nothing at all, it is their middle: that takes sums of scores without an error."""
    rows, head = np.random.default_rng(8).normal(0, 1, (200, 60)), np.arange(60) >= 30
    there, back = (
        shifts(rows, Design(head=side, block=np.tile(block, 2)), confidence=0.9).estimate for side in (head, ~head)
    )
    assert there == pytest.approx(-back, abs=1e-4)


@settings(deadline=None, max_examples=25)
@given(VALUES)
def test_the_estimate_lies_in_its_interval(values: list[int]) -> None:
    found = shifts(row(values), TURNS, confidence=0.9)
    assert found.low[0] - 0.01 <= found.estimate[0] <= found.high[0] + 0.01


def test_the_interval_holds_what_is_true_as_often_as_it_says() -> None:
    chance = np.random.default_rng(4)
    design = Design(head=np.tile([False, True, True, False], 10), block=np.arange(40) // 4)
    rows = chance.standard_normal((2000, 40)) + 0.3 * design.head
    found = shifts(rows, design, confidence=0.9)
    assert 0.87 <= np.mean((found.low <= 0.3) & (found.high >= 0.3)) <= 0.94


@pytest.mark.parametrize("disturbed", [0.0, 0.3])
def test_what_is_called_detectable_is_found_four_times_in_five_of_the_next_runs(disturbed: float) -> None:
    chance = np.random.default_rng(7)
    design = Design(head=np.tile([False, True, True, False], 15), block=np.arange(60) // 4)

    def run() -> np.ndarray:
        return chance.standard_normal((2000, 60)) + (chance.random((2000, 60)) < disturbed) * chance.exponential(
            5, (2000, 60)
        )

    rows = run()
    found = shifts(rows, design, confidence=0.9)
    seen = detectable(rows, design, found, confidence=0.9, alpha=np.full(2000, 0.01), floor=np.zeros(2000))
    hit = above(deviates(run() + seen[:, None] * design.head, design)) <= 0.01
    assert 0.78 <= hit.mean() <= 0.82


def test_what_no_shift_makes_visible_is_not_detectable() -> None:
    rows, design = np.arange(10.0)[None], Design.apart(5, 5)
    found = shifts(rows, design, confidence=0.9)
    least = {
        alpha: detectable(rows, design, found, confidence=0.9, alpha=np.array([alpha]), floor=np.zeros(1))[0]
        for alpha in (0.01, 0.009)
    }
    assert least[0.01] < least[0.009] == np.inf


def test_where_nothing_scatters_the_floor_is_detectable() -> None:
    rows = np.ones((1, 12))
    found = shifts(rows, TURNS, confidence=0.9)
    assert detectable(rows, TURNS, found, confidence=0.9, alpha=np.array([0.01]), floor=np.array([0.02])) == [0.02]


def test_false_alarms_are_as_many_as_are_allowed() -> None:
    chance = np.random.default_rng(5)
    design = Design(head=np.tile([False, True, True, False], 15), block=np.arange(60) // 4)
    drift = np.cumsum(chance.normal(0, 0.3, (4000, 60)), axis=1)
    wild = (chance.random((4000, 60)) < 0.2) * chance.exponential(5, (4000, 60))
    p = above(deviates(drift + wild, design))
    assert 0.002 <= (p <= 0.01).mean() <= 0.014


@pytest.mark.parametrize("count", [0, 1])
def test_no_rows_and_constant_rows(count: int) -> None:
    rows = np.ones((count, 12))
    assert deviates(rows, TURNS).tolist() == [0.0] * count
    found = shifts(rows, TURNS, confidence=0.9)
    assert (found.low.tolist(), found.high.tolist()) == ([0.0] * count, [0.0] * count)


@given(st.lists(st.lists(st.integers(0, 4), min_size=7, max_size=7), min_size=1, max_size=5))
def test_a_rank_is_the_mean_of_the_places_that_ties_share(rows: list[list[int]]) -> None:
    told = [[np.mean([at for at, one in enumerate(sorted(row), 1) if one == value]) for value in row] for row in rows]
    assert ranked(np.array(rows, float)).tolist() == told


def test_rows_are_judged_alike_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(6).integers(0, 20, (7, 12)).astype(float)
    whole = shifts(rows, TURNS, confidence=0.9)
    monkeypatch.setattr(ranks, "_PIECE", 3)
    pieces = shifts(rows, TURNS, confidence=0.9)
    for name in ("estimate", "low", "high"):
        assert getattr(pieces, name).tolist() == getattr(whole, name).tolist()

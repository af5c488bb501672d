"""Many series searched together must come out as each alone, as `plainly` has it, whatever they look like."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sluicegate.stats import changes
from sluicegate.stats.changes import change_points
from stats import plainly

Chance = np.random.Generator
ALPHA = 0.005
SIZES = (1, 7, 8, 9, 30, 100)


def calm(chance: Chance, size: int) -> np.ndarray:
    return chance.normal(0, 0.02, size)


def steps(chance: Chance, size: int) -> np.ndarray:
    return calm(chance, size) + np.cumsum(chance.normal(0, 0.3, size) * (chance.random(size) < 0.08))


def opposite(chance: Chance, size: int) -> np.ndarray:
    """Up and down again, which hide each other."""
    at = np.arange(size)
    return calm(chance, size) + 0.2 * ((at > size / 3) & (at < size / 2))


def wild(chance: Chance, size: int) -> np.ndarray:
    return steps(chance, size) + (chance.random(size) < 0.15) * chance.exponential(2, size)


def walking(chance: Chance, size: int) -> np.ndarray:
    return np.cumsum(calm(chance, size))


def tied(chance: Chance, size: int) -> np.ndarray:
    return np.round(steps(chance, size), 1)


def sloping(chance: Chance, size: int) -> np.ndarray:
    return calm(chance, size) + 0.01 * np.arange(size)


def constant(chance: Chance, size: int) -> np.ndarray:
    return np.full(size, chance.integers(0, 3) / 10)


def clean(chance: Chance, size: int) -> np.ndarray:
    """A step between levels that do not scatter at all."""
    return np.repeat([0.0, 1.0], size)[size - int(chance.integers(0, size + 1)) :][:size]


KINDS = (calm, steps, opposite, wild, walking, tied, sloping, constant, clean)


def rows_of(kinds: tuple[Callable[[Chance, int], np.ndarray], ...], size: int, each: int) -> np.ndarray:
    chance = np.random.default_rng(size)
    return np.array([kind(chance, size) for _ in range(each) for kind in kinds])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", SIZES)
def test_together_is_as_each_alone(kind: Callable[[Chance, int], np.ndarray], size: int) -> None:
    rows = rows_of((kind,), size, 60)
    floor = np.tile([0.0, 0.02, 0.3], 20)
    found = change_points(rows, alpha=ALPHA, floor=floor)
    assert found == [
        plainly.change_points(row, alpha=ALPHA, floor=least) for row, least in zip(rows, floor, strict=True)
    ]


def test_these_series_have_what_is_sought() -> None:
    """Else the comparison above would compare nothing with nothing."""
    counts = [len(one) for one in change_points(rows_of(KINDS, 100, 60), alpha=ALPHA, floor=0.02)]
    assert {0, 1, 2, 3, 4} <= set(counts)


def test_a_row_is_the_same_whatever_lies_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = rows_of(KINDS, 100, 8)
    together = change_points(rows, alpha=ALPHA, floor=0.02)
    assert together == [change_points(row[None], alpha=ALPHA, floor=0.02)[0] for row in rows]
    assert together[::-1] == change_points(rows[::-1].copy(), alpha=ALPHA, floor=0.02)
    monkeypatch.setattr(changes, "_PIECE", 7)
    assert together == change_points(rows, alpha=ALPHA, floor=0.02)


@pytest.mark.parametrize("shape", [(0, 0), (0, 30), (3, 0)])
def test_no_rows_and_no_points(shape: tuple[int, int]) -> None:
    assert change_points(np.zeros(shape), alpha=ALPHA, floor=0.02) == [[]] * shape[0]

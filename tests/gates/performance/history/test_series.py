"""One benchmark through a window, and why some points have no value."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from runs import HERE, NOON, SUITE, history, put, reading, run
from sluicegate.baseline import Store
from sluicegate.gates.performance.history.series import (
    ABSENT,
    NO_RULING,
    OTHER_RULER,
    OTHER_UNIT,
    REFUSED,
    Series,
    keys_of,
    middle,
    series,
)
from sluicegate.gates.performance.history.window import window
from sluicegate.gates.performance.reading import Reading, Refused


def told(store: Store, ruler: str = "none", **more: Any) -> Series:
    seen = window(history(store), SUITE, HERE.fingerprint, line=None, now=NOON + timedelta(days=9))
    return series(seen, more.get("benchmark", "parse"), "time", ruler)


def values(of: Series) -> list[float]:
    return [each.value for each in of.values]


def ruled(number: int, value: float, ruler: float, name: str = "sluicegate-ruler-1 [CPython 3.11]", **more: Any) -> Any:
    return run(number, value, ruler=(reading(ruler, name),), **more)


def test_a_process_counts_once_however_often_it_measured() -> None:
    assert middle(Reading(benchmark="x", processes=((1.0,), (1.0, 2.0, 3.0, 3.0, 3.0), (2.0,), ()))) == 2.0


def test_runs_of_one_commit_are_one_value(store: Store) -> None:
    put(store, run(0, 1.0), run(0, 3.0), run(0, 2.0), run(1, 7.0))
    found = told(store)
    assert (values(found), found.unit, found.left_out) == ([2.0, 7.0], "s", {})


def test_what_was_not_measured_is_told(store: Store) -> None:
    gone = run(1, readings=(reading(1.0, "other"),))
    refused = run(2, readings=(reading(1.0, "other"),), refused=(Refused(benchmark="parse", why="no samples"),))
    put(store, run(0, 1.0), gone, refused, run(3, 4.0))
    found = told(store)
    assert (values(found), found.left_out) == ([1.0, 4.0], {ABSENT: 1, REFUSED: 1})


def test_a_unit_that_changed_begins_anew(store: Store) -> None:
    put(store, run(0, 1.0), run(1, readings=(reading(5.0, unit="B"),)), run(2, readings=(reading(6.0, unit="B"),)))
    found = told(store)
    assert (values(found), found.unit, found.left_out) == ([5.0, 6.0], "B", {OTHER_UNIT: 1})


def test_each_run_is_divided_by_its_own_ruler(store: Store) -> None:
    put(store, ruled(0, 1.0, 0.5), ruled(1, 4.0, 2.0), run(2, 9.0))
    found = told(store, "built-in")
    assert (values(found), found.unit, found.left_out) == ([2.0, 2.0], "× ruler", {NO_RULING: 1})


def test_runs_with_another_ruler_are_not_compared(store: Store) -> None:
    put(store, ruled(0, 1.0, 0.5, "sluicegate-ruler-1 [CPython 3.11]"), ruled(1, 1.0, 0.25, "sluicegate-ruler-2 [x]"))
    found = told(store, "built-in")
    assert (values(found), found.left_out) == ([4.0], {OTHER_RULER: 1})


def test_a_ruler_of_the_users_own(store: Store) -> None:
    for number, (value, ruler) in enumerate([(1.0, 0.5), (4.0, 2.0)]):
        put(store, run(number, readings=(reading(value), reading(ruler, "loop[1]"))))
    assert values(told(store, "loop[*]")) == [2.0, 2.0]
    assert told(store, "pool").left_out == {NO_RULING: 2}


@pytest.mark.parametrize("ruler", [0.0, -1.0])
def test_a_ruler_that_measured_nothing_divides_nothing(store: Store, ruler: float) -> None:
    put(store, ruled(0, 1.0, ruler))
    assert (values(told(store, "built-in")), told(store, "built-in").left_out) == ([], {NO_RULING: 1})


def test_all_that_was_ever_measured_is_listed(store: Store) -> None:
    put(store, run(0), run(1, readings=(reading(1.0, "dump"), reading(2.0, metric="memory", unit="B"))))
    seen = window(history(store), SUITE, HERE.fingerprint, line=None, now=NOON + timedelta(days=9))
    assert keys_of(seen) == [("dump", "time"), ("parse", "memory"), ("parse", "time")]
    assert series(seen, "nothing", "time").values == ()

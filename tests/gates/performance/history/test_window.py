"""Which runs a verdict may lean on, in what order; what is left out is counted, whatever the history looks like."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from runs import COMMITS, ELSEWHERE, HERE, NOON, SUITE, history, line, numbers, put, reindex, run
from sluicegate.baseline import Store
from sluicegate.errors import GateError
from sluicegate.gates.performance.history.folding import fold
from sluicegate.gates.performance.history.layout import run_name
from sluicegate.gates.performance.history.record import Record, encode
from sluicegate.gates.performance.history.window import (
    BEFORE_PARENT,
    CANDIDATE,
    FUTURE,
    GAPS,
    IMAGES,
    JUDGED,
    OLDER,
    REWRITTEN,
    TWICE,
    UNPLACED,
    Window,
    window,
)
from sluicegate.gates.performance.history.window import (
    ELSEWHERE as OTHER,
)

LATER = NOON + timedelta(days=30)


def looked(store: Store, **more: Any) -> Window:
    return window(history(store), SUITE, HERE.fingerprint, **{"line": None, "now": LATER, **more})


def found(of: Window) -> list[int]:
    return numbers([point.commit for point in of.points])


def test_oldest_first_and_nothing_to_tell(any_store: Store) -> None:
    put(any_store, run(2), run(0), run(1))
    seen = looked(any_store, line=line(0, 1, 2))
    assert (found(seen), seen.left_out, seen.noted) == ([0, 1, 2], {}, {})
    assert [point.place for point in seen.points] == [0, 1, 2]
    assert seen.points[1].runs == (run(1),)


def test_no_history_is_an_empty_window(store: Store) -> None:
    assert looked(store).points == ()


def test_the_newest_are_looked_at(store: Store) -> None:
    put(store, *(run(number) for number in range(7)))
    seen = looked(store, newest=3)
    assert (found(seen), seen.left_out) == ([4, 5, 6], {OLDER: 4})


def test_older_runs_are_not_read(store: Store) -> None:
    names = put(store, run(0), run(1))
    store.replace(names[0], b"corrupt", store.get(names[0]).tag)
    assert found(looked(store, newest=1)) == [1]


def test_the_runs_of_a_commit_are_one_point(store: Store) -> None:
    again = run(0, 9.0, time=NOON + timedelta(hours=5))
    put(store, run(0), again, run(1))
    seen = looked(store)
    assert [point.runs for point in seen.points] == [(run(0), again), (run(1),)]
    apart = looked(store, apart=True)
    assert [point.runs for point in apart.points] == [(run(0),), (run(1),), (again,)], "by their time, as nobody knows"
    assert found(looked(store, apart=True, line=line(0, 1))) == [0, 0, 1]


def test_git_knows_the_order_better_than_the_clock(store: Store) -> None:
    """Commits were measured in another order than they were made in, and one again today."""
    put(store, run(0, time=NOON + timedelta(days=9)), run(1), run(2, time=NOON - timedelta(days=9)))
    assert found(looked(store)) == [2, 1, 0]
    seen = looked(store, line=line(0, 1, 2))
    assert (found(seen), seen.noted) == ([0, 1, 2], {BEFORE_PARENT: 2})


def test_a_run_again_of_an_old_commit_is_no_jump_of_the_clock(store: Store) -> None:
    put(store, run(0), run(0, 5.0, time=NOON + timedelta(days=5)), run(1))
    assert looked(store, line=line(0, 1)).noted == {}


def test_commits_that_the_branch_lost_are_left_out(store: Store) -> None:
    put(store, run(0), run(1), run(2), run(3))
    seen = looked(store, line=line(0, 2))
    assert (found(seen), seen.left_out) == ([0, 2], {REWRITTEN: 2})
    assert seen.noted == {}


def test_a_branch_that_was_rewritten_whole_leaves_nothing_and_says_so(store: Store) -> None:
    put(store, run(0), run(1))
    seen = looked(store, line=line(7, 8))
    assert (seen.points, seen.left_out) == ((), {REWRITTEN: 2})


def test_a_clone_that_is_cut_takes_what_is_older_by_its_time(store: Store) -> None:
    put(store, run(1), run(0), run(5), run(6), run(4))
    seen = looked(store, line=line(5, 6, whole=False))
    assert (found(seen), seen.noted) == ([0, 1, 4, 5, 6], {UNPLACED: 3})
    later = looked(store, line=line(0, 1, whole=False))
    assert (found(later), later.left_out) == ([0, 1], {REWRITTEN: 3})


def test_gaps_are_told(store: Store) -> None:
    put(store, run(1), run(5))
    assert looked(store, line=line(0, 1, 2, 3, 4, 5, 6)).noted == {GAPS: 3}


def test_what_was_recorded_twice_counts_once(store: Store) -> None:
    put(store, run(0), run(0, time=NOON + timedelta(minutes=3)), run(1))
    seen = looked(store)
    assert (found(seen), len(seen.points[0].runs), seen.left_out) == ([0, 1], 1, {TWICE: 1})


def test_other_machines_and_candidates_are_left_out(store: Store) -> None:
    put(store, run(0), run(1, machine=ELSEWHERE), run(2, candidate=True), run(3))
    seen = looked(store)
    assert (found(seen), seen.left_out) == ([0, 3], {OTHER: 1, CANDIDATE: 1})


def test_the_commit_that_is_judged_is_no_baseline_for_itself(store: Store) -> None:
    put(store, run(0), run(1))
    seen = looked(store, judged=COMMITS[1], line=line(0, 1))
    assert (found(seen), seen.left_out) == ([0], {JUDGED: 1})


def test_a_run_of_the_future_is_placed_by_git_or_left_out(store: Store) -> None:
    put(store, run(0), run(1, time=LATER + timedelta(days=400)), run(2))
    by_time = looked(store)
    assert (found(by_time), by_time.left_out) == ([0, 2], {FUTURE: 1})
    by_git = looked(store, line=line(0, 1, 2))
    assert (found(by_git), by_git.left_out) == ([0, 1, 2], {})
    assert by_git.noted[FUTURE] == 1


def test_clocks_that_differ_a_little_are_no_jump(store: Store) -> None:
    put(store, run(0, time=LATER + timedelta(minutes=5)))
    assert found(looked(store)) == [0]


def test_a_new_image_of_the_runner_is_told(store: Store) -> None:
    images = ["1", "1", "2", "3", "3"]
    put(store, *(run(n, machine=replace(HERE, image_version=each)) for n, each in enumerate(images)))
    assert looked(store).noted == {IMAGES: 2}


def test_a_run_of_the_window_that_is_corrupt_is_an_error_that_names_it(any_store: Store) -> None:
    names = put(any_store, run(0), run(1))
    any_store.replace(names[0], any_store.get(names[0]).data[:-9], any_store.get(names[0]).tag)
    with pytest.raises(GateError, match=f"{names[0]} cannot be trusted"):
        looked(any_store)


def test_a_run_that_was_put_in_the_place_of_another_is_an_error(store: Store) -> None:
    """It is whole, and says that it is the same run; what it measured is not what was recorded."""
    names = put(store, run(0), run(1))
    store.replace(names[0], encode(run(0, 99.0)), store.get(names[0]).tag)
    with pytest.raises(GateError, match="it is not what was recorded"):
        looked(store)


def test_folded_runs_are_read_from_one_document(any_store: Store) -> None:
    names = put(any_store, run(0), run(1), run(2))
    name, data = fold(SUITE, HERE.fingerprint, {one: any_store.get(one).data for one in names[:2]})
    any_store.create(name, data)
    for one in names[:2]:
        any_store.remove(one, any_store.get(one).tag)
    for _ in range(2):
        seen = looked(any_store)
        assert [point.runs for point in seen.points] == [(run(0),), (run(1),), (run(2),)]
        reindex(any_store)


def test_a_folded_document_that_lacks_a_run_is_an_error(store: Store) -> None:
    names = put(store, run(0), run(1))
    documents = {one: store.get(one).data for one in names}
    name, data = fold(SUITE, HERE.fingerprint, documents)
    tag = store.create(name, data)
    for one in names:
        store.remove(one, store.get(one).tag)
    reindex(store)
    store.replace(name, fold(SUITE, HERE.fingerprint, {names[0]: documents[names[0]]})[1], tag)
    with pytest.raises(GateError, match=f"it lacks the run {names[1]}"):
        looked(store)


def test_a_run_that_is_folded_while_it_is_looked_for_is_found(store: Store) -> None:
    names = put(store, run(0), run(1))
    past = history(store)

    class Folding:
        """Somebody folds in the very moment between the list and the reading."""

        address = past.address
        names = staticmethod(past.names)
        done = False

        def read(self, name: str) -> bytes | None:
            if name in names and not self.done:
                self.done = True
                store.create(*fold(SUITE, HERE.fingerprint, {one: store.get(one).data for one in names}))
                for one in names:
                    store.remove(one, store.get(one).tag)
            return past.read(name)

    seen = window(Folding(), SUITE, HERE.fingerprint, line=None, now=LATER)
    assert (found(seen), seen.noted) == ([0, 1], {})


KINDS = st.sampled_from([{}, {"candidate": True}, {"machine": ELSEWHERE}, {"time": LATER + timedelta(days=9)}])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 3), KINDS), max_size=25, unique_by=str),
    st.none() | st.tuples(st.lists(st.integers(0, 9), unique=True), st.booleans()),
    st.integers(1, 12),
    st.booleans(),
)
def test_every_run_is_in_the_window_or_counted_once(
    drawn: list[tuple[int, int, dict]], known: tuple[list[int], bool] | None, newest: int, apart: bool
) -> None:
    runs = [run(number, float(value), **more) for number, value, more in drawn]
    past = Kept(runs)
    order = line(*known[0], whole=known[1]) if known else None
    seen = window(past, SUITE, HERE.fingerprint, line=order, now=LATER, newest=newest, apart=apart)
    inside = [each for point in seen.points for each in point.runs]
    assert len(inside) + sum(seen.left_out.values()) == len(runs)
    assert len(seen.points) <= newest
    places = [point.place for point in seen.points if point.place is not None]
    assert places == sorted(places)
    if not apart:
        assert len({point.commit for point in seen.points}) == len(seen.points)


class Kept:
    """The documents of some runs, without a store under them: there are thousands of histories to look at."""

    address = "here"

    def __init__(self, runs: list[Record]) -> None:
        self.documents = {run_name(each): encode(each) for each in runs}

    def names(self, prefix: str) -> list[str]:
        return sorted(name for name in self.documents if name.startswith(prefix))

    def read(self, name: str) -> bytes | None:
        return self.documents.get(name)

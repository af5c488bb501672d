"""Accepted shifts: what lies before them is no baseline, and one that does nothing is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from runs import COMMITS, HERE, NOON, SUITE, history, line, put, run
from sluicegate.baseline import Store
from sluicegate.errors import GateError
from sluicegate.gates.performance.history.epochs import begun
from sluicegate.gates.performance.history.window import Window, window
from sluicegate.gates.performance.settings import Epoch

PARSE, DUMP = ("parse", "time"), ("dump", "time")


def epoch(since: str, **more: str) -> Epoch:
    return Epoch(since=since, owner="@acme/api", reason="the checksum is worth it", **more)


@pytest.fixture
def placed(store: Store) -> Window:
    """Runs of the commits 1, 2, 4 and 6 in a line of eight."""
    put(store, *(run(number) for number in (1, 2, 4, 6)))
    return looked(store, line(*range(8)))


def looked(store: Store, order=None) -> Window:
    return window(history(store), SUITE, HERE.fingerprint, line=order, now=NOON + timedelta(days=9))


@pytest.mark.parametrize(
    ("since", "first"),
    [
        (COMMITS[4], 2),
        (COMMITS[4][:7], 2),
        (COMMITS[3], 2),  # which no run has measured
        (COMMITS[7], 4),  # and nothing since
        ("2026-11-01T14:00:00Z", 1),
        ("2026-11-01T14:30:00Z", 2),
        ("2026-11-01T16:00:00+02:00", 1),
        ("2027-01-01T00:00:00Z", 4),
    ],
)
def test_it_begins_at_a_commit_or_a_time(placed: Window, since: str, first: int) -> None:
    found, idle = begun(placed, [epoch(since)], [PARSE])
    assert ({key: each.first for key, each in found.items()}, idle) == ({PARSE: first}, ())


def test_it_is_for_some_benchmarks(placed: Window) -> None:
    found, idle = begun(placed, [epoch(COMMITS[2], benchmark="par*")], [PARSE, DUMP, ("parse", "memory")])
    assert (set(found), idle) == ({PARSE, ("parse", "memory")}, ())
    found, _ = begun(placed, [epoch(COMMITS[2], benchmark="par*", metric="time")], [PARSE, ("parse", "memory")])
    assert set(found) == {PARSE}


def test_the_latest_counts_whatever_their_order(placed: Window) -> None:
    early, late = epoch(COMMITS[2]), epoch(COMMITS[6], benchmark="parse")
    for epochs in ([early, late], [late, early]):
        found, _ = begun(placed, epochs, [PARSE, DUMP])
        assert (found[PARSE].first, found[PARSE].epoch, found[DUMP].first) == (3, late, 1)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (epoch(COMMITS[3], benchmark="prase"), "no benchmark that is measured has such a name"),
        (epoch(COMMITS[3], metric="memory"), "no benchmark that is measured has such a name"),
        (epoch("f" * 40), "is not in the line of the branch"),
        (epoch(COMMITS[0]), "before all runs that are looked at"),
        (epoch("2020-01-01T00:00:00Z"), "before all runs that are looked at"),
    ],
)
def test_one_that_does_nothing_is_told(placed: Window, told: Epoch, why: str) -> None:
    _, idle = begun(placed, [told], [PARSE])
    assert [(each.epoch, why in each.why) for each in idle] == [(told, True)]


def test_without_git_the_runs_of_the_commit_say_where_it_begins(store: Store) -> None:
    put(store, run(1), run(2), run(4))
    found, idle = begun(looked(store), [epoch(COMMITS[2])], [PARSE])
    assert (found[PARSE].first, idle) == (1, ())
    found, idle = begun(looked(store), [epoch(COMMITS[3])], [PARSE])
    assert (found, len(idle)) == ({}, 1)


@pytest.mark.parametrize(
    "since", ["yesterday", "2026-11-01", "2026-11-01T12:00:00", "abc", "HEAD", "2026-13-01T00:00:00Z"]
)
def test_what_is_neither_is_refused(placed: Window, since: str) -> None:
    with pytest.raises(GateError, match="is neither a commit nor a time") as told:
        begun(placed, [epoch(since)], [PARSE])
    assert "2027-01-31T18:00:00Z" in told.value.hint


def test_a_commit_that_is_two_is_refused(store: Store) -> None:
    put(store, run(1, commit="abcdef0" + "1" * 33), run(2, commit="abcdef0" + "2" * 33))
    with pytest.raises(GateError, match="'abcdef0' names 2 commits"):
        begun(looked(store), [epoch("abcdef0")], [PARSE])

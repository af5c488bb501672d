"""Names that every store can hold, and that say what they name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs import HERE, run
from sluicegate.baseline.store import INDEX, is_name
from sluicegate.gates.performance.history import layout
from sluicegate.gates.performance.history.record import encode


def test_a_name_says_what_it_names() -> None:
    record = run(3)
    name = layout.run_name(record)
    mark = layout.mark_of(encode(record))
    assert name == f"performance/api/{HERE.fingerprint}/{record.commit}/20261101t150000z-{mark}.json"
    found = layout.run_of("api", name)
    assert found
    assert (found.fingerprint, found.commit, found.time, found.mark) == (
        HERE.fingerprint, record.commit, record.time, mark,
    )  # fmt: skip
    assert layout.run_of("other", name) is None
    assert not layout.is_folded("api", name)


@given(st.text(min_size=1))
def test_every_suite_has_a_name_that_stores_take(suite: str) -> None:
    record = run(0, suite=suite, commit="f" * 64)
    for name in (
        layout.run_name(record),
        layout.index_name(suite),
        layout.folded_name(suite, HERE.fingerprint, ["a", "b"]),
    ):
        assert is_name(name)
    assert layout.run_of(suite, layout.run_name(record))


@pytest.mark.parametrize("suite", ["con", "nul", "com1", "lpt9", "aux.x", "index.json", "..", "folded"])
def test_words_of_systems_are_no_whole_part(suite: str) -> None:
    assert is_name(layout.run_name(run(0, suite=suite)))
    assert is_name(layout.index_name(suite))


def test_suites_that_read_alike_are_kept_apart() -> None:
    suites = [
        "api",
        "API",
        "Api",
        "a/pi",
        "a pi",
        "a-pi",
        "con",
        "nul",
        "com1",
        "ü",
        "ö",
        "x" * 60,
        "x" * 61,
        "a.pi",
        "-",
    ]
    assert len({layout.folder(suite) for suite in suites}) == len(suites)
    assert layout.folder("api") == "performance/api/"


@pytest.mark.parametrize(
    "name",
    [
        "performance/api/index.json", "performance/api/x/y.json", "baseline.json",
        f"performance/api/{HERE.fingerprint}/{'0' * 40}/20261331t000000z-000000000000.json",
        f"performance/api/{HERE.fingerprint}/{'0' * 40}/20261101t000000z-1.json",
    ],
)  # fmt: skip
def test_other_names_are_no_runs(name: str) -> None:
    assert layout.run_of("api", name) is None


def test_the_same_runs_are_folded_under_the_same_name() -> None:
    one = layout.folded_name("api", HERE.fingerprint, ["a", "b"])
    assert layout.is_folded("api", one)
    assert one == layout.folded_name("api", HERE.fingerprint, ["a", "b"])
    assert one != layout.folded_name("api", HERE.fingerprint, ["a", "c"])


def test_stores_know_an_index_by_its_name() -> None:
    assert layout.INDEX == INDEX


def test_a_name_says_what_is_in_it() -> None:
    assert layout.run_name(run(0)) == layout.run_name(run(0))
    assert layout.run_name(run(0)) != layout.run_name(run(0, 9.0))

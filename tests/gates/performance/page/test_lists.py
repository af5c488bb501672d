"""The tables in text: worst first, bounded, and inert."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sluicegate.gates.performance.page import Line, Picture, markdown, sparkline, table
from sluicegate.gates.performance.page.picture import worst_first
from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.verdicts import Call

from .pictures import HOSTILE, RTL, many, spots, suite, verdict


def test_a_sparkline_goes_up_and_down_with_its_values() -> None:
    assert sparkline([1, 2, 3, 4, 5, 6, 7, 8]) == "▁▂▃▄▅▆▇█"
    assert sparkline([8, 1]) == "█▁"
    assert sparkline([5, 5, 5]) == "▄▄▄"
    assert sparkline([]) == ""
    assert sparkline([1, float("nan"), 2, float("inf")]) == "▁·█·"


@given(st.lists(st.floats()))
def test_a_sparkline_has_a_letter_for_every_value(values: list[float]) -> None:
    assert len(sparkline(values)) == len(values)


def test_the_worst_stands_first_and_what_is_not_known_before_what_is_well() -> None:
    calls = [picture.call for picture in worst_first(suite())]
    order = [Call.REGRESSED, Call.INCONCLUSIVE, None, Call.IMPROVED, Call.UNCHANGED]
    assert sorted(calls, key=order.index) == calls
    ordered = worst_first([
        Picture(benchmark="a", verdict=verdict("a", Call.REGRESSED, 1.1)),
        Picture(benchmark="b", verdict=verdict("b", Call.REGRESSED, 1.3)),
        Picture(benchmark="c", verdict=verdict("c", Call.UNCHANGED), measured=2.0,
                limits=(Line(said="1 s", value=1.0, fails=True),)),
    ])  # fmt: skip
    assert [one.benchmark for one in ordered] == ["b", "a", "c"]


def test_a_limit_is_broken_on_the_side_that_is_worse() -> None:
    limits = (Line(said="5 1/s", value=5.0, fails=False), Line(said="3 1/s", value=3.0, fails=True))
    picture = Picture(benchmark="x", unit="1/s", direction=Direction.HIGHER, measured=4.0, limits=limits)
    assert picture.broken == limits[0]
    assert Picture(benchmark="x", direction=Direction.HIGHER, measured=2.0, limits=limits).broken == limits[1]
    assert Picture(benchmark="x", direction=Direction.HIGHER, measured=6.0, limits=limits).broken is None
    assert Picture(benchmark="x", direction=Direction.LOWER, measured=4.0, limits=limits).broken == limits[1]
    assert Picture(benchmark="x", direction=Direction.UNKNOWN, measured=4.0, limits=limits).broken is None


def test_a_table_has_a_line_for_each_and_the_counts() -> None:
    lines = table(suite()).splitlines()
    assert len(lines) == len(suite()) + 1
    assert lines[0].startswith("✗  regressed     steps")
    assert lines[0].endswith("21 % slower, past its limit of 12 ms")
    assert lines[-1] == "3 regressed, 3 inconclusive, 2 not judged, 2 improved, 9 unchanged, 1 past its limit"
    assert "▁" in lines[0]
    assert table([]) == "no benchmarks\n"


def test_a_table_that_is_cut_says_so() -> None:
    assert "30 benchmarks more: `sluicegate performance page` shows them all." in table(many(40), rows=10)


def test_a_summary_is_short_and_says_what_is_missing() -> None:
    told = markdown(many(1_000, runs=4))
    rows = [line for line in told.splitlines() if line.startswith("| ")]
    assert len(rows) == 1 + 20
    assert "980 benchmarks more" in told
    assert rows[1].startswith("| 🔴 regressed | <code>suite/module\\_0/benchmark\\_0000")
    assert told.startswith("### Performance: 1 regressed, 1 inconclusive, 1 improved, 997 unchanged\n")


def test_names_cannot_make_a_summary_long() -> None:
    long = [Picture(benchmark="@a#1 <" * 10_000, why="`x`" * 10_000, unit="u" * 10_000, measured=1.0)] * 30
    assert len(markdown(long)) < 60_000


def test_hostile_names_are_inert() -> None:
    odd = [
        Picture(benchmark=name, verdict=verdict(name, Call.INCONCLUSIVE, why=HOSTILE), history=spots([1.0, 2.0]))
        for name in (HOSTILE, RTL, "::error::x", "a\n| b |\n::warning::c", "##[error]y")
    ]
    told = markdown(odd)
    assert "<script" not in told
    assert "\u202e" not in told + table(odd)
    assert len([line for line in told.splitlines() if line.startswith("|")]) == 2 + len(odd)
    assert "##[" not in table(odd)
    assert not [line for line in table(odd).splitlines() if line.lstrip().startswith("::")]

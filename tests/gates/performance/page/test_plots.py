"""The plots: what is drawn stands where it has to, is told in words too, and nothing foreign gets out of its text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sluicegate.gates.performance.page import Accepted, Line, Picture, Step, svg
from sluicegate.gates.performance.page import course as courses
from sluicegate.gates.performance.page import spread as spreads
from sluicegate.gates.performance.page.drawing import axis, ticks
from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.verdicts import Call

from .pictures import BAR, HOSTILE, measured, noise, spots, suite, verdict

NAMES = [f"{number} {ascii(one.benchmark)[1:13]}" for number, one in enumerate(suite())]
finite = st.floats(min_value=-1e300, max_value=1e300, allow_nan=False)


def shapes(drawing: str, name: str) -> list[ET.Element]:
    """The elements of a class."""
    return [each for each in ET.fromstring(drawing).iter() if name in each.get("class", "").split()]  # noqa: S314 - ours


def pairs(shape: ET.Element) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", shape.get("d", ""))]


def course(*values: float, **more: object) -> str:
    said: dict[str, object] = {"benchmark": "sort", "history": spots(values), "now": values[-1], "measured": values[-1]}
    return courses.drawn(Picture(**(said | more)))  # type: ignore[arg-type]


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_each_picture_stands_alone_as_well_formed_text(number: int) -> None:
    root = ET.fromstring(svg(suite()[number]))  # noqa: S314 - ours
    tags = {each.tag.rpartition("}")[2] for each in root.iter()}
    assert tags <= {"svg", "title", "style", "rect", "text", "path", "g", "marker", "circle"}
    assert not [name for each in root.iter() for name in each.attrib if name.startswith("on") or "href" in name]
    assert (root.get("aria-label") or "").startswith(suite()[number].name[:6])


def test_a_line_goes_through_all_runs_and_higher_is_more() -> None:
    (line,) = shapes(course(1.0, 3.0, 2.0), "line")
    (first, second, third) = pairs(line)
    assert first[0] < second[0] < third[0]
    assert second[1] < third[1] < first[1]


def test_the_mark_of_this_change_stands_behind_the_history_at_its_value() -> None:
    drawing = course(1.0, 1.0, 1.0, now=1.0, verdict=verdict("sort", Call.REGRESSED))
    (mark,), (line,) = shapes(drawing, "mark"), shapes(drawing, "line")
    assert pairs(mark)[0][0] > pairs(line)[-1][0]
    assert pairs(mark)[0][1] == pairs(line)[-1][1]
    assert mark.get("class", "").split() == ["mark", "z", "regressed"], "it moves when somebody zooms"


def test_each_call_has_a_shape_and_a_word_of_its_own() -> None:
    drawings = [course(1.0, 2.0, verdict=verdict("sort", call)) for call in Call] + [course(1.0, 2.0)]
    assert len({re.sub(r".*?[a-z]", "", shapes(each, "mark")[0].get("d", ""), count=1) for each in drawings}) == 5
    labels = [ET.fromstring(each).get("aria-label", "").partition("this change")[2] for each in drawings]  # noqa: S314
    assert labels[0] == " at 2.00 s, regressed, marked by a cross"
    assert len({each.rpartition(" ")[2] for each in labels}) == 5


def test_levels_bands_and_change_points() -> None:
    steps = (
        Step(first=0, last=9, height=1.0, low=0.9, high=1.1),
        Step(first=10, last=19, height=2.0, low=1.9, high=2.1),
    )
    drawing = course(*[1.0] * 10, *[2.0] * 10, steps=steps)
    assert len(shapes(drawing, "level")) == len(shapes(drawing, "band")) == 2
    (line, *_), (gone, said) = shapes(drawing, "line"), shapes(drawing, "step")
    before, after = pairs(line)[9][0], pairs(line)[10][0]
    assert before < pairs(gone)[0][0] < after
    assert said.text == spots([0.0] * 11)[10].commit[:8]
    low, high = (max(y for _, y in pairs(one)) for one in shapes(drawing, "band"))
    assert low > high, "the band of the first level lies lower"


def test_an_accepted_shift_is_a_line_with_its_name() -> None:
    drawing = course(*[1.0] * 20, accepted=(Accepted(first=5, since="9f2ab31", owner="@a", reason="so"),))
    line, said = shapes(drawing, "epoch")
    assert said.text == "accepted 9f2ab31"
    assert line.get("class") == "epoch zx"


def test_a_limit_that_is_near_is_drawn_and_one_that_is_far_is_told() -> None:
    near = course(1.0, 1.1, limits=(Line(said="1.2 s", value=1.2, fails=True),))
    assert [each.text for each in shapes(near, "limit")] == [None, "limit 1.2 s"]
    far = course(1.0, 1.1, limits=(Line(said="60 s", value=60.0, fails=True),))
    assert [each.text for each in shapes(far, "limit")] == ["limit 60 s lies far above ↑"]
    below = course(50.0, 51.0, limits=(Line(said="1 s", value=1.0, fails=True),))
    assert [each.text for each in shapes(below, "limit")] == ["limit 1 s lies far below ↓"]


def test_a_limit_is_not_drawn_on_a_scale_that_is_not_its_own() -> None:
    assert not shapes(course(1.0, 1.1, scale="× ruler", limits=(Line(said="1 s", value=1.0, fails=True),)), "limit")


def test_nothing_measured_is_no_plot() -> None:
    assert courses.drawn(Picture(benchmark="x")) == ""
    assert spreads.drawn(Picture(benchmark="x", head=(1.0,))) == ""


@given(st.lists(finite, min_size=1, max_size=30), finite)
def test_every_finite_history_is_drawn_inside_of_its_area(values: list[float], now: float) -> None:
    drawing = course(*values, now=now, verdict=verdict("sort", Call.UNCHANGED))
    (area,) = shapes(drawing, "area")
    width, height = float(area.get("width", "")), float(area.get("height", ""))
    places = [place for name in ("line", "mark") for each in shapes(drawing, name) for place in pairs(each)]
    assert len(places) == len(values) + 1
    assert all(0 <= x <= width and 0 <= y <= height for x, y in places)


@given(finite, finite)
@example(-2.689999999904872e16, -2.659999999875e16)
def test_ticks_are_few_round_and_apart(low: float, high: float) -> None:
    low, high = sorted((low, high))
    found = ticks(low, high)
    assert len(found) <= 8
    assert all(low - (high - low) * 1e-6 <= value <= high + (high - low) * 1e-6 for value, _ in found)
    if high - low > max(abs(low), abs(high)) * 1e-5:
        assert len(found) >= 2
        assert len({said for _, said in found}) == len(found)


def test_ticks_read_as_people_write_them() -> None:
    assert [said for _, said in ticks(9.4, 12.3)] == ["9.5", "10.0", "10.5", "11.0", "11.5", "12.0"]
    assert [said for _, said in ticks(0, 30_000)] == ["0", "5,000", "10,000", "15,000", "20,000", "25,000", "30,000"]
    assert ticks(1, 1) == []


def test_an_axis_reads_in_the_unit_of_the_size() -> None:
    told = axis([0.0101, 0.0124], "s", 200, 0)
    assert (told.unit, told.factor) == ("ms", 1e-3)
    assert told.ticks[0][1] == "10.0"
    assert all(value >= 0 for value, _ in axis([0.0, 0.0], "s", 200, 0).ticks)


def test_a_long_unit_stands_once() -> None:
    drawing = course(1.0, 2.0, scale="allocations", unit="allocations")
    assert drawing.count(">allocations<") == 1


def test_both_sides_as_the_test_saw_them() -> None:
    picture = measured("sort", noise(1.0, 30), noise(1.2, 30))
    drawing = spreads.drawn(picture)
    base, head, middle = shapes(drawing, "dots")
    assert (len(pairs(base)), len(pairs(head)), len(pairs(middle))) == (30, 30, 1)
    assert max(x for x, _ in pairs(base)) < min(x for x, _ in pairs(head))
    assert max(y for _, y in pairs(head)) < min(y for _, y in pairs(base)), "the head is slower: it lies higher"
    assert drawing == spreads.drawn(picture), "the same each time"
    assert "30 values of the base with the median 998 ms" in drawing
    assert "with 90 % confidence" in drawing


def test_an_interval_is_on_the_side_of_the_head_whichever_way_is_better() -> None:
    for direction in (Direction.LOWER, Direction.HIGHER):
        drawing = spreads.drawn(measured("sort", noise(1.0, 30), noise(1.2, 30), direction=direction))
        head, middle = shapes(drawing, "dots")[1:]
        rows = [y for _, y in pairs(head)]
        assert min(rows) < pairs(middle)[0][1] < max(rows)
        span = shapes(drawing, "middle")[-1].get("d", "")
        low, high = float(span.partition("V")[0].rpartition(",")[2]), float(span.partition("V")[2].partition("M")[0])
        assert min(low, high) < pairs(middle)[0][1] < max(low, high)


def test_too_few_for_a_verdict_are_shown_without_an_interval() -> None:
    drawing = spreads.drawn(measured("sort", [1.0, 1.1], [1.2]))
    assert len(shapes(drawing, "dots")) == 2
    assert "change, 90 %" not in drawing


def test_many_values_keep_their_ends() -> None:
    values = [float(number) for number in range(1, 5001)]
    drawing = spreads.drawn(Picture(benchmark="x", base=tuple(values), head=tuple(values)))
    assert len(pairs(shapes(drawing, "dots")[0])) == 200
    assert "5,000 ×" in drawing


def test_a_long_name_ends_inside_of_the_picture_in_the_widest_font_too() -> None:
    """DejaVu Sans Bold takes 11 units a letter of 16, and is what a runner has that makes a PNG."""
    root = ET.fromstring(svg(Picture(benchmark="a_long_name/" * 20, history=spots([1.0, 2.0]), now=1.0)))  # noqa: S314
    (title,) = (each.text or "" for each in root.iter() if each.get("class") == "title")
    assert title.endswith("…")
    assert 16 + 11 * len(title) <= float(root.get("width", "0")) - 16


def test_hostile_text_stays_text() -> None:
    picture = next(one for one in suite() if one.benchmark == HOSTILE)
    for drawing in (svg(picture), courses.drawn(picture, told=True)):
        assert "<script" not in drawing
        assert "<b>" not in drawing
    units = Picture(benchmark="x", unit='"><script>', scale='"><script>', history=spots([1.0, 2.0]), bar=BAR)
    assert "<script" not in courses.drawn(units, told=True)

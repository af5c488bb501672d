"""What the plots are drawn with: scales, round numbers, and the few elements of SVG that they need.

A plot is text and nothing else: no font, no script, no style of its own. Its shapes have classes, to which `colours`
gives a style for light and for dark. What is to move when somebody zooms has the class `z` and says where it
stands in pairs of absolute numbers `x,y`; all else in a path is relative and written without a comma. `zx` moves
sideways only, `zy` up and down only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from string import Template

from msgspec import Struct

from sluicegate.gates.performance.verdicts import Call
from sluicegate.gates.performance.wording import fitting
from sluicegate.markup import escape
from sluicegate.text import shorten

_LIGHT = {
    "paper": "#ffffff", "ink": "#1b2026", "quiet": "#525c67", "grid": "#e1e5ea", "line": "#8593a3", "dot": "#4c5b6b",
    "band": "#dbe7fb", "level": "#0b57d0", "step": "#7a3ea8", "epoch": "#00696e", "limit": "#b3261e", "warn": "#855000",
    "regressed": "#b3261e", "improved": "#17663a", "unchanged": "#0b57d0", "inconclusive": "#855000", "none": "#525c67",
}  # fmt: skip
_DARK = {
    "paper": "#191d22", "ink": "#e6e9ed", "quiet": "#a6afba", "grid": "#2d343d", "line": "#6d7a89", "dot": "#aebac7",
    "band": "#20344f", "level": "#8ab4f8", "step": "#d0a5f0", "epoch": "#6fd3d8", "limit": "#ff8f86", "warn": "#f3bd52",
    "regressed": "#ff8f86", "improved": "#72d394", "unchanged": "#8ab4f8", "inconclusive": "#f3bd52", "none": "#a6afba",
}  # fmt: skip
_RULES = Template(
    """
.plot text { fill: $quiet; }
.plot .title, .plot .said { fill: $ink; }
.plot .paper { fill: $paper; }
.plot .grid { stroke: $grid; }
.plot .band { fill: $band; }
.plot .line { stroke: $line; }
.plot .dots { stroke: $dot; }
.plot .dot { fill: $dot; }
.plot .level { stroke: $level; }
.plot .step { stroke: $step; }
.plot text.step { fill: $step; stroke: none; }
.plot .epoch { stroke: $epoch; }
.plot text.epoch { fill: $epoch; stroke: none; }
.plot .limit { stroke: $limit; }
.plot text.limit { fill: $limit; stroke: none; }
.plot .warn { stroke: $warn; }
.plot text.warn { fill: $warn; stroke: none; }
.plot .regressed { stroke: $regressed; }
.plot .improved { stroke: $improved; }
.plot .unchanged { stroke: $unchanged; }
.plot .inconclusive { stroke: $inconclusive; }
.plot .none { stroke: $none; }
.plot .mark { fill: $paper; }
"""
)
_SHAPES = """
.plot text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
.plot .title { font-size: 16px; font-weight: 650; }
.plot path { fill: none; stroke-linejoin: round; }
.plot .band { stroke: none; }
.plot .line { stroke-width: 1; }
.plot .dotted { marker: url(#dot); }
.plot .dot { stroke: none; }
.plot .dots { stroke-width: 4.5; stroke-linecap: round; }
.plot .level { stroke-width: 2; }
.plot .step { stroke-width: 1.25; stroke-dasharray: 4 3; }
.plot .epoch { stroke-width: 1.5; }
.plot .limit, .plot .warn { stroke-width: 1.5; stroke-dasharray: 8 3; }
.plot .mark { stroke-width: 2.5; }
.plot .middle { stroke-width: 2.5; }
.plot .end { text-anchor: end; }
.plot .middle-of { text-anchor: middle; }
"""


def colours() -> str:
    """The style of all plots. Every colour is written out, since not every reader of SVG knows variables."""
    dark = _RULES.substitute(_DARK)
    return f"{_SHAPES}{_RULES.substitute(_LIGHT)}@media screen and (prefers-color-scheme: dark) {{{dark}}}\n"


_BRIEF, _LONGEST = 4, 24
"""A unit of so many letters stands beside each number; of a longer one, at most so many are shown."""


class Scale(Struct, frozen=True):
    """Values from `low` to `high` on a line of the drawing that goes from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Where a value stands."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


class Axis(Struct, frozen=True, kw_only=True):
    """Round numbers on a scale of values, as they are written, and by what a value is divided to be read on it."""

    scale: Scale
    factor: float
    unit: str
    ticks: tuple[tuple[float, str], ...]


def axis(values: Sequence[float], unit: str, start: float, end: float) -> Axis:
    """An axis on which all values have room; where they are all the same there is a little room about them."""
    low, high = min(values), max(values)
    room = (high - low) * 0.08 or abs(high) * 0.05 or 1.0
    factor, name = fitting(max(abs(low), abs(high)), unit)
    rounds = ticks((low - room) / factor, (high + room) / factor)
    told = tuple((each * factor, text) for each, text in rounds if each >= 0 or low < 0)
    return Axis(scale=Scale(low - room, high + room, start, end), factor=factor, unit=name, ticks=told)


def ticks(low: float, high: float, most: int = 6) -> list[tuple[float, str]]:
    """Round numbers between two others (1, 2 or 5 times a power of ten apart), and how they are written."""
    rough = (high - low) / most
    if not (rough > 0 and math.isfinite(rough)):
        return []
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= rough * (1 - 1e-9))
    place = math.floor(math.log10(step) + 1e-9)
    first = math.ceil(low / step - 1e-9)
    rounds = [number * step for number in range(first, math.floor(high / step + 1e-9) + 1)]
    return [(each, _written(each, place)) for each in rounds]


def _written(value: float, place: int) -> str:
    """A number as far as the place in which it differs from its neighbours, a power of ten."""
    if place < -6 or abs(value) >= 1e9:  # noqa: PLR2004 - a number that would be longer than its axis has room for
        figures = math.floor(math.log10(abs(value)) + 1e-9) - place + 1 if value else 1
        return f"{value:.{max(figures, 3)}g}"
    return f"{value:,.{max(-place, 0)}f}"


def grid(up: Axis, top: float, left: float, width: float) -> Iterator[str]:
    """The lines of an axis with their numbers; a unit that is long stands once, over them."""
    brief = len(up.unit) <= _BRIEF
    yield '<g class="ticks">'
    for value, said in up.ticks:
        y = top + up.scale(value)
        yield path("grid", f"M{at(left, y)}h{_short(width)}")
        yield text(left - 6, y + 4, f"{said} {up.unit}".rstrip() if brief else said, "end")
    yield "</g>"
    if not brief:
        yield text(0, 12, shorten(up.unit, _LONGEST))


def at(x: float, y: float) -> str:
    """A pair of numbers, a tenth of a unit exact."""
    return f"{_short(x)},{_short(y)}"


def _short(value: float) -> str:
    said = f"{value:.1f}".removesuffix(".0")
    return "0" if said == "-0" else said


def path(name: str, d: str) -> str:
    """A path of a class."""
    return f'<path class="{name}" d="{d}"/>'


def text(x: float, y: float, said: str, name: str = "") -> str:
    """Foreign text at a place."""
    of = f' class="{name}"' if name else ""
    return f'<text{of} x="{_short(x)}" y="{_short(y)}">{escape(said, 200)}</text>'


def polyline(places: Iterable[tuple[float, float]]) -> str:
    """The `d` of a line through places."""
    return "M" + "L".join(at(*place) for place in places)


DOT = (
    '<marker id="dot" viewBox="-2 -2 4 4" markerUnits="userSpaceOnUse" markerWidth="4" markerHeight="4">'
    '<circle class="dot" r="2"/></marker>'
)
"""The dot at each corner of a line: drawn once for all lines of a document, since a thousand of them have many."""


def dots(places: Iterable[tuple[float, float]]) -> str:
    """The `d` of dots: lines of no length, whose round ends are all there is of them."""
    return "".join(f"M{at(*place)}h0" for place in places)


_MARKS = {
    Call.REGRESSED: "m-6 -6l12 12m0 -12l-12 12",
    Call.IMPROVED: "m0 -8l7 8l-7 8l-7 -8z",
    Call.UNCHANGED: "m-6 0a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z",
    Call.INCONCLUSIVE: "m-6 -6h12v12h-12z",
    None: "m0 -7l7 12h-14z",
}
SIGNS = {
    Call.REGRESSED: "a cross", Call.IMPROVED: "a diamond", Call.UNCHANGED: "a circle", Call.INCONCLUSIVE: "a square",
    None: "a triangle",
}  # fmt: skip
"""What the mark of a call looks like, in words."""


def mark(call: Call | None, x: float, y: float) -> str:
    """The mark of a call: its shape and its colour both say which one."""
    return path(f"mark z {call.value if call else 'none'}", f"M{at(x, y)}{_MARKS[call]}")


def plot(width: float, height: float, label: str, parts: Iterable[str], more: str = "") -> str:
    """A plot to be set into a page, whose style it takes."""
    size = f'viewBox="0 0 {_short(width)} {_short(height)}"'
    return f'<svg class="plot" role="img" {size} aria-label="{escape(label)}"{more}>{"".join(parts)}</svg>'


def window(x: float, y: float, width: float, height: float, parts: Iterable[str]) -> str:
    """A part of a plot, beyond whose edges nothing of it shows."""
    size = f'x="{_short(x)}" y="{_short(y)}" width="{_short(width)}" height="{_short(height)}"'
    return f'<svg class="area" {size}>{"".join(parts)}</svg>'

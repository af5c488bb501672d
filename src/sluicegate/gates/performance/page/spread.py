"""What the test saw: each value of the base and of the head as a dot, their medians, and where the change lies."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import median

from sluicegate.gates.performance.page.drawing import Axis, at, axis, dots, grid, path, plot, text
from sluicegate.gates.performance.page.picture import Picture, bounds
from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.verdicts import How, Verdict
from sluicegate.gates.performance.wording import shown
from sluicegate.text import plural

WIDTH, HEIGHT = 360.0, 300.0
_LEFT, _TOP, _RIGHT, _BOTTOM = 80.0, 40.0, 12.0, 30.0
_SHARE = 0.32
"""Of the width of its column, so much the dots of a side fill to the left and to the right."""

_GOLDEN = (math.sqrt(5) - 1) / 2
"""Successive multiples of it, without their whole parts, fill a line evenly: dots beside each other rarely touch."""

_MOST = 200
"""So many dots of a side are drawn; of more, each so-manyth in order of size, which keeps the shape."""


def drawn(picture: Picture) -> str:
    """The plot; nothing where not both sides were measured."""
    if not picture.base or not picture.head:
        return ""
    span = _span(picture.verdict)
    up = axis([*picture.base, *picture.head, *(span or ())], picture.unit, HEIGHT - _BOTTOM, _TOP)
    columns = 3 if span else 2
    column = (WIDTH - _LEFT - _RIGHT) / columns
    parts = [*grid(up, 0.0, _LEFT, WIDTH - _LEFT - _RIGHT)]
    for number, (name, values) in enumerate((("base", picture.base), ("head", picture.head))):
        parts += _side(name, values, _LEFT + column * (number + 0.5), column, up, picture)
    if span and picture.verdict:
        parts += _interval(picture.verdict, span, _LEFT + column * 2.5, up)
    return plot(WIDTH, HEIGHT, label(picture), parts)


def label(picture: Picture) -> str:
    """What the plot shows, for who does not see it."""
    sides = (
        f"{plural(len(values), 'value')} of the {name} with the median {shown(median(values), picture.unit)}"
        for name, values in (("base", picture.base), ("head", picture.head))
    )
    told = f"{picture.name}: {' and '.join(sides)}"
    if picture.verdict and (inside := bounds(picture.verdict)):
        told += f"; the change lies from {inside} with 90 % confidence, more being worse"
    return told


def _span(verdict: Verdict | None) -> tuple[float, float] | None:
    """Where the head lies with 90 % confidence, seen from the middle of the base."""
    if verdict is None or verdict.before is None or verdict.how is How.HISTORY or not verdict.before > 0:
        return None
    if not (0 < verdict.low <= verdict.high < math.inf):
        return None
    if verdict.direction is Direction.HIGHER:
        return verdict.before / verdict.high, verdict.before / verdict.low
    return verdict.before * verdict.low, verdict.before * verdict.high


def _side(
    name: str, values: Sequence[float], middle: float, column: float, up: Axis, picture: Picture
) -> Iterator[str]:
    width = column * _SHARE
    places = [
        (middle + width * (2 * ((number * _GOLDEN) % 1) - 1), up.scale(value))
        for number, value in enumerate(_few(values))
    ]
    call = picture.call.value if picture.call else "none"
    tone = f"dots {call}" if name == "head" else "dots"
    yield path(tone, dots(places))
    y = up.scale(median(values))
    line = "middle level" if name == "base" else f"middle {call}"
    yield path(line, f"M{at(middle - width - 6, y)}h{2 * width + 12:.1f}")
    yield text(middle, HEIGHT - 10, name, "middle-of said")
    yield text(middle, _TOP - 22, f"{len(values):,} ×", "middle-of")
    yield text(middle, _TOP - 6, shown(median(values), picture.unit), "middle-of said")


def _few(values: Sequence[float]) -> Sequence[float]:
    if len(values) <= _MOST:
        return values
    ordered = sorted(values)
    return [ordered[round(number * (len(ordered) - 1) / (_MOST - 1))] for number in range(_MOST)]


def _interval(verdict: Verdict, span: tuple[float, float], middle: float, up: Axis) -> Iterator[str]:
    low, high = (up.scale(edge) for edge in span)
    estimate = verdict.before or 0.0
    estimate = estimate / verdict.factor if verdict.direction is Direction.HIGHER else estimate * verdict.factor
    name = verdict.call.value
    yield path(f"middle {name}", f"M{at(middle, low)}V{high:.1f}M{at(middle - 8, low)}h16M{at(middle - 8, high)}h16")
    yield path(f"dots {name}", dots([(middle, up.scale(estimate))]))
    yield text(middle, HEIGHT - 10, "change, 90 %", "middle-of said")
    first, _, last = bounds(verdict).partition(" to ")
    yield text(middle, _TOP - 22, f"{first} to", "middle-of said")
    yield text(middle, _TOP - 6, last, "middle-of said")

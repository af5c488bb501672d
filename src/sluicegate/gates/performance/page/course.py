"""The history of a benchmark as a plot: its line, what its noise explains, its levels, and where this change stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from sluicegate.gates.performance.page.drawing import (
    SIGNS,
    Axis,
    Scale,
    at,
    axis,
    grid,
    mark,
    path,
    plot,
    polyline,
    text,
    window,
)
from sluicegate.gates.performance.page.picture import Line, Picture, Step, called
from sluicegate.gates.performance.wording import shown
from sluicegate.markup import escape
from sluicegate.text import plural

WIDTH, HEIGHT = 680.0, 300.0
_LEFT, _RIGHT, _BOTTOM = 88.0, 12.0, 30.0
_BARE, _HEADED = 14.0, 42.0
"""The room over the plot, without and with what stands there."""

_EDGE = 14.0
"""So much room the first and the last mark have beside them."""

_DOTS = 250
"""More runs than these are a line without dots."""

_LETTER = 10.0
"""So wide is a letter at the most, on a narrow page too."""

_FAR = 1.5
"""A limit that lies further from the values than so many times their range is told and not drawn."""

_DATES = 4


class _Frame(Struct, frozen=True, kw_only=True):
    """Where the numbers of spots and their values stand inside of the area, which lies so far below the `top`."""

    top: float
    across: Scale
    up: Axis

    def place(self, number: float, value: float) -> tuple[float, float]:
        return self.across(number), self.up.scale(value)


def drawn(picture: Picture, *, told: bool = False) -> str:
    """The plot, with the numbers in it `told` to a script; nothing where there is nothing to stand in it."""
    values = _values(picture)
    if not values:
        return ""
    near, far = _limits(picture, values)
    top = _HEADED if far or picture.accepted or len(picture.steps) > 1 else _BARE
    width, height = WIDTH - _LEFT - _RIGHT, HEIGHT - top - _BOTTOM
    count = len(picture.history) + (picture.now is not None)
    across = Scale(0.0, float(max(count - 1, 1)), _EDGE, width - _EDGE)
    if count == 1:
        across = Scale(-1.0, 1.0, _EDGE, width - _EDGE)
    frame = _Frame(
        top=top, across=across, up=axis([*values, *(each.value for each in near)], picture.scale, height, 0.0)
    )
    parts = [
        *grid(frame.up, frame.top, _LEFT, width),
        window(_LEFT, top, width, height, _content(picture, frame, near, width, height)),
        *_heads(picture, frame),
        *_dates(picture, frame),
        *(text(WIDTH - _RIGHT, top - 26, _beyond(each, picture), "end limit") for each in far[:1]),
    ]
    return plot(WIDTH, HEIGHT, label(picture), parts, _data(picture, frame) if told else "")


def label(picture: Picture) -> str:
    """What the plot shows, for who does not see it."""
    told = f"{picture.name}: {plural(len(picture.history), 'earlier run')}"
    if picture.history:
        values = [spot.value for spot in picture.history]
        told += f" from {shown(min(values), picture.scale)} to {shown(max(values), picture.scale)}"
    if len(picture.steps) > 1:
        told += f" on {len(picture.steps)} levels"
    if picture.now is not None:
        told += (
            f"; this change at {shown(picture.now, picture.scale)}, {called(picture)}, marked by {SIGNS[picture.call]}"
        )
    return told


def _values(picture: Picture) -> list[float]:
    now = [] if picture.now is None else [picture.now]
    bands = [edge for step in picture.steps for edge in (step.low, step.high) if edge is not None]
    values = [spot.value for spot in picture.history] + now
    return [*values, *bands] if values else []


def _limits(picture: Picture, values: Sequence[float]) -> tuple[list[Line], list[Line]]:
    """The limits that can be drawn without making all else flat, and the others."""
    if picture.scale != picture.unit:
        return [], []
    low, high = min(values), max(values)
    room = _FAR * max(high - low, 0.02 * abs(high))
    near = [each for each in picture.limits if low - room <= each.value <= high + room]
    return near, [each for each in picture.limits if each not in near]


def _beyond(limit: Line, picture: Picture) -> str:
    above = limit.value > min(_values(picture))
    return f"limit {limit.said} lies far {'above ↑' if above else 'below ↓'}"


def _content(picture: Picture, frame: _Frame, near: Sequence[Line], width: float, height: float) -> Iterator[str]:
    for step in picture.steps:
        yield from _band(step, frame)
    for one in picture.accepted:
        yield path("epoch zx", f"M{at(_before(one.first, picture, frame), 0)}v{height:.0f}")
    for step in picture.steps[1:]:
        yield path("step zx", f"M{at(_before(step.first, picture, frame), 0)}v{height:.0f}")
    for limit in near:
        name = "limit" if limit.fails else "warn"
        y = frame.up.scale(limit.value)
        yield path(f"{name} zy", f"M{at(0, y)}h{width:.0f}")
        yield text(6, y - 5 if y > 18 else y + 14, f"limit {limit.said}", f"{name} zy")  # noqa: PLR2004 - a line of text
    places = [frame.place(number, spot.value) for number, spot in enumerate(picture.history)]
    if places:
        yield path("line dotted z" if len(places) <= _DOTS else "line z", polyline(places))
    for step in picture.steps:
        yield path("level z", polyline(frame.place(number, step.height) for number in _ends(step)))
    if picture.now is not None:
        yield mark(picture.call, *frame.place(len(picture.history), picture.now))


def _ends(step: Step) -> tuple[float, float]:
    """A level reaches half the way to its neighbours, so that one of a single run is seen."""
    return step.first - 0.5, step.last + 0.5


def _band(step: Step, frame: _Frame) -> Iterator[str]:
    if step.low is None or step.high is None:
        return
    first, last = _ends(step)
    corners = [(first, step.low), (first, step.high), (last, step.high), (last, step.low)]
    yield path("band z", polyline(frame.place(*corner) for corner in corners) + "z")


def _before(first: int, picture: Picture, frame: _Frame) -> float:
    """Between a spot and the one before it."""
    return frame.across(min(max(first, 0), len(picture.history)) - 0.5)


def _heads(picture: Picture, frame: _Frame) -> Iterator[str]:
    """What the vertical lines are, over the plot, in two rows; what finds no room there is told below the plot."""
    heads = [(one.first, f"accepted {one.since[:10]}", "epoch") for one in picture.accepted]
    heads += [(step.first, picture.history[step.first].commit[:8], "step") for step in picture.steps[1:]]
    free = [_LEFT, _LEFT]
    for first, said, name in sorted(heads):
        x, room = _LEFT + _before(first, picture, frame), len(said) * _LETTER / 2
        x = min(max(x, _LEFT + room), WIDTH - _RIGHT - room)
        row = next((number for number, edge in enumerate(free) if x - room >= edge), None)
        if row is not None:
            free[row] = x + room + 6
            yield text(x, frame.top - 8 - 17 * row, said, f"middle-of {name} head")


def _dates(picture: Picture, frame: _Frame) -> Iterator[str]:
    """When it was, below the plot, at a few runs."""
    count = len(picture.history)
    yield '<g class="dates">'
    numbers = sorted({round(part * (count - 1) / (_DATES - 1)) for part in range(_DATES)}) if count else []
    if count > _DATES:
        numbers = numbers[:-1] if picture.now is not None else numbers
    for number in numbers:
        x = _LEFT + frame.across(number)
        name = "" if number == 0 and count > 1 else "end" if number == count - 1 and count > 1 else "middle-of"
        yield text(x, HEIGHT - 10, f"{picture.history[number].time:%Y-%m-%d}", name)
    if picture.now is not None and count != 1:
        yield text(WIDTH - _RIGHT, HEIGHT - 10, "this change", "end said")
    yield "</g>"


def _data(picture: Picture, frame: _Frame) -> str:
    """What a script needs to tell of each spot and to draw the axis anew, in the unit of the axis."""
    values = " ".join(f"{spot.value / frame.up.factor:.4g}" for spot in picture.history)
    now = "" if picture.now is None else f"{picture.now / frame.up.factor:.4g}"
    scale = frame.up.scale
    edges = f"{scale.low / frame.up.factor:.6g} {scale.high / frame.up.factor:.6g}"
    return f' data-values="{values}" data-now="{now}" data-y="{edges}" data-unit="{escape(frame.up.unit, 50)}"'

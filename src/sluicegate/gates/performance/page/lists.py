"""Many benchmarks in text: the tables of a terminal and of a job's summary, each history in a few letters."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence

from sluicegate.gates.performance.page.picture import Picture, both, called, short, worst_first
from sluicegate.gates.performance.verdicts import Call
from sluicegate.gates.performance.wording import shown
from sluicegate.markup import code, inert
from sluicegate.text import disarm, one_line, plural, shorten

ROWS = 20
"""So many benchmarks a summary shows, the worst of them."""

NEWEST = 24
"""So many runs a sparkline goes back."""

_HEIGHTS = "▁▂▃▄▅▆▇█"
_FLAT = "▄"
_NONE = "·"
_NAME = 48
_SAID = 60
_SIGNS = {Call.REGRESSED: "🔴", Call.INCONCLUSIVE: "⚪", Call.IMPROVED: "🟢", Call.UNCHANGED: "✅", None: "⚫"}
_LETTERS = {Call.REGRESSED: "✗", Call.INCONCLUSIVE: "?", Call.IMPROVED: "◆", Call.UNCHANGED: "✓", None: "–"}
_WORDS = (Call.REGRESSED, Call.INCONCLUSIVE, None, Call.IMPROVED, Call.UNCHANGED)


def sparkline(values: Iterable[float]) -> str:
    """A letter for each value, as high as it lies between the smallest and the largest; a dot for what is no number."""
    row = list(values)
    there = [value for value in row if math.isfinite(value)]
    low, high = min(there, default=0.0), max(there, default=0.0)
    last = len(_HEIGHTS) - 1

    def letter(value: float) -> str:
        if not math.isfinite(value):
            return _NONE
        # halves, since the difference of two large numbers may be more than a number can hold
        share = (value / 2 - low / 2) / (high / 2 - low / 2) if high > low and high / 2 > low / 2 else None
        return _FLAT if share is None else _HEIGHTS[round(share * last)]

    return "".join(map(letter, row))


def line(picture: Picture) -> str:
    """The sparkline of a history with what is judged now at its end."""
    now = [] if picture.now is None else [picture.now]
    return sparkline([spot.value for spot in picture.history[-NEWEST:]] + now)


def tally(pictures: Iterable[Picture]) -> str:
    """`2 regressed, 1 inconclusive, 40 unchanged`; what is past a limit is counted beside its call."""
    some = list(pictures)
    counts = Counter(picture.call for picture in some)
    told = [f"{counts[call]:,} {call.value if call else 'not judged'}" for call in _WORDS if counts[call]]
    past = sum(picture.broken is not None for picture in some)
    if past:
        told.append(f"{past:,} past {'its limit' if past == 1 else 'their limits'}")
    return ", ".join(told) or "no benchmarks"


def table(pictures: Iterable[Picture], *, rows: int | None = None, troubles: Sequence[str] = ()) -> str:
    """One line for each benchmark, the worst first; foreign text is visible and no command to a runner.

    `troubles` are what could not be looked at and why.
    """
    ordered = worst_first(pictures)
    kept = ordered[:rows]
    cells = [
        (_LETTERS[one.call], called(one), shorten(one_line(one.name), _NAME), _values(one), line(one), _said(one))
        for one in kept
    ]
    widths = [max((len(row[column]) for row in cells), default=0) for column in range(5)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in cells
    ]
    lines += _more(len(ordered) - len(kept))
    lines += [f"could not look: {one_line(each)}" for each in troubles]
    return disarm("\n".join([*lines, tally(ordered)])) + "\n"


def markdown(pictures: Iterable[Picture], *, troubles: Sequence[str] = ()) -> str:
    """The section of a job's summary: the worst first, at most `ROWS` of them, and how many more there are."""
    ordered = worst_first(pictures)
    parts = [f"### Performance: {tally(ordered)}", ""]
    parts += [f"- ⛔ could not look: {inert(each, 300)}" for each in troubles[:ROWS]]
    if len(troubles) > ROWS:
        parts.append(f"- ⛔ and {plural(len(troubles) - ROWS, 'reason')} more, which the page tells")
    parts += [""] if troubles else []
    if ordered:
        parts += ["| | Benchmark | What happened | Values | History |", "|---|---|---|---|---|"]
        parts += [_row(one) for one in ordered[:ROWS]]
    parts += ["", *_more(len(ordered) - ROWS)] if len(ordered) > ROWS else []
    return "\n".join(parts) + "\n"


def _row(picture: Picture) -> str:
    cells = (
        f"{_SIGNS[picture.call]} {called(picture)}",
        code(picture.name, 200),
        inert(short(picture), 200),
        inert(_values(picture), 100),
        line(picture),
    )
    return f"| {' | '.join(cells)} |"


def _more(count: int) -> Sequence[str]:
    return [f"{plural(count, 'benchmark')} more: `sluicegate performance page` shows them all."] if count > 0 else []


def _values(picture: Picture) -> str:
    if picture.verdict and (told := both(picture.verdict)):
        return one_line(told)
    return one_line(shown(picture.measured, picture.unit)) if picture.measured is not None else ""


def _said(picture: Picture) -> str:
    return shorten(one_line(short(picture)), _SAID)

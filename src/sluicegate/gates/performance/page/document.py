"""The benchmarks as one HTML page that needs nothing else: no request, light and dark, by keyboard, on paper.

The plots stand in it as SVG. The script is for who wants to look closer: it filters, it zooms, and it tells of each
run; it gets no text from the page but what it finds there as text. The page's policy (CSP) allows its own style and
script by their digests, and nothing of the network.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from importlib import resources
from itertools import groupby

from sluicegate.gates.performance.page import course, spread
from sluicegate.gates.performance.page.drawing import DOT, SIGNS, at, colours, mark, path, polyline
from sluicegate.gates.performance.page.lists import tally
from sluicegate.gates.performance.page.picture import Picture, Spot, called, sentences, short, worst_first
from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.verdicts import Call
from sluicegate.gates.performance.wording import shown
from sluicegate.markup import escape, look, policy
from sluicegate.text import plural

OPEN = 6
"""So many benchmarks that are worse stand open from the start."""

TABLES = 25
"""So many benchmarks have the table of their values without a script; the script makes the others'."""

_TONES = {
    Call.REGRESSED: "error", Call.INCONCLUSIVE: "warning", None: "note", Call.IMPROVED: "ok", Call.UNCHANGED: "plain",
}  # fmt: skip
_SPARK_WIDTH, _SPARK_HEIGHT = 120, 26
_SPARK_ROOM = 5
_SPARK_RUNS = 60
_BETTER = {Direction.LOWER: "less is better", Direction.HIGHER: "more is better"}

Rows = Mapping[tuple[str, datetime], int]
"""On which row of the table of runs a run stands, by commit and time."""


def page(pictures: Sequence[Picture], *, facts: Sequence[tuple[str, str]] = (), troubles: Sequence[str] = ()) -> str:
    """The whole page. `facts` are what the verdicts lean on, `troubles` what could not be looked at and why."""
    return "\n".join(_lines(worst_first(pictures), facts, troubles)) + "\n"


def _lines(ordered: Sequence[Picture], facts: Sequence[tuple[str, str]], troubles: Sequence[str]) -> Iterator[str]:
    style = f"\n{look()}{_asset('style.css')}{colours()}"
    script = f"\n{_asset('script.js')}"
    runs, rows = _runs(ordered)
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy(style, script)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>Performance: {escape(tally(ordered))}</title>"
    yield f"<style>{style}</style>"
    yield "</head>"
    yield "<body>"
    yield f'<svg class="plot shared" width="0" height="0" aria-hidden="true">{DOT}</svg>'
    yield '<a class="skip" href="&#35;benchmarks">Skip to the benchmarks</a>'
    yield from _head(ordered, facts, troubles)
    yield '<main class="wide">'
    if troubles:
        yield "<section><h2>Could not look</h2>"
        yield from (f'<p class="card loud error">{escape(each)}</p>' for each in troubles)
        yield "</section>"
    yield from _benchmarks(ordered, rows)
    yield from _legend()
    yield from _table_of_runs(runs)
    yield "</main>"
    yield f"<script>{script}</script>"
    yield "</body>"
    yield "</html>"


def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _key(spot: Spot) -> tuple[str, datetime]:
    return spot.commit, spot.time


def _runs(pictures: Sequence[Picture]) -> tuple[list[Spot], Rows]:
    """The runs of all histories, oldest first, and where each stands."""
    found = {_key(spot): spot for picture in pictures for spot in picture.history}
    runs = sorted(found.values(), key=lambda spot: (spot.time, spot.commit))
    return runs, {_key(spot): number for number, spot in enumerate(runs)}


def _head(ordered: Sequence[Picture], facts: Sequence[tuple[str, str]], troubles: Sequence[str]) -> Iterator[str]:
    bad = sum(_is_bad(one) for one in ordered)
    unsure = sum(one.call in (None, Call.INCONCLUSIVE) for one in ordered)
    tone = "error" if bad or troubles else "warning" if unsure or not ordered else "ok"
    if bad:
        past = any(_is_bad(one) and one.call is not Call.REGRESSED for one in ordered)
        said = f"{bad:,} of {plural(len(ordered), 'benchmark')} {'is' if bad == 1 else 'are'} worse"
        said += " or past a limit" if past else ""
    elif troubles:
        said = "Not everything could be looked at"
    elif not ordered:
        said = "No benchmarks"
    else:
        said = "Nothing is called worse" if unsure else "No benchmark is worse"
    yield f'<header class="verdict {tone}"><div class="wide">'
    yield f"<h1><small>Performance</small> {said}</h1>"
    yield f'<p class="why">{escape(tally(ordered))}.</p>'
    for name, value in facts:
        yield f'<p class="quiet">{escape(name[:1].upper() + name[1:])}: {escape(value)}.</p>'
    yield "</div></header>"


def _is_bad(picture: Picture) -> bool:
    return picture.call is Call.REGRESSED or bool(picture.broken and picture.broken.fails)


def _benchmarks(ordered: Sequence[Picture], rows: Rows) -> Iterator[str]:
    yield '<section id="benchmarks" tabindex="-1"><h2>Benchmarks, the worst first</h2>'
    if len(ordered) > 1:
        yield from _filters(ordered)
    if len(ordered) > TABLES:
        yield f'<noscript><p class="card">The tables of values of the first {TABLES} benchmarks; the others need the '
        yield "script of this page; <code>sluicegate performance history BENCHMARK</code> prints them.</p></noscript>"
    yield '<ol id="list">'
    for number, picture in enumerate(ordered):
        yield from _card(picture, rows, opened=number < OPEN and _is_bad(picture), tabled=number < TABLES)
    yield "</ol></section>"


def _filters(ordered: Sequence[Picture]) -> Iterator[str]:
    calls = Counter(map(called, ordered))
    yield '<form id="filters" class="filters card" data-script hidden aria-label="Filter the benchmarks">'
    yield '<fieldset><legend>Call</legend><div class="choices">'
    for call in calls:
        yield f'<label class="choice"><input type="checkbox" name="call" value="{escape(call)}">'
        yield f"<span>{escape(call)} <b>{calls[call]:,}</b></span></label>"
    yield '</div></fieldset><label class="search"><span>Search</span>'
    yield '<input type="search" id="search" autocomplete="off" spellcheck="false" placeholder="name of a benchmark">'
    yield '</label></form><p id="status" class="quiet" role="status"></p>'


def _card(picture: Picture, rows: Rows, *, opened: bool, tabled: bool) -> Iterator[str]:
    tone = "error" if _is_bad(picture) else _TONES[picture.call]
    yield f'<li class="card {tone}{" loud" if _is_bad(picture) else ""}" data-call="{called(picture)}">'
    yield f'<details class="benchmark"{" open" if opened else ""}><summary>'
    yield f'<span class="badge">{called(picture)}</span><h3>{escape(picture.name, 300)}</h3>'
    yield f'<span class="short">{escape(short(picture), 300)}</span>{_spark(picture)}</summary>'
    plots = [*_course(picture, rows, tabled=tabled), *_spread(picture)]
    if plots:
        yield f'<div class="plots">{"".join(plots)}</div>'
    yield from (f"<p>{escape(each)}</p>" for each in sentences(picture))
    yield from _also(picture)
    yield "</details></li>"


def _spark(picture: Picture) -> str:
    """The newest runs in a thumbnail."""
    values = [spot.value for spot in picture.history[-_SPARK_RUNS:]] + ([] if picture.now is None else [picture.now])
    if len(values) < 2:  # noqa: PLR2004 - one point is no course
        return ""
    low, high = min(values), max(values)
    across = (_SPARK_WIDTH - 2 * _SPARK_ROOM) / (len(values) - 1)
    up = (_SPARK_HEIGHT - 2 * _SPARK_ROOM) / (high - low) if high > low else 0.0
    middle = 0.0 if up else _SPARK_HEIGHT / 2 - _SPARK_ROOM
    places = [
        (round(_SPARK_ROOM + number * across), round(_SPARK_HEIGHT - _SPARK_ROOM - middle - (value - low) * up))
        for number, value in enumerate(values)
    ]
    last = "" if picture.now is None else path(f"dots {_class(picture)}", f"M{at(*places[-1])}h0")
    size = f'viewBox="0 0 {_SPARK_WIDTH} {_SPARK_HEIGHT}"'
    return f'<svg class="plot spark" {size} aria-hidden="true">{path("line", polyline(places))}{last}</svg>'


def _class(picture: Picture) -> str:
    return picture.call.value if picture.call else "none"


def _course(picture: Picture, rows: Rows, *, tabled: bool) -> Iterator[str]:
    drawing = course.drawn(picture, told=True)
    if not drawing:
        return
    better = _BETTER.get(picture.direction, "nobody said which way is better")
    unit = f", as a multiple of the ruler of the same run ({picture.scale})" if picture.scale != picture.unit else ""
    yield f'<figure class="course" data-runs="{_ranges([rows[_key(spot)] for spot in picture.history])}">'
    yield f'<div class="drawing">{drawing}</div>'
    runs = plural(len(picture.history), "earlier run")
    yield f"<figcaption>{runs}, oldest first{escape(unit)}; {better}</figcaption>"
    if picture.history:
        yield f'<details class="values"{"" if tabled else " data-script hidden"}><summary>Values</summary>'
        yield from _values(picture) if tabled else ()
        yield "</details>"
    yield "</figure>"


def _ranges(numbers: Sequence[int]) -> str:
    """`0-40 42-99`."""
    parts = []
    for _, some in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0]):
        run = [number for _, number in some]
        parts.append(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}")
    return " ".join(parts)


def _values(picture: Picture) -> Iterator[str]:
    yield '<div class="scroll" tabindex="0" role="group" aria-label="Values"><table><thead><tr>'
    yield "".join(f'<th scope="col">{name}</th>' for name in ("Run", "Commit", "Value", "Subject"))
    yield "</tr></thead><tbody>"
    for spot in reversed(picture.history):
        cells = (
            f"{spot.time:%Y-%m-%d %H:%M}", f"<code>{escape(spot.commit[:12])}</code>",
            escape(shown(spot.value, picture.scale)), escape(spot.subject, 120),
        )  # fmt: skip
        yield f"<tr><td>{'</td><td>'.join(cells)}</td></tr>"
    yield "</tbody></table></div>"


def _spread(picture: Picture) -> Iterator[str]:
    if drawing := spread.drawn(picture):
        yield f'<figure class="spread"><div class="drawing">{drawing}</div>'
        yield "<figcaption>Every value of both sides, their medians, and where the change lies</figcaption></figure>"


def _also(picture: Picture) -> Iterator[str]:
    """What the plot marks, in words."""
    said = []
    for before, step in zip(picture.steps, picture.steps[1:], strict=False):
        spot = picture.history[step.first]
        went = f"from {shown(before.height, picture.scale)} to {shown(step.height, picture.scale)}"
        subject = f" ({spot.subject})" if spot.subject else ""
        said.append(f"Another level since commit {spot.commit[:12]}{subject}: {went}")
    said += [f"Shift accepted since {one.since} by {one.owner}: {one.reason}" for one in picture.accepted]
    said += [f"Limit that {'fails' if one.fails else 'warns'}: {one.said}" for one in picture.limits]
    if said:
        yield f'<ul class="also">{"".join(f"<li>{escape(each)}</li>" for each in said)}</ul>'


def _legend() -> Iterator[str]:
    yield '<section><details class="card"><summary>What the marks mean</summary><ul class="legend">'
    for call in SIGNS:
        sign = f'<svg class="plot sign" viewBox="0 0 24 20" aria-hidden="true">{mark(call, 12, 10)}</svg>'
        word = call.value if call else "not judged"
        yield f"<li>{sign}<span>This change, {word}: {SIGNS[call]}</span></li>"
    for name, d, said in (
        ("band", "M2,3h20v14h-20z", "What the noise of the history explains"),
        ("level", "M2,10h20", "A level of the history"),
        ("step", "M12,1v18", "The first run on another level, with its commit"),
        ("epoch", "M12,1v18", "An accepted shift: what is left of it is no baseline"),
        ("limit", "M1,10h22", "An absolute limit"),
    ):
        sign = f'<svg class="plot sign" viewBox="0 0 24 20" aria-hidden="true">{path(name, d)}</svg>'
        yield f"<li>{sign}<span>{said}</span></li>"
    yield "</ul><p data-script hidden>Drag over a plot to look closer, with the shift key to move it; or go from run "
    yield "to run with the arrow keys, closer with + and back with −, and see all runs again with Escape.</p>"
    yield "</details></section>"


def _table_of_runs(runs: Sequence[Spot]) -> Iterator[str]:
    if not runs:
        return
    yield f'<section><details class="card"><summary>{plural(len(runs), "run")} of the history</summary>'
    yield '<div class="scroll" tabindex="0" role="group" aria-label="Runs"><table id="runs"><thead><tr>'
    yield "".join(f'<th scope="col">{name}</th>' for name in ("Run", "Commit", "Subject"))
    yield "</tr></thead><tbody>"
    for spot in runs:
        cells = f"{spot.time:%Y-%m-%d %H:%M}", f"<code>{escape(spot.commit[:12])}</code>", escape(spot.subject, 120)
        yield f"<tr><td>{'</td><td>'.join(cells)}</td></tr>"
    yield "</tbody></table></div></details></section>"

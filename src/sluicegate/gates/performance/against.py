"""A run held against those before it: what the change made worse, and what the branch had become before."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.gates.performance.catalogue import SHIFT, TREND
from sluicegate.gates.performance.found import Measured, without
from sluicegate.gates.performance.history.window import in_words
from sluicegate.gates.performance.levels import History, Levels, all_levels
from sluicegate.gates.performance.limits import allowed
from sluicegate.gates.performance.places import declared
from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.ruler import NO_RULER
from sluicegate.gates.performance.verdicts import Bar, Verdict, percent
from sluicegate.gates.performance.verdicts.standing import Point, hold
from sluicegate.gates.performance.wording import shown
from sluicegate.model import Examination, Fact, Finding, Outcome, Undecided
from sluicegate.stats.trend import crossing, slope
from sluicegate.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.gates.performance.earlier import Past
    from sluicegate.gates.performance.history.series import Series
    from sluicegate.gates.performance.limits import Allowed
    from sluicegate.gates.performance.reading import Reading
    from sluicegate.gates.performance.settings import Settings
    from sluicegate.model import Context, Yield

FEWEST = 10
"""So many earlier runs are looked at for levels and slopes at the least."""


class Course(Struct, frozen=True, kw_only=True):
    """One benchmark through the runs: its `series` from where its baseline `first` begins, and its levels."""

    reading: Reading
    limits: Allowed
    series: Series
    first: int
    levels: Levels | None
    file: str


def courses(context: Context, past: Past, head: Measured) -> list[Course]:
    """Each benchmark of the head through the history that is a baseline for it; put together once."""
    key = ("performance", "courses")
    if key not in context.memo:
        context.memo[key] = _courses(context, past, head)
    found: list[Course] = context.memo[key]
    return found


def _courses(context: Context, past: Past, head: Measured) -> list[Course]:
    numbers = {id(point): number for number, point in enumerate(past.window.points)}
    about, histories = {}, {}
    for key, reading in head.readings.items():
        limits, series = allowed(context.settings, reading), past.series[key]
        begins = past.begun[key].first if key in past.begun else 0
        values = [each.value for each in series.values if numbers[id(each.point)] >= begins]
        about[key] = limits, len(series.values) - len(values)
        if len(values) >= FEWEST and limits.direction is not Direction.UNKNOWN:
            histories[key] = History(values=values, direction=limits.direction, floor=limits.bar.warn_from)
    found = dict(zip(histories, all_levels(list(histories.values())), strict=True))
    return [
        Course(
            reading=reading, limits=about[key][0], series=past.series[key], first=about[key][1], levels=found.get(key),
            file=head.files[key],
        )
        for key, reading in head.readings.items()
    ]  # fmt: skip


def verdicts(past: Past, some: Sequence[Course]) -> tuple[list[Verdict], list[Bar]]:
    """Each benchmark of the head held against the level on which the branch was before."""
    points, bars = [], []
    for course in some:
        key = course.reading.key
        if key not in past.now:
            continue
        values = cautious = tuple(each.value for each in course.series.values[course.first :])
        note = "" if course.series.unit == course.reading.unit else "each was divided by the ruler of its run"
        if course.levels:
            values, cautious = course.levels.readings
        points.append(
            Point(
                benchmark=key[0], metric=key[1], unit=course.series.unit or course.reading.unit,
                direction=course.limits.direction, now=past.now[key], history=values, cautious=cautious,
                note=note,
            )
        )  # fmt: skip
        bars.append(course.limits.bar)
    return hold(points, bars), bars


def branch(context: Context, some: Sequence[Course]) -> Iterator[Yield]:
    """What the branch had become before the change: other levels, and slopes."""
    looked: dict[str, int] = {}
    for course in some:
        if course.levels is None:
            continue
        looked[course.file] = looked.get(course.file, 0) + 1
        if SHIFT.id in context.rules and course.levels.risen >= course.limits.bar.warn_from:
            yield _shifted(context, course, course.levels)
        elif TREND.id in context.rules and len(course.levels.begins) == 1:
            yield from _sloping(context, course, course.levels)
    for rule in (SHIFT, TREND):
        if rule.id not in context.rules:
            continue
        for file, count in looked.items():
            yield Examination(rule=rule.id, subject=file, examined=count)
        if not looked:
            why = Undecided(
                outcome=Outcome.INCONCLUSIVE, reason=f"no benchmark has {FEWEST} earlier runs on such machines"
            )
            yield Examination(rule=rule.id, subject="history", undecided=why)


def _shifted(context: Context, course: Course, found: Levels) -> Finding:
    values = course.series.values[course.first :]
    since, ago = values[found.since], len(values) - found.since
    name = course.reading.name
    return Finding(
        rule=SHIFT.id, level=SHIFT.level, key=(*course.reading.key, since.point.commit), tags=SHIFT.tags,
        location=declared(context, course.reading.benchmark, name, course.file, course.reading.line),
        message=f"{name} has been {percent(found.risen).lstrip('+')} worse since commit {since.point.commit[:12]}, "
        f"{plural(ago, 'run')} ago",
        advice="Look at what came between that commit and the run before it; or accept the shift: an "
        f'[[performance.epoch]] with since = "{since.point.commit[:12]}", an owner and a reason.',
    )  # fmt: skip


def _sloping(context: Context, course: Course, found: Levels) -> Iterator[Finding]:
    line = slope(found.rows)
    if line is None or line.low <= 0:
        return
    runs = len(found.rows)
    risen = math.exp(line.estimate * (runs - 1))
    if risen < course.limits.bar.warn_from:
        return
    words = [
        f"It lies on a line that rises by {_each(line.estimate)} a run, {_each(line.low)} to {_each(line.high)} with"
    ]
    words.append("95 % confidence (Theil-Sen), and no single run explains it.")
    if course.series.unit == course.reading.unit and course.limits.fail_at:
        ahead = crossing(line, _height(course, found))
        if ahead:
            latest = f"and {ahead.latest:.0f}" if ahead.latest is not None else "and never"
            words.append(
                f"Its limit of {course.limits.fail_at.said} is crossed in {ahead.steps:.0f} runs, between "
                f"{ahead.earliest:.0f} {latest}."
            )
    name = course.reading.name
    first, last = course.series.values[course.first].value, course.series.values[-1].value
    yield Finding(
        rule=TREND.id, level=TREND.level, key=course.reading.key, tags=TREND.tags,
        location=declared(context, course.reading.benchmark, name, course.file, course.reading.line),
        message=f"{name} has become {percent(risen).lstrip('+')} worse over {plural(runs, 'run')}, bit by bit "
        f"({shown(first, course.series.unit)} at first, {shown(last, course.series.unit)} at last)",
        advice=" ".join(words),
    )  # fmt: skip


def _height(course: Course, found: Levels) -> float:
    """The absolute limit on the scale of the levels."""
    limit = course.limits.fail_at
    value = math.log(max(limit.value, found.least / 2)) if limit else math.inf
    return -value if found.direction is Direction.HIGHER else value


def _each(step: float) -> str:
    return f"{100 * math.expm1(step):.2f} %"


def before(past: Past, head: Measured, settings: Settings) -> Measured:
    """Which benchmarks there were, as a side, whatever they took.

    They are those of the newest run before, and of the head those that any earlier one has measured: a gap makes none
    of them new.
    """
    newest = past.window.points[-1].runs
    readings = {key: each for key, each in head.readings.items() if past.series[key].values}
    readings |= {each.key: each for run in newest for each in run.readings}
    file = next(iter(head.files.values()))
    refused = tuple((file, each) for run in newest for each in run.refused)
    return without(Measured(readings=readings, files=dict.fromkeys(readings, file), refused=refused), settings)


def told(past: Past, ruler: str) -> Iterator[Fact]:
    """What the verdicts lean on: how many runs, of which machine, and what was left out of them."""
    runs = len(past.window.points)
    by = "" if ruler == NO_RULER else f", divided by the ruler {ruler}"
    yield Fact(name="history", value=f"{plural(runs, 'commit')} measured on {past.machine}{by}")
    several = {
        "left out of the history": in_words(past.window.left_out),
        "in the history": in_words(past.window.noted),
        "accepted shift without effect": "; ".join(f"since {each.epoch.since}: {each.why}" for each in past.idle),
    }  # of the facts of one name a run has the last
    for name, said in several.items():
        if said:
            yield Fact(name=name, value=said)

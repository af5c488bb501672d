"""The pictures of what was measured: put together from the courses and the verdicts that the check judges by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from sluicegate.errors import GateError
from sluicegate.gates.performance import against
from sluicegate.gates.performance.bench.kept import Left, left
from sluicegate.gates.performance.change import paired
from sluicegate.gates.performance.earlier import known_of
from sluicegate.gates.performance.found import Measured, measured, without
from sluicegate.gates.performance.history.series import middle
from sluicegate.gates.performance.levels import Levels
from sluicegate.gates.performance.limits import allowed
from sluicegate.gates.performance.page.picture import Accepted, Line, Picture, Spot, Step
from sluicegate.gates.performance.verdicts.pair import compare
from sluicegate.gates.performance.verdicts.sides import of_process
from sluicegate.model import Undecided
from sluicegate.stats.standing import FEWEST, stand

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sluicegate.gates.performance.against import Course
    from sluicegate.gates.performance.earlier import Past
    from sluicegate.gates.performance.reading import Reading
    from sluicegate.gates.performance.verdicts import Bar, Verdict
    from sluicegate.model import Context

Key = tuple[str, str]


class Gathered(Struct, frozen=True, kw_only=True):
    """The pictures, what the verdicts lean on, and what could not be looked at and why."""

    pictures: tuple[Picture, ...]
    facts: tuple[tuple[str, str], ...]
    troubles: tuple[str, ...]


_NEW = "it is new in this change"
_ONCE = ("confirmation", "what is worse is so by one run; the check says whether further runs confirm it")


def gathered(context: Context, subjects: Mapping[str, str]) -> Gathered:
    """Every benchmark of the head as the check sees it; `subjects` are those of commits, as far as they are known.

    Where the base was measured too, the verdict is that of both sides, else that of the history. What was measured in
    turns is called as the check has called it.
    """
    settings = context.settings
    troubles: list[str] = []
    turned = _turned(context, troubles)
    output = (settings.bench.output,) if turned else ()
    head, base = (
        without(measured(context.folder, patterns), settings)
        for patterns in ((*output, *settings.results), settings.base_results)
    )
    troubles += [*_unusable(head, ""), *_unusable(base, "the base: ")]
    pictures = {key: _begun(context, reading) for key, reading in head.readings.items()}
    facts: tuple[tuple[str, str], ...] = ()
    past = known_of(context, head) if head.readings else None
    why = past.reason if isinstance(past, Undecided) else ""
    beside = bool(turned and not turned.turns.alone) or bool(settings.base_results and not settings.bench.command)
    if past and not isinstance(past, Undecided):
        courses = against.courses(context, past, head)
        facts = tuple((each.name, each.value) for each in against.told(past, settings.ruler))
        for course in courses:
            key = course.reading.key
            pictures[key] = _with_course(pictures[key], course, past, subjects)
        if not beside:
            new = set(against.before(past, head, settings).lacking(head))
            pictures |= {key: replace(pictures[key], why=_NEW) for key in new}
            _judge(pictures, *against.verdicts(past, [each for each in courses if each.reading.key not in new]))
            facts += (_ONCE,) if settings.confirm.command else ()
        why = past.unruled
    if turned and beside:
        _call(pictures, turned)
    elif beside:
        _compare(context, pictures, base, head)
    elif why:
        troubles += [why]
        pictures = {key: each if each.verdict else replace(each, why=why) for key, each in pictures.items()}
    return Gathered(pictures=tuple(pictures.values()), facts=facts, troubles=tuple(troubles))


def _turned(context: Context, troubles: list[str]) -> Left | None:
    """What a check has left of a measurement in turns; None where none is wanted, or it cannot be read."""
    bench = context.settings.bench
    if not (bench.command and bench.output):
        return None
    try:
        found = left(bench, context.folder)
    except GateError as error:
        troubles.append(f"{error.message}: {error.hint}" if error.hint else error.message)
        return None
    if found.turns.alone:
        troubles.append(found.turns.alone)
    here = context.log.commit((*context.settings.results, bench.output)) if context.log else ""
    if found.commit and here not in ("", found.commit):
        troubles.append(f"{bench.output} is of the commit {found.commit[:12]}, and {here[:12]} is checked out")
    return found


def _call(pictures: dict[Key, Picture], turned: Left) -> None:
    """The calls of the check on what was measured in turns, and why there is none on the others."""
    head, base = ({each.key: each for each in side} for side in (turned.readings, turned.turns.base))
    verdicts = {(each.benchmark, each.metric): each for each in turned.turns.verdicts}
    for key, picture in pictures.items():
        if key not in head:
            pictures[key] = replace(picture, why="it is not measured in turns, as [performance.bench] wants it")
            continue
        why = "a run said that it cannot be judged" if key in base else _NEW
        why = "" if key in verdicts else turned.turns.unlike.get(picture.name, why)
        runs = tuple(_runs(side[key]) if key in side else () for side in (base, head))
        alike = key in base and base[key].unit == head[key].unit
        pictures[key] = replace(
            picture, verdict=verdicts.get(key), why=why,
            base=runs[0] if alike else (), head=runs[1] if alike else (),
        )  # fmt: skip


def _runs(reading: Reading) -> tuple[float, ...]:
    """A value for each process, as the verdict takes it."""
    return tuple(of_process(reading, row) for row in reading.processes if row)


def _unusable(side: Measured, which: str) -> list[str]:
    """The files and the benchmarks of a side that say nothing."""
    return [f"{which}{error.message}" for _, error in side.errors] + [
        f"{which}{refused.name} ({path}): {refused.why}" for path, refused in side.refused
    ]


def _begun(context: Context, reading: Reading) -> Picture:
    """What is known of a benchmark without its past."""
    limits, value = allowed(context.settings, reading), middle(reading)
    told = ((limits.fail_at, True), (limits.warn_at, False))
    return Picture(
        benchmark=reading.benchmark, metric=reading.metric, unit=reading.unit, scale=reading.unit, bar=limits.bar,
        direction=limits.direction, measured=value, now=value, why="nothing was there to hold it against",
        limits=tuple(
            Line(said=limit.said, value=limit.value, fails=fails)
            for limit, fails in told
            if limit and limit.unit == reading.unit
        ),
    )  # fmt: skip


def _with_course(picture: Picture, course: Course, past: Past, subjects: Mapping[str, str]) -> Picture:
    key = course.reading.key
    history = tuple(
        Spot(
            commit=each.point.commit, time=each.point.time, value=each.value,
            subject=subjects.get(each.point.commit, ""),
        )
        for each in course.series.values
    )  # fmt: skip
    begun = past.begun.get(key)
    accepted = (
        Accepted(first=course.first, since=begun.epoch.since, owner=begun.epoch.owner, reason=begun.epoch.reason),
    ) if begun and history else ()  # fmt: skip
    return replace(
        picture, history=history, scale=course.series.unit or picture.unit, now=past.now.get(key), accepted=accepted,
        steps=_steps(course.levels, course.first, picture.bar) if course.levels else (),
    )  # fmt: skip


def _steps(found: Levels, first: int, bar: Bar | None) -> tuple[Step, ...]:
    """The levels, each with what noise explains about it: all of them share one scatter, as in the verdict."""
    up = down = None
    if bar and len(found.rows) >= FEWEST:
        up, down = (_bound(sign * found.settled, sign * found.cautious, bar.false_alarms) for sign in (1, -1))
    ends = (*found.begins[1:], len(found.rows))
    return tuple(
        Step(
            first=first + begin, last=first + end - 1, height=_value(found, height),
            low=None if down is None else min(_value(found, height - down), _value(found, height + (up or 0.0))),
            high=None if up is None else max(_value(found, height + up), _value(found, height - (down or 0.0))),
        )
        for begin, end, height in zip(found.begins, ends, found.heights, strict=True)
    )  # fmt: skip


def _bound(rows: NDArray[np.float64], cautious: NDArray[np.float64], alpha: float) -> float:
    """How far noise goes one way, as the verdict takes it."""
    found = stand(
        rows[None], np.array([np.median(rows)]), alpha=np.array([alpha]), floor=np.zeros(1), cautious=cautious[None]
    )  # fmt: skip
    return float(found.bound[0])


def _value(found: Levels, height: float) -> float:
    return found.values(np.array([height]))[0]


def _judge(pictures: dict[Key, Picture], verdicts: Sequence[Verdict], bars: Sequence[Bar]) -> None:
    for verdict, bar in zip(verdicts, bars, strict=True):
        key = (verdict.benchmark, verdict.metric)
        pictures[key] = replace(pictures[key], verdict=verdict, bar=bar, why="")


def _compare(context: Context, pictures: dict[Key, Picture], base: Measured, head: Measured) -> None:
    """The verdicts on what both sides measured, and why there is none on the others."""
    found, new = paired(context.settings, base, head), set(base.lacking(head))
    for key, picture in pictures.items():
        alone = _NEW if key in new and not base.errors else "its base could not be read"
        why = alone if key not in base.readings else found.unlike.get(picture.name, "")
        pictures[key] = replace(picture, why=why)
    for pair in found.pairs:
        key = (pair.benchmark, pair.metric)
        pictures[key] = replace(pictures[key], base=pair.base, head=pair.head)
    _judge(pictures, compare(found.pairs, found.bars), found.bars)

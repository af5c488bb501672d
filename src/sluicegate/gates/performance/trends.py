"""Where each benchmark is going: its level, slope, steps and wild runs, when its limit is crossed, and its health."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from sluicegate.gates.performance.levels import Levels, levels
from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.verdicts import percent
from sluicegate.stats.standing import FEWEST, stand
from sluicegate.stats.trend import Crossing, Slope, crossing, slope
from sluicegate.text import plural

if TYPE_CHECKING:
    from sluicegate.gates.performance.limits import Allowed

_RECENT = 10
_ODD = 0.001
_WORST = 2.0


class Severity(StrEnum):
    """How bad a step is by what the settings forbid: told, forbidden, or more than twice as much as that."""

    MINOR = "minor"
    MAJOR = "major"
    SEVERE = "severe"


class Step(Struct, frozen=True, kw_only=True):
    """A place at which the benchmark went over to another level: `factor` above 1 is worse. `place` counts values.

    `confidence` is how sure it is that the two levels differ at all; `impact` the difference in the metric's unit.
    """

    place: int
    factor: float
    confidence: float
    impact: float
    severity: Severity | None


class Trend(Struct, frozen=True, kw_only=True):
    """One benchmark. `level` is where it is now, in its unit; `slope` is since the last step, by factor and run.

    `wild` are the places of single runs that their neighbours do not explain. `ahead` is when the absolute limit is
    crossed, and `no_forecast` why that cannot be said. `detectable` is the smallest factor that a check would find.
    """

    benchmark: str
    metric: str
    unit: str
    values: tuple[float, ...]
    level: float
    slope: Slope | None
    steps: tuple[Step, ...]
    wild: tuple[int, ...]
    ahead: Crossing | None
    no_forecast: str
    detectable: float
    risen: float
    within: bool | None
    blind: bool
    why: str = ""


def trend(benchmark: str, metric: str, unit: str, values: Sequence[float], limits: Allowed, *, scaled: bool) -> Trend:
    """Where a benchmark is going, from its values, oldest first. `scaled`: they were divided by a ruler, without unit.

    With fewer than ten values, or where nothing says which way is better, it says why nothing can be said.
    """
    unknown = limits.direction is Direction.UNKNOWN
    if unknown or len(values) < _RECENT:
        why = (
            "nothing says which way it gets better"
            if unknown
            else f"{plural(len(values), 'run')}, and 10 are the least"
        )
        return Trend(
            benchmark=benchmark, metric=metric, unit=unit, values=tuple(values), level=values[-1] if values else 0.0,
            slope=None, steps=(), wild=(), ahead=None, no_forecast=why, detectable=math.inf, risen=1.0, within=None,
            blind=True, why=why,
        )  # fmt: skip
    found = levels(values, limits.direction, limits.bar.warn_from)
    last = found.rows[found.begins[-1] :]
    line = slope(last)
    ahead, refused = _ahead(found, line, limits, scaled=scaled)
    least = _detectable(found, limits)
    return Trend(
        benchmark=benchmark, metric=metric, unit=unit, values=tuple(values),
        level=found.values(np.array([found.heights[-1]]))[0], slope=line, steps=_steps(found, limits),
        wild=_wild(found), ahead=ahead, no_forecast=refused, detectable=least, risen=found.risen,
        within=_within(found, limits) if not scaled else None, blind=least > limits.bar.fail_from,
    )  # fmt: skip


def _steps(found: Levels, limits: Allowed) -> tuple[Step, ...]:
    heights = found.values(np.array(found.heights))
    ends = (*found.begins[1:], len(found.rows))
    out = []
    for number in range(1, len(found.begins)):
        begin, factor = found.begins[number], math.exp(found.heights[number] - found.heights[number - 1])
        before = found.rows[found.begins[number - 1] : begin]
        after = found.rows[begin : ends[number]]
        out.append(
            Step(
                place=begin, factor=factor, confidence=_confidence(before, after),
                impact=heights[number] - heights[number - 1], severity=_severity(factor, limits),
            )
        )  # fmt: skip
    return tuple(out)


def _confidence(before: np.ndarray, after: np.ndarray) -> float:
    """The share of pairs of runs before and after that differ the way in which the levels do."""
    wins = float((after[:, None] > before[None]).mean() + 0.5 * (after[:, None] == before[None]).mean())
    return max(wins, 1 - wins)


def _severity(factor: float, limits: Allowed) -> Severity | None:
    if factor <= 1:
        return None
    if factor < limits.bar.fail_from:
        return Severity.MINOR
    return Severity.SEVERE if math.log(factor) >= _WORST * math.log(limits.bar.fail_from) else Severity.MAJOR


def _wild(found: Levels) -> tuple[int, ...]:
    """The places of runs that the others of all levels do not explain, each held against the rest."""
    rows = found.settled
    if len(rows) <= FEWEST:
        return ()
    others = np.array([np.delete(rows, place) for place in range(len(rows))])
    alpha, floor = np.full(len(rows), _ODD), np.zeros(len(rows))
    both = (stand(sign * others, sign * rows, alpha=alpha, floor=floor, follows=False).p for sign in (1, -1))
    odd = np.minimum(*both) <= _ODD
    return tuple(int(place) for place in np.flatnonzero(odd))


def _ahead(found: Levels, line: Slope | None, limits: Allowed, *, scaled: bool) -> tuple[Crossing | None, str]:
    limit = limits.fail_at or limits.warn_at
    if limit is None:
        return None, "no limit names it"
    if scaled:
        return None, "a limit is in a unit, and these values were divided by a ruler"
    if line is None:
        return None, f"the last step was less than {_RECENT} runs ago"
    if not line.is_sure:
        return None, "whether it rises at all is in doubt"
    sign = -1.0 if found.direction is Direction.HIGHER else 1.0
    ahead = crossing(line, sign * math.log(max(limit.value, found.least / 2)))
    return ahead, "" if ahead else "it moves away from its limit"


def _detectable(found: Levels, limits: Allowed) -> float:
    if len(found.rows) < FEWEST:
        return math.inf
    bar = limits.bar
    alpha, floor = np.array([bar.false_alarms]), np.log([bar.warn_from])
    settled, cautious = found.settled[None], found.cautious[None]
    one = stand(settled, np.array([found.heights[-1]]), alpha=alpha, floor=floor, cautious=cautious)
    return math.exp(float(one.detectable[0]))


def _within(found: Levels, limits: Allowed) -> bool | None:
    """Whether its level is within the absolute limit; None where it has none."""
    limit = limits.fail_at or limits.warn_at
    if limit is None:
        return None
    now = found.values(np.array([found.heights[-1]]))[0]
    return now >= limit.value if found.direction is Direction.HIGHER else now <= limit.value


class Part(Struct, frozen=True, kw_only=True):
    """One component of health: how many benchmarks are well, ill and unknown; unknown is never well."""

    name: str
    well: int
    ill: int
    unknown: int

    @property
    def share(self) -> float:
        """The share that is well, of all."""
        every = self.well + self.ill + self.unknown
        return self.well / every if every else 0.0


def health(trends: Sequence[Trend]) -> tuple[Part, ...]:
    """The components: level (not worse than its best), slope (not rising), noise (forbidden changes show), limits."""
    known = [each for each in trends if not each.why]
    lost = len(trends) - len(known)
    rising = [each for each in known if each.slope and each.slope.low > 0]
    flat = [each for each in known if each.slope]
    limited = [each for each in known if each.within is not None]
    held = sum(each.within is True for each in limited)
    return (
        _part("level", sum(not any(step.factor > 1 for step in each.steps[-1:]) for each in known), len(known), lost),
        _part("slope", len(flat) - len(rising), len(flat), len(trends) - len(flat)),
        _part("noise", sum(not each.blind for each in known), len(known), lost),
        _part("limits", held, len(limited), len(trends) - len(limited)),
    )


def _part(name: str, well: int, known: int, unknown: int) -> Part:
    return Part(name=name, well=well, ill=known - well, unknown=unknown)


def score(parts: Sequence[Part]) -> int:
    """One number for those who want one, 0 to 100: the mean of the components. It is told with them, never alone."""
    return round(100 * sum(part.share for part in parts) / len(parts)) if parts else 0


def advice(each: Trend, commits: Sequence[str]) -> list[str]:
    """What the data say should be done: which is too noisy, which range to search. `commits` are of the values."""
    out = []
    if each.blind and math.isfinite(each.detectable):
        least = percent(each.detectable).lstrip("+")
        out.append(f"its runs scatter so that changes of less than {least} do not show: measure both sides in turns")
    worse = [step for step in each.steps if step.factor > 1 and 0 < step.place < len(commits)]
    for step in worse:
        good, bad = commits[step.place - 1][:12], commits[step.place][:12]
        out.append(
            f"it became {percent(step.factor).lstrip('+')} worse between {good} and {bad}: "
            f"`sluicegate performance bisect {good} {bad}` finds the commit"
        )
    return out

"""What the gate would have said: the history replayed run by run, and one run held against itself.

Every run is judged by what was known before it, with the same code as a check. An alarm on a run from which on the
benchmark stayed worse found a step of the branch; any other alarm was false. What the settings cost is told by false
alarms per 100 commits of the whole suite, what they are worth by the change that each benchmark would have shown.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.gates.performance.history.window import NEWEST
from sluicegate.gates.performance.levels import History, all_levels
from sluicegate.gates.performance.reading import Direction, Reading
from sluicegate.gates.performance.verdicts import Bar, Call
from sluicegate.gates.performance.verdicts.pair import Pair, compare
from sluicegate.gates.performance.verdicts.sides import badness, units
from sluicegate.gates.performance.verdicts.standing import Point, hold
from sluicegate.stats.neighbours import dependence
from sluicegate.stats.standing import FEWEST

if TYPE_CHECKING:
    from sluicegate.gates.performance.limits import Allowed

RATES = (0.001, 0.003, 0.01, 0.03)
"""The settings of `false-alarms` that are tried beside the one in force."""

_NEAR = 2
_HALVES = 200


class Run(Struct, frozen=True, kw_only=True):
    """One benchmark through the commits: its value at each of them, None where it was not measured."""

    benchmark: str
    metric: str
    unit: str
    limits: Allowed
    values: Sequence[float | None]


class Tuned(Struct, frozen=True, kw_only=True):
    """What one setting of `false-alarms` would have come to over `commits` commits that could be judged.

    `false` counts commits with any alarm that was none, `steps` alarms at steps of the branch; `detectable` is the
    median over the benchmarks of the smallest factor that would have been found.
    """

    rate: float
    commits: int
    false: int
    steps: int
    detectable: float

    @property
    def per_hundred(self) -> float:
        """False alarms on 100 commits."""
        return 100 * self.false / self.commits if self.commits else 0.0


class Noise(Struct, frozen=True, kw_only=True):
    """One benchmark at the settings in force: how often it was judged, its false alarms, and what it would have shown.

    `blind`: its noise hides what is forbidden, so that it advises only. `known` runs, the most that it was held against
    at once, hang together so that they say as much as `worth` independent ones.
    """

    benchmark: str
    metric: str
    judged: int
    false: int
    detectable: float
    blind: bool
    known: int
    worth: float

    @property
    def hangs_together(self) -> bool:
        """Whether its runs say less than half of what so many independent ones would."""
        return self.worth < self.known / 2


class Calibration(Struct, frozen=True, kw_only=True):
    """The settings in force first, then those that were tried; the benchmarks, the noisiest first."""

    now: Tuned
    tried: tuple[Tuned, ...]
    benchmarks: tuple[Noise, ...]

    def shows(self, wanted: float) -> bool:
        """Whether `wanted` false alarms on 100 would come to one on the commits that were judged.

        Fewer commits may show none by luck.
        """
        return self.now.commits * wanted >= 100  # noqa: PLR2004 - of which it is the share

    def proposed(self, wanted: float) -> Tuned | None:
        """The setting that finds most with no more than `wanted` false alarms on 100 commits; None where none does.

        One that is looser than the setting in force is proposed where enough commits were judged to show it.
        """
        fit = [
            each
            for each in (self.now, *self.tried)
            if each.per_hundred <= wanted and (each.rate <= self.now.rate or self.shows(wanted))
        ]
        return min(fit, key=lambda each: (each.detectable, -each.rate), default=None)


def replay(runs: Sequence[Run], rate: float, heard: Callable[[int, int], None] | None = None) -> Calibration:
    """What would have been said of every commit of a history. `heard` is told how many of them are done."""
    size = max((len(run.values) for run in runs), default=0)
    steps = _steps(runs)
    rates = (rate, *(each for each in RATES if each != rate))
    tally = {each: _Tally() for each in rates}
    own = [_Own() for _ in runs]
    for at in range(FEWEST, size):
        if heard:
            heard(at - FEWEST, size - FEWEST)
        points, which = _points(runs, at)
        if not points:
            continue
        for each in rates:
            bars = [replace(runs[index].limits.bar, false_alarms=each) for index in which]
            verdicts = hold(points, bars)
            worse = [index for index, verdict in zip(which, verdicts, strict=True) if verdict.call is Call.REGRESSED]
            real = [index for index in worse if any(abs(at - step) <= _NEAR for step in steps[index])]
            tally[each].add(len(worse) - len(real), len(real), [verdict.detectable for verdict in verdicts])
            if each == rate:
                for index, point, verdict in zip(which, points, verdicts, strict=True):
                    own[index].add(verdict.detectable, point, false=index in worse and index not in real)
    tuned = [tally[each].told(each) for each in rates]
    benchmarks = [one.told(run) for one, run in zip(own, runs, strict=True)]
    return Calibration(
        now=tuned[0], tried=tuple(sorted(tuned[1:], key=lambda each: each.rate)),
        benchmarks=tuple(sorted(benchmarks, key=lambda each: -each.detectable)),
    )  # fmt: skip


def _steps(runs: Sequence[Run]) -> list[list[int]]:
    """The places at which the branch went over to a worse level in each run, known from its whole history."""
    known = [[at for at, value in enumerate(run.values) if value is not None] for run in runs]
    fit = [
        index
        for index, run in enumerate(runs)
        if len(known[index]) >= FEWEST and run.limits.direction is not Direction.UNKNOWN
    ]
    steps: list[list[int]] = [[] for _ in runs]
    for index, found in zip(fit, all_levels([_history(runs[index], runs[index].values) for index in fit]), strict=True):
        pairs = zip(found.begins[1:], found.heights, found.heights[1:], strict=False)
        steps[index] = [known[index][begin] for begin, before, after in pairs if after > before]
    return steps


def _history(run: Run, values: Sequence[float | None]) -> History:
    """So many values of a run, without those that were not measured."""
    known = [value for value in values if value is not None]
    return History(values=known, direction=run.limits.direction, floor=run.limits.bar.warn_from)


def _points(runs: Sequence[Run], at: int) -> tuple[list[Point], list[int]]:
    """What a check would have held against what was before, at one commit, and of which runs."""
    asked: dict[int, tuple[float, History]] = {}
    for index, run in enumerate(runs):
        now = run.values[at] if at < len(run.values) else None
        before = _history(run, run.values[max(0, at - NEWEST) : at])
        if now is not None and len(before.values) >= FEWEST and run.limits.direction is not Direction.UNKNOWN:
            asked[index] = now, before
    found = [each.readings for each in all_levels([before for _, before in asked.values()])]
    points = [
        Point(
            benchmark=runs[index].benchmark, metric=runs[index].metric, unit=runs[index].unit,
            direction=runs[index].limits.direction, now=now, history=history, cautious=cautious,
        )
        for (index, (now, _)), (history, cautious) in zip(asked.items(), found, strict=True)
    ]  # fmt: skip
    return points, list(asked)


class _Tally:
    def __init__(self) -> None:
        self.commits = self.false = self.steps = 0
        self.detectable: list[float] = []

    def add(self, false: int, steps: int, detectable: list[float]) -> None:
        self.commits += 1
        self.false += bool(false)
        self.steps += steps
        self.detectable += detectable

    def told(self, rate: float) -> Tuned:
        least = median(self.detectable) if self.detectable else float("inf")
        return Tuned(rate=rate, commits=self.commits, false=self.false, steps=self.steps, detectable=least)


class _Own:
    def __init__(self) -> None:
        self.false = 0
        self.detectable: list[float] = []
        self.known = 0
        self.worth = 0.0

    def add(self, detectable: float, point: Point, *, false: bool) -> None:
        self.false += false
        self.detectable.append(detectable)
        if len(point.history) >= self.known:
            self.known = len(point.history)
            self.worth = self.known / float(dependence(badness([point.cautious], [False])).time[0])

    def told(self, run: Run) -> Noise:
        least = median(self.detectable) if self.detectable else float("inf")
        return Noise(
            benchmark=run.benchmark, metric=run.metric, judged=len(self.detectable), false=self.false, detectable=least,
            blind=least > run.limits.bar.fail_from, known=self.known, worth=self.worth,
        )  # fmt: skip


class Alike(Struct, frozen=True, kw_only=True):
    """One benchmark of one run, whose processes were divided by lot many times and held against each other.

    `alarms` is the share of divisions that were called worse or better, which is wrong each time; `detectable` the
    median.
    """

    benchmark: str
    metric: str
    values: int
    alarms: float
    detectable: float
    why: str = ""


def halves(readings: Sequence[tuple[Reading, Bar]], times: int = _HALVES, seed: int = 1) -> list[Alike]:
    """The benchmarks of one run held against themselves (A/A), as a comparison of two sides measured apart would."""
    chance = random.Random(seed)  # noqa: S311 - the lot only has to be fair
    out = []
    for reading, bar in readings:
        values = list(units(reading).values)
        found = []
        for _ in range(times):
            chance.shuffle(values)
            half = len(values) // 2
            found.append(_pair(reading, values[:half], values[half:]))
        verdicts = [compare([pair], [bar])[0] for pair in found]
        why = verdicts[0].why if verdicts[0].detectable == float("inf") else ""
        called = sum(verdict.call in (Call.REGRESSED, Call.IMPROVED) for verdict in verdicts)
        out.append(
            Alike(
                benchmark=reading.benchmark, metric=reading.metric, values=len(values), alarms=called / times,
                detectable=median(verdict.detectable for verdict in verdicts), why=why,
            )
        )  # fmt: skip
    return out


def _pair(reading: Reading, base: Sequence[float], head: Sequence[float]) -> Pair:
    return Pair(
        benchmark=reading.benchmark, metric=reading.metric, unit=reading.unit, direction=reading.direction,
        base=tuple(base), head=tuple(head),
    )  # fmt: skip


def runs_of(
    points: int, values: Mapping[tuple[str, str], Mapping[int, float]], units_of: Mapping[tuple[str, str], str],
    limits: Mapping[tuple[str, str], Allowed],
) -> list[Run]:  # fmt: skip
    """Benchmarks through so many commits, from the value of each at the number of a commit."""
    return [
        Run(
            benchmark=key[0], metric=key[1], unit=units_of[key], limits=limits[key],
            values=[known.get(number) for number in range(points)],
        )
        for key, known in values.items()
    ]  # fmt: skip

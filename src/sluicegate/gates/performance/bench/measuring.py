"""Both sides measured in turns, and judged as often as is planned: until all is said, or time or runs are used up."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.errors import GateError
from sluicegate.gates.performance.bench.taking import Side, take
from sluicegate.gates.performance.bench.turns import drawn, looks
from sluicegate.gates.performance.found import Measured
from sluicegate.gates.performance.limits import allowed
from sluicegate.gates.performance.reading import Direction, Reading, Refused, Results
from sluicegate.gates.performance.verdicts import Call
from sluicegate.gates.performance.verdicts.pair import FEWEST, Pair, compare
from sluicegate.gates.performance.verdicts.sides import of_process
from sluicegate.model import Progress
from sluicegate.stats.sequential import spent
from sluicegate.text import plural

if TYPE_CHECKING:
    from sluicegate.gates.performance.settings import Settings
    from sluicegate.gates.performance.verdicts import Bar, Verdict

Key = tuple[str, str]


class SideError(Exception):
    """A run of one side that failed; the cause says why."""

    def __init__(self, side: str, why: GateError) -> None:
        super().__init__(why.message)
        self.side, self.why = side, why


class Taken(Struct):
    """What the runs so far have measured, side by side: by benchmark the block of each run with its reading."""

    blocks: int = 0
    counts: dict[str, int] = field(default_factory=lambda: {"base": 0, "head": 0})
    readings: dict[str, dict[Key, list[tuple[int, Reading]]]] = field(default_factory=lambda: {"base": {}, "head": {}})
    refused: dict[str, dict[Key, Refused]] = field(default_factory=lambda: {"base": {}, "head": {}})
    tools: dict[str, list[tuple[str, Mapping[str, str]]]] = field(default_factory=lambda: {"base": [], "head": []})

    def add(self, side: str, block: int, found: Measured) -> None:
        """Keep one run. A benchmark that changes its unit is refused from then on."""
        self.counts[side] += 1
        known_tools = self.tools[side]
        known_tools += [one for each in found.results if (one := (each.tool, each.machine)) not in known_tools]
        for _, refused in found.refused:
            self.refused[side].setdefault((refused.benchmark, refused.metric), refused)
        for key, reading in found.readings.items():
            known = self.readings[side].setdefault(key, [])
            if known and known[0][1].unit != reading.unit:
                why = f"it is measured in {known[0][1].unit} in one run and in {reading.unit} in another"
                self.refused[side].setdefault(key, Refused(benchmark=reading.name, why=why))
            else:
                known.append((block, reading))

    def measured(self, side: str, file: str, line: int | None) -> Measured:
        """A side as if one file had said it all; `file` and `line` are where it is declared that it is run."""
        whole = {
            key: replace(runs[0][1], processes=sum((one.processes for _, one in runs), ()), line=line)
            for key, runs in self.readings[side].items()
        }
        refused = tuple((file, one) for one in self.refused[side].values())
        return Measured(
            readings=whole, files=dict.fromkeys(whole, file), refused=refused,
            results=(Results(tool=self._tool(side), machine=self._machine(side), readings=(), in_turns=True),),
        )  # fmt: skip

    def is_refused(self, key: Key) -> bool:
        """Whether a side has said in some run that a benchmark, or this metric of it, cannot be judged."""
        return any(one in refused for refused in self.refused.values() for one in (key, (key[0], "")))

    def _tool(self, side: str) -> str:
        return ", ".join(sorted({tool for tool, _ in self.tools[side]}))

    def _machine(self, side: str) -> dict[str, str]:
        """What the results say of the machine; what several tools say otherwise stands side by side."""
        words: dict[str, set[str]] = {}
        for _, machine in self.tools[side]:
            for name, said in machine.items():
                words.setdefault(name, set()).add(said)
        return {name: "; ".join(sorted(said)) for name, said in words.items()}


class Judged(Struct, frozen=True, kw_only=True):
    """The verdicts with what was let pass of each, benchmarks whose sides cannot be compared, and why it ended."""

    verdicts: tuple[Verdict, ...] = ()
    bars: tuple[Bar, ...] = ()
    unlike: Mapping[str, str] = field(default_factory=dict)
    ended: str = ""


def in_turns(
    settings: Settings, base: Side, head: Side, taken: Taken, seed: int, cancelled: Callable[[], bool]
) -> Generator[Progress, None, Judged]:
    """Run both sides in blocks that are drawn by lot, and judge them; what was measured is added to `taken`.

    A benchmark that has been called keeps its call, whatever later runs say: that is what each look has paid for with
    its share of the allowed error. One that is called worse and can only advise is looked at again. The last look,
    which comes early where time is used up, spends all that is left.
    Raises SideError, CancelledRunError.
    """
    bench = settings.bench
    planned = looks(bench.first, bench.processes)
    levels = dict(zip(planned, spent(planned, 1.0), strict=True))
    left, began, known = 1.0, time.monotonic(), Judged()
    blocks = drawn(seed)
    while True:
        for of_head in next(blocks):
            side = head if of_head else base
            done = sum(taken.counts.values())
            yield Progress(what=f"run {done + 1}: {side.name}", done=done, total=2 * planned[-1])
            _one(settings, side, taken, cancelled)
        taken.blocks += 1
        runs = taken.counts["head"]
        took = time.monotonic() - began
        over = took + took / taken.blocks > bench.budget
        if runs not in levels and not over:
            continue
        last = over or runs == planned[-1]
        level = left if last else levels[runs]
        left -= level
        known = _looked(settings, taken, known, level)
        if last or not any(_is_open(each, bar) for each, bar in zip(known.verdicts, known.bars, strict=True)):
            why = f"the budget of {bench.budget:g} s is used up" if over and runs < planned[-1] else ""
            return _ended(known, taken, why)


def _is_open(verdict: Verdict, bar: Bar) -> bool:
    """Whether more runs may say more: nothing is called, or what is worse can only advise since noise hides so much."""
    if verdict.direction is Direction.UNKNOWN:
        return False
    worse = verdict.call is Call.REGRESSED and verdict.may_only_advise(bar)
    return verdict.call is Call.INCONCLUSIVE or worse


def alone(
    settings: Settings, side: Side, taken: Taken, cancelled: Callable[[], bool]
) -> Generator[Progress, None, None]:
    """Some runs of one side that has nothing to be compared with. Raises SideError, CancelledRunError."""
    for number in range(FEWEST):
        yield Progress(what=f"run {number + 1}: {side.name}", done=number, total=FEWEST)
        _one(settings, side, taken, cancelled)


def _one(settings: Settings, side: Side, taken: Taken, cancelled: Callable[[], bool]) -> None:
    try:
        found = take(settings.bench, side, f"run {taken.counts[side.name] + 1}", cancelled)
    except GateError as error:
        raise SideError(side.name, error) from error
    taken.add(side.name, taken.blocks, found)


def _looked(settings: Settings, taken: Taken, before: Judged, level: float) -> Judged:
    """The verdicts after one more look."""
    pairs, bars, unlike = [], [], {}
    base, head = taken.readings["base"], taken.readings["head"]
    for key in (key for key in head if key in base):
        old, new = base[key][0][1], head[key][0][1]
        if taken.is_refused(key) or settings.ignores(new):
            continue
        if old.unit != new.unit:
            unlike[new.name] = f"{new.name} is measured in {old.unit} by the base and in {new.unit} by the head"
            continue
        limits = allowed(settings, new)
        pairs.append(
            Pair(
                benchmark=new.benchmark, metric=new.metric, unit=new.unit, direction=limits.direction,
                base=_values(base[key]), head=_values(head[key]),
                blocks=(_blocks(base[key]), _blocks(head[key])), note=_missing(taken, base[key], head[key]),
            )
        )  # fmt: skip
        bars.append(limits.bar)
    called = {(each.benchmark, each.metric): each for each in before.verdicts if each.call is not Call.INCONCLUSIVE}
    verdicts = [_later(called.get((one.benchmark, one.metric)), one) for one in compare(pairs, bars, level=level)]
    return Judged(verdicts=tuple(verdicts), bars=tuple(bars), unlike=unlike)


def _later(before: Verdict | None, now: Verdict) -> Verdict:
    """The verdict after a further look: what was called before stays so, by the better numbers where both agree."""
    return now if before is None or before.call is now.call else before


def _values(runs: Sequence[tuple[int, Reading]]) -> tuple[float, ...]:
    """One value a run: the median of its processes, each by one value."""
    return tuple(float(np.median([of_process(one, row) for row in one.processes if row])) for _, one in runs)


def _blocks(runs: Sequence[tuple[int, Reading]]) -> tuple[int, ...]:
    return tuple(block for block, _ in runs)


def _missing(taken: Taken, *sides: Sequence[tuple[int, Reading]]) -> str:
    lost = sum(taken.counts.values()) - sum(map(len, sides))
    return f"it is missing in {plural(lost, 'run')} of {sum(taken.counts.values())}" if lost else ""


def _ended(known: Judged, taken: Taken, why: str) -> Judged:
    """The verdicts, of which those that are left open say why nothing more was done."""
    said = f"{plural(taken.counts['head'], 'run')} a side{', and ' if why else ''}{why}"
    verdicts = tuple(
        replace(each, why=f"{each.why} ({said})") if each.call is Call.INCONCLUSIVE else each for each in known.verdicts
    )
    return replace(known, verdicts=verdicts, ended=said if why else "")

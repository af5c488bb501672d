"""One benchmark through a window: a value for each point, and why some have none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from sluicegate.gates.performance.history.record import Record
from sluicegate.gates.performance.history.window import Point, Window
from sluicegate.gates.performance.naming import named
from sluicegate.gates.performance.reading import Reading
from sluicegate.gates.performance.ruler import BUILT_IN, NO_RULER

ABSENT = "points at which it was not measured"
REFUSED = "points at which what was measured cannot be judged"
OTHER_UNIT = "points at which it had another unit"
NO_RULING = "points without the ruler"
OTHER_RULER = "points with another ruler"


class Value(Struct, frozen=True, kw_only=True):
    """The median over the runs of a point, of the medians of their processes; `divided` by the ruler or not."""

    point: Point
    value: float


class Series(Struct, frozen=True, kw_only=True):
    """The values, oldest first, in `unit`: as a multiple of the ruler where they were divided by it."""

    benchmark: str
    metric: str
    unit: str
    values: tuple[Value, ...]
    left_out: Mapping[str, int]


def keys_of(window: Window) -> list[tuple[str, str]]:
    """The benchmarks and metrics that any run of the window has measured, sorted."""
    return sorted({each.key for point in window.points for run in point.runs for each in run.readings})


def series(window: Window, benchmark: str, metric: str, ruler: str = NO_RULER) -> Series:
    """The values of a benchmark. Where a ruler is wanted, each is divided by what the ruler measured in the same run.

    The unit of its newest run counts: what was measured in another one is left out, since nothing says how they relate.
    """
    return all_series(window, [(benchmark, metric)], ruler)[benchmark, metric]


def all_series(window: Window, keys: Iterable[tuple[str, str]], ruler: str = NO_RULER) -> dict[tuple[str, str], Series]:
    """The same for many benchmarks, with one look at each run."""
    points = [(point, [_Sorted.of(run, ruler) for run in point.runs]) for point in window.points]
    return {key: _series(points, key, ruler) for key in keys}


class _Sorted(Struct, frozen=True):
    """A run with its readings by key, and what they are divided by."""

    readings: Mapping[tuple[str, str], Reading]
    refused: frozenset[tuple[str, str]]
    ruling: Ruling | None

    @classmethod
    def of(cls, run: Record, ruler: str) -> _Sorted:
        readings = {each.key: each for each in run.readings}
        return cls(readings, frozenset((each.benchmark, each.metric) for each in run.refused), ruling(run, ruler))


def _series(points: Sequence[tuple[Point, list[_Sorted]]], key: tuple[str, str], ruler: str) -> Series:
    having = [(point, [run for run in runs if key in run.readings], runs) for point, runs in points]
    newest = [run for _, runs, _ in having for run in runs][-1:]
    unit = newest[0].readings[key].unit if newest else ""
    name = next((run.ruling.name for _, runs, _ in reversed(having) for run in reversed(runs) if run.ruling), "")
    left_out: Counter[str] = Counter()
    values = []
    for point, measured, runs in having:
        alike = [run for run in measured if run.readings[key].unit == unit]
        ruled = [(run.readings[key], run.ruling) for run in alike if run.ruling]
        divided = [middle(reading) / ruling.value for reading, ruling in ruled if ruling.name == name]
        if divided:
            values.append(Value(point=point, value=_median(divided)))
        elif alike:
            left_out[OTHER_RULER if ruled else NO_RULING] += 1
        elif measured:
            left_out[OTHER_UNIT] += 1
        else:
            refused = any(run.refused & {key, (key[0], "")} for run in runs)
            left_out[REFUSED if refused else ABSENT] += 1
    shown = unit if ruler == NO_RULER else "× ruler"
    return Series(benchmark=key[0], metric=key[1], unit=shown, values=tuple(values), left_out=dict(left_out))


class Ruling(Struct, frozen=True):
    """What a run is divided by, and the name of the ruler: what another one measured is no ruler for it."""

    name: str
    value: float


def ruling(run: Record, ruler: str) -> Ruling | None:
    """What a run is divided by; None where it has no ruler, or one that measured nothing above zero.

    `ruler` is "none", "built-in", or a pattern on benchmarks of the run: the median of their times it then is.
    """
    if ruler == NO_RULER:
        return Ruling("", 1.0)
    rulers = run.ruler if ruler == BUILT_IN else [each for each in run.readings if named(ruler, each.benchmark)]
    times = {each.benchmark: middle(each) for each in rulers if each.metric == "time"}
    value = _median(list(times.values())) if times else 0.0
    return Ruling(", ".join(sorted(times)), value) if value > 0 else None


def middle(reading: Reading) -> float:
    """The median of the medians of the processes: each process counts once."""
    return _median([process[0] if len(process) == 1 else _median(process) for process in reading.processes if process])


def _median(values: Sequence[float]) -> float:
    """As in `statistics`, which takes five times as long and is asked a million times here."""
    ordered = sorted(values)
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else (ordered[half - 1] + ordered[half]) / 2

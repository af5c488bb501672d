"""The nouns: what a run measured, benchmark by benchmark, whichever tool wrote it down."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from sluicegate.errors import GateError
from sluicegate.gates.performance.naming import called


class Direction(StrEnum):
    """Which way a metric gets better. Unknown is never guessed: such a metric is inconclusive until somebody says."""

    LOWER = "lower"
    HIGHER = "higher"
    UNKNOWN = "unknown"


class Reading(Struct, frozen=True, gc=False):
    """What one run measured of one metric of one benchmark.

    `benchmark` is the full name with its parameters, as the tool writes it. `processes` holds the samples in the order
    in which they were taken, one row for each process that took some: samples of one process hang together, and a
    process is the unit of all tests. They stand in the base `unit` of their kind: s, B, 1/s, B/s; any other as the tool
    calls it. Where the tool kept no samples, `summary` names what the one number is ("mean", "p(95)"), and `spread` is
    half of the interval or the standard deviation that it gives beside it. `line` is where it stands in its file.
    """

    benchmark: str
    processes: tuple[tuple[float, ...], ...]
    metric: str = "time"
    unit: str = "s"
    direction: Direction = Direction.LOWER
    summary: str = ""
    spread: float | None = None
    line: int | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What it is in every run: the benchmark and the metric."""
        return (self.benchmark, self.metric)

    @property
    def name(self) -> str:
        """The key in words: the metric is told where it is not the time."""
        return called(self.benchmark, self.metric)

    @property
    def count(self) -> int:
        """How many samples there are."""
        return sum(map(len, self.processes))


class Refused(Struct, frozen=True, kw_only=True, gc=False):
    """A benchmark of a file that cannot be judged, or one metric of it, and why: it is told, never left out.

    Without a `metric` it is the whole benchmark.
    """

    benchmark: str
    metric: str = ""
    why: str
    line: int | None = None

    @property
    def name(self) -> str:
        """The benchmark in words, with the metric where it is that alone."""
        return called(self.benchmark, self.metric) if self.metric else self.benchmark


class Results(Struct, frozen=True, kw_only=True):
    """One file of results. `tool` wrote it; `machine` is what it says of where it ran (cpu, os, runtime, …).

    `in_turns`: a check left it, which had measured both sides of a change in turns; the readings are of the head.
    """

    tool: str
    readings: tuple[Reading, ...]
    refused: tuple[Refused, ...] = ()
    machine: Mapping[str, str] = field(default_factory=dict)
    commit: str = ""
    time: str = ""
    in_turns: bool = False


class FormatError(GateError):
    """A file that is no whole result of any known tool: where, what was found, and what to do next."""

"""What `[performance]` may say."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from sluicegate.config.settings import GateSettings, Section, Text
from sluicegate.gates.performance.naming import named
from sluicegate.gates.performance.reading import Reading, Refused

Share = Annotated[float, Meta(ge=0, le=1000)]


class Limit(Section, frozen=True, kw_only=True):
    """One `[[performance.limit]]`: what is let pass of some benchmarks. The last that names one wins, key by key.

    What is given nowhere is as in `[performance]`.
    """

    benchmark: Annotated[
        Text, Meta(description="The benchmarks, by name or a pattern such as `parse_*`.", extra={"stricter": "any"})
    ] = "*"
    metric: Annotated[
        Text,
        Meta(description="The metric, by name or a pattern: `time`, `memory`, `p(95)`.", extra={"stricter": "any"}),
    ] = "*"
    warn_from: (
        Annotated[
            float,
            Meta(gt=1, description="Worse by this factor is a warning: 1.02 is 2 %.", extra={"stricter": "lower"}),
        ]
        | None
    ) = None
    fail_from: (
        Annotated[
            float,
            Meta(gt=1, description="Worse by this factor is an error: 1.05 is 5 %.", extra={"stricter": "lower"}),
        ]
        | None
    ) = None
    warn_at: Annotated[
        str,
        Meta(
            description="The absolute limit that is a warning, with its unit: `250 ms`, `64 MiB`, `1000 ops/s`.",
            extra={"stricter": "unknown"},
        ),
    ] = ""
    fail_at: Annotated[
        str, Meta(description="The absolute limit that is an error, with its unit.", extra={"stricter": "unknown"})
    ] = ""
    better: Annotated[
        Literal["", "lower", "higher"],
        Meta(
            description="Which way the metric gets better, where its unit does not tell.", extra={"stricter": "unknown"}
        ),
    ] = ""


class Epoch(Section, frozen=True, kw_only=True):
    """One `[[performance.epoch]]`: a shift that was accepted. What was measured before it is no baseline any more."""

    since: Annotated[
        Text,
        Meta(
            description="The first commit after the shift, by 7 digits or more, or a time with its zone.",
            extra={"stricter": "unknown"},
        ),
    ]
    owner: Annotated[Text, Meta(description="Who answers for it.", extra={"stricter": "any"})]
    reason: Annotated[Text, Meta(description="Why the shift is accepted.", extra={"stricter": "any"})]
    benchmark: Annotated[
        Text, Meta(description="The benchmarks, by name or a pattern such as `parse_*`.", extra={"stricter": "unknown"})
    ] = "*"
    metric: Annotated[Text, Meta(description="The metric, by name or a pattern.", extra={"stricter": "unknown"})] = "*"


class Bench(Section, frozen=True, kw_only=True):
    """`[performance.bench]`: what is run of both sides of a change, in turns on this machine."""

    command: Annotated[
        tuple[Text, ...],
        Meta(
            description="The command that measures once, as a list of its words. It runs in a copy of each side, in "
            "the folder of the settings.",
            extra={"stricter": "unknown"},
        ),
    ] = ()
    build: Annotated[
        tuple[tuple[Text, ...], ...],
        Meta(
            description="The commands that are run once in each copy before it is measured, each a list of its words.",
            extra={"stricter": "unknown"},
        ),
    ] = ()
    results: Annotated[
        str,
        Meta(
            description="What the command writes: a file or a pattern, or `stdout`. Where it is empty, the command "
            "itself is measured.",
            extra={"stricter": "unknown"},
        ),
    ] = ""
    output: Annotated[
        str,
        Meta(
            description="The file in which a check leaves what it has measured, for `sluicegate performance record` "
            "and `page`. Where it is empty, nothing is left.",
            extra={"stricter": "unknown"},
        ),
    ] = ""
    name: Annotated[
        str,
        Meta(
            description="What the benchmark is called where the command itself is measured; else as the command is.",
            extra={"stricter": "unknown"},
        ),
    ] = ""
    processes: Annotated[
        int, Meta(ge=6, le=1000, description="So many runs a side at the most.", extra={"stricter": "higher"})
    ] = 30
    first: Annotated[
        int,
        Meta(
            ge=6,
            le=1000,
            description="After so many runs a side they are judged for the first time; what is decided stops there.",
            extra={"stricter": "any"},
        ),
    ] = 10
    warm_up: Annotated[
        int,
        Meta(ge=1, le=100, description="So many runs a side come first and do not count.", extra={"stricter": "any"}),
    ] = 1
    budget: Annotated[
        float,
        Meta(
            gt=0,
            le=86_400,
            description="Seconds that measuring may take; a build may take as long again.",
            extra={"stricter": "higher"},
        ),
    ] = 600
    timeout: Annotated[
        float,
        Meta(
            gt=0,
            le=86_400,
            description="Seconds after which a run is ended and counts as failed.",
            extra={"stricter": "any"},
        ),
    ] = 120


class Confirm(Section, frozen=True, kw_only=True):
    """`[performance.confirm]`: what is run again where a run is worse than those before it, to see whether it stays."""

    command: Annotated[
        tuple[Text, ...],
        Meta(
            description="The command that measures once more, as a list of its words. It runs in the folder of the "
            "settings, where what is judged was measured.",
            extra={"stricter": "unknown"},
        ),
    ] = ()
    results: Annotated[
        Text,
        Meta(
            description="What the command writes: `stdout`, or a file or a pattern that is none of `results`.",
            extra={"stricter": "unknown"},
        ),
    ] = "stdout"
    runs: Annotated[
        int,
        Meta(ge=1, le=20, description="So many further runs have to be worse as well.", extra={"stricter": "lower"}),
    ] = 3
    of: Annotated[int, Meta(ge=1, le=20, description="Of so many at the most.", extra={"stricter": "higher"})] = 5
    budget: Annotated[
        float,
        Meta(
            gt=0,
            le=86_400,
            description="Seconds that running again may take, and no more than half of the gate's `timeout`.",
            extra={"stricter": "higher"},
        ),
    ] = 600


class Settings(GateSettings, frozen=True, kw_only=True):
    """The settings of the performance gate."""

    results: Annotated[
        tuple[Text, ...],
        Meta(
            description="The files of results, in any known format, as patterns from the settings on: `bench/*.json`.",
            extra={"stricter": "more"},
        ),
    ] = ()
    base_results: Annotated[
        tuple[Text, ...],
        Meta(
            description="The files of results of the base, where it was measured too.",
            extra={"stricter": "unknown"},
        ),
    ] = ()
    bench: Bench = Bench()
    confirm: Confirm = Confirm()
    ignore: Annotated[
        tuple[Text, ...],
        Meta(
            description="Benchmarks that are not judged, as patterns on their names with the metric: `warm-up*`, "
            "`* [min]`.",
            extra={"stricter": "fewer"},
        ),
    ] = ()
    only: Annotated[
        tuple[Text, ...],
        Meta(
            description="The benchmarks that are judged, as patterns on their names with the metric; all where none is "
            "named.",
            extra={"stricter": "unknown"},
        ),
    ] = ()
    apart: Annotated[
        Literal["advise", "block"],
        Meta(
            description="What a comparison may do whose two sides were not measured in turns: `advise`: it is told and "
            "fails nothing. `block`: it may fail.",
            extra={"stricter": ("advise", "block")},
        ),
    ] = "advise"
    warn_from: Annotated[
        float,
        Meta(
            gt=1,
            description="Worse by this factor is a warning; what is smaller is let pass.",
            extra={"stricter": "lower"},
        ),
    ] = 1.02
    fail_from: Annotated[
        float, Meta(gt=1, description="Worse by this factor is an error.", extra={"stricter": "lower"})
    ] = 1.05
    false_alarms: Annotated[
        float,
        Meta(
            gt=0,
            le=0.2,
            description="How often a benchmark that has not changed may be called worse: 0.01 is once in 100 runs.",
            extra={"stricter": "any"},
        ),
    ] = 0.01
    limit: Annotated[
        tuple[Limit, ...], Meta(description="What is let pass, benchmark by benchmark.", extra={"stricter": "unknown"})
    ] = ()
    suite: Annotated[
        Text,
        Meta(description="What the runs of these benchmarks are kept under.", extra={"stricter": "unknown"}),
    ] = "benchmarks"
    ruler: Annotated[
        Text,
        Meta(
            description="What runs of different machines and days are divided by: `built-in`, `none`, or the benchmark "
            "of the same run that a name or a pattern names.",
            extra={"stricter": "unknown"},
        ),
    ] = "built-in"
    keep: Annotated[
        int,
        Meta(
            ge=10,
            description="How many runs of each kind of machine `sluicegate performance compact` keeps.",
            extra={"stricter": "any"},
        ),
    ] = 10_000
    epoch: Annotated[
        tuple[Epoch, ...],
        Meta(
            description="Accepted shifts: what was measured before them is no baseline.",
            extra={"stricter": "fewer"},
        ),
    ] = ()

    @property
    def measures(self) -> bool:
        """Whether anything is run or read at all."""
        return bool(self.bench.command or self.results or self.base_results)

    @property
    def keeps(self) -> bool:
        """Whether what is measured lies in a file afterwards, from which it can be recorded."""
        return bool(self.bench.output or self.results)

    def ignores(self, one: Reading | Refused) -> bool:
        """Whether nobody wants it judged."""
        is_asked = not self.only or any(named(pattern, one.name) for pattern in self.only)
        return not is_asked or any(named(pattern, one.name) for pattern in self.ignore)

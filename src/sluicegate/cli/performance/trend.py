"""`sluicegate performance trend`: where each benchmark is going."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from sluicegate.cli.options import Looking
from sluicegate.cli.performance.opening import counted, of_suite, opened, say
from sluicegate.gates.performance.numeric import required
from sluicegate.text import plural

if TYPE_CHECKING:
    from sluicegate.cli.performance.seen import Benchmark
    from sluicegate.gates.performance.trends import Trend


@click.command(cls=Looking)
@click.argument("benchmark", default="*")
@click.option("--machine", default="", help="The fingerprint of another kind of machine; its first digits suffice.")
@click.option("--newest", type=click.IntRange(10, 10_000), default=100, show_default=True, help="How many commits.")
@click.option("--divided/--raw", default=None, help="Whether values are divided by the ruler; as the settings say.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@of_suite
def trend(
    benchmark: str, machine: str, newest: int, divided: bool | None, as_json: bool, suite: str, config: Path | None,
    sets: tuple[str, ...],
) -> None:  # fmt: skip
    """Say where each BENCHMARK (a name or a pattern) is going: level, slope, steps, wild runs, its limit.

    A forecast is refused where the slope may as well be none, or a step is near. Health is told part by part; what is
    not known is never counted as well.

    \b
    Example:
      sluicegate performance trend 'parse_*'
    """
    required()
    from sluicegate.cli.performance.seen import seen
    from sluicegate.gates.performance import trends

    with opened(config, sets, suite) as here:
        found = seen(here, benchmark, machine, newest, divided=divided)
        each = [
            trends.trend(
                one.reading.benchmark, one.reading.metric, one.series.unit,
                [value.value for value in one.series.values],
                one.limits, scaled=found.scaled,
            )
            for one in found.benchmarks
        ]  # fmt: skip
        parts = trends.health(each)
        if as_json:
            document = {"benchmarks": each, "health": parts, "score": trends.score(parts)}
            click.echo(json.dumps(msgspec.to_builtins(document), indent=2, default=str))
            return
        for one, known in zip(each, found.benchmarks, strict=True):
            _told(one, known)
        say(f"health {trends.score(parts)} of 100, the mean of:")
        for part in parts:
            say(f"  {part.name:<7} {part.well:,} well, {part.ill:,} ill, {part.unknown:,} unknown")
        counted("left out", found.window.left_out)
        counted("noted", found.window.noted)


def _told(each: Trend, known: Benchmark) -> None:
    from sluicegate.gates.performance.trends import advice
    from sluicegate.gates.performance.verdicts import percent
    from sluicegate.gates.performance.wording import shown

    level, last = (shown(value, each.unit) for value in (each.level, each.values[-1] if each.values else each.level))
    say(f"{known.reading.name}: {plural(len(each.values), 'run')}, now on the level of {level}, the last at {last}")
    if each.why:
        say(f"  nothing more can be said: {each.why}")
        return
    commits = [value.point.commit for value in known.series.values]
    if each.slope:
        sure = "" if each.slope.is_sure else ", which may as well be none"
        say(
            f"  slope   {_rate(each.slope.estimate)} on 100 runs since the last step "
            f"({_rate(each.slope.low)} to {_rate(each.slope.high)}){sure}"
        )
    for step in each.steps:
        way = f"{step.severity.value} step" if step.severity else "better  "
        ago = len(commits) - step.place
        say(
            f"  {way:<7} {percent(step.factor)} since {commits[step.place][:12]}, {plural(ago, 'run')} ago; "
            f"{shown(step.impact, each.unit)} each, {100 * step.confidence:.0f} % of pairs of runs agree"
        )
    for place in each.wild:
        say(f"  wild    {shown(each.values[place], each.unit)} at {commits[place][:12]}, which no other explains")
    if each.ahead:
        late = f"{each.ahead.latest:,.0f}" if each.ahead.latest is not None else "never"
        say(f"  limit   crossed in {each.ahead.steps:,.0f} runs ({each.ahead.earliest:,.0f} to {late})")
    elif each.no_forecast != "no limit names it":
        say(f"  limit   no forecast: {each.no_forecast}")
    for word in advice(each, commits):
        say(f"  advice  {word}")


def _rate(step: float) -> str:
    return f"{100 * math.expm1(100 * step):+.1f} %"

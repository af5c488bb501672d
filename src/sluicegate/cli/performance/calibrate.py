"""`sluicegate performance calibrate`: what the settings cost in false alarms, and what they would have found."""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sluicegate.cli.options import Looking
from sluicegate.cli.performance.opening import Opened, counted, of_suite, opened, say
from sluicegate.errors import UserError
from sluicegate.gates.performance.naming import called
from sluicegate.gates.performance.numeric import required
from sluicegate.text import plural

if TYPE_CHECKING:
    from sluicegate.gates.performance.calibration import Calibration, Tuned


@click.command(cls=Looking)
@click.argument("results", nargs=-1)
@click.option(
    "--wanted", type=click.FloatRange(0, 100), default=1.0, show_default=True,
    help="How many false alarms on 100 commits are put up with.",
)  # fmt: skip
@click.option("--machine", default="", help="The fingerprint of another kind of machine; its first digits suffice.")
@click.option("--newest", type=click.IntRange(30, 10_000), default=300, show_default=True, help="How many commits.")
@of_suite
def calibrate(
    results: tuple[str, ...], wanted: float, machine: str, newest: int, suite: str, config: Path | None,
    sets: tuple[str, ...],
) -> None:  # fmt: skip
    """Replay the history that is kept, and say what the gate would have said of every commit.

    With RESULTS of one run, that run is held against itself instead: its processes are divided by lot, so that every
    alarm is a false one.

    \b
    Example:
      sluicegate performance calibrate --wanted 1
      sluicegate performance calibrate bench/head.json
    """
    required()
    with opened(config, sets, suite) as here:
        if results:
            _alike(here, results)
        else:
            _replayed(here, machine, newest, wanted)


def _replayed(here: Opened, machine: str, newest: int, wanted: float) -> None:
    from sluicegate.cli.performance.seen import seen
    from sluicegate.gates.performance.calibration import replay, runs_of

    found = seen(here, "*", machine, newest)
    numbers = {id(point): number for number, point in enumerate(found.window.points)}
    keys = {one.reading.key: one for one in found.benchmarks}
    runs = runs_of(
        len(found.window.points),
        {key: {numbers[id(each.point)]: each.value for each in one.series.values} for key, one in keys.items()},
        {key: one.series.unit for key, one in keys.items()},
        {key: one.limits for key, one in keys.items()},
    )
    told = replay(runs, here.settings.false_alarms, _progress if sys.stderr.isatty() else None)
    if not told.now.commits:
        raise UserError(
            f"{plural(len(found.window.points), 'commit')} measured on such a machine, and none has 20 before it",
            hint="record more runs of the default branch; or name the results of one run, which is held against itself",
        )
    say(f"{here.suite}: {told.now.commits:,} commits judged as a check would have, by what was known before each")
    say("false-alarms  false on 100 commits  steps found  would have found (median)")
    for tuned in sorted((told.now, *told.tried), key=lambda each: each.rate):
        say(_row(tuned, now=tuned is told.now))
    _benchmarks(told)
    _proposal(told, wanted)
    counted("left out", found.window.left_out)


def _row(tuned: Tuned, *, now: bool) -> str:
    mark = "  (in force)" if now else ""
    return f"{tuned.rate:<12g}  {tuned.per_hundred:>20.1f}  {tuned.steps:>11,}  {_least(tuned.detectable):>25}{mark}"


def _least(factor: float) -> str:
    from sluicegate.gates.performance.verdicts import percent

    return "nothing" if math.isinf(factor) else percent(factor).lstrip("+")


def _benchmarks(told: Calibration) -> None:
    blind = [each for each in told.benchmarks if each.blind]
    if blind:
        say(f"{len(blind):,} of {len(told.benchmarks):,} benchmarks only advise: their noise hides what is forbidden")
    chained = [each for each in told.benchmarks if each.hangs_together]
    if chained:
        false, judged = (sum(some) for some in zip(*((each.false, each.judged) for each in chained), strict=True))
        say(
            f"the runs of {len(chained):,} hang together in time, as where a machine stays for a while, and count for "
            f"less: {100 * false / judged:.1f} % of theirs were false alarms; a ruler takes out what the machine does"
        )
    for each in told.benchmarks[:20]:
        name = called(each.benchmark, each.metric)
        seen = f"shows {_least(each.detectable)}" if each.judged else "never had 20 runs before it"
        worth = f"; its {each.known} runs say as much as {each.worth:.0f}" if each.hangs_together else ""
        say(f"  {name}: {seen}, {plural(each.false, 'false alarm')} in {plural(each.judged, 'run')}{worth}")
    if len(told.benchmarks) > 20:  # noqa: PLR2004 - the noisiest are what matters
        say(f"  and {len(told.benchmarks) - 20:,} that are quieter")


def _proposal(told: Calibration, wanted: float) -> None:
    best = told.proposed(wanted)
    if best is None:
        say(f"none of these settings keeps to {_alarms(wanted)} on 100 commits: measure base and head in turns")
    elif best is told.now:
        say(f"proposed for {wanted:g} on 100 commits: what is in force")
    else:
        say(f"proposed for {wanted:g} on 100 commits: false-alarms = {best.rate:g} under [performance]")
    if best and wanted and not told.shows(wanted):
        say(
            f"nothing looser is proposed: {plural(told.now.commits, 'commit')} cannot show {_alarms(wanted)} on 100, "
            f"{math.ceil(100 / wanted):,} can"
        )


def _alarms(count: float) -> str:
    return f"{count:g} false alarm{'' if count == 1 else 's'}"


def _alike(here: Opened, results: tuple[str, ...]) -> None:
    from sluicegate.gates.performance.calibration import halves
    from sluicegate.gates.performance.found import measured
    from sluicegate.gates.performance.limits import allowed

    side = measured(str(here.root), results)
    for _, error in side.errors:
        raise UserError(error.message, hint=error.hint)
    for _, refused in side.refused:
        say(f"{refused.name}: {refused.why}")
    for each in halves([(one, allowed(here.settings, one).bar) for one in side.readings.values()]):
        name = called(each.benchmark, each.metric)
        if each.why:
            say(f"{name}: {each.why}")
            continue
        say(
            f"{name}: {each.values:,} values in two halves, 200 times: {100 * each.alarms:.1f} % false alarms, "
            f"shows {_least(each.detectable)}"
        )


def _progress(done: int, total: int) -> None:
    end = "\n" if done + 1 == total else ""
    click.echo(f"\rcommit {done + 1:,} of {total:,}{end}", nl=False, err=True)

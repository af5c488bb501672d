"""`sluicegate performance run`: a command measured from outside, some times over."""

from __future__ import annotations

import math
from pathlib import Path
from statistics import median

import click

from sluicegate.cli.options import Writing, stated
from sluicegate.cli.output import claim, publish
from sluicegate.cli.performance.opening import say
from sluicegate.cli.progress import stepping
from sluicegate.gates.performance.measuring import METRICS, counts, measured, runs
from sluicegate.gates.performance.reading import Results
from sluicegate.gates.performance.wording import shown
from sluicegate.text import command_line, plural


@click.command(context_settings={"allow_interspersed_args": False})
@click.argument("command", nargs=-1, required=True, metavar="-- COMMAND...")
@click.option("--processes", type=click.IntRange(1, 10_000), default=10, show_default=True, help="So many runs.")
@click.option("--warm-up", type=click.IntRange(0, 100), default=1, show_default=True, help="Runs that do not count.")
@click.option("--timeout", type=click.FloatRange(0.001, 86_400), default=120, show_default=True, help="Seconds a run.")
@click.option("--name", callback=stated, help="What the benchmark is called; by default as the command is.")
@click.option(
    "--output", cls=Writing, type=click.Path(path_type=Path), help="Where the results go, as our JSON; `-`: to stdout."
)
def run_(
    command: tuple[str, ...],
    processes: int,
    warm_up: int,
    timeout: float,
    name: str | None,
    output: Path | None,
) -> None:
    """Measure a command: wall clock, processors, peak memory, disks, and instructions where this machine counts them.

    Each run is a process of its own, and all count as such. The command gets no input, sees no variable of the
    environment that is called like a secret, and what it prints is shown only where it fails. A run that fails, is
    ended or takes too long ends all of it, and no results are written.

    \b
    Example:
      sluicegate performance run --output bench/start.json -- python -m app --version
    """
    to_stdout = output is not None and str(output) == "-"
    if output and not to_stdout:
        claim(output)
    samples = []
    with stepping(processes + warm_up) as step:
        step("warming up" if warm_up else "run 1")
        for ran in runs(command, processes=processes, warm_up=warm_up, folder=Path.cwd(), limit=timeout):
            samples.append(ran.sample)
            step(f"run {len(samples) + 1}")
    results = measured(name or command_line(" ".join(command)), samples)
    if output:
        from sluicegate.gates.performance.readers.own import write

        publish(write(results).decode(), None if to_stdout else output)
    for line in _table(results):
        say(line, err=to_stdout)


def _table(results: Results) -> list[str]:
    """Each metric by the median of its runs, with half of the distance between the quarters, and what is not known."""
    rows = []
    for reading in results.readings:
        values = sorted(row[0] for row in reading.processes)
        unit = reading.unit if reading.unit != "1" else ""
        rows.append((reading.metric, shown(median(values), unit), f"± {shown(_spread(values), unit)}"))
    name = f"{results.readings[0].benchmark}: {plural(len(results.readings[0].processes), 'run')}"
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [f"  {first:<{widths[0]}}  {middle:>{widths[1]}}  {last}" for first, middle, last in rows]
    there = {row[0] for row in rows}
    lacking = [metric for metric in METRICS if metric not in there]
    why = "; this machine counts no instructions" if not counts() else ""
    return [name, *lines, *([f"  not known here: {', '.join(lacking)}{why}"] if lacking else []), _NETWORK]


_NETWORK = "  not measured: bytes over a network, which the kernel counts for all programs together"


def _spread(values: list[float]) -> float:
    """Half of the distance between the quarters of sorted values: what a run in the middle differs by."""
    quarter = math.floor(len(values) / 4)
    return (values[-1 - quarter] - values[quarter]) / 2

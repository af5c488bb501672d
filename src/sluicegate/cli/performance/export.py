"""`sluicegate performance export`: results or the history in a form that other tools read."""

from __future__ import annotations

from pathlib import Path

import click

from sluicegate.cli.options import Looking, Writing
from sluicegate.cli.output import claim, publish
from sluicegate.cli.performance.opening import of_suite, opened, say
from sluicegate.errors import UserError

FORMS = ("csv", "bmf", "openmetrics", "json")


@click.command(cls=Looking)
@click.argument("results", nargs=-1)
@click.option("--format", "form", type=click.Choice(FORMS), default="csv", show_default=True)
@click.option("--newest", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="How many commits.")
@click.option("--machine", default="", help="The fingerprint of another kind of machine; its first digits suffice.")
@click.option(
    "--output", cls=Writing, type=click.Path(path_type=Path), help="The file to write, instead of standard output."
)
@of_suite
def export(
    results: tuple[str, ...], form: str, newest: int, machine: str, output: Path | None, suite: str,
    config: Path | None, sets: tuple[str, ...],
) -> None:  # fmt: skip
    """Write RESULTS of any known format, or the history that is kept, in another form.

    `csv`: a row for each sample, or for each commit and benchmark of the history; `bmf`: Bencher Metric Format;
    `openmetrics`: the text that Prometheus reads; `json`: our own form, which keeps every sample. The last three hold
    each benchmark once: of the history, as it was measured last.

    \b
    Example:
      sluicegate performance export bench/*.json --format openmetrics
      sluicegate performance export --output history.csv
    """
    from sluicegate.gates.performance import exporting

    with opened(config, sets, suite) as here:
        if output:
            claim(output, [here.root / one for one in results])
        if results:
            from sluicegate.gates.performance.found import measured

            side = measured(str(here.root), results)
            for _, error in side.errors:
                raise UserError(error.message, hint=error.hint)
            for path, refused in side.refused:
                say(f"without a value: {refused.name} ({path}): {refused.why}", err=True)
            if not side.readings:
                raise UserError("there is nothing to write: no benchmark has a value", hint="run the benchmarks again")
            rows = exporting.of_results(list(side.readings.values()))
        else:
            from sluicegate.cli.performance.seen import seen

            found = seen(here, "*", machine, newest, divided=False)
            rows = exporting.of_history(
                [one.series for one in found.benchmarks], [one.reading for one in found.benchmarks]
            )
        publish(exporting.written(rows, form), output)

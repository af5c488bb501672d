"""`sluicegate report`: a Run document read back and rendered again."""

from __future__ import annotations

from pathlib import Path

import click

from sluicegate.cli.output import deliver, destinations


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--report", "reports", multiple=True, metavar="KIND=PATH", help="As for check. Repeatable.")
def report(run: Path, reports: tuple[str, ...]) -> int:
    """Render a Run document again, in any form, with the exit code of the run.

    \b
    Example:
      sluicegate check --report json=run.json
      sluicegate report run.json --report markdown=-
    """
    from sluicegate.fleet.files import one_run

    wanted = destinations(reports)
    result = one_run(run)
    deliver(result, wanted)
    return result.exit_code

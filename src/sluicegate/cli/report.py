"""`sluicegate report`: a Run document read back and rendered again."""

from __future__ import annotations

from pathlib import Path

import click

from sluicegate.cli.output import deliver, destinations
from sluicegate.errors import UserError


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
    from sluicegate.report.json import LIMIT, read

    wanted = destinations(reports)
    try:
        with run.open("rb") as file:
            content = file.read(LIMIT + 1)
    except OSError as error:
        raise UserError(f"{run} cannot be read: {error.strerror}") from error
    result = read(content)
    deliver(result, wanted)
    return result.exit_code

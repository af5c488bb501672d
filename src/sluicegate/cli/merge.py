"""`sluicegate merge`: the Runs of all parts joined into one verdict."""

from __future__ import annotations

from pathlib import Path

import click

from sluicegate.cli.output import deliver, destinations
from sluicegate.errors import UserError


@click.command()
@click.argument("plan", type=click.Path(path_type=Path))
@click.argument("runs", nargs=-1, required=True, metavar="RUN...")
@click.option("--report", "reports", multiple=True, metavar="KIND=PATH", help="As for check. Repeatable.")
def merge(plan: Path, runs: tuple[str, ...], reports: tuple[str, ...]) -> int:
    """Join the Runs of all parts of a PLAN into one verdict, with its exit code.

    RUN is a Run document, a folder that holds some, or a pattern. A part that is missing, doubled, errored, or of
    another revision, policy or tool ends in exit 3 and is named.

    \b
    Example:
      sluicegate merge plan.json parts/ --report json=run.json --report sarif=gates.sarif
    """
    from datetime import UTC, datetime

    from sluicegate.fleet.document import LIMIT, read_plan
    from sluicegate.fleet.files import content, listed, read_runs
    from sluicegate.fleet.merge import merge as joined

    paths = [path for path in listed(runs) if path.resolve() != plan.resolve()]
    wanted = destinations(reports, never=[plan, *paths])
    try:
        whole = read_plan(content(plan, LIMIT))
    except UserError as error:
        raise UserError(f"{plan}: {error.message}", hint=error.hint) from None
    run = joined(whole, read_runs(paths), datetime.now(UTC))
    deliver(run, wanted)
    return run.exit_code

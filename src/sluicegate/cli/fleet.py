"""`sluicegate fleet`: the Runs of many repositories in one table."""

from __future__ import annotations

from pathlib import Path

import click

from sluicegate.cli.output import claim, publish
from sluicegate.errors import UserError

_KINDS = ("markdown", "html", "json")


@click.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN...")
@click.option("--report", "reports", multiple=True, metavar="KIND=PATH", help="markdown, html or json; PATH may be -.")
@click.option(
    "--stale", type=click.FloatRange(0, 36_500), metavar="DAYS", help="A Run older than this is not believed."
)
def fleet(runs: tuple[str, ...], reports: tuple[str, ...], stale: float | None) -> int:
    """Show the Runs of many repositories in one table, the worst first.

    RUN is a Run document, a folder that holds some, or a pattern. Exit code: 3 where a Run errored, is stale or cannot
    be read, else 1 where one failed.

    \b
    Example:
      sluicegate fleet collected/
      sluicegate fleet 'collected/*/run.json' --stale 7 --report html=fleet.html --report markdown=-
    """
    from datetime import UTC, datetime, timedelta

    from sluicegate.fleet import pages
    from sluicegate.fleet.files import listed, read_runs
    from sluicegate.fleet.table import table

    wanted = [_wanted(text) for text in reports or ("markdown=-",)]
    paths = listed(runs)
    for _, path in wanted:
        if path:
            claim(path, paths)
    made = table(read_runs(paths), datetime.now(UTC), timedelta(days=stale) if stale is not None else None)
    writers = {"markdown": pages.markdown, "html": pages.html, "json": pages.json}
    for kind, path in wanted:
        publish(writers[kind](made), path)
    return made.exit_code


def _wanted(text: str) -> tuple[str, Path | None]:
    kind, equals, path = text.partition("=")
    if kind not in _KINDS or not equals or not path:
        raise UserError(f"--report {text}: expected KIND=PATH", hint=f"the kinds are {', '.join(_KINDS)}")
    return kind, None if path == "-" else Path(path)

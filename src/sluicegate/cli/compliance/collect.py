"""`sluicegate compliance collect`: answers of services, recorded so that they can be judged and kept."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import msgspec

from sluicegate.ci.api import PUBLIC, Api
from sluicegate.ci.compare import token_in
from sluicegate.ci.github import REPOSITORY
from sluicegate.ci.recording import Recorder
from sluicegate.cli.compliance.collect_aws import aws
from sluicegate.cli.output import claim, write
from sluicegate.errors import UserError
from sluicegate.text import one_line, plural, shorten

_SECONDS = 3600.0
_REFUSED = (401, 403)


@click.group()
def collect() -> None:
    """Ask a service, read only, and keep its answers as they came.

    What is kept is what `[compliance] recorded` names; the check itself asks nobody.

    \b
    Example:
      sluicegate compliance collect github --repository acme/shop
    """


@collect.command()
@click.option("--repository", default="", metavar="OWNER/NAME", help="Default: the one of the job.")
@click.option("--days", type=click.IntRange(1, 3660), default=90, show_default=True, help="How far to look back.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("evidence/github.jsonl"),
    show_default=True,
    help="The file that keeps the answers.",
)
def github(repository: str, days: int, output: Path) -> None:
    """Record what GitHub knows of changes: rules, pull requests, reviews, checks, forced pushes, deployments.

    The token is taken from GITHUB_TOKEN or GH_TOKEN; it needs to read contents, pull requests, checks, deployments and
    administration. What it may not see is recorded as refused, and the controls that need it are not tested.

    \b
    Example:
      sluicegate compliance collect github --repository acme/shop
    """
    name = repository or os.environ.get("GITHUB_REPOSITORY", "")
    if not REPOSITORY.fullmatch(name):
        raise UserError("which repository is meant is not known", hint="name it: --repository OWNER/NAME")
    claim(output)
    now = datetime.now(UTC).replace(microsecond=0)
    base = os.environ.get("GITHUB_API_URL") or PUBLIC
    with Api(base=base, token=token_in(os.environ), seconds=_SECONDS) as api:
        recorder = Recorder(api=api, repository=name, clock=lambda: datetime.now(UTC), heard=_heard())
        recorder.changes(now - timedelta(days=days))
    write(output, "".join(msgspec.json.encode(each).decode() + "\n" for each in recorder.said))
    refused = [each for each in recorder.said if each.status in _REFUSED]
    click.echo(f"recorded {plural(len(recorder.said), 'answer')} about {name} in {output}", err=True)
    for each in refused:
        needs = f", it needs {one_line(each.scopes)}" if each.scopes else ""
        click.echo(f"refused: {one_line(shorten(each.query, 120))}{needs}", err=True)


def _heard() -> Callable[[str], None]:
    """What shows how far it has come, on a terminal."""
    if not sys.stderr.isatty():
        return lambda _: None

    def show(query: str) -> None:
        click.echo(f"\r\x1b[K{shorten(one_line(query), 100)}", nl=False, err=True)

    return show


collect.add_command(aws)

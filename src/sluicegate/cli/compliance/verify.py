"""`sluicegate compliance verify`: whether a bundle of evidence is whole and says one thing."""

from __future__ import annotations

from pathlib import Path

import click

from sluicegate import __version__
from sluicegate.cli.options import Looking
from sluicegate.errors import Exit
from sluicegate.text import inert, plural


@click.command(cls=Looking)
@click.argument("bundle", type=click.Path(path_type=Path))
@click.pass_context
def verify(context: click.Context, bundle: Path) -> None:
    """Say whether a bundle is whole: its files, their hashes, the statement, the reports, the answers.

    Exit code: 1 where anything differs, 3 where evidence that the run names was not there to be bundled, else 0,
    whatever the run came to. Who wrote it, only an attestation can prove: its signature is checked by gh, not here.

    \b
    Example:
      sluicegate compliance verify evidence.tar
      gh attestation verify evidence.tar --repo acme/api --predicate-type https://in-toto.io/attestation/test-result/v0.1
    """
    from sluicegate.gates.compliance.reports.account import revision_words
    from sluicegate.gates.compliance.reports.bundle.tar import opened
    from sluicegate.gates.compliance.reports.bundle.verifying import verified
    from sluicegate.gates.compliance.reports.wording import verdict
    from sluicegate.report.json import read

    found = verified(opened(bundle), read, __version__)
    told = found.account
    answers = f"{plural(found.made_again, 'answer')} whose hash came out again"
    click.echo(inert(f"whole: {plural(found.files, 'file')}, {answers}"))
    click.echo(inert(f"revision: {revision_words(told.run)}"))
    click.echo(inert(f"controls: {verdict(told)}"))
    for framework in told.frameworks:
        click.echo(inert(f"{framework.title}: {framework.words}"))
    for each in found.open:
        click.echo(inert(f"not checked: {each}"))
    for each in found.absent:
        click.echo(inert(f"not in the bundle: {each}"))
    if found.absent:
        context.exit(Exit.ERRORED)

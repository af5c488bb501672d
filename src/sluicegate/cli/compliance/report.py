"""`sluicegate compliance report`: what a Run shows of each framework, in one form."""

from __future__ import annotations

from pathlib import Path

import click

from sluicegate.cli.options import Looking, Writing
from sluicegate.cli.output import claim, publish
from sluicegate.errors import Exit
from sluicegate.gates.compliance.reports.forms import FORMS


@click.command(cls=Looking)
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--form", type=click.Choice(tuple(FORMS)), default="markdown", show_default=True)
@click.option(
    "--output", cls=Writing, type=click.Path(path_type=Path), help="The file to write, instead of standard output."
)
@click.option(
    "--root", type=click.Path(path_type=Path, file_okay=False, exists=True), default=Path(), show_default=True,
    help="The folder of the repository, where packs of files are looked for.",
)  # fmt: skip
@click.option(
    "--fail", is_flag=True,
    help="End with 1 where a control failed that nobody excepted, and with 3 where one could not be looked at.",
)  # fmt: skip
def report(run: Path, form: str, output: Path | None, root: Path, fail: bool) -> int:
    """Show what a Run proves: each clause with its controls, their evidence, and the exceptions.

    The packs have to be those that the run was made with. `oscal` is OSCAL assessment-results 1.2, `json` is for
    programs, `csv` has a row for each clause, control and piece of evidence.

    \b
    Example:
      sluicegate check --report json=run.json
      sluicegate compliance report run.json --form html --output compliance.html
      sluicegate compliance report run.json --form csv --output controls.csv --fail
    """
    from sluicegate.fleet.files import one_run
    from sluicegate.gates.compliance.reports.account import account
    from sluicegate.gates.compliance.reports.forms import written
    from sluicegate.gates.compliance.reports.loading import packs
    from sluicegate.revision import TreeSpec, open_tree

    if output:
        claim(output, never=(run,))
    found = one_run(run)
    tree = open_tree(TreeSpec(kind="folder", root=str(root.resolve()), shown=""))
    told = account(found, (pack for pack, _ in packs(found, tree)))
    publish(written(told, form), output)
    return told.state if fail else Exit.PASSED

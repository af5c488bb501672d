"""`sluicegate compliance lint`: what is wrong with packs."""

from __future__ import annotations

import os
from pathlib import Path

import click

from sluicegate.errors import Exit, UserError
from sluicegate.gates.compliance.controls.known import Known, known
from sluicegate.gates.compliance.controls.linting import troubles
from sluicegate.gates.compliance.controls.reading import SHIPPED
from sluicegate.revision import TreeSpec, open_tree
from sluicegate.text import inert, one_line, plural


@click.command()
@click.argument("packs", nargs=-1, required=True, metavar="PACK...")
@click.pass_context
def lint(context: click.Context, packs: tuple[str, ...]) -> None:
    """Say what is wrong with packs: the name of one that ships, or files.

    Packs that belong together are named together, so that what they say of one clause is held against each other.

    \b
    Example:
      sluicegate compliance lint compliance/ours.yaml soc2
    """
    found = opened(packs)
    wrong = troubles(found)
    for trouble in wrong:
        click.echo(inert(str(trouble)))
    held = found.controls.values()
    click.echo(
        f"{plural(len(packs), 'pack')}, {plural(len(held), 'control')}: {plural(len(wrong), 'mistake')}", err=True
    )
    if wrong:
        context.exit(Exit.FAILED)


def opened(packs: tuple[str, ...]) -> Known:
    """The packs of a command line, whose files count from the folder that it is called in. Raises UserError."""
    for pack in packs:
        if pack not in SHIPPED and not Path(pack).is_file():
            hint = f"name a file, or one that ships: {', '.join(SHIPPED)}"
            raise UserError(f"there is no pack {one_line(pack)}", hint=hint)
    here = Path.cwd().resolve()
    files = {pack: Path(pack).resolve() for pack in packs if pack not in SHIPPED}
    root, shown = here, ""
    if not all(file.is_relative_to(here) for file in files.values()):
        try:
            root = Path(os.path.commonpath([here, *files.values()]))
        except ValueError:
            raise UserError("these packs lie on several drives", hint="name packs of one drive") from None
        shown = str(root)
    named = tuple(files[pack].relative_to(root).as_posix() if pack in files else pack for pack in packs)
    return known(named, open_tree(TreeSpec(kind="folder", root=str(root), shown=shown)))

"""`sluicegate init`: settings, a workflow and a pre-commit entry for what is found here."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from sluicegate import __version__
from sluicegate.cli.faces import REPOSITORY, workflow
from sluicegate.cli.output import unwritten, write
from sluicegate.config import FILE, find
from sluicegate.engine import find_sides
from sluicegate.errors import UserError
from sluicegate.registry import gates, propose
from sluicegate.revision import open_tree

HEADER = """\
# Settings of Sluicegate. `sluicegate schema settings` prints all that may stand here,
# `sluicegate check` judges the change that is checked out.

# The lowest level of a new finding that fails a change: error, warning or note.
fail-on = "error"
"""
HOOK = f"""\
repos:
  - repo: https://github.com/{REPOSITORY}
    rev: v{__version__}
    hooks:
      - id: sluicegate
"""
WORKFLOW, HOOKS = ".github/workflows/sluicegate.yml", ".pre-commit-config.yaml"


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask, also at a terminal.")
def init(yes: bool) -> None:
    """Write settings, a workflow and a pre-commit entry for what is found here.

    Never overwrites a file: what is there already stays, and what would have been added is shown.

    \b
    Example:
      sluicegate init && sluicegate check
    """
    sides = find_sides(Path.cwd())
    root = sides.repository.root if sides.repository else Path.cwd()
    tree = open_tree(find_sides(root).head)
    sections = {gate.id: text for gate in gates() if (text := propose(gate, tree))}
    if not sections:
        named = " or ".join(f'[{gate.id}] {gate.comparison.setting} = "PATH"' for gate in gates() if gate.comparison)
        raise UserError(
            f"nothing to check was found in {root} under a usual name",
            hint=f"name it yourself in {FILE}: {named}; `sluicegate schema settings` says more",
        )
    files = {
        FILE: "\n".join([HEADER, *sections.values()]),
        WORKFLOW: workflow("Sluicegate", "gates", REPOSITORY, generated="Written by `sluicegate init`."),
        HOOKS: HOOK,
    }
    settings = find(root)
    kept = {name: name for name in files if (root / name).exists()}
    if settings.path is not None and settings.path.parent == root.absolute():
        kept[FILE] = settings.path.name
    new = [name for name in files if name not in kept]
    lacking = "\n".join(text for gate, text in sections.items() if gate not in settings.raw)
    click.echo(f"Found what these gates judge: {', '.join(sections)}")
    if new and not yes and sys.stdin.isatty() and sys.stdout.isatty():
        click.confirm(f"Write {', '.join(new)}?", default=True, abort=True)
    for name in new:
        try:
            write(root / name, files[name])
        except OSError as error:
            raise unwritten(str(root / name), error) from error
        click.echo(f"wrote  {Path(os.path.relpath(root / name)).as_posix()}")
    for name, there in sorted(kept.items()):
        click.echo(f"kept   {Path(os.path.relpath(root / there)).as_posix()}, which is there already")
        if name == HOOKS and "id: sluicegate" not in (root / name).read_text("utf-8", "replace"):
            click.echo(f"       to judge each commit, add to it:\n\n{HOOK.partition(chr(10))[2]}")
        if name == FILE and lacking:
            click.echo(f"       it configures none of these gates yet; add to it:\n\n{lacking}")
    if WORKFLOW in new:
        click.echo(f"In {WORKFLOW}, write the commit of a release in the place of the zeros.")
    if asked := [gate.id for gate in gates() if not gate.propose and gate.id not in settings.raw]:
        told = ", ".join(f"[{each}] in {FILE} (docs/{each}.md)" for each in asked)
        click.echo(f"To have more judged, add by hand: {told}")
    click.echo("Next: sluicegate check")

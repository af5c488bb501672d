"""`sluicegate generate`: the faces of the gates, derived from their declarations."""

from __future__ import annotations

from pathlib import Path

import click

from sluicegate.cli.options import located
from sluicegate.cli.output import unwritten, write
from sluicegate.errors import Exit, UserError
from sluicegate.text import plural


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail where a file is not as it would be written.")
@click.option("--root", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="Where to write.")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="The settings file.")
def generate(check: bool, root: Path, config: Path | None) -> int:
    """Write what is derived from declarations: actions, the gates' pages, the hooks.

    Gates of plugins that the settings name get theirs too.

    \b
    Example:
      sluicegate generate --check
    """
    from sluicegate.cli.calls import FILE, PACKAGE, calls
    from sluicegate.cli.faces import faces
    from sluicegate.cli.publish_faces import publish_faces

    registry = located(config)[1]
    if registry.broken:
        raise UserError(f"{registry.broken[0].gate}: {registry.broken[0].reason}", hint=registry.broken[0].hint)
    stale = []
    own = {FILE: calls(click.get_current_context().find_root())} if (root / PACKAGE).is_dir() else {}
    for name, text in (faces(registry.gates) | publish_faces() | own).items():
        path = root / name
        if path.is_file() and path.read_text("utf-8") == text:
            continue
        stale.append(name)
        if not check:
            try:
                write(path, text)
            except OSError as error:
                raise unwritten(str(path), error) from error
    for name in stale:
        click.echo(f"{'differs' if check else 'wrote'}: {name}")
    if check and stale:
        click.echo(f"{plural(len(stale), 'file')} to renew: sluicegate generate", err=True)
        return Exit.FAILED
    if not stale:
        click.echo("everything is as declared")
    return Exit.PASSED

"""Shell completion."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell.

    \b
    Example:
      sluicegate completion bash >> ~/.bashrc
    """
    from sluicegate.cli.main import cli

    found = get_completion_class(shell)
    if found is None:  # pragma: no cover - click brings all three
        raise click.UsageError(f"click knows no completion for {shell}")
    click.echo(found(cli, {}, "sluicegate", "_SLUICEGATE_COMPLETE").source())

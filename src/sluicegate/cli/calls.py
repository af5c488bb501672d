"""The calls that only look, derived from the commands' declarations: what a Run may show to be pasted into a shell."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from sluicegate.cli.options import Looking, Writing

PACKAGE = "src/sluicegate"
FILE = f"{PACKAGE}/report/calls.json"
"""Where they are written: beside what reads them, which knows no command."""


def calls(context: click.Context) -> str:
    """The document: for each command that only looks, its options but those that write, and whether they take a value.

    `context` is that of the whole command.
    """
    found = {
        " ".join(words): {
            name: not (option.is_flag or option.count)
            for option in command.params
            if isinstance(option, click.Option) and not isinstance(option, Writing)
            for name in (*option.opts, *option.secondary_opts)
        }
        for words, command in _commands(context.command, context, ())
        if isinstance(command, Looking)
    }
    return json.dumps(found, indent=2, sort_keys=True) + "\n"


def _commands(
    command: click.Command, context: click.Context, words: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    for name in command.list_commands(context):
        if below := command.get_command(context, name):
            yield from _commands(below, context, (*words, name))

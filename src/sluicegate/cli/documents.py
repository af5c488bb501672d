"""`sluicegate GATE DOCUMENT`: a document that a gate makes of the files that are checked out."""

from __future__ import annotations

import os
from pathlib import Path

import click

from sluicegate.cli.options import Looking, Writing, configured, loaded, struck
from sluicegate.cli.output import claim, publish
from sluicegate.model import Document, DocumentWriter, Gate
from sluicegate.registry import load, settings_type


def document(gate: Gate, declared: Document) -> click.Command:
    """The command of a gate that writes a document."""

    @click.command(
        name=declared.command,
        cls=Looking,
        help=f"{declared.summary}\n\n{declared.help}\n\n\b\nExample:\n  {declared.example}",
    )
    @click.argument("subjects", nargs=-1, metavar=declared.subjects)
    @click.option("--format", "form", type=click.Choice(declared.forms), default=declared.forms[0], show_default=True)
    @click.option("--name", "called", default="", help="What the document calls the product.")
    @click.option(
        "--output", cls=Writing, type=click.Path(path_type=Path), help="The file to write, instead of standard output."
    )
    @configured
    def command(
        subjects: tuple[str, ...],
        form: str,
        called: str,
        output: Path | None,
        config: Path | None,
        sets: tuple[str, ...],
    ) -> None:
        from sluicegate.engine import find_sides
        from sluicegate.revision import open_tree

        settings, _ = loaded(config, sets)
        root = settings.source.root
        named = [Path(os.path.relpath(one, root)).as_posix() for one in subjects]
        if output:
            claim(output, [root / one for one in named])
        write: DocumentWriter = load(declared.writer)
        own = settings.sections.get(gate.id) or settings_type(gate)()
        with struck(settings.secrets):
            publish(write(own, open_tree(find_sides(root).head), form, named, called), output)

    return command

"""The packs that a Run was made with: those that ship, and those of files by where the Run says that they lay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sluicegate.errors import UnreadableError, UserError
from sluicegate.gates.compliance.controls.reading import LARGEST, SHIPPED, of_document, shipped, shipped_text
from sluicegate.gates.compliance.reports.account import gate_of, packs_of
from sluicegate.openapi.reading import parse, read_bytes
from sluicegate.text import one_line

if TYPE_CHECKING:
    from sluicegate.gates.compliance.controls.model import Pack
    from sluicegate.model import Run, Tree


def packs(run: Run, tree: Tree) -> Iterator[tuple[Pack, bytes]]:
    """Each pack of a Run with its text. Raises UserError where one is not there or cannot be read."""
    for evidence in packs_of(gate_of(run)):
        name = evidence.subject.removeprefix("pack ")
        if name in SHIPPED:
            yield shipped(name)[0], shipped_text(name)
            continue
        try:
            text = read_bytes(tree, evidence.source, LARGEST)
        except UnreadableError as error:
            hint = "name the folder that it lies in: --root FOLDER"
            raise UserError(f"the pack {name} of this run is not here: {error.message}", hint=hint) from None
        yield pack_of(text, evidence.source), text


def pack_of(text: bytes, path: str) -> Pack:
    """The pack that a text is. Raises UserError."""
    try:
        pack, troubles = of_document(parse(text, path, path))
    except UnreadableError as error:
        raise UserError(error.message, hint=error.hint) from None
    if pack is None:
        raise UserError(f"this is no pack: {one_line(str(troubles[0]))}")
    return pack

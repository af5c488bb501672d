"""References that lead nowhere: those that point at nothing, out of the repository, or at each other in a circle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.openapi.document import Node
from sluicegate.openapi.moved import as_written
from sluicegate.openapi.references import DanglingError, Trouble, mappings, reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.openapi.document import Document
    from sluicegate.openapi.references import Library, Place


class BadReference(Struct, frozen=True, kw_only=True):
    """A `$ref` that leads nowhere: where it stands, what it says, why."""

    node: Node
    reference: str
    trouble: Trouble
    reason: str


def bad_references(library: Library, document: Document) -> Iterator[BadReference]:
    """The references that lead nowhere, in `document` and in every file that it refers to."""
    waiting, seen = [document], {document.path}
    circles: dict[Place, frozenset[Place]] = {}
    told: set[frozenset[Place]] = set()
    while waiting:
        current = waiting.pop()
        if _all_lead_somewhere(library, current):
            continue
        for node in mappings(Node(current, (), current.data)):
            reference = reference_of(node.value)
            if reference is None:
                continue
            try:
                target = library.follow(current, reference)
                if target.document.path not in seen:
                    seen.add(target.document.path)
                    waiting.append(target.document)
                library.resolve(target)
            except DanglingError as error:
                if error.trouble is Trouble.CIRCULAR:
                    circle = _circle(library, node, circles)
                    if circle in told or (current.path, node.pointer) not in circle:
                        continue  # told once per circle, at its first reference
                    told.add(circle)
                elif not _is_own(library, current, reference):
                    continue
                reference = as_written(current, reference)
                yield BadReference(node=node, reference=reference, trouble=error.trouble, reason=error.reason)


def _all_lead_somewhere(library: Library, document: Document) -> bool:
    """Whether every `$ref` of a document, wherever it stands, leads to a place of the same document.

    Most documents are like that, and then none of their places has to be looked at one by one.
    """
    try:
        return all(
            one.startswith("#") and library.resolve(library.follow(document, one)) for one in document.references
        )
    except DanglingError:
        return False


def _circle(library: Library, node: Node, known: dict[Place, frozenset[Place]]) -> frozenset[Place]:
    """The places of the references that a node's chain ends in going round; `known` keeps it for each in the chain."""
    order: dict[Place, int] = {}
    while (place := (node.document.path, node.pointer)) not in order and place not in known:
        order[place] = len(order)
        node = library.follow(node.document, reference_of(node.value) or "")
    circle = known.get(place) or frozenset(list(order)[order[place] :])
    known.update(dict.fromkeys(order, circle))
    return circle


def _is_own(library: Library, document: Document, reference: str) -> bool:
    """Whether this very reference is the broken one, not one further along the chain."""
    try:
        library.follow(document, reference)
    except DanglingError:
        return True
    return False

"""What is wrong with what a description is compared with: the comparison goes as far as it can, and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.contract.changes import Change
from sluicegate.openapi.document import Node, dotted
from sluicegate.openapi.metaschema import mistakes
from sluicegate.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.openapi.document import Pointer
    from sluicegate.openapi.metaschema import Mistake
    from sluicegate.openapi.operations import Description

RULE = "contract/base-invalid"


def untrusted(base: Description, head: Description) -> Iterator[Change]:
    """One change for all mistakes of the base that the head no longer makes: in those that it does nothing changed.

    Raises GateError where they cannot be known.
    """
    found = list(mistakes(base.document, base.version))
    if not found:
        return
    still = {_of(mistake) for mistake in mistakes(head.document, head.version)}
    mended = [mistake for mistake in found if _of(mistake) not in still]
    if not mended:
        return
    first = mended[0]
    rest = f", and {plural(len(mended) - 1, 'more place')}" if len(mended) > 1 else ""
    yield Change(
        rule=RULE, key=("base",), logical=dotted(first.pointer), head=_nearest(head, first.pointer),
        base=Node(first.document, first.pointer, None),
        message=f"what it is compared with cannot be trusted, since it is not valid there: {dotted(first.pointer)}: "
        f"{first.message}{rest}",
        advice="Compare these places by hand: what could not be understood may hide a change, or feign one.",
    )  # fmt: skip


def _of(mistake: Mistake) -> tuple[str, Pointer]:
    return mistake.keyword, mistake.pointer


def _nearest(head: Description, pointer: Pointer) -> Node:
    """The place at head, or what is left around it."""
    node = head.root
    for part in pointer:
        inner = node.get(part) if isinstance(part, str) else None
        if inner is None:
            return node
        node = inner
    return node

"""What a schema says that the gate does not compare yet: told where it differs, never passed over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.contract.reach import same
from sluicegate.openapi.direction import Direction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.views import View
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.references import Library


def uncompared(base: Library, before: View, head: Library, after: View, direction: Direction) -> Iterator[str]:
    """Why two schemas, or a part of them, could not be compared."""
    request = direction is Direction.REQUEST
    for keyword in sorted(before.stated.keys() | after.stated.keys()):
        olds, news = before.stated.get(keyword, []), after.stated.get(keyword, [])
        alike = len(olds) == len(news) and all(
            same(base, one, head, other) for one, other in zip(olds, news, strict=True)
        )
        if not alike:
            yield f"`{keyword}` changed, and is not compared yet"
    if before.types != after.types:
        return  # told with the type
    for keyword, olds, news in (
        ("items", before.items, after.items), ("additionalProperties", before.others, after.others),
    ):  # fmt: skip
        narrowed = news if request else olds
        if bool(olds) != bool(news) and any(_says(node) for node in narrowed):
            yield f"`{keyword}` {'appeared' if news else 'vanished'}, and that is not compared yet"
    if request and after.closed and not before.closed:
        yield "`additionalProperties` is false now, and that is not compared yet"


def _says(node: Node) -> bool:
    return node.value not in ({}, True)

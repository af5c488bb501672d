"""The media type of a part of a form that says none: OpenAPI 3.0.3, 4.7.15.1, and OpenAPI 3.1.1, 4.8.15.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.shape import EVERY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.openapi.document import Node
    from sluicegate.openapi.relation import Side

_BYTES = "application/octet-stream"
_DEFAULTS = {
    "object": "application/json", "string": "text/plain", "number": "text/plain", "integer": "text/plain",
    "boolean": "text/plain",
}  # fmt: skip
_DEEPEST = 5


def default_type(side: Side, media: Node, name: str) -> str:
    """The media type that a property of a form has by its own type; "" where that is not one for sure."""
    schema = media.get("schema")
    legacy = side.library.version_of(media.document) in ("2.0", "3.0")
    try:
        arms = side.shape([schema]).arms if schema else []
        held = [arm.properties[name] for arm in arms if name in arm.properties]
        found = {one for nodes in held for one in _of(side, nodes, _DEEPEST, legacy=legacy)}
    except DanglingError:
        return ""
    return found.pop() if len(found) == 1 else ""


def _of(side: Side, nodes: Sequence[Node], depth: int, *, legacy: bool) -> Iterator[str]:
    """The default of each type that a part may have; "" where the specification names none."""
    for arm in side.shape(nodes).arms:
        stated = {word for word in ("contentEncoding", "contentMediaType", "format") if word in arm.stated}
        formats = {str(node.value) for node in arm.stated.get("format", ())}
        for kind in arm.types - {"null"}:
            if arm.types == EVERY or (kind == "array" and (arm.prefix or not arm.items or not depth)):
                yield ""
            elif kind == "array":
                yield from _of(side, [rest.node for rest in arm.items], depth - 1, legacy=legacy)
            elif kind != "string" or not stated or not (stated - {"format"} or formats & {"binary", "byte"}):
                yield _DEFAULTS[kind]
            else:
                yield (
                    _BYTES
                    if (legacy and formats == {"binary"}) or (not legacy and stated == {"contentEncoding"})
                    else ""
                )

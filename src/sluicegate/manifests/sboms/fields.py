"""The members of a JSON document that has a schema: another kind of value in a place is an error, with the place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.manifests.text import bad

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.errors import UnreadableError
    from sluicegate.openapi.document import Node


def members(node: Node, key: str) -> Iterator[Node]:
    """The objects of a list. Raises UnreadableError: it is none, or something else stands in it."""
    found = node.get(key)
    if found is None or found.value is None:
        return
    if not isinstance(found.value, list):
        raise trouble(found, f"`{key}` is no list")
    for each in found.items():
        if not isinstance(each.value, dict):
            raise trouble(each, f"`{key}` holds something else than objects")
        yield each


def member(node: Node, key: str) -> Node | None:
    """An object; None where there is none. Raises UnreadableError: something else stands there."""
    found = node.get(key)
    if found is None or found.value is None:
        return None
    if not isinstance(found.value, dict):
        raise trouble(found, f"`{key}` is no object")
    return found


def said(node: Node, key: str) -> str:
    """A text; "" where there is none. Raises UnreadableError: something else stands there."""
    found = node.get(key)
    if found is None or found.value is None:
        return ""
    if not isinstance(found.value, str):
        raise trouble(found, f"`{key}` is no text")
    return found.value


def trouble(node: Node, what: str) -> UnreadableError:
    """The trouble with a place in a document."""
    return bad(node.document.shown, node.line_column[0], what)

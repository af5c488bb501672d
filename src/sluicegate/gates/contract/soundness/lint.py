"""One thing that is not sound, and its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from sluicegate.openapi.document import dotted
from sluicegate.openapi.moved import original_of, was_at
from sluicegate.openapi.operations import shape_of
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Callable

    from sluicegate.model import Fix
    from sluicegate.openapi.document import Node

_NAMES = ("$ref", "title", "name", "operationId", "const")


class Lint(Struct, frozen=True, kw_only=True):
    """What a rule (its name, without the gate) has to say about a place.

    `key` is what makes it the same one next time. Without `global_key` it comes after the way to the place. `mend`
    works out the edit that mends it, where there is one.
    """

    rule: str
    node: Node
    message: str
    advice: str
    key: tuple[str, ...] = ()
    global_key: bool = False
    mend: Callable[[], Fix | None] | None = None


def steps(node: Node) -> list[str]:
    """The way to a place by names: an item of a list is called by what it is, and only counted where it has no name.

    A path is called by its shape: other names for its parameters make it no other path.
    """
    value: Any = original_of(node.document).data
    way: list[str] = []
    for part in was_at(node.document, node.pointer):
        inside = part in value if isinstance(value, dict) else isinstance(value, list) and isinstance(part, int)
        value = value[part] if inside else None
        if way == ["paths"] and isinstance(part, str):
            way.append(shape_of(part))
        else:
            way.append(part if isinstance(part, str) else called(value, part))
    return way


def code(value: Any) -> str:
    """A value of the document for people: short, on one line, between backticks."""
    text = value if isinstance(value, str) else plain(value)
    return "`" + shorten(one_line(text).replace("`", "'"), 80) + "`"


def plain(value: Any) -> str:
    """A value as JSON in a form that does not depend on the order of keys."""
    return msgspec.json.encode(value, order="deterministic").decode()


def shown(node: Node) -> str:
    """The place for people, as they have written it."""
    return dotted(was_at(node.document, node.pointer))


def strings(value: Any) -> list[str]:
    """The strings of a list; nothing when it is none."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def called(item: Any, index: int) -> str:
    """The name of an item of a list in a way; its number where it has none."""
    if isinstance(item, str):
        return item
    if isinstance(item, dict):
        where, name = item.get("in"), item.get("name")
        if isinstance(where, str) and isinstance(name, str):
            return f"{where} {name}"
        for key in _NAMES:
            if isinstance(item.get(key), str):
                return str(item[key])
        if required := strings(item.get("required")):
            return "required " + " ".join(sorted(required))
    return str(index)

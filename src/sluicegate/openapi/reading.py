"""Bytes of a tree to a `Document`: JSON or YAML by content, every kind of bad input told plainly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sluicegate.errors import UnreadableError
from sluicegate.openapi import jsontext
from sluicegate.openapi.document import Document, Lines, MalformedError, Places, unreadable

if TYPE_CHECKING:
    from sluicegate.model import Tree

LIMIT = 64 * 2**20
"""The largest file that is read, in bytes."""

DEEPEST = 200
"""How many mappings and sequences may stand inside each other; real descriptions stay below 60."""

_BOM = b"\xef\xbb\xbf"
_JSON = re.compile(rb"\s*(?:\[|\{\s*[\"}])")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read(tree: Tree, path: str, limit: int = LIMIT) -> Document:
    """Read and parse one file of a tree. Raises UnreadableError with the place and the next step."""
    text = read_bytes(tree, path, limit)
    shown = tree.display(path)
    try:
        _check_characters(text)
        places: Places
        if _JSON.match(text):
            data, places = jsontext.parse(text)
        else:
            data, places = _yaml(text)
        _check_depth(data)
    except MalformedError as trouble:
        raise unreadable(shown, text, trouble) from None
    except RecursionError:
        raise UnreadableError(
            f"{shown}: mappings and sequences stand more than {DEEPEST} levels deep", "Flatten the document."
        ) from None
    return Document(path=path, shown=shown, text=text, data=data, places=places, lines=Lines(text))


def read_bytes(tree: Tree, path: str, limit: int = LIMIT) -> bytes:
    """The text of one file without its byte order mark. Raises UnreadableError."""
    return tree.read(path, limit).removeprefix(_BOM)


def _yaml(text: bytes) -> tuple[Any, Places]:
    """The data of a YAML text; what rapidyaml alone refuses is read once more with its flow values on one line."""
    from sluicegate.openapi import yamlflow, yamltext  # rapidyaml is loaded only for YAML

    try:
        return yamltext.parse(text)
    except MalformedError:
        other = yamlflow.joined(text)
        if other is None:
            raise
    return yamltext.parse(other)


def _check_characters(text: bytes) -> None:
    if not text.strip():
        raise MalformedError(
            "the file is empty", None, "Write an OpenAPI description into it, or take it off the list."
        )
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(
            f"not UTF-8: byte 0x{text[error.start]:02x}", error.start, "Save the file as UTF-8."
        ) from None
    if found := _CONTROL.search(text):
        raise MalformedError(
            f"control character 0x{found[0][0]:02x}", found.start(), "Remove it, or write it as an escape."
        )


def _check_depth(data: Any) -> None:
    level: list[Any] = [data] if isinstance(data, (dict, list)) else []
    depth = 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise MalformedError(
                f"mappings and sequences stand more than {DEEPEST} levels deep", None, "Flatten the document."
            )
        seen: dict[int, Any] = {}
        for value in level:
            for child in value.values() if isinstance(value, dict) else value:
                if child.__class__ is dict or child.__class__ is list:
                    seen[id(child)] = child
        level = list(seen.values())

"""Bytes of a tree to a `Document`: JSON or YAML by content, every kind of bad input told plainly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sluicegate.errors import UnreadableError
from sluicegate.openapi import jsontext
from sluicegate.openapi.document import Document, Lines, MalformedError, Places, unreadable
from sluicegate.openapi.skim import DEEPEST, TooDeepError, skim

if TYPE_CHECKING:
    from sluicegate.model import Tree

LIMIT = 64 * 2**20
"""The largest file that is read, in bytes."""

_BOM = b"\xef\xbb\xbf"
_JSON = re.compile(rb"\s*(?:\[|\{\s*[\"}])")
_CONTROL = bytes((*range(9), 11, 12, *range(14, 32), 127))


def read(tree: Tree, path: str, limit: int = LIMIT) -> Document:
    """Read and parse one file of a tree. Raises UnreadableError with the place and the next step."""
    return parse(read_bytes(tree, path, limit), path, tree.display(path))


def parse(text: bytes, path: str, shown: str) -> Document:
    """Parse the text of a file that people know as `shown`. Raises UnreadableError with the place and the next step."""
    try:
        _check_characters(text)
        places: Places
        if _JSON.match(text):
            data, places = _json(text)
            skimmed = skim(data, shared=False)
            jsontext.refuse_duplicates(text, skimmed.members)
        else:
            data, places = _yaml(text)
            skimmed = skim(data)
    except MalformedError as trouble:
        raise unreadable(shown, text, trouble) from None
    except (RecursionError, TooDeepError):
        raise UnreadableError(
            f"{shown}: mappings and sequences stand more than {DEEPEST} levels deep", "Flatten the document."
        ) from None
    return Document(
        path=path, shown=shown, text=text, data=data, places=places, lines=Lines(text), references=skimmed.references
    )


def data_of(text: bytes) -> Any:
    """The plain data of a text. Raises MalformedError, RecursionError."""
    return (_json(text) if _JSON.match(text) else _yaml(text))[0]


def read_bytes(tree: Tree, path: str, limit: int = LIMIT) -> bytes:
    """The text of one file without its byte order mark. Raises UnreadableError."""
    return tree.read(path, limit).removeprefix(_BOM)


def _json(text: bytes) -> tuple[Any, Places]:
    try:
        return jsontext.parse(text)
    except MalformedError:
        _check_encoding(text)  # that comes first: the decoder refuses it too, in other words
        raise


def _yaml(text: bytes) -> tuple[Any, Places]:
    """The data of a YAML text; what rapidyaml alone refuses is read once more with its flow values on one line."""
    from sluicegate.openapi import yamlflow, yamltext  # rapidyaml is loaded only for YAML

    _check_encoding(text)
    try:
        return yamltext.parse(text)
    except MalformedError:
        other = yamlflow.joined(text)
        if other is None:
            raise
    return yamltext.parse(other)


def _check_characters(text: bytes) -> None:
    if not text.strip():
        raise MalformedError("the file is empty", None, "Write into it what it is to hold, or take it off the list.")
    if len(text.translate(None, _CONTROL)) < len(text):
        _check_encoding(text)  # what is in UTF-16 is full of zeros
        at = next(at for at, byte in enumerate(text) if byte in _CONTROL)
        raise MalformedError(f"control character 0x{text[at]:02x}", at, "Remove it, or write it as an escape.")


def _check_encoding(text: bytes) -> None:
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedError(
            f"not UTF-8: byte 0x{text[error.start]:02x}", error.start, "Save the file as UTF-8."
        ) from None

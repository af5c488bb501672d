"""Fixes of descriptions: small edits of the text, each read again and held against what it was meant to do.

An edit is offered only where the text around it is understood, where it takes no comment along, and where the edited
text reads as the old one with exactly the wanted difference.
"""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any

from sluicegate.model import Fix
from sluicegate.openapi.document import MalformedError
from sluicegate.openapi.moved import original_of, was_at
from sluicegate.openapi.reading import data_of
from sluicegate.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sluicegate.openapi.document import Document, Node, Pointer

MOST = 10
"""How many fixes of one kind are worked out for a description: each reads it once more."""

_LARGEST = 256 * 1024
_LONGEST = 4_000
_ITEM = re.compile(rb"[ ]*-[ ]+")
_INDENT = re.compile(rb"[ ]*")
_TYPE = re.compile(rb"""(?:(")type"|'type'|type)[ ]*:[ ]*(?:"array"|'array'|array)""")
_VERSION = re.compile(rb"""(?:"version"|'version'|version)[ ]*:[ ]*(["']?)""")
_QUOTED = re.compile(rb'"(?:[^"\\]|\\.)*"|\'(?:[^\']|\'\')*\'', re.DOTALL)
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
_PAIRS = {ord("{"): ord("}"), ord("["): ord("]")}


def without_item(node: Node, title: str) -> Fix | None:
    """The list without the item, which is not its first."""
    document, pointer = original_of(node.document), was_at(node.document, node.pointer)
    index = pointer[-1] if pointer else None
    if not isinstance(index, int) or not index:
        return None
    text, at = document.text, document.places.offset(pointer)
    start = _line_start(text, at)
    if _ITEM.fullmatch(text, start, at):
        spans = [(start, _line_end(text, at))]
    else:
        end = _value_end(text, at)
        comma = text.rfind(b",", document.places.offset((*pointer[:-1], index - 1)), at)
        spans = [(comma, end)] if end is not None and comma > 0 else []

    def wanted(data: Any) -> None:
        del _at(data, pointer[:-1])[index]

    edits = ((start, end, b"") for start, end in spans if b"#" not in text[start:end])
    return _first(document, edits, wanted, title)


def with_items(node: Node, title: str) -> Fix | None:
    """The schema of an array with items that may be anything."""
    document, pointer = original_of(node.document), was_at(node.document, node.pointer)
    text, at = document.text, document.places.offset((*pointer, "type"))
    found = _TYPE.match(text, at)
    if found is None:
        return None
    items = b'"items": {}' if found[1] else b"items: {}"
    indent = b" " * (at - _line_start(text, at))
    edits = [(found.end(), found.end(), b", " + items)]
    if not text[_line_start(text, at) : at].strip(b" -"):  # the key begins its line: so does the new one
        end = _line_end(text, at)
        edits = [
            (end, end, b"\n" + indent + items), (found.end(), found.end(), b",\n" + indent + items), *edits,
        ]  # fmt: skip

    def wanted(data: Any) -> None:
        _at(data, pointer)["items"] = {}

    return _first(document, edits, wanted, title)


def with_tag(root: Node, name: str, title: str) -> Fix | None:
    """The description with one more tag at the end of its list, which is not empty."""
    document = original_of(root.document)
    listed = document.data.get("tags") if isinstance(document.data, dict) else None
    if not isinstance(listed, list) or not listed:
        return None
    text, at = document.text, document.places.offset(("tags", len(listed) - 1))
    start = _line_start(text, at)
    edits: list[tuple[int, int, bytes]] = []
    dash = _ITEM.match(text, start)
    if dash and dash.end() <= at:
        column = text.index(b"-", start) - start
        end = _block_end(text, start, column)
        edits.append((end, end, b"\n" + b" " * column + b"- name: " + _scalar(name)))
    elif (end_of_value := _value_end(text, at)) is not None:
        quoted = text[at : at + 1] == b"{" and text[at + 1 : end_of_value].lstrip()[:1] == b'"'
        item = b"{" + (b'"name": ' + json.dumps(name).encode() if quoted else b"name: " + _scalar(name)) + b"}"
        alone = _INDENT.fullmatch(text, start, at)
        edits.append((end_of_value, end_of_value, (b",\n" + text[start:at] if alone else b", ") + item))

    def wanted(data: Any) -> None:
        data["tags"].append({"name": name})

    return _first(document, edits, wanted, title)


def with_version(node: Node, version: str, title: str) -> Fix | None:
    """The description with another `info.version`, quoted as the old one was."""
    document, pointer = original_of(node.document), was_at(node.document, node.pointer)
    text, at = document.text, document.places.offset(pointer)
    found, old = _VERSION.match(text, at), str(node.value).encode()
    if found is None or text[found.end() : found.end() + len(old)] != old:
        return None

    def wanted(data: Any) -> None:
        _at(data, pointer[:-1])[pointer[-1]] = version

    start = found.end()
    return _first(document, [(start, start + len(old), version.encode())], wanted, title)


def _first(
    document: Document, edits: Iterable[tuple[int, int, bytes]], wanted: Callable[[Any], None], title: str
) -> Fix | None:
    """The first of some edits (from, to, what stands there then) that does what is wanted and nothing else."""
    text = document.text
    if len(text) > _LARGEST:
        return None
    meant = copy.deepcopy(document.data)
    try:
        wanted(meant)
    except (KeyError, IndexError, TypeError):
        return None
    for start, end, new in edits:
        try:
            reads = data_of(text[:start] + new + text[end:])
        except (MalformedError, RecursionError):
            continue
        if _same(reads, meant):
            return _fix(document, start, end, new, title)
    return None


def _same(one: Any, other: Any) -> bool:
    """Whether both are the same JSON, where 1 is not 1.0 and no truth value; the order of members tells nothing."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _fix(document: Document, start: int, end: int, new: bytes, title: str) -> Fix | None:
    """The edit by whole lines. Text that a report could not carry unchanged is left alone."""
    text = document.text
    first, last = _line_start(text, start), _line_end(text, end)
    removed = not new and first == start and last == end
    original, replacement = _lines(text[first:last]), _lines(text[first:start] + new + text[end:last])
    if any(len(told) > _LONGEST or visible(told) != told for told in (original, replacement)):
        return None
    line = text.count(b"\n", 0, first) + 1
    return Fix(
        path=document.shown, first_line=line, last_line=line + original.count("\n"), original=original,
        replacement="" if removed else replacement, title=title, removed=removed,
    )  # fmt: skip


def _lines(text: bytes) -> str:
    return text.replace(b"\r\n", b"\n").removesuffix(b"\r").decode("utf-8")


def _at(data: Any, pointer: Pointer) -> Any:
    for part in pointer:
        data = data[part]
    return data


def _line_start(text: bytes, at: int) -> int:
    return text.rfind(b"\n", 0, at) + 1


def _line_end(text: bytes, at: int) -> int:
    """The end of a line, before what ends it."""
    found = text.find(b"\n", at)
    end = len(text) if found < 0 else found
    return end - 1 if end > at and text[end - 1 : end] == b"\r" else end


def _block_end(text: bytes, at: int, column: int) -> int:
    """The end of the last line with content of a block item that begins in the line at `at`, its dash in a column."""
    end = at = _line_end(text, at)
    while (line := text.find(b"\n", at) + 1) > 0:
        at = _line_end(text, line)
        content = text[line:at].strip()
        if content.startswith(b"#") or not content:
            continue
        if len(text[line:at]) - len(text[line:at].lstrip(b" ")) <= column:
            break
        end = at
    return end


def _value_end(text: bytes, at: int) -> int | None:
    """The end of a value in flow style; None where its text is not understood."""
    if text[at : at + 1] in (b'"', b"'"):
        quoted = _QUOTED.match(text, at)
        return quoted.end() if quoted else None
    if text[at : at + 1] not in (b"{", b"["):
        found = re.compile(rb"[^,\[\]{}#\n\r]+").match(text, at)
        return at + len(found[0].rstrip()) if found else None
    closing: list[int] = []
    while at < len(text):
        sign = text[at]
        if sign in b"\"'" and (quoted := _QUOTED.match(text, at)):
            at = quoted.end()
            continue
        if sign == ord("#"):
            return None
        if sign in _PAIRS:
            closing.append(_PAIRS[sign])
        elif sign in b"}]":
            if not closing or closing.pop() != sign:
                return None
            if not closing:
                return at + 1
        at += 1
    return None


def _scalar(name: str) -> bytes:
    """A string in YAML, in quotes unless it needs none."""
    plain = _PLAIN_NAME.fullmatch(name) and name.lower() not in _WORDS
    return (name if plain else json.dumps(name, ensure_ascii=False)).encode()

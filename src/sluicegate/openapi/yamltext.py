"""YAML to plain data: rapidyaml reads the structure, the scalars are typed here (YAML 1.2, section 10.3: core schema).

Anchored values are shared, never copied; merge keys (`<<`) are followed. rapidyaml accepts more than YAML allows and
can hang on brackets that are opened by the ten thousand and never closed, or write past its memory where tags or
anchors are piled up, so the text is looked at before it.
"""

from __future__ import annotations

import math
import os
import re
import threading
from contextlib import contextmanager
from functools import partial
from sys import intern
from typing import TYPE_CHECKING, Any

import ryml

from sluicegate.openapi.document import MalformedError
from sluicegate.openapi.jsontext import duplicate_key
from sluicegate.openapi.yamlplaces import YamlPlaces
from sluicegate.openapi.yamlproperties import check_properties
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_ALIASED = 500_000
"""How many values all aliases of a document may stand for, counted as if each were written out."""

_DEEPEST = 200
_MOST_OPEN = 10_000
_QUOTED_OR_COMMENT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|\'[^\']*+\'|(?<![^\s])#[^\n]*+', re.DOTALL)

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_MOST_DIGITS = 300
_STARTS_WORD = frozenset("~nNtTfF")
_STARTS_TYPED = _STARTS_WORD | frozenset("-+.0123456789")
_STRING_TAGS = ("!", "!!str", "<tag:yaml.org,2002:str>", "tag:yaml.org,2002:str")
_PLAIN_TAGS = ("!!map", "!!seq", "!!int", "!!float", "!!bool", "!!null")

_NONE: int = ryml.NONE
_VAL, _VALQUO, _KEYREF, _KEYQUO = ryml.VAL, ryml.VALQUO, ryml.KEYREF, ryml.KEYQUO
_CONTAINER = ryml.MAP | ryml.SEQ
_MORE = _CONTAINER | ryml.VALREF | ryml.VALANCH | ryml.VALTAG
"""What makes a node more than a scalar."""

_quiet = threading.Lock()


def parse(text: bytes) -> tuple[Any, YamlPlaces]:
    """The value of a YAML text, and where its parts stand. Raises MalformedError."""
    _check_brackets(text)
    check_properties(text)
    buffer = bytearray(text)
    try:
        with _silence():
            tree = ryml.parse_in_place(buffer)
    except ryml.ExceptionParse as error:
        where = error.errdata_parse.ymlloc.offset
        raise MalformedError(
            f"not YAML: {one_line(str(error.msg))}",
            where if 0 <= where <= len(text) else None,
            _hint(text, where),
        ) from None
    except ryml.ExceptionBasic as error:
        raise MalformedError(f"not YAML: {one_line(str(error.msg))}", None, "Correct the YAML.") from None
    places = YamlPlaces(text, buffer, tree)
    root = tree.root_id()
    if tree.is_stream(root):
        documents = tree.num_children(root)
        if documents != 1:
            second = tree.child(root, 1) if documents > 1 else root
            raise MalformedError(
                f"{documents} YAML documents in one file", places.start(second) or None, "Keep one document per file."
            )
        root = tree.first_child(root)
        places.root = root
    return _Builder(tree, text, places).value(root, tree.type(root), 1), places


def _asking(tree: Any, what: str) -> Callable[[int], Any]:
    """A question to the nodes of a tree: the function of the extension where it is found, else the method.

    The method looks the tree's C++ object up at each call, which takes four times as long as to ask it.
    """
    asked = getattr(getattr(ryml.ryml, "_ryml", None), f"Tree_{what}", None)
    return partial(asked, tree.this) if asked and hasattr(tree, "this") else getattr(tree, what)


@contextmanager
def _silence() -> Iterator[None]:
    """Keep quiet: rapidyaml writes its parse errors to the file descriptor of stderr as well as raising them."""
    with _quiet:
        try:
            kept = os.dup(2)
        except OSError:
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, 2)
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            os.close(nowhere)


def _check_brackets(text: bytes) -> None:
    if text.count(b"[") + text.count(b"{") <= _MOST_OPEN:
        return
    for view in (text, _QUOTED_OR_COMMENT.sub(b"", text)):
        unclosed = view.count(b"[") - view.count(b"]") + view.count(b"{") - view.count(b"}")
        if unclosed > _MOST_OPEN:
            raise MalformedError(f"{unclosed:,} brackets are opened and never closed", None, "Correct the YAML.")


def _hint(text: bytes, where: int) -> str:
    line = text[text.rfind(b"\n", 0, max(where, 0)) + 1 :].split(b"\n", 1)[0]
    if b"\t" in line[: len(line) - len(line.lstrip())]:
        return "Indent with spaces: YAML takes no tab there."
    return "Correct the YAML there, or in the line before."


class _Builder:
    """Turns a rapidyaml tree to plain data; lives as long as one parse."""

    def __init__(self, tree: Any, text: bytes, places: YamlPlaces) -> None:
        self._tree = tree
        self._kind, self._key, self._val, self._first, self._next = map(
            partial(_asking, tree), ("type", "key", "val", "first_child", "next_sibling")
        )
        self._text = text
        self._places = places
        self._anchors: dict[bytes, tuple[int, Any, int]] = {}
        self._open: set[bytes] = set()
        self._built = 0
        self._aliased = 0

    def value(self, node: int, kind: int, depth: int) -> Any:
        self._built += 1
        if not kind & _MORE:
            return self._scalar(node, kind, self._string(node, self._val(node))) if kind & _VAL else None
        if kind & ryml.VALREF:
            return self._alias(node)
        tree = self._tree
        anchor = bytes(tree.val_anchor(node)) if kind & ryml.VALANCH else None
        if anchor is not None:
            self._open.add(anchor)
        before = self._built + self._aliased
        tag = bytes(tree.val_tag(node)).decode() if kind & ryml.VALTAG else ""
        if tag and tag not in _STRING_TAGS and tag not in _PLAIN_TAGS:
            raise self._trouble(node, f"the YAML tag {shorten(one_line(tag), 60)} is not understood", "Remove the tag.")
        if kind & _CONTAINER:
            if depth > _DEEPEST:
                raise self._trouble(
                    node, f"mappings and sequences stand more than {_DEEPEST} levels deep", "Flatten the document."
                )
            built: Any = self._mapping(node, depth) if kind & ryml.MAP else self._sequence(node, depth)
        elif kind & _VAL:
            content = self._string(node, self._val(node))
            built = content if tag in _STRING_TAGS else self._scalar(node, kind, content)
        else:
            built = None
        if anchor is not None:
            self._open.discard(anchor)
            self._anchors[anchor] = (node, built, self._built + self._aliased - before + 1)
        return built

    def _alias(self, node: int) -> Any:
        name = bytes(self._tree.val_ref(node))
        shown = one_line(name.decode())
        if name in self._open:
            raise self._trouble(node, f"the alias *{shown} stands inside what it names", "Use a $ref for recursion.")
        if name not in self._anchors:
            raise self._trouble(node, f"the alias *{shown} names no anchor above it", f"Define &{shown} before it.")
        target, built, size = self._anchors[name]
        self._aliased += size
        if self._aliased > MOST_ALIASED:
            raise self._trouble(
                node, f"the aliases stand for more than {MOST_ALIASED:,} values", "Use $ref instead of aliases."
            )
        self._places.aliases[node] = target
        return built

    def _sequence(self, node: int, depth: int) -> list[Any]:
        built = []
        child = self._first(node)
        while child != _NONE:
            built.append(self.value(child, self._kind(child), depth + 1))
            child = self._next(child)
        return built

    def _mapping(self, node: int, depth: int) -> dict[str, Any]:
        built: dict[str, Any] = {}
        merged: list[Any] = []
        child = self._first(node)
        while child != _NONE:
            kind = self._kind(child)
            key = intern(self._string(child, self._key(child)))
            if kind & _KEYREF:
                raise self._trouble(child, "an alias as a key is not understood", "Write the key out.")
            plain = not kind & _KEYQUO
            if plain and key == "<<":
                merged.append(self._merged(child, self.value(child, kind, depth + 1)))
                self._places.merges.setdefault(node, []).append(child)
            else:
                if plain and (not key or key[0] in _STARTS_TYPED):
                    self._check_key(child, key)
                if key in built:
                    first = self._tree.find_child(node, key.encode())
                    raise duplicate_key(self._text, key, self._places.start(first), self._places.start(child))
                built[key] = self.value(child, kind, depth + 1)
            child = self._next(child)
        for source in merged:
            for mapping in source if isinstance(source, list) else [source]:
                for key, value in mapping.items():
                    built.setdefault(key, value)
        return built

    def _merged(self, node: int, value: Any) -> Any:
        if isinstance(value, dict) or (isinstance(value, list) and all(isinstance(one, dict) for one in value)):
            return value
        raise self._trouble(
            node, "the merge key << takes a mapping, or a list of mappings", 'Quote it ("<<") if it is a name.'
        )

    def _check_key(self, node: int, key: str) -> None:
        if key.isascii() and key.isdigit():
            return
        typed = self._scalar(node, 0, key)
        if not isinstance(typed, str):
            kind = "null" if typed is None else "a boolean" if isinstance(typed, bool) else "a number"
            raise self._trouble(
                node, f"the key {one_line(key) or '(nothing)'} is {kind}, not a string", f'Quote it: "{one_line(key)}".'
            )

    def _string(self, node: int, content: memoryview | None) -> str:
        if not content:
            return ""
        try:
            return str(content, "utf-8")
        except UnicodeDecodeError:
            raise self._trouble(
                node,
                "an escape stands for half of a surrogate pair, which is no character",
                "Write the character itself.",
            ) from None

    def _scalar(self, node: int, kind: int, text: str) -> Any:
        if kind & _VALQUO or (text and text[0] not in _STARTS_TYPED):
            return text
        if text in _WORDS:
            return _WORDS[text]
        if text[0] in _STARTS_WORD:
            return text
        if _INT.fullmatch(text):
            if len(text) > _MOST_DIGITS:
                raise self._trouble(node, "a number that is too large", "Write it as a string.")
            return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
        if _FLOAT.fullmatch(text):
            number = float(text)
            if not math.isfinite(number):
                raise self._trouble(node, "a number that is too large", "Write it as a string.")
            return number
        if _NOT_FINITE.fullmatch(text):
            raise self._trouble(node, f"{text} has no counterpart in JSON", "Write null, or quote it.")
        return text

    def _trouble(self, node: int, what: str, hint: str) -> MalformedError:
        return MalformedError(what, self._places.start(node), hint)

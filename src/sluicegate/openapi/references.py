"""`$ref` inside one tree of files: followed to where it points, never out of the tree and never over the network."""

from __future__ import annotations

import posixpath
import re
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from msgspec import Struct, field

from sluicegate.errors import UnreadableError
from sluicegate.openapi.document import Node
from sluicegate.openapi.moved import as_written, moved_to, original_of
from sluicegate.openapi.reading import read
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Tree
    from sluicegate.openapi.document import Document, Pointer

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_COMPONENT = re.compile(r"[A-Za-z0-9._-]+", re.ASCII)
_INDEX = re.compile(r"[0-9]{1,9}", re.ASCII)
_ESCAPED = re.compile(rb"\\(?:u00[2-7]|x[2-7]|U000000[2-7])")
"""A letter of ASCII in other words."""
_IDENTIFYING = re.compile(rb"\$(?:id|anchor|dynamicAnchor)")
_DATA = frozenset(("example", "default", "const", "enum"))
_NAMES = frozenset(
    (
        "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "schemas", "responses",
        "parameters", "examples", "requestBodies", "headers", "securitySchemes", "links", "callbacks", "pathItems",
        "mediaTypes", "paths", "webhooks", "content", "encoding", "variables", "additionalOperations",
    )
)  # fmt: skip


Place = tuple[str, "Pointer"]
"""A document's path and a pointer into it."""


class Trouble(StrEnum):
    """Why a reference leads nowhere."""

    UNRESOLVED = "unresolved"
    REFUSED = "refused"
    CIRCULAR = "circular"


class DanglingError(Exception):
    """A reference leads nowhere."""

    def __init__(self, trouble: Trouble, reason: str) -> None:
        super().__init__(reason)
        self.trouble = trouble
        self.reason = reason


class Library(Struct, kw_only=True):
    """The documents of one tree that were opened so far, each parsed once."""

    tree: Tree
    _documents: dict[str, Document | UnreadableError] = field(default_factory=dict)
    _written: dict[str, Document | UnreadableError] = field(default_factory=dict)
    _names: dict[str, dict[str, Pointer]] = field(default_factory=dict)
    _dynamic: dict[str, dict[str, list[Node]]] = field(default_factory=dict)
    _mentions: dict[str, tuple[int, bool]] = field(default_factory=dict)
    _targets: dict[tuple[str, str], Node | DanglingError] = field(default_factory=dict)
    _ends: dict[tuple[str, str], Node | DanglingError] = field(default_factory=dict)
    memo: dict[Any, Any] = field(default_factory=dict)
    """What others have worked out of the documents, and need not work out again."""

    def open(self, path: str) -> Document:
        """The document that the tree keeps under `path`. Raises UnreadableError."""
        known = self._documents.get(path)
        if known is None:
            known = self._read(path)
            if not isinstance(known, UnreadableError):
                known = self._upward(known)
            self._documents[path] = known
        if isinstance(known, UnreadableError):
            raise known
        return known

    def _read(self, path: str) -> Document | UnreadableError:
        """The document as it is written."""
        if path not in self._written:
            try:
                self._written[path] = read(self.tree, path)
            except UnreadableError as error:
                self._written[path] = error
        return self._written[path]

    def _upward(self, document: Document) -> Document:
        """The document itself, or what it is in words of OpenAPI 3.0 when it is one of Swagger 2.0, or part of one."""
        if not isinstance(document.data, dict) or "openapi" in document.data:
            return document
        from sluicegate.openapi import swagger  # loaded only for what is old

        if swagger.is_swagger(document.data):
            return swagger.upward(document, partial(self._elsewhere, document))
        if "swagger" in document.data or "swaggerVersion" in document.data:
            return document
        return swagger.upward_part(document, partial(self._elsewhere, document))

    def _elsewhere(self, document: Document, reference: str) -> Any:
        """What a reference to another file leads to, as it is written there; None where it leads to nothing."""
        location, _, fragment = reference.partition("#")
        path = _beside(document, location) if location else None
        other = self._read(path) if path else None
        if other is None or isinstance(other, UnreadableError):
            return None
        pointer = _stepped(other.data, _parts(fragment))
        return None if pointer is None else _at(other, pointer).value

    def follow(self, document: Document, reference: str) -> Node:
        """What a reference in `document` points at, one step. Raises DanglingError."""
        key = (document.path, reference)
        target = self._targets.get(key)
        if target is None:
            try:
                target = self._find(document, reference)
            except DanglingError as error:
                target = error
            self._targets[key] = target
        if isinstance(target, DanglingError):
            raise target.with_traceback(None)  # raised again and again: each time would make its traceback longer
        return target

    def follow_dynamic(self, document: Document, reference: str) -> Node:
        """What a `$dynamicRef` in `document` points at, where no other place could be meant. Raises DanglingError.

        Which one of several `$dynamicAnchor` of a name is meant depends on the way an evaluation came (JSON Schema
        2020-12, 8.2.3.2). It came through documents that are open by then, so one anchor in all of them is the one.
        """
        several = self.meant(document, reference)
        if len(several) > 1:
            fragment = _shown(reference.partition("#")[2])
            raise DanglingError(
                Trouble.UNRESOLVED, f"{len(several)} schemas have the $dynamicAnchor {fragment}; it could mean any"
            )
        return several[0]

    def meant(self, document: Document, reference: str) -> list[Node]:
        """Everything that a `$dynamicRef` in `document` may point at, by file. Raises DanglingError."""
        target = self.follow(document, reference)
        fragment = reference.partition("#")[2]
        if not isinstance(target.value, dict) or target.value.get("$dynamicAnchor") != fragment or not fragment:
            return [target]  # a JSON Pointer, or a plain $anchor: then it is no other than a $ref
        known = [one for _, one in sorted(self._documents.items()) if not isinstance(one, UnreadableError)]
        return [node for one in known for node in self._dynamic_anchors(one).get(fragment, ())] or [target]

    def mentions(self, word: str) -> bool:
        """Whether a keyword may stand in one of the files that were opened; no is sure, also of escaped spellings."""
        known = self._mentions.get(word)
        if known is None or known[0] != len(self._documents):
            texts = [one.text for one in self._documents.values() if not isinstance(one, UnreadableError)]
            found = any(word.encode() in text or _ESCAPED.search(text) for text in texts)
            known = self._mentions[word] = (len(self._documents), found)
        return known[1]

    def version_of(self, document: Document, otherwise: str = "") -> str:
        """The version of OpenAPI whose rules hold in a document: `3.0`, `3.1`, `3.2`.

        A document that states none follows the one that led to it (`otherwise`), or else the first that was opened.
        """
        version = _stated_version(document)
        if version or otherwise:
            return version or otherwise
        known = (one for one in self._documents.values() if not isinstance(one, UnreadableError))
        return next(filter(None, map(_stated_version, known)), "3.1")

    def resolve(self, node: Node) -> Node:
        """The node itself, or what it refers to through however many references. Raises DanglingError."""
        reference = reference_of(node.value)
        if reference is None:
            return node
        end = self._ends.get((node.document.path, reference)) or self._end(node.document, reference)
        if isinstance(end, DanglingError):
            raise end.with_traceback(None)
        return end

    def _end(self, document: Document, reference: str) -> Node | DanglingError:
        """Where a chain of references ends; kept for every reference in it, so that no chain is walked twice."""
        way: dict[tuple[str, str], None] = {}
        end: Node | DanglingError | None = None
        while end is None:
            key = (document.path, reference)
            if key in way:
                end = DanglingError(Trouble.CIRCULAR, "the references point at each other and at nothing else")
            elif (end := self._ends.get(key)) is None:
                way[key] = None
                try:
                    node = self.follow(document, reference)
                except DanglingError as error:
                    end = error
                    continue
                onward = reference_of(node.value)
                if onward is None:
                    end = node
                else:
                    document, reference = node.document, onward
        self._ends.update(dict.fromkeys(way, end))
        return end

    def _find(self, document: Document, reference: str) -> Node:
        by_id = self._identified(document).get(reference)
        if by_id is not None:
            return _at(document, by_id)
        location, _, fragment = reference.partition("#")
        target = document if not location or location == _own_address(document) else self._other(document, location)
        if fragment and not fragment.startswith("/"):
            anchored = self._identified(target).get("#" + fragment)
            if anchored is None:
                raise DanglingError(Trouble.UNRESOLVED, f"{target.shown} has no $anchor {_shown(fragment)}")
            return _at(target, anchored)
        return _walked(target, fragment)

    def _other(self, document: Document, location: str) -> Document:
        if _SCHEME.match(location) or location.startswith(("/", "\\")):
            raise DanglingError(Trouble.REFUSED, "it is no relative path inside the repository, and is never fetched")
        joined = _beside(document, location)
        if joined is None:
            raise DanglingError(Trouble.REFUSED, "it leads out of the repository")
        try:
            return self.open(joined)
        except UnreadableError as error:
            raise DanglingError(Trouble.UNRESOLVED, error.message) from None

    def _dynamic_anchors(self, document: Document) -> dict[str, list[Node]]:
        """Where each `$dynamicAnchor` stands in a document."""
        if document.path not in self._dynamic:
            found: dict[str, list[Node]] = {}
            if b"$dynamicAnchor" in document.text:
                for node in mappings(Node(document, (), document.data)):
                    if anchor := node.text("$dynamicAnchor"):
                        found.setdefault(anchor, []).append(node)
            self._dynamic[document.path] = found
        return self._dynamic[document.path]

    def _identified(self, document: Document) -> dict[str, Pointer]:
        if document.path not in self._names:
            found: dict[str, Pointer] = {}
            if _IDENTIFYING.search(document.text):
                for node in mappings(Node(document, (), document.data)):
                    if anchor := node.text("$anchor") or node.text("$dynamicAnchor"):
                        found.setdefault("#" + anchor, node.pointer)
                    if identity := node.text("$id"):
                        found.setdefault(identity, node.pointer)
            self._names[document.path] = found
        return self._names[document.path]


def _own_address(document: Document) -> str | None:
    """The `$self` of a description (OpenAPI 3.2, 4.1.2.2): it names the document, and says nothing of others."""
    stated = document.data.get("$self") if isinstance(document.data, dict) else None
    return stated if isinstance(stated, str) else None


def _beside(document: Document, location: str) -> str | None:
    """The path of a file that is named relative to a document; None where it lies outside of the tree."""
    named = unquote(location)
    if _SCHEME.match(location) or _SCHEME.match(named) or named.startswith(("/", "\\")):
        return None
    # a colon in the folder of the document, or behind `./`, is part of a name
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(document.path), named))
    outside = joined.startswith("../") or joined in ("..", ".") or "\\" in joined or "\0" in joined
    return None if outside else joined


def _stated_version(document: Document) -> str:
    stated = document.data.get("openapi") if isinstance(document.data, dict) else None
    version = stated[:3] if isinstance(stated, str) else ""
    return version if version in ("3.0", "3.1", "3.2") else ""


def reference_of(value: Any) -> str | None:
    """The `$ref` of a value that has one."""
    if value.__class__ is dict:
        reference = value.get("$ref")
        return reference if isinstance(reference, str) else None
    return None


def mapped(value: Any) -> dict[str, str]:
    """Where the values of a schema's discriminator lead, as references; a bare name is that of a schema.

    What lists its variants itself, by `oneOf` or `anyOf`, has said them already: then there are none.
    """
    discriminator = value.get("discriminator") if value.__class__ is dict else None
    mapping = discriminator.get("mapping") if discriminator.__class__ is dict else None
    if mapping.__class__ is not dict or "oneOf" in value or "anyOf" in value:
        return {}
    return {name: _as_reference(said) for name, said in mapping.items() if isinstance(said, str)}


def mapping_reference(library: Library, said: Node) -> str:
    """Where a value of a discriminator's mapping leads, as a reference; a bare name is first that of a schema."""
    text = str(said.value)
    named = _as_reference(text)
    try:
        library.follow(said.document, named)
    except DanglingError:
        return text if "." in text else named  # it may be the name of a file
    return named


def implied(reference: str) -> tuple[str, bool]:
    """By what name a discriminator knows what a `$ref` leads to, and whether it is a component, and so sure to be."""
    location, _, fragment = reference.partition("#")
    parts = _parts(fragment)
    if parts:
        return parts[-1], parts[:-1] == ["components", "schemas"]
    return posixpath.basename(unquote(location)).partition(".")[0], False


def _as_reference(said: str) -> str:
    return f"#/components/schemas/{said}" if _COMPONENT.fullmatch(said) else said


def mappings(root: Node) -> Iterator[Node]:
    """Every mapping below `root` that is part of the description, not of an example or an extension, each once."""
    seen: set[int] = set()
    stack = [(root, False)]
    while stack:
        node, names = stack.pop()
        if isinstance(node.value, list):
            stack += [(item, False) for item in reversed(node.items()) if isinstance(item.value, (dict, list))]
            continue
        if not isinstance(node.value, dict) or id(node.value) in seen:
            continue
        seen.add(id(node.value))
        if not names:
            yield node
        stack += [
            (child, not names and key in _NAMES and isinstance(child.value, dict))
            for key, child in reversed(node.members().items())
            if isinstance(child.value, (dict, list)) and (names or not _is_data(key, child.value, node.value))
        ]


def _is_data(key: str, value: Any, parent: dict[str, Any]) -> bool:
    if key in _DATA or key.startswith("x-"):
        return True
    if key == "value":
        return "schema" not in parent
    return key == "examples" and isinstance(value, list)


def _at(document: Document, pointer: Pointer) -> Node:
    value = document.data
    for part in pointer:
        value = value[part]
    return Node(document, pointer, value)


def _walked(document: Document, fragment: str) -> Node:
    parts = _parts(fragment)
    original = original_of(document)
    if original is not document and parts[:1] != ["components"]:  # it says where the value stood
        was = _stepped(original.data, parts)
        pointer = moved_to(document, was) if was is not None else None
    else:
        pointer = _stepped(document.data, parts)
    try:
        if pointer is not None:
            return _at(document, pointer)
    except (KeyError, IndexError, TypeError):
        pass  # a part of Swagger 2.0 that has no counterpart
    raise DanglingError(
        Trouble.UNRESOLVED, f"{document.shown} has nothing at {_shown(as_written(document, '#' + fragment))}"
    )


def _parts(fragment: str) -> list[str]:
    return [unquote(raw).replace("~1", "/").replace("~0", "~") for raw in fragment.split("/")[1:]]


def _stepped(value: Any, parts: list[str]) -> Pointer | None:
    """The pointer whose parts have these names; None where it leads to nothing."""
    pointer: list[str | int] = []
    for part in parts:
        if isinstance(value, dict) and part in value:
            value = value[part]
            pointer.append(part)
        elif isinstance(value, list) and _INDEX.fullmatch(part) and int(part) < len(value):
            value = value[int(part)]
            pointer.append(int(part))
        else:
            return None
    return tuple(pointer)


def _shown(text: str) -> str:
    return shorten(one_line(text), 120)

"""What may be no removal but a new name: said in the message, and never a reason to weigh it less.

A removed part and an added one are taken for each other where they read the same but for their names and what is
written for people, lie in the same place, are the only two of that shape there, and their names are alike.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from sluicegate.gates.contract.changes import Change, shown
from sluicegate.openapi.relation.shape import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sluicegate.openapi.document import Node

_FAMILIES = {
    "path-removed": ("path", True), "path-added": ("path", False),
    "parameter-removed": ("parameter", True), "parameter-added": ("parameter", False),
    "required-parameter-added": ("parameter", False),
    "response-header-removed": ("header", True), "response-header-added": ("header", False),
    "request-property-removed": ("request", True), "request-property-added": ("request", False),
    "request-required-property-added": ("request", False),
    "response-property-removed": ("response", True), "response-property-added": ("response", False),
    "request-enum-value-removed": ("request-value", True), "request-enum-value-added": ("request-value", False),
    "response-enum-value-removed": ("response-value", True), "response-enum-value-added": ("response-value", False),
}  # fmt: skip
"""The rules on parts that come and go: what they are of, and whether they speak of what is gone."""

_FOR_PEOPLE = frozenset(("description", "summary", "title", "example", "examples", "externalDocs"))
_NAMES = {"path": frozenset(("operationId", "tags")), "parameter": frozenset(("name",))}
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_ALIKE = 0.6
_LONGEST = 200
"""How many characters of a name are compared."""
_Place = tuple[str, ...]


def hinted(changes: Iterable[Change]) -> Iterator[Change]:
    """The changes; a removal that may be a renaming says of what."""
    listed = list(changes)
    sides: dict[_Place, tuple[list[Change], list[Change]]] = {}
    for change in listed:
        kind, leaves = _FAMILIES.get(change.rule.partition("/")[2], ("", False))
        if kind:
            sides.setdefault((kind, *_parent(change, kind)), ([], []))[not leaves].append(change)
    hints: dict[int, str] = {}
    for (kind, *_), (gone, new) in sides.items():
        if gone and new:
            hints.update(_pairs(kind, gone, new))
    for change in listed:
        name = hints.get(id(change))
        yield replace(change, message=f"{change.message}; it may have become `{shown(name)}`") if name else change


def _parent(change: Change, kind: str) -> tuple[str, ...]:
    """The place that a part came to or went from."""
    if kind.endswith("-value"):
        return change.site.whole_key if change.site else change.key
    return change.key[:-1]


def _pairs(kind: str, gone: list[Change], new: list[Change]) -> Iterator[tuple[int, str]]:
    """The removals that have one likely successor, which is that of no other."""
    olds, news = _by_shape(kind, gone, base=True), _by_shape(kind, new, base=False)
    for shape, removed in olds.items():
        added = news.get(shape, [])
        if len(removed) == len(added) == 1:
            (change, was), (_, now) = removed[0], added[0]
            if was != now and _alike(was, now):
                yield id(change), now


def _by_shape(kind: str, changes: list[Change], *, base: bool) -> dict[str, list[tuple[Change, str]]]:
    found: dict[str, list[tuple[Change, str]]] = {}
    for change in changes:
        for shape, name in _said(kind, change, base=base):
            found.setdefault(shape, []).append((change, name))
    return found


def _said(kind: str, change: Change, *, base: bool) -> Iterator[tuple[str, str]]:
    """What a part is but for its name, and its name; of a list every value is a part."""
    if kind.endswith("-value"):
        parts = change.difference.parts if change.difference else ()
        yield from (("", part[1:-1] if part.startswith('"') else part) for part in parts)
        return
    node = change.base if base else change.head
    if node is not None:
        yield _shape(node, _NAMES.get(kind, frozenset())), _name(kind, node, change)


def _name(kind: str, node: Node, change: Change) -> str:
    if kind == "path":
        return str(node.pointer[-1])
    return node.text("name") or change.key[-1] if kind == "parameter" else change.key[-1]


def _shape(node: Node, names: frozenset[str]) -> str:
    return key_of(_plain(node.value, names))


def _plain(value: Any, names: frozenset[str]) -> Any:
    """A value without what is written for people, extensions and names of its own."""
    if isinstance(value, list):
        return [_plain(one, names) for one in value]
    if isinstance(value, dict):
        return {
            word: _plain(one, names)
            for word, one in value.items()
            if not (isinstance(one, str) and word in _FOR_PEOPLE)
            and word not in names
            and not str(word).startswith("x-")
        }
    return value


def _alike(was: str, now: str) -> bool:
    """Whether two names have a word in common, or most of their letters."""
    olds, news = (_words(name[:_LONGEST]) for name in (was, now))
    if set(olds) & set(news):
        return True
    return difflib.SequenceMatcher(None, "".join(olds), "".join(news), autojunk=False).ratio() >= _ALIKE


def _words(name: str) -> list[str]:
    """The words of a name; of a path, those of its fixed parts, but not of its version."""
    fixed = re.sub(r"\{[^{}]*\}", "", name)
    words = [word.lower() for word in _WORD.findall(fixed)]
    return [word for word in words if not word.isdigit() and word not in ("v", "api")] or [name.lower()]

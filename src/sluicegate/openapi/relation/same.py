"""Whether two parts of descriptions read the same, and everything that they refer to, however far away, does too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field

from sluicegate.openapi.references import DanglingError, mapped, reference_of

if TYPE_CHECKING:
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.references import Library, Place

_DATA = frozenset(("example", "examples", "default", "const", "enum"))
_NAMES = frozenset(
    (
        "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "responses", "headers",
        "content", "encoding", "links", "callbacks",
    )
)  # fmt: skip
_DYNAMIC = "$dynamicRef "
_MAPPED = "discriminator "
_IGNORED_BESIDE = frozenset(("$ref", "description", "summary"))
_LEGACY = frozenset(("2.0", "3.0"))
_Pair = tuple["Place", "Place"]


def equal(one: Any, other: Any) -> bool:
    """Whether two values say the same: Python takes `true` for 1, JSON does not."""
    return bool(one == other) and (one is other or _text(one) == _text(other))


def _text(value: Any) -> bytes:
    return msgspec.json.encode(value, order="deterministic")


def references(value: Any) -> tuple[str, ...]:
    """The references in a part of a description, each once, dynamic and mapped ones marked, without those in data."""
    found: dict[str, None] = {}
    if value.__class__ is dict or value.__class__ is list:
        _gather(value, found, names=False)
    return tuple(found)


def _gather(value: Any, found: dict[str, None], *, names: bool) -> None:
    """Add what a mapping or a sequence refers to, and all that stands in it; `names` are no keywords."""
    if value.__class__ is list:
        for child in reversed(value):
            if child.__class__ is dict or child.__class__ is list:
                _gather(child, found, names=False)
        return
    if not names:
        if "$ref" in value and (reference := reference_of(value)):
            found[reference] = None
        if "$dynamicRef" in value and isinstance(dynamic := value["$dynamicRef"], str):
            found[_DYNAMIC + dynamic] = None
        if "discriminator" in value:
            found.update(dict.fromkeys(_MAPPED + target for target in mapped(value).values()))
    for name, child in reversed(value.items()):
        if child.__class__ is not dict and child.__class__ is not list:
            continue
        if names or (name not in _DATA and name[:2] != "x-"):
            _gather(child, found, names=not names and name in _NAMES and child.__class__ is dict)


def dialectal(value: Any) -> bool:
    """Whether a part of a description may mean something else in OpenAPI 3.0 than in later versions; no is sure."""
    stack = [value]
    while stack:
        one = stack.pop()
        if one.__class__ is list:
            stack += one
        elif one.__class__ is dict:
            if one.get("nullable") is True or ("$ref" in one and not one.keys() <= _IGNORED_BESIDE):
                return True
            stack += one.values()
    return False


class Sameness(Struct):
    """Knows, for every pair of places it was asked about, whether both mean the same. Each pair is read once."""

    base: Library
    head: Library
    _known: dict[_Pair, bool] = field(default_factory=dict)
    _references: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def same(self, one: Node, other: Node) -> bool:
        """Whether both read the same, and all that they refer to."""
        start = _pair(one, other)
        known = self._known.get(start)
        if known is None:
            self._explore(one, other)
            known = self._known[start]
        return known

    def _explore(self, one: Node, other: Node) -> None:
        """Read every pair that is reached from this one, then carry back what differs to those that refer to it."""
        users: dict[_Pair, list[_Pair]] = {}
        reached: dict[_Pair, None] = {_pair(one, other): None}
        differing: list[_Pair] = []
        waiting = [(one, other)]
        while waiting:
            old, new = waiting.pop()
            pair = _pair(old, new)
            if not equal(old.value, new.value) or (self._translated(old, new) and dialectal(old.value)):
                differing.append(pair)
                continue
            for reference in self._of(old.value):
                targets, nows = _targets(self.base, old, reference), _targets(self.head, new, reference)
                if not targets and not nows and reference.startswith(_MAPPED):
                    continue  # it says nothing on either side
                if not targets or len(targets) != len(nows):
                    differing.append(pair)  # nobody knows what stands there
                    continue
                for target, now in zip(targets, nows, strict=True):
                    inner = _pair(target, now)
                    if self._known.get(inner) is False:
                        differing.append(pair)
                    elif inner not in self._known:
                        users.setdefault(inner, []).append(pair)
                        if inner not in reached:
                            reached[inner] = None
                            waiting.append((target, now))
        unlike: set[_Pair] = set()
        while differing:
            pair = differing.pop()
            if pair not in unlike:
                unlike.add(pair)
                differing += users.get(pair, ())
        self._known.update({pair: pair not in unlike for pair in reached})

    def _translated(self, old: Node, new: Node) -> bool:
        """Whether one side speaks the dialect of OpenAPI 3.0, and the other that of a later version."""
        olds, news = self.base.version_of(old.document), self.head.version_of(new.document)
        return (olds in _LEGACY) != (news in _LEGACY)

    def _of(self, value: Any) -> tuple[str, ...]:
        if value.__class__ is not dict and value.__class__ is not list:
            return ()
        found = self._references.get(id(value))
        if found is None:
            found = self._references[id(value)] = references(value)
        return found


def _targets(library: Library, node: Node, reference: str) -> list[Node]:
    """What a reference leads to: all that a dynamic one may mean; nothing where it leads nowhere."""
    try:
        if reference.startswith(_DYNAMIC):
            return library.meant(node.document, reference[len(_DYNAMIC) :])
        return [library.follow(node.document, reference.removeprefix(_MAPPED))]
    except DanglingError:
        return []


def _pair(one: Node, other: Node) -> _Pair:
    return (one.document.path, one.pointer), (other.document.path, other.pointer)

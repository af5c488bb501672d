"""One walk over a description and all that it refers to: every object that can be wrong, each once."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from sluicegate.gates.contract.soundness.kinds import CHILDREN, COMPONENTS, MAP, ONE, misleads
from sluicegate.openapi.direction import Direction
from sluicegate.openapi.document import Node
from sluicegate.openapi.references import DanglingError, reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.openapi.document import Document, Pointer
    from sluicegate.openapi.operations import Description
    from sluicegate.openapi.references import Library

_HOME_DIRECTION = {
    "schemas": None, "mediaTypes": None, "examples": None, "responses": Direction.RESPONSE,
    "headers": Direction.RESPONSE, "callbacks": Direction.RESPONSE,
}  # fmt: skip
_ASKED = frozenset(
    (
        "discriminator", "default", "minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties",
        "minContains", "enum", "const", "pattern", "patternProperties", "required", "additionalProperties", "allOf",
    )
)  # fmt: skip
"""The keywords by which lints ask for schemas."""
_DULL = frozenset(("type", "description", "title", "format", "nullable", "readOnly", "writeOnly", "deprecated"))
"""A schema of these alone, but for an array, can be nothing but sound: it is no spot."""
ARMS = frozenset(("allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"))


class Spot(Struct):
    """An object of the description. `key` is the way from `parent` to it, `home` the root or component it lies in."""

    kind: str
    value: Any
    key: Pointer
    parent: Spot | None
    document: Document
    direction: Direction | None
    home: int

    @property
    def node(self) -> Node:
        """The object as a node: its pointer is put together only when somebody asks."""
        way: list[str | int] = []
        spot: Spot | None = self
        while spot is not None:
            way[:0] = spot.key
            spot = spot.parent
        return Node(self.document, tuple(way), self.value)


class Survey(Struct):
    """What the walk found. `spots` stand in the order of the document, those of other files at the end.

    `references` counts how often each stands where a reference may; `misled` are those that lead to something of
    another kind, and what it is. `branches` counts the work of the lints, `passed_over` the places that had no more
    room in it. Where only some places are asked about, `asked` has the ids of the values on the way to them.
    """

    description: Description
    spots: list[Spot] = field(default_factory=list)
    homes: dict[int, int] = field(default_factory=dict)
    uses: dict[int, dict[int, None]] = field(default_factory=dict)
    composed: dict[int, list[Spot]] = field(default_factory=dict)
    components: dict[int, tuple[str, str]] = field(default_factory=dict)
    references: Counter[str] = field(default_factory=Counter)
    misled: list[tuple[Spot, str]] = field(default_factory=list)
    _having: defaultdict[str, list[Spot]] = field(default_factory=lambda: defaultdict(list))
    _early: dict[str, bool] = field(default_factory=dict)
    _kinds: dict[tuple[str, str, str], str] = field(default_factory=dict)
    branches: int = 0
    passed_over: int = 0
    asked: frozenset[int] | None = None

    @property
    def library(self) -> Library:
        """The documents."""
        return self.description.library

    def is_3_0(self, document: Document) -> bool:
        """Whether the rules of OpenAPI 3.0 hold in a document (and not those of 3.1, which is JSON Schema 2020-12)."""
        known = self._early.get(document.path)
        if known is None:
            known = self.library.version_of(document, self.description.dialect) == "3.0"
            self._early[document.path] = known
        return known

    def of(self, *kinds: str) -> Iterator[Spot]:
        """The objects of some kinds."""
        return (spot for spot in self.spots if spot.kind in kinds)

    def schemas(self, *words: str) -> list[Spot]:
        """The schemas that have one of these keywords."""
        if not self._having:
            for spot in self.spots:
                if spot.kind == "schema":
                    for word in spot.value:
                        if word in _ASKED:
                            self._having[word].append(spot)
        if len(words) == 1:
            return self._having[words[0]]
        found = {id(spot): spot for word in words for spot in self._having[word]}
        return list(found.values())

    def asks(self, *values: Any) -> bool:
        """Whether something on the way to, or at, a place that is asked about is among the values."""
        return self.asked is None or any(id(value) in self.asked for value in values)

    def resolve(self, node: Node | None) -> Node | None:
        """What a node refers to; None where there is no node or it leads nowhere (other rules tell of that)."""
        if node is None:
            return None
        try:
            return self.library.resolve(node)
        except DanglingError:
            return None

    def component(self, document: Document, group: str, name: str) -> Node | None:
        """The component of a name: of the description, as OpenAPI 3.1.1 recommends (4.6), else of the document."""
        for root in (self.description.root, Node(document, (), document.data)):
            components = root.get("components")
            found = members(components.get(group) if components else None).get(name)
            if found is not None:
                return found
        return None

    def follow(self, document: Document, reference: str) -> Node | None:
        """Where a reference ends; None where it leads nowhere."""
        try:
            return self.library.resolve(self.library.follow(document, reference))
        except DanglingError:
            return None

    def misleads(self, spot: Spot, reference: str, target: Node) -> str:
        """What a reference leads to, where that is of another kind than is wanted: seen once for all that say it."""
        key = (spot.kind, spot.document.path, reference)
        known = self._kinds.get(key)
        if known is None:
            known = self._kinds[key] = misleads(spot.kind, spot.document, target)
        return known

    def use(self, home: int, target: Any) -> None:
        """What lies in `home` uses `target`."""
        self.uses.setdefault(home, {})[id(target)] = None


def survey(description: Description) -> Survey:
    """Walk over the description: its paths and components first, then what these refer to in other places."""
    found = Survey(description)
    waiting: list[tuple[Node, str, Direction | None]] = []
    _visit(found, _roots(found), waiting)
    while waiting:
        node, kind, direction = waiting.pop()
        if id(node.value) not in found.homes and isinstance(node.value, dict):
            _visit(found, [Spot(kind, node.value, node.pointer, None, node.document, direction, 0)], waiting, own=True)
    return found


def _roots(found: Survey) -> list[Spot]:
    root = found.description.root
    spots: list[Spot] = []

    def add(kind: str, node: Node, direction: Direction | None, home: int) -> None:
        if isinstance(node.value, dict):
            spots.append(Spot(kind, node.value, node.pointer, None, node.document, direction, home))

    for name, direction in (("paths", Direction.REQUEST), ("webhooks", Direction.RESPONSE)):
        for template, node in members(root.get(name)).items():
            if name == "webhooks" or template.startswith("/"):
                add("path item", node, direction, 0)
    components = root.get("components")
    for group, kind in COMPONENTS.items():
        for name, node in members(components.get(group) if components else None).items():
            found.components[id(node.value)] = (group, name)
            add(kind, node, _HOME_DIRECTION.get(group, Direction.REQUEST), id(node.value))
    return spots


def members(node: Node | None) -> dict[str, Node]:
    """The members of a mapping; nothing where there is none."""
    return node.members() if node else {}


def _visit(
    found: Survey, stack: list[Spot], waiting: list[tuple[Node, str, Direction | None]], *, own: bool = False
) -> None:
    stack.reverse()
    homes, spots = found.homes, found.spots
    while stack:
        spot = stack.pop()
        value = spot.value
        if id(value) in homes:
            found.use(spot.home, value)  # an alias of YAML
            continue
        if own and spot.parent is None:
            spot.home = id(value)
        homes[id(value)] = spot.home
        if "$ref" in value or "$dynamicRef" in value:
            _refer(found, spot, waiting)
            if reference_of(value) is not None and (
                spot.kind not in ("schema", "path item") or (spot.kind == "schema" and found.is_3_0(spot.document))
            ):
                continue  # what stands beside a reference counts in path items, and in schemas from 3.1 on
        spots.append(spot)
        if spot.kind == "callback":
            stack += [
                Spot("path item", child, (name,), spot, spot.document, spot.direction, spot.home)
                for name, child in reversed(value.items())
                if child.__class__ is dict and not name.startswith("x-")
            ]
            continue
        below = CHILDREN[spot.kind]
        for name in reversed(value):
            if name in below:
                child = value[name]
                if child.__class__ is dict or child.__class__ is list:
                    _below(found, stack, spot, name, child, below[name])


def _below(found: Survey, stack: list[Spot], spot: Spot, name: str, child: Any, shape_kind: tuple[str, str]) -> None:
    shape, kind = shape_kind
    direction = spot.direction
    if direction is not None and spot.kind == "operation" and name in ("responses", "callbacks"):
        direction = direction.reversed
    home, document = spot.home, spot.document
    if shape == ONE:
        members: list[tuple[Pointer, Any]] = [((name,), child)]
    elif shape == MAP:
        members = [((name, key), child[key]) for key in reversed(child)] if child.__class__ is dict else []
    else:
        members = [((name, i), child[i]) for i in range(len(child) - 1, -1, -1)] if child.__class__ is list else []
    schemas = kind == "schema"
    for key, one in members:
        if one.__class__ is not dict:
            continue
        if schemas and one.keys() <= _DULL and one.get("type") != "array":
            if found.homes.setdefault(id(one), home) != home:
                found.use(home, one)  # an alias of YAML
        else:
            stack.append(Spot(kind, one, key, spot, document, direction, home))


def _refer(found: Survey, spot: Spot, waiting: list[tuple[Node, str, Direction | None]]) -> None:
    dynamic = spot.value.get("$dynamicRef") if spot.kind == "schema" else None
    for reference in (reference_of(spot.value), dynamic):
        if not isinstance(reference, str):
            continue
        found.references[reference] += 1
        try:
            target = found.library.follow(spot.document, reference)
        except DanglingError:
            continue
        found.use(spot.home, target.value)
        if reference != dynamic and (other := found.misleads(spot, reference, target)):
            found.misled.append((spot, other))
            continue
        if spot.kind == "schema" and spot.parent is not None and spot.key[0] in ARMS:
            found.composed.setdefault(id(target.value), []).append(spot.parent)
        if id(target.value) not in found.homes:
            waiting.append((target, spot.kind, spot.direction))

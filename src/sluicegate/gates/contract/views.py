"""What a schema says in the end: `$ref` followed, the arms of `allOf` merged, both spellings of null made one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from sluicegate.gates.contract.changes import Component
from sluicegate.openapi.direction import Direction
from sluicegate.openapi.document import Node
from sluicegate.openapi.references import DanglingError, Trouble, reference_of

if TYPE_CHECKING:
    from sluicegate.openapi.document import Document
    from sluicegate.openapi.references import Library

_NAMED = 3  # parts in the pointer of a component: components, its section, its name
_OF_OBJECTS = ("properties", "required", "additionalProperties", "patternProperties")
UNCOMPARED = frozenset((
    "not", "if", "then", "else", "patternProperties", "prefixItems", "contains", "propertyNames",
    "unevaluatedProperties", "unevaluatedItems", "dependentRequired", "dependentSchemas", "dependencies",
))  # fmt: skip
"""The keywords whose meaning is not compared."""
_BESIDE = frozenset(("$ref", "description", "summary"))
_ANNOTATIONS = frozenset(("type", "enum", "const", "title", "description", "deprecated", "example", "examples"))


@dataclass(slots=True, kw_only=True)
class Member:
    """A property: its schemas (several where arms of allOf each say something), and the schema that declares it."""

    nodes: list[Node]
    owner: Node
    component: Component | None


@dataclass(slots=True, kw_only=True)
class View:
    """The merged reading of a schema. `types` never holds null; None stands for any. `nullable`: null is allowed."""

    node: Node
    types: frozenset[str] | None = None
    nullable: bool | None = None
    properties: dict[str, Member] = field(default_factory=dict)
    required: dict[str, Node] = field(default_factory=dict)
    enum: dict[str, Any] | None = None
    enum_node: Node | None = None
    variants: list[list[Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    others: list[Node] = field(default_factory=list)
    closed: bool = False
    object_like: bool = False
    read_only: bool = False
    write_only: bool = False
    stated: dict[str, list[Node]] = field(default_factory=dict)
    owners: dict[Component | None, Node] = field(default_factory=dict)

    def takes_null(self, library: Library) -> bool:
        """Whether null is allowed, by the schema itself or by one of its variants."""
        if not self.variants:
            return self.nullable is True
        return self.nullable is True or any(
            view(library, [arm]).takes_null(library) for arms in self.variants for arm in arms if not _nested(arm)
        )

    def visible(self, library: Library, direction: Direction) -> dict[str, Member]:
        """The properties that travel in a direction: read-only ones are in no request, write-only in no response."""
        return {
            name: member
            for name, member in self.properties.items()
            if not any(_hidden(library, node, direction) for node in member.nodes)
        }


def view(library: Library, nodes: list[Node]) -> View:
    """Merge schemas that all hold at once. Raises DanglingError where a reference leads nowhere."""
    merged = View(node=nodes[0])
    seen: set[int] = set()
    try:
        for node in nodes:
            _add(library, merged, node, None, seen)
    except RecursionError:
        raise DanglingError(Trouble.UNRESOLVED, "its allOf leads on through too many others") from None
    if merged.types is None and not merged.variants:
        merged.types = _implied(merged)
    if merged.nullable is None:
        merged.nullable = merged.types is None and not merged.variants and merged.enum is None
    return merged


def component_of(node: Node) -> Component:
    """The component that a reference led to."""
    return Component(path=node.document.path, pointer=node.pointer)


def exists(document: Document, component: Component) -> bool:
    """Whether a document has something at a component's place; another file's is taken to be there."""
    if component.path != document.path and len(component.pointer) != _NAMED:
        return True
    value = document.data
    for part in component.pointer:
        if not isinstance(value, dict) or part not in value:
            return False
        value = value[part]
    return True


def has_siblings(node: Node) -> bool:
    """Whether keywords that count stand beside a $ref: 3.1 lets them, 3.0 ignores them."""
    if reference_of(node.value) is None or node.value.keys() <= _BESIDE:
        return False
    root = node.document.data
    return not (isinstance(root, dict) and str(root.get("openapi", "")).startswith("3.0"))


def _nested(arm: Node) -> bool:
    return isinstance(arm.value, dict) and bool(arm.value.keys() & {"oneOf", "anyOf", "allOf", "$ref"})


def _hidden(library: Library, node: Node, direction: Direction) -> bool:
    word = "readOnly" if direction is Direction.REQUEST else "writeOnly"
    if node.flag(word):
        return True
    if reference_of(node.value) is None:
        return False
    try:
        return library.resolve(node).flag(word)
    except DanglingError:
        return False


def _add(library: Library, merged: View, node: Node, component: Component | None, seen: set[int]) -> None:
    if reference_of(node.value) is not None:
        target = library.resolve(node)
        _add(library, merged, target, component_of(target), seen)
        if not has_siblings(node):
            return
    if node.value is False:
        merged.types, merged.nullable = frozenset(), False
        return
    if not isinstance(node.value, dict) or id(node.value) in seen:
        return
    seen.add(id(node.value))
    merged.owners.setdefault(component, node)
    _add_types(merged, node.value)
    _add_enum(merged, node)
    merged.read_only |= node.flag("readOnly")
    merged.write_only |= node.flag("writeOnly")
    for name, member in _members(node.get("properties")).items():
        known = merged.properties.get(name)
        if known is None:
            merged.properties[name] = Member(nodes=[member], owner=node, component=component)
        elif all(member.value != other.value for other in known.nodes):
            known.nodes.append(member)
    merged.object_like |= not node.value.keys().isdisjoint(_OF_OBJECTS)
    listed = node.get("required")
    for item in listed.items() if listed else []:
        if isinstance(item.value, str):
            merged.required.setdefault(item.value, item)
    if items := node.get("items"):
        merged.items.append(items)
    if others := node.get("additionalProperties"):
        if isinstance(others.value, dict):
            merged.others.append(others)
        merged.closed |= others.value is False
    for keyword in UNCOMPARED & node.value.keys():
        if said := node.get(keyword):
            merged.stated.setdefault(keyword, []).append(said)
    for arm in _items(node.get("allOf")):
        _add(library, merged, arm, component, seen)
    for keyword in ("oneOf", "anyOf"):
        arms = _items(node.get(keyword))
        if not arms:
            continue
        real = [arm for arm in arms if not _is_null(library, arm)]
        if len(real) < len(arms):
            merged.nullable = True
        if len(real) > 1 and all(_is_value_list(arm) for arm in real):
            _add_values(merged, node, real)
        elif len(real) == 1:
            _add(library, merged, real[0], component, seen)
        elif real:
            merged.variants.append(real)


def _add_types(merged: View, value: dict[str, Any]) -> None:
    names = _type_names(value)
    if names:
        nullable = "null" in names or value.get("nullable") is True
        types = frozenset(names - {"null"}) | (frozenset(("integer",)) if "number" in names else frozenset())
        merged.types = types if merged.types is None else merged.types & types
        merged.nullable = nullable if merged.nullable is None else merged.nullable or nullable
    elif value.get("nullable") is True:
        merged.nullable = True


def _type_names(value: dict[str, Any]) -> frozenset[str]:
    """The types that a schema states: one as text (3.0), or a list (3.1)."""
    stated = value.get("type")
    listed = stated if isinstance(stated, list) else [stated]
    return frozenset(one for one in listed if isinstance(one, str))


def _is_value_list(arm: Node) -> bool:
    """Whether a variant only lists values, so that several of them are one longer list."""
    return (
        isinstance(arm.value, dict)
        and not arm.value.keys() - _ANNOTATIONS
        and bool(arm.value.keys() & {"enum", "const"})
    )


def _add_values(merged: View, node: Node, arms: list[Node]) -> None:
    values: list[Any] = []
    for arm in arms:
        listed = arm.value.get("enum")
        values += [arm.value["const"]] if "const" in arm.value else listed if isinstance(listed, list) else []
    joined: dict[str, Any] = {"enum": values}
    types = {_type_names(arm.value) - {"null"} for arm in arms}
    if len(types) == 1 and (names := types.pop()):
        joined["type"] = [*sorted(names), *(["null"] if any(one is None for one in values) else [])]
    listing = Node(node.document, node.pointer, joined)
    _add_types(merged, joined)
    _add_enum(merged, listing)


def _add_enum(merged: View, node: Node) -> None:
    stated = node.get("enum")
    values = stated.value if stated else None
    if "const" in node.value:
        stated, values = node.get("const"), [node.value["const"]]
    if not isinstance(values, list):
        return
    found = {_key(value): value for value in values}
    if found.pop("null", 0) is None and "type" not in node.value:
        merged.nullable = True
    merged.enum = found if merged.enum is None else {key: value for key, value in found.items() if key in merged.enum}
    merged.enum_node = merged.enum_node or stated


def _key(value: Any) -> str:
    """The JSON text of a value: 1.0 is the number 1."""
    whole = isinstance(value, float) and value.is_integer()
    return msgspec.json.encode(int(value) if whole else value, order="deterministic").decode()


def _implied(merged: View) -> frozenset[str] | None:
    if merged.enum:
        return frozenset(kind for value in merged.enum.values() for kind in _kinds(value))
    if merged.object_like:
        return frozenset(("object",))
    return frozenset(("array",)) if merged.items else None


def _kinds(value: Any) -> tuple[str, ...]:
    if isinstance(value, bool):
        return ("boolean",)
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return ("integer",)
    if isinstance(value, float):
        return ("number", "integer")
    return ("string",) if isinstance(value, str) else ("array",) if isinstance(value, list) else ("object",)


def _is_null(library: Library, arm: Node) -> bool:
    value = arm.value
    if reference_of(value) is not None:
        value = library.resolve(arm).value
    return isinstance(value, dict) and (
        value.get("type") in ("null", ["null"]) or value.get("enum") == [None] or value.get("const", 0) is None
    )


def _members(node: Node | None) -> dict[str, Node]:
    return node.members() if node else {}


def _items(node: Node | None) -> list[Node]:
    return node.items() if node else []

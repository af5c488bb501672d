"""What a schema says about values, in the end: a union of conjunctions, each with every keyword that holds in it.

`$ref` is followed, `allOf` is merged into one conjunction, and `oneOf`, `anyOf`, `if` and `nullable` become further
arms of the union. JSON Schema's keywords speak of one type each, so arms whose types are disjoint are one arm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

if TYPE_CHECKING:
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.references import Place

NUMBERS = frozenset(("integer", "number"))
EVERY = frozenset(("null", "boolean", "integer", "number", "string", "array", "object"))
"""The types of values; `number` stands for those that are no integers, and never without `integer`."""


class Rest(NamedTuple):
    """A schema for the members that others beside it do not speak of: the names and patterns, or the first items."""

    node: Node
    names: frozenset[str] = frozenset()
    patterns: tuple[str, ...] = ()
    start: int = 0


class Origin(NamedTuple):
    """Where what stands below a place belongs: to the component that a `$ref` led to, or to a variant of a union."""

    place: Place
    component: bool
    label: str = ""


class Arm(Struct, kw_only=True):
    """Values that obey all of this at once.

    `stated` keeps, by keyword, every place that says something; `values` the listed values by class of type (a class
    that is not there is free), each under its JSON text. `exclusive`: which alternative of which `oneOf` it is.
    `source`: which arm of what a reference leads to it is, where it allows just what that does.
    """

    types: frozenset[str] = EVERY
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    barred: dict[str, Any] = field(default_factory=dict)
    stated: dict[str, list[Node]] = field(default_factory=dict)
    properties: dict[str, list[Node]] = field(default_factory=dict)
    required: dict[str, Node] = field(default_factory=dict)
    patterned: dict[str, list[Node]] = field(default_factory=dict)
    additional: list[Rest] = field(default_factory=list)
    prefix: list[list[Node]] = field(default_factory=list)
    items: list[Rest] = field(default_factory=list)
    origins: dict[Place, Origin] = field(default_factory=dict)
    label: str = ""
    exclusive: dict[Place, int] = field(default_factory=dict)
    root: Node | None = None
    tags: dict[str, str] | None = None
    source: tuple[Place, int] | None = None

    @property
    def is_free(self) -> bool:
        """Whether every value is allowed, and none described."""
        return self.types == EVERY and self._says_only(ANNOTATIONS)

    @property
    def is_open(self) -> bool:
        """Whether every value of its types is allowed, and none described."""
        return self._says_only(_OF_TYPES)

    def _says_only(self, words: frozenset[str]) -> bool:
        return not (
            self.values or self.barred or self.properties or self.required or self.patterned or self.additional
            or self.prefix or self.items or self.stated.keys() - words
        )  # fmt: skip

    def beyond(self, name: str) -> list[Node]:
        """The schemas for a property that is not declared under this name, `false` among them where it is refused."""
        return [rest.node for rest in self.additional if name not in rest.names]

    def element(self, index: int) -> list[Node]:
        """The schemas that an item obeys."""
        own = self.prefix[index] if index < len(self.prefix) else []
        return [*own, *(rest.node for rest in self.items if rest.start <= index)]

    def origin(self, node: Node) -> Origin | None:
        """To which component or variant a place belongs: the innermost one that holds it."""
        path, pointer = node.document.path, node.pointer
        found, deepest = None, -1
        for (where, start), origin in self.origins.items():
            length = len(start)
            if length > deepest and where == path and pointer[:length] == start:
                found, deepest = origin, length
        return found


class Shape(Struct, kw_only=True):
    """The union of its arms; none at all allows nothing. `doubts` say what could not be read, and where.

    `meant` are the types of those arms that state none, and were read as what people mean by that.
    """

    nodes: tuple[Node, ...]
    arms: list[Arm]
    doubts: list[tuple[str, Node]] = field(default_factory=list)
    meant: frozenset[str] = frozenset()

    @property
    def node(self) -> Node:
        """The first of the schemas that say it together."""
        return self.nodes[0]

    @property
    def types(self) -> frozenset[str]:
        """The types of the values of all arms."""
        return frozenset().union(*(arm.types for arm in self.arms))

    @property
    def takes_all(self) -> bool:
        """Whether every value is allowed for certain."""
        return frozenset[str]().union(*(arm.types for arm in self.arms if arm.is_open)) == EVERY


def words_of(schema: dict[str, Any]) -> set[str]:
    """The keywords of a schema that may say something of values: none for people, and no extension."""
    return {word for word in schema if word not in _ASIDE and not str(word).startswith("x-")}


def only_value(schema: Any) -> str | None:
    """The JSON text of the one value that a schema lists; None where it lists none or several."""
    values = listed_by(schema) if isinstance(schema, dict) else None
    return key_of(values[0]) if values is not None and len(values) == 1 else None


def listed_by(schema: dict[str, Any]) -> list[Any] | None:
    """The values that a schema lists; none where its `const` is not in its `enum`, and None where it lists nothing."""
    values = schema.get("enum")
    if "const" not in schema:
        return values if isinstance(values, list) else None
    only = schema["const"]
    return [only] if not isinstance(values, list) or key_of(only) in map(key_of, values) else []


def key_of(value: Any) -> str:
    """The JSON text of a value, in one spelling: 1.0 is the number 1."""
    return msgspec.json.encode(_plain(value), order="deterministic").decode()


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


def kind_of(value: Any) -> str:
    """The type of a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "integer" if isinstance(value, int) or value.is_integer() else "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def class_of(kind: str) -> str:
    """The class of a type: integers are numbers."""
    return "number" if kind == "integer" else kind


def types_of(classes: frozenset[str] | set[str]) -> frozenset[str]:
    """The types of some classes."""
    return frozenset(kind for kind in EVERY if class_of(kind) in classes)


OF_TYPE = {
    "multipleOf": "number", "minimum": "number", "maximum": "number", "exclusiveMinimum": "number",
    "exclusiveMaximum": "number", "minLength": "string", "maxLength": "string", "pattern": "string",
    "contentEncoding": "string", "contentMediaType": "string", "contentSchema": "string", "minItems": "array",
    "maxItems": "array", "uniqueItems": "array", "contains": "array", "minProperties": "object",
    "maxProperties": "object", "propertyNames": "object", "dependentRequired": "object",
    "dependentSchemas": "object", "properties": "object", "additionalProperties": "object", "items": "array",
}  # fmt: skip
"""The class of types that a keyword speaks of; what is not here speaks of all."""

ANNOTATIONS = frozenset(
    ("title", "default", "deprecated", "readOnly", "writeOnly", "x-extensible-enum", "additionalProperties")
)
"""Keywords that are kept though they allow and refuse nothing."""

_OF_TYPES = ANNOTATIONS | {"type", "nullable"}
"""The same, and those that the types of an arm tell already."""

_BESIDE_VALUES = frozenset(("type", "enum", "title", "deprecated", "readOnly", "writeOnly"))
"""What may stand in an arm that only lists values."""

_ASIDE = frozenset(("description", "title", "$comment", "example", "examples", "externalDocs"))
"""Keywords for people."""

OPAQUE = frozenset(("not", "if", "oneOf", "anyOf", "$ref", "$dynamicRef"))
"""Keywords that are kept as they stand, where they could not be made part of the union."""


def listing(values: list[Any]) -> dict[str, dict[str, Any]]:
    """Listed values by class, each class there: nothing else is allowed."""
    found: dict[str, dict[str, Any]] = {class_of(kind): {} for kind in EVERY}
    for value in values:
        found[class_of(kind_of(value))][key_of(value)] = value
    return found


def meet(one: Arm, other: Arm) -> Arm | None:
    """The arm of the values that are in both; None where there can be none."""
    barred = {**one.barred, **other.barred}
    values = {**one.values, **other.values}
    for kind in one.values.keys() & other.values.keys():
        values[kind] = {key: value for key, value in one.values[kind].items() if key in other.values[kind]}
    types, values = _possible(one.types & other.types, values, barred)
    if not types:
        return None
    return Arm(
        types=types, values=values, barred=barred,
        stated=_joined(one.stated, other.stated), properties=_joined(one.properties, other.properties),
        required={**other.required, **one.required}, patterned=_joined(one.patterned, other.patterned),
        additional=_added(one.additional, other.additional), prefix=_zipped(one.prefix, other.prefix),
        items=_added(one.items, other.items), origins={**one.origins, **other.origins},
        label=" and ".join(dict.fromkeys(label for label in (one.label, other.label) if label)),
        root=one.root or other.root, exclusive={**one.exclusive, **other.exclusive},
    )  # fmt: skip


def settled(arm: Arm) -> Arm | None:
    """The arm without the listed values that are barred or of none of its types; None where nothing is left."""
    types, values = _possible(arm.types, arm.values, arm.barred)
    if not types:
        return None
    return arm if types == arm.types and values == arm.values else replace(arm, types=types, values=values)


def _possible(
    types: frozenset[str], values: dict[str, dict[str, Any]], barred: dict[str, Any]
) -> tuple[frozenset[str], dict[str, dict[str, Any]]]:
    """Types, and the listed values that can be: a class of types that lists values and has none left is gone."""
    found: dict[str, dict[str, Any]] = {}
    for kind in {class_of(it) for it in types} if values else ():
        if kind in values:
            listed = {
                key: value for key, value in values[kind].items() if key not in barred and _typed(kind_of(value), types)
            }
            if listed:
                found[kind] = listed
            else:
                types -= types_of({kind})
    return types, found


def _typed(kind: str, types: frozenset[str]) -> bool:
    return kind in types or (kind == "integer" and "number" in types)


def _joined(one: dict[str, list[Node]], other: dict[str, list[Node]]) -> dict[str, list[Node]]:
    if not one or not other:
        return dict(one or other)
    found = {name: list(nodes) for name, nodes in one.items()}
    for name, nodes in other.items():
        known = found.setdefault(name, [])
        known += [node for node in nodes if all(_place(node) != _place(it) for it in known)]
    return found


def _added(one: list[Rest], other: list[Rest]) -> list[Rest]:
    known = {_place(rest.node) for rest in one}
    return [*one, *(rest for rest in other if _place(rest.node) not in known)]


def _zipped(one: list[list[Node]], other: list[list[Node]]) -> list[list[Node]]:
    length = max(len(one), len(other))
    known = [{_place(node) for node in nodes} for nodes in one] + [set()] * (length - len(one))
    return [
        [
            *(one[i] if i < len(one) else []),
            *(it for it in (other[i] if i < len(other) else []) if _place(it) not in known[i]),
        ]
        for i in range(length)
    ]


def _place(node: Node) -> Place:
    return node.document.path, node.pointer


def canonical(arms: list[Arm]) -> list[Arm]:
    """The same union with as few arms as there can be: types that only one arm has are one conjunction together."""
    arms = _values_together(arms)
    if len(arms) < 2 or any(arm.stated.keys() & OPAQUE for arm in arms):  # noqa: PLR2004
        return arms
    holders: dict[str, list[Arm]] = {}
    for arm in arms:
        for kind in {class_of(it) for it in arm.types}:
            holders.setdefault(kind, []).append(arm)
    alone = {kind for kind, found in holders.items() if len(found) == 1}
    main: Arm | None = None
    rest: list[Arm] = []
    for arm in arms:
        own = {class_of(kind) for kind in arm.types}
        if own & alone:
            part = restricted(arm, own & alone)
            main = part if main is None else _beside(main, part)
        if own - alone:
            rest.append(restricted(arm, own - alone))
    if main is not None:  # what only this arm says needs no variant's name
        named = {place: origin for place, origin in main.origins.items() if origin.component}
        main = replace(main, origins=named, label="", root=None, exclusive={})
    return [*([main] if main else []), *rest]


def restricted(arm: Arm, classes: set[str]) -> Arm:
    """The part of an arm that speaks of some classes of types."""
    objects, arrays = "object" in classes, "array" in classes
    whole = {class_of(kind) for kind in arm.types} <= classes
    return replace(
        arm, source=arm.source if whole else None, types=arm.types & types_of(classes),
        values={kind: values for kind, values in arm.values.items() if kind in classes},
        stated={word: nodes for word, nodes in arm.stated.items() if OF_TYPE.get(word) in (None, *classes)},
        properties=arm.properties if objects else {}, required=arm.required if objects else {},
        patterned=arm.patterned if objects else {}, additional=arm.additional if objects else [],
        prefix=arm.prefix if arrays else [], items=arm.items if arrays else [],
    )  # fmt: skip


def _beside(one: Arm, other: Arm) -> Arm:
    """Two arms of disjoint types as one: what each says is of its own types."""
    return replace(
        one, source=None, types=one.types | other.types, values={**one.values, **other.values},
        barred={**one.barred, **other.barred}, stated=_joined(one.stated, other.stated),
        properties=one.properties or other.properties, required=one.required or other.required,
        patterned=one.patterned or other.patterned, additional=one.additional or other.additional,
        prefix=one.prefix or other.prefix, items=one.items or other.items,
        origins={**one.origins, **other.origins}, label="", root=None,
    )  # fmt: skip


def _both_list(one: Arm, other: Arm) -> bool:
    rivals = any(other.exclusive.get(place, index) != index for place, index in one.exclusive.items())
    return rivals and any(one.values.get(kind, {}).keys() & found.keys() for kind, found in other.values.items())


def _values_together(arms: list[Arm]) -> list[Arm]:
    """Arms that only list values are one longer list: those of one `oneOf`, and those that are of none."""
    kept: list[Arm] = []
    lists: dict[frozenset[Place], int] = {}
    for arm in arms:
        only = not (arm.stated.keys() - _BESIDE_VALUES) and not (arm.properties or arm.patterned or arm.items)
        if not only or {class_of(kind) for kind in arm.types} - arm.values.keys():
            kept.append(arm)
            continue
        # what an alternative lists, its rivals may refuse: that is said of no value from elsewhere
        at = lists.setdefault(frozenset(arm.exclusive), len(kept))
        if at == len(kept) or _both_list(kept[at], arm):  # a value that both list is refused by the oneOf: that is seen
            kept.append(arm)
            continue
        listed = kept[at]
        values = {kind: dict(found) for kind, found in listed.values.items()}
        for kind, found in arm.values.items():
            values.setdefault(kind, {}).update(found)
        kept[at] = replace(
            listed, source=None, types=listed.types | arm.types, values=values,
            stated=_joined(listed.stated, arm.stated), label="", root=None,
        )  # fmt: skip
    return kept

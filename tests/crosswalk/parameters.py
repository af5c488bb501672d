"""One change of a type or a bound, wherever a parameter may state it, and what oasdiff calls it there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from crosswalk.ordinary import INTEGER, NUMBER, STRING, UUID, having
from crosswalk.template import Document, Pair

BOOLEAN, EITHER = {"type": "boolean"}, {"type": ["integer", "string"]}
SHORT, LONG = {**INTEGER, "format": "int32"}, {**INTEGER, "format": "int64"}
SEVERAL = {"type": "array", "items": INTEGER}
ONE_VALUE, TWO_VALUES = {**STRING, "enum": ["a"]}, {**STRING, "enum": ["a", "b"]}
LOW, HIGH = {**INTEGER, "minimum": 1}, {**INTEGER, "minimum": 2}
PATTERN, OTHER_PATTERN = {**STRING, "pattern": "^a"}, {**STRING, "pattern": "^b"}


def default(value: str) -> Document:
    return {**STRING, "default": value}


CHANGES = {
    "string became integer": (STRING, INTEGER, "type-changed", "type-specialized"),
    "integer became string": (INTEGER, STRING, "type-generalized", "type-changed"),
    "number became integer": (NUMBER, INTEGER, "type-changed", "type-specialized"),
    "integer became number": (INTEGER, NUMBER, "type-generalized", "type-generalized"),
    "boolean became string": (BOOLEAN, STRING, "type-generalized", "type-changed"),
    "string became boolean": (STRING, BOOLEAN, "type-changed", "type-specialized"),
    "string became any": (STRING, {}, "type-generalized", "type-changed"),
    "any became string": ({}, STRING, "type-generalized", "type-changed"),
    "a type more": (INTEGER, EITHER, "type-generalized", "type-changed"),
    "a type less": (EITHER, INTEGER, "type-generalized", "type-changed"),
    "null as well": (STRING, {"type": ["string", "null"]}, "became-nullable", "became-nullable"),
    "null no more": ({"type": ["string", "null"]}, STRING, "became-not-nullable", "became-not-nullable"),
    "array became integer": (SEVERAL, INTEGER, "type-changed", "type-specialized"),
    "integer became array": (INTEGER, SEVERAL, "type-changed", "type-specialized"),
    "a format": (STRING, UUID, "type-changed", "type-specialized"),
    "no format": (UUID, STRING, "type-generalized", "type-generalized"),
    "a longer format": (SHORT, LONG, "type-generalized", "type-generalized"),
    "a shorter format": (LONG, SHORT, "type-changed", "type-specialized"),
    "a list of values": (STRING, TWO_VALUES, "became-enum enum-value-added", "enum-value-added"),
    "no list of values": (ONE_VALUE, STRING, "enum-value-removed", "enum-value-removed"),
    "a value more": (ONE_VALUE, TWO_VALUES, "enum-value-added", "enum-value-added"),
    "a value less": (TWO_VALUES, ONE_VALUE, "enum-value-removed", "enum-value-removed"),
    "a bound": (INTEGER, LOW, "min-set", ""),
    "no bound": (LOW, INTEGER, "min-unset", ""),
    "a higher bound": (LOW, HIGH, "min-increased", ""),
    "a lower bound": (HIGH, LOW, "min-decreased", ""),
    "a length": (STRING, {**STRING, "maxLength": 9}, "max-length-set", ""),
    "a pattern": (STRING, PATTERN, "pattern-added", ""),
    "no pattern": (PATTERN, STRING, "pattern-removed", ""),
    "another pattern": (PATTERN, OTHER_PATTERN, "pattern-changed", ""),
    "a default": (STRING, default("a"), "default-value-added", ""),
    "no default": (default("a"), STRING, "default-value-removed", ""),
    "another default": (default("a"), default("b"), "default-value-changed", ""),
}
"""The schemas, and the ends of the ids: of the parameter itself, and of a property or of items of it."""

MEMBERS = {
    "a property more": (having(STRING), having(STRING, maxProperties=9), "max-properties-set"),
    "a property that must be there": (having(STRING), having(STRING, required=["a"]), ""),
    "a property that need not be there": (having(STRING, required=["a"]), having(STRING), ""),
    "a new property": (having(STRING), {"type": "object", "properties": {"a": STRING, "b": STRING, "c": STRING}}, ""),
    "a property no more": (
        {"type": "object", "properties": {"a": STRING, "b": STRING, "c": STRING}},
        having(STRING),
        "",
    ),
}

WHERE = ("query", "path", "header", "cookie")
STATED = ("inline", "schema by name", "parameter by name", "both by name", "at the path")


class Case(NamedTuple):
    """Where a parameter is, how it is stated, of what the change is, which one, and what oasdiff calls it."""

    where: str
    stated: str
    inside: str
    change: str
    pair: Pair
    theirs: set[str]

    def __str__(self) -> str:
        return ", ".join(self[:4])


def described(where: str, stated: str, schema: Document) -> Document:
    """A description whose one operation has one parameter."""
    path, components = "/a/{q}" if where == "path" else "/a", {}
    if stated in ("schema by name", "both by name"):
        components["schemas"], schema = {"It": schema}, {"$ref": "#/components/schemas/It"}
    parameter = {"name": "q", "in": where, "schema": schema} | ({"required": True} if where == "path" else {})
    if stated in ("parameter by name", "both by name"):
        components["parameters"], parameter = {"Q": parameter}, {"$ref": "#/components/parameters/Q"}
    operation: Document = {"responses": {"200": {"description": "x"}}}
    item: Document = {"get": operation}
    (item if stated == "at the path" else operation)["parameters"] = [parameter]
    return {
        "openapi": "3.1.0", "info": {"title": "x", "version": "1.0.0"}, "paths": {path: item}, "components": components
    }  # fmt: skip


def _schemas() -> Iterator[tuple[str, str, Document, Document, str]]:
    for change, (old, new, own, inside) in CHANGES.items():
        yield "", change, old, new, own
        yield "property", change, having(old), having(new), inside
        yield "items", change, {"type": "array", "items": old}, {"type": "array", "items": new}, inside
    for change, (old, new, own) in MEMBERS.items():
        yield "", change, old, new, own


def _theirs(where: str, inside: str, change: str, ends: str) -> set[str]:
    prefix = "request-parameter-property" if inside else "request-parameter"
    found = {f"{prefix}-{end}" for end in ends.split()}
    if where == "header":
        found |= {"a list of values": {"request-header-property-became-enum"}}.get(change, set())
        found |= {"a property that must be there": {"request-header-property-became-required"}}.get(change, set())
    if where in ("query", "cookie") and not inside and change == "integer became array":
        return {"request-parameter-type-generalized"}
    if where == "path" and change.endswith("default"):
        return set()
    return found


PLACES = [(where, stated) for where in WHERE for stated in STATED]


def cases(where: str, stated: str) -> list[Case]:
    """Every change of a parameter that is stated so; of items only where it is stated in place."""
    flags = ("--flatten-params",) if stated == "at the path" else ()
    return [
        Case(
            where, stated, inside, change,
            Pair(described(where, stated, old), described(where, stated, new), flags),
            _theirs(where, inside, change, ends),
        )
        for inside, change, old, new, ends in _schemas() if inside != "items" or stated == "inline"
    ]  # fmt: skip


DEFAULT = "oasdiff passes over the default of a parameter that is always sent; we tell it as any other"
SINGLE = "to oasdiff one value is a list of one; to us the type is another one, `request-parameter-type-changed`"
UNTYPED = (
    "to oasdiff `request-parameter-property-type-changed`; to us items that are described on one side have no type"
)
EXPLAINED = {
    ("path", "", "a default"): DEFAULT,
    ("path", "", "no default"): DEFAULT,
    ("path", "", "another default"): DEFAULT,
    ("query", "", "integer became array"): SINGLE,
    ("cookie", "", "integer became array"): SINGLE,
    ("", "items", "string became any"): UNTYPED,
    ("", "items", "any became string"): UNTYPED,
}
"""Where our id is another one, or none, and why: a place may be left out."""


def explained(case: Case) -> bool:
    """Whether it is known why our id is another one."""
    return any((where, case.inside, case.change) in EXPLAINED for where in (case.where, ""))

"""What kind of object stands where in a description, and so what a reference may lead to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.openapi.moved import original_of

if TYPE_CHECKING:
    from sluicegate.openapi.document import Document, Node, Pointer

METHODS = frozenset(("get", "put", "post", "delete", "options", "head", "patch", "trace", "query"))
ONE, MAP, LIST = "one", "map", "list"
_SCHEMA = {
    **dict.fromkeys(("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"), (MAP, "schema")),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), (LIST, "schema")),
    **dict.fromkeys(
        (
            "items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames",
            "unevaluatedItems", "unevaluatedProperties", "contentSchema", "additionalItems",
        ),
        (ONE, "schema"),
    ),
}  # fmt: skip
_VALUE = {"schema": (ONE, "schema"), "content": (MAP, "media type")}
CHILDREN: dict[str, dict[str, tuple[str, str]]] = {
    "schema": _SCHEMA,
    "parameter": _VALUE,
    "header": _VALUE,
    "request body": {"content": (MAP, "media type")},
    "response": {"headers": (MAP, "header"), "content": (MAP, "media type"), "links": (MAP, "link")},
    "media type": {
        "schema": (ONE, "schema"), "itemSchema": (ONE, "schema"), "encoding": (MAP, "encoding"),
        "examples": (MAP, "example"),
    },
    "encoding": {"headers": (MAP, "header")},
    "operation": {
        "parameters": (LIST, "parameter"), "requestBody": (ONE, "request body"), "responses": (MAP, "response"),
        "callbacks": (MAP, "callback"),
    },
    "path item": {
        "parameters": (LIST, "parameter"), "additionalOperations": (MAP, "operation"),
        **dict.fromkeys(METHODS, (ONE, "operation")),
    },
    "link": {},
    "example": {},
    "security scheme": {},
}  # fmt: skip
CHILDREN["parameter"] = CHILDREN["header"] = {**_VALUE, "examples": (MAP, "example")}
COMPONENTS = {
    "schemas": "schema", "responses": "response", "parameters": "parameter", "examples": "example",
    "requestBodies": "request body", "headers": "header", "securitySchemes": "security scheme", "links": "link",
    "callbacks": "callback", "pathItems": "path item", "mediaTypes": "media type",
}  # fmt: skip
_ROOT = {
    "paths": (MAP, "path item"), "webhooks": (MAP, "path item"),
    **dict.fromkeys(
        ("openapi", "info", "servers", "security", "tags", "externalDocs", "jsonSchemaDialect"),
        (ONE, "part of the description"),
    ),
}  # fmt: skip
_WHOLE = "whole description"
_MANY = "collection of several things"
_REFERRED = frozenset(COMPONENTS.values())


def misleads(wanted: str, document: Document, target: Node) -> str:
    """What a reference in a document leads to, where that is of another kind than is wanted; empty where it is not.

    What stands in a file that is no description, or below what OpenAPI has no word for, may be anything. So may what
    was Swagger 2.0, where what one list holds becomes objects of several kinds.
    """
    if any(original_of(one) is not one for one in (document, target.document)) or wanted not in _REFERRED:
        return ""
    kind = _kind_at(target.document, target.pointer)
    return "" if kind == wanted else kind


def _kind_at(document: Document, pointer: Pointer) -> str:
    """The kind of what stands at a place; empty where that cannot be known."""
    whole = isinstance(document.data, dict) and isinstance(document.data.get("openapi"), str)
    if not pointer:
        return _WHOLE if whole else ""
    if pointer[0] == "components":
        group = COMPONENTS.get(str(pointer[1])) if pointer[1:] else ""
        if group is None:
            return ""
        kind, way = (group, list(pointer[3:])) if pointer[2:] else (_MANY, [])
    else:
        shape, kind = _ROOT.get(str(pointer[0]), (ONE, "")) if whole else (ONE, "")
        if shape == MAP:
            kind, way = (kind, list(pointer[2:])) if pointer[1:] else (_MANY, [])
        else:
            way = []  # nothing in it is an object that is referred to
    while way and kind:
        kind, way = _inside(kind, way)
    return kind


def _inside(kind: str, way: list[str | int]) -> tuple[str, list[str | int]]:
    """The kind of what stands one step further, and the rest of the way."""
    if kind == "callback":
        return ("" if str(way[0]).startswith("x-") else "path item"), way[1:]
    shape, child = CHILDREN[kind].get(str(way[0]), (ONE, ""))
    if shape == ONE:
        return ("", []) if way[1:] and isinstance(way[1], int) else (child, way[1:])
    return (child, way[2:]) if way[1:] else (_MANY, [])

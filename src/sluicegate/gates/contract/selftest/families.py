"""A fault for each rule of the families that share a page: by keyword and direction, and by the life of each part."""

from __future__ import annotations

from typing import Any

Fault = tuple[dict[str, Any], dict[str, Any]]
"""A description before the change, and after it."""

_CROWD = 4_099
"""So many variants are not taken apart."""
_OVERLAPPING = [{"type": "string", "maxLength": 3}, {"type": "string", "pattern": "^x"}]
_NAME = {"type": "object", "properties": {"name": {"type": "string"}}}
KEYWORDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "minimum": ({"type": "integer", "minimum": 1}, {"type": "integer", "minimum": 5}),
    "maximum": ({"type": "integer", "maximum": 9}, {"type": "integer", "maximum": 5}),
    "multipleOf": ({"type": "integer", "multipleOf": 2}, {"type": "integer", "multipleOf": 4}),
    "minLength": ({"type": "string", "minLength": 1}, {"type": "string", "minLength": 5}),
    "maxLength": ({"type": "string", "maxLength": 40}, {"type": "string", "maxLength": 20}),
    "pattern": ({"type": "string", "pattern": "^[a-z]+$"}, {"type": "string", "pattern": "^[a-c]+$"}),
    "format": ({"type": "string"}, {"type": "string", "format": "date"}),
    "contentEncoding": ({"type": "string"}, {"type": "string", "contentEncoding": "base64"}),
    "contentMediaType": ({"type": "string"}, {"type": "string", "contentMediaType": "application/json"}),
    "minItems": ({"type": "array", "items": {}, "minItems": 1}, {"type": "array", "items": {}, "minItems": 2}),
    "maxItems": ({"type": "array", "items": {}, "maxItems": 9}, {"type": "array", "items": {}, "maxItems": 5}),
    "uniqueItems": ({"type": "array", "items": {}}, {"type": "array", "items": {}, "uniqueItems": True}),
    "items": ({"type": "array", "items": True}, {"type": "array", "items": False}),
    "prefixItems": ({"type": "array"}, {"type": "array", "prefixItems": [{"type": "integer"}]}),
    "contains": ({"type": "array"}, {"type": "array", "contains": {"const": 1}}),
    "minContains": (
        {"type": "array", "contains": {"const": 1}, "minContains": 1},
        {"type": "array", "contains": {"const": 1}, "minContains": 2},
    ),
    "maxContains": (
        {"type": "array", "contains": {"const": 1}, "maxContains": 3},
        {"type": "array", "contains": {"const": 1}, "maxContains": 2},
    ),
    "minProperties": ({"type": "object", "minProperties": 1}, {"type": "object", "minProperties": 2}),
    "maxProperties": ({"type": "object", "maxProperties": 9}, {"type": "object", "maxProperties": 5}),
    "additionalProperties": (_NAME, {**_NAME, "additionalProperties": False}),
    "patternProperties": ({"type": "object"}, {"type": "object", "patternProperties": {"^x-": False}}),
    "propertyNames": ({"type": "object"}, {"type": "object", "propertyNames": False}),
    "dependentRequired": ({"type": "object"}, {"type": "object", "dependentRequired": {"card": ["address"]}}),
    "dependentSchemas": (
        {"type": "object"},
        {"type": "object", "dependentSchemas": {"card": {"required": ["address"]}}},
    ),
    "not": ({"type": "string"}, {"type": "string", "not": {"const": "all"}}),
    "if": ({"type": "string"}, {"type": "string", "if": {"minLength": 3}, "then": {"pattern": "^x"}}),
    "oneOf": ({"anyOf": _OVERLAPPING}, {"oneOf": _OVERLAPPING}),
    "anyOf": ({"type": "string"}, {"type": "string", "anyOf": [{"maxLength": n} for n in range(1, _CROWD)]}),
    "$dynamicRef": ({"type": "string"}, {"type": "string", "$dynamicRef": "#nowhere"}),
}
"""For each keyword a schema that allows more, and one that allows less by that keyword alone."""

_SUNSET = {"deprecated": True, "x-sunset": "2099-12-31"}
EVENTS: dict[str, Fault] = {
    "deprecated": ({}, _SUNSET),
    "undeprecated": (_SUNSET, {}),
    "sunset-missing": ({}, {"deprecated": True}),
    "sunset-invalid": (_SUNSET, {"deprecated": True, "x-sunset": "soon"}),
    "sunset-too-soon": ({}, {"deprecated": True, "x-sunset": "2001-01-01"}),
    "sunset-moved-earlier": (_SUNSET, {"deprecated": True, "x-sunset": "2099-06-30"}),
    "sunset-removed": (_SUNSET, {"deprecated": True}),
    "stability-decreased": ({"x-stability-level": "stable"}, {"x-stability-level": "beta"}),
    "stability-increased": ({"x-stability-level": "beta"}, {"x-stability-level": "stable"}),
    "stability-invalid": ({"x-stability-level": "stable"}, {"x-stability-level": "solid"}),
}
"""What a part of an API says of its life before and after each event."""


def carrying(schema: dict[str, Any], direction: str) -> dict[str, Any]:
    """A description whose one operation has the schema for its request or its response."""
    media = {"content": {"application/json": {"schema": schema}}}
    operation: dict[str, Any] = {"responses": {"204": {"description": "Done."}}}
    if direction == "request":
        operation["requestBody"] = media
    else:
        operation["responses"] = {"200": {"description": "The order.", **media}}
    return _description({"/orders": {"post": operation}})


def living(kind: str, words: dict[str, Any]) -> dict[str, Any]:
    """A description in which a part of some kind says these words of its life."""
    told = {kind: words}
    if "deprecated" in words and kind == "response":
        told[kind] = {"x-deprecated" if word == "deprecated" else word: value for word, value in words.items()}
    note = {"type": "string", **told.get("property", {})}
    schema = {"type": "object", "properties": {"id": {"type": "string"}, "note": note}}
    operation = {
        "parameters": [{"name": "limit", "in": "query", "schema": {"type": "integer"}, **told.get("parameter", {})}],
        "security": [{"key": []}],
        "responses": {
            "200": {
                "description": "The order.",
                "headers": {"X-Total": {"schema": {"type": "integer"}, **told.get("header", {})}},
                "content": {"application/json": {"schema": schema}},
                **told.get("response", {}),
            }
        },
        **told.get("operation", {}),
    }
    scheme = {"type": "apiKey", "in": "header", "name": "X-Key", **told.get("security-scheme", {})}
    return _description({"/orders": {"get": operation}}, components={"securitySchemes": {"key": scheme}})


def listing(values: list[str], direction: str) -> dict[str, Any]:
    """A description with an open list of values."""
    return carrying({"type": "string", "x-extensible-enum": values}, direction)


def _description(paths: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"openapi": "3.1.0", "info": {"title": "Orders", "version": "1"}, "paths": paths, **more}

"""The keywords of schemas that assert something, by what they take, and what OpenAPI 3.0 says in other words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
"""The numbers that a format stands for, both ends included (OpenAPI 3.0.4, 4.4)."""

BRANCHES = {"allOf": True, "anyOf": True, "oneOf": True, "not": False, "if": False, "then": False, "else": False}
"""The keywords whose subschemas look at the same value, and whether they take a list of them."""

DIALECTS = (
    "https://json-schema.org/draft/2020-12/schema",
    "https://spec.openapis.org/oas/3.1/dialect/base",
    "https://spec.openapis.org/oas/3.1/dialect/2024-10-25",
    "https://spec.openapis.org/oas/3.1/dialect/2024-11-10",
    "https://spec.openapis.org/oas/3.2/dialect/2025-09-17",
)
"""What `$schema` may say for a schema to be one of JSON Schema 2020-12."""

_SIZES = ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_TYPES = frozenset(("null", "boolean", "object", "array", "number", "string", "integer"))
_SCHEMAS_3_0 = frozenset(("allOf", "anyOf", "oneOf", "not", "properties", "additionalProperties", "items"))
_KEPT_3_0 = frozenset((*_SIZES, *_BOUNDS, "type", "enum", "required", "multipleOf", "pattern", "uniqueItems", "format"))

KEPT = _KEPT_3_0 | {"const", "dependentRequired", "minContains", "maxContains"}
"""The keywords that hold no subschema."""

_ASSERTING = (
    KEPT
    | _SCHEMAS_3_0
    | {"if", "then", "else", "dependentSchemas", "patternProperties", "prefixItems", "contains", "propertyNames"}
    | {"unevaluatedProperties", "unevaluatedItems", "$dynamicRef"}
)
_OTHERWISE_3_0 = frozenset(("nullable", "exclusiveMinimum", "exclusiveMaximum"))
_NOT_3_0 = _ASSERTING - _KEPT_3_0 - _SCHEMAS_3_0


def known_to(version: str, words: Iterable[str]) -> bool:
    """Whether none of these keywords asserts something that the version of OpenAPI leaves undefined."""
    return version != "3.0" or _NOT_3_0.isdisjoint(words)


def translated_3_0(value: dict[str, Any]) -> dict[str, Any]:
    """A schema of OpenAPI 3.0 with the keywords that mean something else there (3.0.4, 4.7.24) in words of 2020-12.

    `nullable` adds null to the type that stands beside it and to nothing else: an `enum` must list null itself.
    """
    if _OTHERWISE_3_0.isdisjoint(value):
        return value
    value = dict(value)
    if value.get("nullable") is True and "type" in value:
        stated = value["type"]
        value["type"] = [*(stated if isinstance(stated, list) else [stated]), "null"]
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(value.get(exclusive), bool) and value.pop(exclusive) and bound in value:
            value[exclusive] = value.pop(bound)
    return value


def is_well_formed(word: str, said: Any) -> bool:
    """Whether what stands at a keyword of `KEPT` is what JSON Schema 2020-12 allows there."""
    if word == "type":
        names = said if isinstance(said, list) else [said]
        return bool(names) and all(isinstance(name, str) and name in _TYPES for name in names)
    if word in _BOUNDS or word == "multipleOf":
        return _is_number(said) and (word != "multipleOf" or said > 0)
    if word in _SIZES or word in ("minContains", "maxContains"):
        return _is_number(said) and said >= 0 and said == int(said)
    if word == "required":
        return _is_names(said)
    if word == "dependentRequired":
        return isinstance(said, dict) and all(map(_is_names, said.values()))
    if word == "enum":
        return isinstance(said, list)
    if word == "uniqueItems":
        return isinstance(said, bool)
    return word == "const" or isinstance(said, str)


def _is_number(said: Any) -> bool:
    return (isinstance(said, int) and not isinstance(said, bool)) or (isinstance(said, float) and math.isfinite(said))


def _is_names(said: Any) -> bool:
    return isinstance(said, list) and all(isinstance(name, str) for name in said)

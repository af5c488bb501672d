"""Bounds: numbers, lengths and counts that are set, moved and taken away."""

from __future__ import annotations

from crosswalk.template import (
    CONTENT,
    EVERYWHERE,
    PARAMETER,
    REQUEST,
    RESPONSE,
    Pair,
    Schema,
    both_ways,
    family,
    request_property,
    response_property,
)

INTEGER = {"type": "integer"}
STRING = {"type": "string"}
ARRAY = {"type": "array", "items": STRING}
OBJECT = {"type": "object"}
CONTAINS = {"type": "array", "contains": STRING}

# the word of the id: the schema that carries the keyword, and the keyword
BOUNDS: dict[str, tuple[dict[str, object], str]] = {
    "max": (INTEGER, "maximum"),
    "min": (INTEGER, "minimum"),
    "exclusive-max": (INTEGER, "exclusiveMaximum"),
    "exclusive-min": (INTEGER, "exclusiveMinimum"),
    "max-length": (STRING, "maxLength"),
    "min-length": (STRING, "minLength"),
    "max-items": (ARRAY, "maxItems"),
    "min-items": (ARRAY, "minItems"),
    "max-properties": (OBJECT, "maxProperties"),
    "min-properties": (OBJECT, "minProperties"),
    "max-contains": (CONTAINS, "maxContains"),
    "min-contains": (CONTAINS, "minContains"),
}
LOW, HIGH = 5, 10


def bounds() -> dict[str, tuple[Schema, Schema]]:
    """Each bound set, unset, increased and decreased."""
    changes: dict[str, tuple[Schema, Schema]] = {}
    for name, (plain, keyword) in BOUNDS.items():
        low, high = plain | {keyword: LOW}, plain | {keyword: HIGH}
        changes |= both_ways(name, plain, low, ("set", "unset")) | both_ways(
            name, low, high, ("increased", "decreased")
        )
    return changes


def multiple_of(value: int) -> Schema:
    return INTEGER | {"multipleOf": value}


def pattern(value: str) -> Schema:
    return STRING | {"pattern": value}


def read_only(word: str, change: str) -> dict[str, Pair]:
    """A bound of a property that no request may carry is narrowed."""
    plain, keyword = BOUNDS[word]
    first, second = (LOW, HIGH) if change == "increased" else (HIGH, LOW)
    base, head = (request_property(plain | {"readOnly": True, keyword: value}) for value in (first, second))
    return {f"request-read-only-property-{word}-{change}": Pair(base, head)}


UNIQUE = ARRAY | {"uniqueItems": True}
PAIRS: dict[str, Pair] = {
    **family(EVERYWHERE, bounds()),
    **family(EVERYWHERE, both_ways("multiple-of", INTEGER, multiple_of(LOW), ("set", "unset"))),
    **family(CONTENT, {"multiple-of-changed": (multiple_of(6), multiple_of(10))}),
    **family(REQUEST, {"multiple-of-generalized": (multiple_of(HIGH), multiple_of(LOW))}),
    **family(RESPONSE, {"multiple-of-specialized": (multiple_of(LOW), multiple_of(HIGH))}),
    **family(REQUEST, both_ways("unique-items", ARRAY, UNIQUE, ("set", "unset"))),
    **family(RESPONSE, {"unique-items-unset": (UNIQUE, ARRAY)}),
    **family(
        PARAMETER | {"request-property": request_property, "response-property": response_property},
        both_ways("pattern", STRING, pattern("^a+$")) | {"pattern-changed": (pattern("^a+$"), pattern("^b+$"))},
    ),
    **family(
        PARAMETER | {"request-property": request_property},
        {"pattern-generalized": (pattern("^a+$"), pattern(".*"))},
    ),
    **read_only("max", "decreased"),
    **read_only("min", "increased"),
    **read_only("exclusive-max", "decreased"),
    **read_only("exclusive-min", "increased"),
    **read_only("max-length", "decreased"),
    **read_only("max-items", "decreased"),
    **read_only("max-properties", "decreased"),
}

"""Schema keywords besides bounds: values, composition, conditions, discriminators, and what 3.1 brought."""

from __future__ import annotations

from crosswalk.template import (
    CONTENT,
    PARAMETER,
    PARAMETER_PROPERTY,
    Pair,
    Schema,
    both_ways,
    family,
    request_body,
    request_property,
    response_body,
    response_property,
)

STRING = {"type": "string"}
INTEGER = {"type": "integer"}
ARRAY = {"type": "array", "items": STRING}
OBJECT = {"type": "object"}
SHORT = {"maxLength": 3}
CARD = {"type": "object", "properties": {"number": STRING}, "required": ["number"]}
CASH = {"type": "object", "properties": {"amount": INTEGER}, "required": ["amount"]}
IBAN = {"type": "object", "properties": {"iban": STRING}, "required": ["iban"]}


def presence(name: str, plain: dict[str, object], **keywords: object) -> dict[str, tuple[Schema, Schema]]:
    """Keywords that come to a schema, and go."""
    return both_ways(name, plain, plain | keywords)


def const(value: str) -> Schema:
    return STRING | {"const": value}


def default(value: str) -> Schema:
    return STRING | {"default": value}


def enum(*values: str) -> Schema:
    return STRING | {"enum": list(values)}


def needs(*names: str) -> Schema:
    """An object whose property `card` needs these others."""
    return OBJECT | {"dependentRequired": {"card": list(names)}}


def wire(keyword: str, value: str) -> Schema:
    return STRING | {keyword: value}


EXTENSIBLE = "x-extensible-enum"
CONDITION = {"if": {"required": ["card"]}}
PRESENCE: dict[str, tuple[Schema, Schema]] = {
    **presence("contains", ARRAY, contains=SHORT),
    **presence("content-schema", STRING | {"contentMediaType": "application/json"}, contentSchema=OBJECT),
    **presence("dependent-schema", OBJECT, dependentSchemas={"card": {"required": ["owner"]}}),
    # without a `then` an `if` says nothing, and beside `items` no item is left unevaluated
    **presence("if", OBJECT | {"then": {"required": ["owner"]}}, **CONDITION),
    **presence("then", OBJECT | CONDITION, then={"required": ["owner"]}),
    **presence("else", OBJECT | CONDITION, **{"else": {"required": ["cash"]}}),
    **presence("property-names", OBJECT, propertyNames=SHORT),
    **presence("unevaluated-items", {"type": "array", "prefixItems": [STRING]}, unevaluatedItems=SHORT),
    **presence("unevaluated-properties", OBJECT, unevaluatedProperties=SHORT),
    **presence("pattern-property", OBJECT, patternProperties={"^x-": SHORT}),
    **both_ways("prefix-items", ARRAY | {"prefixItems": [STRING]}, ARRAY | {"prefixItems": [STRING, INTEGER]}),
    **presence("const", STRING, const="a"),
    "const-changed": (const("a"), const("b")),
    **presence("default-value", STRING, default="a"),
    "default-value-changed": (default("a"), default("b")),
    **both_ways("dependent-required", OBJECT, needs("owner")),
    "dependent-required-changed": (needs("owner"), needs("owner", "expiry")),
    "content-encoding-changed": (wire("contentEncoding", "base64"), wire("contentEncoding", "base16")),
    "content-media-type-changed": (wire("contentMediaType", "image/png"), wire("contentMediaType", "image/gif")),
    **both_ways("all-of", {"allOf": [CARD]}, {"allOf": [CARD, CASH]}),
    **both_ways(
        "all-of",
        {"allOf": [CARD]},
        {"allOf": [CARD, {"description": "Paid at once."}]},
        ("added-annotation-only", "removed-annotation-only"),
    ),
    **both_ways("any-of", {"anyOf": [CARD, CASH]}, {"anyOf": [CARD, CASH, IBAN]}),
    **both_ways("one-of", {"oneOf": [CARD, CASH]}, {"oneOf": [CARD, CASH, IBAN]}),
}

# Two kinds of payment as components, and a choice between them.
KINDS = {name: {"$ref": f"#/components/schemas/{name}"} for name in ("Card", "Cash")}


def choice(**discriminator: object) -> Schema:
    told = {"discriminator": discriminator} if discriminator else {}
    return {"oneOf": [{"$ref": "#/components/schemas/Card"}, {"$ref": "#/components/schemas/Cash"}]} | told


def mapping(**names: str) -> Schema:
    return choice(propertyName="kind", mapping={key: f"#/components/schemas/{value}" for key, value in names.items()})


KIND = {"type": "object", "properties": {"kind": STRING, "sort": STRING}, "required": ["kind", "sort"]}
PAYMENTS = {"schemas": {"Card": KIND | {"title": "Card"}, "Cash": KIND | {"title": "Cash"}}}
DISCRIMINATOR: dict[str, tuple[Schema, Schema]] = {
    **both_ways("discriminator", choice(), choice(propertyName="kind")),
    "discriminator-property-name-changed": (choice(propertyName="kind"), choice(propertyName="sort")),
    **both_ways("discriminator-mapping", mapping(a="Card"), mapping(a="Card", b="Cash"), ("added", "deleted")),
    "discriminator-mapping-changed": (mapping(a="Card"), mapping(a="Cash")),
}


def with_payments(pairs: dict[str, Pair]) -> dict[str, Pair]:
    """The same pairs where both sides declare the kinds of payment."""
    return {
        name: Pair(pair.base | {"components": PAYMENTS}, pair.head | {"components": PAYMENTS})
        for name, pair in pairs.items()
    }


PAIRS: dict[str, Pair] = {
    **family(CONTENT, PRESENCE),
    **with_payments(family(CONTENT, DISCRIMINATOR)),
    **family({"request-body": request_body}, {"became-enum": (STRING, enum("a"))}),
    **family({"request-body": request_body}, {"enum-value-removed": (enum("a", "b"), enum("a"))}),
    **family({"response-mediatype": response_body}, {"enum-value-removed": (enum("a", "b"), enum("a"))}),
    **family(
        {"request-property": request_property} | PARAMETER,
        {"became-enum": (STRING, enum("a"))} | both_ways("enum-value", enum("a"), enum("a", "b")),
    ),
    **family(
        {"response-property": response_property} | PARAMETER_PROPERTY,
        both_ways("enum-value", enum("a"), enum("a", "b")),
    ),
    **family(
        {"request-read-only-property": request_property},
        {"enum-value-removed": (enum("a", "b") | {"readOnly": True}, enum("a") | {"readOnly": True})},
    ),
    **family(
        {"response-write-only-property": response_property},
        {"enum-value-added": (enum("a") | {"writeOnly": True}, enum("a", "b") | {"writeOnly": True})},
    ),
    **family(PARAMETER, both_ways("default-value", STRING, default("a"))),
    **family(PARAMETER, {"default-value-changed": (default("a"), default("b"))}),
    **family(
        PARAMETER | {"request-property": request_property},
        {"x-extensible-enum-value-removed": ({**STRING, EXTENSIBLE: ["a", "b"]}, {**STRING, EXTENSIBLE: ["a"]})},
    ),
}

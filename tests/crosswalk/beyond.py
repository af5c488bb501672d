"""Changes that a peer misjudges: what is true of them, and what oasdiff and Redocly CLI say.

A change breaks when a message that was valid is refused, or one may arrive that never was: by JSON Schema and OpenAPI,
read in the direction of the message. What is a matter of taste is not here. The verdicts of the peers are held against
the installed programs by the tests of the real tier.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from crosswalk.template import (
    DONE,
    JSON,
    Document,
    Pair,
    Schema,
    answer,
    body,
    document,
    operation,
    parameter_property,
    parameters,
    query,
    record,
    request_body,
    request_parameter,
    request_property,
    response_body,
    response_header,
    response_property,
)


class Case(NamedTuple):
    """A change, whether it breaks, the worst level of oasdiff (or silent) and the impact that Redocly sees."""

    pair: Pair
    breaks: bool
    oasdiff: str
    redocly: str


STRING = {"type": "string"}
INTEGER = {"type": "integer"}
ARRAY = {"type": "array", "items": STRING}
OBJECT = {"type": "object"}
ONE, TWO = STRING | {"enum": ["a"]}, STRING | {"enum": ["a", "b"]}
NEED, OFFER = record(STRING, required=True), record(STRING)
READER: dict[str, list[str]] = {"reader": []}


def callback(schema: Schema) -> Document:
    """A description whose operation calls back with this."""
    told = {"post": {"requestBody": {"content": {JSON: {"schema": schema}}}, "responses": DONE}}
    return operation(callbacks={"done": {"{$request.query.url}": told}})


def webhook(schema: Schema) -> Document:
    """A description with a webhook that sends this."""
    told = {"post": {"requestBody": {"content": {JSON: {"schema": schema}}}, "responses": DONE}}
    return document(webhooks={"shipped": told})


def shared(*several: dict[str, Any]) -> Document:
    """A description whose parameters belong to the path."""
    return document(paths={"/orders": {"post": {"responses": DONE}, "parameters": list(several)}})


def through_content(schema: Schema) -> Document:
    return parameters({"name": "value", "in": "query", "content": {JSON: {"schema": schema}}})


def secured(*requirements: dict[str, list[str]]) -> Document:
    """A description whose operation asks for these; nothing, for none."""
    schemes = {"reader": {"type": "http", "scheme": "basic"}}
    security = {"security": list(requirements)} if requirements else {}
    return operation(**security) | {"components": {"securitySchemes": schemes}}


def old(described: Document) -> Document:
    """The same in OpenAPI 3.0."""
    return described | {"openapi": "3.0.3"}


def statuses(*codes: str) -> Document:
    return operation(responses={code: {"description": "Done."} for code in codes})


def request(before: Schema, after: Schema) -> Pair:
    return Pair(request_body(before), request_body(after))


def response(before: Schema, after: Schema) -> Pair:
    return Pair(response_body(before), response_body(after))


def parameter(before: Schema, after: Schema) -> Pair:
    return Pair(request_parameter(before), request_parameter(after))


def header(before: Schema, after: Schema) -> Pair:
    return Pair(response_header(before), response_header(after))


def breaks(pair: Pair, oasdiff: str, redocly: str) -> Case:
    return Case(pair, True, oasdiff, redocly)


def harmless(pair: Pair, oasdiff: str, redocly: str) -> Case:
    return Case(pair, False, oasdiff, redocly)


BREAKING: dict[str, Case] = {
    "range of statuses removed": breaks(Pair(statuses("2XX", "404"), statuses("404")), "silent", "major"),
    "server moved": breaks(
        Pair(document(servers=[{"url": "https://a.example"}]), document(servers=[{"url": "https://b.example"}])),
        "silent",
        "major",
    ),
    "security where there was none": breaks(Pair(secured(), secured(READER)), "info", "major"),
    "security no longer optional": breaks(Pair(secured(READER, {}), secured(READER)), "silent", "major"),
    "parameter explode": breaks(
        Pair(parameters(query(ARRAY)), parameters(query(ARRAY, explode=False))), "silent", "major"
    ),
    "parameter style": breaks(
        Pair(parameters(query(ARRAY, explode=False)), parameters(query(ARRAY, style="pipeDelimited", explode=False))),
        "silent",
        "major",
    ),
    "parameter through content": breaks(
        Pair(through_content(record(STRING)), through_content(record(INTEGER))), "silent", "major"
    ),
    "parameter const": breaks(parameter(STRING, STRING | {"const": "a"}), "silent", "major"),
    "parameter multipleOf": breaks(
        parameter(INTEGER | {"multipleOf": 2}, INTEGER | {"multipleOf": 3}), "silent", "major"
    ),
    "parameter uniqueItems": breaks(parameter(ARRAY, ARRAY | {"uniqueItems": True}), "silent", "major"),
    "parameter property has fewer types": breaks(
        Pair(parameter_property({"type": ["string", "integer"]}), parameter_property(STRING)), "warning", "major"
    ),
    "parameter of the path became required": breaks(
        Pair(shared(query()), shared(query(required=True))), "silent", "major"
    ),
    "parameter of the path has another type": breaks(Pair(shared(query()), shared(query(INTEGER))), "silent", "major"),
    "request additionalProperties": breaks(request(OFFER, OFFER | {"additionalProperties": False}), "silent", "major"),
    "request unevaluatedProperties": breaks(
        request(OFFER, OFFER | {"unevaluatedProperties": False}), "silent", "major"
    ),
    "request not": breaks(request(STRING, STRING | {"not": {"const": "a"}}), "silent", "major"),
    "request items": breaks(request({"type": "array"}, ARRAY), "silent", "major"),
    "request body added and required": breaks(Pair(operation(), body({JSON: {"schema": OBJECT}})), "error", "minor"),
    "response not": breaks(response(STRING | {"not": {"const": "a"}}, STRING), "silent", "major"),
    "response body enum value": breaks(response(ONE, TWO), "silent", "major"),
    "response body pattern": breaks(response(STRING | {"pattern": "^a"}, STRING), "silent", "major"),
    "response property enum gone": breaks(Pair(response_property(ONE), response_property(STRING)), "info", "major"),
    "response without schema": breaks(Pair(answer({JSON: {"schema": OBJECT}}), answer({JSON: {}})), "error", "patch"),
    "response header enum value": breaks(header(ONE, TWO), "silent", "major"),
    "response header pattern": breaks(header(STRING | {"pattern": "^a"}, STRING), "silent", "major"),
    "callback lost a property": breaks(Pair(callback(NEED), callback(OBJECT)), "silent", "major"),
    "webhook may leave out a property": breaks(Pair(webhook(NEED), webhook(OFFER)), "info", "major"),
}
HARMLESS: dict[str, Case] = {
    "webhook always sends a property": harmless(Pair(webhook(OFFER), webhook(NEED)), "error", "patch"),
    "request allOf of one": harmless(request(OFFER, {"allOf": [OFFER]}), "warning", "major"),
    "response allOf of one": harmless(response(OFFER, {"allOf": [OFFER]}), "warning", "major"),
    "response allOf of two halves": harmless(
        response(
            {"type": "object", "properties": {"a": STRING, "b": STRING}, "required": ["a", "b"]},
            {
                "allOf": [
                    {"type": "object", "properties": {"a": STRING}, "required": ["a"]},
                    {"type": "object", "properties": {"b": STRING}, "required": ["b"]},
                ]
            },
        ),
        "warning",
        "major",
    ),
    "request oneOf of one": harmless(request(OFFER, {"oneOf": [OFFER]}), "warning", "major"),
    "request property enum gone": harmless(Pair(request_property(ONE), request_property(STRING)), "error", "patch"),
    "request maximum of a string": harmless(request(STRING, STRING | {"maximum": 5}), "error", "major"),
    "request maximum above the enum": harmless(
        request(INTEGER | {"enum": [1]}, INTEGER | {"enum": [1], "maximum": 5}), "error", "major"
    ),
    "request if without then": harmless(request(OBJECT, OBJECT | {"if": {"required": ["card"]}}), "error", "minor"),
    "request unevaluatedItems beside items": harmless(
        request(ARRAY, ARRAY | {"unevaluatedItems": {"maxLength": 3}}), "error", "major"
    ),
    "request contentSchema": harmless(
        request(STRING | {"contentMediaType": JSON}, STRING | {"contentMediaType": JSON, "contentSchema": OBJECT}),
        "error",
        "minor",
    ),
    "response dependentRequired asks for more": harmless(
        response(
            {"type": "object", "dependentRequired": {"card": ["owner"]}},
            {"type": "object", "dependentRequired": {"card": ["owner", "expiry"]}},
        ),
        "error",
        "patch",
    ),
    "parameter property has more types": harmless(
        Pair(parameter_property(STRING), parameter_property({"type": ["string", "integer"]})), "error", "patch"
    ),
    "response property enum": harmless(Pair(response_property(STRING), response_property(ONE)), "error", "patch"),
    "response const as enum": harmless(response({"const": "a"}, {"enum": ["a"]}), "error", "major"),
    "response anyOf null as type": harmless(
        response({"anyOf": [STRING, {"type": "null"}]}, {"type": ["string", "null"]}), "info", "major"
    ),
    "nullable as type": harmless(
        Pair(old(request_body(STRING | {"nullable": True})), request_body({"type": ["string", "null"]})),
        "error",
        "patch",
    ),
    "exclusiveMaximum as number": harmless(
        Pair(
            old(response_body(INTEGER | {"maximum": 5, "exclusiveMaximum": True})),
            response_body(INTEGER | {"exclusiveMaximum": 5}),
        ),
        "error",
        "patch",
    ),
}
CASES: dict[str, Case] = BREAKING | HARMLESS

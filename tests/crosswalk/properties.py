"""Properties and media types: added, removed, required, read-only, write-only, with and without a schema."""

from __future__ import annotations

from typing import Any

from crosswalk.template import (
    JSON,
    Document,
    Pair,
    Place,
    Schema,
    answer,
    body,
    parameters,
    record,
    request_body,
    response_body,
)

STRING = {"type": "string"}
EMPTY: Schema = {"type": "object"}
TEXT = "text/plain"
XML = "application/xml"


def stated(place: Place, before: Schema, after: Schema, there: str, back: str = "") -> dict[str, Pair]:
    """A change of a schema under its whole id; the change taken back under its own."""
    pair = Pair(place(before), place(after))
    return {there: pair} | ({back: pair.reversed()} if back else {})


def required(**more: Any) -> Schema:
    return record(STRING | more, required=True)


def optional(**more: Any) -> Schema:
    return record(STRING | more)


def access() -> dict[str, Pair]:
    """A property becomes read-only or write-only, and is neither any more."""
    pairs: dict[str, Pair] = {}
    for direction, place in (("request", request_body), ("response", response_body)):
        for need, build in (("required", required), ("optional", optional)):
            for word, keyword in (("read-only", "readOnly"), ("write-only", "writeOnly")):
                name = f"{direction}-{need}-property-became"
                pairs |= stated(place, build(), build(**{keyword: True}), f"{name}-{word}", f"{name}-not-{word}")
    return pairs


def header(schema: Schema) -> Document:
    """A request header whose schema is an object."""
    return parameters({"name": "X-Value", "in": "header", "schema": schema})


def media(schema: Schema | None = None, item: Schema | None = None) -> dict[str, Any]:
    """The content of a message in JSON lines, with a schema of the whole or of one item."""
    told = {"schema": schema, "itemSchema": item}
    return {"application/jsonl": {name: value for name, value in told.items() if value is not None}}


def streamed(base: Document, head: Document) -> Pair:
    """A pair in OpenAPI 3.2, which alone knows `itemSchema`."""
    return Pair(base | {"openapi": "3.2.0"}, head | {"openapi": "3.2.0"})


def renamed(before: str, after: str) -> Pair:
    """The media type of an answer has another name."""
    return Pair(answer({before: {"schema": EMPTY}}), answer({after: {"schema": EMPTY}}))


REQUEST: dict[str, Pair] = {
    **stated(request_body, EMPTY, optional(), "new-optional-request-property", "request-property-removed"),
    **stated(request_body, EMPTY, required(), "new-required-request-property"),
    **stated(request_body, EMPTY, required(default="a"), "new-required-request-property-with-default"),
    **stated(
        request_body, optional(), required(), "request-property-became-required", "request-property-became-optional"
    ),
    **stated(
        request_body, optional(default="a"), required(default="a"), "request-property-became-required-with-default"
    ),
    **stated(header, EMPTY, required(), "new-required-request-header-property"),
    **stated(header, optional(), required(), "request-header-property-became-required"),
    **stated(header, optional(), optional(enum=["a"]), "request-header-property-became-enum"),
}
RESPONSE: dict[str, Pair] = {
    **stated(
        response_body, EMPTY, optional(), "response-optional-property-added", "response-optional-property-removed"
    ),
    **stated(
        response_body, EMPTY, required(), "response-required-property-added", "response-required-property-removed"
    ),
    **stated(
        response_body,
        EMPTY,
        optional(writeOnly=True),
        "response-optional-write-only-property-added",
        "response-optional-write-only-property-removed",
    ),
    **stated(
        response_body,
        EMPTY,
        required(writeOnly=True),
        "response-required-write-only-property-added",
        "response-required-write-only-property-removed",
    ),
    **stated(
        response_body, optional(), required(), "response-property-became-required", "response-property-became-optional"
    ),
    **stated(
        response_body,
        optional(writeOnly=True),
        required(writeOnly=True),
        "response-write-only-property-became-required",
        "response-write-only-property-became-optional",
    ),
}

JSON_ONLY = {JSON: {"schema": EMPTY}}
JSON_AND_TEXT = JSON_ONLY | {TEXT: {"schema": STRING}}
BARE = {JSON: {}}
MEDIA: dict[str, Pair] = {
    "request-body-media-type-added": Pair(body(JSON_ONLY), body(JSON_AND_TEXT)),
    "request-body-media-type-removed": Pair(body(JSON_AND_TEXT), body(JSON_ONLY)),
    "request-body-media-type-schema-added": Pair(body(BARE), body(JSON_ONLY)),
    "request-body-media-type-schema-removed": Pair(body(JSON_ONLY), body(BARE)),
    "request-body-media-type-item-schema-added": streamed(body(media()), body(media(item=EMPTY))),
    "request-body-media-type-item-schema-removed": streamed(body(media(item=EMPTY)), body(media())),
    "response-media-type-added": Pair(answer(JSON_ONLY), answer(JSON_AND_TEXT)),
    "response-media-type-removed": Pair(answer(JSON_AND_TEXT), answer(JSON_ONLY)),
    "response-body-media-type-schema-added": Pair(answer(BARE), answer(JSON_ONLY)),
    "response-body-media-type-schema-removed": Pair(answer(JSON_ONLY), answer(BARE)),
    "response-body-media-type-item-schema-added": streamed(answer(media()), answer(media(item=EMPTY))),
    "response-body-media-type-item-schema-removed": streamed(
        answer(media({"type": "array"}, EMPTY)), answer(media({"type": "array"}))
    ),
    "response-body-media-type-item-schema-removed-untyped": streamed(answer(media(item=EMPTY)), answer(media())),
    "response-media-type-name-generalized": renamed("application/vnd.shop+json", JSON),
    "response-media-type-name-specialized": renamed(JSON, "application/vnd.shop+json"),
    "response-media-type-name-changed": renamed(f"{XML}; charset=utf-8", f"{XML}; version=1"),
    "response-media-type-parameter-added": renamed(XML, f"{XML}; charset=utf-8"),
    "response-media-type-parameter-removed": renamed(f"{XML}; charset=utf-8", XML),
    "response-media-type-parameter-changed": renamed(f"{XML}; charset=utf-8", f"{XML}; charset=latin-1"),
}
PAIRS: dict[str, Pair] = access() | REQUEST | RESPONSE | MEDIA

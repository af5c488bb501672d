"""Ordinary changes, and the ids that oasdiff gives them."""

from __future__ import annotations

from crosswalk.template import Document, Pair

STRING, INTEGER, NUMBER = {"type": "string"}, {"type": "integer"}, {"type": "number"}
UUID = {**STRING, "format": "uuid"}
LESS, MORE = {"oneOf": [STRING, INTEGER]}, {"oneOf": [STRING, INTEGER, {"type": "boolean"}]}
OK = {"200": {"description": "x"}}


def api(paths: Document) -> Document:
    return {"openapi": "3.1.0", "info": {"title": "x", "version": "1.0.0"}, "paths": paths}


def get(**operation: object) -> Document:
    return api({"/a": {"get": {"responses": OK, **operation}}})


def query(schema: Document) -> Document:
    return get(parameters=[{"name": "q", "in": "query", "schema": schema}])


def request(schema: Document) -> Document:
    return api(
        {"/a": {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}, "responses": OK}}}
    )


def response(schema: Document) -> Document:
    return get(responses={"200": {"description": "x", "content": {"application/json": {"schema": schema}}}})


def header(schema: Document, **more: object) -> Document:
    return get(responses={"200": {"description": "x", "headers": {"X-A": {"schema": schema, **more}}}})


def named(paths: Document, schema: Document) -> Document:
    """The description with a component that its one header or parameter refers to."""
    return {**paths, "components": {"schemas": {"It": schema}}}


IT = {"$ref": "#/components/schemas/It"}


def having(schema: Document, **more: object) -> Document:
    return {"type": "object", "properties": {"a": schema, "b": STRING}, **more}


_CASES = (
    (get(operationId="a"), get(operationId="b"), {"api-operation-id-removed"}),
    (get(operationId="a"), get(), {"api-operation-id-removed"}),
    (get(), get(operationId="a"), {"api-operation-id-added"}),
    (get(tags=["a", "b"]), get(tags=["b"]), {"api-tag-removed"}),
    (get(tags=["a"]), get(tags=["b"]), {"api-tag-removed", "api-tag-added"}),
    (get(), api({}), {"api-path-removed-without-deprecation"}),
    (get(deprecated=True), api({}), {"api-path-removed-with-deprecation"}),
    (get(deprecated=True, **{"x-sunset": "9999-01-01"}), api({}), {"api-path-removed-before-sunset"}),
    (get(), get(responses={**OK, "404": {"description": "x"}}), {"response-non-success-status-added"}),
    (get(), get(responses={**OK, "201": {"description": "x"}}), {"response-success-status-added"}),
    (get(), get(deprecated=True), {"endpoint-deprecated"}),
    (get(), get(deprecated=True, **{"x-sunset": "9999-01-01"}), {"endpoint-deprecated-with-sunset"}),
    (query(STRING), query(INTEGER), {"request-parameter-type-changed"}),
    (query(INTEGER), query(STRING), {"request-parameter-type-generalized"}),
    (query(NUMBER), query(INTEGER), {"request-parameter-type-changed"}),
    (query(LESS), query(MORE), {"request-parameter-list-of-types-widened"}),
    (query(STRING), query(UUID), {"request-parameter-type-changed"}),
    (request(NUMBER), request(INTEGER), {"request-body-type-changed"}),
    (request(MORE), request(LESS), {"request-body-list-of-types-narrowed"}),
    (request(having({})), request(having(STRING)), {"request-property-type-changed"}),
    (request(having(NUMBER)), request(having(INTEGER)), {"request-property-type-changed"}),
    (request(having(STRING)), request(having(UUID)), {"request-property-type-changed"}),
    (request(having(UUID)), request(having(STRING)), {"request-property-type-generalized"}),
    (
        request(having(STRING, required=["b"])),
        request({"type": "object", "properties": {"a": STRING}}),
        {"request-property-removed"},
    ),
    (response(having(STRING)), response(having(UUID)), {"response-property-type-specialized"}),
    (response(having(UUID)), response(having(STRING)), {"response-property-type-changed"}),
    (response(LESS), response(MORE), {"response-body-list-of-types-widened"}),
)
_HEADERS = (
    (header(STRING), header(INTEGER), {"response-header-type-compatible"}),
    (header(INTEGER), header(STRING), {"response-header-type-changed"}),
    (header(NUMBER), header(INTEGER), {"response-header-type-specialized"}),
    (header(INTEGER), header(NUMBER), {"response-header-type-generalized"}),
    (header({}), header(INTEGER), {"response-header-type-specialized"}),
    (header(INTEGER), header({}), {"response-header-type-changed"}),
    (header({"type": ["string", "integer"]}), header(STRING), {"response-header-type-specialized"}),
    (header(STRING), header({"type": ["string", "integer"]}), {"response-header-type-compatible"}),
    (header({"type": ["string", "integer"]}), header(NUMBER), {"response-header-type-changed"}),
    (header(INTEGER), header({"type": ["string", "number"]}), {"response-header-type-generalized"}),
    (header(INTEGER), header({"type": ["integer", "number"]}), {"response-header-type-compatible"}),
    (
        header({"type": ["string", "integer"]}),
        header({"type": ["integer", "boolean"]}),
        {"response-header-type-compatible"},
    ),
    (
        header({"type": ["string", "integer"]}),
        header({"type": ["string", "number"]}),
        {"response-header-type-generalized"},
    ),
    (header(STRING), header(UUID), {"response-header-type-specialized"}),
    (header(UUID), header(STRING), {"response-header-type-changed"}),
    (header(INTEGER), header({**INTEGER, "exclusiveMinimum": 1}), {"response-header-exclusive-min-set"}),
    (
        header({**INTEGER, "exclusiveMaximum": 5}),
        header({**INTEGER, "exclusiveMaximum": 6}),
        {"response-header-exclusive-max-increased"},
    ),
    (header({**INTEGER, "minimum": 1}), header(INTEGER), {"response-header-min-unset"}),
    (request({**INTEGER, "exclusiveMinimum": 2}), request(INTEGER), {"request-body-exclusive-min-unset"}),
)
_BY_NAME = (
    (header(IT), INTEGER, STRING, {"response-header-type-changed"}),
    (header(IT), STRING, INTEGER, {"response-header-type-compatible"}),
    (header(IT), NUMBER, INTEGER, {"response-header-type-specialized"}),
    (header(IT), STRING, UUID, {"response-header-type-specialized"}),
    (header(IT), {**INTEGER, "minimum": 1}, INTEGER, {"response-header-min-unset"}),
    (query(IT), STRING, INTEGER, {"request-parameter-type-changed"}),
    (query(IT), LESS, MORE, {"request-parameter-list-of-types-widened"}),
    (response(IT), STRING, INTEGER, {"response-body-type-changed"}),
    (response(having(IT)), STRING, INTEGER, {"response-property-type-changed"}),
)
_ENUM = {**STRING, "enum": ["a", "b"]}
_UNTOLD = (
    (header(STRING), header(_ENUM)),
    (header(_ENUM), header({**STRING, "enum": ["a"]})),
    (header(STRING), header({**STRING, "pattern": "^a"})),
    (header(STRING), header({**STRING, "default": "a"})),
    (header({**INTEGER, "multipleOf": 2}), header({**INTEGER, "multipleOf": 4})),
    (header(LESS), header(MORE)),
    (header(having(STRING)), header(having(INTEGER))),
    (header({"type": "array", "items": STRING}), header({"type": "array", "items": INTEGER})),
    (header(having(STRING)), header(having(STRING, additionalProperties=False))),
    (header(STRING), header(STRING, required=True)),
    (named(header(IT), STRING), named(header(IT), _ENUM)),
    (named(header(IT), having(STRING)), named(header(IT), having(INTEGER))),
)
UNTOLD = [Pair(base, head) for base, head in _UNTOLD]
"""What oasdiff says nothing of."""

CASES = [(Pair(base, head), wanted) for base, head, wanted in (*_CASES, *_HEADERS)] + [
    (Pair(named(paths, old), named(paths, new)), wanted) for paths, old, new, wanted in _BY_NAME
]

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
CASES = [(Pair(base, head), wanted) for base, head, wanted in _CASES]

"""Examples and defaults: where they stand, which way they travel, what cannot be told."""

from __future__ import annotations

import pytest
from finding import answer, api, findings, ref, told

NUMBER = {"type": "integer"}
USER = {
    "type": "object",
    "required": ["id", "password"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "password": {"type": "string", "writeOnly": True},
    },
}


def mismatches(document, **more):
    return [rule for rule in told(document, **more) if rule in ("example-mismatch", "default-mismatch")]


@pytest.mark.parametrize(
    ("media", "count"),
    [
        ({"example": 1}, 0),
        ({"example": "1"}, 1),
        ({"examples": {"a": {"value": 1}, "b": {"value": "1"}}}, 1),
        ({"examples": {"a": {"externalValue": "a.json"}}}, 0),
        ({"examples": {"a": {"$ref": "#/components/examples/A"}}}, 0),
    ],
)
def test_media_types(media, count):
    assert mismatches(answer(NUMBER, **media)) == ["example-mismatch"] * count


def test_parameters_and_headers():
    wrong = {"schema": NUMBER, "example": "x"}
    named = {"schema": NUMBER, "examples": {"one": {"value": "x"}, "two": {"value": 2}}}
    parameters = [{"name": "a", "in": "query", **wrong}, {"name": "b", "in": "query", **named}]
    response = {"description": "x", "headers": {"X-A": wrong}}
    found = findings(api({"/a": {"get": {"parameters": parameters, "responses": {"204": response}}}}))
    assert [finding.rule for finding in found] == ["contract/example-mismatch"] * 3
    assert found[0].key[2:] == ("paths", "/a", "get", "parameters", "query a", "example")
    assert found[1].key[-2:] == ("examples", "one")


@pytest.mark.parametrize(
    ("schema", "version", "expected"),
    [
        ({**NUMBER, "example": 1}, "3.0.3", []),
        ({**NUMBER, "example": "x"}, "3.0.3", ["example-mismatch"]),
        ({**NUMBER, "examples": [1, "x"]}, "3.1.0", ["example-mismatch"]),
        ({**NUMBER, "examples": {"a": "x"}}, "3.1.0", []),
        ({**NUMBER, "default": "x"}, "3.0.3", ["default-mismatch"]),
        ({**NUMBER, "default": None}, "3.0.3", ["default-mismatch"]),
        ({**NUMBER, "default": None, "nullable": True}, "3.0.3", []),
        ({"type": ["integer", "null"], "default": None}, "3.1.0", []),
        ({"properties": {"default": {}, "example": {}}, "type": "object"}, "3.1.0", []),
        ({"type": "string", "pattern": "^a", "example": "b"}, "3.1.0", ["example-mismatch"]),
        ({"type": "number", "example": 1}, "3.1.0", []),
        ({"type": "integer", "example": 1.0}, "3.1.0", []),
        ({"type": "integer", "example": True}, "3.1.0", ["example-mismatch"]),
        ({"type": "array", "items": NUMBER, "example": [1, "x"]}, "3.1.0", ["example-mismatch"]),
        ({"allOf": [NUMBER], "default": "x"}, "3.0.3", ["default-mismatch"]),
        ({"$ref": "#/nowhere", "default": "x"}, "3.1.0", []),
        ({"type": "string", "format": "date", "example": "tomorrow"}, "3.1.0", []),
        ({"type": "string", "format": "date", "maxLength": 9, "example": "tomorrow"}, "3.1.0", []),
        ({"type": "string", "format": "date", "maxLength": 7, "example": "tomorrow"}, "3.1.0", ["example-mismatch"]),
        ({"type": "integer", "format": "int32", "default": 2**31}, "3.0.3", ["default-mismatch"]),
    ],
)
def test_schemas(schema, version, expected):
    assert mismatches(answer(schema, version=version)) == expected


def test_what_does_not_travel_may_be_missing():
    def of(where, example):
        content = {"content": {"application/json": {"schema": ref("User"), "example": example}}}
        operation = {"responses": {"200": {"description": "x"}}, "requestBody": content}
        if where == "response":
            operation = {"responses": {"200": {"description": "x", **content}}}
        return mismatches(api({"/a": {"post": operation}}, components={"schemas": {"User": USER}}))

    assert of("request", {"password": "p"}) == of("response", {"id": "i"}) == []
    assert of("request", {"id": "i"}) == of("response", {"password": "p"}) == ["example-mismatch"]


def test_callbacks_and_webhooks_turn_the_roles_around():
    content = {"content": {"application/json": {"schema": ref("User"), "example": {"id": "i"}}}}
    called = {"post": {"requestBody": content, "responses": {"204": {"description": "x"}}}}
    outer = {
        "post": {"callbacks": {"done": {"{$request.body#/url}": called}}, "responses": {"204": {"description": "x"}}}
    }
    schemas = {"schemas": {"User": USER}}
    assert mismatches(api({"/a": outer}, components=schemas)) == []
    assert mismatches(api({}, webhooks={"done": called}, components=schemas)) == []
    assert mismatches(api({"/a": called}, components=schemas)) == ["example-mismatch"]


@pytest.mark.parametrize(("example", "count"), [({"id": "i"}, 0), ({"password": "p"}, 0), ({"id": 1}, 1), ({}, 1)])
def test_an_example_of_a_component_may_go_either_way(example, count):
    document = answer(ref("User"), schemas={"User": {**USER, "example": example}})
    assert mismatches(document) == ["example-mismatch"] * count


@pytest.mark.parametrize(
    ("media_type", "count"),
    [
        ("application/json", 1), ("application/problem+json; charset=utf-8", 1), ("*/*", 1),
        ("application/xml", 0), ("text/csv", 0), ("application/x-www-form-urlencoded", 0),
    ],
)  # fmt: skip
def test_a_text_stands_for_the_bytes_of_what_is_not_json(media_type, count):
    document = answer({"type": "object"}, example="<a/>")
    content = document["paths"]["/a"]["get"]["responses"]["200"]["content"]
    content[media_type] = content.pop("application/json")
    assert mismatches(document) == ["example-mismatch"] * count


def test_references_in_an_example_are_not_judged():
    assert mismatches(answer(NUMBER, example={"a": [{"$ref": "#/components/examples/A"}]})) == []


def test_a_shared_pair_is_told_once():
    document = answer(ref("N"), schemas={"N": NUMBER}, examples={"a": {"$ref": "#/components/examples/A"}})
    document["components"]["examples"] = {"A": {"value": "x"}}
    document["paths"]["/b"] = document["paths"]["/a"]
    [found] = findings(document)
    assert found.location.logical == "components.examples.A.value"


def test_the_message_says_why():
    [found] = findings(
        answer({"type": "object", "properties": {"n": {"maximum": 3}}}, example={"n": 4, "m": "x" * 999})
    )
    assert "n: 4 is greater than" in found.message
    [found] = findings(answer(NUMBER, example={"m": "x" * 999}))
    assert len(found.message) < 250

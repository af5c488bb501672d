"""What a request no longer takes is told, at the level of what it breaks, and shown by a value where there is one."""

from __future__ import annotations

import json

import pytest
from sides import run

from sluicegate.model import Level


def told(base, head):
    """The rules that a change of a request fires above a note, and the values that prove it."""
    texts = (
        json.dumps(
            {
                "openapi": "3.1.0",
                "info": {"title": "x", "version": "1"},
                "paths": {
                    "/x": {
                        "post": {
                            "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}},
                            "responses": {"200": {"description": "x"}},
                        }
                    }
                },
            }
        )
        for schema in (base, head)
    )
    found = [one for one in run(*texts)[0] if one.level.reaches(Level.WARNING)]
    return [(one.rule.partition("/")[2], one.level.value, (one.witness or "").partition(" was ")[0]) for one in found]


def form(schema):
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "x", "version": "1"},
            "paths": {
                "/x": {
                    "post": {
                        "requestBody": {"content": {"multipart/form-data": {"schema": schema}}},
                        "responses": {"200": {"description": "x"}},
                    }
                }
            },
        }
    )


def test_an_object_of_a_form_need_not_say_that_it_is_one():
    part = {"properties": {"a": {"type": "string"}}, "required": ["a"]}
    assert run(form(part), form({"type": "object", **part}))[0] == []
    [lost] = run(form(part), form({"type": "object", **part, "maxProperties": 1}))[0]
    assert lost.rule == "contract/request-max-properties-tightened"


def by_card(**properties):
    return {"type": "object", "dependentSchemas": {"card": {"properties": properties}}}


def choice(*values):
    return {"type": "object", "properties": {"a": {"enum": list(values)}}}


def items(**more):
    return {"type": "array", "items": {"type": "string", **more}}


ODD = {"type": "string", "pattern": "^(?=x)(?!y)(?<=z)?q{7}"}
OBJECTS = {"enum": [{"a": 1}, {"a": 2}]}
ARRAYS = {"enum": [[1], [2]]}
LOSSES = {
    "a type that was left out": (
        {"required": ["a"], "properties": {"a": {}}},
        {"type": "object", "required": ["a"], "properties": {"a": {}}},
        [("request-type-changed", "warning", "[]")],
    ),
    "asked for by another, in the first of two parts": (
        {"allOf": [by_card(cvc={"type": "string"}), by_card(zip={"type": "string"})]},
        {"allOf": [by_card(cvc={"type": "integer"}), by_card(zip={"type": "string"})]},
        [("request-type-changed", "error", '"abcdef"')],
    ),
    "asked for by another, of a property that is described anyway": (
        {**by_card(zip={}), "properties": {"cvc": {"type": ["string", "integer"]}}},
        {**by_card(zip={}, cvc={"type": "integer"}), "properties": {"cvc": {"type": ["string", "integer"]}}},
        [("request-type-changed", "error", '"abcdef"')],
    ),
    "a constant that is no longer listed": (
        {"const": "a", "enum": ["a", "b"]}, {"const": "a", "enum": ["b", "c"]},
        [("request-type-changed", "error", '"a"')],
    ),
    "a constant of a property that is no longer listed": (
        {"type": "object", "properties": {"k": {"const": "a", "enum": ["a"]}}},
        {"type": "object", "properties": {"k": {"const": "a", "enum": []}}},
        [("request-type-changed", "error", '"a"')],
    ),
    "a listed object that its properties refuse now": (
        OBJECTS, {**OBJECTS, "properties": {"a": {"maximum": 1}}},
        [("request-enum-value-removed", "error", '{"a":2}')],
    ),
    "a listed array that is refused where another arm is beside it": (
        {"anyOf": [ARRAYS, {"type": "string", "minLength": 1}]},
        {"anyOf": [{**ARRAYS, "contains": {"const": 1}}, {"type": "string", "minLength": 1}]},
        [("request-enum-value-removed", "error", "[2]"), ("request-contains-tightened", "error", "[2]")],
    ),
    "a number that two variants take": (
        {"oneOf": [{"type": "integer", "maximum": 10}, {"type": "integer", "minimum": 4}]},
        {"oneOf": [{"type": "integer"}, {"type": "integer", "minimum": 4}]},
        [("request-one-of-tightened", "error", "11")],
    ),
    "a value of a property that two variants take": (
        {"oneOf": [choice("x", "y"), choice("y", "z")]}, {"oneOf": [choice("x", "y", "z"), choice("y", "z")]},
        [("request-one-of-tightened", "error", '{"a":"z"}')],
    ),
    "items that two variants take": (
        {"oneOf": [items(maxLength=2), items()]}, {"oneOf": [items(maxLength=3), items()]},
        [("request-one-of-tightened", "error", '["abc"]')],
    ),
    "variants of which nobody knows what they have in common": (
        {"oneOf": [{"type": "string", "minLength": 4}, {**ODD, "maxLength": 20}]},
        {"oneOf": [{"type": "string", "minLength": 4}, {**ODD, "maxLength": 30}]},
        [("request-change-undecided", "warning", "")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_told(name):
    base, head, expected = LOSSES[name]
    assert told(base, head) == expected


def test_a_listed_array_that_was_refused_anyway_is_no_loss():
    assert told({**ARRAYS, "items": {"maximum": 1}}, {"enum": [[1]]}) == []

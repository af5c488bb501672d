"""Ten thousand operations: each change is told, once, in a time that grows with their number."""

from __future__ import annotations

import json
import time

import pytest
from sides import run

from sluicegate.model import Outcome
from sluicegate.openapi.relation import Relation

COUNT = 10_000
EVERY_TENTH = 10


def description(**changed):
    """Operations with a parameter and a body each; of every tenth, the property has what is `changed`."""
    paths = {}
    for number in range(COUNT):
        kind = {"type": "string", **(changed if number % EVERY_TENTH == 0 else {})}
        schema = {"type": "object", "properties": {"a": kind, "b": {"type": "string"}}}
        answer = {"description": "x", "content": {"application/json": {"schema": schema}}}
        paths[f"/r{number}/{{id}}"] = {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}],
            "get": {"responses": {"200": answer}},
        }
    return json.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths})


def test_ten_thousand_operations():
    base, head = description(), description(type="integer")
    began = time.process_time()
    findings, examinations = run(base, head)
    assert time.process_time() - began < 60  # 8 s on a common machine
    assert len(findings) == COUNT // EVERY_TENTH
    assert {one.rule for one in findings} == {"contract/response-type-changed"}
    assert len({one.fingerprint for one in findings}) == len(findings)
    assert {one.location.logical for one in findings} == {
        f"GET /r{number}/{{id}}" for number in range(0, COUNT, EVERY_TENTH)
    }
    assert examinations["contract/response-type-changed"].examined == COUNT


def test_ten_thousand_operations_of_one_cause():
    def secured(name):
        document = json.loads(description())
        schemes = {one: {"type": "http", "scheme": one} for one in ("basic", "bearer")}
        return json.dumps(document | {"security": [{name: []}], "components": {"securitySchemes": schemes}})

    [found] = [one for one in run(secured("basic"), secured("bearer"))[0] if one.level.value == "error"]
    assert len(found.concerns) == COUNT
    assert "used by 10,000 operations (GET /r0/{id}, GET /r1/{id}, GET /r2/{id} and 9,997 more)" in found.message


def test_ten_thousand_paths_that_move():
    base = description()
    head = json.dumps(
        {**json.loads(base), "paths": {"/v2" + path: it for path, it in json.loads(base)["paths"].items()}}
    )
    began = time.process_time()
    findings = run(base, head)[0]
    assert time.process_time() - began < 30  # 4 s on a common machine
    assert sum(one.rule == "contract/path-removed" for one in findings) == COUNT
    assert sum(one.rule == "contract/path-added" for one in findings) == COUNT
    assert not [one for one in findings if "may have become" in one.message]  # all of one shape: who knows which


DEEP = {
    "if": lambda inner: {"if": {"type": "string"}, "then": inner},
    "dependentSchemas": lambda inner: {"type": "object", "dependentSchemas": {"a": inner}},
    "contains": lambda inner: {"type": "array", "contains": inner},
    "not": lambda inner: {"not": inner},
    "allOf": lambda inner: {"allOf": [inner]},
    "items": lambda inner: {"type": "array", "items": inner},
}


def posted(schema, components=None):
    content = {"application/json": {"schema": schema}}
    post = {"requestBody": {"content": content}, "responses": {"200": {"description": "ok"}}}
    document = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": {"/x": {"post": post}}}
    return json.dumps(document | {"components": {"schemas": components or {}}})


@pytest.mark.parametrize("word", DEEP)
def test_what_changes_far_inside_is_told_or_undecided(word):
    def nested(kind):
        schema = {"type": kind}
        for _ in range(85):
            schema = DEEP[word](schema)
        return posted(schema)

    def chained(kind):
        chain = {f"S{at}": DEEP[word]({"$ref": f"#/components/schemas/S{at + 1}"}) for at in range(150)}
        return posted({"$ref": "#/components/schemas/S0"}, {**chain, "S150": {"type": kind}})

    for made in (nested, chained):
        findings, examinations = run(made("string"), made("integer"))
        assert findings or any(one.undecided for one in examinations.values()), made


def test_what_stands_too_deep_to_be_compared_is_undecided(monkeypatch):
    def too_deep(*_):
        raise RecursionError

    monkeypatch.setattr(Relation, "steps", too_deep)
    findings, examinations = run(posted({"type": "string"}), posted({"type": "integer"}))
    assert findings == []
    [why] = {one.undecided for one in examinations.values() if one.undecided and "too deep" in one.undecided.reason}
    assert why.outcome is Outcome.INCONCLUSIVE

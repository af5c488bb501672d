"""Ten thousand operations: each change is told, once, in a time that grows with their number."""

from __future__ import annotations

import json
import time

from sides import run

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

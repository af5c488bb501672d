"""A finding is the same one however the text is laid out, and stands where a reader would point."""

from __future__ import annotations

import json

import pytest
from sides import run

BASE = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
security:
  - basic: []
paths:
  /orders/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - {name: page, in: query, schema: {type: integer, maximum: 100}}
    get:
      operationId: getOrder
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Order"}
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              properties:
                size: {type: integer}
                colour: {enum: [red, green]}
      responses:
        "201": {description: made}
        "404": {description: none}
  /gone:
    get: {responses: {"200": {description: ok}}}
components:
  securitySchemes:
    basic: {type: http, scheme: basic}
    bearer: {type: http, scheme: bearer}
  schemas:
    Order:
      type: object
      required: [id]
      properties:
        id: {type: string}
        total: {type: number}
    Other:
      type: string
"""
HEAD = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
security:
  - bearer: []
paths:
  /orders/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
      - {name: page, in: query, schema: {type: integer, maximum: 50}}
    get:
      operationId: fetchOrder
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Order"}
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [size]
              properties:
                size: {type: integer, minimum: 1}
                colour: {enum: [green]}
      responses:
        "201": {description: made}
components:
  securitySchemes:
    basic: {type: http, scheme: basic}
    bearer: {type: http, scheme: bearer}
  schemas:
    Order:
      type: object
      properties:
        id: {type: integer}
    Other:
      type: string
"""
PLACES = {  # counted by hand: line and column at head, then at base
    "security-tightened": ((3, 1), (3, 1)),
    "request-maximum-tightened": ((9, 57), (9, 57)),
    "operation-id-changed": ((11, 7), (11, 7)),
    "request-body-became-required": ((20, 9), (19, 7)),
    "request-property-became-required": ((25, 15), (25, 17)),
    "request-minimum-tightened": ((27, 39), (25, 17)),
    "request-enum-value-removed": ((28, 26), (26, 26)),
    "response-removed": ((29, 7), (29, 9)),
    "path-removed": ((5, 1), (30, 3)),
    "response-property-removed": ((38, 7), (42, 9)),
    "response-property-became-optional": ((39, 9), (39, 7)),
    "response-type-changed": ((39, 14), (41, 14)),
}


def findings(base, head):
    return [one for one in run(base, head)[0] if one.level.value in ("error", "warning")]


def prints(base, head):
    return sorted((one.rule, one.fingerprint) for one in findings(base, head))


def plain(text):
    import yaml

    return yaml.safe_load(text)


def turned(value):
    """The same with every mapping the other way round, and lists of names too."""
    if isinstance(value, dict):
        return {name: turned(one) for name, one in reversed(value.items())}
    if isinstance(value, list):
        names = all(isinstance(one, str) for one in value)
        return [turned(one) for one in (reversed(value) if names else value)]
    return value


def test_findings_stand_where_a_reader_would_point():
    found = {
        one.rule.partition("/")[2]: (
            (one.location.line, one.location.column), (one.base_location.line, one.base_location.column),
        )
        for one in findings(BASE, HEAD)
    }  # fmt: skip
    assert found == PLACES


@pytest.mark.parametrize("side", ["base", "head", "both"])
@pytest.mark.parametrize(
    "lay",
    [
        lambda text: json.dumps(plain(text)),
        lambda text: json.dumps(plain(text), indent=4),
        lambda text: json.dumps(turned(plain(text))),
        lambda text: "# first\n\n" + text.replace("\n", "\r\n"),
        lambda text: text.replace("Other", "Elsewhere"),
        lambda text: text.replace("title: Shop", "title: Store"),
    ],
    ids=["json", "indented", "turned", "moved", "another-component-renamed", "another-title"],
)
def test_the_same_finding_has_the_same_fingerprint(lay, side):
    base, head = (lay(text) if side in (name, "both") else text for name, text in (("base", BASE), ("head", HEAD)))
    assert prints(base, head) == prints(BASE, HEAD)


def test_another_change_beside_it_makes_no_finding_a_new_one():
    more = HEAD.replace("    Other:\n      type: string\n", "    Other:\n      type: integer\n").replace(
        "components:\n  sec", "  /new:\n    get: {responses: {}}\ncomponents:\n  sec"
    )
    assert set(prints(BASE, HEAD)) <= set(prints(BASE, more))


ANCHORED = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
x-kinds:
  answer: &answer
    "200": {description: ok, content: {application/json: {schema: {type: string}}}}
paths:
  /a:
    get: {responses: *answer}
  /b:
    get:
      responses:
        <<: *answer
        "404": {description: none}
"""


def test_what_an_anchor_holds_is_told_at_each_alias():
    found = findings(ANCHORED, ANCHORED.replace("type: string", "type: integer"))
    assert [(one.rule, one.location.logical, one.location.line) for one in found] == [
        ("contract/response-type-changed", "GET /a", 5),
        ("contract/response-type-changed", "GET /b", 5),
    ]


def test_several_documents_in_one_text_are_refused():
    examinations = run(BASE, f"{HEAD}---\n{HEAD}")[1]
    assert "2 YAML documents in one file" in examinations["contract/path-removed"].undecided.reason


def test_a_change_inside_a_variant_is_the_same_one_when_another_variant_comes_before_it():
    def described(kind, *first):
        def arm(way, kind):
            return {"type": "object", "required": ["by"], "properties": {"by": {"const": way}, "size": {"type": kind}}}

        arms = [*(arm(way, "string") for way in first), arm("cash", "string"), arm("card", kind)]
        answer = {"description": "ok", "content": {"application/json": {"schema": {"oneOf": arms}}}}
        paths = {"/pay": {"get": {"responses": {"200": answer}}}}
        return json.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths})

    def changed(*first):
        found = run(described("string", *first), described("integer", *first))[0]
        return {one.fingerprint for one in found if one.rule == "contract/response-type-changed"}

    assert len(changed()) == 1
    assert changed() == changed("wire") == changed("wire", "cheque")

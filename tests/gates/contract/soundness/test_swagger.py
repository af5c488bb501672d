"""What was Swagger 2.0 is looked at as well, and every place is told as its author knows it."""

from __future__ import annotations

from finding import findings
from test_crosscheck import asked

TEXT = """\
swagger: "2.0"
info: {title: t, version: "1"}
consumes: [application/json, application/xml]
produces: [application/json, text/plain]
tags: [{name: a}]
securityDefinitions:
  oa: {type: oauth2, flow: implicit, authorizationUrl: "https://x.example", scopes: {r: read}}
paths:
  /a/{id}:
    get:
      tags: [b]
      operationId: x
      security: [{oa: [w]}, {no: []}]
      parameters:
        - {name: q, in: query, type: integer, default: z}
        - {$ref: "#/parameters/P"}
      responses:
        200: {description: x, schema: {$ref: "#/definitions/A"}, examples: {application/json: {a: 1}}}
    post:
      operationId: x
      parameters:
        - {name: id, in: path, required: true, type: string}
        - {$ref: "#/parameters/Body"}
        - {name: f, in: header, type: string, pattern: "("}
      responses:
        404: {$ref: "#/responses/R"}
parameters:
  P: {name: id, in: path, required: true, type: string}
  Body: {name: body, in: body, schema: {type: object, required: [zz], example: {}}}
responses:
  R: {description: x, schema: {type: array}}
definitions:
  A: {type: object, required: [b], properties: {a: {type: string, minLength: 3, maxLength: 2}}}
  U: {type: object}
"""


def test_swagger_2_0():
    told = {(finding.rule.partition("/")[2], finding.location.logical): finding for finding in findings(TEXT)}
    assert set(told) == {
        ("duplicate-operation-id", "paths./a/{id}.post.operationId"),
        ("no-success-response", "paths./a/{id}.post.responses"),
        ("undefined-scope", "paths./a/{id}.get.security[0].oa[0]"),
        ("undefined-security-scheme", "paths./a/{id}.get.security[1].no"),
        ("undeclared-tag", "paths./a/{id}.get.tags"),
        ("unused-component", "definitions.U"),
        ("contradictory-bounds", "definitions.A.properties.a.minLength"),
        ("invalid-pattern", "paths./a/{id}.post.parameters[2].pattern"),
        ("array-without-items", "responses.R.schema.type"),
        ("undefined-required-property", "parameters.Body.schema.required"),
        ("undefined-required-property", "definitions.A.required"),
        ("example-mismatch", "paths./a/{id}.get.responses.200.examples.application/json"),
        ("example-mismatch", "parameters.Body.schema.example"),
        ("default-mismatch", "paths./a/{id}.get.parameters[0].default"),
    }
    pattern = told["invalid-pattern", "paths./a/{id}.post.parameters[2].pattern"]
    assert pattern.location.line == 24
    assert pattern.key[2:] == ("paths", "/a/{}", "post", "parameters", "header f", "pattern", "(")


def test_the_validator_reads_what_was_written():
    found, examination = asked(TEXT)
    assert examination.undecided is None
    assert any("'x' for 'post'" in finding.message for finding in found)
    assert not any("openapi" in finding.message.partition("openapi-spec-validator")[2] for finding in found)

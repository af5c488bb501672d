"""Every fault of a list that other tools were held against is found, at its line, and nothing else is."""

from __future__ import annotations

from collections import Counter

import pytest
from finding import lines, told

from sluicegate.gates.contract.state import invalid
from sluicegate.openapi.operations import describe
from sluicegate.openapi.references import Library

SOUND = """\
openapi: VERSION
info: {title: Orders, version: "1"}
tags: [{name: orders}]
security: [{token: []}]
paths:
  /orders:
    get:
      operationId: list-orders
      tags: [orders]
      parameters:
        - {name: status, in: query, schema: {type: string, enum: [open, paid], default: open}}
      responses:
        "200":
          description: The orders.
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/Order"}}
              example: [{id: a1, total: 5}]
  /orders/{id}:
    get:
      operationId: get-order
      tags: [orders]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        "200":
          description: An order or a sale.
          content:
            application/json:
              schema:
                oneOf:
                  - $ref: "#/components/schemas/Order"
                  - $ref: "#/components/schemas/Sale"
                discriminator:
                  propertyName: id
                  mapping: {o: "#/components/schemas/Order"}
          links:
            again: {operationId: get-order, parameters: {id: $response.body#/id}}
components:
  securitySchemes:
    token: {type: http, scheme: bearer}
  schemas:
    Order:
      type: object
      required: [id]
      properties:
        id: {type: string, pattern: "^[a-z0-9]+$", minLength: 1, maxLength: 9}
        total: {type: integer, minimum: 0, maximum: 9, example: 7}
        lines: {type: array, items: {type: string}}
    Sale:
      type: object
      required: [id]
      properties:
        id: {type: string}
"""
FAULTS = {
    "duplicate operationId": ("operationId: get-order\n", "operationId: list-orders\n", "duplicate-operation-id"),
    "parameter of the path not declared": ("/orders/{id}:", "/orders/{number}:", "path-parameter-mismatch"),
    "default against its schema": ("default: open", "default: closed", "default-mismatch"),
    "bad regular expression": ("^[a-z0-9]+$", "^[a-z0-9+$", "invalid-pattern"),
    "duplicate enum value": ("enum: [open, paid]", "enum: [open, paid, open]", "duplicate-enum-value"),
    "duplicate parameter": (
        "- {name: id, in: path",
        "- {name: q, in: query}\n        - {name: q, in: query, schema: {}}\n        - {name: id, in: path",
        "duplicate-parameter",
    ),
    "media example mismatch": ("total: 5}]", "total: many}]", "example-mismatch"),
    "schema example mismatch": ("example: 7", "example: many", "example-mismatch"),
    "identical paths": ("  /orders/{id}:", "  /orders/{x}: {}\n  /orders/{id}:", "duplicate-path"),
    "required but undefined property": (
        "required: [id]\n      properties:\n        id: {type: string, ",
        "required: [id, nmae]\n      properties:\n        id: {type: string, ",
        "undefined-required-property",
    ),
    "undefined security scheme": ("security: [{token: []}]", "security: [{tokens: []}]", "undefined-security-scheme"),
    "minimum over maximum": ("minimum: 0,", "minimum: 10,", "contradictory-bounds"),
    "undefined tag": (
        "tags: [orders]\n      parameters:\n        - {name: id",
        "tags: [order]\n      parameters:\n        - {name: id",
        "undeclared-tag",
    ),
    "bad discriminator mapping": (
        '{o: "#/components/schemas/Order',
        '{o: "#/components/schemas/Oder',
        "broken-discriminator",
    ),
    "bad link operationId": ("again: {operationId: get-order", "again: {operationId: getOrder", "broken-link"),
}
SIDE_EFFECTS = {
    "parameter of the path not declared": {"unknown-link-parameter"},
    "duplicate operationId": {"broken-link"},  # nothing is called get-order any more
    "required but undefined property": {"example-mismatch"},
    "undefined security scheme": {"unused-component"},
    "minimum over maximum": {"example-mismatch"},
}


@pytest.mark.parametrize("version", ["3.0.4", "3.1.1", "3.2.0"])
def test_the_sound_description_is_sound(version):
    assert told(SOUND.replace("VERSION", version)) == []


@pytest.mark.parametrize("version", ["3.0.4", "3.1.1", "3.2.0"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_at_its_line(fault, version):
    old, new, rule = FAULTS[fault]
    text = SOUND.replace("VERSION", version)
    assert text.count(old) == 1
    faulty = text.replace(old, new)
    found = lines(faulty)
    assert rule in dict(found)
    assert {name for name, _ in found} - SIDE_EFFECTS.get(fault, set()) == {rule}
    before = Counter(row.strip() for row in text.splitlines())
    changed = Counter(row.strip() for row in faulty.splitlines()) - before
    at = next(row for name, row in found if name == rule)
    assert at in changed or fault == "parameter of the path not declared"


def test_paths_that_one_request_matches():
    item = (
        "{get: {parameters: [{name: x, in: path, required: true, schema: {}}], responses: {'204': {description: x}}}}"
    )
    text = SOUND.replace("VERSION", "3.1.1").replace(
        "components:\n", f"  /orders/{{x}}/lines: {item}\n  /orders/old/{{x}}: {item}\ncomponents:\n", 1
    )
    assert [name for name, _ in lines(text)] == ["ambiguous-path"]


@pytest.mark.parametrize(("version", "expected"), [("3.0.4", ["array-without-items"]), ("3.1.1", [])])
def test_an_array_without_items(version, expected):
    text = SOUND.replace("VERSION", version).replace(
        "lines: {type: array, items: {type: string}}", "lines: {type: array}"
    )
    assert told(text) == expected


def test_a_bad_type_is_told_by_the_meta_schema():
    from memory import MemoryTree

    text = SOUND.replace("VERSION", "3.1.1").replace("total: {type: integer", "total: {type: int")
    description = describe(Library(tree=MemoryTree({"openapi.yaml": text})), "openapi.yaml")
    assert [finding.location.logical for finding in invalid(description, "openapi.yaml")] == [
        "components.schemas.Order.properties.total.type"
    ]
    assert told(text) == []


def test_values_are_shown_as_the_description_has_them():
    from memory import MemoryTree

    text = """{"openapi": "3.1.0", "info": {"title": null, "version": {"x": true}}, "paths": {"/x": {"get": {
        "parameters": [{"name": "a", "in": ["query", null], "schema": {}}],
        "responses": {"200": {"description": "d"}}}}}}"""
    description = describe(Library(tree=MemoryTree({"openapi.json": text})), "openapi.json")
    said = [finding.message.partition(": ")[2].partition(" is ")[0] for finding in invalid(description, "openapi.json")]
    assert said == ["null", '{"x": true}', '["query", null]']

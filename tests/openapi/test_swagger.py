"""A Swagger 2.0 document reads as one of OpenAPI 3.0, and every value knows its line in the text."""

from __future__ import annotations

import json

import pytest
from memory import MemoryTree

from effort import growth
from sluicegate.openapi.dangling import bad_references
from sluicegate.openapi.document import Node
from sluicegate.openapi.inline import accepts
from sluicegate.openapi.metaschema import _validator, mistakes
from sluicegate.openapi.moved import original_of, was_at
from sluicegate.openapi.operations import describe
from sluicegate.openapi.references import DanglingError, Library

SHOP = """\
swagger: "2.0"
info: {title: Shop, version: "1"}
host: shop.example
basePath: /v1/
schemes: [https, http]
consumes: [application/json, application/xml]
produces:
  - application/json
tags: [{name: pets}]
security: [{key: []}]
x-own: 1
paths:
  x-note: kept
  /pets/{id}:
    parameters:
      - {name: id, in: path, required: true, type: integer, format: int64}
      - $ref: "#/parameters/Patch"
      - name: trace
        in: header
        type: array
        items: {type: string}
        collectionFormat: pipes
    patch:
      operationId: patchPet
      parameters:
        - name: note
          in: body
          description: replaces the one of the path
          schema:
            type: string
        - name: limit
          in: query
          type: integer
          maximum: 10
          exclusiveMaximum: true
          allowEmptyValue: true
          x-nullable: true
          x-kept: yes
      responses:
        200:
          description: the pet
          schema:
            $ref: "#/definitions/Pet"
          headers:
            X-Rate:
              description: how often
              type: array
              items: {type: integer}
          examples:
            application/json: {id: 1}
            text/plain: no
        404: {$ref: "#/responses/Missing"}
        default: {description: nothing}
    put:
      consumes: []
      produces: [text/plain, application/json]
      schemes: [wss]
      deprecated: true
      responses:
        200: {$ref: "#/responses/Missing"}
        404: {$ref: "#/responses/Unknown"}
        x-more: {schema: kept}
  /forms:
    post:
      consumes: [application/x-www-form-urlencoded, multipart/form-data, application/json]
      parameters:
        - {name: title, in: formData, type: string, required: true, description: a title}
        - $ref: "#/parameters/Tags"
        - $ref: "#/parameters/Page"
      responses: {200: {description: ok, schema: {type: file}}}
    put:
      parameters:
        - {name: photo, in: formData, type: file}
        - name: photo
          in: formData
          required: true
          type: file
      responses: {}
parameters:
  Patch:
    name: patch
    in: body
    required: true
    x-kept: 1
    schema:
      $ref: "#/definitions/Pet"
  Tags:
    name: tags
    in: formData
    type: array
    items: {type: string}
    collectionFormat: multi
  Page: {name: page, in: query, type: integer}
responses:
  Missing:
    description: not there
    schema: {$ref: "#/definitions/Pet"}
definitions:
  Pet:
    type: object
    discriminator: kind
    required: [kind]
    properties:
      kind:
        type: string
        x-nullable: true
      owner: {$ref: "#/definitions/Pet"}
      photo: {type: file}
      list: {type: array, items: {$ref: "#/definitions/Pet"}}
      free: {type: object, additionalProperties: {$ref: "#/definitions/a~1b"}}
    allOf:
      - $ref: "#/definitions/a~1b"
  a/b: {type: object}
securityDefinitions:
  key: {type: apiKey, in: header, name: X-Key}
  plain: {type: basic, description: d}
  implicit: {type: oauth2, flow: implicit, authorizationUrl: /a, scopes: {read: r}}
  password: {type: oauth2, flow: password, tokenUrl: /t, scopes: {}}
  machine: {type: oauth2, flow: application, tokenUrl: /t, scopes: {}}
  code:
    type: oauth2
    flow: accessCode
    authorizationUrl: /a
    tokenUrl: /t
    scopes:
      write: w
"""

PATCH = ("paths", "/pets/{id}", "patch")
PUT = ("paths", "/pets/{id}", "put")
FORM = ("paths", "/forms", "post", "requestBody", "content")
PET = {"$ref": "#/components/schemas/Pet"}
FLOWS = ("components", "securitySchemes")

BECOMES = [  # pointer, value (None: whatever), how its line in the text begins
    (("openapi",), "3.0.4", "swagger:"),
    (("info", "title"), "Shop", "info:"),
    (("servers",), [{"url": "https://shop.example/v1"}, {"url": "http://shop.example/v1"}], "schemes:"),
    (("servers", 1), None, "schemes:"),
    (("servers", 1, "url"), "http://shop.example/v1", "host:"),
    (("tags", 0, "name"), "pets", "tags:"),
    (("x-own",), 1, "x-own"),
    (("paths", "x-note"), "kept", "x-note"),
    (("paths", "/pets/{id}", "parameters", 0, "schema"), {"type": "integer", "format": "int64"}, "- {name: id"),
    (("paths", "/pets/{id}", "parameters", 0, "required"), True, "- {name: id"),
    (("paths", "/pets/{id}", "parameters", 1, "name"), "trace", "- name: trace"),
    (("paths", "/pets/{id}", "parameters", 1, "schema", "items"), {"type": "string"}, "items"),
    (("paths", "/pets/{id}", "parameters", 1, "style"), "pipeDelimited", "collectionFormat: pipes"),
    ((*PATCH, "operationId"), "patchPet", "operationId"),
    ((*PATCH, "parameters", 0, "name"), "limit", "- name: limit"),
    ((*PATCH, "parameters", 0, "allowEmptyValue"), True, "allowEmptyValue"),
    ((*PATCH, "parameters", 0, "x-kept"), "yes", "x-kept"),
    ((*PATCH, "parameters", 0, "schema", "maximum"), 10, "maximum"),
    ((*PATCH, "parameters", 0, "schema", "exclusiveMaximum"), True, "exclusiveMaximum"),
    ((*PATCH, "parameters", 0, "schema", "nullable"), True, "x-nullable"),
    ((*PATCH, "requestBody"), None, "- name: note"),
    ((*PATCH, "requestBody", "description"), "replaces the one of the path", "description: replaces"),
    ((*PATCH, "requestBody", "content", "application/xml"), {"schema": {"type": "string"}}, "consumes:"),
    ((*PATCH, "requestBody", "content", "application/json", "schema", "type"), "string", "type: string"),
    ((*PATCH, "responses", "200", "content"), {"application/json": {"schema": PET, "example": {"id": 1}}}, "200:"),
    ((*PATCH, "responses", "200", "content", "application/json"), None, "- application/json"),
    ((*PATCH, "responses", "200", "content", "application/json", "schema", "$ref"), None, '$ref: "#/definitions/Pet'),
    ((*PATCH, "responses", "200", "content", "application/json", "example"), None, "application/json: {id"),
    ((*PATCH, "responses", "200", "headers", "X-Rate", "description"), "how often", "description: how"),
    ((*PATCH, "responses", "200", "headers", "X-Rate", "schema", "type"), "array", "type: array"),
    ((*PATCH, "responses", "404", "$ref"), "#/components/responses/Missing", "404:"),
    ((*PATCH, "responses", "default"), {"description": "nothing"}, "default:"),
    ((*PUT, "servers"), [{"url": "wss://shop.example/v1"}], "schemes: [wss"),
    ((*PUT, "requestBody", "required"), True, "required: true"),
    ((*PUT, "requestBody", "x-kept"), 1, "x-kept: 1"),
    ((*PUT, "requestBody", "content"), {"application/json": {"schema": PET}}, "Patch:"),
    ((*PUT, "requestBody", "content", "application/json", "schema"), None, "schema:"),
    ((*PUT, "responses", "200", "content", "text/plain"), {"schema": PET}, "produces: [text/plain"),
    ((*PUT, "responses", "200", "description"), "not there", "description: not there"),
    ((*PUT, "responses", "404"), {"$ref": "#/components/responses/Unknown"}, "404:"),
    ((*PUT, "responses", "x-more"), {"schema": "kept"}, "x-more"),
    ((*PUT, "deprecated"), True, "deprecated"),
    (("paths", "/forms", "post", "parameters"), [{"$ref": "#/components/parameters/Page"}], "parameters:"),
    (("paths", "/forms", "post", "parameters", 0), None, '- $ref: "#/parameters/Page"'),
    ((*FORM, "application/x-www-form-urlencoded", "schema", "required"), ["title"], "- {name: title"),
    ((*FORM, "multipart/form-data", "schema", "properties", "title", "description"), "a title", "- {name: title"),
    ((*FORM, "multipart/form-data", "schema", "properties", "tags"), None, "Tags:"),
    ((*FORM, "multipart/form-data", "schema", "properties", "tags", "type"), "array", "type: array"),
    ((*FORM, "multipart/form-data", "encoding"), {"tags": {"style": "form", "explode": True}}, "consumes:"),
    (("paths", "/forms", "post", "responses", "200", "content", "application/json", "schema"),
     {"type": "string", "format": "binary"}, "responses: {200"),
    (("paths", "/forms", "put", "requestBody", "content", "multipart/form-data", "schema", "properties", "photo"),
     {"type": "string", "format": "binary"}, "- name: photo"),
    (("components", "parameters", "Page", "schema", "type"), "integer", "Page:"),
    (("components", "requestBodies", "Patch", "content", "application/xml", "schema"), PET, "schema:"),
    (("components", "responses", "Missing", "content", "application/json", "schema"), PET, "schema:"),
    (("components", "schemas", "Pet"), None, "Pet:"),
    (("components", "schemas", "Pet", "discriminator"), {"propertyName": "kind"}, "discriminator"),
    (("components", "schemas", "Pet", "discriminator", "propertyName"), "kind", "discriminator"),
    (("components", "schemas", "Pet", "properties", "kind", "nullable"), True, "x-nullable"),
    (("components", "schemas", "Pet", "properties", "kind", "x-nullable"), True, "x-nullable"),
    (("components", "schemas", "Pet", "properties", "owner"), PET, "owner"),
    (("components", "schemas", "Pet", "properties", "photo", "format"), "binary", "photo"),
    (("components", "schemas", "Pet", "properties", "list", "items"), PET, "list"),
    (("components", "schemas", "Pet", "allOf", 0, "$ref"), "#/components/schemas/a~1b", '- $ref: "#/definitions/a~1b'),
    ((*FLOWS, "key", "name"), "X-Key", "key:"),
    ((*FLOWS, "plain"), {"type": "http", "scheme": "basic", "description": "d"}, "plain:"),
    ((*FLOWS, "implicit", "flows"), {"implicit": {"authorizationUrl": "/a", "scopes": {"read": "r"}}}, "implicit:"),
    ((*FLOWS, "password", "flows", "password", "tokenUrl"), "/t", "password:"),
    ((*FLOWS, "machine", "flows", "clientCredentials", "tokenUrl"), "/t", "machine:"),
    ((*FLOWS, "code", "flows"), None, "flow: accessCode"),
    ((*FLOWS, "code", "flows", "authorizationCode", "scopes", "write"), "w", "write: w"),
    ((*FLOWS, "code", "flows", "authorizationCode", "tokenUrl"), "/t", "tokenUrl"),
]  # fmt: skip

GONE = [
    ("swagger",), ("definitions",), ("consumes",), ("securityDefinitions",), ("components", "parameters", "Tags"),
    (*PATCH, "consumes"), (*PUT, "produces"), (*PATCH, "parameters", 0, "type"), (*PATCH, "requestBody", "schema"),
    (*PATCH, "responses", "200", "schema"), (*PATCH, "responses", "default", "content"), (*FORM, "application/json"),
    (*PATCH, "responses", "200", "content", "text/plain"), (*PUT, "parameters"), (*FLOWS, "code", "flow"),
    (*PATCH, "parameters", 0, "style"), (*PATCH, "responses", "200", "headers", "X-Rate", "style"),
]  # fmt: skip


VALID = "      responses: {default: {description: x}}"


def described(text, **files):
    return describe(Library(tree=MemoryTree({"api": text, **files})), "api")


def at(data, pointer):
    for part in pointer:
        data = data[part]
    return data


@pytest.fixture(scope="module")
def shop():
    return described(SHOP)


@pytest.mark.parametrize(("pointer", "value", "line"), BECOMES, ids=str)
def test_what_becomes_what_and_where_it_stood(shop, pointer, value, line):
    found = at(shop.document.data, pointer)
    assert value is None or found == value
    number, column = shop.document.place(pointer)
    text = SHOP.split("\n")[number - 1]
    assert text.strip().startswith(line) or text[column - 1 :].startswith(line), text


@pytest.mark.parametrize("pointer", GONE, ids=str)
def test_what_is_not_there_any_more(shop, pointer):
    with pytest.raises((KeyError, IndexError)):
        at(shop.document.data, pointer)


def test_it_is_a_description_of_version_2_0(shop):
    assert shop.version == "2.0"
    assert [one.title for one in shop.operations.values()] == [
        "PATCH /pets/{id}", "PUT /pets/{id}", "POST /forms", "PUT /forms",
    ]  # fmt: skip
    parameters = shop.operations["/pets/{}", "PATCH"].parameters
    assert {key: one.required for key, one in parameters.items()} == {
        ("path", "0"): True, ("header", "trace"): False, ("query", "limit"): False,
    }  # fmt: skip


def test_json_has_places_too():
    text = json.dumps({"swagger": "2.0", "paths": {}, "definitions": {"A": {"x-nullable": True}}}, indent=0)
    document = described(text).document
    assert document.place(("components", "schemas", "A", "nullable")) == (6, 1)


def test_what_comes_out_is_valid_openapi_3_0():
    text = SHOP.replace('$ref: "#/responses/Unknown"', "description: x").replace("      responses: {}", VALID)
    text = text.replace("        x-more: {schema: kept}\n", "").replace("Format: pipes", "Format: csv")
    text = text.replace("Url: /", "Url: https://a.example/").replace("photo: {type: file}", "photo: {type: string}")
    description = described(text)
    assert not list(mistakes(description.document, "2.0"))
    assert [
        (error.instance_path, error.message) for error in _validator("3.0").iter_errors(description.document.data)
    ] == []


@pytest.mark.parametrize(
    ("old", "new", "pointer", "line"),
    [
        ("basePath: /v1/", "basePath: v1", ("basePath",), 4),
        ("type: integer\n          maximum", "type: text\n          maximum", (*PATCH, "parameters", 1), 31),
        ("    discriminator: kind", "    discriminator: [kind]", ("definitions", "Pet", "discriminator"), 101),
        ('swagger: "2.0"', "swagger: 2.0", ("swagger",), 1),
    ],
)
def test_mistakes_are_those_of_the_text(old, new, pointer, line):
    description = described(SHOP.replace(old, new))
    told = list(mistakes(description.document, "2.0"))
    assert pointer in [one.pointer[: len(pointer)] for one in told]
    mistake = next(one for one in told if one.pointer[: len(pointer)] == pointer)
    assert mistake.document is original_of(description.document)
    assert mistake.document.place(pointer)[0] == line


def test_references_lead_to_what_became_of_their_target(shop):
    for reference, pointer in {
        "#/definitions/Pet": ("components", "schemas", "Pet"),
        "#/components/schemas/Pet": ("components", "schemas", "Pet"),
        "#/parameters/Page": ("components", "parameters", "Page"),
        "#/parameters/Patch": ("components", "requestBodies", "Patch"),
        "#/responses/Missing/schema": ("components", "responses", "Missing", "content", "application/json", "schema"),
        "#/paths/~1pets~1{id}/patch/parameters/1": (*PATCH, "parameters", 0),
        "#/paths/~1pets~1{id}/patch/parameters/0/schema": (
            *PATCH, "requestBody", "content", "application/json", "schema",
        ),
        "#/paths/~1pets~1{id}/patch/responses/200/schema": (
            *PATCH, "responses", "200", "content", "application/json", "schema",
        ),
        "#": (),
    }.items():  # fmt: skip
        assert shop.library.follow(shop.document, reference).pointer == pointer, reference
    form = ("paths", "/forms", "post", "requestBody", "content", "application/x-www-form-urlencoded", "schema")
    assert shop.library.follow(shop.document, "#/paths/~1forms/post/parameters/0").pointer == (
        *form,
        "properties",
        "title",
    )
    for reference in ("#/definitions/Nobody", "#/consumes/0", "#/paths/~1pets~1{id}/patch/parameters/9"):
        with pytest.raises(DanglingError):
            shop.library.follow(shop.document, reference)


def test_a_bad_reference_is_told_as_it_was_written(shop):
    bad = next(iter(bad_references(shop.library, shop.document)))
    assert (bad.reference, bad.reason) == ("#/responses/Unknown", "api has nothing at #/responses/Unknown")
    assert shop.document.place((*bad.node.pointer, "$ref"))[0] == 1 + SHOP.split("\n").index(
        '        404: {$ref: "#/responses/Unknown"}'
    )


def test_references_between_swagger_files():
    first = {
        "swagger": "2.0",
        "paths": {
            "/a": {
                "get": {
                    "parameters": [{"$ref": "lib/two.json#/parameters/Page"}],
                    "responses": {"200": {"$ref": "lib/two.json#/responses/Ok"}},
                }
            }
        },
    }
    two = {
        "swagger": "2.0",
        "parameters": {"Page": {"name": "page", "in": "query", "type": "integer"}},
        "responses": {"Ok": {"description": "", "schema": {"$ref": "#/definitions/A"}}},
        "definitions": {"A": {"type": "string", "x-nullable": True}},
    }
    description = described(json.dumps(first), **{"lib/two.json": json.dumps(two)})
    assert not list(bad_references(description.library, description.document))
    operation = description.operations["/a", "GET"]
    assert operation.parameters["query", "page"].node.get("schema").value == {"type": "integer"}
    response = description.library.resolve(operation.node.get("responses").get("200"))
    schema = response.get("content").get("application/json").get("schema")
    assert accepts(description.library, [schema], None, None) is True
    assert accepts(description.library, [schema], 1, None) is False


def test_a_file_of_definitions_alone_follows_the_rules_of_3_0():
    text = json.dumps({"swagger": "2.0", "paths": {}, "definitions": {"A": {"$ref": "defs.json#/A"}}})
    description = described(text, **{"defs.json": json.dumps({"A": {"type": "integer", "maximum": 3}})})
    schema = Node(description.document, ("components", "schemas", "A"), {"$ref": "defs.json#/A"})
    assert accepts(description.library, [schema], 4, None) is False


PARTS = {
    "parts/paths.json": {
        "pets": {
            "post": {
                "parameters": [{"$ref": "shared.json#/Body"}, {"$ref": "shared.json#/parameters/Page"}],
                "responses": {"200": {"$ref": "shared.json#/Ok"}},
            }
        }
    },
    "parts/shared.json": {
        "Body": {"in": "body", "name": "b", "required": True, "schema": {"$ref": "#/definitions/A"}},
        "File": {"in": "formData", "name": "f", "type": "file", "required": True},
        "parameters": {"Page": {"name": "page", "in": "query", "type": "array", "items": {"type": "string"}}},
        "Ok": {"description": "ok", "schema": {"$ref": "#/definitions/A"}},
        "definitions": {"A": {"type": "string", "x-nullable": True}},
    },
}


@pytest.mark.parametrize("path", ["parts/paths.json#/pets", "whole"])
def test_parts_in_files_of_their_own(path):
    whole = {"swagger": "2.0", "paths": {"/pets": {"$ref": path}}}
    if path == "whole":
        text = json.dumps(PARTS["parts/paths.json"]["pets"]).replace("shared.json", "parts/shared.json")
        whole["paths"]["/pets"] = json.loads(text)
    parts = {name: json.dumps(one, indent=0) for name, one in PARTS.items()}
    description = described(json.dumps(whole), **parts)
    assert not list(bad_references(description.library, description.document))
    library, operation = description.library, description.operations["/pets", "POST"]
    assert list(operation.parameters) == [("query", "page")]
    page = operation.parameters["query", "page"].node
    assert page.value["schema"] == {"type": "array", "items": {"type": "string"}}
    assert (page.value["style"], page.value["explode"]) == ("form", False)
    assert (
        parts["parts/shared.json"].split("\n")[page.get("schema").get("type").line_column[0] - 1] == '"type": "array",'
    )
    body = operation.node.get("requestBody")
    assert body.flag("required")
    response = library.resolve(operation.node.get("responses").get("200"))
    for holder in (body, response):
        schema = holder.get("content").get("application/json").get("schema")
        assert library.resolve(schema).pointer == ("definitions", "A")
        assert accepts(library, [schema], None, None) is True
        assert accepts(library, [schema], 3, None) is False


def test_a_shared_file_of_another_file():
    for name in ("parts/shared.json#/File", "lib#/parameters/F"):
        root = {"swagger": "2.0", "paths": {"/a": {"post": {"parameters": [{"$ref": name}], "responses": {}}}}}
        lib = {"swagger": "2.0", "paths": {}, "parameters": {"F": PARTS["parts/shared.json"]["File"]}}
        files = {"parts/shared.json": json.dumps(PARTS["parts/shared.json"]), "lib": json.dumps(lib)}
        description = described(json.dumps(root), **files)
        body = description.operations["/a", "POST"].node.value["requestBody"]
        assert body["content"]["multipart/form-data"]["schema"]["properties"] == {
            "f": {"type": "string", "format": "binary"}
        }
        assert not list(bad_references(description.library, description.document))


def test_files_that_refer_to_each_other():
    one = {"swagger": "2.0", "paths": {}, "parameters": {"B": {"in": "body", "schema": {"$ref": "two#/definitions/A"}}}}
    two = {
        "swagger": "2.0",
        "paths": {"/a": {"put": {"parameters": [{"$ref": "api#/parameters/B"}], "responses": {}}}},
        "definitions": {"A": {"type": "integer"}},
    }
    library = Library(tree=MemoryTree({"api": json.dumps(one), "two": json.dumps(two)}))
    for path in ("two", "api"):
        description = describe(library, path)
        assert not list(bad_references(library, description.document))
    body = describe(library, "two").operations["/a", "PUT"].node.get("requestBody")
    schema = body.get("content").get("application/json").get("schema")
    assert accepts(library, [schema], "x", None) is False


def test_a_part_in_words_of_openapi_3_stays_as_it_is():
    part = {
        "item": {
            "get": {
                "parameters": [
                    {"name": "a", "in": "query", "schema": {"type": "array"}},
                    {"name": "b", "in": "query", "content": {"application/json": {"schema": {}}}},
                ],
                "requestBody": {"content": {}},
                "responses": {"200": {"description": "", "headers": {"A": {"schema": {}}}, "content": {}}},
            }
        },
        "Schema": {"type": "object", "properties": {"in": {"type": "string"}, "name": {"nullable": True}}},
        "Other": {"description": "any", "discriminator": {"propertyName": "x"}},
        "definitions": {"D": {"$ref": "#/definitions/E"}},
        "list": [1, {"in": "query", "name": "x", "type": "string"}],
    }
    library = Library(tree=MemoryTree({"part": json.dumps(part)}))
    document = library.open("part")
    assert document.data == part
    assert original_of(document) is document


def test_a_form_with_a_file_takes_no_other_media_type():
    parameter = {"name": "a", "in": "formData", "type": "file"}
    consumes = ["application/x-www-form-urlencoded", "multipart/form-data"]
    root = {"swagger": "2.0", "consumes": consumes, "paths": {"/a": {"post": {"parameters": [parameter]}}}}
    content = at(described(json.dumps(root)).document.data, ("paths", "/a", "post", "requestBody", "content"))
    assert list(content) == ["multipart/form-data"]


STYLES = {
    ("query", None): ("form", False),
    ("query", "csv"): ("form", False),
    ("query", "ssv"): ("spaceDelimited", False),
    ("query", "tsv"): ("tabDelimited", False),
    ("query", "pipes"): ("pipeDelimited", False),
    ("query", "multi"): ("form", True),
    ("path", "csv"): (None, None),
    ("header", None): (None, None),
    ("header", "ssv"): ("spaceDelimited", None),
}


@pytest.mark.parametrize(("where", "collected"), STYLES)
def test_how_lists_are_written(where, collected):
    parameter = {"name": "a", "in": where, "type": "array", "items": {}}
    if collected:
        parameter["collectionFormat"] = collected
    root = {"swagger": "2.0", "paths": {"/a": {"get": {"parameters": [parameter], "responses": {}}}}}
    found = at(described(json.dumps(root)).document.data, ("paths", "/a", "get", "parameters", 0))
    assert (found.get("style"), found.get("explode")) == STYLES[where, collected]
    assert "collectionFormat" not in found


@pytest.mark.parametrize(
    ("addresses", "servers"),
    [
        ({}, None),
        ({"basePath": "/v1"}, ["/v1"]),
        ({"host": "a.b"}, ["//a.b"]),
        ({"host": "a.b", "schemes": ["ws"]}, ["ws://a.b"]),
        ({"host": "a.b", "basePath": "/", "schemes": []}, ["//a.b"]),
        ({"basePath": "/v1", "schemes": ["https"]}, ["/v1"]),
        ({"host": 3, "basePath": ["x"], "schemes": "x"}, None),
    ],
)
def test_addresses(addresses, servers):
    data = described(json.dumps({"swagger": "2.0", "paths": {}, **addresses})).document.data
    assert [one["url"] for one in data["servers"]] == servers if servers else "servers" not in data


@pytest.mark.parametrize("junk", [None, 3, "x", [], {}, [[]], [{}], {"a": 3}, {"a": None}, {"a": []}, {"a": {}}, True])
def test_whatever_stands_there_is_read(junk):
    keys = ("paths", "definitions", "parameters", "responses", "securityDefinitions", "consumes", "produces", "schemes")
    for key in (*keys, "host", "info"):
        describe_junk({key: junk})
    for body in (
        {"in": "body", "schema": junk},
        {"in": "formData", "name": junk},
        {"in": "query", "items": junk},
        junk,
    ):
        parameters = {"parameters": [body, junk], "consumes": junk, "produces": junk, "schemes": junk}
        describe_junk({"paths": {"/a": {"get": {**parameters, "responses": junk}, "parameters": junk, "put": junk}}})
        describe_junk({"paths": {"/a": junk, "x": junk}, "parameters": {"a": body}})
    response = {"schema": junk, "headers": {"h": junk}, "examples": junk}
    describe_junk({"paths": {"/a": {"get": {"responses": {"200": response, "201": junk, "$ref": junk}}}}})
    words = ("properties", "items", "allOf", "additionalProperties", "discriminator", "type", "x-nullable", "$ref")
    describe_junk({"definitions": {word: {word: junk} for word in words}})
    describe_junk({"securityDefinitions": {"a": {"type": "oauth2", "flow": junk if isinstance(junk, str) else "x"}}})


def describe_junk(root):
    description = described(json.dumps({"swagger": "2.0", **root}))
    list(mistakes(description.document, "2.0"))
    list(bad_references(description.library, description.document))


def test_how_the_author_knows_a_value(shop):
    assert was_at(shop.document, (*PATCH, "requestBody", "content", "application/xml", "schema", "type")) == (
        *PATCH, "parameters", 0, "schema", "type",
    )  # fmt: skip
    assert was_at(shop.document, ("components", "schemas", "Pet", "type")) == ("definitions", "Pet", "type")
    assert was_at(original_of(shop.document), ("definitions", "Pet")) == ("definitions", "Pet")


@pytest.mark.parametrize("words", [("items",), ("properties", "a"), ("additionalProperties",), ("x", "items")])
def test_deep_documents(words):
    deep = {"type": "file"}
    for _ in range(190 // len(words)):
        for word in reversed(words):
            deep = {word: deep}
    root = json.dumps({"swagger": "2.0", "paths": {}, "definitions": {"A": {"$ref": "deep#/A"}, "B": deep}})
    description = described(root, deep=json.dumps({"A": deep}))
    assert not list(bad_references(description.library, description.document))


def test_what_aliases_share_stays_shared():
    text = "swagger: '2.0'\npaths: {}\ndefinitions:\n  A: &a {properties: {b: {type: string}}}\n  B: *a\n"
    schemas = described(text).document.data["components"]["schemas"]
    assert schemas["A"] is schemas["B"]


def test_a_large_document_takes_linear_time():
    def converted(count):
        kind = {"type": "string", "x-nullable": True}
        schema = {"type": "object", "properties": {f"p{number}": kind for number in range(40)}}
        definitions = {f"S{number}": schema for number in range(count)}
        text = json.dumps({"swagger": "2.0", "paths": {}, "definitions": definitions})
        schemas = described(text).document.data["components"]["schemas"]
        assert schemas[f"S{count - 1}"]["properties"]["p39"]["nullable"] is True

    assert growth(converted, 300) < 2.2

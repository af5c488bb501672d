"""What each lint tells, and what it is quiet about."""

from __future__ import annotations

import pytest
from finding import answer, api, findings, path, ref, told

STRING = {"type": "string"}
OPEN = {"type": "object", "properties": {"a": STRING}}


def needs(*names, **more):
    return {"required": list(names), **more}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (needs("a"), ["undefined-required-property"]),
        (needs("a", properties={"a": STRING}), []),
        (needs("a", additionalProperties=True), []),
        (needs("a", additionalProperties={}), []),
        (needs("a", patternProperties={"^a": {}}), []),
        (needs("a", allOf=[OPEN]), []),
        (needs("a", oneOf=[OPEN, {"type": "object"}]), []),
        ({**OPEN, "anyOf": [needs("a"), needs("b")]}, ["undefined-required-property"]),
        ({"properties": {"a": {}, "b": {}}, "anyOf": [needs("a"), needs("b")]}, []),
        ({"properties": {"a": {}}, "allOf": [{"anyOf": [needs("a"), {"type": "object"}]}]}, []),
        ({**OPEN, "not": needs("z")}, []),
        ({**OPEN, "not": {"anyOf": [needs("z"), needs("y")]}}, []),
        ({**OPEN, "if": needs("z"), "then": needs("a")}, []),
        ({**OPEN, "then": {"properties": {"b": {}}}, "required": ["b"]}, []),
        (needs("a", allOf=[{"$ref": "#/nowhere"}]), []),
        ({"allOf": [ref("Mixin"), OPEN]}, []),
        (needs("a", **{"$ref": "#/components/schemas/A"}), []),
        (needs("z", **{"$ref": "#/components/schemas/A"}), ["undefined-required-property"]),
        ({"type": "object", "properties": {"deep": needs("z", type="object")}}, ["undefined-required-property"]),
        (needs("me", allOf=[ref("Self")]), []),
    ],
)
def test_required_properties(schema, expected):
    schemas = {"Mixin": needs("a"), "A": OPEN, "Self": {"allOf": [ref("Self")], "properties": {"me": {}}}}
    found = [rule for rule in told(answer(schema, schemas=schemas)) if rule != "unused-component"]
    if "Mixin" not in str(schema):
        expected = [*expected, "undefined-required-property"]  # the mixin itself: nothing takes it in
    assert sorted(found) == sorted(expected)


CLOSED = {"type": "object", "properties": {"a": STRING}, "additionalProperties": False}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({**CLOSED, "required": ["a"]}, 0),
        ({**CLOSED, "required": ["b"]}, 1),
        ({**CLOSED, "required": ["b"], "patternProperties": {"b": {}}}, 0),
        ({"allOf": [CLOSED, {"properties": {"b": {}}, "required": ["b"]}]}, 1),
        ({"allOf": [{"allOf": [CLOSED, {"properties": {"b": {}}, "required": ["b"]}]}, OPEN]}, 1),
        ({"allOf": [CLOSED, {"properties": {"b": {}}}]}, 0),
        ({"anyOf": [CLOSED, {"properties": {"b": {}}, "required": ["b"]}]}, 0),
        ({"allOf": [{**CLOSED, "required": ["b"]}, OPEN]}, 1),
    ],
)
def test_impossible_properties(schema, expected):
    assert told(answer(schema)) == ["impossible-property"] * expected


@pytest.mark.parametrize(
    ("schema", "version", "fires"),
    [
        ({"minimum": 2, "maximum": 1}, "3.1.0", True),
        ({"minimum": 1, "maximum": 1}, "3.1.0", False),
        ({"exclusiveMinimum": 1, "maximum": 1}, "3.1.0", True),
        ({"exclusiveMinimum": 1, "exclusiveMaximum": 1.5}, "3.1.0", False),
        ({"minimum": 1, "exclusiveMinimum": True, "maximum": 1}, "3.0.3", True),
        ({"minimum": 1, "exclusiveMinimum": False, "maximum": 1}, "3.0.3", False),
        ({"minLength": 2, "maxLength": 1}, "3.0.3", True),
        ({"minItems": 2, "maxItems": 1}, "3.1.0", True),
        ({"minProperties": 2, "maxProperties": 1}, "3.1.0", True),
        ({"contains": {}, "minContains": 2, "maxContains": 1}, "3.1.0", True),
        ({"minLength": "2", "maxLength": 1}, "3.1.0", False),
        ({"minLength": 2}, "3.1.0", False),
    ],
)
def test_bounds(schema, version, fires):
    assert told(answer(schema, version=version)) == ["contradictory-bounds"] * fires


@pytest.mark.parametrize(
    ("schema", "version", "expected"),
    [
        ({"type": "string", "enum": ["a", 1]}, "3.1.0", ["enum-mismatch"]),
        ({"type": "string", "enum": ["a", None]}, "3.1.0", ["enum-mismatch"]),
        ({"type": ["string", "null"], "enum": ["a", None]}, "3.1.0", []),
        ({"type": "string", "nullable": True, "enum": ["a", None]}, "3.0.3", []),
        ({"type": "integer", "enum": [1, 2.0]}, "3.1.0", []),
        ({"type": "integer", "enum": [1, True]}, "3.1.0", ["enum-mismatch"]),
        ({"type": "boolean", "enum": [1, 0]}, "3.1.0", ["enum-mismatch"] * 2),
        ({"enum": ["a", 1, None]}, "3.1.0", []),
        ({"enum": []}, "3.1.0", ["enum-mismatch"]),
        ({"type": "string", "const": 1}, "3.1.0", ["enum-mismatch"]),
        ({"enum": [1, 1.0]}, "3.1.0", ["duplicate-enum-value"]),
        ({"enum": [1, True, "1", [1], [True]]}, "3.1.0", []),
        ({"enum": [{"a": 1, "b": 2}, {"b": 2, "a": 1}]}, "3.1.0", ["duplicate-enum-value"]),
        ({"enum": ["a", "b", "a", "a"]}, "3.1.0", ["duplicate-enum-value"]),
    ],
)
def test_enums(schema, version, expected):
    assert told(answer(schema, version=version)) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("/a/{x}/b", "/a/c/{x}", ["ambiguous-path"]),
        ("/a/{x}", "/a/{y}", ["duplicate-path"]),
        ("/a/{x}", "/a/b", []),
        ("/a/{x}/{y}", "/a/b/{y}", []),
        ("/a/{x}/b", "/a/{y}/c", []),
        ("/a/{x}.json/b", "/a/c/{x}", []),
        ("/a/{x}.json/b", "/a/c.json/{x}", ["ambiguous-path"]),
        ("/a/{x}/b", "/a/c", []),
    ],
)
def test_pairs_of_paths(one, other, expected):
    def names(template):
        return [part.partition("}")[0] for part in template.split("{")[1:]]

    paths = {one: path(*names(one)), other: path(*names(other))}
    assert told(api(paths)) == expected
    assert told(api(dict(reversed(paths.items())))) == expected
    keys = {finding.key for finding in findings(api(paths))}
    assert keys == {finding.key for finding in findings(api(dict(reversed(paths.items()))))}


def test_paths_of_different_methods_or_types_are_not_ambiguous():
    one, other = path("x"), path("x")
    assert told(api({"/a/{x}/b": one, "/a/c/{x}": path("x", method="put")})) == []
    one["get"]["parameters"][0]["schema"] = {"type": "integer"}
    assert told(api({"/a/{x}/b": one, "/a/c/{x}": other})) == []
    assert told(api({"/a/{x}/b": one, "/a/7/{x}": other})) == ["ambiguous-path"]
    one["get"]["parameters"][0]["schema"] = {"type": "string", "enum": ["c", "d"]}
    assert told(api({"/a/{x}/b": one, "/a/c/{x}": other})) == ["ambiguous-path"]
    assert told(api({"/a/{x}/b": one, "/a/e/{x}": other})) == []


@pytest.mark.parametrize(
    ("template", "item", "expected"),
    [
        ("/a/{x}", path("x"), 0),
        ("/a/{x}", path(), 1),
        ("/a/{x}", path("y"), 2),
        ("/a", path("x"), 1),
        ("/a/{x}/{x}", path("x"), 1),
        ("/a/{x}", {**path(), **path(method="put")}, 1),
        ("/a/{x}", {**path("x"), **path(method="put")}, 1),
        ("/a/{x}", {"parameters": path("x")["get"]["parameters"], **path()}, 0),
        ("/a/{x}", {"get": {"parameters": [{"$ref": "#/nowhere"}], "responses": {"204": {"description": "x"}}}}, 0),
        ("/a/{x}", {}, 0),
    ],
)
def test_path_parameters(template, item, expected):
    assert told(api({template: item})) == ["path-parameter-mismatch"] * expected


def test_what_stands_beside_the_reference_of_a_path_counts():
    beside = {"$ref": "#/components/pathItems/A", "parameters": path("x")["get"]["parameters"]}
    components = {"pathItems": {"A": path()}}
    assert told(api({"/a/{x}": beside}, components=components)) == []
    assert told(api({"/a/{y}": beside}, components=components)) == ["path-parameter-mismatch"] * 2
    assert told(api({"/a/{x}": {**beside, **path("z", method="put")}}, components=components)) == [
        "path-parameter-mismatch"
    ]


def test_parameters_that_are_declared_twice():
    def one(name, where="query", **more):
        return {"name": name, "in": where, "schema": STRING, **more}

    def of(*parameters, shared=()):
        get = {"parameters": list(parameters), "responses": {"204": {"description": "x"}}}
        return told(api({"/a": {"parameters": list(shared), "get": get}}))

    assert of(one("a"), one("a", description="again")) == ["duplicate-parameter"]
    assert of(one("X-A", "header"), one("x-a", "header")) == ["duplicate-parameter"]
    assert of(one("a"), one("A")) == of(one("a"), one("a", "header")) == of(one("a"), shared=[one("a")]) == []


@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        ({"404": {}}, ["no-success-response"]),
        ({"4XX": {}, "500": {}, "x-note": 1}, ["no-success-response"]),
        ({"default": {}}, []),
        ({"302": {}}, []),
        ({"2XX": {}}, []),
        ({"101": {}}, []),
        ({}, []),
    ],
)
def test_responses(responses, expected):
    assert told(api({"/a": {"get": {"responses": responses}}})) == expected


def test_contents_are_missed_where_others_have_them():
    document = answer(STRING)
    bare = {"get": {"responses": {"200": {"description": "x"}, "204": {"description": "x"}}}}
    document["paths"]["/b"] = bare
    assert told(document) == ["response-without-content"]
    document["paths"]["/b"] = {"post": bare["get"]}
    assert told(document) == []
    assert told(api({"/b": bare})) == []


def test_security():
    def of(*requirements, **schemes):
        operation = {"security": list(requirements), "responses": {"204": {"description": "x"}}}
        return told(api({"/a": {"get": operation, "put": operation}}, components={"securitySchemes": schemes}))

    oauth = {"type": "oauth2", "flows": {"implicit": {"scopes": {"r": ""}}, "password": {"scopes": {"w": ""}}}}
    assert of({"a": []}) == ["undefined-security-scheme"]
    assert of({"a": []}, {}, a={"type": "http", "scheme": "basic"}) == []
    assert of({"a": ["r", "w"]}, a=oauth) == []
    assert of({"a": ["r", "x"]}, a=oauth) == ["undefined-scope"]
    assert of({"a": ["anything"]}, a={"type": "openIdConnect"}) == []
    assert of({"https://else.example/#/a": []}) == []


def test_tags():
    paths = {f"/{n}": {"get": {"tags": ["a", "b"], "responses": {"204": {"description": "x"}}}} for n in range(3)}
    assert told(api(paths)) == told(api(paths, tags=[])) == []
    [found] = findings(api(paths, tags=[{"name": "a"}]))
    assert "`b` of 3 operations" in found.message


def test_links():
    def of(link, **parameters):
        document = answer(STRING)
        document["paths"]["/a"]["get"]["responses"]["200"]["links"] = {"next": {**link, "parameters": parameters}}
        document["paths"]["/b/{id}"] = path("id", operationId="b")
        return told(document)

    assert of({"operationId": "b"}, id="x") == of({"operationId": "b"}, **{"path.id": "x"}) == []
    assert of({"operationId": "c"}) == of({"operationRef": "#/paths/~1c/get"}) == ["broken-link"]
    assert of({"operationRef": "#/paths/~1b~1{id}/get"}, id="x") == []
    assert of({"operationRef": "#/paths/~1b~1{id}/get"}, **{"query.id": "x"}) == ["unknown-link-parameter"]
    assert of({"operationRef": "https://else.example/api.yaml#/paths/~1b/get"}, z="x") == []


def test_discriminators():
    schemas = {name: {"type": "object", "required": ["k"], "properties": {"k": STRING}} for name in "ABC"}

    def of(mapping, *, arms="AB", name="k", **changed):
        discriminator = {"propertyName": name, "mapping": mapping}
        schema = {"oneOf": [ref(arm) for arm in arms], "discriminator": discriminator}
        return [
            rule
            for rule in told(answer(schema, schemas={**schemas, **changed}))
            if rule not in ("unused-component", "undefined-required-property")
        ]

    assert of({"a": "A", "b": "#/components/schemas/B"}) == []
    assert of({"a": "Z"}) == of({"a": "#/components/schemas/Z"}) == of({"c": "C"}) == ["broken-discriminator"]
    assert of({"c": "https://else.example/C.json"}) == []
    assert of({"c": "C"}, arms="AD", D={"anyOf": [ref("C"), ref("B")]}) == []
    assert of({}, name="z") == ["discriminator-property-missing"]
    assert of({}, B=OPEN) == of({}, B={**schemas["B"], "required": []}) == ["discriminator-property-missing"]
    assert of({}, B={"allOf": [ref("C")]}) == of({}, B={"allOf": [{"$ref": "#/nowhere"}]}) == []
    parent = {"type": "object", "discriminator": {"propertyName": "k"}, "properties": {"k": STRING}}
    assert told(answer(ref("P"), schemas={"P": parent})) == ["discriminator-property-missing"]
    assert told(answer(ref("P"), schemas={"P": {**parent, "required": ["k"]}})) == []


def test_unused_components():
    def of(**schemas):
        found = findings(answer(ref("A"), schemas={"A": {}, **schemas}))
        return [finding.key[-1] for finding in found if finding.rule == "contract/unused-component"]

    assert of() == []
    assert of(B={"$ref": "#/components/schemas/A"}) == ["B"]
    assert of(A={"properties": {"b": ref("B")}}, B={"items": ref("C")}, C={"items": ref("B")}) == []
    assert of(B={"items": ref("C")}, C={"items": ref("B")}) == ["B", "C"]
    kind = {"discriminator": {"propertyName": "k", "mapping": {"c": "C"}}, "required": ["k"], "properties": {"k": {}}}
    assert of(A=kind, B={"allOf": [ref("A")]}, C={}, D={}) == ["D"]
    assert of(A={"x-note": {"$ref": "#/components/schemas/B"}}, B={"items": ref("C")}, C={}) == []
    assert told(api(components={"schemas": {"A": {}}})) == []


def test_many_notes_are_told_calmly():
    found = findings(answer(ref("A"), schemas={"A": {}, **{f"B{n}": {} for n in range(100)}}))
    assert len(found) == 26
    assert "75 more places" in found[-1].message
    assert "components.schemas.B25, components.schemas.B26, " in found[-1].message


def test_array_items_are_asked_for_in_3_0_alone():
    schema = {"type": "object", "properties": {"a": {"type": "array"}, "b": {"type": "array", "items": {}}}}
    assert told(answer(schema, version="3.0.3")) == ["array-without-items"]
    assert told(answer(schema)) == []


def test_patterns():
    assert told(answer({"pattern": "(", "patternProperties": {"[": {}, "^x-": {}}})) == ["invalid-pattern"] * 2
    assert told(answer({"type": "object", "properties": {"pattern": {"type": "string"}}})) == []

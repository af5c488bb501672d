"""A schema that is inlined for one value judges that value as the schema itself does."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from memory import MemoryTree

from effort import HANGS, growth
from sluicegate.openapi.direction import Direction
from sluicegate.openapi.document import Node
from sluicegate.openapi.inline import MOST_SCHEMAS, accepts, inlined
from sluicegate.openapi.references import Library

REQUEST, RESPONSE = Direction.REQUEST, Direction.RESPONSE


def library(schemas, version="3.1.1", **files):
    root = {"openapi": version, "components": {"schemas": schemas}}
    return Library(tree=MemoryTree({"api": json.dumps(root), **{name: json.dumps(one) for name, one in files.items()}}))


def node(shelf, name="S"):
    return shelf.follow(shelf.open("api"), f"#/components/schemas/{name}")


def judge(schema, instance, direction=None, version="3.1.1", *, closed=False, **others):
    """What is told of a value: of the schema S, beside which others may stand."""
    shelf = library({"S": schema, **others}, version)
    return accepts(shelf, [node(shelf)], instance, direction, closed=closed)


def judge_3_0(schema, instance, direction=None, **others):
    return judge(schema, instance, direction, "3.0.3", **others)


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


TREE = {
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": ref("S")}},
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("instance", "expected"),
    [
        ({"name": "a", "children": [{"name": "b", "children": []}, {"name": "c"}]}, True),
        ({"name": "a", "children": [{"name": "b", "children": [{"nam": "c"}]}]}, False),
        ({"name": "a", "children": [{"name": "b"}, {"name": 1}]}, False),
        ("a", False),
    ],
)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.1"])
def test_a_tree_that_holds_itself(instance, expected, version):
    assert judge(TREE, instance, version=version) is expected


def test_only_what_the_value_reaches_is_in_the_schema_and_no_reference():
    shelf = library({"S": TREE})
    found = inlined(shelf, [node(shelf)], {"name": "a"}, None)
    assert found.complete
    assert found.schema["properties"] == {"name": True}, "taken at a glance"
    assert inlined(shelf, [node(shelf)], {"name": 1}, None).schema["properties"] == {"name": {"type": "string"}}
    deep = inlined(shelf, [node(shelf)], {"name": "a", "children": [{"name": "b"}]}, None)
    assert "$ref" not in json.dumps(deep.schema)
    assert deep.schema["properties"]["children"]["items"]["properties"] == {"name": True}


PETS = {
    "Cat": {"type": "object", "required": ["meow"], "properties": {"meow": {"type": "boolean"}}},
    "Dog": {"type": "object", "required": ["bark"], "properties": {"bark": {"type": "boolean"}}},
}


@pytest.mark.parametrize(
    ("word", "instance", "expected"),
    [
        ("oneOf", {"meow": True}, True),
        ("oneOf", {"meow": True, "bark": True}, False),
        ("oneOf", {}, False),
        ("anyOf", {"meow": True, "bark": True}, True),
        ("anyOf", {"meow": 1}, False),
        ("allOf", {"meow": True}, False),
        ("allOf", {"meow": True, "bark": False}, True),
    ],
)
def test_combinations_of_references(word, instance, expected):
    schema = {word: [ref("Cat"), ref("Dog")], "discriminator": {"propertyName": "kind"}}
    assert judge(schema, instance, **PETS) is expected


@pytest.mark.parametrize(
    ("schema", "instance", "expected"),
    [
        ({"type": "string", "nullable": True}, None, True),
        ({"type": "string"}, None, False),
        ({"type": "string", "nullable": True, "enum": ["a"]}, None, False),
        ({"type": "string", "nullable": True, "enum": ["a", None]}, None, True),
        ({"nullable": True, "allOf": [{"type": "string"}]}, None, False),
        ({"type": "integer", "minimum": 3, "exclusiveMinimum": True}, 3, False),
        ({"type": "integer", "minimum": 3, "exclusiveMinimum": False}, 3, True),
        ({"type": "integer", "maximum": 3, "exclusiveMaximum": True}, 3, False),
        ({"type": "integer", "exclusiveMaximum": True}, 3, True),
        ({**ref("T"), "maxLength": 1}, "ab", True),
        ({"type": "integer", "format": "int32"}, 2**31, False),
        ({"type": "integer", "format": "int64"}, 2**31, True),
        ({"const": 1}, 1, None),  # no keyword of 3.0: nobody knows what a server makes of it
        ({"properties": {"a": {"const": 1}}}, {}, True),
    ],
)
def test_words_of_3_0(schema, instance, expected):
    assert judge_3_0(schema, instance, T={"type": "string"}) is expected


@pytest.mark.parametrize(
    ("schema", "instance", "expected"),
    [
        ({"type": "string", "nullable": True}, None, False),
        ({"type": ["string", "null"]}, None, True),
        ({**ref("T"), "maxLength": 1}, "ab", False),
        ({**ref("T"), "maxLength": 2, "description": "x"}, "ab", True),
        (ref("U"), "abc", False),
        ({"exclusiveMinimum": 3}, 3, False),
        (True, 1, True),
        (False, 1, False),
        ({"properties": {"a": False}}, {"a": 1}, False),
        ({"const": 1}, 2, False),
        ({"if": {"type": "string"}, "then": {"maxLength": 1}, "else": {"maximum": 1}}, "ab", False),
        ({"if": {"type": "string"}, "then": {"maxLength": 1}, "else": {"maximum": 1}}, 2, False),
        ({"then": False}, 2, True),
        ({"not": ref("T")}, "a", False),
        ({"prefixItems": [{"type": "string"}, ref("T")], "items": {"type": "integer"}}, ["a", "b", 3], True),
        ({"prefixItems": [{"type": "string"}, ref("T")], "items": {"type": "integer"}}, ["a", 2, 3], False),
        ({"prefixItems": [{"type": "string"}, ref("T")], "items": {"type": "integer"}}, ["a", "b", "c"], False),
        ({"prefixItems": [{"type": "string"}, ref("T")], "items": {"type": "integer"}}, ["a"], True),
        ({"contains": ref("T")}, [1, "a"], True),
        ({"contains": ref("T")}, [1], False),
        ({"contains": ref("T")}, [], False),
        ({"contains": ref("T"), "minContains": 0}, [], True),
        ({"contains": ref("T"), "maxContains": 1}, ["a", "b"], False),
        ({"contains": ref("T"), "unevaluatedItems": False}, ["a", 1], False),
        ({"allOf": [{"prefixItems": [True]}], "unevaluatedItems": False}, ["a"], True),
        ({"propertyNames": {"maxLength": 1}}, {"ab": 1}, False),
        ({"patternProperties": {"^x": {"type": "string"}}, "additionalProperties": False}, {"xa": "a"}, True),
        ({"patternProperties": {"^x": {"type": "string"}}, "additionalProperties": False}, {"xa": 1}, False),
        ({"patternProperties": {"^x": {"type": "string"}}, "additionalProperties": False}, {"ya": "a"}, False),
        ({"additionalProperties": {"type": "string"}}, {"a": "b", "c": 1}, False),
        ({"dependentSchemas": {"a": {"required": ["b"]}}}, {"a": 1}, False),
        ({"dependentSchemas": {"a": {"required": ["b"]}}}, {"c": 1}, True),
        ({"dependentRequired": {"a": ["b", "b"]}}, {"a": 1}, False),
        ({"required": ["a", "a"]}, {"a": 1}, True),
        ({**ref("O"), "unevaluatedProperties": False}, {"o": 1}, True),
        ({**ref("O"), "unevaluatedProperties": False}, {"o": 1, "p": 1}, False),
        ({**ref("O"), "unevaluatedProperties": {"type": "string"}}, {"o": 1, "p": "x"}, True),
        ({"oneOf": [ref("O"), ref("T")], "unevaluatedProperties": False}, {"o": 1, "p": 1}, False),
        ({"format": "date"}, "2024-13-01", False),
        ({"format": "uuid"}, "no", False),
        ({"format": "of our own"}, "no", True),
        ({"type": "string", "example": 1, "xml": {"name": "x"}, "x-max": 1, "unknown": 1}, "a", True),
        ({"$schema": "http://json-schema.org/draft-04/schema#"}, "a", None),
        ({"$defs": {"t": {"maxLength": 1}}, "$ref": "#/components/schemas/S/$defs/t"}, "ab", False),
    ],
)
def test_words_of_3_1(schema, instance, expected):
    others = {
        "T": {"type": "string"},
        "U": ref("V"),
        "V": {**ref("T"), "maxLength": 2},
        "O": {"properties": {"o": {"type": "integer"}}, "required": ["o"]},
    }
    assert judge(schema, instance, **others) is expected


USER = {
    "type": "object",
    "required": ["id", "name", "secret"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string"},
        "secret": {"allOf": [ref("Secret")]},
    },
}
SECRET = {"type": "string", "writeOnly": True}


@pytest.mark.parametrize(
    ("direction", "instance", "expected"),
    [
        (REQUEST, {"name": "a", "secret": "b"}, True),
        (REQUEST, {"name": "a"}, False),
        (REQUEST, {"secret": "b"}, False),
        (RESPONSE, {"id": 1, "name": "a"}, True),
        (RESPONSE, {"name": "a"}, False),
        (None, {"name": "a", "secret": "b"}, False),
        (None, {"id": 1, "name": "a", "secret": "b"}, True),
        (REQUEST, {"id": "wrong", "name": "a", "secret": "b"}, False),
    ],
)
@pytest.mark.parametrize(
    "schema",
    [
        USER,
        ref("User"),
        {"allOf": [{"required": ["id", "name", "secret"]}, {"allOf": [ref("Free")]}]},
        {"allOf": [ref("Free")], "oneOf": [{"required": ["id", "name", "secret"]}, {"required": ["other"]}]},
    ],
)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.1"])
def test_what_does_not_travel_is_not_required(direction, instance, expected, schema, version):
    others = {"Secret": SECRET, "User": USER, "Free": {"properties": USER["properties"]}}
    assert judge(schema, instance, direction, version, **others) is expected


def test_a_variant_hides_what_it_declares_itself():
    variant = {"required": ["id", "name"], "properties": {"id": {"readOnly": True}, "name": True}}
    assert judge({"oneOf": [variant, {"required": ["other"]}]}, {"name": 1}, REQUEST) is True
    assert judge({"oneOf": [variant, {"required": ["other"]}]}, {"name": 1}, RESPONSE) is False


def test_a_hidden_name_is_hidden_on_its_own_level_only():
    schema = {**USER, "properties": {**USER["properties"], "name": {"type": "object", "required": ["id"]}}}
    assert judge(schema, {"name": {}, "secret": "x"}, REQUEST, Secret=SECRET) is False
    assert judge(schema, {"name": {"id": 1}, "secret": "x"}, REQUEST, Secret=SECRET) is True


@pytest.mark.parametrize(
    ("instance", "expected"),
    [({"o": 1}, True), ({"o": 1, "p": 1}, False), ({"o": 1, "q": {"any": 1}}, True), (3, True)],
)
def test_closed_refuses_what_no_schema_declares(instance, expected):
    schema = {"allOf": [ref("O")], "properties": {"q": {"type": "object"}}}
    assert judge(schema, instance, closed=True, O={"properties": {"o": True}}) is expected
    assert judge(schema, instance, O={"properties": {"o": True}}) is True


def test_closed_over_all_nodes_at_once():
    shelf = library({"S": {"properties": {"a": True}}, "T": {"properties": {"b": {"type": "string"}}}})
    nodes = [node(shelf), node(shelf, "T")]
    assert accepts(shelf, nodes, {"a": 1, "b": "c"}, None, closed=True) is True
    assert accepts(shelf, nodes, {"a": 1, "b": 2}, None, closed=True) is False
    assert accepts(shelf, nodes, {"a": 1, "c": 2}, None, closed=True) is False
    assert accepts(shelf, [], {"a": 1}, None) is True


@pytest.mark.parametrize(
    "schema",
    [
        ref("Nowhere"),
        {"$ref": "https://example.com/x.json"},
        {"$ref": "../../etc/passwd"},
        {"$ref": 3},
        ref("S"),
        {"allOf": [ref("S")]},
        {"anyOf": [{"type": "string"}, {"not": ref("S")}]},
        {"pattern": "("},
        {"pattern": "^(a|a)*(?<!x)$"},
        {"not": {"pattern": "^(a|a)*(?<!x)$"}},
        {"pattern": 3},
        {"type": "text"},
        {"type": []},
        {"minLength": -1},
        {"maxLength": "1"},
        {"multipleOf": 0},
        {"required": "a"},
        {"dependentRequired": {"a": "b"}},
        {"enum": "a"},
        {"uniqueItems": 1},
        {"allOf": {}},
        {"anyOf": []},
        {"not": []},
        [],
        "text",
    ],
    ids=str,
)
def test_what_cannot_be_told(schema):
    shelf = library({"S": schema})
    found = inlined(shelf, [node(shelf)], "a" * 60 + "b", None)
    assert not found.complete
    assert accepts(shelf, [node(shelf)], "a" * 60 + "b", None) is None


def test_what_cannot_be_told_does_no_harm_where_nothing_reaches_it():
    schema = {"pattern": "(", "properties": {"a": ref("Nowhere")}, "items": ref("Nowhere"), "contains": ref("Nowhere")}
    assert judge(schema, 1) is True
    assert judge(schema, {"b": 1}) is True
    assert judge(schema, {"a": 1}) is None
    assert judge({"patternProperties": {"(": False}}, {"a": 1}) is None
    assert judge({"items": [True]}, [1]) is None
    assert judge({"prefixItems": []}, [1]) is None


@pytest.mark.parametrize("pattern", ["(a+)+$", "^(a|a)*(?<!x)$", "^(?=(a+)+b)(a*)*\\1$", "(a{1000}){1000}", "(x+x+)+y"])
def test_hostile_patterns_end(pattern):
    started = time.monotonic()
    judge({"pattern": pattern}, "a" * 5000 + "!")
    judge({"patternProperties": {pattern: {"pattern": pattern}}}, {"x" * 5000: "a" * 5000})
    assert time.monotonic() - started < HANGS
    assert judge({"pattern": "(a+)+$"}, "a" * 50) is True


def test_dense_schemas_end():
    schemas = {f"S{n}": {"allOf": [ref(f"S{n + 1}")] * 3} for n in range(50)}
    started = time.monotonic()
    assert judge(ref("S0"), 1, **schemas, S50={}) is None
    assert time.monotonic() - started < HANGS
    assert MOST_SCHEMAS > 1000


@pytest.mark.parametrize("step", [{}, {"description": "x", "minimum": 0}])
def test_long_ways(step):
    chain = {f"S{n}": {**ref(f"S{n + 1}"), **step} for n in range(5000)}
    assert judge(ref("S0"), 1, **chain, S5000={"type": "integer"}) is (None if step else True)


def test_deep_values_end():
    deep = {}
    for _ in range(150):
        deep = {"a": deep}
    assert judge({"properties": {"a": ref("S")}}, deep) is None
    deep = {}
    for _ in range(40):
        deep = {"a": deep}
    assert judge({"properties": {"a": ref("S")}, "maxProperties": 1}, deep) is True


def test_a_document_whose_schemas_are_of_another_dialect():
    for dialect, expected in (
        ("http://json-schema.org/draft-07/schema#", None),
        ("https://json-schema.org/draft/2020-12/schema", True),
    ):
        root = {"openapi": "3.1.0", "jsonSchemaDialect": dialect, "components": {"schemas": {"S": {"type": "string"}}}}
        shelf = Library(tree=MemoryTree({"api": json.dumps(root)}))
        assert accepts(shelf, [node(shelf)], "a", None) is expected


DYNAMIC = {"type": "object", "properties": {"next": {"$dynamicRef": "#node"}}, "required": ["v"]}


def test_a_dynamic_reference_with_one_possible_end():
    schema = {"$dynamicAnchor": "node", **DYNAMIC}
    assert judge(schema, {"v": 1, "next": {"v": 2}}) is True
    assert judge(schema, {"v": 1, "next": {}}) is False


def test_a_dynamic_reference_with_several_possible_ends():
    schema = {"$dynamicAnchor": "node", **DYNAMIC}
    assert judge(schema, {"v": 1, "next": {"v": 2}}, T={"$dynamicAnchor": "node", "required": ["w"]}) is None
    assert judge(schema, {"v": 1}, T={"$dynamicAnchor": "node"}) is True
    shelf = library({"S": {"$ref": "other"}}, other={**schema, "$defs": {"x": {"$dynamicAnchor": "node"}}})
    assert accepts(shelf, [node(shelf)], {"v": 1, "next": {"v": 1}}, None) is None


def test_a_dynamic_reference_to_a_plain_anchor_or_pointer():
    schema = {"$anchor": "node", **DYNAMIC}
    assert judge(schema, {"v": 1, "next": {}}) is False
    schema = {"properties": {"next": {"$dynamicRef": "#/components/schemas/T"}}}
    assert judge(schema, {"next": 1}, T={"type": "string"}) is False
    assert judge({"$dynamicRef": "#nowhere"}, 1) is None


def test_a_fragment_without_a_version_follows_who_refers_to_it():
    fragment = {"type": "string", "nullable": True}
    for version, expected in (("3.0.3", True), ("3.1.0", False)):
        shelf = library({"S": {"$ref": "part"}}, version, part=fragment)
        assert accepts(shelf, [node(shelf)], None, None) is expected
        part = shelf.open("part")
        assert accepts(shelf, [Node(part, (), part.data)], None, None) is expected


def test_each_document_has_its_own_version():
    new = {"openapi": "3.1.0", "components": {"schemas": {"N": {"const": None}}}}
    old = {"openapi": "3.0.0", "components": {"schemas": {"N": {"type": "string", "nullable": True}}}}
    shelf = library({"S": {"$ref": "new#/components/schemas/N"}}, "3.0.3", new=new)
    assert accepts(shelf, [node(shelf)], None, None) is True
    shelf = library({"S": {"allOf": [{"$ref": "old#/components/schemas/N"}, {"const": None}]}}, "3.1.1", old=old)
    assert accepts(shelf, [node(shelf)], None, None) is True


def test_a_fragment_follows_the_nearest_version_on_the_way():
    new = {"openapi": "3.1.0", "components": {"schemas": {"N": {"$ref": "part"}}}}
    shelf = library({"S": {"$ref": "new#/components/schemas/N"}}, "3.0.3", new=new, part={"const": 1})
    assert accepts(shelf, [node(shelf)], 1, None) is True


def test_importing_it_brings_nothing_heavy():
    heavy = ("ryml", "httpx", "openapi_spec_validator")
    code = f"import sluicegate.openapi.inline, sys; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


NAMES = st.sampled_from(["a", "b", "c", "xa"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | st.sampled_from(["", "a", "ab", "xa"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
TYPES = st.sampled_from(["null", "boolean", "object", "array", "number", "string", "integer"])
PLAIN = {
    "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
    "const": VALUES,
    "enum": st.lists(VALUES, max_size=3),
    "required": st.lists(NAMES, max_size=2, unique=True),
    "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=1), max_size=2),
    "minimum": st.integers(-2, 3),
    "exclusiveMaximum": st.integers(-2, 3),
    "maxLength": st.integers(0, 2),
    "pattern": st.sampled_from(["^x", "b$", "(?!a)"]),
    "uniqueItems": st.booleans(),
    "minItems": st.integers(0, 2),
    "maxProperties": st.integers(0, 2),
}


def keywords(schemas):
    some = st.lists(schemas, min_size=1, max_size=2)
    members = st.dictionaries(NAMES, schemas, max_size=2)
    nested = {
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), some),
        **dict.fromkeys(("properties", "dependentSchemas"), members),
        "patternProperties": st.dictionaries(st.sampled_from(["^x", "a"]), schemas, max_size=2),
        **dict.fromkeys(
            ("not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames",
             "unevaluatedProperties", "unevaluatedItems"), schemas
        ),
        "minContains": st.integers(0, 2),
        "maxContains": st.integers(0, 2),
        "$ref": st.sampled_from([f"#/components/schemas/{name}" for name in "STU"]),
    }  # fmt: skip
    every = {**PLAIN, **nested}
    return st.booleans() | st.sets(st.sampled_from(sorted(every)), max_size=4).flatmap(
        lambda chosen: st.fixed_dictionaries({word: every[word] for word in sorted(chosen)})
    )


SCHEMAS = st.deferred(lambda: keywords(SCHEMAS))


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.fixed_dictionaries(dict.fromkeys("STU", SCHEMAS)), st.lists(VALUES, min_size=1, max_size=4), st.booleans())
def test_a_verdict_is_that_of_a_validator_that_follows_references(schemas, instances, closed):
    shelf = library(schemas)
    whole = {"$ref": "#/components/schemas/S", "components": {"schemas": schemas}}
    for instance in instances:
        told = accepts(shelf, [node(shelf)], instance, None, closed=closed)
        if told is None:
            continue
        refused = {"unevaluatedProperties": False} if closed and isinstance(instance, dict) else {}
        assert told is jsonschema_rs.Draft202012Validator({**whole, **refused}).is_valid(instance)


@pytest.mark.parametrize("value", [{}, {"p0": "a"}])
def test_a_further_value_costs_nothing_for_what_is_declared_and_not_there(value):
    libraries = {size: declaring(size) for size in (100, 200)}

    def work(size):
        document = libraries[size].open("api")
        schema = document.data["components"]["schemas"]["It"]
        return inlined(libraries[size], [Node(document, ("components", "schemas", "It"), schema)], value, REQUEST)

    assert [work(size).schema is not True for size in libraries] == [True, True]
    assert growth(work, 100) < 1.2


def declaring(size):
    """A description with a schema of so many properties, the last of which must be there."""
    properties = {f"p{number}": {"type": "string", "enum": ["a"]} for number in range(size)}
    return library({"It": {"type": "object", "properties": properties, "required": [f"p{size - 1}"]}})

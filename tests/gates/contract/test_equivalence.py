"""What says the same gives no finding, and what is added from one side is removed from the other."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sides import run

from effort import growth
from sluicegate.model import Level


def api(response=None, request=None, *, version="3.1.0", components=None, parameters=(), path="/a"):
    operation = {"parameters": list(parameters), "responses": {"200": {"description": "x"}}}
    if response is not None:
        operation["responses"]["200"]["content"] = {"application/json": {"schema": response}}
    if request is not None:
        operation["requestBody"] = {"content": {"application/json": {"schema": request}}}
    return json.dumps(
        {
            "openapi": version,
            "info": {"title": "x", "version": "1"},
            "paths": {path: {"post": operation}},
            "components": {"schemas": components or {}},
        }
    )


def rules(base, head):
    return sorted((finding.rule.partition("/")[2], finding.level.value) for finding in run(base, head)[0])


A = {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}}
B = {"type": "object", "properties": {"c": {"type": "number"}}}


def ref(name):
    return {"$ref": f"#/components/schemas/{name}"}


SAME = {
    "inline to ref": (A, ref("A"), {"A": A}),
    "renamed component": (ref("A"), ref("Z"), {"A": A, "Z": A}),
    "wrapped in allOf": (A, {"allOf": [A]}, {}),
    "ref wrapped in allOf": (ref("A"), {"allOf": [ref("A")]}, {"A": A}),
    "wrapped in anyOf of one": (A, {"anyOf": [A]}, {}),
    "split across allOf": (
        A,
        {
            "allOf": [
                {"type": "object", "properties": {"a": A["properties"]["a"]}},
                {"required": ["a"]},
                {"properties": {"b": A["properties"]["b"]}},
            ]
        },
        {},
    ),
    "null as a variant": ({"type": ["string", "null"]}, {"anyOf": [{"type": "string"}, {"type": "null"}]}, {}),
    "enum as variants": (
        {"type": "string", "enum": ["x", "y"]},
        {"oneOf": [{"const": "x"}, {"type": "string", "enum": ["y"]}]},
        {},
    ),
    "const as enum": ({"const": "x"}, {"enum": ["x"]}, {}),
    "order of variants": ({"oneOf": [A, B]}, {"oneOf": [B, A]}, {}),
    "variant as ref": ({"oneOf": [A, B]}, {"oneOf": [ref("B"), A]}, {"B": B}),
    "implied object": ({"properties": A["properties"]}, {"allOf": [{"properties": A["properties"]}]}, {}),
    "number with integer": ({"type": ["number", "integer"]}, {"type": "number"}, {}),
    "described": (A, {**A, "description": "x", "title": "y"}, {}),
    "property split": (
        {"type": "object", "properties": {"p": A}},
        {
            "type": "object",
            "allOf": [
                {"properties": {"p": {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}}},
                {"properties": {"p": {"properties": {"b": {"type": "integer"}}}}},
            ],
        },
        {},
    ),
}


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize("turned", [False, True])
def test_the_same_said_otherwise(name, turned):
    old, new, components = SAME[name]
    old, new = (new, old) if turned else (old, new)
    base, head = api(old, old, components=components), api(new, new, components=components)
    assert rules(base, head) == []
    assert not [one for one in run(base, head)[1].values() if one.undecided]


def test_nullable_of_both_versions():
    old = api({"type": "string", "nullable": True}, {"type": "string", "nullable": True}, version="3.0.3")
    new = api({"type": ["string", "null"]}, {"type": ["string", "null"]})
    assert rules(old, new) == rules(new, old) == []


def test_new_names_of_path_parameters_and_headers_in_another_case():
    def of(name, header):
        return api(
            path=f"/a/{{{name}}}",
            parameters=[
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}},
                {"name": header, "in": "header", "schema": {"type": "string"}},
            ],
        )

    assert rules(of("id", "X-Trace"), of("userId", "x-trace")) == []


OPTIONAL = [("request-property-became-optional", "note"), ("response-property-became-optional", "error")]
REQUIRED = [("request-property-became-required", "error"), ("response-property-became-required", "note")]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            {"type": "integer"},
            {"type": "number"},
            [("request-type-changed", "note"), ("response-type-changed", "error")],
        ),
        (
            {"type": "number"},
            {"type": "integer"},
            [("request-type-changed", "error"), ("response-type-changed", "note")],
        ),
        (
            {"type": "string"},
            {"type": "integer"},
            [("request-type-changed", "error"), ("response-type-changed", "error")],
        ),
        ({"type": "string"}, {}, [("request-type-changed", "note"), ("response-type-changed", "warning")]),
        (
            {"type": "string"},
            {"type": ["string", "null"]},
            [("request-became-nullable", "note"), ("response-became-nullable", "error")],
        ),
        (
            {"type": ["string", "null"]},
            {"type": "string"},
            [("request-became-not-nullable", "error"), ("response-became-not-nullable", "note")],
        ),
        (
            {"enum": ["x"]},
            {"enum": ["x", "y"]},
            [("request-enum-value-added", "note"), ("response-enum-value-added", "warning")],
        ),
        (
            {"type": "string"},
            {"type": "string", "enum": ["x"]},
            [("request-enum-value-removed", "error"), ("response-enum-value-removed", "note")],
        ),
        (A, {**A, "required": []}, OPTIONAL),
        ({**A, "required": []}, A, REQUIRED),
        ({"type": "object"}, {"type": "object", "required": ["t"]}, REQUIRED),
        ({"type": "object", "required": ["t"]}, {"type": "object"}, OPTIONAL),
        (
            {"oneOf": [{"type": ["string"], "enum": ["a"]}, {"type": ["string", "null"], "enum": ["b"]}]},
            {"oneOf": [{"type": ["string"], "enum": ["a"]}, {"type": ["string", "null"], "enum": ["b", "c"]}]},
            [("request-enum-value-added", "note"), ("response-enum-value-added", "warning")],
        ),
        (
            {"items": {"type": "string"}},
            {"items": {"type": "integer"}},
            [("request-type-changed", "error"), ("response-type-changed", "error")],
        ),
        (
            {"additionalProperties": {"type": "string"}},
            {"additionalProperties": {"type": "integer"}},
            [("request-type-changed", "error"), ("response-type-changed", "error")],
        ),
        (
            {"allOf": [A]},
            {"allOf": [{**A, "properties": {"a": {"type": "string"}}}]},
            [("request-property-removed", "warning"), ("response-property-removed", "error")],
        ),
        (
            {**A, "additionalProperties": False},
            {**A, "properties": {"a": {"type": "string"}}, "additionalProperties": False},
            [("request-property-removed", "error"), ("response-property-removed", "error")],
        ),
        (
            {"type": "string"},
            {"oneOf": [{"type": "string"}, {"type": "integer"}]},
            [("request-type-changed", "note"), ("response-type-changed", "error")],
        ),
        (
            {"oneOf": [A]},
            {"oneOf": [A, B]},
            [
                ("request-one-of-tightened", "error"),  # what is an A is a B too, for all that is undeclared
                ("request-variant-added", "note"),
                ("response-variant-added", "warning"),
            ],
        ),
        ({"anyOf": [A]}, {"anyOf": [A, B]}, [("request-variant-added", "note"), ("response-variant-added", "warning")]),
        (
            {"oneOf": [A, B]},
            {"oneOf": [A]},
            [("request-variant-removed", "error"), ("response-variant-removed", "note")],
        ),
    ],
)
def test_the_direction_decides(old, new, expected):
    assert rules(api(old, old), api(new, new)) == expected


def test_read_only_is_in_no_request_and_write_only_in_no_response():
    old = {"properties": {"r": {"type": "string", "readOnly": True}, "w": {"type": "string", "writeOnly": True}}}
    base = api(old, old)
    assert rules(base, api({"properties": {}}, {"properties": {}})) == [
        ("request-property-removed", "warning"), ("response-property-removed", "error"),
    ]  # fmt: skip
    new = {"required": ["s"], "properties": {**old["properties"], "s": {"type": "string", "readOnly": True}}}
    assert rules(base, api(new, new)) == [("response-property-added", "note")]


def test_the_one_variant_that_is_left_on_either_side_is_compared():
    def of(*names):
        return {"type": "object", "properties": {name: {"type": "string"} for name in names}}

    old, new = {"oneOf": [of("a", "b", "c"), of("x")]}, {"oneOf": [of("a", "p", "q"), of("x")]}
    assert rules(api(old), api(new)) == [
        ("response-property-added", "note"),
        ("response-property-added", "note"),
        ("response-property-removed", "error"),
        ("response-property-removed", "error"),
    ]


@pytest.mark.parametrize("reordered", [False, True])
def test_many_equal_variants_are_matched_in_linear_time(reordered):
    def compared(count):
        components = {f"C{n}": {"type": "object", "properties": {f"p{n}": {}}} for n in range(count)}
        arms = [ref(name) for name in components]
        old = api({"oneOf": arms}, components=components)
        new = api({"oneOf": arms[::-1] if reordered else [*arms, {"type": "string"}]}, components=components)
        assert rules(old, new) == ([] if reordered else [("response-type-changed", "error")])

    assert growth(compared, 400) < 2.2


def test_too_many_variants_to_compare_are_undecided():
    def of(letter, count):
        arms = [{"type": "object", "properties": {f"{letter}{n}": {}, f"s{n}": {}, "c": {}}} for n in range(count)]
        return api({"oneOf": arms})

    def compared(count):
        [found] = run(of("a", count), of("b", count))[0]
        assert found.rule == "contract/response-change-undecided"
        assert f"{count:,} variants became {count:,}, too many" in found.message

    assert growth(compared, 500) < 2.2


def test_too_long_a_chain_of_all_of_is_undecided():
    def of(kind):
        chain = {f"C{n}": {"allOf": [ref(f"C{n + 1}")], "title": kind} for n in range(3000)}
        return api(ref("C0"), components={**chain, "C3000": {"type": kind}})

    found = run(of("string"), of("integer"))[0]
    assert {one.rule for one in found} == {"contract/response-change-undecided"}
    assert all("too many references" in one.message for one in found)


def test_a_component_is_told_once_for_all_its_operations():
    paths = {
        f"/p{n}": {
            "get": {"responses": {"200": {"description": "x", "content": {"application/json": {"schema": ref("A")}}}}}
        }
        for n in range(5)
    }
    document = json.loads(api(components={"A": A}))
    document["paths"] = paths
    head = copy.deepcopy(document)
    del head["components"]["schemas"]["A"]["properties"]["b"]
    [found] = run(json.dumps(document), json.dumps(head))[0]
    assert found.message.endswith("(used by 5 operations (GET /p0, GET /p1, GET /p2 and 2 more))")


def test_a_swapped_component_is_a_change_of_the_place_that_names_it():
    components = {"A": A, "N": {**A, "type": ["object", "null"]}}
    findings, _ = run(api(ref("A"), components=components), api(ref("N"), components=components))
    assert [finding.message for finding in findings] == ["POST /a: the 200 response: the response body may be null now"]


NAMES = st.sampled_from(["a", "b", "c", "d"])
LEAVES = st.sampled_from(
    [{"type": "string"}, {"type": "integer"}, {"enum": ["x", "y"]}, {"type": ["string", "null"]}, {}]
)
SCHEMAS = st.recursive(
    LEAVES | st.sampled_from([ref("A"), ref("B")]),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"type": st.just("object"), "properties": st.dictionaries(NAMES, inner, max_size=3)},
                              optional={"required": st.lists(NAMES, unique=True, max_size=3)}),
        st.fixed_dictionaries({"type": st.just("array"), "items": inner}),
        st.fixed_dictionaries({"allOf": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"oneOf": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=3)}),
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(SCHEMAS, SCHEMAS, SCHEMAS)
def test_nothing_changed_gives_no_finding(schema, one, other):
    text = api(schema, schema, components={"A": one, "B": other})
    findings, _ = run(text, json.dumps(json.loads(text), indent=1))
    assert [finding for finding in findings if "reference" not in finding.rule] == []


@settings(max_examples=150, deadline=None)
@given(SCHEMAS, SCHEMAS, SCHEMAS, SCHEMAS)
def test_whatever_changed_is_compared_without_trouble(old, new, one, other):
    findings, _ = run(api(old, old, components={"A": one, "B": B}), api(new, new, components={"A": other, "B": one}))
    for finding in findings:
        assert finding.location.line == 1
        assert finding.message


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(NAMES, LEAVES), st.dictionaries(NAMES, LEAVES))
def test_an_addition_from_one_side_is_a_removal_from_the_other(old, more):
    new = {**more, **old}
    base, head = api({"properties": old}, {"properties": old}), api({"properties": new}, {"properties": new})
    added, removed = run(base, head)[0], run(head, base)[0]
    assert {finding.level for finding in added} <= {Level.NOTE}
    assert sorted(one.rule.replace("-added", "") for one in added) == sorted(
        one.rule.replace("-removed", "") for one in removed
    )
    assert sorted(one.key for one in added) == sorted(one.key for one in removed)


def test_what_may_be_made_up_for_is_undecided_and_no_error():
    parts = [{"title": "A", "pattern": "^(?=a)"}, {"title": "B", "pattern": "^(?!a)"}]
    base, head = api(None, {"type": "string"}), api(None, {"type": "string", "anyOf": parts})
    assert rules(base, head) == [("request-change-undecided", "warning")]
    lost = [{"title": "A", "pattern": "^(?=a)"}, {"title": "B", "pattern": "^(?=b)"}]
    [found] = run(base, api(None, {"type": "string", "anyOf": lost}))[0]
    assert (found.rule, found.level.value) == ("contract/request-pattern-tightened", "error")
    assert found.witness


def test_a_variant_that_overlaps_is_an_error_of_requests_alone():
    more = {"type": "string", "maxLength": 3}
    old, new = {"oneOf": [{"type": "string"}]}, {"oneOf": [{"type": "string"}, more]}
    found = run(api(old, old), api(new, new))[0]
    [told] = [one for one in found if "one-of" in one.rule]
    assert (told.rule, told.level.value) == ("contract/request-one-of-tightened", "error")
    assert "was accepted, and is refused now" in told.witness
    assert not [one for one in run(api(new, new), api(old, old))[0] if "one-of" in one.rule]


@pytest.mark.parametrize(
    ("kind", "form", "level"),
    [("integer", "int64", "warning"), ("number", "float", "warning"), ("number", "double", "warning"),
     ("integer", "int32", "error")],
)  # fmt: skip
def test_how_a_number_is_kept_breaks_nobody_by_itself(kind, form, level):
    plain, formed = {"type": kind}, {"type": kind, "format": form}
    assert rules(api(None, plain), api(None, formed)) == [("request-format-tightened", level)]
    assert rules(api(formed), api(plain)) == [("response-format-loosened", level)]
    assert rules(api(plain), api(formed)) == [("response-format-tightened", "note")]


def nested_callbacks(depth, schema):
    """A description whose callback is called back, so many levels deep; the innermost carries the body."""
    responses = {"204": {"description": "x"}}
    operation = {"requestBody": {"content": {"application/json": {"schema": schema}}}, "responses": responses}
    for _ in range(depth):
        operation = {"responses": responses, "callbacks": {"done": {"{$request.body#/url}": {"post": operation}}}}
    document = json.loads(api())
    document["paths"]["/a"]["post"] |= operation
    return json.dumps(document)


def test_callbacks_of_callbacks_that_lie_too_deep_are_doubted():
    old, new = {"properties": {"a": {}, "b": {}}}, {"properties": {"a": {}}}
    for depth, way in enumerate(("response", "request", "response"), 1):
        findings, examined = run(nested_callbacks(depth, old), nested_callbacks(depth, new))
        rule = f"contract/{way}-property-removed"
        assert [one.rule for one in findings] == [rule]
        assert examined[rule].undecided is None
    findings, examined = run(nested_callbacks(5, old), nested_callbacks(5, new))
    assert findings == []
    assert "deep, and this is deeper" in examined["contract/response-property-removed"].undecided.reason


def test_a_long_proof_is_told_shortly_and_to_its_end():
    [found] = run(api(None, {"type": "string", "maxLength": 6000}), api(None, {"type": "string", "maxLength": 4000}))[0]
    assert "(4,001 characters in all)" in found.witness or "(6,000 characters in all)" in found.witness
    assert found.witness.endswith("was accepted, and is refused now")
    assert len(found.witness) < 200
    many = {"type": "array", "items": {"type": "string"}, "maxItems": 150}
    [found] = run(api(None, many), api(None, {**many, "maxItems": 90}))[0]
    assert " items in all" in found.witness
    assert found.witness.endswith("was accepted, and is refused now")

"""Every place is told of and none is passed over: aliases, split components, properties with the names of keywords."""

from __future__ import annotations

import json

import pytest
from memory import MemoryTree
from sides import run
from test_equivalence import api, ref

ALIASES = """\
openapi: 3.1.0
info: {title: t, version: "1"}
x-address: &address {type: object, properties: {street: {type: string}, zip: {type: string}}}
paths:
  /x: {get: {responses: {"200": {description: x, content: {application/json: {schema: SCHEMA}}}}}}
components:
  schemas:
    A: {properties: {p: *address}}
    B: {properties: {p: *address}}
"""


def told(base, head):
    return sorted(finding.message.partition(" (used")[0] for finding in run(base, head)[0])


@pytest.mark.parametrize(
    ("schema", "places"),
    [
        ("{properties: {billing: *address, shipping: *address}, title: x}", ["billing.zip", "shipping.zip"]),
        ("{properties: {a: {$ref: '#/components/schemas/A'}, b: {$ref: '#/components/schemas/B'}}}", ["p.zip"] * 2),
    ],
)
def test_what_aliases_share_is_told_at_each_place(schema, places):
    base = ALIASES.replace("SCHEMA", schema)
    found = told(base, base.replace(", zip: {type: string}", ""))
    assert [message.split("`")[-2] for message in found] == places
    assert len(set(found)) == 2


def test_a_component_that_became_two_is_told_for_both():
    both = {"A": {"properties": {"a": {}, "b": {}}}}
    base = api({"properties": {"x": ref("A"), "y": ref("A")}}, components=both)
    parts = {"X": {"properties": {"a": {}}}, "Y": {"properties": {"a": {}}}}
    found = run(base, api({"properties": {"x": ref("X"), "y": ref("Y")}}, components=parts))[0]
    found = [finding for finding in found if finding.rule != "contract/schema-removed"]
    assert [finding.rule for finding in found] == ["contract/response-property-removed"] * 2
    assert len({finding.fingerprint for finding in found}) == 2


@pytest.mark.parametrize("name", ["default", "example", "examples", "const", "enum", "normal"])
def test_a_property_may_have_the_name_of_a_keyword(name):
    schema = {"type": "object", "properties": {name: ref("A")}}
    old, new = {"A": {"properties": {"a": {}, "b": {}}}}, {"A": {"properties": {"a": {}}}}
    [found] = told(api(schema, components=old), api(schema, components=new))
    assert "`b` was removed" in found


def test_recursion_of_every_kind_ends():
    def of(kind):
        n = {"allOf": [{"type": "array", "items": {"allOf": [ref("N")]}}, {"properties": {"v": {"type": kind}}}]}
        u = {"oneOf": [{"title": "one", "allOf": [ref("U")]}, {"title": "two", "properties": {"v": {"type": kind}}}]}
        p = {"properties": {"next": {"allOf": [ref("P")]}, "n": ref("N"), "u": ref("U"), "v": {"type": kind}}}
        return api({"allOf": [ref("P")], "title": kind}, components={"N": n, "U": u, "P": p})

    assert 3 <= len(json.loads(json.dumps(told(of("string"), of("integer"))))) <= 8


def undecided(base, head, rule="contract/response-property-removed"):
    found = run(base, head)[1][rule].undecided
    return found.reason if found else ""


def called(where, schema, components=None):
    """A description whose webhook or callback carries a body."""
    document = json.loads(api(components=components or {}))
    responses = {"204": {"description": "x"}}
    body = {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}, "responses": responses}}
    holder = document if where == "webhooks" else document["paths"]["/a"]["post"]
    holder[where] = {"placed": body if where == "webhooks" else {"{$request.body#/url}": body}}
    return json.dumps(document)


@pytest.mark.parametrize("where", ["webhooks", "callbacks"])
def test_what_the_server_sends_is_compared_as_what_a_server_sends(where):
    def of(**properties):
        return called(where, ref("A"), {"A": {"allOf": [ref("B")]}, "B": {"properties": properties}})

    [found] = run(of(a={}, b={}), of(a={}))[0]
    assert (found.rule, found.level.value) == ("contract/response-property-removed", "error")
    assert "used by" in found.message
    assert run(of(a={}), of(a={}))[0] == []


@pytest.mark.parametrize("where", ["webhooks", "callbacks"])
def test_the_server_may_always_send_what_it_might_send(where):
    optional, required = {"properties": {"a": {}}}, {"properties": {"a": {}}, "required": ["a"]}
    [found] = run(called(where, optional), called(where, required))[0]
    assert (found.rule, found.level.value) == ("contract/response-property-became-required", "note")
    assert "requests" not in found.message
    [found] = run(called(where, required), called(where, optional))[0]
    assert (found.rule, found.level.value) == ("contract/response-property-became-optional", "error")
    assert "the request property `a` may be missing now" in found.message


def test_one_is_not_true():
    fired = {finding.rule for finding in run(api({"enum": [1, 0]}), api({"enum": [True, False]}))[0]}
    assert fired == {"contract/response-type-changed"}
    assert run(api({"enum": [1.0, 2]}), api({"enum": [1, 2]}))[0] == []


def test_references_in_extensions_and_in_what_is_not_compared():
    old, new = {"N": {"properties": {"x": {}, "y": {}}}}, {"N": {"properties": {"x": {}}}}
    schema = {"type": "object", "x-old": ref("N")}
    assert told(api(schema, components=old), api(schema, components=new)) == []
    assert undecided(api(schema, components=old), api(schema, components=new)) == ""
    schema = {"type": "object", "not": ref("N")}
    [found] = run(api(schema, components=old), api(schema, components=new))[0]
    assert (found.rule, found.level.value) == ("contract/response-change-undecided", "warning")
    assert "`not` changed" in found.message


def test_the_logical_name_does_not_depend_on_the_number_of_users():
    def of(users, **properties):
        document = json.loads(api(ref("A"), components={"A": {"properties": properties}}))
        document["paths"] |= {f"/{n}": document["paths"]["/a"] for n in range(1, users)}
        return json.dumps(document)

    for users in (1, 2):
        [found] = run(of(users, a={}, b={}), of(users, a={}))[0]
        assert found.location.logical == "schema A"


T = {"type": "object", "required": ["t"], "properties": {"t": {"type": "string"}}}
AB = {name.upper(): {"type": "object", "required": [name], "properties": {name: {"type": "string"}}} for name in "ab"}
FULL = {
    name: {**one, "required": [*one["required"], "t"], "properties": {**one["properties"], **T["properties"]}}
    for name, one in AB.items()
}
BOTH = {"oneOf": [ref("A"), ref("B")]}


@pytest.mark.parametrize("direction", ["response", "request"])
@pytest.mark.parametrize(
    ("old", "new", "components"),
    [
        ({**T, **BOTH}, BOTH, (AB, FULL)),
        (BOTH, {**T, **BOTH}, (FULL, AB)),
        ({"allOf": [T, BOTH]}, BOTH, (AB, FULL)),
    ],
)
def test_what_stands_beside_variants_belongs_to_each(direction, old, new, components):
    base = api(**{direction: old}, components=components[0])
    head = api(**{direction: new}, components=components[1])
    assert [finding for finding in run(base, head)[0] if finding.level.value in ("error", "warning")] == []


def test_what_a_new_variant_shares_is_not_called_removed():
    old, new = {"allOf": [T, {"oneOf": [ref("A")]}]}, {"allOf": [T, BOTH]}
    assert told(api(old, components=AB), api(new, components=AB)) == [
        "POST /a: the 200 response: the response has the new variant `B`"
    ]


def test_what_stands_beside_variants_is_compared():
    removed = told(api({**T, **BOTH}, components=AB), api(BOTH, components=AB))
    assert removed == ["POST /a: the 200 response: the response property `t` was removed"]
    one = told(api({**T, **BOTH}, components=AB), api({"oneOf": [ref("A")]}, components=AB))
    assert any("`t` was removed" in message for message in one)
    assert any("lost the variant `B`" in message for message in one)


@pytest.mark.parametrize(
    ("told", "direction", "old", "new"),
    [
        ("error response-items-loosened", "response", {"type": "array", "items": T}, {"type": "array"}),
        ("error request-items-tightened", "request", {"type": "array"}, {"type": "array", "items": T}),
        (
            "error response-additional-properties-loosened", "response",
            {"type": "object", "additionalProperties": T}, {"type": "object"},
        ),
        (
            "error request-additional-properties-tightened", "request",
            {"type": "object"}, {"type": "object", "additionalProperties": T},
        ),
        ("error request-additional-properties-tightened", "request", T, {**T, "additionalProperties": False}),
        ("error request-additional-properties-tightened", "request", T, {**T, "unevaluatedProperties": False}),
        ("error request-dependent-required-tightened", "request", T, {**T, "dependentRequired": {"t": ["b"]}}),
        (
            "error response-property-removed", "response",
            {"patternProperties": {"x": T}}, {"patternProperties": {"x": {}}},
        ),
        ("error response-property-removed", "response", {"prefixItems": [{}, T]}, {"prefixItems": [T, {}]}),
        ("error request-exclusion-tightened", "request", {"not": T}, {"not": AB["A"]}),
        ("error request-property-became-required", "request", T, {**T, "if": {}, "then": {"required": ["b"]}}),
    ],
)  # fmt: skip
def test_every_keyword_is_compared(told, direction, old, new):
    base, head = api(**{direction: old}), api(**{direction: new})
    findings, examinations = run(base, head)
    found = {f"{one.level} {one.rule.partition('/')[2]}": one for one in findings}
    assert told in found
    assert bool(found[told].witness) == (not told.startswith("note") and "undecided" not in told)
    assert not [one for one in examinations.values() if one.undecided]
    assert run(base, base)[0] == []


def test_a_parameter_that_turns_to_content_is_written_otherwise():
    one = {"name": "q", "in": "query", "schema": {"type": "string"}}
    other = {"name": "q", "in": "query", "content": {"application/json": {"schema": {"type": "integer"}}}}
    found = run(api(parameters=[one]), api(parameters=[other]))[0]
    assert "contract/serialization-changed" in {finding.rule for finding in found}


def test_a_schema_that_vanishes_allows_everything():
    head = json.loads(api(T))
    head["paths"]["/a"]["post"]["responses"]["200"]["content"]["application/json"] = {}
    found = {finding.rule: finding.level.value for finding in run(api(T), json.dumps(head))[0]}
    assert found["contract/response-type-changed"] == "warning"


def test_keywords_beside_a_reference():
    components = {"A": {"properties": {"a": {}}}}
    old, new = {**ref("A"), "properties": {"z": {}}}, ref("A")
    early = [api(one, components=components, version="3.0.3") for one in (old, new)]
    assert told(*early) == []
    found = told(*(api(one, components=components) for one in (old, new)))
    assert found == ["POST /a: the 200 response: the response property `z` was removed"]
    null = {**ref("A"), "nullable": True}
    assert told(*(api(one, components=components, version="3.0.3") for one in (new, null))) == []


def test_a_parameter_that_cannot_be_known_is_not_called_removed():
    one = {"name": "q", "in": "query", "schema": {"type": "string"}}
    findings, examinations = run(api(parameters=[one]), api(parameters=[{"$ref": "#/components/parameters/Gone"}]))
    assert [finding.rule for finding in findings] == ["contract/unresolved-reference"]
    assert examinations["contract/parameter-removed"].undecided


def test_only_the_operations_that_are_concerned_are_counted():
    document = json.loads(api(ref("A"), components={"A": {"properties": {"a": {}, "b": {}}}}))
    content = {"application/json": {"schema": ref("A")}}
    done = {"204": {"description": "x"}}
    document["paths"]["/b"] = {"post": {"requestBody": {"content": content}, "responses": done}}
    head = json.loads(json.dumps(document))
    del head["components"]["schemas"]["A"]["properties"]["b"]
    found = {one.rule: one.message for one in run(json.dumps(document), json.dumps(head))[0]}
    assert "(used by POST /a)" in found["contract/response-property-removed"]
    assert "(used by POST /b)" in found["contract/request-property-removed"]


def test_a_component_is_told_once_where_the_main_file_has_another_name():
    deleted = {"properties": {"deleted": {"const": True}}}
    base, head = (
        json.loads(api(ref("A"), components={"A": {"properties": {"kind": {"enum": kinds}}}, "D": deleted}))
        for kinds in (["x"], ["x", "y"])
    )
    for side in (base, head):
        side["paths"]["/b"] = {"get": side["paths"]["/a"]["post"]}
    whole = head["paths"]["/a"]["post"]["responses"]["200"]["content"]["application/json"]
    head["paths"]["/b"] = json.loads(json.dumps(head["paths"]["/b"]))
    whole["schema"] = {"anyOf": [ref("A"), ref("D")]}

    reference = MemoryTree({"old.json": json.dumps(base)}, name="base", renamed={"new.json": "old.json"})
    found = run(reference, {"new.json": json.dumps(head)}, spec="new.json")[0]
    assert [one.message for one in found if one.rule == "contract/response-enum-value-added"] == [
        "Schema `A`: the response property `kind` may be `y` now (used by 2 operations (POST /a, GET /b))"
    ]


LIMITED = {"type": "string", "maxLength": 5}
OPEN = {"type": "string"}
NAMED = {"type": "object", "required": ["p"], "properties": {"p": {"type": "string"}}}
BARE = {"type": "object", "properties": {"x": {"type": "string"}}}


@pytest.mark.parametrize(
    ("old", "new", "component", "rule"),
    [
        (OPEN, {"allOf": [ref("E"), {"minLength": 0}]}, LIMITED, "request-max-length-tightened"),
        ({"allOf": [ref("E"), {"minLength": 0}]}, OPEN, LIMITED, "request-max-length-loosened"),
        (BARE, {"allOf": [ref("E"), BARE]}, NAMED, "request-required-property-added"),
        ({"allOf": [ref("E"), BARE]}, BARE, NAMED, "request-property-removed"),
        ({"oneOf": [OPEN, {"type": "integer"}]}, {"oneOf": [ref("E"), {"type": "integer"}]}, LIMITED,
         "request-max-length-tightened"),
    ],
)  # fmt: skip
def test_a_component_that_is_only_referred_to_anew_has_not_changed(old, new, component, rule):
    base, head = (json.loads(api(None, schema, components={"E": component})) for schema in (old, new))
    content = {"application/json": {"schema": ref("E")}}
    for side in (base, head):
        side["paths"]["/b"] = {
            "post": {"requestBody": {"content": content}, "responses": {"204": {"description": "x"}}}
        }
    [found] = run(json.dumps(base), json.dumps(head))[0]
    assert (found.rule, found.location.logical) == (f"contract/{rule}", "POST /a")
    assert found.message.startswith("POST /a: the request body")


@pytest.mark.parametrize(
    ("schema", "rule"),
    [
        ({"type": "string", "nullable": True}, "request-became-not-nullable"),
        ({"allOf": [{"type": "string", "nullable": True}]}, "request-became-not-nullable"),
        ({**ref("A"), "maxLength": 3}, "request-max-length-tightened"),
    ],
)
def test_what_reads_the_same_says_something_else_in_a_later_version(schema, rule):
    sides = [api(None, schema, version=version, components={"A": OPEN}) for version in ("3.0.3", "3.1.0")]
    [found] = run(*sides)[0]
    assert (found.rule, found.level.value) == (f"contract/{rule}", "error")
    assert not run(sides[0], sides[0])[0]
    plain = [api(None, ref("A"), version=version, components={"A": OPEN}) for version in ("3.0.3", "3.1.0")]
    assert not run(*plain)[0]


def test_a_media_type_that_is_a_component_is_compared():
    sides = []
    for schema in (OPEN, {"type": "integer"}):
        side = json.loads(api(version="3.2.0"))
        content = {"application/json": {"$ref": "#/components/mediaTypes/M"}}
        side["paths"]["/a"]["post"]["parameters"] = [{"name": "q", "in": "query", "content": content}]
        side["paths"]["/a"]["post"]["responses"]["200"]["content"] = content
        side["components"] = {"mediaTypes": {"M": {"schema": schema}}}
        sides.append(json.dumps(side))
    found = run(*sides)[0]
    assert sorted(one.rule for one in found) == ["contract/request-type-changed", "contract/response-type-changed"]
    assert {one.level.value for one in found} == {"error"}


def inherited(kind, target="#/components/schemas/Cat", **more):
    """An operation that answers with a pet, which a discriminator tells to be a cat, that nothing else refers to."""
    pet = {
        "type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}},
        "discriminator": {"propertyName": "kind", "mapping": {"cat": target}},
    }  # fmt: skip
    cat = {"allOf": [ref("Pet"), {"type": "object", "properties": {"lives": {"type": kind}}}]}
    return api(ref("Pet"), components={"Pet": pet, "Cat": cat, **more})


@pytest.mark.parametrize("target", ["#/components/schemas/Cat", "Cat"])
def test_what_a_discriminator_maps_to_is_compared(target):
    [found] = run(inherited("integer", target), inherited("string", target))[0]
    assert (found.rule, found.level.value) == ("contract/response-type-changed", "error")
    assert (found.location.logical, found.concerns) == ("schema Cat", ("POST /a",))
    assert not run(inherited("integer", target), inherited("integer", target))[0]


def test_a_name_that_maps_to_another_schema_is_compared_with_what_it_was():
    dog = {"allOf": [ref("Pet"), {"type": "object", "properties": {"lives": {"type": "string"}}}]}
    base, head = (inherited("integer", ref(name)["$ref"], Dog=dog) for name in ("Cat", "Dog"))
    found = {one.rule: one for one in run(base, head)[0]}
    assert found["contract/response-discriminator-changed"].level.value == "warning"
    assert "Schema `Pet`: the type of the response property `(cat).lives` changed" in (
        found["contract/response-type-changed"].message
    )


def test_a_name_that_maps_to_nothing_is_no_trouble():
    sides = [inherited(kind, "#/components/schemas/Gone") for kind in ("integer", "string")]
    assert not run(*sides)[0]
    assert [one.rule for one in run(sides[0], inherited("integer"))[0]] == ["contract/response-discriminator-changed"]


WRAPPED = {"allOf": [ref("E")], "nullable": True}


@pytest.mark.parametrize(
    "around", [lambda one: one, lambda one: {"type": "array", "items": one}], ids=["self", "items"]
)
@pytest.mark.parametrize(
    ("old", "new", "component", "rule", "version"),
    [
        (WRAPPED, ref("E"), LIMITED, "request-became-not-nullable", "3.0.3"),
        (ref("E"), WRAPPED, LIMITED, "request-became-nullable", "3.0.3"),
        (WRAPPED, {"allOf": [ref("E")]}, BARE, "request-became-not-nullable", "3.0.3"),
        (ref("E"), {"oneOf": [ref("E"), {"type": "null"}]}, LIMITED, "request-became-nullable", "3.1.0"),
        (ref("E"), {"allOf": [ref("E"), {"enum": ["a"]}]}, {"type": ["string", "integer"]}, "request-type-changed",
         "3.1.0"),
        (ref("E"), {"allOf": [ref("E"), {"maxLength": 2}]}, LIMITED, "request-max-length-tightened", "3.1.0"),
        ({"allOf": [ref("E"), {"maxLength": 2}]}, ref("E"), LIMITED, "request-max-length-loosened", "3.1.0"),
    ],
)  # fmt: skip
def test_what_stands_around_a_component_is_told_where_it_stands(old, new, component, rule, version, around):
    sides = [api(None, around(one), components={"E": component}, version=version) for one in (old, new)]
    content = {"application/json": {"schema": ref("E")}}
    other = {"post": {"requestBody": {"content": content}, "responses": {"204": {"description": "x"}}}}
    texts = []
    for side in sides:
        document = json.loads(side)
        document["paths"]["/b"] = other
        texts.append(json.dumps(document, indent=1))
    found = {one.rule.partition("/")[2]: one for one in run(*texts)[0]}
    assert {one.location.logical for one in found.values()} == {"POST /a"}
    for place, text in ((found[rule].location, texts[1]), (found[rule].base_location, texts[0])):
        lines = text.splitlines()
        assert place.line <= next(number for number, line in enumerate(lines, 1) if '"/b"' in line)
        assert place.line > next(number for number, line in enumerate(lines, 1) if '"schema"' in line) - 1

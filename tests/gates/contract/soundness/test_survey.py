"""The walk: other files, what is shared, keys that hold when the text moves, documents of any shape."""

from __future__ import annotations

import copy
import json

from finding import EVERY, answer, api, findings, path, ref, told
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import growth

BAD = {"type": "integer", "minimum": 2, "maximum": 1}


def test_a_component_is_told_once_however_often_it_is_used():
    document = answer({"properties": {"a": ref("B"), "b": ref("B")}, "items": ref("B")}, schemas={"B": BAD})
    [found] = findings(document)
    assert found.location.logical == "components.schemas.B.minimum"


def test_other_files_are_walked_once_and_named():
    document = api(
        {
            "/a": {"$ref": "paths.yaml#/a"},
            "/b": {
                "get": {"responses": {"200": {"$ref": "parts.yaml#/answer"}, "404": {"$ref": "parts.yaml#/answer"}}}
            },
        }
    )
    paths = "a:\n  get:\n    responses:\n      '404': {description: x}\n"
    parts = (
        "answer:\n  description: x\n  content:\n    application/json:\n      schema: {$ref: '#/more/deep'}\n"
        "more:\n  deep: {type: string, enum: [a, a]}\nunreached: {minimum: 2, maximum: 1}\n"
    )
    found = findings(document, paths_yaml=paths, parts_yaml=parts)
    assert [(one.rule, one.location.path, one.location.line) for one in found] == [
        ("contract/no-success-response", "paths.yaml", 3),
        ("contract/duplicate-enum-value", "parts.yaml", 7),
    ]
    assert found[1].key[1] == "parts.yaml"


def test_names_of_another_file_are_looked_for_there_too():
    other = {
        "components": {"schemas": {"C": {}}, "securitySchemes": {"s": {"type": "http", "scheme": "basic"}}},
        "item": path(security=[{"s": []}, {"t": []}]),
        "schema": {"discriminator": {"propertyName": "k", "mapping": {"c": "C", "d": "D", "e": "E"}}},
    }
    document = answer({"items": {"$ref": "other.json#/schema"}}, schemas={"D": {}})
    document["paths"]["/b"] = {"$ref": "other.json#/item"}
    rules = [(one.rule.partition("/")[2], one.location.path) for one in findings(document, other_json=other)]
    assert rules == [
        ("undefined-security-scheme", "other.json"),
        ("broken-discriminator", "other.json"),
        ("discriminator-property-missing", "other.json"),
    ]


def test_an_alias_is_told_once():
    text = """\
openapi: 3.1.0
info: {title: t, version: "1"}
paths: {/a: {get: {responses: {"200": {description: x, content: {application/json: {schema: {allOf: [*b, *b]}}}}}}}}
"""
    text = text.replace("paths:", "x-b: &b {minimum: 2, maximum: 1}\npaths:")
    assert told(text) == ["contradictory-bounds"]


def test_keywords_beside_a_reference_count_from_3_1_on():
    schema = {**ref("A"), "minimum": 2, "maximum": 1}
    assert told(answer(schema, schemas={"A": {}})) == ["contradictory-bounds"]
    assert told(answer(schema, schemas={"A": {}}, version="3.0.3")) == []


def test_keys_hold_when_lists_are_reordered_and_lines_move():
    def of(turned):
        arms = [{"title": "One", **BAD}, {"title": "Two", "enum": ["a", "a"]}, {"required": ["gone"]}]
        item = path("x", "y")
        parameters = item["get"]["parameters"]
        parameters[0]["schema"] = {"type": "string", "default": 1}
        if turned:
            arms.reverse()
            parameters.reverse()
        document = answer({"anyOf": arms})
        document["paths"]["/{x}/{y}"] = item
        return findings(json.dumps(document, indent=4 if turned else 1))

    one, other = of(turned=False), of(turned=True)
    assert len(one) == 4
    assert {finding.fingerprint for finding in one} == {finding.fingerprint for finding in other}
    assert {finding.location.line for finding in one} != {finding.location.line for finding in other}


def test_two_alike_have_two_fingerprints():
    found = findings(answer({"anyOf": [{"title": "T", **BAD}, {"title": "T", **BAD}]}))
    assert len({finding.fingerprint for finding in found}) == len(found) == 2


def test_only_what_is_wanted_is_told():
    document = answer({**BAD, "enum": ["a"]})
    assert told(document, wanted={"contract/enum-mismatch"}) == ["enum-mismatch"]
    assert told(document, wanted={"contract/path-removed"}) == []


JUNK = st.sampled_from(
    [
        *(None, True, 0, -1, 1.5, 10**30, "", "x", [], [None], ["a"], [[1]], {}, {"a": 1}),
        *({"$ref": reference} for reference in ("#/", "#", 5, "#/components/schemas/A")),
        *({"enum": [[], {}]}, {"type": ["a", 1]}, {"required": [1, None, "a"]}, {"allOf": [{"$ref": "#"}]}),
        {"discriminator": {"propertyName": 1, "mapping": {"a": 1, "b": "#/x", "c": "A"}}},
    ]
)
WHOLE = answer(
    {"oneOf": [ref("A"), ref("B")], "discriminator": {"propertyName": "k", "mapping": {"a": "A"}}},
    schemas={
        "A": {"allOf": [ref("B")], "required": ["k"]},
        "B": {"properties": {"k": {"enum": [1]}}, "example": {"k": 1}},
    },
)
WHOLE["paths"]["/{x}"] = path("x", operationId="x", security=[{"s": ["r"]}], tags=["t"])
WHOLE["paths"]["/{x}"]["get"]["responses"]["200"] = {
    "description": "x",
    "links": {"l": {"operationId": "x", "parameters": {"x": 1}}},
}
WHOLE |= {"tags": [{"name": "t"}], "webhooks": {"w": path()}}
WHOLE["components"]["securitySchemes"] = {"s": {"type": "oauth2", "flows": {"f": {"scopes": {"r": ""}}}}}


def places(value, way=()):
    yield way
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*way, key))


def step(value, key):
    """One step down; None where an earlier change has taken the way."""
    if isinstance(value, dict):
        return value.get(key)
    return value[key] if isinstance(value, list) and isinstance(key, int) and key < len(value) else None


PLACES = [way for way in places(WHOLE) if way and way[0] != "openapi"]


@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_a_document_of_any_shape_is_survived(changes):
    document = copy.deepcopy(WHOLE)
    for way, junk in changes:
        holder = document
        for key in way[:-1]:
            holder = step(holder, key)
        if isinstance(holder, dict) or step(holder, way[-1]) is not None:
            holder[way[-1]] = copy.deepcopy(junk)
    found = findings(document)
    assert len({finding.fingerprint for finding in found}) == len(found)
    assert {finding.rule for finding in found} <= EVERY


def test_what_is_made_to_be_slow_is_not():
    assert growth(_surveyed, 250) < 2.2


def _surveyed(count):
    arms = {"properties": {"a": {}}, "anyOf": [{"required": ["a"]} for _ in range(count)]}
    chain = {f"S{n}": {"allOf": [ref(f"S{n + 1}")], "required": ["a"]} for n in range(count)} | {f"S{count}": {}}
    document = answer({"allOf": [ref("S0"), arms], "enum": list(range(count)) * 2}, schemas=chain)
    document["paths"] |= {f"/{{x}}/{n}/{{y}}": path("x", "y") for n in range(count // 5)}
    findings(document)

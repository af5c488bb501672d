"""A reference to an object of another kind than may stand there is told, once, where it stands."""

from __future__ import annotations

import json

import pytest
from finding import answer, api, findings, ref

RULE = frozenset({"contract/unresolved-reference"})
STRING = {"type": "string"}
COMPONENTS = {
    "schemas": {"A": {"type": "object", "properties": {"b": STRING}}},
    "responses": {"R": {"description": "x", "content": {"a/b": {"schema": STRING}}}},
    "parameters": {"P": {"name": "p", "in": "query", "schema": STRING}},
    "headers": {"H": {"schema": STRING}},
    "requestBodies": {"B": {"content": {"a/b": {"schema": STRING}}}},
    "examples": {"E": {"value": 1}},
    "links": {"L": {"operationId": "x"}},
    "callbacks": {"C": {"{$url}": {"post": {"responses": {"200": {"description": "x"}}}}}},
    "pathItems": {"I": {"get": {"responses": {"200": {"description": "x"}}}}},
    "mediaTypes": {"M": {"schema": STRING}},
    "securitySchemes": {"S": {"type": "http", "scheme": "basic"}},
}


def to(place):
    return {"$ref": f"#/components/{place}"}


def holding(kind, reference, version="3.2.0"):
    """A description with one reference, where something of a kind may stand."""
    operation = {"responses": {"200": {"description": "x"}}}
    item, components = {"post": operation}, json.loads(json.dumps(COMPONENTS))
    response = operation["responses"]["200"]
    if kind == "parameter":
        operation["parameters"] = [reference]
    elif kind == "request body":
        operation["requestBody"] = reference
    elif kind == "response":
        operation["responses"]["404"] = reference
    elif kind == "header":
        response["headers"] = {"X": reference}
    elif kind == "link":
        response["links"] = {"next": reference}
    elif kind == "callback":
        operation["callbacks"] = {"done": reference}
    elif kind == "media type":
        response["content"] = {"c/d": reference}
    elif kind == "schema":
        response["content"] = {"c/d": {"schema": {"items": {"allOf": [reference]}}}}
    elif kind == "example":
        response["content"] = {"c/d": {"examples": {"one": reference}}}
    elif kind == "security scheme":
        components["securitySchemes"]["T"] = reference
    else:
        item = reference
    return api({"/a": item}, version=version, components=components)


OF_A_KIND = {
    "schema": "schemas/A/properties/b", "response": "responses/R", "parameter": "parameters/P", "header": "headers/H",
    "request body": "requestBodies/B", "example": "examples/E", "link": "links/L", "callback": "callbacks/C",
    "path item": "pathItems/I", "media type": "mediaTypes/M", "security scheme": "securitySchemes/S",
}  # fmt: skip


@pytest.mark.parametrize("wanted", OF_A_KIND)
def test_each_kind_may_stand_where_it_is_wanted_and_nowhere_else(wanted):
    for kind, place in OF_A_KIND.items():
        document = holding(wanted, to(place))
        found = findings(document, RULE)
        if kind == wanted:
            assert found == []
            continue
        [one] = found
        articles = [f"{'an' if name[0] in 'aeiou' else 'a'} {name}" for name in (kind, wanted)]
        assert one.message == f"the $ref `#/components/{place}` leads to {articles[0]}, where {articles[1]} is wanted"
        assert one.level == "error"
        assert f'"$ref": "#/components/{place}"' in json.dumps(document, indent=1).splitlines()[one.location.line - 1]


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("#", "the whole description"),
        ("#/info", "a part of the description"),
        ("#/paths", "a collection of several things"),
        ("#/components", "a collection of several things"),
        ("#/components/schemas", "a collection of several things"),
        ("#/components/schemas/A/properties", "a collection of several things"),
        ("#/paths/~1a", "a path item"),
        ("#/paths/~1a/post/responses/200", "a response"),
        ("#/components/callbacks/C/{$url}/post", "an operation"),
    ],
)
def test_what_stands_at_a_place_is_known_by_the_way_there(reference, found):
    [one] = findings(holding("schema", {"$ref": reference}), RULE)
    assert one.message.endswith(f"leads to {found}, where a schema is wanted")
    assert findings(holding("schema", {"$ref": reference}, "3.0.3"), RULE)


def test_what_cannot_be_known_is_not_told():
    document = holding("schema", {"$ref": "#/x-things/T"}) | {"x-things": {"T": STRING}}
    assert findings(document, RULE) == []
    part = {"$ref": "parts.yaml#/T"}
    assert findings(holding("parameter", part), RULE, parts_yaml="T: {name: q, in: query, schema: {}}") == []
    assert findings(holding("schema", to("parameters/P/schema")), RULE) == []
    text = "components: {schemas: {T: {type: string}}}"
    assert findings(holding("schema", {"$ref": "parts.yaml#/components/schemas/T"}), RULE, parts_yaml=text) == []
    [one] = findings(holding("parameter", {"$ref": "parts.yaml#/components/schemas/T"}), RULE, parts_yaml=text)
    assert "leads to a schema, where a parameter is wanted" in one.message


def test_what_is_told_otherwise_is_not_told_again():
    gone = holding("parameter", to("schemas/Gone"))
    assert findings(gone, RULE) == []
    round_ = holding("parameter", to("schemas/A"))
    round_["components"]["schemas"]["A"] = to("schemas/A")
    assert findings(round_, RULE) == []
    assert findings(holding("media type", to("schemas/A"), "3.1.0"), RULE) == []  # no $ref may stand there at all


def test_a_reference_in_an_example_is_data():
    assert findings(answer({"example": {"$ref": "#/info"}, **ref("A")}, schemas={"A": STRING}), RULE) == []


def test_one_place_is_told_once_and_each_place_is():
    document = holding("parameter", to("schemas/A"))
    document["paths"]["/a"]["put"] = json.loads(json.dumps(document["paths"]["/a"]["post"]))
    assert len({one.key for one in findings(document, RULE)}) == len(findings(document, RULE)) == 2

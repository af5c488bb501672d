"""The parts of an operation beside its schemas: statuses, headers, links, servers, security, how values are written."""

from __future__ import annotations

import json
from itertools import permutations

import pytest
from sides import run
from test_equivalence import api, ref

STRING, INTEGER = {"type": "string"}, {"type": "integer"}


def answering(**statuses):
    """A description whose one operation answers with these statuses, each with a schema or a whole response."""
    document = json.loads(api())
    responses = {}
    for name, said in statuses.items():
        whole = said if "headers" in said or "links" in said else {"content": {"application/json": {"schema": said}}}
        responses[name.removeprefix("s")] = {"description": "x", **whole}
    document["paths"]["/a"]["post"]["responses"] = responses
    return json.dumps(document)


def told(base, head, **settings):
    return {(one.rule.partition("/")[2], one.level.value) for one in run(base, head, **settings)[0]}


@pytest.mark.parametrize("cover", ["s2XX", "default"])
def test_a_status_of_its_own_is_held_against_what_covered_it(cover):
    found = told(answering(**{cover: STRING}), answering(**{cover: STRING, "s200": INTEGER}))
    assert ("response-type-changed", "error") in found
    assert ("response-added", "note") in found
    assert told(answering(**{cover: STRING}), answering(**{cover: STRING, "s200": STRING})) == {
        ("response-added", "note")
    }


def test_what_only_default_answers_is_no_error_response():
    assert ("response-type-changed", "error") in told(answering(default=STRING), answering(default=INTEGER))
    both = [answering(s200=STRING, default=one) for one in (STRING, INTEGER)]
    assert told(*both) == {("response-type-changed", "warning")}


def test_links_come_and_go():
    one, two = ({"links": {name: {"operationId": "x"} for name in names}} for names in ("a", "ab"))
    assert ("response-link-removed", "warning") in told(answering(s200=two), answering(s200=one))
    assert ("response-link-added", "note") in told(answering(s200=one), answering(s200=two))


def test_a_header_that_cannot_be_known_is_doubted():
    whole = answering(s200={"headers": {"X-A": {"schema": STRING}}})
    broken = answering(s200={"headers": {"X-A": {"$ref": "#/components/headers/Gone"}}})
    for base, head in ((whole, broken), (broken, whole)):
        examinations = run(base, head)[1]
        assert any(one.undecided and "Gone" in one.undecided.reason for one in examinations.values())


@pytest.mark.parametrize("kind", [[["x"]], {}, 1, None])
def test_a_parameter_of_no_known_type_is_no_trouble(kind):
    one = {"name": "q", "in": "query", "schema": STRING}
    run(api(parameters=[one]), api(parameters=[{**one, "schema": {"type": kind}}]))


@pytest.mark.parametrize("schemas", [None, 1, "x", []])
def test_components_that_hold_nothing_are_no_trouble(schemas):
    document = json.loads(api(components={"A": STRING}))
    document["components"]["schemas"] = schemas
    assert ("schema-removed", "note") in told(api(components={"A": STRING}), json.dumps(document))


def test_explode_of_a_single_value_makes_no_difference_behind_a_reference_either():
    one = {"name": "q", "in": "query", "schema": ref("A")}
    for schema, wanted in ((STRING, set()), ({"type": "array"}, {("serialization-changed", "error")})):
        base, head = (api(parameters=[{**one, **more}], components={"A": schema}) for more in ({}, {"explode": False}))
        assert told(base, head) == wanted


def test_a_schema_that_moved_to_another_file_is_not_gone():
    base = api(ref("A"), components={"A": STRING})
    head = {"openapi.yaml": api({"$ref": "a.json"}), "a.json": json.dumps(STRING)}
    assert told(base, head) == set()


def test_a_tag_is_that_of_a_finding_only_where_every_user_has_it():
    def of(schema):
        document = json.loads(api(ref("A"), components={"A": schema}))
        operation = document["paths"]["/a"]["post"]
        document["paths"] = {
            "/i": {"post": {**operation, "tags": ["internal", "all"]}}, "/p": {"post": {**operation, "tags": ["all"]}},
        }  # fmt: skip
        return json.dumps(document)

    found = [one for one in run(of(STRING), of(INTEGER))[0] if "type" in one.rule]
    assert {one.tags for one in found} == {("all",)}


def test_a_reference_that_leads_elsewhere_is_a_change_of_its_place():
    components = {"A": {"properties": {"a": STRING, "b": STRING}}, "B": {"properties": {"a": STRING}}}
    base, head = (api({"properties": {"x": ref(name)}}, components=components) for name in "AB")
    [found] = run(base, head)[0]
    assert found.message == "POST /a: the 200 response: the response property `x.b` was removed"
    del components["B"]
    base = api({"properties": {"x": ref("A")}}, components=components)
    head = api({"properties": {"x": ref("B")}}, components={**components, "B": {"properties": {"a": STRING}}})
    [found] = run({"old.yaml": base, "openapi.yaml": base}, head)[0]
    assert found.message.startswith("POST /a: the 200 response")


@pytest.mark.parametrize("more", [{"enum": ["a"]}, {"maxLength": 1}, {"pattern": "^[a-z]$"}])
def test_a_text_takes_in_numbers_only_where_nothing_more_is_said_of_it(more):
    def of(schema):
        return api(parameters=[{"name": "q", "in": "query", "schema": schema}])

    assert told(of(INTEGER), of(STRING)) == {("request-type-changed", "note")}
    assert ("request-type-changed", "error") in told(of(INTEGER), of({**STRING, **more}))


def test_what_a_map_holds_is_part_of_the_contract():
    closed, any_, described = ({"type": "object", "additionalProperties": one} for one in (False, True, STRING))
    assert ("response-additional-properties-loosened", "error") in told(api(described), api(any_))
    assert ("response-additional-properties-loosened", "note") in told(api(closed), api(any_))


def serving(root=None, operation=None, **more):
    document = json.loads(api())
    if root is not None:
        document["servers"] = root
    if operation is not None:
        document["paths"]["/a"]["post"]["servers"] = operation
    return json.dumps(document | more)


A, B = ([{"url": f"https://{name}.example.com/"}] for name in "ab")
VARIABLE = [{"url": "/{v}", "variables": {"v": {"default": "v1", "enum": ["v1", "v2"]}}}]


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ((A, None), (A, B), {("server-removed", "error"), ("server-added", "note")}),
        ((A, None), (None, A), set()),
        (([{"url": "/v1"}], None), (VARIABLE, None), {("server-added", "note")}),
        ((VARIABLE, None), ([{"url": "/v1"}, {"url": "/v2/"}], None), set()),
        ((VARIABLE, None), ([{"url": "/v2"}], None), {("server-removed", "warning")}),
    ],
)
def test_what_counts_is_the_address_that_an_operation_has(old, new, wanted):
    assert told(serving(*old), serving(*new)) == wanted


def at_server(url, **variables):
    return serving([{"url": url, **({"variables": variables} if variables else {})}])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://API.x.com:443/v1", "https://api.x.com/v1"),
        ("HTTP://x.com:80", "http://x.com/"),
        ("wss://x.com:/v1", "WSS://x.com/v1/"),
        ("https://me:Pass@X.com", "https://me:Pass@x.com"),
        ("https://[2001:DB8::1]:443/a", "https://[2001:db8::1]/a"),
        ("/v1/", "/v1"),
    ],
)
def test_another_spelling_of_an_address_is_no_other_server(old, new):
    assert told(at_server(old), at_server(new)) == told(at_server(new), at_server(old)) == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://x.com/V1", "https://x.com/v1"),
        ("https://x.com/v1//", "https://x.com/v1"),
        ("https://x.com/%7Ea", "https://x.com/~a"),
        ("https://x.com:80", "https://x.com"),
        ("https://x.com:8443", "https://x.com"),
        ("http://x.com", "https://x.com"),
        ("https://Me@x.com", "https://me@x.com"),
        ("https://[2001:db8::443]", "https://[2001:db8:]"),
        ("x.com:443/v1", "x.com/v1"),
    ],
)
def test_what_only_looks_alike_is_another_server(old, new):
    assert {rule for rule, _ in told(at_server(old), at_server(new))} == {"server-removed", "server-added"}
    [gone] = [one for one in run(at_server(old), at_server(new))[0] if one.rule == "contract/server-removed"]
    assert f"`{old}`" in gone.message


def test_another_spelling_of_an_address_hides_no_change_of_its_variables():
    def of(url, default):
        return at_server(url, R={"default": default, "enum": ["eu", "us"]})

    assert told(of("https://{R}.B:443", "eu"), of("https://{R}.b", "eu")) == set()
    assert told(of("https://{R}.B", "eu"), of("https://{R}.b", "us")) == {("server-default-changed", "warning")}
    ports = {"default": "443", "enum": ["443", "8443"]}
    assert (
        told(at_server("https://b:{p}", p=ports), serving([{"url": "https://b"}, {"url": "https://B:8443"}])) == set()
    )


@pytest.mark.parametrize("name", ["Accept", "content-type", "AUTHORIZATION"])
def test_a_header_that_media_types_or_security_say_is_no_parameter(name):
    def of(**more):
        return api(parameters=[{"name": name, "in": "header", "schema": STRING, **more}])

    for one, other in permutations((api(), of(required=True), of(schema=INTEGER)), 2):
        assert told(one, other) == set()
    at_path = json.loads(api())
    at_path["paths"]["/a"]["parameters"] = [{"$ref": "#/components/parameters/P"}]
    parameter = {"name": name, "in": "header", "required": True, "schema": STRING}
    at_path["components"]["parameters"] = {"P": parameter}
    assert told(api(), json.dumps(at_path)) == set()
    elsewhere = api(parameters=[{"name": name, "in": "query", "required": True, "schema": STRING}])
    assert told(api(), elsewhere) == {("required-parameter-added", "error")}


def test_swagger_2_ignores_no_header():
    def of(*parameters):
        operation = {"parameters": parameters, "responses": {"200": {"description": "x"}}}
        return json.dumps(
            {"swagger": "2.0", "info": {"title": "x", "version": "1"}, "paths": {"/a": {"get": operation}}}
        )

    added = {"name": "Authorization", "in": "header", "type": "string", "required": True}
    assert told(of(), of(added)) == {("required-parameter-added", "error")}


def keyed(called="a", **more):
    scheme = {"type": "apiKey", "in": "header", "name": "X-Key", **more}
    return serving(security=[{called: []}], components={"securitySchemes": {called: scheme}})


def test_a_security_scheme_under_another_name_lets_in_whom_it_let_in():
    assert "security-tightened" not in {rule for rule, _ in told(keyed(), keyed("b", description="New."))}
    assert ("security-tightened", "error") in told(keyed(), keyed("b", name="Y-Key"))


def test_the_name_of_a_header_has_no_case_in_a_security_scheme():
    assert told(keyed(), keyed(name="x-key")) == set()
    assert "security-tightened" not in {rule for rule, _ in told(keyed(), keyed("b", name="x-key"))}
    assert told(keyed(), keyed(name="X-Other")) == {("security-scheme-changed", "error")}
    for where in ("query", "cookie"):
        sides = (keyed(**{"in": where, "name": name}) for name in ("X-Key", "x-key"))
        assert told(*sides) == {("security-scheme-changed", "error")}


def test_a_break_without_a_value_that_shows_it_says_so():
    whole, half = ({"type": "string", "minLength": bound} for bound in (6000, 7000))
    [found] = [one for one in run(api(request=whole), api(request=half))[0] if one.level.value == "error"]
    assert found.witness == "no witness within the bound"
    [found] = [one for one in run(api(request=STRING), api(request=half))[0] if one.level.value == "error"]
    assert found.witness.endswith("was accepted, and is refused now")


@pytest.mark.parametrize(
    ("life", "level", "told"),
    [
        ({"deprecated": True, "x-sunset": "2026-01-01"}, "note", "after its sunset 2026-01-01"),
        ({"deprecated": True, "x-sunset": "2099-01-01"}, "error", "before its sunset 2099-01-01"),
        ({"x-stability-level": "alpha"}, "note", "it was alpha"),
        ({}, "error", "was removed"),
    ],
)
def test_a_removal_says_what_was_promised(life, level, told):
    document = json.loads(api())
    document["paths"]["/a"]["get"] = {**document["paths"]["/a"]["post"], **life}
    [found] = run(json.dumps(document), api())[0]
    assert (found.rule, found.level.value) == ("contract/operation-removed", level)
    assert told in found.message


def test_a_variant_is_called_a_variant():
    def of(kind):
        arms = [{"title": name, "type": ["object", kind], "properties": {name: {}}} for name in "ab"]
        return {"oneOf": [arms[0], {**arms[1], "type": ["object", "string"]}]}

    messages = [one.message for one in run(api(of("string")), api(of("boolean")))[0]]
    assert any("the response variant `a`" in message for message in messages)
    assert not any("property `(a)`" in message for message in messages)


def region(default, values=("eu", "us")):
    return [{"url": "https://{r}.b", "variables": {"r": {"default": default, "enum": list(values)}}}]


@pytest.mark.parametrize(
    ("new", "wanted"),
    [
        (region("us"), {("server-default-changed", "warning")}),
        (region("eu", ["us", "eu"]), set()),
        (region("us", ["us"]), {("server-default-changed", "warning"), ("server-removed", "warning")}),
        ([{"url": "https://{r}.b", "variables": {"r": {"default": "us"}}}], {("server-removed", "warning")}),
    ],
)
def test_another_default_of_a_server_variable_is_told(new, wanted):
    assert told(serving(region("eu")), serving(new)) == wanted


def test_the_life_of_a_response_is_told():
    word = "x-deprecated"  # OpenAPI itself has no word for it
    plain = {"headers": {"X-A": {"schema": STRING}}}
    dated = {**plain, word: True, "x-sunset": "2026-01-01"}
    assert told(answering(s200=STRING, s202=plain), answering(s200=STRING, s202={**plain, word: True})) == {
        ("response-deprecated", "note")
    }
    assert ("response-sunset-removed", "error") in told(answering(s202=dated), answering(s202={**plain, word: True}))
    assert told(answering(s200=STRING, s202=dated), answering(s200=STRING)) == {("response-removed", "note")}
    promised = {**dated, "x-sunset": "2099-01-01"}
    assert told(answering(s200=STRING, s202=promised), answering(s200=STRING)) == {("response-removed", "error")}


def linking(link: dict, **more: object) -> str:
    """A description with two operations, one of which leads to the other by a link."""
    document = json.loads(answering(s200={"links": {"next": link}}))
    document["paths"]["/b/{id}"] = {
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": STRING}],
        "get": {"operationId": "b", "responses": {"200": {"description": "x"}}},
    }
    return json.dumps({**document, **more})


def test_a_link_that_leads_elsewhere_or_hands_on_something_else():
    base = linking({"operationId": "b"})
    for changed in (
        {"operationId": "c"},
        {"operationRef": "#/paths/~1a/post"},
        {"operationId": "b", "parameters": {"id": "$response.body#/id"}},
        {"operationId": "b", "requestBody": "$request.body"},
        {"operationId": "b", "server": {"url": "https://example.com"}},
    ):
        assert told(base, linking(changed)) == {("response-link-changed", "warning")}, changed


def test_a_link_that_means_the_same_operation():
    base = linking({"operationId": "b"})
    assert told(base, linking({"operationRef": "#/paths/~1b~1{id}/get"})) == set()
    shared = {"components": {"links": {"next": {"operationId": "b"}}}}
    assert told(base, linking({"$ref": "#/components/links/next"}, **shared)) == set()
    renamed = json.loads(linking({"operationId": "new"}))
    operation = renamed["paths"].pop("/b/{id}")
    operation["parameters"][0]["name"] = "key"
    renamed["paths"]["/b/{key}"] = {**operation, "get": {**operation["get"], "operationId": "new"}}
    assert told(base, json.dumps(renamed)) == {("operation-id-changed", "warning")}


def test_a_link_to_an_operation_that_is_gone_is_told_as_that():
    base, head = linking({"operationId": "b"}), json.loads(linking({"operationId": "b"}))
    del head["paths"]["/b/{id}"]
    assert told(base, json.dumps(head)) >= {("path-removed", "error")}
    assert not {rule for rule, _ in told(base, json.dumps(head)) if rule == "response-link-changed"}


def test_a_link_that_many_share_is_told_once():
    def both(identity: str) -> str:
        document = json.loads(linking({"$ref": "#/components/links/next"}))
        document["components"] = {"links": {"next": {"operationId": identity}}}
        document["paths"]["/c"] = json.loads(json.dumps({"get": document["paths"]["/a"]["post"]}))
        document["paths"]["/c"]["get"].pop("operationId", None)
        return json.dumps(document)

    findings = [one for one in run(both("b"), both("c"))[0] if one.rule == "contract/response-link-changed"]
    assert [one.message for one in findings] == [
        "Link `next` leads to `c` and no longer to GET /b/{id} (used by 2 operations (POST /a, GET /c))"
    ]


def form(headers: dict | None, media: str = "multipart/form-data") -> str:
    document = json.loads(api())
    encoding = {} if headers is None else {"encoding": {"file": {"headers": headers}}}
    schema = {"type": "object", "properties": {"file": STRING}}
    document["paths"]["/a"]["post"]["requestBody"] = {"content": {media: {"schema": schema, **encoding}}}
    return json.dumps(document)


def test_the_headers_of_a_part_of_a_form():
    text, number = ({"X-A": {"schema": schema}} for schema in (STRING, INTEGER))
    needed = {"X-A": {"required": True, "schema": STRING}}
    assert told(form(text), form(number)) == {("request-type-changed", "error")}
    assert told(form(text), form(needed)) == {("parameter-became-required", "error")}
    assert told(form(None), form(needed)) == {("required-parameter-added", "error")}
    assert told(form(text), form(None)) == {("parameter-removed", "warning")}
    assert told(form(text), form(text)) == set()


def test_headers_that_are_to_be_ignored():
    """Those of parts that are none, and a media type beside the one that says it."""
    text, number = ({"X-A": {"schema": schema}} for schema in (STRING, INTEGER))
    plain = "application/x-www-form-urlencoded"
    assert told(form(text, plain), form(number, plain)) == set()
    one, other = ({"Content-Type": {"schema": schema}} for schema in (STRING, INTEGER))
    assert told(form(one), form(other)) == set()
    assert told(answering(s200={"headers": one}), answering(s200={"headers": other})) == set()


def part(schema: dict, encoding: dict | None, version: str = "3.1.0", media: str = "multipart/form-data") -> str:
    document = json.loads(api())
    document["openapi"] = version
    said = {} if encoding is None else {"encoding": {"file": encoding}}
    whole = {"type": "object", "properties": {"file": schema, "note": STRING}}
    document["paths"]["/a"]["post"]["requestBody"] = {"content": {media: {"schema": whole, **said}}}
    return json.dumps(document)


OBJECT = {"type": "object", "properties": {"a": STRING}}
BYTES, PLAIN, JSON = "application/octet-stream", "text/plain", "application/json"


@pytest.mark.parametrize(
    ("schema", "media", "version"),
    [
        (STRING, PLAIN, "3.1.0"), (STRING, PLAIN, "3.0.3"), (INTEGER, PLAIN, "3.1.0"),
        (INTEGER, " Text/Plain", "3.1.0"),
        ({"type": ["string", "null"]}, PLAIN, "3.1.0"), ({"type": ["string", "boolean"]}, PLAIN, "3.1.0"),
        ({"type": "string", "format": "date"}, PLAIN, "3.1.0"), (OBJECT, JSON, "3.1.0"), (OBJECT, JSON, "3.0.3"),
        ({"type": "array", "items": STRING}, PLAIN, "3.1.0"), ({"type": "array", "items": OBJECT}, JSON, "3.0.3"),
        ({"type": "string", "format": "binary"}, BYTES, "3.0.3"),
        ({"type": "string", "contentEncoding": "base64"}, BYTES, "3.1.0"),
        ({"allOf": [OBJECT]}, JSON, "3.1.0"),
    ],
)  # fmt: skip
def test_the_media_type_of_a_part_that_holds_anyway_is_no_change(schema: dict, media: str, version: str) -> None:
    silent, spelt = part(schema, None, version), part(schema, {"contentType": media}, version)
    empty = part(schema, {}, version)
    for one, other in ((silent, spelt), (spelt, silent), (empty, spelt), (spelt, empty)):
        assert told(one, other) == set()


@pytest.mark.parametrize(
    ("schema", "media", "version"),
    [
        (STRING, JSON, "3.1.0"), (OBJECT, PLAIN, "3.1.0"), ({}, BYTES, "3.0.3"), ({}, PLAIN, "3.1.0"),
        ({"type": ["string", "object"]}, PLAIN, "3.1.0"), ({"type": ["string", "object"]}, JSON, "3.1.0"),
        ({"type": "array"}, JSON, "3.1.0"), ({"type": "array", "items": OBJECT}, PLAIN, "3.1.0"),
        ({"type": "string", "format": "binary"}, PLAIN, "3.0.3"),
        ({"type": "string", "contentMediaType": "image/png"}, PLAIN, "3.1.0"),
        (STRING, "text/plain, text/csv", "3.1.0"),
    ],
)  # fmt: skip
def test_another_media_type_of_a_part_is_one(schema: dict, media: str, version: str) -> None:
    silent, spelt = part(schema, None, version), part(schema, {"contentType": media}, version)
    assert told(silent, spelt) == {("request-encoding-changed", "warning")}
    assert told(spelt, silent) == {("request-encoding-changed", "warning")}


def test_what_is_written_as_text_is_read_so_where_it_is_a_component() -> None:
    def of(schema: dict, **more: dict) -> str:
        document = json.loads(api())
        operation = document["paths"]["/a"]["post"]
        operation["parameters"] = [{"$ref": "#/components/parameters/Q"}]
        operation["responses"]["200"]["headers"] = {"X-A": {"$ref": "#/components/headers/H"}}
        parameter = {"name": "q", "in": "query", "schema": schema}
        document["components"] = {"parameters": {"Q": parameter}, "headers": {"H": {"schema": schema}}, **more}
        return json.dumps(document)

    assert told(of(INTEGER), of(STRING)) == {("request-type-changed", "note"), ("response-type-changed", "error")}
    assert told(of(STRING), of(INTEGER)) == {("request-type-changed", "error"), ("response-type-changed", "note")}


def test_a_schema_that_is_called_header_is_none() -> None:
    def of(schema: dict) -> str:
        document = json.loads(api({"$ref": "#/components/schemas/header"}))
        document["components"] = {"schemas": {"header": schema}}
        return json.dumps(document)

    assert told(of(INTEGER), of(STRING)) == {("response-type-changed", "error")}
    assert told(of(STRING), of(INTEGER)) == {("response-type-changed", "error")}

"""What operations share is told once, at its place, with the operations that it concerns."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sides import run

from sluicegate.engine.levels import LevelOverride, levelled
from sluicegate.engine.suppress import marking
from sluicegate.model import Level, Location, Suppression

ANSWER = {"responses": {"200": {"description": "x"}}}


def document(paths, **more):
    return json.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": paths, **more})


def many(count=5, **more):
    schemes = {name: {"type": "http", "scheme": name} for name in ("basic", "bearer")}
    paths = {f"/{number}": {"get": {**ANSWER, "tags": ["all", str(number)]}} for number in range(count)}
    return document(paths, components={"securitySchemes": schemes}, **more)


def told(base, head, **more):
    return [finding for finding in run(base, head, **more)[0] if finding.level is not Level.NOTE]


def test_the_security_of_the_document_is_told_once():
    [found] = told(many(security=[{"basic": []}]), many(security=[{"bearer": []}]))
    assert found.message == (
        "Security: `basic` is not enough any more; `bearer` is "
        "(used by 5 operations (GET /0, GET /1, GET /2 and 2 more))"
    )
    assert found.location.logical == "security"
    assert found.concerns == tuple(f"GET /{number}" for number in range(5))
    assert found.tags == ("all",)


def test_the_cause_is_the_same_one_whoever_shares_it():
    some, more = (
        told(many(count, security=[{"basic": []}]), many(count, security=[{"bearer": []}])) for count in (2, 9)
    )
    assert [found.fingerprint for found in some] == [found.fingerprint for found in more]


def test_an_operation_with_security_of_its_own_is_told_itself():
    base, head = (json.loads(many(security=[{name: []}])) for name in ("basic", "bearer"))
    for side, name in ((base, "basic"), (head, "bearer")):
        side["paths"]["/0"]["get"]["security"] = [{name: []}]
    shared, own = sorted(told(json.dumps(base), json.dumps(head)), key=lambda found: -len(found.concerns))
    assert (len(shared.concerns), own.location.logical, own.concerns) == (4, "GET /0", ())


def test_what_the_server_calls_is_told_apart():
    hook = {"webhooks": {"done": {"post": ANSWER}}}
    found = run(many(security=[{"basic": []}], **hook), many(security=[{"bearer": []}], **hook))[0]
    tightened = [one for one in found if one.rule == "contract/security-tightened"]
    assert sorted((one.level.value, len(one.concerns)) for one in tightened) == [("error", 5), ("note", 1)]


def test_the_servers_of_the_document_say_who_is_called_there():
    [found] = told(many(servers=[{"url": "https://a.b"}]), many(servers=[{"url": "https://c.d"}]))
    assert found.message.endswith(
        "none of the old ones is left (used by 5 operations (GET /0, GET /1, GET /2 and 2 more))"
    )


def path(*parameters, operations=("get", "put", "delete"), **more):
    return document({"/x/{id}": {"parameters": list(parameters), **dict.fromkeys(operations, ANSWER), **more}})


ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
QUERY = {"name": "q", "in": "query", "schema": {"type": "string"}}


@pytest.mark.parametrize(
    ("base", "head", "rule"),
    [
        ((ID, QUERY), (ID,), "parameter-removed"),
        ((ID,), (ID, {**QUERY, "required": True}), "required-parameter-added"),
        ((ID, QUERY), (ID, {**QUERY, "required": True}), "parameter-became-required"),
        ((ID, QUERY), (ID, {**QUERY, "schema": {"type": "integer"}}), "request-type-changed"),
        ((ID, QUERY), (ID, {**QUERY, "schema": {"type": "string", "maxLength": 3}}), "request-max-length-tightened"),
    ],
)
def test_a_parameter_of_a_path_is_told_once(base, head, rule):
    [found] = told(path(*base), path(*head))
    assert found.rule == f"contract/{rule}"
    assert found.location.logical == "/x/{id}"
    assert found.concerns == ("DELETE /x/{id}", "GET /x/{id}", "PUT /x/{id}")
    assert found.message.startswith("/x/{id}: the query parameter `q`")


def test_a_parameter_that_one_method_kept_for_itself_is_lost_to_the_others():
    head = json.loads(path(ID))
    head["paths"]["/x/{id}"]["get"] = {**ANSWER, "parameters": [{**QUERY, "required": True}]}
    found = {one.rule: one for one in told(path(ID, QUERY), json.dumps(head))}
    assert found["contract/parameter-removed"].concerns == ("DELETE /x/{id}", "PUT /x/{id}")
    assert found["contract/parameter-became-required"].location.logical == "GET /x/{id}"


def test_the_servers_of_a_path_are_told_once():
    base, head = (path(ID, servers=[{"url": url}]) for url in ("https://a.b", "https://c.d"))
    [found] = told(base, head)
    assert (found.location.logical, len(found.concerns)) == ("/x/{id}", 3)


def override(**more):
    return LevelOverride(level=Level.NOTE, origin=Location(path="sluicegate.toml"), **more)


def test_a_change_brings_no_tag_by_which_it_is_judged():
    base, head = (json.loads(many(1, security=[{name: []}])) for name in ("basic", "bearer"))
    head["paths"]["/0"]["get"]["tags"] += ["internal"]
    base["paths"]["/0"]["get"]["tags"] += ["gone"]
    [found] = told(json.dumps(base), json.dumps(head))
    assert found.tags == ("all", "0")


@pytest.mark.parametrize(
    ("patterns", "level"),
    [(("GET /*",), Level.NOTE), (("GET /0", "GET /1"), Level.ERROR), (("security",), Level.NOTE),
     (("GET /?", "PUT /*"), Level.NOTE), (("POST /*",), Level.ERROR)],
)  # fmt: skip
def test_an_override_by_operation_holds_where_it_names_all_of_them(patterns, level):
    [found] = told(many(security=[{"basic": []}]), many(security=[{"bearer": []}]))
    assert levelled(found, [override(logical=patterns)]).level is level


def test_an_override_by_tag_holds_where_all_of_them_have_it():
    [found] = told(many(security=[{"basic": []}]), many(security=[{"bearer": []}]))
    assert levelled(found, [override(tags=("all",))]).level is Level.NOTE
    assert levelled(found, [override(tags=("1",))]).level is Level.ERROR


@pytest.mark.parametrize(("pattern", "covered"), [("GET /*", True), ("GET /1", False), ("security", True)])
def test_a_suppression_by_operation_covers_what_it_names_whole(pattern, covered):
    [found] = told(many(security=[{"basic": []}]), many(security=[{"bearer": []}]))
    decision = Suppression(rule="*", reason="r", owner="o", expires=date(2027, 1, 1), logical=pattern)
    assert (marking([decision], date(2026, 11, 21))(found).suppression is not None) is covered


@pytest.mark.parametrize(("count", "named"), [(100, 100), (101, 0)])
def test_a_component_that_many_use_is_known_by_its_name(count, named):
    answer = {
        "200": {"description": "x", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}
    }
    base, head = (
        document(
            {f"/{number}": {"get": {"responses": answer}} for number in range(count)},
            components={"schemas": {"A": {"type": kind}}},
        )
        for kind in ("string", "integer")
    )
    [found] = told(base, head)
    assert (found.location.logical, len(found.concerns)) == ("schema A", named)
    assert f"used by {count} operations" in found.message


def test_oasdiff_has_an_id_of_its_own_for_the_document():
    [found] = told(many(security=[{"basic": []}]), many(security=[{"bearer": []}]), ids="oasdiff")
    assert found.message.endswith("[api-global-security-added]")


def test_a_callback_that_reads_the_same_has_the_security_of_the_document():
    done = {"url": {"{$request.body#/url}": {"post": ANSWER}}}
    asks = {"post": {**ANSWER, "security": [{"basic": []}], "callbacks": done}}
    base, head = (document({"/x": asks}, security=security) for security in ([{"basic": []}], []))
    [found] = run(base, head)[0]
    assert found.rule == "contract/security-loosened"
    assert found.concerns == ("POST /x: callback POST {$request.body#/url} (url)",)


def test_a_callback_that_asks_for_itself_is_compared_to_its_end():
    again = {"post": {**ANSWER, "callbacks": {"again": {"$ref": "#/components/callbacks/C"}}}}
    whole = {"/x": {"post": {**ANSWER, "callbacks": {"again": {"$ref": "#/components/callbacks/C"}}}}}
    side = document(whole, components={"callbacks": {"C": {"{$request.body#/url}": again}}})
    found, examined = run(side, side)
    assert not found
    assert all(one.undecided is None for one in examined.values())

"""A removal that may be a renaming says so, where nothing else it may have become is there; it weighs the same."""

from __future__ import annotations

import json

import pytest
from sides import run
from test_equivalence import api

STRING, INTEGER = {"type": "string"}, {"type": "integer"}


def get(**more):
    return {
        "get": {"responses": {"200": {"description": "x", "content": {"application/json": {"schema": STRING}}}}, **more}
    }


def paths(**items):
    named = {"/" + name.replace("__", "/").replace("_id", "{id}"): item for name, item in items.items()}
    return json.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "paths": named})


def hints(base, head):
    """What is hinted at, by rule; and no level is another one for it."""
    found = run(base, head)[0]
    removed = [one for one in found if "-removed" in one.rule]
    assert removed
    return [one.message.partition("may have become ")[2].partition(" (")[0] for one in removed]


def test_a_path_with_the_same_operations():
    head = paths(v2__orders__list=get(operationId="b", summary="y"), v1__pets=get())
    [found] = run(paths(v1__orders__list=get(operationId="a"), v1__pets=get()), head)[0][:1]
    assert found.rule == "contract/path-removed"
    assert found.level.value == "error"
    assert found.message == "/v1/orders/list: the path was removed, with GET; it may have become `/v2/orders/list`"


@pytest.mark.parametrize(
    "head",
    [
        paths(v2__orders=get(parameters=[{"name": "q", "in": "query", "schema": STRING}])),  # another shape
        paths(v2__orders=get(), v3__orders=get()),  # two of them
        paths(v1__weather=get()),  # another name
    ],
)
def test_what_is_not_sure_is_not_hinted_at(head):
    assert hints(paths(v1__orders=get()), head) == [""]


def test_two_that_went_into_one_are_not_hinted_at():
    assert hints(paths(v1__orders=get(), v2__orders=get()), paths(v3__orders=get())) == ["", ""]


def answer(**properties):
    return api(response={"type": "object", "properties": properties})


def asks(**properties):
    return api(request={"type": "object", "properties": properties})


@pytest.mark.parametrize("side", [answer, asks])
def test_a_property_of_the_same_schema(side):
    assert hints(side(user_name=STRING, age=INTEGER), side(userName=STRING, age=INTEGER)) == ["`userName`"]
    assert hints(side(user_name=STRING), side(userName=INTEGER)) == [""]
    assert hints(side(user_name=STRING), side(colour=STRING)) == [""]
    assert hints(side(name=STRING), side(first_name=STRING, last_name=STRING)) == [""]


def test_properties_at_other_places_are_not_taken_for_each_other():
    base = answer(a={"type": "object", "properties": {"user_name": STRING}}, b={"type": "object", "properties": {}})
    head = answer(a={"type": "object", "properties": {}}, b={"type": "object", "properties": {"userName": STRING}})
    assert hints(base, head) == [""]


def test_a_parameter_of_the_same_schema():
    def of(name, where="query", **more):
        return api(parameters=[{"name": name, "in": where, "schema": STRING, **more}])

    assert hints(of("pageSize"), of("page_size", description="x")) == ["`page_size`"]
    assert hints(of("pageSize"), of("page_size", where="cookie")) == [""]
    assert hints(of("pageSize"), of("page_size", required=True)) == [""]


def test_a_value_of_a_list():
    def of(*values):
        return api(request={"enum": list(values)})

    assert hints(of("active", "gone"), of("ACTIVE", "gone")) == ["`ACTIVE`"]
    assert hints(of("active", "gone"), of("paused", "gone")) == [""]
    assert hints(of("a_1", "b_1"), of("a_2", "b_2")) == [""]

"""At the base only what head found is looked at again: nothing of that may be missed there."""

from __future__ import annotations

import json

import pytest
from finding import EVERY, answer, api, findings, path, ref
from memory import MemoryTree

from sluicegate.gates.contract.soundness.asked import on_the_way
from sluicegate.gates.contract.soundness.run import soundness, ways_of
from sluicegate.openapi import inline
from sluicegate.openapi.operations import describe
from sluicegate.openapi.references import Library

BAD = {"type": "integer", "example": "text"}
NAMED = {"type": "object", "properties": {"n": {"type": "integer"}}}


def answers(*contents, **components):
    """A description of one operation per content, with components."""
    paths = {
        f"/{number}": {"get": {"responses": {"200": {"description": "x", "content": {"application/json": content}}}}}
        for number, content in enumerate(contents)
    }
    return api(paths, components=components)


SHARED = {"examples": {"one": {"value": {"n": "no"}}}, "schemas": {"Named": NAMED}}
SHARED_USE = {"schema": ref("Named"), "examples": {"one": {"$ref": "#/components/examples/one"}}}
CASES = {
    "beside its schema": (answer(BAD), answer(BAD, schemas={"New": {"type": "string"}})),
    "an example that is shared, first used elsewhere": (
        answers(SHARED_USE, {"schema": ref("Named")}, **SHARED),
        answers({"schema": ref("Named"), "examples": {}}, SHARED_USE, SHARED_USE, **SHARED),
    ),
    "an example that is shared, at a schema of its own": (
        answers({**SHARED_USE, "schema": NAMED}, **SHARED),
        answers({**SHARED_USE, "schema": NAMED}, {**SHARED_USE, "schema": NAMED}, **SHARED),
    ),
    "parameters in another order": tuple(
        api({"/{a}/{b}": {"get": {**path(*names)["get"], "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "integer"}, "example": "x"}
            for name in names
        ]}}})
        for names in ("ab", "ba")
    ),
    "a path with another name for its parameter": tuple(
        api({f"/a/{{{name}}}": {"get": {**path(name)["get"], "responses": {"200": {"description": "x", "content": {
            "application/json": {"schema": BAD}
        }}}}}})
        for name in ("id", "key")
    ),
    "a list of examples": (
        answer({"type": "integer", "examples": ["no", 1]}), answer({"type": "integer", "examples": [1, "other", "no"]})
    ),
    "defaults": (
        answer({"type": "integer", "default": "no"}),
        answer({"type": "integer", "default": "no", "title": "T"}),
    ),
    "of Swagger 2.0": tuple(
        {"swagger": "2.0", "info": {"title": title, "version": "1"}, "paths": {}, "definitions": {"A": BAD}}
        for title in ("a", "b")
    ),
}  # fmt: skip


def told(document, asked=None, **files):
    tree = {"openapi.yaml": document, **files}
    texts = {name: json.dumps(text) for name, text in tree.items()}
    description = describe(Library(tree=MemoryTree(texts)), "openapi.yaml")
    return list(soundness(description, "openapi.yaml", EVERY, asked))


@pytest.mark.parametrize("name", CASES)
def test_what_head_found_is_found_again_where_it_stands(name):
    base, head = CASES[name]
    at_head = told(head)
    asked = ways_of(at_head)
    wanted = {finding.fingerprint for finding in at_head}
    everything = [finding.fingerprint for finding in told(base) if finding.fingerprint in wanted]
    assert everything, "the case has nothing to miss"
    assert [finding.fingerprint for finding in told(base, asked) if finding.fingerprint in wanted] == everything


def test_an_example_in_another_file_is_found_again():
    def split(*operations):
        item = answers(*operations)["paths"]
        return {"openapi.yaml": api({name: {"$ref": f"items.json#/~1{name[1:]}"} for name in item}), "items.json": item}

    use = {"schema": NAMED, "examples": {"one": {"$ref": "values.json#/one"}}}
    values = {"values.json": {"one": {"value": {"n": "no"}}}}
    base, head = split(use), split({"schema": NAMED}, use, use)
    base["items.json"]["/1"] = base["items.json"].pop("/0")
    base["openapi.yaml"]["paths"] = {"/1": {"$ref": "items.json#/~11"}}

    def of(files, asked=None):
        return told(files["openapi.yaml"], asked, **{"items.json": files["items.json"], **values})

    at_head = of(head)
    again = {finding.fingerprint for finding in of(base, ways_of(at_head))}
    assert again & {finding.fingerprint for finding in at_head}


def test_what_head_did_not_find_costs_nothing(monkeypatch):
    many = answers(*({"schema": NAMED, "example": {"n": "no"}} for _ in range(20)))
    looked = []
    real = inline.inlined
    monkeypatch.setattr(
        "sluicegate.gates.contract.soundness.examples.inlined",
        lambda *args, **more: looked.append(args) or real(*args, **more),
    )
    one = [finding for finding in told(many) if finding.key[2:4] == ("paths", "/7")]
    assert len(looked) == 20
    looked.clear()
    assert [finding.fingerprint for finding in told(many, ways_of(one))] == [one[0].fingerprint]
    assert len(looked) == 1


def test_a_way_is_followed_as_far_as_it_goes():
    library = Library(tree=MemoryTree({"openapi.yaml": json.dumps(answer(BAD))}))
    document = library.open("openapi.yaml")
    paths = document.data["paths"]
    assert on_the_way([document], [("paths", "/a", "put", "x")]) == {id(paths), id(paths["/a"])}
    assert on_the_way([document], [("nothing",)]) == frozenset()
    assert findings(answer(BAD))

"""What a description offers, whichever way it says so."""

from __future__ import annotations

import json

import pytest
from memory import MemoryTree

from sluicegate.openapi.dangling import bad_references
from sluicegate.openapi.operations import Kind, describe, headers
from sluicegate.openapi.references import DanglingError, Library


def described(root, version="3.2.0", **files):
    files = {name: json.dumps(one) for name, one in files.items()}
    tree = MemoryTree({"api": json.dumps({"openapi": version, **root}), **files})
    return describe(Library(tree=tree), "api")


def titles(description):
    return [operation.title for operation in description.operations.values()]


def get(**more):
    return {"get": {"responses": {}, **more}}


def test_methods_of_3_2():
    item = {
        "query": {"operationId": "q"},
        "get": {"operationId": "g"},
        "additionalOperations": {"COPY": {"operationId": "c"}, "GET": {"operationId": "no"}, "LINK": "no"},
    }
    found = described({"paths": {"/a": item}}).operations
    assert {key: one.node.value["operationId"] for key, one in found.items()} == {
        ("/a", "QUERY"): "q", ("/a", "GET"): "g", ("/a", "COPY"): "c",
    }  # fmt: skip
    assert titles(described({"paths": {"/a": item}}, "3.1.0")) == ["GET /a"]


def test_a_path_item_in_components():
    root = {
        "paths": {"/a": {"$ref": "#/components/pathItems/A"}},
        "components": {"pathItems": {"A": get(), "B": get()}},
    }
    operation = described(root, "3.1.0").operations["/a", "GET"]
    assert operation.node.pointer == ("components", "pathItems", "A", "get")
    assert operation.item.pointer == ("components", "pathItems", "A")


def parameter(name, where="query", **more):
    return {"name": name, "in": where, "schema": {}, **more}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_what_stands_beside_the_ref_of_a_path_item_counts_too_and_first(version):
    root = {
        "paths": {
            "/a": {
                "$ref": "items#/one",
                "get": {"operationId": "own"},
                "parameters": [parameter("x", required=True), parameter("y")],
            }
        }
    }
    one = {"$ref": "#/two", "put": {"operationId": "put"}, "get": {"operationId": "other"}}
    two = {"delete": {}, "put": {"operationId": "no"}, "parameters": [parameter("x"), parameter("z")]}
    found = described(root, version, items={"one": one, "two": two}).operations
    assert {key[1]: one.node.value.get("operationId") for key, one in found.items()} == {
        "DELETE": None, "PUT": "put", "GET": "own",
    }  # fmt: skip
    assert {key: one.required for key, one in found["/a", "DELETE"].parameters.items()} == {
        ("query", "x"): True, ("query", "z"): False, ("query", "y"): False,
    }  # fmt: skip


@pytest.mark.parametrize("reference", ["#/paths/~1a", "#/nowhere", "https://example.com/x"])
def test_a_path_item_whose_ref_leads_nowhere_keeps_its_own(reference):
    assert titles(described({"paths": {"/a": {"$ref": reference, **get()}}})) == ["GET /a"]


HOOKS = {
    "paths": {
        "/a": get(
            callbacks={
                "done": {
                    "{$request.query.url}/{id}": {
                        "parameters": [parameter("id", "path"), parameter("X-A", "header")],
                        "post": {"callbacks": {"again": {"$ref": "#/components/callbacks/Again"}}},
                    },
                    "x-more": get(),
                },
                "x-named": {"$url": get()},
                "gone": {"$ref": "#/components/callbacks/Gone"},
            }
        )
    },
    "webhooks": {
        "newPet": {"post": {"callbacks": {"back": {"$url": {"$ref": "#/components/pathItems/Put"}}}}},
        "named": {"$ref": "#/components/pathItems/Put"},
        "x-hook": get(),
    },
    "components": {
        "callbacks": {"Again": {"$url": {"$ref": "#/components/pathItems/Put"}}},
        "pathItems": {"Put": {"put": {"callbacks": {"loop": {"$ref": "#/components/callbacks/Again"}}}}},
    },
}


def test_webhooks():
    description = described(HOOKS, "3.1.0")
    assert list(description.webhooks) == [("newPet", "POST"), ("named", "PUT"), ("x-hook", "GET")]
    hook = description.webhooks["newPet", "POST"]
    assert (hook.kind, hook.title, hook.reversed) == (Kind.WEBHOOK, "webhook POST newPet", True)
    assert list(description.operations) == [("/a", "GET")]
    assert not described(HOOKS, "3.0.3").webhooks


def test_callbacks():
    description = described(HOOKS, "3.0.3")
    owner = description.operations["/a", "GET"]
    assert (owner.kind, owner.reversed) == (Kind.PATH, False)
    callbacks = description.callbacks(owner)
    # a map of names takes no extensions, as a callback and a path do
    assert list(callbacks) == [("done", "{$request.query.url}/{id}", "POST"), ("x-named", "$url", "GET")]
    callback = callbacks["done", "{$request.query.url}/{id}", "POST"]
    assert (callback.kind, callback.name, callback.owners) == (Kind.CALLBACK, "done", (owner,))
    assert callback.title == "GET /a: callback POST {$request.query.url}/{id} (done)"
    assert callback.reversed
    assert list(callback.parameters) == [("path", "id"), ("header", "x-a")]
    again = description.callbacks(callback)["again", "$url", "PUT"]
    assert again.node.pointer == ("components", "pathItems", "Put", "put")
    assert again.title == "GET /a: callback POST {$request.query.url}/{id} (done), callback PUT $url (again)"
    assert not again.reversed


def test_all_operations_come_to_an_end():
    assert [(one.method, one.kind, one.reversed) for one in described(HOOKS, "3.1.0").all_operations()] == [
        ("GET", "path", False), ("POST", "callback", True), ("PUT", "callback", False), ("PUT", "callback", True),
        ("GET", "callback", True), ("POST", "webhook", True), ("PUT", "callback", False), ("PUT", "callback", True),
        ("PUT", "webhook", True), ("PUT", "callback", False), ("GET", "webhook", True),
    ]  # fmt: skip


def test_many_callbacks_of_one_another_are_each_given_once():
    names = [f"c{n}" for n in range(12)]
    callbacks = {name: {"$ref": f"#/components/callbacks/{name}"} for name in names}
    shared = {name: {"$url": {"post": {"callbacks": callbacks}}} for name in names}
    description = described({"paths": {"/a": get(callbacks=callbacks)}, "components": {"callbacks": shared}})
    assert sum(1 for _ in description.all_operations()) == 1 + 2 * 12
    chain = {f"c{n}": {"$url": get(callbacks={"n": {"$ref": f"#/components/callbacks/c{n + 1}"}})} for n in range(2000)}
    chain["c2000"] = {"$url": get()}
    first = {"n": {"$ref": "#/components/callbacks/c0"}}
    description = described({"paths": {"/a": get(callbacks=first)}, "components": {"callbacks": chain}})
    *_, last = description.all_operations()
    assert len(last.owners) == 2001
    assert last.reversed
    assert last.title.startswith("GET /a: callback GET $url (n), callback")


@pytest.mark.parametrize(
    ("dates", "chosen"),
    [
        ([{}, {}], "/a/{x}"),
        ([{"op": "2024-01-01"}, {"op": "2024-01-02"}], "/a/{y}"),
        ([{"op": "2024-01-02"}, {"op": "2024-01-01"}], "/a/{x}"),
        ([{"op": "2024-01-01"}, {"op": "2024-01-01"}], "/a/{x}"),
        ([{}, {"op": "1999-12-31"}], "/a/{x}"),
        ([{"op": "1999-12-31"}, {}], "/a/{y}"),
        ([{"path": "2024-01-01"}, {"path": "2025-01-01"}], "/a/{y}"),
        ([{"path": "2025-01-01", "op": "2023-01-01"}, {"path": "2024-01-01"}], "/a/{y}"),
        ([{"op": "2024-01-01"}, {"op": "2999-01-01"}], "/a/{y}"),
        ([{"op": "2024-01-01"}, {"op": "20250101"}], "/a/{x}"),
        ([{"op": "2024-01-01"}, {"op": "2025-02-30"}], "/a/{x}"),
        ([{"op": "2024-01-01"}, {"op": 20250101}], "/a/{x}"),
        ([{}, {"op": ""}, {"op": "2020-01-01"}], "/a/{z}"),
    ],
)
def test_of_two_paths_of_one_shape_the_latest_counts(dates, chosen):
    paths = {}
    for name, stated in zip("xyz", dates, strict=False):
        item = get(**({"x-since-date": stated["op"]} if "op" in stated else {}))
        paths[f"/a/{{{name}}}"] = {**item, **({"x-since-date": stated["path"]} if "path" in stated else {})}
    description = described({"paths": paths})
    assert [one.path for one in description.operations.values()] == [chosen]
    assert list(description.paths) == ["/a/{}"]


def test_the_date_may_stand_beside_the_ref_of_a_path_or_behind_it():
    paths = {
        "/a/{x}": {**get(), "x-since-date": "2024-01-01"},
        "/a/{y}": {"$ref": "#/components/pathItems/Y"},
        "/a/{z}": {"$ref": "#/components/pathItems/Y", "x-since-date": "2024-03-01"},
    }
    items = {"Y": {**get(), "x-since-date": "2024-02-01"}}
    for names, chosen in (("xy", "y"), ("xyz", "z"), ("zyx", "z")):
        root = {
            "paths": {f"/a/{{{name}}}": paths[f"/a/{{{name}}}"] for name in names},
            "components": {"pathItems": items},
        }
        assert titles(described(root)) == [f"GET /a/{{{chosen}}}"]


def test_methods_of_one_shape_may_stand_under_two_paths():
    description = described({"paths": {"/a/{x}": get(), "/a/{y}": {"put": {}}}})
    assert titles(description) == ["GET /a/{x}", "PUT /a/{y}"]


def test_headers_have_no_case():
    item = {
        "parameters": [parameter("X-Key", "header")],
        **get(parameters=[parameter("x-key", "header", required=True)]),
    }
    operation = described({"paths": {"/a": item}}).operations["/a", "GET"]
    assert [(key, one.name, one.required) for key, one in operation.parameters.items()] == [
        (("header", "x-key"), "x-key", True)
    ]
    item = {"parameters": [parameter("Page")], **get(parameters=[parameter("page")])}
    assert len(described({"paths": {"/a": item}}).operations["/a", "GET"].parameters) == 2


def test_references_in_objects_that_are_no_schemas():
    root = {
        "paths": {
            "/a": {
                "get": {
                    "parameters": [{"$ref": "#/components/parameters/P"}],
                    "responses": {
                        "200": {
                            "headers": {"X-Rate": {"$ref": "#/components/headers/H"}},
                            "links": {"next": {"$ref": "#/components/links/L"}},
                            "content": {"text/plain": {"examples": {"e": {"$ref": "#/components/examples/E"}}}},
                        }
                    },
                }
            }
        },
        "components": {
            "parameters": {"P": {"$ref": "#/components/parameters/Q"}, "Q": parameter("q")},
            "headers": {"H": {"schema": {"type": "integer"}}},
            "links": {"L": {"operationId": "x"}},
            "examples": {"E": {"value": {"$ref": "#/not/a/reference"}}},
        },
    }
    description = described(root)
    library = description.library
    operation = description.operations["/a", "GET"]
    assert operation.parameters["query", "q"].node.pointer == ("components", "parameters", "Q")
    assert operation.parameters["query", "q"].use.value == {"$ref": "#/components/parameters/P"}
    response = operation.node.get("responses").get("200")
    rate = headers(library, response)["x-rate"]
    assert (rate.name, rate.node.pointer, rate.use.pointer[-1]) == ("X-Rate", ("components", "headers", "H"), "X-Rate")
    assert library.resolve(response.get("links").get("next")).text("operationId") == "x"
    example = response.get("content").get("text/plain").get("examples").get("e")
    assert library.resolve(example).pointer == ("components", "examples", "E")
    assert not list(bad_references(library, description.document))
    for section in ("parameters", "headers", "links", "examples"):
        del description.document.data["components"][section]
    description = described(description.document.data)
    assert len(list(bad_references(description.library, description.document))) == 4
    assert list(headers(description.library, description.operations["/a", "GET"].node.get("responses").get("200")))


def test_the_own_address_of_a_document():
    address = "https://example.com/api/openapi.json"
    root = {
        "$self": address,
        "paths": {},
        "components": {"schemas": {"A": {"$ref": f"{address}#/components/schemas/B"}, "B": {}}},
    }
    description = described(root)
    assert not list(bad_references(description.library, description.document))
    for reference in ("https://example.com/api/other.json", "https://example.com/api/openapi.json2#/components"):
        with pytest.raises(DanglingError, match="never fetched"):
            description.library.follow(description.document, reference)
    assert description.library.follow(description.document, "#/components/schemas/B").value == {}
    assert titles(described({"$self": 3, "paths": {"/a": get()}})) == ["GET /a"]
    assert titles(described({"$self": "other", "paths": {"/a": {"$ref": "other#/a"}}}, other={"a": get()})) == []


def test_the_dialect():
    assert described({"paths": {}}, "3.1.1").dialect == "3.1"
    library = Library(tree=MemoryTree({"api": '{"swagger": "2.0", "paths": {}}'}))
    description = describe(library, "api")
    assert (description.version, description.dialect, library.version_of(description.document)) == ("2.0", "3.0", "3.0")


@pytest.mark.parametrize("junk", [None, 3, "x", [], [3], {}, {"a": 3}, {"a": {"b": 3}}, {"$ref": 3}, {"$ref": "#"}])
def test_whatever_stands_there_is_read(junk):
    for item in (junk, {"get": junk, "$ref": junk, "additionalOperations": junk}, get(callbacks=junk, parameters=junk)):
        description = described({"paths": {"/a": item}, "webhooks": {"a": item, "b": junk}, "components": junk})
        assert all(operation.title for operation in description.all_operations())
    assert not list(described({"paths": junk, "webhooks": junk}).all_operations())

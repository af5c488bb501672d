"""Long ways of references are followed in a time that grows with their length alone."""

from __future__ import annotations

import json

import pytest
from memory import MemoryTree

from effort import growth
from sluicegate.openapi.dangling import bad_references
from sluicegate.openapi.references import DanglingError, Library, Trouble


def library(targets):
    schemas = {f"S{n}": {} if to is None else {"$ref": f"#/schemas/S{to}"} for n, to in enumerate(targets)}
    return Library(tree=MemoryTree({"a": json.dumps({"schemas": schemas})}))


def troubles(targets):
    shelf = library(targets)
    return [(bad.node.pointer[-1], bad.trouble) for bad in bad_references(shelf, shelf.open("a"))]


@pytest.mark.parametrize("step", [1, -1])
def test_a_ring_is_told_once(step):
    def ring(count):
        assert troubles([(n + step) % count for n in range(count)]) == [("S0", Trouble.CIRCULAR)]

    ring(5000)
    assert growth(ring, 1000) < 2.2


@pytest.mark.parametrize("end", [None, 20_001])
def test_a_chain(end):
    assert troubles([*range(1, 20_001), end]) == ([] if end is None else [("S20000", Trouble.UNRESOLVED)])
    assert growth(lambda count: troubles([*range(1, count), end]), 1000) < 2.2


def test_two_rings_and_what_leads_into_them():
    assert troubles([1, 2, 3, 2, 5, 4, 0]) == [("S2", Trouble.CIRCULAR), ("S4", Trouble.CIRCULAR)]


def test_a_way_ends_the_same_however_often_it_is_asked():
    shelf = library([1, 2, None, 3])
    schemas = shelf.open("a").data["schemas"]
    nodes = [shelf.follow(shelf.open("a"), f"#/schemas/{name}") for name in schemas]
    for _ in range(2):
        assert [shelf.resolve(node).pointer[-1] for node in nodes[:3]] == ["S2"] * 3
        with pytest.raises(DanglingError, match="each other"):
            shelf.resolve(nodes[3])


def anchored(**schemas):
    text = json.dumps({"openapi": "3.1.0", "components": {"schemas": schemas}})
    return Library(tree=MemoryTree({"a": text, "b": '{"x": {"$dynamicAnchor": "node"}}'}))


def test_the_one_dynamic_anchor_is_what_a_dynamic_reference_means():
    shelf = anchored(A={"$dynamicAnchor": "node"}, B={"$anchor": "plain"})
    document = shelf.open("a")
    assert shelf.follow_dynamic(document, "#node").pointer == ("components", "schemas", "A")
    assert shelf.follow_dynamic(document, "#plain").pointer == ("components", "schemas", "B")
    assert shelf.follow_dynamic(document, "#/components/schemas/A").pointer == ("components", "schemas", "A")
    with pytest.raises(DanglingError, match=r"no .anchor nowhere"):
        shelf.follow_dynamic(document, "#nowhere")


def test_of_two_dynamic_anchors_either_could_be_meant():
    shelf = anchored(A={"$dynamicAnchor": "node"}, B={"$dynamicAnchor": "node"}, C={"$dynamicAnchor": "other"})
    with pytest.raises(DanglingError, match=r"2 schemas have the .dynamicAnchor node"):
        shelf.follow_dynamic(shelf.open("a"), "#node")
    assert shelf.follow_dynamic(shelf.open("a"), "#other").pointer[-1] == "C"
    assert shelf.follow_dynamic(shelf.open("a"), "#/components/schemas/A").pointer[-1] == "A"


def test_a_document_that_is_opened_later_may_mean_another():
    shelf = anchored(A={"$dynamicAnchor": "node"})
    assert shelf.follow_dynamic(shelf.open("a"), "#node").pointer[-1] == "A"
    shelf.open("b")
    with pytest.raises(DanglingError, match="2 schemas"):
        shelf.follow_dynamic(shelf.open("a"), "#node")


def test_a_keyword_that_is_nowhere_is_not_mentioned_however_it_is_spelt():
    for text, said in (
        ('{"a": {"readOnly": true}}', True),
        ('{"a": {"re\\u0061dOnly": true}}', True),
        ('{"a": "caf\\u00e9"}', False),
        ('a: {"read\\x4fnly": true}\n', True),
        ("a: {}\n", False),
    ):
        shelf = Library(tree=MemoryTree({"a.yaml": text, "b.yaml": "readOnly: true\n"}))
        shelf.open("a.yaml")
        assert shelf.mentions("readOnly") is said, text
        shelf.open("b.yaml")
        assert shelf.mentions("readOnly"), "a file that is opened later counts too"


@pytest.mark.parametrize(
    ("document", "reference", "found"),
    [
        ("v1:api/a.yaml", "b.yaml", "v1:api/b.yaml"),
        ("v1:api/a.yaml", "./b.yaml#/x", "v1:api/b.yaml"),
        ("v1:api/a.yaml", "../b.yaml", "b.yaml"),
        ("a:b.yaml", "./a:c.yaml", "a:c.yaml"),
        ("a:b.yaml", "./a%3Ac.yaml", "a:c.yaml"),
        ("a:b.yaml", "a:c.yaml", None),
        ("a.yaml", "http%3A//example.com/b.yaml", None),
        ("a.yaml", "%2Fetc/b.yaml", None),
        ("v1:api/a.yaml", "../../b.yaml", None),
    ],
)
def test_a_colon_is_a_scheme_only_where_a_reference_begins_with_one(document, reference, found):
    files = {document: "{}", **({found: '{"x": 1}'} if found else {})}
    shelf = Library(tree=MemoryTree(files))
    start = shelf.open(document)
    if found:
        assert shelf.follow(start, reference).document.path == found
        return
    with pytest.raises(DanglingError) as told:
        shelf.follow(start, reference)
    assert told.value.trouble is Trouble.REFUSED

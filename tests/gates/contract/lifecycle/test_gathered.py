"""What schemas say about their life through `$ref` and `allOf`."""

from __future__ import annotations

import json

import pytest
from lives import TODAY, policy
from memory import MemoryTree

from sluicegate.gates.contract.lifecycle.compare import gathered, removal
from sluicegate.gates.contract.lifecycle.words import life
from sluicegate.model import Level
from sluicegate.openapi.references import Library

OLD = {"type": "string", "deprecated": True, "x-sunset": "2099-01-01", "x-stability-level": "beta"}
REF = {"$ref": "#/components/schemas/Old"}


def read(schema, version="3.1.0", **schemas):
    """A schema of a description, and its library."""
    document = {"openapi": version, "at": schema, "components": {"schemas": {"Old": OLD, **schemas}}}
    library = Library(tree=MemoryTree({"openapi.json": json.dumps(document)}))
    return library.follow(library.open("openapi.json"), "#/at"), library


def said(schema, **more):
    node, library = read(schema, **more)
    found = life(gathered((node,), library))
    return found.deprecated, found.stated, found.stability


ALL = (True, "2099-01-01", "beta")
NOTHING = (False, None, "")


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (OLD, ALL),
        (REF, ALL),
        ({"allOf": [OLD]}, ALL),
        ({"allOf": [REF]}, ALL),
        ({"allOf": [{"allOf": [{"type": "string"}, REF]}, True]}, ALL),
        (REF | {"description": "the old one"}, ALL),
        (REF | {"x-sunset": "2098-01-01"}, (True, "2098-01-01", "beta")),
        ({"allOf": [REF], "deprecated": False}, ALL),
        ({"allOf": [REF], "x-stability-level": "stable"}, (True, "2099-01-01", "stable")),
        ({"allOf": [{"deprecated": True}, {"x-sunset": "2097-01-01"}]}, (True, "2097-01-01", "")),
        ({"type": "string"}, NOTHING),
        ({"oneOf": [REF]}, NOTHING),
        ({"properties": {"deprecated": True}}, NOTHING),
        ({"allOf": OLD}, NOTHING),
        ({"$ref": "#/nowhere"}, NOTHING),
        ({"$ref": "#/nowhere", "deprecated": True}, (True, None, "")),
        ({"$ref": 3, "deprecated": True}, (True, None, "")),
        (True, NOTHING),
        ({"$ref": "#/components/schemas/Self"}, (True, None, "")),
    ],
)
def test_what_is_said(schema, expected):
    itself = {"allOf": [{"$ref": "#/components/schemas/Self"}, {"$ref": "#/at"}], "deprecated": True}
    assert said(schema, Self=itself) == expected


def test_what_stands_beside_a_reference_says_nothing_in_openapi_3_0():
    assert said(REF | {"x-sunset": "2098-01-01"}, version="3.0.3") == ALL
    assert said({"$ref": "#/components/schemas/New", "deprecated": True}, version="3.0.3", New={}) == NOTHING


def test_several_schemas_at_once():
    node, library = read({"deprecated": True})
    other = library.follow(library.open("openapi.json"), "#/components/schemas/Old")
    found = life(gathered((node, other), library))
    assert (found.deprecated, found.stated, found.stability) == ALL


def test_the_place_is_that_of_the_schema_that_says_it():
    node, library = read({"allOf": [{"type": "string"}, REF]})
    assert gathered((node,), library).pointer == ("components", "schemas", "Old")
    node, library = read({"allOf": [REF], "deprecated": True})
    assert gathered((node,), library).pointer == ("at",)
    assert gathered((node,), library).get("x-sunset").line_column == (1, 22)
    node, library = read({"allOf": [{}]})
    assert gathered((node,), library).pointer == ("at",)


def test_what_is_gone_was_announced_by_its_component():
    node, library = read({"$ref": "#/components/schemas/Past"}, Past=OLD | {"x-sunset": TODAY.isoformat()})
    assert removal(node, policy()) is None
    assert removal(gathered((node,), library), policy()) is Level.NOTE


def test_many_conjuncts_end():
    wide = {"allOf": [{"allOf": [{"$ref": f"#/components/schemas/S{n}"}]} for n in range(2_000)]}
    schemas = {f"S{n}": {"allOf": [{"$ref": "#/at"}]} for n in range(2_000)}
    assert said(wide, **schemas) == NOTHING

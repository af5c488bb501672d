"""Of several changes at one place, each is shown by a value that it alone refuses, where there is one."""

from __future__ import annotations

import pytest
from oracle import relation, walk

from sluicegate.openapi.direction import Direction
from sluicegate.openapi.relation import witness

CHANGES = {
    "length and pattern": (
        {"type": "string", "maxLength": 10},
        {"type": "string", "maxLength": 5, "pattern": "^[a-z]*$"},
        {"maxLength": {"type": "string", "pattern": "^[a-z]*$"}, "pattern": {"type": "string", "maxLength": 5}},
    ),
    "both bounds": (
        {"type": "integer"},
        {"type": "integer", "minimum": 3, "maximum": 9},
        {"minimum": {"type": "integer", "maximum": 9}, "maximum": {"type": "integer", "minimum": 3}},
    ),
    "a bound and a multiple": (
        {"type": "integer"},
        {"type": "integer", "minimum": 0, "multipleOf": 5},
        {"minimum": {"type": "integer", "multipleOf": 5}, "multipleOf": {"type": "integer", "minimum": 0}},
    ),
    "two required names": (
        {"type": "object", "properties": {"a": {}, "b": {}}},
        {"type": "object", "properties": {"a": {}, "b": {}}, "required": ["a", "b"]},
        {"required a": {"required": ["b"]}, "required b": {"required": ["a"]}},
    ),
    "items that are few and do not repeat": (
        {"type": "array", "items": {"type": "integer"}},
        {"type": "array", "items": {"type": "integer"}, "maxItems": 3, "uniqueItems": True},
        {"maxItems": {"uniqueItems": True}, "uniqueItems": {"maxItems": 3}},
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_value_is_refused_by_its_own_change_alone(name):
    old, new, undone = CHANGES[name]
    one, base, head = relation("3.1", {}, {}, old, new)
    told = walk(one, base, head)
    assert {" ".join((step.keyword, *step.parts)) for step, *_ in told} == set(undone)
    for step, olds, news, _ in told:
        found = witness(one, olds, news, step, Direction.REQUEST, lost=True)
        assert found is not None
        others, _, it = relation("3.1", {}, {}, {}, undone[" ".join((step.keyword, *step.parts))])
        assert others.head.library
        from sluicegate.openapi.inline import accepts

        assert accepts(others.head.library, (it,), found.value, Direction.REQUEST), (step.keyword, found.value)

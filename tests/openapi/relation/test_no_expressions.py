"""A pattern that the engine takes for none proves nothing: not that a text is allowed, and not that it is refused."""

from __future__ import annotations

import pytest
from oracle import relation, walk
from test_rewritings import steps

from sluicegate.openapi.direction import Direction

NONE = ("[", "(a", "a**", "a{2,1}", "[z-a]", "(?<a>x)(?<a>y)", "(?<>a)", "\\p{Foo}", "\\u\u0661\u0662\u0663\u0664")
TEXT = {"type": "string"}
OBJECT = {"type": "object", "properties": {"p": {"type": "string"}}}

PAIRS = {
    "it came": (TEXT, {**TEXT, "pattern": "NONE"}),
    "it became another": ({**TEXT, "pattern": "^a"}, {**TEXT, "pattern": "NONE"}),
    "it became a list": ({**TEXT, "pattern": "NONE"}, {**TEXT, "enum": ["a", "b"]}),
    "it came beside a list": ({**TEXT, "enum": ["a", "b"]}, {**TEXT, "enum": ["a", "b"], "pattern": "NONE"}),
    "it came beside a constant": ({"const": "a"}, {"const": "a", "pattern": "NONE"}),
    "it came beside a length": ({**TEXT, "maxLength": 3}, {**TEXT, "maxLength": 3, "allOf": [{"pattern": "NONE"}]}),
    "it became what another side bars": ({**TEXT, "pattern": "NONE"}, {**TEXT, "not": {"pattern": "NONE"}}),
    "for names": (OBJECT, {**OBJECT, "patternProperties": {"NONE": {"type": "integer"}}}),
    "for names that become the others": (
        {**OBJECT, "patternProperties": {"NONE": {"type": "integer"}}},
        {**OBJECT, "additionalProperties": {"type": "integer"}},
    ),
    "for names, another one": (
        {**OBJECT, "patternProperties": {"NONE": {"type": "integer"}}},
        {**OBJECT, "patternProperties": {"^a": {"type": "integer"}}},
    ),
    "for names that are refused": (OBJECT, {**OBJECT, "patternProperties": {"NONE": False}}),
    "of names": (OBJECT, {**OBJECT, "propertyNames": {"pattern": "NONE"}}),
    "of names of what is closed": (
        {**OBJECT, "additionalProperties": False},
        {**OBJECT, "additionalProperties": False, "propertyNames": {"pattern": "NONE"}},
    ),
}


def put(value, pattern):
    """The schema with a pattern where one is meant."""
    if isinstance(value, list):
        return [put(one, pattern) for one in value]
    if isinstance(value, dict):
        return {pattern if name == "NONE" else name: put(one, pattern) for name, one in value.items()}
    return pattern if value == "NONE" else value


@pytest.mark.parametrize("pattern", NONE)
@pytest.mark.parametrize("name", PAIRS)
def test_what_came_or_went_with_it_is_unknown(name, pattern):
    old, new = (put(one, pattern) for one in PAIRS[name])
    for ones, others in ((old, new), (new, old)):
        told = [effect for word, effect, _ in steps("3.1", ones, others) if word not in ("maxLength", "not")]
        assert set(told) - {"narrowed", "widened"} == {"unknown"}, steps("3.1", ones, others)
        sure = {word for word, effect, _ in steps("3.1", ones, others) if effect != "unknown"}
        assert not sure & {"pattern", "enum", "patternProperties"}
        one, base, head = relation("3.1", {}, {}, ones, others)
        assert not one.within((base,), (head,), Direction.REQUEST)


@pytest.mark.parametrize("pattern", NONE)
@pytest.mark.parametrize("name", PAIRS)
def test_what_stays_beside_it_is_the_same(name, pattern):
    for one in (put(schema, pattern) for schema in PAIRS[name]):
        assert steps("3.1", one, {**one, "description": "x"}) == []


@pytest.mark.parametrize("pattern", NONE)
def test_variants_are_not_told_apart_by_it(pattern):
    known, odd = {**TEXT, "pattern": "^a"}, {**TEXT, "pattern": pattern}
    told = [step for step, *_ in walk(*relation("3.1", {}, {}, {"anyOf": [known, odd]}, {"oneOf": [known, odd]}))]
    assert [(step.keyword, step.doubted) for step in told] == [("oneOf", True)]


def test_a_type_beside_it_is_sure():
    old, new = {"type": "array"}, {"type": "array", "items": {"type": "string", "pattern": "["}}
    assert steps("3.1", old, new) == [("items", "narrowed", ())]
    assert steps("3.1", new, old) == [("items", "widened", ())]
    old, new = {"type": "array"}, {"type": "array", "items": {"pattern": "["}}
    assert steps("3.1", old, new) == [("items", "unknown", ())]


def test_a_break_by_it_is_undecided_and_no_error():

    from sluicegate.openapi.relation import witness

    one, base, head = relation("3.1", {}, {}, {"type": "string", "enum": ["a"]}, {"type": "string", "pattern": "["})
    for step, olds, news, _ in walk(one, base, head):
        assert witness(one, olds, news, step, Direction.REQUEST, lost=True) is None

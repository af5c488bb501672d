"""Variants of a oneOf that overlap: what both sides refuse, or both take, is no loss, and both ways tell the same."""

from __future__ import annotations

import pytest
from oracle import relation, walk
from test_rewritings import steps

ITEMS, NULL = {"type": "array", "contains": {}}, {"type": ["null"]}
TEXT, NUMBER = {"type": "string"}, {"type": "number"}
NAMED = {"type": "object", "required": ["a"]}


def twice(schema):
    return {"allOf": [schema, {**schema, "description": "once more"}]}


SAME = {
    "two variants of anything": {"oneOf": [{}, {}]},
    "two variants of anything, and a third": {"oneOf": [{}, {}, {"type": "null"}]},
    "two variants that overlap in part": {
        "oneOf": [{"oneOf": [TEXT, NAMED, NUMBER]}, {"type": "number", "minimum": 0}]
    },
    "an overlap beside what takes all of it": {"anyOf": [{"oneOf": [{}, {}]}, {}]},
    "an overlap beside what takes some of it": {"anyOf": [{"oneOf": [{}, {}]}, NAMED]},
}


@pytest.mark.parametrize("name", SAME)
def test_what_overlaps_and_is_said_twice_has_not_changed(name):
    assert steps("3.1", SAME[name], twice(SAME[name])) == []
    assert steps("3.1", twice(SAME[name]), SAME[name]) == []


@pytest.mark.parametrize("word", ["oneOf", "anyOf"])
def test_what_reads_the_same_in_an_all_of_adds_nothing(word):
    objects = {word: [{**NAMED, "properties": {"a": TEXT}}, {**NAMED, "properties": {"b": NUMBER}}]}
    assert steps("3.1", objects, {"allOf": [objects, objects]}) == []
    assert steps("3.1", {"allOf": [objects, objects]}, objects) == []


def test_a_further_variant_is_told_alike_both_ways():
    few, many = {"oneOf": [ITEMS, NULL]}, {"oneOf": [ITEMS, NULL, {}]}
    told = [("type", "widened", ()), ("contains", "widened", ()), ("oneOf", "narrowed", ())]
    assert steps("3.1", few, many) == told
    turned = {"narrowed": "widened", "widened": "narrowed"}
    assert steps("3.1", many, few) == [(word, turned[effect], way) for word, effect, way in told]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"oneOf": [TEXT, NUMBER]}, {"oneOf": [TEXT, NUMBER, {"type": "string", "maxLength": 3}]}),
        ({"anyOf": [{"oneOf": [TEXT, TEXT]}, TEXT]}, {"oneOf": [TEXT, TEXT]}),
        ({"oneOf": [TEXT, {"type": "string", "maxLength": 3}]}, {"oneOf": [TEXT, TEXT]}),
        ({"oneOf": [TEXT, {}]}, twice({"oneOf": [TEXT, {}, NUMBER]})),
    ],
)
def test_what_was_taken_and_is_refused_is_still_told(old, new):
    told = [step for step, *_ in walk(*relation("3.1", {}, {}, old, new)) if step.keyword == "oneOf"]
    assert [(str(step.effect), step.doubted) for step in told] == [("narrowed", False)]


SHORT = {"type": "string", "maxLength": 3}


@pytest.mark.parametrize(
    ("around", "word"),
    [
        (lambda it: {"not": it}, "not"),
        (lambda it: {"type": "object", "if": {"properties": {"a": it}}, "then": NAMED}, "if"),
        (lambda it: {"type": "array", "contains": it}, "oneOf"),
        (lambda it: {"type": "object", "dependentSchemas": {"b": {"properties": {"a": it}}}}, "oneOf"),
    ],
)
def test_a_union_that_became_exclusive_is_seen_further_in(around, word):
    old, new = around({"anyOf": [TEXT, SHORT]}), around({"oneOf": [TEXT, SHORT]})
    assert word in [keyword for keyword, *_ in steps("3.1", old, new)]
    assert word in [keyword for keyword, *_ in steps("3.1", new, old)]


def test_what_is_excluded_is_not_less_where_its_variants_overlap():
    told = steps("3.1", {"not": SHORT}, {"not": {"oneOf": [TEXT, SHORT]}})
    assert told == [("not", "unknown", ())]

"""Descriptions that are made to keep a comparison busy: each ends within seconds, and says so where it gave up."""

from __future__ import annotations

import time

import pytest
from made_up import ref
from oracle import relation, walk

from effort import HANGS
from sluicegate.openapi.direction import Direction
from sluicegate.openapi.relation import Effect, witness


def told(old, new, olds=None, news=None):
    """The differences of a pair, each with a value looked for, in time."""
    started = time.process_time()
    one, base, head = relation("3.1", olds or {}, news or olds or {}, old, new)
    found = walk(one, base, head)
    for step, ones, others, _ in found[:400]:
        witness(one, ones, others, step, Direction.REQUEST, lost=step.effect is not Effect.WIDENED)
    assert time.process_time() - started < HANGS
    return [(step.keyword, str(step.effect), way) for step, _, _, way in found]


def nested(depth, leaf, word):
    schema = leaf
    for _ in range(depth):
        if word == "items":
            schema = {"type": "array", "items": schema}
        elif word == "properties":
            schema = {"type": "object", "required": ["p"], "properties": {"p": schema}}
        else:
            schema = {word: [schema]} if word != "not" else {"not": schema}
    return schema


@pytest.mark.parametrize("word", ["properties", "items", "allOf", "anyOf", "oneOf", "not"])
def test_many_levels(word):
    old, new = nested(90, {"type": "string"}, word), nested(90, {"type": "integer"}, word)
    assert told(old, new)


@pytest.mark.parametrize("word", ["properties", "items", "allOf", "anyOf", "oneOf", "not"])
def test_two_hundred_levels_of_references(word):
    def of(kind):
        return {f"C{n}": nested(1, ref(f"C{n + 1}"), word) for n in range(200)} | {"C200": {"type": kind}}

    assert told(ref("C0"), ref("C0"), of("string"), of("integer"))


def test_circles():
    circle = {"A": {"allOf": [ref("B")]}, "B": {"allOf": [ref("A")], "type": "object"}}
    assert ("schema", "unknown", ()) in told(ref("A"), {"type": "string"}, circle)
    itself = {"A": {"anyOf": [ref("A"), {"type": "string"}]}}
    assert ("schema", "unknown", ()) in told(ref("A"), {"type": "integer"}, itself)
    never = {"A": {"not": ref("A")}}
    assert ("schema", "unknown", ()) in told(ref("A"), {"type": "integer"}, never)
    tree = {"T": {"type": "object", "required": ["t"], "properties": {"t": ref("T"), "v": {"type": "string"}}}}
    news = {"T": {"type": "object", "required": ["t"], "properties": {"t": ref("T"), "v": {"type": "integer"}}}}
    assert told(ref("T"), ref("T"), tree, news) == [("type", "incomparable", ("v",))]


def test_two_ways_to_refer_to_each_other():
    def of(leaf):
        arms = {"type": "array", "items": {"oneOf": [ref("A"), ref("B"), leaf]}}
        return {"A": arms, "B": {"type": "object", "properties": {"a": ref("A"), "b": ref("B")}}}

    assert told(ref("A"), ref("A"), of({"type": "string"}), of({"type": "null"}))


def variants(many, letter):
    return [
        {"type": "object", "required": [f"{letter}{n}"], "properties": {f"{letter}{n}": {}, f"s{n}": {}}}
        for n in range(many)
    ]  # fmt: skip


@pytest.mark.parametrize("word", ["oneOf", "anyOf"])
def test_two_thousand_variants(word):
    found = told({word: variants(2000, "a")}, {word: variants(2000, "b")})
    assert found == [("schema", "unknown", ())]
    assert told({word: variants(2000, "a")}, {word: variants(1999, "a")}) == [("variant", "narrowed", ())]


def test_a_product_of_unions():
    old = {"allOf": [{"oneOf": variants(10, letter)} for letter in "abcdef"]}
    new = {"allOf": [{"oneOf": variants(10, letter)} for letter in "abcdeg"]}
    assert {effect for _, effect, _ in told(old, new)} == {"unknown"}


@pytest.mark.parametrize("many", [20, 200])
def test_many_exclusions_and_conditions(many):
    def of(letter):
        needs = [{"required": [f"{letter}{n}"]} for n in range(many)]
        parts = [{"not": {"required": ["x", "y"], **one}, "if": one, "then": {"required": ["y"]}} for one in needs]
        return {"type": "object", "allOf": parts}

    assert told(of("a"), of("b"))


ENDLESS = "^(a+)+$|^((a|a)*)*b$|(x+x+)+y"


def test_expressions_without_end():
    old, new = {"type": "string", "pattern": ENDLESS}, {"type": "string", "pattern": ENDLESS + "|c"}
    assert told(old, new) == [("pattern", "widened", ())]
    names = {"type": "object", "properties": {"a" * 60 + "!": {"type": "string"}}}
    assert told(names, {**names, "patternProperties": {ENDLESS: {"type": "integer"}}})
    listed = {"type": "string", "enum": ["a" * 60 + "!", "b"]}
    assert told(listed, {**listed, "pattern": ENDLESS, "maxLength": 1}) == [("enum", "narrowed", ())]


@pytest.mark.parametrize("pattern", ["(", "[", "a{9999999}", "(?<x", "\\", "*"])
def test_expressions_that_are_none(pattern):
    assert told({"type": "string"}, {"type": "string", "pattern": pattern}) == [("pattern", "unknown", ())]


@pytest.mark.parametrize("pattern", ["\\p{Greek}", "(?i)a"])
def test_expressions_of_other_dialects(pattern):
    assert told({"type": "string"}, {"type": "string", "pattern": pattern}) == [("pattern", "narrowed", ())]


def test_numbers_without_measure():
    old = {"type": "number", "minimum": 1e308, "multipleOf": 1e-300}
    assert told(old, {"type": "number", "maximum": 10**400, "multipleOf": 0.1})
    sizes = {"type": "array", "minItems": 10**12, "items": {"type": "string", "minLength": 10**9}}
    assert told(sizes, {"type": "array", "minItems": 10**13, "items": {"type": "string"}})


def test_many_properties():
    def of(kind):
        return {"type": "object", "properties": {f"p{n}": {"type": kind} for n in range(10_000)}}

    assert len(told(of("string"), of("integer"))) == 10_000


@pytest.mark.parametrize("levels", [24])
@pytest.mark.parametrize("word", ["oneOf", "anyOf", "allOf", "not"])
def test_what_is_referred_to_twice_at_every_level(word, levels):
    def of(kind):
        return {f"D{n}": twice(ref(f"D{n + 1}")) for n in range(levels)} | {f"D{levels}": {"type": kind}}

    def twice(one):
        return {"not": {"allOf": [one, {"not": one}]}} if word == "not" else {word: [one, {"title": "x", **one}]}

    assert told(ref("D0"), ref("D0"), of("string"), of("integer"))


def test_counts_that_are_none():
    plain = {"type": "array", "contains": {"type": "string"}}
    assert told(plain, {**plain, "minContains": "x", "maxContains": [1]}) == []


def test_variants_that_overlap_and_exclude_each_other_without_end():
    def of(longest):
        def variant(n, k):
            return {"x": ref(f"C{1 - n}"), "y": {"type": "string", "maxLength": longest}, f"z{k}": {"not": ref("C0")}}

        return {f"C{n}": {"oneOf": [{"type": "object", "properties": variant(n, k)} for k in range(6)]} for n in (0, 1)}

    assert ("maxLength", "widened", ("y",)) in told(ref("C0"), ref("C0"), of(5), of(6))

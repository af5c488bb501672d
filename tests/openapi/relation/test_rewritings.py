"""Rewritings that change nothing give no step at all, there and back; small changes give just the one."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up import COMPONENTS, Chance, found, mapped, pairs, places, put, ref
from oracle import relation, walk
from test_fuzz import fuzz

OBJECT = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "integer"}}, "required": ["a"]}
OTHER = {"type": "object", "properties": {"c": {"type": "boolean"}}, "required": ["c"]}
CARD = {"type": "object", "properties": {"card": {"type": "integer"}}}


def by_card(**properties):
    """An object that has further properties where it has a card."""
    return CARD | {"dependentSchemas": {"card": {"properties": properties}}}


def rest_of(name, schema):
    """An object all other properties of which obey a schema."""
    return {"type": "object", "properties": {name: {}}, "unevaluatedProperties": schema}


def shut(*names):
    """An object that has no other properties."""
    return {"type": "object", "properties": {name: {"type": "string"} for name in names}, "additionalProperties": False}


def steps(dialect, old, new, components=None):
    """What the walk tells: keyword, effect, way in."""
    one, base, head = relation(dialect, components or {}, components or {}, old, new)
    return [(step.keyword, str(step.effect), way) for step, _, _, way in walk(one, base, head)]


def shuffled(value, seed):
    """The same with the members of every object, and the alternatives, in another order."""
    by = random.Random(seed)  # noqa: S311 - no secret

    def turned(one):
        for word in ("allOf", "anyOf", "oneOf", "required", "enum"):
            if isinstance(one.get(word), list):
                one = {**one, word: by.sample(one[word], len(one[word]))}
        return dict(by.sample(list(one.items()), len(one)))

    return mapped(value, turned)


REWRITINGS = {
    "shuffled": shuffled,
    "described": lambda one, _: mapped(one, lambda it: {**it, "description": "x", "title": "y", "example": 1}),
    "wrapped in allOf": lambda one, seed: at_some_place(one, seed, lambda it: {"allOf": [it]}),
    "wrapped in anyOf": lambda one, seed: at_some_place(one, seed, lambda it: {"anyOf": [it]}),
    "wrapped in oneOf": lambda one, seed: at_some_place(one, seed, lambda it: {"oneOf": [it]}),
    "said twice": lambda one, seed: at_some_place(one, seed, lambda it: {"allOf": [it, it]}),
    "its types said in what it excludes": lambda one, _: mapped(one, excluding_its_own),
}


def excluding_its_own(schema):
    """The schema with its own types in its `not`: of others it takes nothing anyway."""
    if "not" not in schema or "type" not in schema:
        return schema
    kinds = {word: schema[word] for word in ("type", "nullable") if word in schema}
    return {**schema, "not": {"allOf": [schema["not"], kinds]}}


def at_some_place(schema, seed, change):
    """The schema changed at one place; none of a property that does not travel both ways, which is known by its own."""
    by = random.Random(seed)  # noqa: S311 - no secret
    open_to_it = [at for at in places(schema) if not {"readOnly", "writeOnly"} & found(schema, at).keys()]
    if not open_to_it:
        return schema
    at = by.choice(open_to_it)
    return put(schema, at, change(found(schema, at)))


@pytest.mark.parametrize("name", REWRITINGS)
@fuzz(40)
@given(pair=pairs, seed=st.integers(0, 1000))
def test_a_rewriting_changes_nothing(name, pair, seed):
    dialect, olds, _, old, _ = pair
    new = REWRITINGS[name](old, seed)
    assert steps(dialect, old, new, olds) == []
    assert steps(dialect, new, old, olds) == []


@fuzz(60)
@given(pairs)
def test_inline_or_referred_to(pair):
    dialect, olds, _, _, _ = pair
    for name in COMPONENTS[:2]:
        whole = {"type": "object", "properties": {"p": ref(name), "q": olds[name]}}
        inline = {"type": "object", "properties": {"p": olds[name], "q": ref(name)}}
        assert steps(dialect, whole, inline, olds) == []


@fuzz(60)
@given(st.integers(0, 2**40))
def test_split_over_all_of(seed):
    chance = Chance("3.1", random.Random(seed), references=False)  # noqa: S311 - no secret
    kind = chance.by.choice(["string", "integer", "array", "object"])
    whole = {"type": kind, **chance.keywords(kind, 1)}
    together = ("additionalProperties", "unevaluatedProperties", "properties", "patternProperties", "items",
                "prefixItems", "unevaluatedItems", "contains", "minContains", "maxContains",
                "dependentSchemas")  # fmt: skip
    first = {word: said for word, said in whole.items() if word in together or chance.by.random() < 0.5}
    rest = {word: said for word, said in whole.items() if word not in first}
    split = {"allOf": [{"type": kind, **first}, {"type": kind, **rest}]}
    assert steps("3.1", whole, split) == []
    assert steps("3.1", split, whole) == []


BUT_ABC = {"oneOf": [{}, {"const": "abc"}]}
SAME = {
    "a list before and after what all but one value fits": (
        {"anyOf": [{"enum": ["a", "x1"]}, BUT_ABC]}, {"anyOf": [BUT_ABC, {"enum": ["a", "x1"]}]}
    ),
    "const and enum": ({"const": "a"}, {"enum": ["a"]}),
    "null in the list of types and as an arm": (
        {"type": ["object", "null"], "properties": {"a": {}}},
        {"anyOf": [{"type": "object", "properties": {"a": {}}}, {"type": "null"}]},
    ),
    "a list of types and arms": (
        {"type": ["string", "integer"], "maxLength": 3, "minimum": 1},
        {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "integer", "minimum": 1}]},
    ),
    "keywords of other types": ({"type": "string"}, {"type": "string", "minimum": 3, "maxItems": 1}),
    "a looser bound beside": (
        {"type": "integer", "minimum": 3},
        {"type": "integer", "minimum": 1, "allOf": [{"minimum": 3}]},
    ),
    "an exclusive bound of integers": ({"type": "integer", "minimum": 3}, {"type": "integer", "exclusiveMinimum": 2}),
    "at least as many members as are required": (
        {"type": "object", "required": ["a", "b"]},
        {"type": "object", "required": ["a", "b"], "minProperties": 2},
    ),
    "items that may be anything": ({"type": "array"}, {"type": "array", "items": {"description": "x"}}),
    "other members of any kind": ({"type": "object"}, {"type": "object", "additionalProperties": {"title": "x"}}),
    "items beyond the last one": (
        {"type": "array", "maxItems": 1, "prefixItems": [{"type": "string"}]},
        {"type": "array", "maxItems": 1, "prefixItems": [{"type": "string"}], "items": False},
    ),
    "a bound of listed values": ({"enum": [1, 2]}, {"enum": [1, 2], "maximum": 5}),
    "a listed value that the type refuses": ({"type": "string", "enum": ["a"]}, {"type": "string", "enum": ["a", 1]}),
    "a listed value that a bound refuses": ({"enum": [1, 2]}, {"enum": [1, 2, 9], "maximum": 5}),
    "a pattern of everything": ({"type": "string"}, {"type": "string", "pattern": ".*"}),
    "multiples of one": ({"type": "integer"}, {"type": "integer", "multipleOf": 1}),
    "no least length": ({"type": "string"}, {"type": "string", "minLength": 0}),
    "never": (False, {"type": "integer", "minimum": 3, "maximum": 2}),
    "not not": ({"type": "string"}, {"not": {"not": {"type": "string"}}}),
    "not a required name": (
        {"type": "object", "not": {"required": ["a"]}},
        {"type": "object", "properties": {"a": False}},
    ),
    "a condition that always holds": (OBJECT, {"type": "object", "if": {}, "then": OBJECT}),
    "a condition without a consequence": (OBJECT, {**OBJECT, "if": OTHER}),
    "a condition told otherwise": (
        {**OBJECT, "if": {"required": ["b"]}, "then": {"required": ["c"]}},
        {**OBJECT, "if": {"allOf": [{"required": ["b"]}]}, "then": {"anyOf": [{"required": ["c"]}]}},
    ),
    "what is excluded told otherwise": (
        {**OBJECT, "not": {"type": "object", "maxProperties": 1}},
        {**OBJECT, "not": {"allOf": [{"type": "object", "maxProperties": 1}]}},
    ),
    "variants that are apart": (
        {"anyOf": [{"type": "object", "required": ["k"], "properties": {"k": {"const": one}}} for one in "ab"]},
        {"oneOf": [{"type": "object", "required": ["k"], "properties": {"k": {"const": one}}} for one in "ab"]},
    ),
    "a list of integers": ({"type": "integer", "enum": [1, 2]}, {"enum": [1, 2]}),
    "a constant that is listed too": ({"const": 1}, {"const": 1.0, "enum": [2, 1]}),
    "a constant that is not listed": (False, {"const": 1, "enum": [2, "1", True]}),
    "numbers that are multiples of one": ({"type": "integer"}, {"type": "number", "multipleOf": 1}),
    "listed values with a note each": (
        {"type": "string", "enum": ["a", "b"]},
        {"type": "string", "oneOf": [{"const": "a", "title": "A"}, {"const": "b", "deprecated": True, "x-b": 1}]},
    ),
    "a flag in an allOf": (
        {"type": "object", "properties": {"id": {"type": "string", "readOnly": True}}, "required": ["id"]},
        {"type": "object", "properties": {"id": {"allOf": [{"type": "string", "readOnly": True}]}}, "required": ["id"]},
    ),
    "bytes": ({"type": "string", "format": "binary"}, {"type": "string", "contentMediaType": "image/png"}),
    "encoded bytes": ({"type": "string", "format": "byte"}, {"type": "string", "contentEncoding": "base64"}),
    "a format beside one that says more": (
        {"type": "integer", "format": "int32"},
        {"type": "integer", "allOf": [{"format": "int64"}, {"format": "int32"}]},
    ),
    "a hint beside a format": (
        {"type": "string", "format": "date"},
        {"type": "string", "allOf": [{"format": "password"}, {"format": "date"}]},
    ),
    "the bounds of a format beside it": (
        {"type": "integer", "format": "int32"},
        {"type": "integer", "format": "int32", "minimum": -(2**31), "maximum": 2**31 - 1},
    ),
    "the bounds of a format in its place": (
        {"type": "integer", "format": "int32"},
        {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    ),
    "required by another, as a schema": (
        {"type": "object", "dependentRequired": {"a": ["b"]}},
        {"type": "object", "dependentSchemas": {"a": {"required": ["b"]}}},
    ),
    "asked for by another, in two parts": (
        CARD | {"dependentSchemas": {"card": {"properties": {"cvc": {"type": "string"}, "zip": {"type": "string"}}}}},
        {"allOf": [by_card(cvc={"type": "string"}), by_card(zip={"type": "string"})]},
    ),
    "asked for by another, in another order": (
        {"allOf": [by_card(cvc={"type": "string"}), by_card(zip={"type": "string"})]},
        {"allOf": [by_card(zip={"type": "string"}), by_card(cvc={"type": "string"})]},
    ),
    "asked for by another, and once more": (
        by_card(cvc={"type": "string"}, zip={}),
        {**by_card(cvc={"type": "string"}, zip={}), "allOf": [by_card(cvc={"type": "string"}, zip={"title": "x"})]},
    ),
    "digits": ({"type": "string", "pattern": "[0-9]"}, {"type": "string", "pattern": "\\d"}),
    "a count of letters": ({"type": "string", "pattern": "^[a-z]{2}$"}, {"type": "string", "pattern": "^[a-z][a-z]$"}),
    "a length as a pattern": ({"type": "string", "minLength": 1}, {"type": "string", "pattern": "[\\s\\S]"}),
    "both lengths as a pattern": (
        {"type": "string", "minLength": 2, "maxLength": 4},
        {"type": "string", "pattern": "^[\\s\\S]{2,4}$"},
    ),
    "a length that a pattern asks for": (
        {"type": "string", "pattern": "^[a-z]{3}$"},
        {"type": "string", "pattern": "^[a-z]{3}$", "minLength": 1, "maxLength": 3},
    ),
    "names by a pattern told otherwise": (
        {"type": "object", "patternProperties": {"^x[0-9]": {"type": "string"}}},
        {"type": "object", "patternProperties": {"^x\\d": {"type": "string"}}},
    ),
    "at least one item": ({"type": "array", "minItems": 1}, {"type": "array", "contains": {}}),
    "between two and four items": (
        {"type": "array", "minItems": 2, "maxItems": 4},
        {"type": "array", "contains": {}, "minContains": 2, "maxItems": 4},
    ),
    "items that must be contained as there is one": (
        {"type": "array", "items": {"type": "string"}, "minItems": 1},
        {"type": "array", "items": {"type": "string"}, "minItems": 1, "contains": {"type": "string"}},
    ),
    "contains none or more": ({"type": "array"}, {"type": "array", "contains": {"type": "null"}, "minContains": 0}),
    "as many items as there are places": (
        {"type": "array", "prefixItems": [{"type": "string"}], "items": False},
        {"type": "array", "prefixItems": [{"type": "string"}], "maxItems": 1},
    ),
    "one item that does not repeat": (
        {"type": "array", "maxItems": 1},
        {"type": "array", "maxItems": 1, "uniqueItems": True},
    ),
    "all names that there may be": (
        {"type": "object", "properties": {"a": {}, "b": {}}, "additionalProperties": False, "minProperties": 2},
        {"type": "object", "properties": {"a": {}, "b": {}}, "additionalProperties": False, "required": ["a", "b"]},
    ),
    "as many members as there are names": (
        {"type": "object", "properties": {"a": {}, "b": {}}, "additionalProperties": False},
        {"type": "object", "properties": {"a": {}, "b": {}}, "additionalProperties": False, "maxProperties": 2},
    ),
    "required by another and anyway": (
        {"type": "object", "required": ["b"]},
        {"type": "object", "required": ["b"], "dependentRequired": {"a": ["b", "a"]}},
    ),
    "all numbers, in two parts": ({"type": "integer"}, {"anyOf": [{"maximum": 0}, {"minimum": 1}], "type": "integer"}),
    "all fractions too, in two parts": (
        {"type": "number"},
        {"type": "number", "anyOf": [{"maximum": 0.5}, {"exclusiveMinimum": 0.5}]},
    ),
    "listed values over arms that say more": (
        {"type": "string", "enum": ["a", "bb", "ccc"]},
        {"anyOf": [{"type": "string", "enum": ["a", "bb"], "maxLength": 2}, {"type": "string", "pattern": "^ccc$",
         "enum": ["ccc"]}]},
    ),
    "lengths, in three parts": (
        {"type": "string", "maxLength": 9},
        {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "string", "minLength": 4, "maxLength": 6},
         {"type": "string", "minLength": 7, "maxLength": 9}]},
    ),
    "objects by a listed value": (
        {"type": "object", "required": ["k"], "properties": {"k": {"enum": ["a", "b"]}, "v": {"type": "string"}}},
        {"oneOf": [{"type": "object", "required": ["k"],
                    "properties": {"k": {"const": it}, "v": {"type": "string"}}} for it in "ab"]},
    ),
    "objects by a truth": (
        {"type": "object", "required": ["k"], "properties": {"k": {"type": "boolean"}}},
        {"oneOf": [{"type": "object", "required": ["k"], "properties": {"k": {"const": it}}} for it in (True, False)]},
    ),
    "types over arms": (
        {"type": ["string", "integer"], "minLength": 1},
        {"anyOf": [{"type": ["string", "null"], "minLength": 1, "maxLength": 4}, {"type": "integer"},
         {"type": ["string", "null"], "minLength": 5}], "not": {"type": "null"}},
    ),
    "one arm within another": ({"type": "string"}, {"anyOf": [{"type": "string"}, {"type": "string", "maxLength": 3}]}),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_the_same_in_other_words(name):
    old, new = SAME[name]
    assert steps("3.1", old, new) == []
    assert steps("3.1", new, old) == []


def test_null_in_words_of_both_dialects():
    one, two = {"type": "string", "nullable": True}, {"type": ["string", "null"]}
    assert (
        steps("3.0", one, {"anyOf": [{"type": "string"}, {"nullable": True, "type": "string", "enum": [None]}]}) == []
    )
    assert steps("3.1", two, {"anyOf": [{"type": "string"}, {"type": "null"}]}) == []


def test_a_schema_that_moves_to_another_file():
    from oracle import it, side

    from sluicegate.openapi.relation import Relation
    from sluicegate.openapi.relation.same import Sameness

    base, before = side("3.1", {"type": "object", "properties": {"p": OBJECT}}, {})
    moved = {"$ref": "parts.json#/Part"}
    head, after = side("3.1", {"type": "object", "properties": {"p": moved}}, {}, **{"parts.json": {"Part": OBJECT}})
    assert walk(Relation(base, head, Sameness(base.library, head.library)), it(before), it(after)) == []


CONDITION = {"if": {"required": ["card"]}, "then": {"required": ["owner"]}}
EVALUATING = {"type": "object", "if": {"required": ["k"]}, "then": {"properties": {"v": {"type": "string"}}}}
DEPENDENCY = {"type": "object", "dependentSchemas": {"k": {"properties": {"v": {"type": "string"}}}}}
TWO_OR_MORE = {"type": "object", "not": {"type": "object", "maxProperties": 1}}
CHANGES = {
    "two parts with a gap": (
        {"type": "integer"},
        {"type": "integer", "anyOf": [{"maximum": 0}, {"minimum": 2}]},
        [("maximum", "narrowed", ())],
    ),
    "a further variant that overlaps": (
        {"oneOf": [OBJECT]},
        {"oneOf": [OBJECT, {"type": "object", "properties": {"c": {"type": "boolean"}}}]},
        [("variant", "widened", ()), ("oneOf", "narrowed", ())],
    ),
    "a further variant that overlaps in what nobody declared": (
        {"oneOf": [OBJECT]},
        {"oneOf": [OBJECT, OTHER]},
        [("variant", "widened", ())],
    ),
    "a further variant that is apart": (
        {"oneOf": [{"type": "string", "pattern": "^a"}]},
        {"oneOf": [{"type": "string", "pattern": "^a"}, {"type": "string", "pattern": "^b"}]},
        [("variant", "widened", ())],
    ),
    "one schema that became two which overlap": (
        {"type": "string"},
        {"oneOf": [{"type": "string"}, {"type": "string", "maxLength": 3}]},
        [("oneOf", "narrowed", ())],
    ),
    "a value that two variants list": (
        {"oneOf": [{"enum": ["a"]}, {"enum": ["b"]}]},
        {"oneOf": [{"enum": ["a", "b"]}, {"enum": ["b"]}]},
        [("oneOf", "narrowed", ())],
    ),
    "variants that overlapped before, and one of which says more": (
        {"oneOf": [OBJECT, OTHER]},
        {"oneOf": [OBJECT, {**OTHER, "properties": {**OTHER["properties"], "d": {}}}]},
        [("property", "widened", ())],
    ),
    "variants that have more numbers in common": (
        {"oneOf": [{"type": "integer", "maximum": 10}, {"type": "integer", "minimum": 4}]},
        {"oneOf": [{"type": "integer"}, {"type": "integer", "minimum": 4}]},
        [("oneOf", "narrowed", ())],
    ),
    "variants that have longer texts in common": (
        {"oneOf": [{"type": "string", "maxLength": 10}, {"type": "string", "minLength": 4}]},
        {"oneOf": [{"type": "string", "maxLength": 12}, {"type": "string", "minLength": 4}]},
        [("oneOf", "narrowed", ())],
    ),
    "variants one of which refuses no longer what the other describes": (
        {"oneOf": [shut("a"), shut("a", "b")]},
        {"oneOf": [{**shut("a"), "additionalProperties": True}, shut("a", "b")]},
        [("additionalProperties", "widened", ()), ("oneOf", "narrowed", ())],
    ),
    "variants one of which refuses no longer what the other refuses too": (
        {"oneOf": [shut("a"), shut("a")]},
        {"oneOf": [{**shut("a"), "additionalProperties": True}, shut("a")]},
        [("additionalProperties", "widened", ())],
    ),
    "variants that have more in common, which neither allowed": (
        {"oneOf": [{"type": "string", "maxLength": 5, "minLength": least} for least in (1, 2)]},
        {"oneOf": [{"type": "string", "maxLength": 9, "minLength": least} for least in (1, 2)]},
        [("maxLength", "widened", ()), ("maxLength", "widened", ())],
    ),
    "a property that two variants share": (
        {"oneOf": [{"allOf": [OBJECT, {"properties": {name: {"type": "null"}}}]} for name in "xy"]},
        {"oneOf": [{"allOf": [{**OBJECT, "required": []}, {"properties": {name: {"type": "null"}}}]} for name in "xy"]},
        [("required", "widened", ()), ("required", "widened", ())],
    ),
    "an exclusion of what another keyword refuses already": (
        {"type": "string", "pattern": "^a"},
        {"type": "string", "not": {"allOf": [{"not": {"pattern": "^a"}}, {"minLength": 1}]}},
        [("pattern", "widened", ())],
    ),
    "an exclusion of what another keyword refuses in part": (
        {"type": "string", "pattern": "a"},
        {"type": "string", "not": {"allOf": [{"not": {"pattern": "^a"}}, {"minLength": 1}]}},
        [("pattern", "widened", ()), ("not", "narrowed", ())],
    ),
    "not not another required name": (
        {"type": "object", "not": {"not": {"required": ["a"]}}},
        {"type": "object", "not": {"not": {"required": ["a", "b"]}}},
        [("required", "narrowed", ())],
    ),
    "an exclusion beside one that goes further": (
        {"type": "object", "not": {"type": "object", "maxProperties": 2}},
        {**TWO_OR_MORE, "allOf": [{"not": {"type": "object", "maxProperties": 2}}]},
        [],
    ),
    "one of two exclusions": (
        {**TWO_OR_MORE, "allOf": [{"not": {"type": "object", "minProperties": 3}}]},
        TWO_OR_MORE,
        [("not", "widened", ())],
    ),
    "a condition appears": ({"type": "object"}, {"type": "object", **CONDITION}, [("if", "narrowed", ())]),
    "a consequence appears": (
        {"type": "object", **CONDITION},
        {"type": "object", **CONDITION, "else": {"required": ["cash"]}},
        [("if", "narrowed", ())],
    ),
    "a consequence asks for more": (
        {"type": "object", **CONDITION},
        {"type": "object", **CONDITION, "then": {"required": ["owner", "expiry"]}},
        [("required", "narrowed", ("(then)",))],
    ),
    "another condition": (
        {"type": "object", **CONDITION},
        {"type": "object", **CONDITION, "if": {"required": ["cash"]}},
        [("if", "unknown", ())],
    ),
    "another asks for another type, in the first of two parts": (
        {"allOf": [by_card(cvc={"type": "string"}), by_card(zip={"type": "string"})]},
        {"allOf": [by_card(cvc={"type": "integer"}), by_card(zip={"type": "string"})]},
        [("type", "incomparable", ("(if card)", "cvc"))],
    ),
    "another asks for another type, beside an allOf": (
        {**by_card(cvc={"type": "string"}), "allOf": [by_card(zip={"type": "string"})]},
        {**by_card(cvc={"type": "integer"}), "allOf": [by_card(zip={"type": "string"})]},
        [("type", "incomparable", ("(if card)", "cvc"))],
    ),
    "another asks for more, in the first of two parts": (
        {"allOf": [{**CARD, "dependentSchemas": {"card": {"required": [name]}}} for name in ("cvc", "zip")]},
        {"allOf": [{**CARD, "dependentSchemas": {"card": {"required": names}}} for names in (["cvc", "b"], ["zip"])]},
        [("required", "narrowed", ("(if card)",))],
    ),
    "another asks for a type of a property that is described anyway": (
        {**by_card(zip={}), "properties": {"cvc": {"type": ["string", "integer"]}}},
        {**by_card(zip={}, cvc={"type": "string"}), "properties": {"cvc": {"type": ["string", "integer"]}}},
        [("type", "narrowed", ("(if card)", "cvc")), ("property", "widened", ("(if card)",))],
    ),
    "another asks for something, in a part of its own": (
        {"allOf": [by_card(zip={"type": "string"})]},
        {"allOf": [by_card(cvc={"type": "string"}), by_card(zip={"type": "string"})]},
        [("dependentSchemas", "narrowed", ())],
    ),
    "more is excluded": (
        {"type": "object", "not": {"type": "object", "maxProperties": 1}},
        {"type": "object", "not": {"type": "object", "maxProperties": 2}},
        [("not", "narrowed", ())],
    ),
    "content of another kind": (
        {"type": "string", "contentSchema": {"type": "string"}},
        {"type": "string", "contentSchema": {"type": "integer"}},
        [("type", "incomparable", ("(content)",))],
    ),
    "a name that is refused": (
        {"type": "object", "required": ["b"]},
        {"type": "object", "required": ["b"], "not": {"required": ["a"]}},
        [("not", "narrowed", ())],
    ),
    "nothing any more": ({"type": "string"}, False, [("type", "narrowed", ())]),
    "no items beyond the first": (
        {"type": "array", "prefixItems": [{}]},
        {"type": "array", "prefixItems": [{}], "unevaluatedItems": False},
        [("items", "narrowed", ())],
    ),
    "what is left over within an allOf": (
        {"allOf": [rest_of("a", {"type": ["string", "integer"]})], "unevaluatedProperties": False},
        {"allOf": [rest_of("a", {"type": "string"})], "unevaluatedProperties": False},
        [("type", "narrowed", ("{}",))],
    ),
    "the items that are left over within an allOf": (
        {"type": "array", "allOf": [{"unevaluatedItems": {"maxLength": 3}}], "unevaluatedItems": False},
        {"type": "array", "allOf": [{"unevaluatedItems": {"maxLength": 2}}], "unevaluatedItems": False},
        [("maxLength", "narrowed", ("[]",))],
    ),
    "one pattern became another": (
        {"type": "string", "pattern": "^(?=a)[a-z]{2}$"},
        {"type": "string", "pattern": "^(?=a)[a-z][a-z]$"},
        [("pattern", "unknown", ())],
    ),
    "a pattern within another": (
        {"type": "string", "pattern": "^[a-z]+$"},
        {"type": "string", "pattern": "^[a-c]+$"},
        [("pattern", "narrowed", ())],
    ),
    "a further format in an allOf": (
        {"type": "string", "format": "uri"},
        {"type": "string", "allOf": [{"format": "email"}, {"format": "uri"}]},
        [("format", "narrowed", ())],
    ),
    "one of two formats became another": (
        {"type": "string", "allOf": [{"format": "password"}, {"format": "date"}]},
        {"type": "string", "allOf": [{"format": "password"}, {"format": "email"}]},
        [("format", "incomparable", ())],
    ),
    "two patterns of which neither is within the other": (
        {"type": "string", "pattern": "^a"},
        {"type": "string", "pattern": "^[ab]$"},
        [("pattern", "incomparable", ())],
    ),
    "a length as a pattern that leaves out the end of a line": (
        {"type": "string", "minLength": 1},
        {"type": "string", "pattern": ".+"},
        [("pattern", "narrowed", ())],
    ),
    "more items than must be contained": (
        {"type": "array", "contains": {}},
        {"type": "array", "minItems": 2},
        [("minItems", "narrowed", ())],
    ),
    "a bound beyond what anybody sends": (
        {"type": "number", "minimum": 0},
        {"type": "number", "minimum": 10**400},
        [("minimum", "narrowed", ())],
    ),
    "a name that another schema refuses": (
        {"type": "object", "properties": {"a": {}, "b": {}}, "additionalProperties": False},
        {
            "type": "object",
            "allOf": [{"properties": {"a": {}}, "additionalProperties": False}, {"properties": {"b": {}}}],
        },
        [("property", "narrowed", ())],
    ),
    "a property among others that are described": (
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"type": "object", "additionalProperties": {"type": "string"}, "properties": {"a": {"type": "integer"}}},
        [("property", "widened", ()), ("type", "incomparable", ("a",))],
    ),
    "a property that a pattern describes": (
        {"type": "object", "patternProperties": {"^x-": {"type": "string"}}},
        {"type": "object", "patternProperties": {"^x-": {"type": "string"}}, "properties": {"x-a": {"type": "null"}}},
        [("property", "widened", ()), ("type", "narrowed", ("x-a",))],
    ),
    "a property that is required and not declared any more": (
        {"type": "object", "properties": {"a": {"type": "string"}}},
        {"type": "object", "required": ["a"]},
        [("property", "narrowed", ()), ("required", "narrowed", ())],
    ),
    "members that may be anything now": (
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"type": "object", "additionalProperties": True},
        [("additionalProperties", "widened", ())],
    ),
    "a type that a variant no longer has": (
        {
            "anyOf": [
                {"title": "A", "type": ["string", "object"], "maxLength": 3, "required": ["x"]},
                {"title": "B", "type": ["string", "object"], "minLength": 5, "required": ["y"]},
            ]
        },
        {
            "anyOf": [
                {"title": "A", "type": ["string"], "maxLength": 3, "required": ["x"]},
                {"title": "B", "type": ["string", "object"], "minLength": 5, "required": ["y"]},
            ]
        },
        [("type", "narrowed", ())],
    ),
    "numbers that are no integers in a variant": (
        {"oneOf": [{"title": "A", "type": "integer", "maximum": 10}, {"title": "B", "type": "number", "minimum": 99}]},
        {"oneOf": [{"title": "A", "type": "number", "maximum": 10}, {"title": "B", "type": "number", "minimum": 99}]},
        [("type", "widened", ())],
    ),
    "a value must not match two variants any more": (
        {"type": "object", "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        {"type": "object", "oneOf": [{"required": ["a"]}, {"required": ["b"]}]},
        [("oneOf", "narrowed", ())],
    ),
    "a name that another pattern finds": (
        {"type": "object", "patternProperties": {"^(?=x)[a-z]{1,3}$": {"type": "string"}}},
        {"type": "object", "patternProperties": {"^(?=x)[a-z]{1,3}$": {"type": "integer"}}},
        [("type", "incomparable", ("/^(?=x)[a-z]{1,3}$/",))],
    ),
    "unevaluated members that a condition may evaluate": (
        {**EVALUATING, "unevaluatedProperties": False},
        {**EVALUATING, "additionalProperties": False},
        [("additionalProperties", "unknown", ())],
    ),
    "unevaluated members that a dependency may evaluate": (
        {**DEPENDENCY, "unevaluatedProperties": False},
        {**DEPENDENCY, "additionalProperties": False},
        [("additionalProperties", "unknown", ())],
    ),
    "no more items, where a crowd is evaluated": (
        {"type": "array", "contains": {"type": "string"}, "unevaluatedItems": False},
        {"type": "array", "contains": {"type": "string"}, "unevaluatedItems": False, "maxItems": 2},
        [("maxItems", "narrowed", ())],
    ),
    "no more members, where a dependency evaluates some": (
        {**DEPENDENCY, "unevaluatedProperties": False},
        {**DEPENDENCY, "unevaluatedProperties": False, "maxProperties": 1},
        [("maxProperties", "narrowed", ())],
    ),
    "unevaluated items that a crowd may evaluate": (
        {"type": "array", "contains": {"type": "string"}, "unevaluatedItems": False},
        {"type": "array", "contains": {"type": "string"}, "items": False},
        [("items", "unknown", ())],
    ),
}


MEANT = {
    "properties": {"properties": {"a": {"type": "string"}}},
    "properties, none of them": {"properties": {}},
    "required": {"required": ["a"]},
    "members": {"additionalProperties": {"type": "string"}},
    "no other members": {"additionalProperties": False},
    "no unevaluated members": {"unevaluatedProperties": False},
    "patterns": {"patternProperties": {"^a": {"type": "string"}}},
    "items": {"items": {"type": "string"}},
    "items of any kind": {"items": {}},
    "first items": {"prefixItems": [{"type": "string"}]},
    "a union": {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
    "parts": {"allOf": [{"required": ["a"]}, {"properties": {"a": {}}}]},
}
"""Schemas that state no type, and mean objects or arrays to people."""


def kind_of(schema):
    return "array" if schema.keys() & {"items", "prefixItems"} else "object"


@pytest.mark.parametrize("name", MEANT)
def test_a_type_that_one_side_alone_states_is_told(name):
    schema = MEANT[name]
    typed = {"type": kind_of(schema), **schema}
    assert steps("3.1", schema, typed) == [("type", "narrowed", ())]
    assert steps("3.1", typed, schema) == [("type", "widened", ())]
    assert steps("3.1", schema, {**typed, "type": [typed["type"], "boolean"]}) == [("type", "narrowed", ())]


@pytest.mark.parametrize("name", MEANT)
def test_a_type_that_both_sides_leave_out_is_what_people_mean(name):
    schema = MEANT[name]
    assert steps("3.1", schema, {**schema, "description": "x"}) == []
    bound = "minItems" if kind_of(schema) == "array" else "minProperties"
    assert set(steps("3.1", schema, {**schema, bound: 7})) == {(bound, "narrowed", ())}
    other = MEANT["required" if kind_of(schema) == "array" else "items"]
    assert steps("3.1", schema, other) == [("type", "incomparable", ())]
    assert [step for step in steps("3.1", schema, {}) if step[0] == "type"] == [("type", "widened", ())]


RECORD = {"type": "object", "properties": {"a": {}, "b": {}}}
WHERE_A = {"properties": {"a": {"const": "x"}}}
ONE_OF = {"oneOf": [{"required": ["a"]}, {"required": ["b"]}]}
OBJECTS_ONLY = {
    "asked for by a property": lambda one: {**RECORD, "dependentSchemas": {"a": one}},
    "a condition": lambda one: {**RECORD, "if": one, "then": {"required": ["b"]}},
    "a consequence": lambda one: {**RECORD, "if": WHERE_A, "then": one},
    "another consequence": lambda one: {**RECORD, "if": WHERE_A, "else": one},
    "an exclusion": lambda one: {**RECORD, "not": one},
    "a part": lambda one: {**RECORD, "allOf": [one]},
    "an alternative": lambda one: {**RECORD, "anyOf": [one, {"required": ["b"]}]},
}
"""Where values are objects anyway."""


@pytest.mark.parametrize("name", OBJECTS_ONLY)
@pytest.mark.parametrize("inner", [WHERE_A, {"required": ["b"]}, {"properties": {"b": {"minimum": 1}}}], ids=str)
def test_where_there_are_objects_only_their_type_says_nothing(name, inner):
    schema, typed = OBJECTS_ONLY[name](inner), OBJECTS_ONLY[name]({"type": "object", **inner})
    assert steps("3.1", schema, typed) == steps("3.1", typed, schema) == []


def test_what_two_alternatives_take_that_state_no_type_is_refused_anyway():
    typed = {"oneOf": [{"type": "object", **one} for one in ONE_OF["oneOf"]]}
    assert steps("3.1", ONE_OF, typed) == steps("3.1", typed, ONE_OF) == []
    assert steps("3.1", {**WHERE_A, **ONE_OF}, {"type": "object", **WHERE_A, **ONE_OF}) == []


def test_a_variant_that_lost_a_type_with_the_whole_union_is_no_other_one():
    both = {"anyOf": [{"type": ["string", "integer"], "maxLength": 3}, OBJECT]}
    parts = {"anyOf": [{"type": "string", "maxLength": 2}, {"type": "string", "minLength": 2, "maxLength": 3}, OBJECT]}
    assert steps("3.1", both, parts) == [("type", "narrowed", ())]
    assert steps("3.1", parts, both) == [("type", "widened", ())]


def test_null_that_is_listed_is_refused_by_what_stands_beside_it():
    listed = {"type": "string", "enum": ["a", None], "nullable": True}
    assert steps("3.0", listed, {**listed, "allOf": [{"type": "string"}]}) == [("nullable", "narrowed", ())]


@pytest.mark.parametrize("word", ["unevaluatedProperties", "additionalProperties"])
def test_what_is_closed_alike_beside_a_condition_says_nothing(word):
    other = {**EVALUATING, word: False, "description": "in other words"}
    assert steps("3.1", {**EVALUATING, word: False}, other) == []


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_is_told_as_what_it_is(name):
    old, new, expected = CHANGES[name]
    assert steps("3.1", old, new) == expected
    turned = {"narrowed": "widened", "widened": "narrowed"}
    assert steps("3.1", new, old) == [(word, turned.get(effect, effect), way) for word, effect, way in expected]


def test_what_a_dynamic_reference_leads_to():
    olds, news = ({"N": {"$dynamicAnchor": "n", "type": kind}} for kind in ("string", "integer"))
    dynamic = {"$dynamicRef": "#n"}
    one, base, head = relation("3.1", olds, news, dynamic, dynamic)
    assert [(step.keyword, str(step.effect)) for step, *_ in walk(one, base, head)] == [("type", "incomparable")]


def listed(kind, **more):
    """The generic list of JSON Schema's own guide: what its items are depends on who refers to it."""
    item = {"$dynamicAnchor": "item", "type": kind}
    return {
        "List": {"$id": "https://example.com/list", "type": "array", "items": {"$dynamicRef": "#item"},
                 "$defs": {"any": {"$dynamicAnchor": "item"}}, **more},
        "Of": {"$id": "https://example.com/of", "$defs": {"item": item}, "$ref": "https://example.com/list"},
    }  # fmt: skip


def test_what_a_dynamic_reference_may_lead_to_is_never_silent():
    named = {"$ref": "#/components/schemas/Of"}
    one, base, head = relation("3.1", listed("string"), listed("integer"), named, named)
    assert [(step.keyword, str(step.effect)) for step, *_ in walk(one, base, head)] == [("$dynamicRef", "unknown")]
    one, base, head = relation("3.1", listed("string"), listed("string", maxItems=3), named, named)
    assert [(step.keyword, str(step.effect)) for step, *_ in walk(one, base, head)] == [("maxItems", "narrowed")]


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("^[a-z]+$", "^[a-c]+$", True),
        ("^(?=a)[a-z]{2}$", "^(?=a)[a-z][a-z]$", False),
        ("^a", "^b", True),
        ("^(a+)+$", "^b", True),
    ],
)
def test_a_value_may_tell_two_patterns_apart(old, new, shown):
    from sluicegate.openapi.direction import Direction
    from sluicegate.openapi.relation import witness

    one, base, head = relation("3.1", {}, {}, *({"type": "string", "pattern": text} for text in (old, new)))
    [(step, olds, news, _)] = walk(one, base, head)
    assert (witness(one, olds, news, step, Direction.REQUEST, lost=True) is not None) is shown


def test_a_variant_that_overlaps_is_proven_or_doubted():
    from sluicegate.openapi.direction import Direction
    from sluicegate.openapi.relation import witness

    plain, odd = {"type": "string"}, {"type": "string", "pattern": "^(?=x)(?!y)(?<=z)?q{7}"}
    for more, shown in (({"type": "string", "maxLength": 3}, True), (odd, False)):
        one, base, head = relation("3.1", {}, {}, plain, {"oneOf": [plain, more]})
        [(step, olds, news, _)] = [it for it in walk(one, base, head) if it[0].keyword == "oneOf"]
        assert step.doubted is not shown
        found = witness(one, olds, news, step, Direction.REQUEST, lost=True)
        assert (found is not None) is shown


def test_variants_of_which_nobody_knows_what_they_have_in_common_are_doubted():
    plain, odd = {"type": "string", "minLength": 4}, {"type": "string", "pattern": "^(?=x)(?!y)(?<=z)?q{7}"}
    old, new = ({"oneOf": [plain, {**odd, "maxLength": most}]} for most in (20, 30))
    told = [step for step, *_ in walk(*relation("3.1", {}, {}, old, new)) if step.keyword == "oneOf"]
    assert [(str(step.effect), step.doubted) for step in told] == [("narrowed", True)]


def test_a_loss_that_others_may_make_up_for_is_doubted():
    parts = [{"title": "A", "pattern": "^(?=a)"}, {"title": "B", "pattern": "^(?!a)"}]
    told = [step for step, *_ in walk(*relation("3.1", {}, {}, {"type": "string"}, {"type": "string", "anyOf": parts}))]
    assert [(step.keyword, str(step.effect), step.doubted) for step in told] == [("pattern", "narrowed", True)]

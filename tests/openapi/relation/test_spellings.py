"""The same values put in other keywords give no step, there and back; what is nearly the same always gives one."""

from __future__ import annotations

import pytest
from test_rewritings import steps

AB = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}, "additionalProperties": False}
TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
ASKING = {"type": "object", "required": ["a"]}
NAMES = {"type": "object", "properties": {"a": {}, "b": {}, "c": {}}}

SAME = {
    "bounds and a list": ({"type": "integer", "minimum": 1, "maximum": 3}, {"type": "integer", "enum": [1, 2, 3]}),
    "open bounds and a list": (
        {"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 4},
        {"enum": [3, 2, 1]},
    ),
    "one number": ({"type": "integer", "minimum": 5, "maximum": 5}, {"const": 5}),
    "bounds, multiples and a list": (
        {"type": "integer", "minimum": 1, "maximum": 10, "multipleOf": 5},
        {"type": "integer", "enum": [5, 10]},
    ),
    "bounds around what is barred": (
        {"type": "integer", "minimum": 1, "maximum": 3, "not": {"const": 2}},
        {"type": "integer", "enum": [1, 3]},
    ),
    "bounds beside null": (
        {"type": ["integer", "null"], "minimum": 0, "maximum": 1},
        {"enum": [0, 1, None]},
    ),
    "alternatives and a list": ({"type": "string", "pattern": "^(a|b|cd)$"}, {"enum": ["a", "b", "cd"]}),
    "alternatives, each with its ends": ({"type": "string", "pattern": "^a$|^b$"}, {"enum": ["a", "b"]}),
    "alternatives that begin alike": ({"type": "string", "pattern": "^x(?:1|2)?$"}, {"enum": ["x", "x1", "x2"]}),
    "a set of signs": ({"type": "string", "pattern": "^[a-c]{1}$"}, {"enum": ["a", "b", "c"]}),
    "alternatives and a length": (
        {"type": "string", "pattern": "^(a|bb)$", "maxLength": 1},
        {"type": "string", "const": "a"},
    ),
    "multiples of both": (
        {"type": "integer", "multipleOf": 6},
        {"type": "integer", "allOf": [{"multipleOf": 2}, {"multipleOf": 3}]},
    ),
    "multiples of a fraction that are whole": (
        {"type": "integer", "multipleOf": 3},
        {"type": "integer", "multipleOf": 1.5},
    ),
    "multiples of fractions": (
        {"type": "number", "multipleOf": 0.6},
        {"type": "number", "allOf": [{"multipleOf": 0.2}, {"multipleOf": 0.3}]},
    ),
    "multiples that are whole together": (
        {"type": "integer", "multipleOf": 3},
        {"type": "number", "allOf": [{"multipleOf": 1.5}, {"multipleOf": 1}]},
    ),
    "required by another, as a condition": (
        {**NAMES, "dependentRequired": {"a": ["b", "c"]}},
        {**NAMES, "if": {"required": ["a"]}, "then": {"required": ["b", "c"]}},
    ),
    "required by another, as a condition on objects": (
        {**NAMES, "dependentRequired": {"a": ["b"]}},
        {**NAMES, "if": {"type": "object", "required": ["a"], "properties": {"a": {}}}, "then": {"required": ["b"]},
         "else": {}},
    ),
    "required by another, as a schema and as a condition": (
        {**NAMES, "dependentSchemas": {"a": {"required": ["b"]}}},
        {**NAMES, "if": {"required": ["a"]}, "then": {"required": ["b"]}},
    ),
    "required by another, as a condition in parts": (
        {**NAMES, "dependentRequired": {"a": ["b", "c"]}},
        {**NAMES, "if": {"allOf": [{"required": ["a"]}]},
         "then": {"allOf": [{"required": ["b"]}, {"required": ["c"]}]}},
    ),
    "required by another, as a condition of one variant": (
        {**NAMES, "dependentRequired": {"a": ["b"]}},
        {**NAMES, "if": {"oneOf": [{"required": ["a"]}]}, "then": {"anyOf": [{"required": ["b"]}]},
         "else": {"allOf": [{}]}},
    ),
    "required by another, as a condition said twice": (
        {**NAMES, "dependentRequired": {"a": ["b"]}},
        {**NAMES, "if": {"anyOf": [{"required": ["a"]}] * 2}, "then": {"anyOf": [{"required": ["b"]}] * 2}},
    ),
    "required by another, and by a condition told otherwise": (
        {**NAMES, "dependentRequired": {"a": ["b"]}, "if": {"required": ["a"]}, "then": {"required": ["c"]}},
        {**NAMES, "dependentRequired": {"a": ["b"]}, "if": {"anyOf": [{"required": ["a"]}]},
         "then": {"allOf": [{"required": ["c"]}, {"required": ["c"]}]}},
    ),
    "required by another, as a schema in parts": (
        {**NAMES, "dependentRequired": {"a": ["b", "c"]}},
        {**NAMES, "dependentSchemas": {"a": {"allOf": [{"required": ["b"]}, {"anyOf": [{"required": ["c"]}]}]}}},
    ),
    "all names by a pattern": (TEXTS, {"type": "object", "patternProperties": {".*": {"type": "string"}}}),
    "all names by a pattern with ends": (
        TEXTS,
        {"type": "object", "patternProperties": {"^[\\s\\S]*$": {"type": "string"}}},
    ),
    "all names by a pattern of nothing": (TEXTS, {"type": "object", "patternProperties": {"": {"type": "string"}}}),
    "no names by a pattern": (
        {"type": "object", "additionalProperties": False},
        {"type": "object", "patternProperties": {".*": False}},
    ),
    "all names by a pattern beside what then is idle": (
        TEXTS,
        {"type": "object", "patternProperties": {".*": {"type": "string"}}, "additionalProperties": False},
    ),
    "what is idle beside all names by a pattern": (
        {"type": "object"},
        {"type": "object", "patternProperties": {".*": {}}, "additionalProperties": {"type": "string"}},
    ),
    "all names by a pattern, beside what no other keyword speaks of": (
        {"type": "object", "patternProperties": {".*": {}}, "unevaluatedProperties": False},
        {"type": "object", "patternProperties": {".*": {"allOf": [{}]}}, "unevaluatedProperties": False},
    ),
    "all names by a pattern in a part, beside what no other keyword speaks of": (
        {"type": "object"},
        {"type": "object", "allOf": [{"patternProperties": {".*": {}}}], "unevaluatedProperties": False},
    ),
    "names of what is closed": (AB, {**AB, "propertyNames": {"pattern": "^[a-z]$"}}),
    "listed names of what is closed": (AB, {**AB, "propertyNames": {"enum": ["a", "b", "c"]}}),
    "not not a pattern": ({"type": "string", "pattern": "^a"}, {"type": "string", "not": {"not": {"pattern": "^a"}}}),
    "not not a bound": (
        {"type": "integer", "minimum": 1},
        {"type": "integer", "not": {"description": "x", "not": {"type": "integer", "minimum": 1}}},
    ),
    "not not, in parts": (
        {"type": "string", "not": {"not": {"pattern": "^a"}}},
        {"type": "string", "not": {"allOf": [{"oneOf": [{"title": "x", "not": {"pattern": "^a"}}]}]}},
    ),
    "not not, said twice": (
        {"type": "string", "not": {"not": {"pattern": "^a"}}},
        {"type": "string", "not": {"allOf": [{"not": {"pattern": "^a"}}, {"not": {"pattern": "^a"}, "title": "x"}]}},
    ),
    "not not, said twice in other words": (
        {"type": "string", "pattern": "^a"},
        {"type": "string", "not": {"allOf": [{"not": {"pattern": "^a"}}, {"not": {"allOf": [{"pattern": "^a"}]}}]}},
    ),
    "not not, said twice beside a type": (
        {"type": "string", "not": {"not": {"pattern": "^a"}}},
        {"type": "string", "not": {"allOf": [{"not": {"pattern": "^a"}}] * 2, "type": "string"}},
    ),
    "not not a required name": (
        {"type": "object", "required": ["a"]},
        {"type": "object", "not": {"not": {"required": ["a"]}}},
    ),
    "not not a required name of objects, said twice beside a type": (
        {"type": "object", "not": {"not": ASKING}},
        {"type": "object", "not": {"allOf": [{"not": ASKING}, {"not": ASKING}, {"type": "object"}]}},
    ),
    "not not what is closed, said twice in other words": (
        {"type": "object", "not": {"allOf": [{"not": TEXTS}, {"not": TEXTS}]}},
        {"type": "object", "not": {"allOf": [{"not": TEXTS}, {"not": {"oneOf": [TEXTS]}}]}},
    ),
    "not what is closed, beside its type": (
        {"type": "object", "not": {"not": TEXTS}},
        {"type": "object", "not": {"allOf": [{"not": TEXTS}, {"type": "object"}]}},
    ),
    "not a number, of texts": ({"type": "string"}, {"type": "string", "not": {"type": "number", "multipleOf": 2}}),
    "neither of two names": (
        {"type": "object", "properties": {"a": False, "b": False}},
        {"type": "object", "not": {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}},
    ),
    "not an integer, of integers": (
        False,
        {"type": "integer", "not": {"allOf": [{"type": "integer"}, {"not": {"type": "null"}}]}},
    ),
    "neither of two": (
        {"type": "string", "anyOf": [{"maxLength": 1}, {"pattern": "^x"}]},
        {"type": "string", "not": {"allOf": [{"not": {"maxLength": 1}}, {"not": {"pattern": "^x"}}]}},
    ),
    "not not two variants": (
        {"type": "string", "anyOf": [{"maxLength": 1}, {"pattern": "^x"}]},
        {"type": "string", "not": {"not": {"anyOf": [{"maxLength": 1}, {"pattern": "^x"}]}}},
    ),
}  # fmt: skip

NOT_SAME = {
    "a condition of two variants that exclude each other": (
        {**NAMES, "dependentRequired": {"a": ["b"]}},
        {**NAMES, "if": {"oneOf": [{"required": ["a"]}] * 2}, "then": {"required": ["b"]}},
    ),
    "a condition that asks for less": (
        {**NAMES, "dependentRequired": {"a": ["b", "c"]}},
        {**NAMES, "if": {"allOf": [{"required": ["a"]}]},
         "then": {"anyOf": [{"required": ["b"]}, {"required": ["c"]}]}},
    ),
    "a number less": ({"type": "integer", "minimum": 1, "maximum": 3}, {"type": "integer", "enum": [1, 2]}),
    "a number more": ({"type": "integer", "minimum": 1, "maximum": 3}, {"type": "integer", "enum": [1, 2, 3, 4]}),
    "fractions too": ({"type": "number", "minimum": 1, "maximum": 3}, {"type": "number", "enum": [1, 2, 3]}),
    "without an end": ({"type": "integer", "minimum": 1}, {"type": "integer", "enum": [1, 2, 3]}),
    "found anywhere": ({"type": "string", "pattern": "a|b"}, {"type": "string", "enum": ["a", "b"]}),
    "one end is open": ({"type": "string", "pattern": "^a|b$"}, {"type": "string", "enum": ["a", "b"]}),
    "the end is open": ({"type": "string", "pattern": "^(a|b)"}, {"type": "string", "enum": ["a", "b"]}),
    "an alternative less": ({"type": "string", "pattern": "^(a|b)$"}, {"type": "string", "enum": ["a"]}),
    "an alternative more": ({"type": "string", "pattern": "^(a|b)$"}, {"type": "string", "enum": ["a", "b", "c"]}),
    "other letters": ({"type": "string", "pattern": "^(a|b)$"}, {"type": "string", "enum": ["A", "b"]}),
    "a count without an end": ({"type": "string", "pattern": "^a+$"}, {"type": "string", "enum": ["a"]}),
    "a format beside": (
        {"type": "string", "pattern": "^(a|b)$", "format": "date"},
        {"type": "string", "enum": ["a", "b"]},
    ),
    "multiples of their product": (
        {"type": "integer", "multipleOf": 24},
        {"type": "integer", "allOf": [{"multipleOf": 4}, {"multipleOf": 6}]},
    ),
    "multiples of one of them": (
        {"type": "integer", "multipleOf": 2},
        {"type": "integer", "allOf": [{"multipleOf": 2}, {"multipleOf": 3}]},
    ),
    "multiples of a fraction": ({"type": "number", "multipleOf": 3}, {"type": "number", "multipleOf": 1.5}),
    "required by both": (
        {**NAMES, "dependentRequired": {"a": ["c"], "b": ["c"]}},
        {**NAMES, "if": {"required": ["a", "b"]}, "then": {"required": ["c"]}},
    ),
    "required by a value": (
        {**NAMES, "dependentRequired": {"a": ["b"]}},
        {**NAMES, "if": {"required": ["a"], "properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}},
    ),
    "required otherwise too": (
        {**NAMES, "dependentRequired": {"a": ["b"]}},
        {**NAMES, "if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}},
    ),
    "required otherwise": (
        {**NAMES, "dependentRequired": {"a": ["b"]}},
        {**NAMES, "if": {"required": ["a"]}, "else": {"required": ["b"]}},
    ),
    "required and more": (
        {**NAMES, "dependentRequired": {"a": ["b"]}},
        {**NAMES, "if": {"required": ["a"]}, "then": {"required": ["b"], "maxProperties": 2}},
    ),
    "the other way round": (
        {**NAMES, "dependentRequired": {"a": ["b"]}},
        {**NAMES, "if": {"required": ["b"]}, "then": {"required": ["a"]}},
    ),
    "all names, those that are declared too": (
        {"type": "object", "properties": {"a": {"type": "integer"}}, "additionalProperties": {"minimum": 1}},
        {"type": "object", "properties": {"a": {"type": "integer"}}, "patternProperties": {".*": {"minimum": 1}}},
    ),
    "some names by a pattern": (TEXTS, {"type": "object", "patternProperties": {".+": {"type": "string"}}}),
    "a name that is refused": (AB, {**AB, "propertyNames": {"pattern": "^a$"}}),
    "names of what is open": (
        {**AB, "additionalProperties": True},
        {**AB, "additionalProperties": True, "propertyNames": {"pattern": "^[a-z]$"}},
    ),
    "names of what a pattern opens": (
        {**AB, "patternProperties": {"^x": {}}},
        {**AB, "patternProperties": {"^x": {}}, "propertyNames": {"pattern": "^[a-z]$"}},
    ),
    "not": ({"type": "string", "pattern": "^a"}, {"type": "string", "not": {"pattern": "^a"}}),
    "not not, and what that does not speak of": (
        {"type": "object", "allOf": [{"properties": {"a": {"type": "string"}}}], "unevaluatedProperties": False},
        {"type": "object", "not": {"not": {"properties": {"a": {"type": "string"}}}}, "unevaluatedProperties": False},
    ),
    "not not, and something beside": (
        {"type": "string", "maxLength": 3},
        {"type": "string", "not": {"not": {"maxLength": 3}, "pattern": "^a"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_the_same_in_other_keywords(name):
    old, new = SAME[name]
    assert steps("3.1", old, new) == []
    assert steps("3.1", new, old) == []


@pytest.mark.parametrize("name", NOT_SAME)
def test_nearly_the_same_is_not_the_same(name):
    old, new = NOT_SAME[name]
    there, back = steps("3.1", old, new), steps("3.1", new, old)
    assert there
    assert back

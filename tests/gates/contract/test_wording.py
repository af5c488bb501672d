"""Sentences say what changed: values with their types, names of any letters."""

from __future__ import annotations

import pytest
from sides import run
from test_equivalence import api

from sluicegate.gates.contract.changelog_content import pieces


def request(schema):
    return api(request={"type": "object", "properties": {"a": schema}})


def said(base, head, rule="request-default-changed"):
    return [one.message for one in run(base, head)[0] if one.rule == f"contract/{rule}"]


@pytest.mark.parametrize(
    ("was", "now", "ending"),
    [
        ({"default": 1}, {"default": "1"}, 'changed from `1` to `"1"`'),
        ({"default": True}, {"default": "true"}, 'changed from `true` to `"true"`'),
        ({"default": None}, {"default": "x"}, 'changed from `null` to `"x"`'),
        ({"default": None}, {}, "is no longer set, and was `null`"),
        ({}, {"default": None}, "is `null` now, and was not set"),
        ({"default": {"b": True}}, {"default": [1.5, None]}, 'changed from `{"b": true}` to `[1.5, null]`'),
        ({"default": 10**30}, {"default": ""}, f'changed from `{10**30}` to `""`'),
    ],
)
def test_defaults_are_told_apart_by_their_types(was, now, ending):
    [message] = said(request(was), request(now))
    assert message.endswith(f"`default` {ending}")


def test_a_backtick_in_a_name_is_spelt_out():
    base, head = ({"type": "object", "properties": {name: {} for name in names}} for names in (("a`b", "c"), ("c",)))
    [message] = said(api(base), api(head), "response-property-removed")
    assert r"`a\x60b`" in message
    assert [text for code, text in pieces(message) if code] == [r"a\x60b"]


def test_a_backtick_in_a_value_and_in_a_component_is_spelt_out():
    found = run(
        api(request={"$ref": "#/components/schemas/S`"}, components={"S`": {"enum": ["x`", "y"]}}),
        api(request={"$ref": "#/components/schemas/S`"}, components={"S`": {"enum": ["y"]}}),
    )[0]
    [message] = [one.message for one in found if one.rule == "contract/request-enum-value-removed"]
    assert [text for code, text in pieces(message) if code] == [r"S\x60", r"x\x60"]


def test_listed_values_are_told_apart_from_those_of_other_types():
    base, head = (api(request={"enum": values}) for values in (["1", "true", "", "x", "y"], ["y"]))
    [message] = said(base, head, "request-enum-value-removed")
    assert [text for code, text in pieces(message) if code] == ['""', '"1"', '"true"', "x"]
    base, head = (api(request={"enum": values}) for values in ([1, 2], [2]))
    [message] = said(base, head, "request-enum-value-removed")
    assert [text for code, text in pieces(message) if code] == ["1"]


def test_a_default_that_was_null_was_one():
    [found] = run(request({"default": None}), request({"default": 1}))[0]
    assert found.level.value == "warning"
    [found] = run(request({}), request({"default": 1}))[0]
    assert found.level.value == "note"


def test_what_is_undecided_says_so():
    [message] = said(
        request({"type": "string", "pattern": r"^(?=a)\w+$"}), request({"type": "string", "pattern": r"\b(?!b)\w+"}),
        "request-change-undecided",
    )  # fmt: skip
    assert message.endswith(r"changed from `^(?=a)\w+$` to `\b(?!b)\w+`; whom that breaks could not be told")


@pytest.mark.parametrize(
    ("kind", "word", "was", "now", "level"),
    [
        ("integer", "default", 20, 10, "warning"),
        ("integer", "format", "odd", "even", "warning"),
        ("string", "pattern", "^(?=a)", "^(?=a|b)", "warning"),
        ("string", "not", {"pattern": "^(?=a)"}, {"pattern": "^(?=b)"}, "warning"),
        ("string", "contentMediaType", "text/csv", "text/html", "error"),
    ],
)
def test_a_change_is_not_proven_by_what_another_refuses(kind, word, was, now, level):
    bound = "maximum" if kind == "integer" else "maxLength"
    base, head = ({"type": kind, bound: most, word: said} for most, said in ((100, was), (10, now)))
    found = {one.rule: one for one in run(request(base), request(head))[0]}
    assert found.pop(f"contract/request-{'max-length' if kind == 'string' else bound}-tightened").witness
    [other] = found.values()
    assert (other.level.value, other.witness) == (level, "")

"""Open lists of values: `x-extensible-enum`."""

from __future__ import annotations

import pytest
from lives import SITE, node, values
from msgspec.structs import replace

from sluicegate.gates.contract.lifecycle.compare import extensible, open_lists
from sluicegate.model import Level
from sluicegate.openapi.direction import Direction
from sluicegate.openapi.relation import Difference, Effect

REQUEST, RESPONSE = Direction.REQUEST, Direction.RESPONSE


def listing(*several):
    return {"type": "string", "x-extensible-enum": list(several)}


def told(one, other, direction):
    return [(change.rule.removeprefix("contract/"), change.level.value) for change in values(one, other, direction)]


@pytest.mark.parametrize(
    ("direction", "verb", "level"),
    [
        (REQUEST, "removed", "error"), (REQUEST, "added", "note"),
        (RESPONSE, "removed", "note"), (RESPONSE, "added", "note"),
    ],
)  # fmt: skip
def test_a_value_weighs_by_direction(direction, verb, level):
    few, more = listing("a"), listing("a", "b")
    sides = (more, few) if verb == "removed" else (few, more)
    [change] = values(*sides, direction)
    assert change.advice.startswith("Keep" if level == "error" else "Nothing to do")
    assert told(*sides, direction) == [(f"{direction}-extensible-enum-value-{verb}", level)]


def test_values_that_came_and_went():
    removed, added = values(listing("a", "b", 3), listing("a", "c", "3"), REQUEST, SITE.into("channel"))
    assert removed.message == "GET /orders: the request property `channel` no longer lists `b`, `3`"
    assert added.message == "GET /orders: the request property `channel` may also be `c`, `3`"
    assert removed.key == ("GET", "/orders", "channel", '"b"', "3")
    assert added.key == ("GET", "/orders", "channel", '"c"', '"3"')
    assert removed.base.pointer == removed.head.pointer == ("at", "x-extensible-enum")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (listing("a", "b"), listing("b", "a", "a")),
        (listing(1), listing(1.0)),
        (listing({"a": 1, "b": 2}), listing({"b": 2, "a": 1})),
        (listing("a"), {"type": "string"}),
        ({"type": "string"}, listing("a")),
        (listing("a"), {"x-extensible-enum": None}),
        ({"x-extensible-enum": "abc"}, {"x-extensible-enum": {"a": 1}}),
        (True, listing("a")),
    ],
)
def test_what_says_nothing(one, other):
    assert told(one, other, REQUEST) == told(one, other, RESPONSE) == []


def test_true_is_no_number_and_no_text():
    assert told(listing(True), listing(1), REQUEST) == [
        ("request-extensible-enum-value-removed", "error"), ("request-extensible-enum-value-added", "note"),
    ]  # fmt: skip


@pytest.mark.parametrize("value", [10**40, 10**400, 1e308, "::error::\n\x1b\u202e", "", None, [["\x1b"]], {"\n": 1}])
def test_hostile_values_are_inert(value):
    [change] = values(listing("a", value), listing("a"), REQUEST)
    assert change.message.isprintable()
    assert len(change.message) < 400


def test_a_place_may_weigh_less():
    site = SITE._replace(cap=Level.WARNING)
    [change] = values(listing("a", "b"), listing("a"), REQUEST, site)
    assert change.level is Level.WARNING


def test_lists_that_the_relation_met():
    one, other = node({"x-extensible-enum": ["a", "b"]}), node({"x-extensible-enum": ["a"]})
    base, head = one.get("x-extensible-enum"), other.get("x-extensible-enum")
    met = Difference(
        keyword="x-extensible-enum", effect=Effect.INCOMPARABLE, base=base, head=head, was=base.value, now=head.value
    )
    assert list(open_lists(met, REQUEST, SITE)) == list(extensible(one, other, REQUEST, SITE)) != []
    # where only one side has a list, the other's node is its nearest
    assert list(open_lists(replace(met, now=None, head=other), REQUEST, SITE)) == []
    assert list(open_lists(replace(met, keyword="default"), REQUEST, SITE)) == []

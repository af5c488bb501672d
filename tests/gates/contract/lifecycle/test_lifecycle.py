"""The life of one part of an API, before and after."""

from __future__ import annotations

import pytest
from lives import SITE, TODAY, changes, in_days, node, told

from sluicegate.gates.contract.changes import Component
from sluicegate.gates.contract.lifecycle import ABOUT, BY_ID, KINDS, RULES
from sluicegate.model import Level, RuleKind

DEPRECATED = {"deprecated": True}
NAME = "GET /orders: the operation"


def sunset(value):
    return {"deprecated": True, "x-sunset": value}


def level(word):
    return {"x-stability-level": word}


@pytest.mark.parametrize(
    ("one", "other", "rules"),
    [
        ({}, {}, []),
        ({}, DEPRECATED, ["deprecated"]),
        ({}, {"deprecated": "true"}, []),
        ({}, {"deprecated": False}, []),
        (DEPRECATED, {}, ["undeprecated"]),
        (in_days(400), {}, ["undeprecated"]),
        (DEPRECATED, DEPRECATED, []),
        ({}, in_days(400), ["deprecated"]),
        # a sunset counts beside `deprecated: true` alone
        ({}, {"x-sunset": "soon"}, []),
        ({"x-sunset": "2099-01-01"}, {"x-sunset": "2098-01-01"}, []),
        ({"x-sunset": "2099-01-01"}, {}, []),
        ({"x-sunset": "soon"}, sunset("soon"), ["deprecated", "sunset-invalid"]),
        ({}, sunset("soon"), ["deprecated", "sunset-invalid"]),
        (sunset("soon"), sunset("soon"), []),
        (sunset("soon"), sunset("later"), ["sunset-invalid"]),
        (sunset("2099-01-01"), sunset("later"), ["sunset-invalid"]),
        (DEPRECATED, sunset(None), ["sunset-invalid"]),
        (sunset("2099-01-01"), DEPRECATED, ["sunset-removed"]),
        (sunset("soon"), DEPRECATED, []),
        (sunset("2099-01-02"), sunset("2099-01-01"), ["sunset-moved-earlier"]),
        (sunset("2099-01-01"), sunset("2099-01-02"), []),
        (sunset("2099-01-01"), sunset("2099-01-01T00:00:00Z"), []),
        (sunset("2001-01-02"), sunset("2001-01-01"), ["sunset-moved-earlier"]),
        (sunset("2001-01-01"), sunset("2001-01-01"), []),
        ({"x-sunset": "2099-01-01"}, DEPRECATED, ["deprecated"]),
        (level("stable"), level("beta"), ["stability-decreased"]),
        (level("alpha"), level("draft"), ["stability-decreased"]),
        ({}, level("beta"), ["stability-decreased"]),
        (level("beta"), level("stable"), ["stability-increased"]),
        (level("draft"), level("alpha"), ["stability-increased"]),
        (level("alpha"), {}, ["stability-increased"]),
        ({}, level("stable"), []),
        (level("stable"), {}, []),
        (level("stable"), level("solid"), ["stability-invalid"]),
        ({}, level(["stable"]), ["stability-invalid"]),
        ({}, level(None), ["stability-invalid"]),
        (level("solid"), level("solid"), []),
        (level("solid"), level("Beta"), ["stability-invalid"]),
        (level("solid"), level("beta"), ["stability-decreased"]),
        (True, DEPRECATED, ["deprecated"]),
        (DEPRECATED, False, ["undeprecated"]),
        ([], 3, []),
    ],
)
def test_without_a_demand(one, other, rules):
    assert told(one, other) == rules


@pytest.mark.parametrize(
    ("one", "other", "rules"),
    [
        ({}, DEPRECATED, ["deprecated", "sunset-missing"]),
        ({}, in_days(180), ["deprecated"]),
        ({}, in_days(179), ["deprecated", "sunset-too-soon"]),
        ({}, in_days(0), ["deprecated", "sunset-too-soon"]),
        (DEPRECATED, in_days(179), ["sunset-too-soon"]),
        (DEPRECATED, in_days(180), []),
        (sunset("soon"), in_days(179), ["sunset-too-soon"]),
        # what stood before the demand is left alone, and a later day is never refused
        (DEPRECATED, DEPRECATED, []),
        (in_days(3), in_days(3), []),
        (in_days(3), in_days(4), []),
        (in_days(300), in_days(200), ["sunset-moved-earlier"]),
        (in_days(300), DEPRECATED, ["sunset-removed"]),
        # the base's date was no promise while it was not deprecated
        ({"x-sunset": in_days(300)["x-sunset"]}, in_days(200), ["deprecated"]),
        (level("stable"), DEPRECATED | level("stable"), ["deprecated", "sunset-missing"]),
        (level("beta"), in_days(31) | level("beta"), ["deprecated"]),
        (level("beta"), in_days(30) | level("beta"), ["deprecated", "sunset-too-soon"]),
        (level("alpha"), DEPRECATED | level("alpha"), ["deprecated"]),
        (level("draft"), in_days(1) | level("draft"), ["deprecated"]),
        (level("solid"), DEPRECATED | level("solid"), ["deprecated", "sunset-missing"]),
    ],
)
def test_with_a_demand(one, other, rules):
    assert told(one, other, beta=31, stable=180) == rules


@pytest.mark.parametrize(("days", "rules"), [(-1, ["deprecated", "sunset-too-soon"]), (0, ["deprecated"])])
def test_without_a_demand_the_sunset_is_not_to_have_passed(days, rules):
    assert told({}, in_days(days)) == rules


def test_a_demand_of_no_end_is_no_crash():
    assert told({}, in_days(10_000), stable=10**30) == ["deprecated", "sunset-too-soon"]
    assert told({}, sunset("9999-12-31"), stable=180) == ["deprecated"]


def test_what_states_no_stability_has_that_of_its_operation():
    assert told({}, in_days(40), inherited="beta", beta=31, stable=180) == ["deprecated"]
    assert told({}, in_days(40), inherited="alpha", beta=31, stable=180) == ["deprecated"]
    assert told({}, in_days(40) | level("stable"), inherited="beta", stable=180) == ["deprecated", "sunset-too-soon"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_every_rule(kind):
    pairs = [
        ({}, DEPRECATED), (DEPRECATED, {}), ({}, sunset("soon")), ({}, in_days(1)), (in_days(2), in_days(1)),
        (in_days(2), DEPRECATED), (level("beta"), level("alpha")), (level("alpha"), level("beta")), ({}, level("ga")),
    ]  # fmt: skip
    found = {change.rule for one, other in pairs for change in changes(one, other, kind=kind, stable=9)}
    assert found == {rule.id for rule in ABOUT if rule.name.startswith(f"{kind}-")}


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_a_rule_is_of_a_family(rule):
    assert rule.kind is RuleKind.CHANGE
    assert rule.page
    assert rule.name.endswith(rule.page)
    assert BY_ID[rule.id] is rule


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ({}, DEPRECATED, f"{NAME} is deprecated now"),
        (
            {}, in_days(400), f"{NAME} is deprecated now, and may go from 2027-12-25 on",
        ),
        (DEPRECATED, {}, f"{NAME} is no longer deprecated"),
        (
            DEPRECATED, in_days(1),
            f"{NAME}: the sunset 2026-11-21 is 1 day away, and what is stable must stay for 180 days",
        ),
        (
            DEPRECATED, in_days(0),
            f"{NAME}: the sunset 2026-11-20 is today, and what is stable must stay for 180 days",
        ),
        (
            DEPRECATED, in_days(-1),
            f"{NAME}: the sunset 2026-11-19 has passed, and what is stable must stay for 180 days",
        ),
        (
            in_days(2), in_days(1),
            f"{NAME}: the sunset moved from 2026-11-22 to 2026-11-21",
        ),
        (
            in_days(2), DEPRECATED,
            f"{NAME}: the sunset 2026-11-22 was removed, and it is still deprecated",
        ),
        (
            level("stable"), level("beta"),
            f"{NAME}: the stability was `stable`, and is `beta` now",
        ),
        (
            level("draft"), {},
            f"{NAME}: the stability was `draft`, and is not stated (which means stable) now",
        ),
        (
            {}, level("ga"),
            f"{NAME}: `x-stability-level` is `ga`, and none of draft, alpha, beta, stable",
        ),
        (DEPRECATED, sunset("soon"), f"{NAME}: `x-sunset` is `soon`, and no date"),
        (DEPRECATED, sunset(""), f"{NAME}: `x-sunset` is empty, and no date"),
        (DEPRECATED, sunset(None), f"{NAME}: `x-sunset` is `null`, and no date"),
        (DEPRECATED, sunset(20271231), f"{NAME}: `x-sunset` is a number, and no date"),
        (DEPRECATED, sunset(["2027-12-31"]), f"{NAME}: `x-sunset` is a list, and no date"),
        (DEPRECATED, sunset({}), f"{NAME}: `x-sunset` is an object, and no date"),
        (DEPRECATED, sunset(True), f"{NAME}: `x-sunset` is `true`, and no date"),
    ],
)  # fmt: skip
def test_the_message_names_both_sides(one, other, message):
    change = changes(one, other, stable=180)[0]
    assert change.message == message
    assert change.advice


def test_a_missing_sunset_says_what_is_asked():
    _, change = changes({}, DEPRECATED, beta=1, inherited="beta")
    assert change.message == (
        "GET /orders: the operation is deprecated without `x-sunset`, and what is beta must stay for 1 day"
    )
    assert change.level is Level.ERROR


@pytest.mark.parametrize("word", ["x-sunset", "x-stability-level"])
def test_hostile_text_is_inert(word):
    text = "::error::" + "\x1b[31m\n\u202e" + "x" * 10_000
    [change] = changes(DEPRECATED, DEPRECATED | {word: text})
    assert "\n" not in change.message
    assert "\x1b" not in change.message
    assert "\u202e" not in change.message
    assert len(change.message) < 400


def test_a_change_points_at_the_words_of_both_sides():
    [change] = changes(in_days(2), in_days(1))
    assert change.base.pointer == change.head.pointer == ("at", "x-sunset")
    [change] = changes({}, DEPRECATED)
    assert (change.base.pointer, change.head.pointer) == (("at",), ("at", "deprecated"))
    [change] = changes(in_days(2), DEPRECATED)
    assert (change.base.pointer, change.head.pointer) == (("at", "x-sunset"), ("at", "deprecated"))
    assert change.head.line_column[0]


def test_the_key_is_the_site_and_no_word_of_the_message():
    site = SITE.into("lines").into("[]").into("price")
    [change] = changes({}, in_days(400), site=site, what="the request property `lines[].price`", kind="property")
    assert change.key == ("GET", "/orders", "lines", "[]", "price")
    assert change.rule == "contract/property-deprecated"
    assert change.logical == "GET /orders"
    assert change.message.startswith("GET /orders: the request property `lines[].price` is deprecated now")


def test_the_name_is_said_once():
    where = "the query parameter `q`"
    [change] = changes({}, DEPRECATED, site=SITE._replace(title=f"GET /orders: {where}"), what=where, kind="parameter")
    assert change.message == f"GET /orders: {where} is deprecated now"
    shared = Component(path="openapi.json", pointer=("components", "parameters", "Page"))
    site = SITE._replace(title=shared.title, component=shared)
    [change] = changes({}, DEPRECATED, site=site, what=where, kind="parameter")
    assert change.message == "parameter `Page` is deprecated now"
    assert change.component == shared
    [change] = changes({}, DEPRECATED, site=site.into("a"), what="the request property `a`", kind="property")
    assert change.message == "parameter `Page`: the request property `a` is deprecated now"


@pytest.mark.parametrize(
    ("cap", "level_told"), [(Level.ERROR, Level.ERROR), (Level.WARNING, Level.WARNING), (Level.NOTE, Level.NOTE)]
)
def test_nothing_weighs_more_than_its_place_allows(cap, level_told):
    site = SITE._replace(cap=cap)
    assert [change.level for change in changes(in_days(2), in_days(1), site=site)] == [level_told]
    assert [change.level for change in changes({}, DEPRECATED, site=site)] == [Level.NOTE]


def test_the_day_is_the_policy_s():
    assert TODAY.year == 2026  # what follows would turn with the clock, if it were read
    assert told({}, sunset("2026-11-20")) == ["deprecated"]


def test_an_object_against_itself_is_quiet():
    for value in ({}, DEPRECATED, in_days(1), sunset("soon"), level("ga"), level("beta"), True, None, []):
        assert told(value, value, beta=31, stable=180) == []
    assert node({}).value == {}

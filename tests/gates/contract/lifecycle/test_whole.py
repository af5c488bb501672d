"""The life of an API through the whole gate: where it is looked for, and what it does to other rules."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from lives import in_days
from memory import MemoryTree

from sluicegate.gates.contract import RULES
from sluicegate.gates.contract.check import check
from sluicegate.gates.contract.settings import DeprecationDays, Settings
from sluicegate.model import Context, Finding, RuleKind

CHANGES = frozenset(rule.id for rule in RULES if rule.kind is RuleKind.CHANGE)
DONE = {"204": {"description": "Done."}}
STRING = {"type": "string"}


def told(base, head, now=datetime(2026, 11, 20, 23, 59, tzinfo=UTC), **days):
    """The rules that fire and their levels; `days` are those that the settings ask for."""
    base, head = (json.dumps({"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, **it}) for it in (base, head))
    settings = Settings(spec="openapi.json", deprecation_days=DeprecationDays(**days))
    context = Context(
        settings=settings,
        head=MemoryTree({"openapi.json": head}, name="head"),
        reference=MemoryTree({"openapi.json": base}, name="base"),
        rules=CHANGES - settings.unasked,
        now=now,
    )
    return [(one.rule.partition("/")[2], one.level.value) for one in check(context) if isinstance(one, Finding)]


def operation(**members):
    return {"paths": {"/a": {"post": {"responses": DONE} | members}, "/b": {"get": {"responses": DONE}}}}


def parameter(**members):
    return operation(parameters=[{"name": "q", "in": "query", "schema": STRING} | members])


def header(**members):
    response = {"description": "Done.", "headers": {"X-A": {"schema": STRING} | members}}
    return operation(responses={"200": response})


def body(schema):
    return {"content": {"application/json": {"schema": schema}}}


def sent(**members):
    return operation(requestBody=body({"type": "object", "properties": {"p": STRING | members}}))


def received(**members):
    schema = {"type": "object", "properties": {"p": STRING | members}}
    return operation(responses={"200": {"description": "Done.", **body(schema)}})


PLACES = {
    "operation": operation, "parameter": parameter, "header": header, "property": sent,
}  # fmt: skip


@pytest.mark.parametrize("kind", PLACES)
def test_each_place_has_a_life(kind):
    place = PLACES[kind]
    assert told(place(), place(**in_days(180)), stable=180) == [(f"{kind}-deprecated", "note")]
    assert told(place(**in_days(2)), place(**in_days(1))) == [(f"{kind}-sunset-moved-earlier", "error")]
    assert sorted(told(place(), place(deprecated=True), stable=1)) == [
        (f"{kind}-deprecated", "note"), (f"{kind}-sunset-missing", "error"),
    ]  # fmt: skip
    assert told(place(), place(**{"x-stability-level": "beta"})) == [(f"{kind}-stability-decreased", "error")]


def test_a_property_that_is_received_has_one_too():
    assert told(received(), received(deprecated=True)) == [("property-deprecated", "note")]


@pytest.mark.parametrize(("days", "level"), [(-1, "note"), (0, "note"), (1, "error")], ids=["past", "today", "to come"])
def test_a_removal_weighs_by_the_sunset(days, level):
    life = in_days(days)
    without = {"paths": {"/b": {"get": {"responses": DONE}}}}
    empty = operation(requestBody=body({"type": "object", "properties": {}}))
    other = {"paths": {"/a": {"put": {"responses": DONE}}, "/b": {"get": {"responses": DONE}}}}
    assert told(operation(**life), without) == [("path-removed", level)]
    assert ("operation-removed", level) in told(operation(**life), other)
    assert told(parameter(**life), operation()) == [("parameter-removed", level)]
    assert told(sent(**life), empty) == [("request-property-removed", level)]


def test_the_day_is_that_of_the_clock_that_the_gate_is_given():
    without = {"paths": {"/b": {"get": {"responses": DONE}}}}
    late = datetime(2031, 1, 1, tzinfo=UTC)
    assert told(operation(**in_days(400)), without) == [("path-removed", "error")]
    assert told(operation(**in_days(400)), without, now=late) == [("path-removed", "note")]


@pytest.mark.parametrize(("word", "level"), [("draft", "note"), ("alpha", "note"), ("beta", "error")])
def test_in_what_is_not_stable_nothing_weighs_much(word, level):
    word = {"x-stability-level": word}
    needed = [{"name": "q", "in": "query", "required": True, "schema": STRING}]
    assert told(operation(**word), operation(**word, parameters=needed)) == [("required-parameter-added", level)]


def test_a_decrease_does_not_excuse_what_comes_with_it():
    needed = [{"name": "q", "in": "query", "required": True, "schema": STRING}]
    found = told(operation(), operation(**{"x-stability-level": "alpha"}, parameters=needed))
    assert sorted(found) == [("operation-stability-decreased", "error"), ("required-parameter-added", "error")]


def test_a_notice_that_nobody_demands_is_not_asked_for():
    quiet = {rule for rule in Settings().unasked if rule.endswith("-sunset-missing")}
    assert len(quiet) == 6
    assert not Settings(deprecation_days=DeprecationDays(beta=1)).unasked & quiet

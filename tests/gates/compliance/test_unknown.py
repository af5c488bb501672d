"""What a predicate comes to where facts of an item are not known: decided where they do not matter, else open."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sluicegate.gates.compliance.predicates.asking import Evaluator, Open

OPEN = Open(names=("encrypted",))


@pytest.fixture(scope="module")
def evaluator():
    with Evaluator() as one:
        item = {"kind": "bucket", "public": True, "region": "eu-west-1", "encrypted": True}
        one.keep("items", [item, item], {0: ["encrypted"]})
        yield one


@pytest.mark.parametrize(
    ("where", "holds", "held"),
    [
        ("", "item.encrypted", OPEN),
        ("", "!item.encrypted", OPEN),
        ("", "item.encrypted == false", OPEN),
        ("", "item.encrypted != false", OPEN),
        ("", "item['encrypted'] in [true]", OPEN),
        ("", "item.encrypted && !item.public", False),
        ("", "!item.public && item.encrypted", False),
        ("", "item.public || item.encrypted", True),
        ("", "item.kind != 'bucket' || item.encrypted", OPEN),
        ("", "has(item.encrypted)", OPEN),
        ("", "!has(item.encrypted) || item.encrypted", OPEN),
        ("", "has(item.encrypted) || item.public", True),
        ("", "has( item.encrypted ) && !item.public", False),
        ("", "has(item.region) && has(item.public)", True),
        ("", "'encrypted' in item", OPEN),
        ("", "size(item) > 1", OPEN),
        ("has(item.encrypted)", "item.public", OPEN),
        ("item.encrypted", "item.public", OPEN),
        ("has(item.encrypted) && item.kind == 'queue'", "item.encrypted", None),
        ("item.kind == 'queue'", "item.encrypted", None),
        ("item.kind == 'bucket'", "item.public", True),
    ],
)
def test_an_unknown_fact_decides_nothing_and_hinders_nothing_that_others_decide(evaluator, where, holds, held):
    answer = evaluator.ask("items", where=where, holds={"": holds}, parameters={}, now=datetime.now(UTC))
    assert not answer.trouble
    assert answer.held[0] == {True: (), False: ("",)}.get(held, held)
    assert not isinstance(answer.held[1], Open)  # the other item has the fact


def test_a_fact_that_nobody_has_stays_an_error(evaluator):
    answer = evaluator.ask("items", where="", holds={"": "item.encrypt"}, parameters={}, now=datetime.now(UTC))
    assert answer.held == ("the item has no encrypt",) * 2


@pytest.mark.parametrize(
    ("demands", "held"),
    [
        ({"kept": "item.public", "secret": "item.encrypted"}, OPEN),
        ({"private": "!item.public", "secret": "item.encrypted"}, ("private",)),
        ({"secret": "item.encrypted", "private": "!item.public", "here": "item.region == 'x'"}, ("private", "here")),
        ({"kept": "item.public", "here": "item.region != 'x'"}, ()),
        ({"private": "!item.public", "odd": "item.region"}, "it gives str, and is to give true or false"),
    ],
)
def test_each_demand_is_broken_on_its_own(evaluator, demands, held):
    answer = evaluator.ask("items", where="", holds=demands, parameters={}, now=datetime.now(UTC))
    assert answer.held[0] == held
    assert answer.part == ("holds.odd" if "odd" in demands else "")

"""What holds for every pair of schemas, tried on many that were made up."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_up import described, pairs, untyped
from oracle import hides, loses, passed_over, relation, unions, validator, walk

from sluicegate.openapi.direction import Direction
from sluicegate.openapi.relation import Difference, Effect, witness

MANY = int(os.environ.get("RELATION_EXAMPLES", "0"))


def fuzz(examples):
    """Fixed examples in the suite; others, and as many as one asks for, by hand."""
    return settings(
        max_examples=MANY or examples, deadline=None, derandomize=not MANY, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


@fuzz(150)
@given(pairs)
def test_the_same_gives_nothing(pair):
    told = walk(*same(pair))
    assert [(step.keyword, step.effect, way) for step, _, _, way in told] == []


def same(pair):
    dialect, olds, _, old, _ = pair
    return relation(dialect, olds, {name: described(one) for name, one in olds.items()}, old, described(old))


@fuzz(200)
@given(pairs)
def test_what_narrows_one_way_widens_the_other(pair):
    assert there(pair) == back(pair)


def there(pair):
    one, base, head = relation(*pair)
    return _told(one.steps((base,), (head,), Direction.REQUEST))


def back(pair):
    one, base, head = relation(*pair)
    return _told(one.turned.steps((head,), (base,), Direction.REQUEST), turned=True)


def _told(steps, *, turned=False):
    told = [step for step in steps if isinstance(step, Difference)]
    return {(step.keyword, str(step.effect.turned if turned else step.effect)) for step in told}


@fuzz(200)
@given(pairs)
def test_nothing_that_was_lost_is_passed_over(pair):
    assert passed_over(pair) is None


@fuzz(400)
@given(untyped)
def test_nor_is_it_where_types_are_left_out(pair):
    assert passed_over(pair, untyped=True) is None
    assert there(pair) == back(pair)


@fuzz(100)
@given(pairs, st.sampled_from(Direction))
def test_every_witness_separates_the_sides(pair, direction):
    assert unproven(pair, direction) == []


def unproven(pair, direction=Direction.REQUEST):
    """The witnesses that a validator of plain JSON Schema does not confirm."""
    dialect, olds, news, _, _ = pair
    if hides(pair):
        return []
    one, base, head = relation(*pair)
    bad = []
    for step, ones, others, _ in walk(one, base, head, direction):
        for lost in (True, False):
            found = witness(one, ones, others, step, direction, lost=lost)
            if found is not None:
                said = [
                    validator(dialect, parts, [node.value for node in nodes], closed=found.declared)(found.value)
                    for parts, nodes in ((olds, ones), (news, others))
                ]
                if said != [lost, not lost]:
                    bad.append((step.keyword, found))
    return bad


def test_nearly_every_narrowing_has_a_witness():
    counts = {}

    @fuzz(250)
    @given(pairs)
    def count(pair):
        for word, shown in shows(pair):
            counts.setdefault(word, []).append(shown)

    count()
    every = [one for found in counts.values() for one in found]
    print({word: f"{sum(found)}/{len(found)}" for word, found in sorted(counts.items())})
    assert sum(every) >= 0.95 * len(every), (sum(every), len(every))


def shows(pair):
    """For each narrowing that is one its keyword, and whether a value shows it.

    Every oneOf is read as a union here: those that are made up overlap nearly always. A narrowing counts where some of
    many values that were tried is lost by it: the schemas that are made up often allow nothing at all.
    """
    dialect, olds, news, old, new = pair
    read = [{name: unions(part) for name, part in parts.items()} for parts in (olds, news)]
    one, base, head = relation(dialect, *read, unions(old), unions(new))
    for step, ones, others, _ in walk(one, base, head):
        if step.effect is Effect.NARROWED:
            found = witness(one, ones, others, step, Direction.REQUEST, lost=True) is not None
            if found or loses(one, ones, others, read):
                yield step.keyword, found

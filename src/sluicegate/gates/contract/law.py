"""From what a difference does to values, and the way they travel: the rule that speaks of it, and how much it weighs.

Requests break when they narrow (the server refuses what clients send), responses when they widen (clients receive
what they do not expect). What is declared and what is not counts by itself: a property that a response no longer
declares is lost to clients, whatever JSON Schema allows.
"""

from __future__ import annotations

from msgspec.structs import replace

from sluicegate.gates.contract.catalogue import BY_ID, KEYWORDS
from sluicegate.model import Level
from sluicegate.openapi.direction import Direction
from sluicegate.openapi.relation import Difference, Effect

_OF_STRINGS = frozenset(("enum", "const", "pattern", "format", "minLength", "maxLength", "$ref", "allOf", "not"))
_SCALARS = {"string", "number", "integer", "boolean"}
_PAIRS = {  # keyword: what a narrowing, and what a widening is called
    "nullable": ("became-not-nullable", "became-nullable"),
    "enum": ("enum-value-removed", "enum-value-added"),
    "variant": ("variant-removed", "variant-added"),
    "required": ("property-became-required", "property-became-optional"),
    "property": ("property-removed", "property-added"),
}


def breaks(difference: Difference, direction: Direction) -> bool:
    """Whether a difference takes something from clients by the set of values alone."""
    if difference.effect is Effect.INCOMPARABLE:
        return True
    return difference.effect is (Effect.NARROWED if direction is Direction.REQUEST else Effect.WIDENED)


def as_text(difference: Difference, said: frozenset[str]) -> Difference:
    """The difference as it is where values travel as text: a string takes in every number and truth value.

    `said` are the keywords of the schemas on both sides: where they say more of strings than their type, nothing is
    known of which texts they take.
    """
    if said & _OF_STRINGS or difference.keyword != "type" or difference.effect is not Effect.INCOMPARABLE:
        return difference
    was, now = (set(str(said).split(" or ")) for said in (difference.was, difference.now))
    if "string" in now and was <= now | _SCALARS:
        return replace(difference, effect=Effect.WIDENED)
    if "string" in was and now <= was | _SCALARS:
        return replace(difference, effect=Effect.NARROWED)
    return difference


def rule_of(difference: Difference, direction: Direction) -> str:
    """The id of the rule that speaks of a difference."""
    return f"contract/{_name(difference, direction)}"


def level_of(difference: Difference, direction: Direction) -> Level:
    """How much a difference weighs, before anything is set by the user."""
    level = BY_ID[rule_of(difference, direction)].level
    if difference.keyword == "type":
        if not breaks(difference, direction):
            return Level.NOTE
        return Level.WARNING if "any" in (difference.was, difference.now) else level
    if difference.keyword == "default" and difference.parts == ("set",):
        return Level.NOTE  # what the server did all along is written down
    if difference.keyword == "property" and direction is Direction.REQUEST and difference.now == "refused":
        return Level.ERROR
    if difference.keyword == "property" and difference.was == "refused" and difference.now == "optional":
        return level
    if difference.effect is Effect.INCOMPARABLE and difference.keyword in KEYWORDS:
        return Level.ERROR
    if difference.was == "described" and breaks(difference, direction):
        return Level.ERROR  # what a map holds is part of the contract, though its names are not
    return level


def _name(difference: Difference, direction: Direction) -> str:
    keyword, effect = difference.keyword, difference.effect
    if effect is Effect.UNKNOWN:
        return f"{direction}-change-undecided"
    if keyword in ("default", "x-extensible-enum"):
        return f"{direction}-default-changed"
    if keyword == "type":
        return f"{direction}-type-changed"
    if keyword == "property" and direction is Direction.REQUEST and difference.now == "required":
        return "request-required-property-added"
    narrowed = effect is Effect.NARROWED or (effect is Effect.INCOMPARABLE and direction is Direction.REQUEST)
    if keyword in _PAIRS:
        return f"{direction}-{_PAIRS[keyword][not narrowed]}"
    return f"{direction}-{KEYWORDS[keyword]}-{'tightened' if narrowed else 'loosened'}"

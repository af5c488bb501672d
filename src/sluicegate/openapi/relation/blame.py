"""By which keywords a value is refused: a proof is best where nothing but what it shall prove refuses it."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from sluicegate.openapi.inline import inlined
from sluicegate.openapi.relation.shape import OF_TYPE
from sluicegate.openapi.relation.steps import Effect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.openapi.direction import Direction
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.relation.normal import Side
    from sluicegate.openapi.relation.steps import Difference

_BACKTRACKS = 100_000
_MOST_ERRORS = 20
_UNIONS = frozenset(("oneOf", "anyOf", "not", "if", "then", "else"))
_ALSO = {
    "nullable": {"type", "enum", "const"},
    "enum": {"enum", "const", "type"},
    "minimum": {"exclusiveMinimum"},
    "maximum": {"exclusiveMaximum"},
    "exclusiveMinimum": {"minimum"},
    "exclusiveMaximum": {"maximum"},
    "format": {"minimum", "maximum"},
    "type": {"enum", "const"},
}
"""What else a validator may call it."""
_OF_MEMBERS = frozenset(("items", "additionalProperties", "contains", "propertyNames", "dependentSchemas"))
_SILENT = frozenset(("default", "x-extensible-enum", "contentMediaType", "contentEncoding"))
"""What no validator refuses anything for."""
_WITHIN = {"not": {"not"}, "if": {"if", "then", "else"}}
_NAMED = frozenset(("type", "nullable", "enum", "format", "required", *OF_TYPE)) - {"properties"}


class Part(Enum):
    """What a difference has to do with the refusal of a value."""

    ALONE = auto()
    """Its keyword refuses it, and nothing else does; or that cannot be told."""
    AMONG = auto()
    """Others refuse it too, or instead, and may say the same in other words."""
    NONE = auto()
    """Its keyword does not refuse it."""


def part_of(side: Side, nodes: Sequence[Node], value: Any, direction: Direction, difference: Difference) -> Part:
    """What a difference has to do with it that schemas refuse a value.

    Where it is not known what the difference does, only what its own keyword refuses can show it.
    """
    word = difference.keyword
    if word in _SILENT:
        return Part.NONE
    unknown = difference.effect is Effect.UNKNOWN or difference.doubted
    if word not in _NAMED and not (unknown and word in _WITHIN):
        return Part.ALONE
    if word == "required" and _misses(side, nodes, value, direction, difference.parts[0]):
        return Part.AMONG
    reasons = _reasons(side, nodes, value, direction)
    if word in _WITHIN:
        return Part.ALONE if not reasons or any(_WITHIN[word] & set(found) for _, found in reasons) else Part.NONE
    own, others = {word} | (set() if unknown and word == "format" else _ALSO.get(word, set())), False
    for inside, words in reasons:
        if not _UNIONS.isdisjoint(words):
            return Part.ALONE  # each of the variants has a reason of its own
        others = others or (word not in _OF_MEMBERS if inside else bool(words) and words[-1] not in own)
    if not others:
        return Part.ALONE
    shown = any(not inside and not own.isdisjoint(words) for inside, words in reasons)
    return Part.AMONG if shown or not unknown else Part.NONE


def _reasons(side: Side, nodes: Sequence[Node], value: Any, direction: Direction) -> list[tuple[bool, list[str]]]:
    """Why a value is refused: whether something inside of it is, and the way to the keyword; none if not known."""
    try:
        validator = jsonschema_rs.Draft202012Validator(
            inlined(side.library, nodes, value, direction).schema, validate_formats=True,
            pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACKS),
        )  # fmt: skip
        errors = [error for error, _ in zip(validator.iter_errors(value), range(_MOST_ERRORS), strict=False)]
    except ValueError:
        return []
    return [(bool(one.instance_path), [word for word in one.schema_path if isinstance(word, str)]) for one in errors]


def _misses(side: Side, nodes: Sequence[Node], value: Any, direction: Direction, but: str) -> bool:
    """Whether an object lacks another property too that it must have."""
    if not isinstance(value, dict):
        return False
    arms = side.shape(nodes).arms
    absent = [name for name in arms[0].required if name not in value and name != but] if len(arms) == 1 else []
    return any(not side.flagged(arms[0].properties.get(name, []), direction.hidden) for name in absent)

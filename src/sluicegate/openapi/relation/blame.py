"""By which keywords a value is refused: a proof is best where nothing but what it shall prove refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs

from sluicegate.openapi.inline import inlined
from sluicegate.openapi.relation.shape import OF_TYPE

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
_NAMED = frozenset(("type", "nullable", "enum", "format", "required", *OF_TYPE)) - {"properties"}


def by_itself(side: Side, nodes: Sequence[Node], value: Any, direction: Direction, difference: Difference) -> bool:
    """Whether schemas refuse a value by the keyword of a difference alone, or that cannot be told."""
    if difference.keyword not in _NAMED:
        return True
    if difference.keyword == "required" and _misses(side, nodes, value, direction, difference.parts[0]):
        return False
    own = {difference.keyword} | _ALSO.get(difference.keyword, set())
    try:
        validator = jsonschema_rs.Draft202012Validator(
            inlined(side.library, nodes, value, direction).schema, validate_formats=True,
            pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=_BACKTRACKS),
        )  # fmt: skip
        errors = [error for error, _ in zip(validator.iter_errors(value), range(_MOST_ERRORS), strict=False)]
    except ValueError:
        return True
    for error in errors:
        words = [word for word in error.schema_path if isinstance(word, str)]
        if not _UNIONS.isdisjoint(words):
            return True  # each of the variants has a reason of its own
        if error.instance_path:
            if difference.keyword not in _OF_MEMBERS:
                return False
        elif words and words[-1] not in own:
            return False
    return True


def _misses(side: Side, nodes: Sequence[Node], value: Any, direction: Direction, but: str) -> bool:
    """Whether an object lacks another property too that it must have."""
    if not isinstance(value, dict):
        return False
    arms = side.shape(nodes).arms
    absent = [name for name in arms[0].required if name not in value and name != but] if len(arms) == 1 else []
    return any(not side.flagged(arms[0].properties.get(name, []), direction.hidden) for name in absent)

"""What a schema is put together from: the branches that hold at once, and those that may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.contract.soundness.survey import members
from sluicegate.openapi.references import reference_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sluicegate.gates.contract.soundness.survey import Survey
    from sluicegate.openapi.document import Node

_MAY = ("allOf", "anyOf", "oneOf")
_MAY_ONE = ("if", "then", "else")
_MOST = 500
"""How many branches of one schema are looked at."""


def together(survey: Survey, node: Node) -> list[Node] | None:
    """The schema and what holds with it: its `$ref` and its allOf, all the way; None where a part is not known."""
    return _gathered(survey, [node], ("allOf",), ())


def possible(survey: Survey, nodes: Iterable[Node]) -> list[Node] | None:
    """The schemas and every branch that may hold with them; None where a part is not known."""
    return _gathered(survey, nodes, _MAY, _MAY_ONE)


def _gathered(
    survey: Survey, nodes: Iterable[Node], lists: tuple[str, ...], single: tuple[str, ...]
) -> list[Node] | None:
    found: dict[int, Node] = {}
    waiting = list(nodes)
    early = survey.description.version == "3.0"
    while waiting:
        node = waiting.pop()
        value = node.value
        if id(value) in found or not isinstance(value, dict):
            continue
        found[id(value)] = node
        if len(found) > _MOST or "$dynamicRef" in value:
            return None
        if (reference := reference_of(value)) is not None:
            target = survey.follow(node.document, reference)
            if target is None:
                return None
            waiting.append(target)
            if early:
                continue
        for name in lists:
            arms = node.get(name)
            waiting += arms.items() if arms else []
        waiting += [arm for name in single if (arm := node.get(name))]
        if single:
            waiting += members(node.get("dependentSchemas")).values()
    return list(found.values())

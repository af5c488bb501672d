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
MOST = 500
"""How many branches of one schema are looked at."""

MOST_IN_ALL = 300_000
"""How many branches of all schemas together are looked at."""


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
    while waiting:
        if len(found) + len(waiting) > MOST or survey.branches > MOST_IN_ALL:
            survey.passed_over += 1
            return None
        node = waiting.pop()
        value = node.value
        if id(value) in found or not isinstance(value, dict):
            continue
        found[id(value)] = node
        survey.branches += 1
        if "$dynamicRef" in value:
            return None
        if (reference := reference_of(value)) is not None:
            target = survey.follow(node.document, reference)
            if target is None:
                return None
            waiting.append(target)
            if survey.is_3_0(node.document):
                continue
        for name in lists:
            if isinstance(value.get(name), list):
                survey.branches += len(value[name])
                arms = node.get(name) if len(value[name]) <= MOST else None
                if arms is None:
                    survey.passed_over += 1
                    return None
                waiting += arms.items()
        waiting += [arm for name in single if (arm := node.get(name))]
        if single and "dependentSchemas" in value:
            waiting += members(node.get("dependentSchemas")).values()
    return list(found.values())

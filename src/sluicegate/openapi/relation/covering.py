"""Whether several variants together allow what one variant of the other side does: it is cut where they differ."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from sluicegate.openapi.document import Node
from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.bounds import COUNTS, count_bound, number_bound
from sluicegate.openapi.relation.obeying import possible
from sluicegate.openapi.relation.pairing import apart
from sluicegate.openapi.relation.shape import NUMBERS, Arm, class_of, meet, restricted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sluicegate.openapi.relation.normal import Side

_MOST_PIECES = 40
_MOST_VALUES = 32
_MOST_ARMS = 16


def covered(side: Side, arm: Arm, others: Sequence[Arm], fits: Callable[[Arm, Arm], bool]) -> bool | None:
    """Whether every part of an arm fits one of the others; None where that could not be told.

    `side` is the arm's own. A part that touches one of the others alone, and does not fit it, is not covered.
    """
    if sum(1 for it in others if it.types & arm.types) > _MOST_ARMS:
        return None
    waiting, seen, doubted = deque((arm,)), 0, False
    while waiting:
        piece = waiting.popleft()
        near = [it for it in others if _touch(piece, it)]
        if any(fits(piece, it) for it in near):
            continue
        if len(near) < 2:  # noqa: PLR2004
            return False
        seen += 1
        parts = _cut(side, piece, near) if seen < _MOST_PIECES else []
        doubted = doubted or not parts
        waiting.extend(parts)
    return None if doubted else True


def _touch(one: Arm, other: Arm) -> bool:
    """Whether an arm may allow and describe some values of another."""
    if one.types == {"object"} and one.properties.keys() - other.properties.keys():
        return False  # what no longer describes a property is another variant
    both = None if apart(one, other) else meet(one, other)
    return both is not None and possible(both) is not None


def _cut(side: Side, arm: Arm, others: list[Arm]) -> list[Arm]:
    """The parts of an arm, told apart by the first thing that tells the others apart; empty where nothing does."""
    kinds = {class_of(kind) for kind in arm.types}
    if len(kinds) > 1:
        return [restricted(arm, {kind}) for kind in sorted(kinds)]
    for kind, values in arm.values.items():
        if 1 < len(values) <= _MOST_VALUES:
            return [replace(arm, source=None, values={kind: {key: value}}) for key, value in values.items()]
    for both in _at_bounds(arm, others):
        left = [part for part in both if possible(part) is not None]
        if len(left) > 1:
            return left
    return next((parts for name in arm.properties if (parts := _at_property(side, arm, name, others))), [])


def _at_bounds(arm: Arm, others: list[Arm]) -> Iterator[tuple[Arm, Arm]]:
    """An arm below and above each bound of the others."""
    for other in others:
        if arm.types & NUMBERS and "number" not in arm.values:
            for low in (True, False):
                bound = number_bound(other, low=low)
                if bound is not None:  # the bound itself belongs below where it is the last, or is left out
                    below, above = ("exclusiveMaximum", "minimum") if low != bound.exclusive else (
                        "maximum", "exclusiveMinimum"
                    )  # fmt: skip
                    yield _also(arm, below, bound.node, bound.value), _also(arm, above, bound.node, bound.value)
        for word, (kind, _) in COUNTS.items():
            found = count_bound(other, word) if kind in arm.types and kind not in arm.values else None
            if found is not None:
                least, most = "min" + word[3:], "max" + word[3:]
                first = found.value if word == least else found.value + 1
                yield _also(arm, most, found.node, first - 1), _also(arm, least, found.node, first)


def _also(arm: Arm, word: str, near: Node, value: Any) -> Arm:
    said = Node(near.document, (*near.pointer, f"({word} {value})"), value)
    return replace(arm, source=None, stated={**arm.stated, word: [*arm.stated.get(word, []), said]})


def _tells(node: Node, own: list[Node]) -> bool:
    """Whether a property may be told apart from one's own by its values or its types."""
    telling = isinstance(node.value, dict) and node.value.keys() & {"const", "enum", "type"}
    return bool(telling) and all(node.value != one.value for one in own)


def _at_property(side: Side, arm: Arm, name: str, others: list[Arm]) -> list[Arm]:
    """An arm by the listed values of a property that several others list values of too; by its types otherwise."""
    nodes = arm.properties[name]
    theirs = [it.properties[name] for it in others if name in it.properties]
    if len(theirs) < 2 or not any(_tells(node, nodes) for found in theirs for node in found):  # noqa: PLR2004
        return []
    try:
        shape = side.written(nodes)
    except DanglingError:
        return []
    values = [value for one in shape.arms for listed in one.values.values() for value in listed.values()]
    kinds = {class_of(kind) for kind in shape.types}
    if kinds == {"boolean"}:
        values = [True, False]
    elif any({class_of(kind) for kind in one.types} - one.values.keys() for one in shape.arms) or not shape.arms:
        values = []
    said: list[dict[str, Any]] = [{"enum": [value]} for value in values]
    if not said and len(kinds) > 1:
        said = [{"type": sorted(kind for kind in shape.types if class_of(kind) == one)} for one in sorted(kinds)]
    if not 1 < len(said) <= _MOST_VALUES:
        return []
    first = nodes[0]
    parts = [
        replace(
            arm, tags=None, required={name: first, **arm.required},
            properties={
                **arm.properties, name: [*nodes, Node(first.document, (*first.pointer, f"({one})"), one)]
            },
        )
        for one in said
    ]  # fmt: skip
    if name not in arm.required:
        never = Node(first.document, (*first.pointer, "(never)"), False)
        parts.append(replace(arm, source=None, tags=None, properties={**arm.properties, name: [never]}))
    return parts

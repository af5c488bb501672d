"""Conditions: each by itself, and those that say what another keyword says, read from their shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from sluicegate.openapi.document import Node
from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.shape import EVERY

if TYPE_CHECKING:
    from sluicegate.openapi.relation.normal import Side
    from sluicegate.openapi.relation.shape import Arm

    Sided = tuple[Side, Arm]
    """An arm, and the side that it is of."""

_TOLD = frozenset(("type", "properties"))
"""Keywords that an arm keeps as they stand, and that its types and its properties tell as well."""


def conditional(node: Node) -> Node:
    """The keywords of a condition by themselves, so that what stands beside them is not taken for a part of it."""
    parts = {word: node.value[word] for word in ("if", "then", "else") if word in node.value}
    return Node(node.document, (*node.pointer, "(if)"), parts)


def branch(condition: Node, word: str) -> Node | None:
    """A part of a condition, at its own place; `condition` stands at a made-up one beside it."""
    if word not in condition.value:
        return None
    return Node(condition.document, (*condition.pointer[:-1], word), condition.value[word])


def pairs(one: Sided, other: Sided) -> dict[tuple[str, str], Node]:
    """Every property that asks for another one, and where: by whichever keyword, where the other side says such too."""
    side, arm = one
    found = [
        (trigger, dict.fromkeys(_texts(names), names))
        for node in arm.stated.get("dependentRequired", []) for trigger, names in node.members().items()
    ] + [
        (trigger, names) for node in arm.stated.get("dependentSchemas", [])
        for trigger, schema in node.members().items()
        if trigger in triggers(other, "if") and (names := required_alone(side, schema)) is not None
    ] + [
        asked for node in dependencies(one, other) if (asked := _dependency(side, node)) is not None
    ]  # fmt: skip
    return {(trigger, name): at for trigger, names in found for name, at in names.items()}


def triggers(one: Sided, word: str) -> set[str]:
    """The properties that ask for others by `dependentRequired`, or by another word that may say the same."""
    side, arm = one
    found = {trigger for node in arm.stated.get("dependentRequired", []) for trigger in node.members()}
    if word == "if":
        return found | {asked[0] for node in arm.stated.get("if", []) if (asked := _dependency(side, node)) is not None}
    return found | {
        trigger for node in arm.stated.get("dependentSchemas", []) for trigger, schema in node.members().items()
        if required_alone(side, schema) is not None
    }  # fmt: skip


def dependencies(one: Sided, other: Sided) -> list[Node]:
    """The conditions of an arm that say what the other side says by another keyword for the same property."""
    side, arm = one
    conditions = arm.stated.get("if", [])
    told = triggers(other, "dependentSchemas") if conditions else set()
    return [node for node in conditions if told and (asked := _dependency(side, node)) and asked[0] in told]


def required_alone(side: Side, schema: Node) -> dict[str, Node] | None:
    """The required names of a schema that says nothing else of objects, and where, however it puts it."""
    found = _demand(side, schema)
    return None if found is None or found.described else found.names


def _dependency(side: Side, condition: Node) -> tuple[str, dict[str, Node]] | None:
    """The property and the names that it asks for, where a condition says no more than `dependentRequired` would."""
    asked, then, otherwise = (branch(condition, word) for word in ("if", "then", "else"))
    if asked is None or then is None or not (otherwise is None or side.free((otherwise,))):
        return None
    when, needs = _demand(side, asked), _demand(side, then)
    if when is None or needs is None or len(when.names) != 1 or needs.described or (needs.typed and not when.typed):
        return None
    return next(iter(when.names)), needs.names


class _Demand(NamedTuple):
    """The names that a schema requires, and whether it says too that it is an object, and that it may have others."""

    names: dict[str, Node]
    typed: bool
    described: bool


def _demand(side: Side, node: Node) -> _Demand | None:
    """What a schema requires of objects, where it refuses nothing else; the same variant may be there twice."""
    try:
        shape = side.shape((node,))
    except DanglingError:
        return None
    if shape.doubts or not shape.arms or not all(_only_requires(side, arm) for arm in shape.arms):
        return None
    first, *others = shape.arms
    if any(arm.exclusive or arm.required.keys() != first.required.keys() for arm in others):
        return None
    return _Demand(
        first.required, typed=any("type" in arm.stated for arm in shape.arms),
        described=any(arm.properties for arm in shape.arms),
    )  # fmt: skip


def _only_requires(side: Side, arm: Arm) -> bool:
    said = {word: nodes for word, nodes in arm.stated.items() if word not in _TOLD}
    rest = replace(arm, types=EVERY, stated=said, required={}, properties={})
    return arm.types in (EVERY, {"object"}) and rest.is_free and all(map(side.free, arm.properties.values()))


def _texts(names: Node) -> list[str]:
    return [name for name in names.value if isinstance(name, str)] if isinstance(names.value, list) else []

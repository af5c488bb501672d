"""What stands beside oneOf and anyOf: it holds for every variant, and may move into the variants or out of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sluicegate.gates.contract import RULES
from sluicegate.gates.contract.reach import equal
from sluicegate.gates.contract.views import Member, View, view

if TYPE_CHECKING:
    from sluicegate.openapi.direction import Direction
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.references import Library

_DEEP = 20
_PARTS = ("-property-", "-type-changed", "-enum-value-", "-variant-")


def schema_rules(direction: Direction) -> tuple[str, ...]:
    """The rules that compare schemas of a direction."""
    required = f"contract/{direction}-required-property-added"
    start = f"contract/{direction}-"
    return tuple(
        rule.id
        for rule in RULES
        if rule.id == required or (rule.id.startswith(start) and any(part in rule.id for part in _PARTS))
    )


def split(base: Library, before: View, head: Library, after: View) -> tuple[View, View, View | None, View | None]:
    """What to compare once, beside the variants, on either side; and what to count as part of every variant."""
    if not after.variants:
        return before, after, _beside(before, None), None
    if not before.variants:
        return before, after, None, _beside(after, None)
    old_arms, new_arms = _names(base, before), _names(head, after)
    moved = {name for name in before.properties.keys() - after.properties.keys() if name in new_arms}
    moved |= {name for name in after.properties.keys() - before.properties.keys() if name in old_arms}
    moved |= {name for name in before.required.keys() - after.required.keys() if name in new_arms}
    moved |= {name for name in after.required.keys() - before.required.keys() if name in old_arms}
    if not moved:
        return before, after, None, None
    return _without(before, moved), _without(after, moved), _beside(before, moved), _beside(after, moved)


def joined(seen: View, beside: View | None) -> View:
    """A variant together with what stands beside its union."""
    if beside is None:
        return seen
    for name, member in beside.properties.items():
        own = seen.properties.get(name)
        more = [node for node in member.nodes if own and all(not equal(node.value, one.value) for one in own.nodes)]
        seen.properties[name] = (
            Member(nodes=[*own.nodes, *more], owner=own.owner, component=own.component) if own else member
        )
    seen.required = {**beside.required, **seen.required}
    if beside.types is not None:
        seen.types = beside.types if seen.types is None else seen.types & beside.types
    if beside.enum is not None and seen.enum is None:
        seen.enum, seen.enum_node = beside.enum, beside.enum_node
    seen.items += beside.items
    seen.others += beside.others
    seen.closed |= beside.closed
    return seen


def _names(library: Library, seen: View) -> set[str]:
    arms = [view(library, [arm]) for group in seen.variants for arm in group]
    return {name for arm in arms for name in (*arm.properties, *arm.required)}


def _without(seen: View, moved: set[str]) -> View:
    return replace(
        seen,
        properties={name: member for name, member in seen.properties.items() if name not in moved},
        required={name: node for name, node in seen.required.items() if name not in moved},
    )


def _beside(seen: View, moved: set[str] | None) -> View | None:
    if moved is None:
        one = replace(seen, variants=[])
        told = one.properties or one.required or one.enum or one.items or one.others or one.closed
        return one if told else None
    return replace(
        seen, variants=[], enum=None, enum_node=None, items=[], others=[], closed=False,
        properties={name: member for name, member in seen.properties.items() if name in moved},
        required={name: node for name, node in seen.required.items() if name in moved},
    )  # fmt: skip


def said_alike(base: Library, one: Node, head: Library, other: Node) -> bool:
    """Whether two variants name one component, or read the same once their references are followed."""
    if one.value == other.value and isinstance(one.value, dict) and "$ref" in one.value:
        return True  # the component is compared itself
    return equal(_bare(base, one).value, _bare(head, other).value)


def _bare(library: Library, node: Node) -> Node:
    """A schema without its references and the wrappings of one variant only."""
    for _ in range(_DEEP):
        node = library.resolve(node)
        holder = node.get("oneOf") or node.get("anyOf") or node.get("allOf")
        arms = holder.items() if holder else []
        if len(arms) != 1 or len(node.value) != 1:
            break
        node = arms[0]
    return node

"""What a schema refuses, as a union again: for those schemas whose opposite can be said in keywords."""

from __future__ import annotations

from sluicegate.openapi.document import Node
from sluicegate.openapi.relation.shape import ANNOTATIONS, Arm, class_of, listed_by, types_of

_TELLING = frozenset(("type", "enum", *ANNOTATIONS))


def negated(arm: Arm, types: frozenset[str]) -> list[Arm] | None:
    """The arms of all values of some types that an arm refuses; None where it cannot be said in keywords."""
    if arm.patterned or arm.additional or arm.prefix or arm.items or arm.barred or arm.stated.keys() - _TELLING:
        return None
    found: list[Arm] = []
    rest = types - arm.types
    if "number" in rest and "integer" not in rest:
        return None  # numbers that are no integers
    if rest:
        found.append(Arm(types=rest))
    for kind, values in arm.values.items():
        found.append(Arm(types=types_of({kind}) & arm.types, barred=dict(values)))
    if arm.properties or arm.required:
        more = _objects(arm)
        if more is None or "object" in arm.values:
            return None
        found += more
    return found


def _objects(arm: Arm) -> list[Arm] | None:
    """The objects that break one of the demands.

    A required property is missing, one that never may be is there, or one has none of the listed values.
    """
    if "object" not in arm.types:
        return None
    found: list[Arm] = []
    for name, nodes in arm.properties.items():
        if any(node.value is False for node in nodes):
            found.append(Arm(types=frozenset(("object",)), required={name: nodes[0]}))
            continue
        value = nodes[0].value
        if len(nodes) > 1 or not isinstance(value, dict) or value.keys() - {"const", "enum", "type", "description"}:
            return None
        values = listed_by(value)
        if not values:
            return None
        kinds = {class_of("string")} if all(isinstance(one, str) for one in values) else None
        if kinds is None and not all(isinstance(one, bool) for one in values):
            return None
        opposite = Node(nodes[0].document, (*nodes[0].pointer, "(not)"), {"not": {"enum": values}})
        found.append(Arm(types=frozenset(("object",)), properties={name: [opposite]}, required={name: nodes[0]}))
    for name, at in arm.required.items():
        never = Node(at.document, (*at.pointer, name), False)
        found.append(Arm(types=frozenset(("object",)), properties={name: [never]}))
    return found

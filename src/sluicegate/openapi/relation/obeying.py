"""Whether a plain value obeys what an arm says of its type: for listed values, which need no other keyword then."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from sluicegate.openapi.keywords import RANGES
from sluicegate.openapi.relation.bounds import COUNTS, count_bound, crossed, multiples, number_bound
from sluicegate.openapi.relation.regexes import is_of_format, matches
from sluicegate.openapi.relation.shape import OF_TYPE, class_of, kind_of, restricted

if TYPE_CHECKING:
    from sluicegate.openapi.relation.shape import Arm

_BOUNDED = frozenset(
    (*COUNTS, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern", "format")
)


def obeys(arm: Arm, value: Any) -> bool:
    """Whether a value obeys the bounds, patterns and formats of an arm; members are not looked at."""
    kind = kind_of(value)
    if kind in ("integer", "number"):
        return _in_bounds(arm, value)
    sizes = [word for word, (of, _) in COUNTS.items() if of == kind]
    if sizes:
        low, high = (count_bound(arm, word) for word in sizes)
        if (low and len(value) < low.value) or (high and len(value) > high.value):
            return False
    if kind == "object":
        return all(name in value for name in arm.required)
    if kind != "string":
        return True
    return all(matches(str(node.value), value) is not False for node in arm.stated.get("pattern", ())) and all(
        is_of_format(str(node.value), value) for node in arm.stated.get("format", ())
    )


def _in_bounds(arm: Arm, value: float) -> bool:
    low, high = number_bound(arm, low=True), number_bound(arm, low=False)
    if low and (value < low.value or (low.exclusive and value == low.value)):
        return False
    if high and (value > high.value or (high.exclusive and value == high.value)):
        return False
    spans = [RANGES[node.value] for node in arm.stated.get("format", ()) if node.value in RANGES]
    if any(not first <= value <= last for first, last in spans):
        return False
    return all((Fraction(str(value)) / step).denominator == 1 for step, _ in multiples(arm))


def possible(arm: Arm) -> Arm | None:
    """The arm without the types and listed values that its own bounds refuse; None where nothing is left."""
    if arm.stated.keys().isdisjoint(_BOUNDED):
        return arm
    classes = {class_of(kind) for kind in arm.types}
    gone = crossed(arm)
    values = dict(arm.values)
    for kind, listed in arm.values.items():
        if any(OF_TYPE.get(word) == kind or word == "format" for word in arm.stated):
            values[kind] = {key: value for key, value in listed.items() if obeys(arm, value)}
            if not values[kind]:
                gone.add(kind)
    if not classes & gone:
        return replace(arm, values=values)
    return restricted(replace(arm, values=values), classes - gone) if classes - gone else None

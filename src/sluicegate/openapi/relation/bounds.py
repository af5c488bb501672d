"""Lower and upper bounds: of numbers, and of lengths and counts."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sluicegate.openapi.document import Node
from sluicegate.openapi.keywords import RANGES
from sluicegate.openapi.relation.shape import NUMBERS
from sluicegate.openapi.relation.steps import Difference, Effect, Want

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.openapi.relation.shape import Arm

COUNTS = {
    "minLength": ("string", "length"), "maxLength": ("string", "length"), "minItems": ("array", "count"),
    "maxItems": ("array", "count"), "minProperties": ("object", "size"), "maxProperties": ("object", "size"),
}  # fmt: skip

_LARGEST = 10**300
"""A number beyond this bounds nothing that anybody sends."""


class Bound(Struct, frozen=True):
    """The strictest bound that is stated; `exclusive`: the bound itself is not allowed."""

    value: Any
    node: Node
    exclusive: bool = False

    def __str__(self) -> str:
        return f"{self.value:g}" if isinstance(self.value, float) else str(self.value)


def bounds(before: Arm, after: Arm, common: frozenset[str]) -> Iterator[Difference]:
    """Where the bounds of the types that both arms have differ."""
    if common & NUMBERS and not _listed(before, after, "number"):
        for low, word in ((True, "minimum"), (False, "maximum")):
            if within_format(before, low=low) != within_format(after, low=low) or not _ranged(before, after):
                old, new = (number_bound(arm, low=low) for arm in (before, after))
                yield from _one(old, new, before, after, word, "number")
        yield from _multiples(before, after)
    for word, (kind, want) in COUNTS.items():
        if kind in common and not _listed(before, after, kind):
            old, new = count_bound(before, word), count_bound(after, word)
            yield from _one(old, new, before, after, word, want)


def _listed(before: Arm, after: Arm, kind: str) -> bool:
    return kind in before.values or kind in after.values


def crossed(arm: Arm) -> set[str]:
    """The classes of types whose lower bound lies above the upper one: they have no value at all."""
    found = set()
    if arm.types & NUMBERS:
        low, high = number_bound(arm, low=True), number_bound(arm, low=False)
        if low and high and (low.value > high.value or (low.value == high.value and (low.exclusive or high.exclusive))):
            found.add("number")
    for least, most in (("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties")):
        low, high = count_bound(arm, least), count_bound(arm, most)
        if low and high and low.value > high.value:
            found.add(COUNTS[least][0])
    return found


def _one(old: Bound | None, new: Bound | None, before: Arm, after: Arm, word: str, want: str) -> Iterator[Difference]:
    if (old and (old.value, old.exclusive)) == (new and (new.value, new.exclusive)):
        return
    low = word.startswith("min")
    narrowed = _stricter(new, old, low=low)
    loose, strict = (old, new) if narrowed else (new, old)
    assert strict is not None  # noqa: S101 - the stricter of two different bounds is there
    node = (old or new or strict).node
    base, head = (old.node if old else near(before, node)), (new.node if new else near(after, node))
    yield Difference(
        keyword=word, effect=Effect.NARROWED if narrowed else Effect.WIDENED, base=base, head=head,
        was=_said(old), now=_said(new),
        origins=(before.origin(base) if old else None, after.origin(head) if new else None),
        wants=tuple(Want(kind=want, what=what) for what in _between(loose, strict, low=low, count=want != "number")),
    )  # fmt: skip


def _said(bound: Bound | None) -> str | None:
    return None if bound is None else f"{bound}{' (exclusive)' if bound.exclusive else ''}"


def near(arm: Arm, node: Node) -> Node:
    """Where the other side would say it: at the arm's own type, or wherever it says anything."""
    for word in ("type", *arm.stated):
        if arm.stated.get(word):
            found = arm.stated[word][0]
            return Node(found.document, found.pointer[:-1], None)
    return next((nodes[0] for nodes in arm.properties.values()), arm.root or node)


def _stricter(one: Bound | None, other: Bound | None, *, low: bool) -> bool:
    if one is None or other is None:
        return one is not None
    if one.value == other.value:
        return one.exclusive
    return bool(one.value > other.value) if low else bool(one.value < other.value)


def _between(loose: Bound | None, strict: Bound, *, low: bool, count: bool) -> Iterator[Any]:
    """Numbers that only the loose bound allows: that bound itself, and those next to the strict one."""
    if loose is not None and not loose.exclusive:
        yield loose.value
    edge, step = strict.value, -1 if low else 1
    if strict.exclusive:
        yield edge
    closest = (math.ceil(edge) - 1 if low else math.floor(edge) + 1) if not count else edge + step
    if closest >= 0 or not count:
        yield closest
    if not count and loose is not None:
        yield (loose.value + strict.value) / 2


def number_bound(arm: Arm, *, low: bool) -> Bound | None:
    """The strictest lower or upper bound of an arm's numbers; whole where they are integers."""
    plain, exclusive = ("minimum", "exclusiveMinimum") if low else ("maximum", "exclusiveMaximum")
    nodes = arm.stated.get(exclusive, [])
    beside = {(node.document.path, node.pointer[:-1]) for node in nodes if node.value is True}  # OpenAPI 3.0
    found = [
        Bound(_sent(node.value), node, (node.document.path, node.pointer[:-1]) in beside)
        for node in arm.stated.get(plain, []) if _bounds(node.value, low=low)
    ]  # fmt: skip
    found += [Bound(_sent(node.value), node, exclusive=True) for node in nodes if _bounds(node.value, low=low)]
    if arm.types & NUMBERS == {"integer"}:
        found = [_whole(bound, low=low) for bound in found]
    strictest: Bound | None = None
    for bound in found:
        if strictest is None or _stricter(bound, strictest, low=low):
            strictest = bound
    return strictest


def _ranged(before: Arm, after: Arm) -> bool:
    return any(node.value in RANGES for arm in (before, after) for node in arm.stated.get("format", ()))


def within_format(arm: Arm, *, low: bool) -> tuple[Any, bool] | None:
    """The strictest bound of an arm's integers, that of its format among them."""
    bound = number_bound(arm, low=low)
    spans = [RANGES[node.value] for node in arm.stated.get("format", ()) if node.value in RANGES]
    edges = [Bound(first if low else last, arm.stated["format"][0]) for first, last in spans]
    for edge in edges if "number" not in arm.types else ():
        if bound is None or _stricter(edge, bound, low=low):
            bound = edge
    return None if bound is None else (bound.value, bound.exclusive)


def _whole(bound: Bound, *, low: bool) -> Bound:
    value = math.ceil(bound.value) if low else math.floor(bound.value)
    if bound.exclusive and value == bound.value:
        value += 1 if low else -1
    return Bound(value, bound.node)


def count_bound(arm: Arm, word: str) -> Bound | None:
    """The strictest `minLength`, `maxItems` and so on; a lower bound of 0 is none."""
    found = [Bound(int(node.value), node) for node in arm.stated.get(word, []) if _number(node.value)]
    if not found:
        return None
    pick = max if word.startswith("min") else min
    best = pick(found, key=lambda bound: bound.value)
    return None if word.startswith("min") and best.value <= 0 else best


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= _LARGEST


def _bounds(value: Any, *, low: bool) -> bool:
    """Whether a number leaves anything out: one beyond what anybody sends leaves out all, or else nothing."""
    return _number(value) or (isinstance(value, (int, float)) and not isinstance(value, bool) and (value > 0) == low)


def _sent(value: float) -> float:
    """A bound, brought within what anybody sends."""
    return min(max(value, -_LARGEST), _LARGEST)


def multiples(arm: Arm) -> list[tuple[Fraction, Node]]:
    """What numbers must be multiples of; 1 says nothing of integers."""
    found = [(Fraction(str(node.value)), node) for node in arm.stated.get("multipleOf", []) if _number(node.value)]
    whole = arm.types & NUMBERS == {"integer"}
    return [(step, node) for step, node in found if step > 0 and not (whole and (1 / step).denominator == 1)]


def least_multiple(arm: Arm) -> Fraction | None:
    """What all numbers of an arm are multiples of; None where they are not of anything."""
    steps = [step for step, _ in multiples(arm)]
    if arm.types & NUMBERS == {"integer"}:
        steps.append(Fraction(1))
    if not steps:
        return None
    whole = math.lcm(*(step.denominator for step in steps))
    return Fraction(math.lcm(*(int(step * whole) for step in steps)), whole)


def _multiples(before: Arm, after: Arm) -> Iterator[Difference]:
    olds, news = multiples(before), multiples(after)
    were, are = least_multiple(before), least_multiple(after)
    lost = [it for it in olds if are is None or (are / it[0]).denominator > 1]
    gained = [it for it in news if were is None or (were / it[0]).denominator > 1]
    if not lost and not gained:
        return
    effect = Effect.INCOMPARABLE if lost and gained else Effect.WIDENED if lost else Effect.NARROWED
    base = olds[0][1] if olds else near(before, news[0][1])
    head = news[0][1] if news else near(after, olds[0][1])
    steps = [float(step) if step.denominator > 1 else int(step) for step, _ in (*olds, *news)]
    yield Difference(
        keyword="multipleOf", effect=effect, base=base, head=head,
        was=", ".join(str(node.value) for _, node in olds) or None,
        now=", ".join(str(node.value) for _, node in news) or None,
        origins=(before.origin(base), after.origin(head)),
        wants=tuple(
            Want(kind="number", what=number) for step in steps for number in (step, 3 * step, 1, 7, 0.5, 1.5 * step)
        ),
    )  # fmt: skip

"""Variants of a `oneOf` that overlap: a value that two of them allow is refused."""

from __future__ import annotations

from itertools import combinations, islice
from typing import TYPE_CHECKING, Any

from sluicegate.openapi.inline import accepts
from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.example import Maker
from sluicegate.openapi.relation.obeying import possible
from sluicegate.openapi.relation.shape import Arm, meet
from sluicegate.openapi.relation.steps import Difference, Effect, Want

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.openapi.direction import Direction
    from sluicegate.openapi.relation.normal import Side
    from sluicegate.openapi.relation.shape import Shape

_MOST_PAIRS = 200
_MOST_SHARED = 8
_FEW = 3


def overlaps(base: Side, head: Side, before: Shape, after: Shape, direction: Direction) -> Iterator[Difference]:
    """What is lost or gained where a value may match only one variant, and could match several, or the reverse.

    Undecided where the variants are not known to be apart and no value shows it. A union that was exclusive before is
    taken as it is: that a further variant overlaps the others is not told, as people mean variants to be apart.
    """
    was, now = _exclusive(before), _exclusive(after)
    if was == now or min(len(before.arms), len(after.arms)) == 1:
        return
    for effect, strict, loose, side, other in (
        (Effect.NARROWED, after, before, head, base), (Effect.WIDENED, before, after, base, head),
    ):  # fmt: skip
        shared = _shared(side, strict)
        found: list[Any] = [
            value for arm in shared for value in islice(_values(Maker(side, direction), arm), _FEW)
            if accepts(side.library, strict.nodes, value, direction) is False
            and accepts(other.library, loose.nodes, value, direction) is True
        ][:_FEW]  # fmt: skip
        if not shared:
            continue
        yield Difference(
            keyword="oneOf", effect=effect if found else Effect.UNKNOWN, base=before.node, head=after.node,
            wants=tuple(Want(kind="value", what=value) for value in found),
        )  # fmt: skip


def _exclusive(shape: Shape) -> bool:
    return any(arm.exclusive for arm in shape.arms)


def _shared(side: Side, shape: Shape) -> list[Arm]:
    """What two variants of one `oneOf` have in common, where they are not provably apart."""
    found: list[Arm] = []
    exclusive = [arm for arm in shape.arms if arm.exclusive]
    for one, other in islice(combinations(exclusive, 2), _MOST_PAIRS):
        if any(other.exclusive.get(place, index) != index for place, index in one.exclusive.items()):
            both = meet(one, other)
            both = possible(both) if both is not None else None
            if both is not None and not (both.types == {"object"} and _never(side, both)):
                found.append(both)
        if len(found) == _MOST_SHARED:
            break
    return found


def _never(side: Side, arm: Arm) -> bool:
    """Whether an object can have no value for a property that it must have."""
    for name in arm.required:
        nodes = [*arm.properties.get(name, []), *arm.beyond(name)]
        try:
            if nodes and not side.shape(nodes).arms:
                return True
        except DanglingError:
            continue
    return False


def _values(maker: Maker, arm: Arm) -> Iterator[Any]:
    try:
        yield from maker.of(arm)
    except DanglingError:
        return

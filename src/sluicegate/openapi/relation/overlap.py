"""Variants of a `oneOf` that overlap: a value that two of them allow is refused."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from sluicegate.openapi.direction import Direction
from sluicegate.openapi.inline import accepts
from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.demands import texts_of
from sluicegate.openapi.relation.example import Maker
from sluicegate.openapi.relation.languages import empty
from sluicegate.openapi.relation.obeying import possible
from sluicegate.openapi.relation.pairing import apart, paired
from sluicegate.openapi.relation.shape import Arm, meet
from sluicegate.openapi.relation.steps import Difference, Effect, Want

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.openapi.relation.compare import Relation
    from sluicegate.openapi.relation.normal import Side
    from sluicegate.openapi.relation.shape import Shape

_MOST_CHANGED = 50
"""How many variants may be new or changed before none is asked whether it overlaps others."""

_MOST_PAIRS = 200
_MOST_SHARED = 8
_FEW = 3
BESIDE = ("overlap",)
"""What tells variants that overlap now from a union that became exclusive."""


def overlaps(relation: Relation, before: Shape, after: Shape, direction: Direction) -> Iterator[Difference]:
    """What is lost or gained where a value matches several variants of a `oneOf` on one side, and not on the other.

    Doubted where variants are new, or were apart, and neither are known to be apart now nor is there a value. Variants
    that overlapped before are taken to overlap as before, unless a value shows otherwise. Where variants came or went,
    only what the other side describes by its properties counts, and only in requests: in responses, each of the
    variants told clients already.
    """
    turned = _exclusive(before) != _exclusive(after) and min(len(before.arms), len(after.arms)) > 1
    if direction is Direction.RESPONSE and not turned:
        return
    back = relation.turned
    for effect, one, strict, loose in (
        (Effect.NARROWED, relation, after, before), (Effect.WIDENED, back, before, after),
    ):  # fmt: skip
        pairs = _shared(one, loose, strict)
        shared = list(islice((it for it in pairs if turned or _described(loose, it[1])), _MOST_SHARED))
        found = [
            value for ones, both, _ in shared for value in islice(_values(Maker(one.head, direction), both), _FEW)
            if accepts(one.head.library, strict.nodes, value, direction) is False
            and accepts(one.base.library, loose.nodes, value, direction, closed=not turned) is True
            and all(it.root is None or accepts(one.head.library, (it.root,), value, direction) for it in ones)
        ][:_FEW]  # fmt: skip
        if found or any(new for _, _, new in shared):
            yield Difference(
                keyword="oneOf", effect=effect, base=before.node, head=after.node, doubted=not found,
                parts=() if turned else BESIDE,
                wants=tuple(Want(kind="value", what=value) for value in found),
            )  # fmt: skip


def _described(shape: Shape, both: Arm) -> bool:
    """Whether a union describes what two variants have in common: all that must be there is declared."""
    if both.types != {"object"} or any(arm.patterned or arm.additional for arm in shape.arms):
        return True
    return all(any(name in arm.properties for arm in shape.arms) for name in both.required)


def _exclusive(shape: Shape) -> bool:
    return any(arm.exclusive for arm in shape.arms)


def _shared(relation: Relation, loose: Shape, strict: Shape) -> Iterator[tuple[tuple[Arm, Arm], Arm, bool]]:
    """What two variants of one `oneOf` have in common, where they are not known to be apart; and whether that is new.

    Pairs of variants that stayed as they were are left out.
    """
    exclusive = [arm for arm in strict.arms if arm.exclusive]
    if len(exclusive) < 2:  # noqa: PLR2004
        return
    partners = {}
    if _exclusive(loose):
        partners = {id(new): old for old, new in paired(loose.arms, strict.arms)[0]}
    changed = [arm for arm in exclusive if not _stayed(relation, partners.get(id(arm)), arm)]
    if len(changed) > _MOST_CHANGED:
        return
    asked = 0
    seen: set[int] = set()
    for one in changed:
        seen.add(id(one))
        for other in exclusive:
            if id(other) in seen or not _rivals(one, other):
                continue
            asked += 1
            both = _common(relation.head, one, other) if asked <= _MOST_PAIRS else None
            if both is not None:
                olds = partners.get(id(one)), partners.get(id(other))
                new = olds[0] is None or olds[1] is None or not _rivals(olds[0], olds[1])
                new = new or _common(relation.base, *(it for it in olds if it is not None)) is None
                yield (one, other), both, new


def _stayed(relation: Relation, old: Arm | None, new: Arm) -> bool:
    return old is not None and old.root is not None and new.root is not None and relation.same((old.root,), (new.root,))


def _rivals(one: Arm, other: Arm) -> bool:
    """Whether two arms are different alternatives of one `oneOf`."""
    return any(other.exclusive.get(place, index) != index for place, index in one.exclusive.items())


def _common(side: Side, one: Arm, other: Arm) -> Arm | None:
    """What two arms have in common; None where they are known to be apart."""
    both = None if one.types & other.types == {"object"} and apart(one, other) else meet(one, other)
    both = possible(both) if both is not None else None
    if both is None or (both.types == {"object"} and _never(side, both)):
        return None
    texts = both.types == {"string"} and "string" not in both.values
    return None if texts and both.stated.get("pattern") and empty(texts_of(both)) else both


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

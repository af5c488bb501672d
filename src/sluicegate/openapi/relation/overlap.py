"""Variants of a `oneOf` that overlap: a value that two of them allow is refused."""

from __future__ import annotations

from itertools import combinations, islice
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sluicegate.openapi.direction import Direction
from sluicegate.openapi.inline import accepts
from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.demands import texts_of
from sluicegate.openapi.relation.example import Maker
from sluicegate.openapi.relation.growth import Growth, Wanted, grown_values
from sluicegate.openapi.relation.languages import empty
from sluicegate.openapi.relation.obeying import possible
from sluicegate.openapi.relation.pairing import apart, paired
from sluicegate.openapi.relation.shape import Arm, class_of, meet, restricted
from sluicegate.openapi.relation.steps import Difference, Effect, Want

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.openapi.document import Node
    from sluicegate.openapi.relation.compare import Relation
    from sluicegate.openapi.relation.normal import Side
    from sluicegate.openapi.relation.shape import Shape

_MOST_CHANGED = 50
"""How many variants may be new or changed before none is asked whether it overlaps others."""

_MOST_PAIRS = 200
_MOST_SHARED = 8
_FEW = 3
_MOST_GROWN = 24
BESIDE = ("overlap",)
"""What tells variants that overlap now from a union that became exclusive."""


class _Shared(Struct, frozen=True, kw_only=True):
    """What two variants of one `oneOf` have in common.

    `grown`: they may have more in common than they had; `wanted`: what such a value is like.
    """

    variants: tuple[Arm, Arm]
    both: Arm
    grown: bool
    wanted: list[Wanted]


def overlaps(relation: Relation, before: Shape, after: Shape, direction: Direction) -> Iterator[Difference]:
    """What is lost or gained where a value matches several variants of a `oneOf` on one side, and not on the other.

    Doubted where variants are new or may have more in common than before, and neither are known to be apart now nor is
    there a value. Where variants came or went, only what the other side describes by its properties counts, and only
    in requests: in responses, each of the variants told clients already.
    """
    turned = _is_turned(before, after)
    if direction is Direction.RESPONSE and not turned:
        return
    back = relation.turned
    for effect, one, strict, loose in (
        (Effect.NARROWED, relation, after, before), (Effect.WIDENED, back, before, after),
    ):  # fmt: skip
        shared = [it for it in _shared(one, loose, strict, direction) if turned or _described(loose, it.both)]
        shared.sort(key=lambda it: not it.grown)
        values = (
            value for it in shared[:_MOST_SHARED] for value in _values(Maker(one.head, direction), it)
            if accepts(one.head.library, strict.nodes, value, direction) is False
            and accepts(one.base.library, loose.nodes, value, direction, closed=not turned) is True
            and all(
                arm.root is None or accepts(one.head.library, (arm.root,), value, direction) for arm in it.variants
            )
        )  # fmt: skip
        found = list(islice(values, _FEW))
        if found or any(it.grown for it in shared):
            yield Difference(
                keyword="oneOf", effect=effect, base=before.node, head=after.node, doubted=not found,
                parts=() if turned else BESIDE,
                wants=tuple(Want(kind="value", what=value) for value in found),
            )  # fmt: skip


def settled(relation: Relation, olds: Sequence[Node], news: Sequence[Node], direction: Direction) -> bool:
    """Whether variants of a `oneOf` of the head are known to share nothing that the base takes.

    No value is tried; and within such a question only variants that are apart are known to share nothing.
    """
    loose, strict = relation.shapes(olds, news)
    turned = _is_turned(loose, strict)
    if (direction is Direction.RESPONSE and not turned) or not _overlap(relation.head, strict):
        return True
    if not relation.asking.may_settle():
        return False
    with relation.asking.settling():
        shared = _shared(relation, loose, strict, direction)
        return not any(it.grown for it in shared if turned or _described(loose, it.both))


def _is_turned(one: Shape, other: Shape) -> bool:
    """Whether a union became exclusive, or is not any more."""
    return _exclusive(one) != _exclusive(other) and min(len(one.arms), len(other.arms)) > 1


def _overlap(side: Side, shape: Shape) -> bool:
    """Whether two variants of one `oneOf` are not known to be apart."""
    pairs = islice(combinations((arm for arm in shape.arms if arm.exclusive), 2), _MOST_PAIRS)
    return any(_rivals(one, other) and _common(side, one, other) is not None for one, other in pairs)


def _described(shape: Shape, both: Arm) -> bool:
    """Whether a union describes what two variants have in common: all that must be there is declared."""
    if both.types != {"object"} or any(arm.patterned or arm.additional for arm in shape.arms):
        return True
    return all(any(name in arm.properties for arm in shape.arms) for name in both.required)


def _exclusive(shape: Shape) -> bool:
    return any(arm.exclusive for arm in shape.arms)


def _shared(relation: Relation, loose: Shape, strict: Shape, direction: Direction) -> Iterator[_Shared]:
    """What two variants of one `oneOf` have in common, where they are not known to be apart.

    Pairs of variants that stayed as they were are left out.
    """
    exclusive = [arm for arm in strict.arms if arm.exclusive]
    if len(exclusive) < 2:  # noqa: PLR2004
        return
    growth = Growth(back=relation.turned, direction=direction, at=(strict.node, loose.node))
    forth = Growth(back=relation, direction=direction, at=(loose.node, strict.node))
    partners = {}
    if _exclusive(loose) and not _is_bare(forth, loose, strict):
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
                wanted: list[Wanted] | None = []
                if olds[0] is not None and olds[1] is not None and _rivals(olds[0], olds[1]):
                    was = _common(relation.base, olds[0], olds[1])
                    wanted = [] if was is None else growth.of(both, was, (olds[0], olds[1]))
                if wanted is not None:
                    parts = [restricted(both, {kind}) for kind in sorted({class_of(it) for it in both.types})]
                    if all(_is_kept(growth, forth, loose, strict, part) for part in parts):
                        wanted = None
                yield _Shared(variants=(one, other), both=both, grown=wanted is not None, wanted=wanted or [])


def _stayed(relation: Relation, old: Arm | None, new: Arm) -> bool:
    return old is not None and old.root is not None and new.root is not None and relation.same((old.root,), (new.root,))


def _is_bare(forth: Growth, loose: Shape, strict: Shape) -> bool:
    """Whether a variant of no `oneOf`, which took what others beside it may have refused, is not there any more."""
    kinds = frozenset[str]().union(*(arm.types for arm in loose.arms if arm.exclusive))
    free = [arm for arm in strict.arms if not arm.exclusive]
    return any(
        arm.types & kinds and not arm.exclusive and not any(forth.within(arm, it) for it in free)
        for arm in loose.arms
    )  # fmt: skip


def _is_kept(back: Growth, forth: Growth, loose: Shape, strict: Shape, both: Arm) -> bool:
    """Whether nothing that two variants have in common was taken and is refused now, whichever variants became them.

    Each variant that may have taken some of it has a rival that took all of it, so that neither did, or lies within one
    that is still taken, being of no `oneOf`. A doubt is a no.
    """
    near = [arm for arm in loose.arms if arm.types & both.types and not apart(arm, both)]
    rivals = [arm for arm in near if arm.exclusive and back.within(both, arm)]
    free = [arm for arm in strict.arms if not arm.exclusive]
    return all(
        any(_rivals(arm, rival) for rival in rivals)
        or any(forth.within(restricted(arm, {class_of(kind) for kind in both.types}), it) for it in free)
        for arm in near
    )


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


def _values(maker: Maker, shared: _Shared) -> Iterator[Any]:
    """Values of what two variants have in common: those that may be new, and a few others."""
    try:
        yield from islice(grown_values(maker, shared.both, shared.wanted), _MOST_GROWN)
        yield from islice(maker.of(shared.both), _FEW)
    except DanglingError:
        return

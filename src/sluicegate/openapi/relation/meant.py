"""What a schema means that states no type: as written all types, and to people the one that its keywords speak of.

Both sides are read as people mean it where they leave out the same. Where one side alone states a type, that is what
changed: then both are read as written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sluicegate.openapi.document import Node
from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.shape import EVERY, OF_TYPE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.openapi.relation.normal import Side
    from sluicegate.openapi.relation.shape import Arm, Shape

_Nodes = tuple[Node, ...]


def meant(arm: Arm) -> str | None:
    """The one type that the keywords of an arm speak of which states no type, where people mean that; else None."""
    if arm.types != EVERY or arm.values:
        return None
    objects = "properties" in arm.stated or arm.properties or arm.required or arm.additional or arm.patterned
    arrays = "items" in arm.stated or arm.prefix
    if bool(objects) == bool(arrays):
        return None
    kind = "object" if objects else "array"
    return kind if all(OF_TYPE.get(word) in (None, kind) for word in arm.stated) else None


def leave_out_alike(one: Shape, other: Shape) -> bool:
    """Whether two sides may be read as people mean types that are left out, without a loss or a gain that is not told.

    What takes all takes no less as written, and where the meant types differ both ways, that is told.
    """
    if one.meant == other.meant or one.takes_all or other.takes_all:
        return True
    return bool(one.meant and other.meant and one.types - other.types and other.types - one.types)


def as_written(arms: Sequence[Arm]) -> list[Arm]:
    """The arms without those values of types left out that two alternatives of one `oneOf` take, and so none does."""
    kinds = [meant(arm) for arm in arms]
    found = []
    for arm, kind in zip(arms, kinds, strict=True):
        types = arm.types
        for rival, its in zip(arms, kinds, strict=True) if kind is not None else ():
            if types == {kind}:
                break
            if any(arm.exclusive.get(place, index) != index for place, index in rival.exclusive.items()):
                types -= (rival.types if rival.is_open else EVERY - {its} if its else frozenset()) - {kind}
        found.append(arm if kind is None else replace(arm, source=None, types=types))
    return found


def among(
    sides: tuple[Side, Side], olds: Sequence[Node], news: Sequence[Node], kinds: frozenset[str]
) -> tuple[_Nodes, _Nodes]:
    """Schemas that are asked of values of some types only, so that a type which one side alone states is no change."""
    try:
        alike = leave_out_alike(sides[0].shape(olds), sides[1].shape(news))
    except DanglingError:
        alike = True
    return (tuple(olds), tuple(news)) if alike else (of_types(olds, kinds), of_types(news, kinds))


def of_types(nodes: Sequence[Node], kinds: frozenset[str]) -> _Nodes:
    """Schemas of values of some types, which all hold at once."""
    if kinds == EVERY:
        return tuple(nodes)
    first, types = nodes[0], sorted(kinds)
    return (*nodes, Node(first.document, (*first.pointer, f"(type {types})"), {"type": types}))

"""Which variant of a union became which: by what it says, by name, by what tells the variants apart, by likeness."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from sluicegate.openapi.relation.shape import class_of, key_of, only_value

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from sluicegate.openapi.relation.shape import Arm

_NUMBERED = re.compile(r" #\d+$")
"""A variant that is known by its number, for want of a better name, is not recognised by it."""

_ALIKE = 0.5
"""From this share of common properties on, two variants are taken for the same one."""

_MOST_COMPARED = 10_000
"""How many pairs of variants are compared for likeness."""


def paired(olds: Sequence[Arm], news: Sequence[Arm]) -> tuple[list[tuple[Arm, Arm]], list[Arm], list[Arm]]:
    """The pairs, what has no partner at head, and what has none at base."""
    left, right = list(olds), list(news)
    pairs: list[tuple[Arm, Arm]] = []
    for key in (_text, _name, _tag):
        found, left, right = _matched(left, right, key)
        pairs += found
    if len(left) == len(right) == 1 and (len(olds) == 1 or len(news) == 1 or _likeness(left[0], right[0]) > 0):
        return [*pairs, (left[0], right[0])], [], []
    if len(left) * len(right) > _MOST_COMPARED:
        return pairs, left, right
    alike = ((_likeness(one, other), i, k) for i, one in enumerate(left) for k, other in enumerate(right))
    taken: tuple[set[int], set[int]] = set(), set()
    for _, _, _, i, k in sorted((-it, abs(i - k), i + k, i, k) for it, i, k in alike if it >= _ALIKE):
        if i not in taken[0] and k not in taken[1]:  # the most alike first, so that both ways pair the same
            pairs.append((left[i], right[k]))
            taken[0].add(i)
            taken[1].add(k)
    gone = [arm for i, arm in enumerate(left) if i not in taken[0]]
    return pairs, gone, [arm for k, arm in enumerate(right) if k not in taken[1]]


def _matched(
    left: list[Arm], right: list[Arm], key: Callable[[Arm], Hashable]
) -> tuple[list[tuple[Arm, Arm]], list[Arm], list[Arm]]:
    """Pair what only one on either side has a key of."""
    keys = [key(other) for other in right]
    mine = [key(one) for one in left]
    often, here = Counter(keys), Counter(mine)
    places = {own: index for index, own in enumerate(keys)}
    pairs: list[tuple[Arm, Arm]] = []
    taken: set[int] = set()
    rest: list[Arm] = []
    for one, own in zip(left, mine, strict=True):
        if own is not None and here[own] == 1 and often[own] == 1:
            index = places[own]
            taken.add(index)
            pairs.append((one, right[index]))
        else:
            rest.append(one)
    return pairs, rest, [other for index, other in enumerate(right) if index not in taken]


def _text(arm: Arm) -> Hashable:
    return None if arm.root is None else key_of(arm.root.value)


def _name(arm: Arm) -> Hashable:
    return None if not arm.label or _NUMBERED.search(arm.label) else arm.label


def apart(one: Arm, other: Arm) -> bool:
    """Whether two arms can have no object in common: both need a property, and each lists other values for it."""
    left, right = _tags(one), _tags(other)
    return any(
        right.get(name, value) != value and name in one.required and name in other.required
        for name, value in left.items()
    )


def _tag(arm: Arm) -> Hashable:
    """The properties with one listed value each: what a discriminator tells the variants by."""
    return tuple(sorted(_tags(arm).items())) or None


def _tags(arm: Arm) -> dict[str, str]:
    if arm.tags is None:
        arm.tags = {}
        for name, nodes in arm.properties.items():
            for node in nodes:
                if (value := only_value(node.value)) is not None:
                    arm.tags[name] = value
    return arm.tags


def _likeness(one: Arm, other: Arm) -> float:
    """From 0, nothing in common, to 1: the share of properties, or of listed values, or of types in common."""
    if one.properties or other.properties:
        return (3 * _share(one.properties, other.properties) + _share(one.required, other.required)) / 4
    values = [{key for listed in arm.values.values() for key in listed} for arm in (one, other)]
    if values[0] and values[1]:
        return _share(values[0], values[1])
    return _share({class_of(kind) for kind in one.types}, {class_of(kind) for kind in other.types})


def _share(one: Iterable[str], other: Iterable[str]) -> float:
    left, right = set(one), set(other)
    return len(left & right) / len(left | right) if left | right else 1.0

"""Which variant of a oneOf or anyOf became which: by what they say, by name, by type, then by likeness."""

from __future__ import annotations

import re
from collections import Counter, deque
from typing import TYPE_CHECKING, Any

from sluicegate.gates.contract.changes import listed
from sluicegate.gates.contract.views import View, view
from sluicegate.openapi.references import reference_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from sluicegate.openapi.document import Node
    from sluicegate.openapi.references import Library

_NUMBERED = re.compile(r" #\d+$")
"""A variant that is known by its number, for want of a better name, is not recognised by it."""

_NULL = ("null",)
"""Stands for null where values are keys: None is no key."""

_ALIKE = 0.5
"""From this share of common properties on, two variants are taken for the same one."""

_MOST_COMPARED = 10_000
"""How many pairs of variants are compared for likeness; past this it is said that they were not."""

Named = tuple["Node", str]


def related(
    base: Library, olds: list[Node], head: Library, news: list[Node]
) -> tuple[list[tuple[Node, Node, str]], list[Named], list[Named], str]:
    """The pairs with their names, what was removed, what was added, and why that rest is in doubt, if it is.

    Raises DanglingError where a reference leads nowhere.
    """
    left, right = _named(base, olds), _named(head, news)
    old_views = {id(node): view(base, [node]) for node in olds}
    new_views = {id(node): view(head, [node]) for node in news}
    pairs: list[tuple[Node, Node, str]] = []
    for same in (_text, _known_name, _content):
        if left and right:
            found, left, right = _matched([(same(base, one), one) for one in left],
                                          [(same(head, one), one) for one in right], same is _known_name)  # fmt: skip
            pairs += found
    if len(left) * len(right) > _MOST_COMPARED:
        why = f"{len(left):,} variants became {len(right):,}, too many to tell by likeness which became which"
        return pairs, left, right, why
    rest: list[Named] = []
    for one in left:
        scores = sorted(
            ((_likeness(old_views[id(one[0])], new_views[id(other[0])]), index) for index, other in enumerate(right)),
            reverse=True,
        )
        if scores and scores[0][0] >= _ALIKE and (len(scores) == 1 or scores[1][0] < scores[0][0]):
            other = right.pop(scores[0][1])
            pairs.append((one[0], other[0], one[1]))
        else:
            rest.append(one)
    if len(olds) == 1 and len(news) == 1 and rest:
        return [(olds[0], news[0], "")], [], [], ""
    if any(_likeness(old_views[id(one[0])], new_views[id(other[0])]) > 0 for one in rest for other in right):
        names = listed([name for _, name in (*rest, *right)])
        return pairs, rest, right, f"it cannot be told which variant became which: {names}"
    return pairs, rest, right, ""


def _matched(
    left: list[tuple[Hashable, Named]], right: list[tuple[Hashable, Named]], only: bool
) -> tuple[list[tuple[Node, Node, str]], list[Named], list[Named]]:
    """Pair what has one key (None: has no key); `only`: where just one of the right side has it. The rest follows."""
    waiting: dict[Hashable, deque[int]] = {}
    for index, (key, _) in enumerate(right):
        if key is not None:
            waiting.setdefault(key, deque()).append(index)
    pairs: list[tuple[Node, Node, str]] = []
    rest: list[Named] = []
    taken: set[int] = set()
    for key, one in left:
        found = waiting.get(key)
        if found and (len(found) == 1 or not only):
            index = found.popleft()
            taken.add(index)
            pairs.append((one[0], right[index][1][0], one[1]))
        else:
            rest.append(one)
    return pairs, rest, [other for index, (_, other) in enumerate(right) if index not in taken]


def _text(_: Library, one: Named) -> Hashable:
    return _frozen(one[0].value)


def _known_name(_: Library, one: Named) -> Hashable:
    return None if _NUMBERED.search(one[1]) else (reference_of(one[0].value) is None, one[1])


def _content(library: Library, one: Named) -> Hashable:
    return _frozen(library.resolve(one[0]).value)


def _frozen(value: Any) -> Hashable:
    """Plain data made hashable: equal where the data is."""
    if value.__class__ is dict:
        return frozenset((key, _frozen(child)) for key, child in value.items())
    if value.__class__ is list:
        return tuple(map(_frozen, value))
    if value.__class__ is bool:
        return ("true",) if value else ("false",)  # Python takes them for 1 and 0
    return value if value is not None else _NULL


def _likeness(one: View, other: View) -> float:
    """From 0, nothing in common, to 1: the share of properties, or of enum values, or of types in common."""
    if one.variants or other.variants:
        return 0.25
    if one.properties or other.properties:
        if not one.properties or not other.properties:
            return 0.25 if _share(one.types or (), other.types or ()) else 0.0
        return _share(one.properties, other.properties)
    if one.enum and other.enum:
        return _share(one.enum, other.enum)
    if (one.enum is None) != (other.enum is None):
        return 0.6 * _share(one.types or (), other.types or ())
    return _share(one.types or (), other.types or ())


def _share(one: Iterable[str], other: Iterable[str]) -> float:
    left, right = set(one), set(other)
    return len(left & right) / len(left | right) if left | right else 1.0


def _named(library: Library, nodes: list[Node]) -> list[Named]:
    counts = Counter(_kind(node) for node in nodes)
    found: list[Named] = []
    for position, node in enumerate(nodes, 1):
        kind = _kind(node)
        if reference_of(node.value) is not None:
            name = str((library.resolve(node).pointer or (node.document.path,))[-1])
        else:
            name = node.text("title") or (kind if counts[kind] == 1 else f"{kind} #{position}")
        found.append((node, name))
    return found


def _kind(node: Node) -> str:
    stated = node.value.get("type") if isinstance(node.value, dict) else None
    return str(stated) if isinstance(stated, str) else "schema"

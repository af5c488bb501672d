"""Which variant of a oneOf or anyOf became which: by what they say, by name, by type, then by likeness."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sluicegate.gates.contract.views import View, view
from sluicegate.openapi.references import reference_of

if TYPE_CHECKING:
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.references import Library

_NUMBERED = re.compile(r" #\d+$")
"""A variant that is known by its number, for want of a better name, is not recognised by it."""

_ALIKE = 0.5
"""From this share of common properties on, two variants are taken for the same one."""

Named = tuple["Node", str]


def related(
    base: Library, olds: list[Node], head: Library, news: list[Node]
) -> tuple[list[tuple[Node, Node, str]], list[Named], list[Named], bool]:
    """The pairs with their names, what was removed, what was added, and whether that rest is in doubt.

    Raises DanglingError where a reference leads nowhere.
    """
    left = [(node, _name(base, node, olds)) for node in olds]
    right = [(node, _name(head, node, news)) for node in news]
    pairs: list[tuple[Node, Node, str]] = []
    old_views = {id(node): view(base, [node]) for node in olds}
    new_views = {id(node): view(head, [node]) for node in news}

    def same_text(one: Named, other: Named) -> bool:
        return bool(one[0].value == other[0].value)

    def same_name(one: Named, other: Named) -> bool:
        both = (reference_of(one[0].value) is None) == (reference_of(other[0].value) is None)
        return both and one[1] == other[1] and not _NUMBERED.search(one[1])

    def same_content(one: Named, other: Named) -> bool:
        return bool(base.resolve(one[0]).value == head.resolve(other[0]).value)

    for alike in (same_text, same_name, same_content):
        for one in list(left):
            found = [other for other in right if alike(one, other)]
            if len(found) == 1 or (found and alike is not same_name):
                pairs.append((one[0], found[0][0], one[1]))
                left.remove(one)
                right.remove(found[0])
    for one in list(left):
        scores = sorted(
            ((_likeness(old_views[id(one[0])], new_views[id(other[0])]), index) for index, other in enumerate(right)),
            reverse=True,
        )
        if scores and scores[0][0] >= _ALIKE and (len(scores) == 1 or scores[1][0] < scores[0][0]):
            other = right.pop(scores[0][1])
            left.remove(one)
            pairs.append((one[0], other[0], one[1]))
    if len(olds) == 1 and len(news) == 1 and left:
        return [(olds[0], news[0], "")], [], [], False
    doubtful = any(_likeness(old_views[id(one[0])], new_views[id(other[0])]) > 0 for one in left for other in right)
    return pairs, left, right, doubtful


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


def _share(one: object, other: object) -> float:
    left, right = set(one), set(other)  # type: ignore[call-overload]
    return len(left & right) / len(left | right) if left | right else 1.0


def _name(library: Library, node: Node, among: list[Node]) -> str:
    if reference_of(node.value) is not None:
        return str((library.resolve(node).pointer or (node.document.path,))[-1])
    if title := node.text("title"):
        return title
    kinds = [_kind(other) for other in among]
    kind = _kind(node)
    position = next(at for at, other in enumerate(among, 1) if other is node)
    return kind if kinds.count(kind) == 1 else f"{kind} #{position}"


def _kind(node: Node) -> str:
    stated = node.value.get("type") if isinstance(node.value, dict) else None
    return str(stated) if isinstance(stated, str) else "schema"

"""Keywords that are kept as they stand, where they cannot be made part of a union: conditions, exclusions, crowds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sluicegate.openapi.document import Node
from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.conditions import branch, dependencies
from sluicegate.openapi.relation.meant import among, of_types
from sluicegate.openapi.relation.shape import EVERY, OPAQUE, Shape
from sluicegate.openapi.relation.steps import Difference, Effect, Into, Step, Want

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sluicegate.openapi.direction import Direction
    from sluicegate.openapi.relation.compare import Relation
    from sluicegate.openapi.relation.shape import Arm

_BRANCHES = ("then", "else")
_DYNAMIC = "$dynamicRef"
_MOST_COMPARED = 400


def evaluated(one: Arm, other: Arm, at: tuple[Node, Node]) -> Iterator[Difference]:
    """Where one side alone leaves it to the value which members are spoken of, and both refuse or describe the rest."""
    for word, plain in (("unevaluatedProperties", "additionalProperties"), ("unevaluatedItems", "items")):
        rests = [arm.additional if plain == "additionalProperties" else arm.items for arm in (one, other)]
        if (word in one.stated) != (word in other.stated) and all(rests):
            yield Difference(keyword=plain, effect=Effect.UNKNOWN, base=at[0], head=at[1])


def opaque(relation: Relation, one: Arm, other: Arm, at: tuple[Node, Node], direction: Direction) -> Iterator[Step]:
    """What became of such keywords: gone, new, changed in a way that can be told, or not to be told."""
    kinds = _stated(one) & _stated(other)
    for word in sorted((one.stated.keys() | other.stated.keys()) & OPAQUE):
        olds, news = list(one.stated.get(word, [])), list(other.stated.get(word, []))
        if word == "if":  # what says the same as another keyword of the other side is compared with that
            sides = (relation.base, one), (relation.head, other)
            olds = [it for it in olds if it not in dependencies(sides[0], sides[1])]
            news = [it for it in news if it not in dependencies(sides[1], sides[0])]
        lost, gained = left = _apart(olds, news, partial(_reads_alike, relation, word))
        if word == "not":
            lost, gained = _exclusions(relation, (one, other), (olds, news), left, at, kinds, direction)
        elif len(lost) * len(gained) <= _MOST_COMPARED:
            lost, gained = _apart(lost, gained, partial(_alike, relation, word, kinds, direction))
        if not lost and not gained:
            continue
        near = left if len(left[0]) == len(left[1]) == 1 else (at[:1], at[1:])  # of one and one, one became the other
        old, new = (lost or near[0])[0], (gained or near[1])[0]
        if len(lost) == len(gained) == 1 and word == "if" and _same(relation, old, new, "if", kinds, direction):
            yield from _branches(relation, one, other, old, new, kinds)
            continue
        effect = Effect.UNKNOWN if lost and gained else Effect.WIDENED if lost else Effect.NARROWED
        yield _difference(one, other, word, effect, old, new)


def _stated(arm: Arm) -> frozenset[str]:
    """The types of an arm; all where it states none, whatever people mean by that."""
    return arm.types if "type" in arm.stated else EVERY


def _apart(olds: list[Node], news: list[Node], alike: Callable[[Node, Node], bool]) -> tuple[list[Node], list[Node]]:
    """What either side says and the other does not."""
    twins = [(old, new) for old in olds for new in news if alike(old, new)]
    return (
        [it for it in olds if all(it is not old for old, _ in twins)],
        [it for it in news if all(it is not new for _, new in twins)],
    )


def _reads_alike(relation: Relation, word: str, old: Node, new: Node) -> bool:
    """Whether both read the same, and all that they lead to; a `$dynamicRef` leads to everything that it may mean."""
    if word == _DYNAMIC:
        old, new = (Node(it.document, (*it.pointer, _DYNAMIC), {_DYNAMIC: it.value}) for it in (old, new))
    return relation.sameness.same(old, new)


def _alike(relation: Relation, word: str, kinds: frozenset[str], direction: Direction, old: Node, new: Node) -> bool:
    """Whether both say the same, however they put it; lists of schemas must read the same."""
    if word == "if":
        return all(_same(relation, old, new, part, kinds, direction) for part in ("if", *_BRANCHES))
    return _reads_alike(relation, word, old, new)


def _same(relation: Relation, old: Node, new: Node, part: str, kinds: frozenset[str], direction: Direction) -> bool:
    one, other = branch(old, part), branch(new, part)
    if one is None or other is None:
        return one is other
    olds, news = among((relation.base, relation.head), (one,), (other,), kinds)
    return relation.all_alike(olds, news, direction)


_Both = tuple[list[Node], list[Node]]


def _exclusions(
    relation: Relation, arms: tuple[Arm, Arm], every: _Both, left: _Both, at: tuple[Node, Node],
    kinds: frozenset[str], direction: Direction,
) -> _Both:  # fmt: skip
    """Those exclusions of the ones left that exclude what the other side takes, of the types that both sides state."""
    olds, news = ([of_types((it,), kinds) for it in side] for side in every)
    few = max(len(left[0]) * len(news), len(left[1]) * len(olds)) <= _MOST_COMPARED

    def told(relation: Relation, arm: Arm, its: Node, others: list[tuple[Node, ...]], node: Node) -> bool:
        own = of_types((its,), kinds)
        held = few and any(_excludes(relation, own, other, direction) for other in others)
        return not held and not _is_idle(relation.turned, arm, own, node, direction)

    return (
        [it for it in left[0] if told(relation, arms[1], it, news, at[1])],
        [it for it in left[1] if told(relation.turned, arms[0], it, olds, at[0])],
    )


def _excludes(relation: Relation, olds: Sequence[Node], news: Sequence[Node], direction: Direction) -> bool:
    """Whether the head excludes all that the base does. Which properties either declares tells nothing here."""
    return relation.within(olds, news, direction) and not any(
        isinstance(it, Difference) and it.keyword == "property"
        for it in relation.steps_of_unions(olds, news, direction)
    )


def _is_idle(relation: Relation, arm: Arm, excluded: Sequence[Node], at: Node, direction: Direction) -> bool:
    """Whether a `not` of the head takes nothing from an arm of the base: that lies in what is no part of the excluded.

    A doubt is a no.
    """
    whole = Shape(nodes=(at,), arms=[arm])

    def holds(inner: Node) -> bool:
        shape = relation.head.shape((inner,))
        if shape.doubts or any(it.exclusive for it in shape.arms):
            return False
        return any(relation.fits(arm, it, whole, shape, direction) for it in shape.arms)

    try:
        shape = relation.head.shape(excluded)
        return not shape.doubts and all(any(map(holds, it.stated.get("not", ()))) for it in shape.arms)
    except DanglingError:
        return False


def _branches(relation: Relation, one: Arm, other: Arm, old: Node, new: Node, kinds: frozenset[str]) -> Iterator[Step]:
    """The consequences of one condition, each compared by itself."""
    for word in _BRANCHES:
        was, now = branch(old, word), branch(new, word)
        if was is not None and now is not None:
            base, head = among((relation.base, relation.head), (was,), (now,), kinds)
            yield Into(part=(f"({word})",), base=base, head=head, origins=(one.origin(was), other.origin(now)))
        elif was is not None and not relation.base.free((was,)):
            yield _difference(one, other, "if", Effect.WIDENED, old, new)
        elif now is not None and not relation.head.free((now,)):
            yield _difference(one, other, "if", Effect.NARROWED, old, new)


def _difference(one: Arm, other: Arm, word: str, effect: Effect, old: Node, new: Node) -> Difference:
    strict = new if effect is not Effect.WIDENED else old
    wants = (
        [Want(kind="under", what=strict)] if strict in (*one.stated.get(word, ()), *other.stated.get(word, ())) else []
    )
    return Difference(
        keyword=word, effect=effect, base=old, head=new, origins=(one.origin(old), other.origin(new)),
        wants=(*wants, *(Want(kind="type", what=kind) for kind in sorted(one.types & other.types))),
    )  # fmt: skip

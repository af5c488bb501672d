"""Keywords that are kept as they stand, where they cannot be made part of a union: conditions, exclusions, crowds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sluicegate.openapi.document import Node
from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.conditions import branch, dependencies
from sluicegate.openapi.relation.shape import OPAQUE, Shape
from sluicegate.openapi.relation.steps import Difference, Effect, Into, Step, Want

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    for word in sorted((one.stated.keys() | other.stated.keys()) & OPAQUE):
        olds, news = list(one.stated.get(word, [])), list(other.stated.get(word, []))
        if word == "if":  # what says the same as another keyword of the other side is compared with that
            sides = (relation.base, one), (relation.head, other)
            olds = [it for it in olds if it not in dependencies(sides[0], sides[1])]
            news = [it for it in news if it not in dependencies(sides[1], sides[0])]
        olds, news = _apart(olds, news, partial(_reads_alike, relation, word))
        if len(olds) * len(news) <= _MOST_COMPARED:
            olds, news = _apart(olds, news, partial(_alike, relation, word, direction))
        if word == "not":
            olds = [it for it in olds if not _is_idle(relation.turned, other, it, at[1], direction)]
            news = [it for it in news if not _is_idle(relation, one, it, at[0], direction)]
        if not olds and not news:
            continue
        old, new = (olds or at)[0], (news or at[1:])[0]
        effect = Effect.UNKNOWN if olds and news else Effect.WIDENED if olds else Effect.NARROWED
        if len(olds) == len(news) == 1 and word == "not":
            effect = _exclusion(relation, old, new, direction)
        elif len(olds) == len(news) == 1 and word == "if" and _same(relation, old, new, "if", direction):
            yield from _branches(relation, one, other, old, new)
            continue
        yield _difference(one, other, word, effect, old, new)


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


def _alike(relation: Relation, word: str, direction: Direction, old: Node, new: Node) -> bool:
    """Whether both say the same, however they put it; lists of schemas must read the same."""
    if word == "if":
        return all(_same(relation, old, new, part, direction) for part in ("if", *_BRANCHES))
    return relation.alike(old, new, direction) if word == "not" else _reads_alike(relation, word, old, new)


def _same(relation: Relation, old: Node, new: Node, part: str, direction: Direction) -> bool:
    one, other = branch(old, part), branch(new, part)
    if one is None or other is None:
        return one is other
    return relation.alike(one, other, direction)


def _is_idle(relation: Relation, arm: Arm, excluded: Node, at: Node, direction: Direction) -> bool:
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
        shape = relation.head.shape((excluded,))
        return not shape.doubts and all(any(map(holds, it.stated.get("not", ()))) for it in shape.arms)
    except DanglingError:
        return False


def _exclusion(relation: Relation, old: Node, new: Node, direction: Direction) -> Effect:
    """What a change of `not` does: who excludes more allows less. Which properties it declares tells nothing here."""
    steps = relation.steps_of_unions((old,), (new,), direction)
    if any(isinstance(it, Difference) and it.keyword == "property" for it in steps):
        return Effect.UNKNOWN
    if relation.within((old,), (new,), direction):
        return Effect.NARROWED
    return Effect.WIDENED if relation.turned.within((new,), (old,), direction) else Effect.UNKNOWN


def _branches(relation: Relation, one: Arm, other: Arm, old: Node, new: Node) -> Iterator[Step]:
    """The consequences of one condition, each compared by itself."""
    for word in _BRANCHES:
        was, now = branch(old, word), branch(new, word)
        if was is not None and now is not None:
            yield Into(part=(f"({word})",), base=(was,), head=(now,), origins=(one.origin(was), other.origin(now)))
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

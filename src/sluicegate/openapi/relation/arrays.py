"""Arrays: their items, by place and in general, what they must contain, whether they may repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluicegate.openapi.relation.bounds import count_bound, near
from sluicegate.openapi.relation.demands import contained, fewest_items, most_items
from sluicegate.openapi.relation.steps import Difference, Effect, Into, Step, Want

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sluicegate.openapi.document import Node
    from sluicegate.openapi.relation.normal import Side
    from sluicegate.openapi.relation.shape import Arm, Origin


_MOST_ASKED = 20
"""How many items are looked at for what an array must contain."""

_ANYTHING: tuple[Any, ...] = (None, 0, "a", True, {}, [])


Sides = tuple["Side", "Side"]


def arrays(sides: Sides, before: Arm, after: Arm, same: Callable[[Node, Node], bool]) -> Iterator[Step]:
    """Where two arms differ in what they say of arrays, and the items to compare."""
    most = [bound.value for arm in (before, after) if (bound := count_bound(arm, "maxItems"))]
    start = max(len(before.prefix), len(after.prefix))
    for index in range(min([start + 1, *most])):  # what no item reaches says nothing
        part, word = ("[]", "items") if index == start else (f"[{index}]", "prefixItems")
        yield from members(sides, before, after, before.element(index), after.element(index), part, word)
    yield from _unique(before, after)
    yield from _contains(sides, before, after, same)


def members(
    sides: Sides, before: Arm, after: Arm, olds: list[Node], news: list[Node], part: str, word: str
) -> Iterator[Step]:
    """A pair of what members obey; or that one side says nothing of them, or refuses them all."""
    if (not olds and (not news or sides[1].free(news))) or (not news and sides[0].free(olds)):
        return
    shut_before, shut_after = (any(node.value is False for node in nodes) for nodes in (olds, news))
    if olds and news and shut_before == shut_after:
        if not shut_before:
            yield Into(part=(part,), base=tuple(olds), head=tuple(news), origins=_origins(before, after, olds, news))
        return
    narrowed = shut_after or (not olds and not shut_before)
    base = olds[0] if olds else near(before, news[0])
    head = news[0] if news else near(after, olds[0])
    only, side = (olds, sides[0]) if olds else (news, sides[1])
    unread = not (olds and news) and side.unread(only, names=word == "propertyNames")
    effect = Effect.UNKNOWN if unread else Effect.NARROWED if narrowed else Effect.WIDENED
    kind = "items" if word in ("items", "prefixItems") else "members"
    yield Difference(
        keyword=word, effect=effect, base=base, head=head,
        was=_told(olds), now=_told(news), parts=() if part in ("[]", "{}") else (part,),
        origins=(before.origin(base) if olds else None, after.origin(head) if news else None),
        wants=tuple(Want(kind=kind, what=value) for value in _ANYTHING),
    )  # fmt: skip


def _told(nodes: list[Node]) -> str:
    return "any" if not nodes else "none" if any(node.value is False for node in nodes) else "described"


def _origins(before: Arm, after: Arm, olds: list[Node], news: list[Node]) -> tuple[Origin | None, Origin | None]:
    return before.origin(olds[0]), after.origin(news[0])


def _unique(before: Arm, after: Arm) -> Iterator[Difference]:
    olds, news = ([node for node in arm.stated.get("uniqueItems", []) if node.value is True] for arm in (before, after))
    most = most_items(before if news else after)
    if bool(olds) == bool(news) or (most is not None and most <= 1):
        return
    base, head = (olds or [near(before, (olds or news)[0])])[0], (news or [near(after, (olds or news)[0])])[0]
    yield Difference(
        keyword="uniqueItems", effect=Effect.NARROWED if news else Effect.WIDENED, base=base, head=head,
        was=bool(olds), now=bool(news), origins=(before.origin(base), after.origin(head)),
        wants=(Want(kind="twice", what=2), Want(kind="twice", what=3)),
    )  # fmt: skip


def _contains(sides: Sides, before: Arm, after: Arm, same: Callable[[Node, Node], bool]) -> Iterator[Step]:
    olds, news = before.stated.get("contains", []), after.stated.get("contains", [])
    twins = [
        (it, its) for it in olds for its in news if _how_many(it) == _how_many(its) and same(_held(it), _held(its))
    ]  # fmt: skip
    olds = [
        it
        for it in olds
        if all(it is not twin for twin, _ in twins)
        and not _is_met(sides[0], it, after, lambda own, its: same(its, own))
    ]
    news = [
        it for it in news if all(it is not twin for _, twin in twins) and not _is_met(sides[1], it, before, same)
    ]  # fmt: skip
    if not olds and not news:
        return
    some = (olds or news)[0]
    old, new = (olds or [near(before, some)])[0], (news or [near(after, some)])[0]
    origins = (before.origin(old), after.origin(new))
    if len(olds) == len(news) == 1:
        if same(_held(old), _held(new)):
            yield from _counts(before, after, old, new)
            return
        if _how_many(old) == _how_many(new) and _how_many(old)[1] is None:
            yield Into(part=("[contains]",), base=(_held(old),), head=(_held(new),), origins=origins)
            return
    effect = Effect.UNKNOWN if olds and news else Effect.NARROWED if news else Effect.WIDENED
    yield Difference(
        keyword="contains", effect=effect, base=old, head=new, origins=origins,
        wants=tuple(Want(kind="items", what=value) for value in _ANYTHING),
    )  # fmt: skip


def _is_met(side: Side, holder: Node, arm: Arm, same: Callable[[Node, Node], bool]) -> bool:
    """Whether the arrays of an arm of the other side contain it anyway, by how many items there are."""
    low, high = contained(holder)
    if low > fewest_items(arm) or low > _MOST_ASKED:
        return False
    if low <= 0 and high is None:
        return True
    inner, most = _held(holder), most_items(arm)
    if high is not None and (most is None or most > high):
        return False
    return side.free([inner]) or all(any(same(own, inner) for own in arm.element(index)) for index in range(low))


def _held(holder: Node) -> Node:
    return holder.get("contains") or holder


def _how_many(holder: Node) -> tuple[Any, Any]:
    return _count(holder, "minContains", 1), _count(holder, "maxContains", None)


def _count(holder: Node, word: str, default: int | None) -> Any:
    """A count; one that is no number counts nothing, and is told by the rules on the schema itself."""
    said = holder.value.get(word, default)
    return said if isinstance(said, (int, float)) and not isinstance(said, bool) else default


def _counts(before: Arm, after: Arm, old: Node, new: Node) -> Iterator[Difference]:
    for word, default, low in (("minContains", 1, True), ("maxContains", None, False)):
        was, now = _count(old, word, default), _count(new, word, default)
        if was != now:
            narrowed = (was is None or (now is not None and (now > was) == low)) if not low else now > was
            yield Difference(
                keyword=word, effect=Effect.NARROWED if narrowed else Effect.WIDENED, base=old.get(word) or old,
                head=new.get(word) or new, was=was, now=now, origins=(before.origin(old), after.origin(new)),
                wants=tuple(Want(kind="count", what=count) for count in (was, now) if isinstance(count, int)),
            )  # fmt: skip

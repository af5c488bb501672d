"""Types and listed values: what may be sent at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sluicegate.openapi.relation.demands import unread
from sluicegate.openapi.relation.finite import every
from sluicegate.openapi.relation.obeying import obeys
from sluicegate.openapi.relation.shape import EVERY, class_of, kind_of
from sluicegate.openapi.relation.steps import Difference, Effect, Want

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.openapi.document import Node
    from sluicegate.openapi.relation.shape import Arm, Shape

_Judge = Callable[[Any], bool]


def types(before: Shape, after: Shape) -> Iterator[Difference]:
    """What types of values are gained and lost; null is told by itself, as it is a property of any type."""
    old, new = before.types, after.types
    base, head = _at(before, "type"), _at(after, "type")
    lost, gained = old - new, new - old
    if not lost and not gained:
        return
    origins = (_origin(before, base), _origin(after, head))
    if "null" in lost | gained and (lost | gained == {"null"} or not (_any(old) or _any(new))):
        one, other = _at(before, "nullable", "type"), _at(after, "nullable", "type")
        yield Difference(
            keyword="nullable", effect=Effect.NARROWED if "null" in lost else Effect.WIDENED, base=one, head=other,
            origins=(_origin(before, one), _origin(after, other)), wants=(Want(kind="value", what=None),),
        )  # fmt: skip
        lost, gained = lost - {"null"}, gained - {"null"}
    if lost or gained:
        effect = Effect.INCOMPARABLE if lost and gained else Effect.NARROWED if lost else Effect.WIDENED
        yield Difference(
            keyword="type", effect=effect, base=base, head=head, was=named(old), now=named(new), origins=origins,
            wants=tuple(Want(kind="type", what=kind) for kind in sorted(lost | gained)),
        )  # fmt: skip


def _any(kinds: frozenset[str]) -> bool:
    return kinds == EVERY


def named(kinds: frozenset[str]) -> str:
    """The types for people: `any`, `string or null`, `nothing`."""
    if kinds == EVERY:
        return "any"
    names = kinds - ({"integer"} if "number" in kinds else set()) - {"null"}
    return " or ".join(sorted(names)) or ("null" if kinds else "nothing")


def values(
    before: Arm, after: Arm, common: frozenset[str], at: tuple[Node, Node], refused: tuple[_Judge, _Judge]
) -> Iterator[Difference]:
    """Which listed values are gained and lost, and which values are barred by name.

    `refused` tells, for either side, whether it refuses a value that has members.
    """
    if not (before.values or after.values or before.barred or after.barred):
        return
    base = next(iter(before.stated.get("enum", [])), at[0])
    head = next(iter(after.stated.get("enum", [])), at[1])
    origins = (before.origin(base), after.origin(head))
    for kind in sorted({class_of(one) for one in common}):
        if kind == "string" and unread(before) != unread(after):
            continue  # which of the listed values a pattern finds that is none, nobody knows
        olds, news = (_free(arm.values.get(kind), kind) for arm in (before, after))
        if olds is not None and news is not None:
            lost, gained = _missing(olds, news, *refused), _missing(news, olds, *refused[::-1])
        elif olds is None and news is not None:
            lost, gained = _rest(before, kind, news), {k: v for k, v in news.items() if _out(before, k, v, refused[0])}
        elif olds is not None:
            lost, gained = {k: v for k, v in olds.items() if _out(after, k, v, refused[1])}, _rest(after, kind, olds)
        else:
            continue
        for effect, found in ((Effect.NARROWED, lost), (Effect.WIDENED, gained)):
            if found:
                yield Difference(
                    keyword="enum", effect=effect, base=base, head=head, was=olds, now=news, origins=origins,
                    parts=tuple(sorted(found)), wants=_wanted(found, kind, olds, news),
                )  # fmt: skip
    for effect, ones, others in ((Effect.NARROWED, after, before), (Effect.WIDENED, before, after)):
        new = {key: value for key, value in ones.barred.items() if key not in others.barred}
        gone = [key for key, value in new.items() if _possible(others, key, value)]
        if gone:
            yield Difference(
                keyword="not", effect=effect, base=base, head=head, origins=origins, parts=tuple(sorted(gone)),
                wants=tuple(Want(kind="value", what=new[key]) for key in gone[:3]),
            )  # fmt: skip


def _rest(arm: Arm, kind: str, listed: dict[str, Any]) -> dict[str, Any]:
    """What an arm without a list allows beside the listed values: none, where it has no others."""
    found = every(arm, kind)
    return {} if found is not None and found.keys() <= listed.keys() else {"*": None}


def _missing(ones: dict[str, Any], others: dict[str, Any], refused: _Judge, refused_there: _Judge) -> dict[str, Any]:
    """The listed values that the other side does not list, or refuses though it does; not those refused anyway."""
    found = {}
    for key, value in ones.items():
        gone = key not in others
        if isinstance(value, (dict, list)):
            gone = (gone or refused_there(value)) and not refused(value)
        if gone:
            found[key] = value
    return found


def _out(arm: Arm, key: str, value: Any, refused: _Judge) -> bool:
    return key in arm.barred or not obeys(arm, value) or (isinstance(value, (dict, list)) and refused(value))


def _possible(arm: Arm, key: str, value: Any) -> bool:
    kind = kind_of(value)
    listed = arm.values.get(class_of(kind))
    return kind in arm.types and obeys(arm, value) and (listed is None or key in listed)


def _free(found: dict[str, Any] | None, kind: str) -> dict[str, Any] | None:
    """The listed values; None where the list is every value there is."""
    every = {"boolean": 2, "null": 1}.get(kind)
    return None if found is not None and len(found) == every else found


def _wanted(
    found: dict[str, Any], kind: str, olds: dict[str, Any] | None, news: dict[str, Any] | None
) -> tuple[Want, ...]:
    if "*" not in found:
        return tuple(Want(kind="value", what=value) for value in list(found.values())[:3])
    listed = olds if olds is not None else news
    return (Want(kind="other", what=(kind, tuple((listed or {}).values()))),)


def _at(shape: Shape, *words: str) -> Node:
    for word in words:
        for arm in shape.arms:
            for node in arm.stated.get(word, []):
                if word != "nullable" or node.value is True:
                    return node
    return shape.node


def _origin(shape: Shape, node: Node) -> Any:
    return next((found for arm in shape.arms if (found := arm.origin(node)) is not None), None)

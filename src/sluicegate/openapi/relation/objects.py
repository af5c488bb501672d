"""Objects: their properties, which of them must be there, and what holds for the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sluicegate.openapi.document import Node
from sluicegate.openapi.inline import accepts
from sluicegate.openapi.relation.arrays import Sides, members
from sluicegate.openapi.relation.bounds import near
from sluicegate.openapi.relation.conditions import pairs, required_alone, triggers
from sluicegate.openapi.relation.demands import needed, only_names
from sluicegate.openapi.relation.languages import alike as find_alike
from sluicegate.openapi.relation.meant import among
from sluicegate.openapi.relation.regexes import is_expression, matches
from sluicegate.openapi.relation.steps import Difference, Effect, Into, Step, Want

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from sluicegate.openapi.direction import Direction
    from sluicegate.openapi.relation.conditions import Sided
    from sluicegate.openapi.relation.normal import Side
    from sluicegate.openapi.relation.shape import Arm

_OBJECT = frozenset(("object",))


def objects(
    sides: Sides,
    before: Arm,
    after: Arm,
    direction: Direction,
    same: Callable[[Sequence[Node], Sequence[Node]], bool],
    unchanged: Callable[[Sequence[Node], Sequence[Node]], bool],
) -> Iterator[Step]:
    """Where two arms differ in what they say of objects, and the properties to compare: those that are not `unchanged`.

    `same` also knows what says the same in other words.
    """
    base, head = sides
    hidden = direction.hidden
    olds, news = _declared(base, before, after, hidden), _declared(head, after, before, hidden)
    yield from _properties(sides, before, after, olds, news, unchanged)
    yield from _forbidden(before, after, olds.keys() | news.keys())
    yield from _required(before, after, olds, news)
    beyond, rest = ([rest.node for rest in arm.additional] for arm in (before, after))
    odd = [{regex for regex in arm.patterned if not is_expression(regex)} for arm in (before, after)]
    if odd[0] != odd[1]:
        yield _unread(before, after, odd[0] ^ odd[1])
    for regex, other in _regexes(before, after).items():  # without a pattern, its names are members as any others
        if odd[0] != odd[1] and not (regex in before.patterned and other in after.patterned):
            continue
        olds_of, news_of = before.patterned.get(regex, beyond), after.patterned.get(other, rest)
        yield from members(sides, before, after, olds_of, news_of, f"/{regex}/", "patternProperties")
    yield from members(sides, before, after, beyond, rest, "{}", "additionalProperties")
    named, names = (_asked_of_names(side, arm, direction) for side, arm in zip(sides, (before, after), strict=True))
    yield from members(sides, before, after, named, names, "<name>", "propertyNames")
    yield from _dependent(sides, before, after)
    yield from _dependent_schemas(sides, before, after, same)


def _asked_of_names(side: Side, arm: Arm, direction: Direction) -> list[Node]:
    """The schemas for names, without those that every name obeys that there may be at all."""
    nodes = arm.stated.get("propertyNames", [])
    names = only_names(arm) if nodes else None
    if names is None:
        return nodes
    return [node for node in nodes if not all(accepts(side.library, (node,), name, direction) for name in names)]


def _unread(before: Arm, after: Arm, regexes: set[str]) -> Difference:
    """That one side speaks of names by a pattern which is none, so that nobody knows of which."""
    olds, news = ([node for regex in regexes for node in arm.patterned.get(regex, ())] for arm in (before, after))
    some = (olds or news)[0]
    base, head = olds[0] if olds else near(before, some), news[0] if news else near(after, some)
    return Difference(
        keyword="patternProperties", effect=Effect.UNKNOWN, base=base, head=head, parts=tuple(sorted(regexes)),
        origins=(before.origin(base) if olds else None, after.origin(head) if news else None),
    )  # fmt: skip


def _regexes(before: Arm, after: Arm) -> dict[str, str]:
    """Every expression for names, and what the head calls it: another one that says the same is the same."""
    left = [regex for regex in after.patterned if regex not in before.patterned]
    found: dict[str, str] = {}
    for regex in before.patterned:
        twin = regex if regex in after.patterned else next((one for one in left if find_alike(regex, one)), regex)
        found[regex] = twin
        left = [one for one in left if one != twin]
    return {**found, **{regex: regex for regex in left}}


def _declared(side: Side, arm: Arm, other: Arm, hidden: str) -> dict[str, list[Node]]:
    """The properties that travel this way; one that is refused by name only where the other side has it too.

    A property of one schema that another, which holds too, refuses is declared only where both sides have it so.
    """
    others, closed, flags = other.properties, bool(arm.patterned or arm.additional), side.mentions(hidden)
    return {
        name: nodes for name, nodes in arm.properties.items()
        if (name in others or not _shut(nodes)) and not (flags and side.flagged(nodes, hidden))
        and not (closed and _shut(_beside(arm, name)) and name in others and not _shut(_beside(other, name)))
    }  # fmt: skip


def _properties(
    sides: Sides,
    before: Arm,
    after: Arm,
    olds: dict[str, list[Node]],
    news: dict[str, list[Node]],
    unchanged: Callable[[Sequence[Node], Sequence[Node]], bool],
) -> Iterator[Step]:
    closed = [bool(arm.patterned or arm.additional) for arm in (before, after)]
    for name in ({**olds, **news}) if any(closed) else ():
        one, other = name in before.properties, name in after.properties
        if one != other:  # one side declares it: the other may yet say something of all such names
            unnamed = _open(after if one else before, name)
            if unnamed and not sides[1 if one else 0].free(unnamed):
                declared = (*(olds if one else news)[name], *_open(before if one else after, name))
                base, head = (declared, tuple(unnamed)) if one else (tuple(unnamed), declared)
                yield Into(
                    part=(name,), base=base, head=head,
                    origins=(before.origin(base[0]), after.origin(head[0])),
                )  # fmt: skip
    for name, nodes in olds.items():
        others = news.get(name)
        if others is None:
            told = after.properties.get(name)
            at = told[0] if told else _holder(after, nodes[0], before)
            yield Difference(
                keyword="property", effect=Effect.NARROWED, base=nodes[0], head=at, parts=(name,),
                was="required" if name in before.required else "optional",
                now="refused" if refused(after, name) else "hidden" if told else "undeclared",
                origins=(before.origin(nodes[0]), after.origin(at) if told else None),
                wants=(Want(kind="with", what=name),),
            )  # fmt: skip
        else:
            base = (*nodes, *_open(before, name)) if closed[0] else tuple(nodes)
            head = (*others, *_open(after, name)) if closed[1] else tuple(others)
            if not unchanged(base, head):
                origins = (before.origin(nodes[0]), after.origin(others[0]))
                yield Into(part=(name,), base=base, head=head, origins=origins)
    for name, nodes in news.items():
        if name in olds:
            continue
        told = before.properties.get(name)
        at = told[0] if told else _holder(before, nodes[0], after)
        yield Difference(
            keyword="property", effect=Effect.WIDENED, base=at, head=nodes[0], parts=(name,),
            was="refused" if refused(before, name) else "hidden" if told else "undeclared",
            now="required" if name in after.required else "optional",
            origins=(before.origin(at) if told else None, after.origin(nodes[0])),
            wants=(Want(kind="without", what=name), Want(kind="with", what=name)),
        )  # fmt: skip


def _by_pattern(arm: Arm, name: str) -> list[Node]:
    return [node for regex, nodes in arm.patterned.items() if matches(regex, name) is True for node in nodes]


def _beside(arm: Arm, name: str) -> list[Node]:
    """What holds for a property beside what is declared under its name."""
    patterned, rests = _by_pattern(arm, name), arm.additional
    if not rests:
        return patterned
    return [
        *patterned,
        *(
            rest.node for rest in rests
            if name not in rest.names and not any(matches(regex, name) is not False for regex in rest.patterns)
        ),
    ]  # fmt: skip


def _open(arm: Arm, name: str) -> list[Node]:
    """The same without what refuses the property: that is told with the property."""
    return [node for node in _beside(arm, name) if node.value is not False]


def _shut(nodes: list[Node]) -> bool:
    return any(node.value is False for node in nodes)


def _forbidden(before: Arm, after: Arm, declared: Collection[str]) -> Iterator[Difference]:
    """The names that one side refuses by name, and of which the other says nothing."""
    for name in {**before.properties, **after.properties}:
        if name in declared or not any(_shut(arm.properties.get(name, [])) for arm in (before, after)):
            continue
        was, now = refused(before, name), refused(after, name)
        if was == now:
            continue
        node = (before if was else after).properties.get(name) or (after if was else before).properties[name]
        base, head = (node[0] if was else near(before, node[0])), (node[0] if now else near(after, node[0]))
        yield Difference(
            keyword="not", effect=Effect.NARROWED if now else Effect.WIDENED, base=base, head=head, parts=(name,),
            origins=(before.origin(base), after.origin(head)), wants=(Want(kind="with", what=name),),
        )  # fmt: skip


def refused(arm: Arm, name: str) -> bool:
    """Whether an arm refuses every object that has a property."""
    return _shut(arm.properties.get(name, [])) or _shut(_beside(arm, name))


def _holder(arm: Arm, node: Node, other: Arm) -> Node:
    """Where a property would stand on the side that does not declare it: with its siblings, else at the schema."""
    for name, nodes in other.properties.items():
        twin = arm.properties.get(name)
        if nodes[0].pointer[:-1] == node.pointer[:-1] and twin:
            return Node(twin[0].document, twin[0].pointer[:-1], None)
    origin = other.origin(node)
    for at, found in arm.origins.items():
        if origin is not None and found.component and at == origin.place:
            return Node(near(arm, node).document, at[1], None)
    first = next((nodes[0] for nodes in arm.properties.values()), None)
    return Node(first.document, first.pointer[:-1], None) if first else near(arm, arm.root or node)


def _required(before: Arm, after: Arm, olds: dict[str, list[Node]], news: dict[str, list[Node]]) -> Iterator[Step]:
    for name in {**before.required, **after.required}:
        was, now = before.required.get(name), after.required.get(name)
        if (was is None) == (now is None) or needed(before if was is None else after, name):
            continue
        declared_before, declared_after = name in olds, name in news
        if (name in before.properties and not declared_before) or (name in after.properties and not declared_after):
            continue  # it does not travel this way on one of the sides: told with the property
        if declared_before != declared_after and declared_after == (now is not None):
            continue  # told with the property
        base = was or (olds[name][0] if declared_before else near(before, now or before.required[name]))
        head = now or (news[name][0] if declared_after else near(after, was or after.required[name]))
        yield Difference(
            keyword="required", effect=Effect.NARROWED if now else Effect.WIDENED, base=base, head=head, parts=(name,),
            was=was is not None, now=now is not None,
            origins=(
                before.origin(was or (olds[name][0] if declared_before else base)),
                after.origin(now or (news[name][0] if declared_after else head)),
            ),
            wants=(Want(kind="without", what=name),),
        )  # fmt: skip


def _dependent(sides: Sides, before: Arm, after: Arm) -> Iterator[Difference]:
    both = (sides[0], before), (sides[1], after)
    olds, news = pairs(both[0], both[1]), pairs(both[1], both[0])
    for effect, gone in ((Effect.NARROWED, news.keys() - olds.keys()), (Effect.WIDENED, olds.keys() - news.keys())):
        loose = before if effect is Effect.NARROWED else after
        for trigger, name in sorted(it for it in gone if it[0] != it[1] and not needed(loose, it[1])):
            node = (news if effect is Effect.NARROWED else olds)[trigger, name]
            nearest = next(iter((olds if effect is Effect.NARROWED else news).values()), None)
            other = nearest or near(before if effect is Effect.NARROWED else after, node)
            base, head = (other, node) if effect is Effect.NARROWED else (node, other)
            yield Difference(
                keyword="dependentRequired", effect=effect, base=base, head=head, parts=(trigger, name),
                origins=(before.origin(base), after.origin(head)),
                wants=(Want(kind="only", what=(trigger, name)),),
            )  # fmt: skip


def _dependent_schemas(
    sides: Sides, before: Arm, after: Arm, same: Callable[[Sequence[Node], Sequence[Node]], bool]
) -> Iterator[Step]:
    """What each property asks of the object it stands in: all the schemas that hold then, whichever arm says them."""

    def alike(olds: Sequence[Node], news: Sequence[Node]) -> bool:
        return same(*among(sides, olds, news, _OBJECT))

    both = (sides[0], before), (sides[1], after)
    olds, news = _dependents(both[0], both[1]), _dependents(both[1], both[0])
    for trigger in {**olds, **news}:
        old, new = olds.get(trigger, []), news.get(trigger, [])
        if old and new and alike(old, new):
            continue
        lost = [one for one in old if not any(alike((one,), (its,)) for its in new)]
        gained = [its for its in new if not any(alike((one,), (its,)) for one in old)]
        if lost and gained:  # which of them became which is for their conjunctions to say
            lost, gained = old, new
        part = f"(if {trigger})"
        for step in members(sides, before, after, lost, gained, part, "dependentSchemas"):
            if isinstance(step, Difference):
                yield replace(step, wants=(Want(kind="with", what=trigger),))
            else:
                base, head = among(sides, step.base, step.head, _OBJECT)
                yield replace(step, base=base, head=head)
                yield from _described_anyway(sides, before, after, step)


def _described_anyway(sides: Sides, before: Arm, after: Arm, step: Into) -> Iterator[Into]:
    """The properties that one side describes only by themselves, and the other also where another is there."""
    shapes = sides[0].shape(step.base), sides[1].shape(step.head)
    if any(len(shape.arms) != 1 for shape in shapes):
        return
    olds, news = (shape.arms[0].properties for shape in shapes)
    for name in olds.keys() ^ news.keys():
        old, new = before.properties.get(name), after.properties.get(name)
        if old and new:
            yield Into(
                part=(*step.part, name), base=(*old, *olds.get(name, ())), head=(*new, *news.get(name, ())),
                origins=step.origins,
            )  # fmt: skip


def _dependents(one: Sided, other: Sided) -> dict[str, list[Node]]:
    """The schemas that hold where a property is there, without those that are told as `dependentRequired`."""
    side, arm = one
    stated = arm.stated.get("dependentSchemas")
    if not stated:
        return {}
    found: dict[str, list[Node]] = {}
    elsewhere = triggers(other, "if")
    for node in stated:
        for trigger, schema in node.members().items():
            if trigger not in elsewhere or required_alone(side, schema) is None:
                found.setdefault(trigger, []).append(schema)
    return found

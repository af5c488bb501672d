"""What two variants have in common that they did not have before: whether there may be any, and values of it."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from sluicegate.openapi.document import Node
from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.objects import refused
from sluicegate.openapi.relation.shape import Shape
from sluicegate.openapi.relation.steps import HINTS, Difference, Effect, Into, Step, Want

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sluicegate.openapi.direction import Direction
    from sluicegate.openapi.references import Place
    from sluicegate.openapi.relation.compare import Relation
    from sluicegate.openapi.relation.example import Maker
    from sluicegate.openapi.relation.shape import Arm

_DEEP = 8
_FEW = 4
_MOST_ASKED = 600
"""How many pairs of arms one comparison asks for containment."""

_OF_MEMBERS = {"[]": "items", "{}": "members"}

Wanted = tuple[str, tuple[Node, ...], Want]
"""What a value should be, or a property of it with the schemas that it obeys; the name is empty for the value."""


class Growth(Struct, kw_only=True):
    """Knows of arms whether all that they allow, arms of the base allowed.

    `back` compares head with base; `at` are the places of the two unions.
    """

    back: Relation
    direction: Direction
    at: tuple[Node, Node]
    _known: dict[tuple[tuple[Place, ...], tuple[Place, ...]], bool] = field(default_factory=dict)
    _asked: int = 0

    def of(self, new: Arm, old: Arm, olds: tuple[Arm, Arm]) -> list[Wanted] | None:
        """What to try where `new` may allow more than `old`, the common part of `olds`; None where it does not.

        What both of `olds` refused is nothing here, nor what that of them which allowed it did not describe.
        """
        differing = self._differing(olds)
        found: list[Wanted] = []
        grown = False
        for step in self._steps(new, old, olds):
            if not differing(step):
                continue
            if isinstance(step, Difference):
                grown = True
                found += [("", (), want) for want in step.wants]
            elif not self._contained(step.base, step.head, 0):
                grown = True
                found += self._inside(step)
        return found if grown else None

    def within(self, new: Arm, old: Arm) -> bool:
        """Whether an arm of the head allows no more than one of the base, whose properties it all describes.

        A doubt is a no, and so is everything after many questions.
        """
        if new.types - old.types or old.properties.keys() - new.properties.keys():
            return False
        self._asked += 1
        if self._asked > _MOST_ASKED or not self.back.asking.may_ask():
            return False
        return all(
            isinstance(step, Into) and self._contained(step.base, step.head, 0) for step in self._steps(new, old)
        )

    def _differing(self, olds: tuple[Arm, Arm]) -> Callable[[Step], bool]:
        """Whether one of two arms may allow what the other refuses for the reason that a step speaks of."""
        one, other = olds
        opened = any(arm.patterned or arm.additional for arm in olds)
        where = [_around(self.at[1], arm) for arm in olds]
        steps = list(self.back.turned.of_base.arms(one, other, where[0], where[1], self.direction))
        inside = {step.part[0] for step in steps if isinstance(step, Into)}
        declared = {step.parts[0] for step in steps if isinstance(step, Difference) and step.keyword == "property"}
        words = {step.keyword for step in steps if isinstance(step, Difference)} - {"property"}
        words |= {"type"} if one.types != other.types else set()
        names = one.properties.keys() | other.properties.keys()

        def differing(step: Step) -> bool:
            if isinstance(step, Into):
                part = step.part[0]
                return part in inside or (part in declared and opened if part in names else bool(words))
            if step.keyword == "required":
                return (step.parts[0] in one.required) != (step.parts[0] in other.required)
            return step.parts[0] in declared if step.keyword == "property" else step.keyword in words

        return differing

    def _steps(self, new: Arm, old: Arm, olds: Sequence[Arm] = ()) -> Iterator[Step]:
        """The differences by which an arm allows more, and what is to be compared further in."""
        before, after = _around(self.at[0], new), _around(self.at[1], old)
        kinds = new.types - old.types
        if kinds and (not olds or any(kinds & arm.types for arm in olds)):
            yield _loss("type", before, after, "", *(Want(kind="type", what=kind) for kind in sorted(kinds)))
        for name in old.required.keys() - new.required.keys():
            yield _loss("required", before, after, name, Want(kind="without", what=name))
        for step in self.back.arms(new, old, before, after, self.direction):
            if isinstance(step, Into):
                yield step
            elif step.keyword == "property":
                if step.now == "refused" and not self._never(new, step.parts[0]):
                    yield step
            elif step.effect is not Effect.WIDENED and step.keyword not in (*HINTS, "required"):
                yield step

    def _never(self, arm: Arm, name: str) -> bool:
        """Whether no object of an arm of the head has a property."""
        try:
            return refused(arm, name) or not self.back.base.shape(arm.properties[name]).arms
        except DanglingError:
            return False

    def _contained(self, news: Sequence[Node], olds: Sequence[Node], depth: int) -> bool:
        """Whether schemas allow no more; that they describe more is nothing here."""
        key = (_places(news), _places(olds))
        known = self._known.get(key)
        if known is None:
            if not self.back.asking.may_ask():
                return False
            self._known[key] = True  # what refers to itself is decided by the rest
            before = len(self._known)
            known = self._holds(news, olds, depth)
            if not known:  # what holds on the assumption is to be decided again
                for later in [it for it in list(self._known)[before:] if self._known[it]]:
                    del self._known[later]
            self._known[key] = known
        return known

    def _holds(self, news: Sequence[Node], olds: Sequence[Node], depth: int) -> bool:
        if self.back.within(news, olds, self.direction):
            return True
        try:
            new, old = self.back.shapes(news, olds)
        except DanglingError:
            return False
        if depth > _DEEP or new.doubts or old.doubts or not len(new.arms) == len(old.arms) == 1:
            return False
        return all(
            isinstance(step, Into) and self._contained(step.base, step.head, depth + 1)
            for step in self._steps(new.arms[0], old.arms[0])
        )

    def _inside(self, step: Into) -> Iterator[Wanted]:
        """What a property should be so that the whole is new."""
        try:
            for inner in self.back.steps_of_unions(step.base, step.head, self.direction):
                if isinstance(inner, Difference) and inner.effect is not Effect.WIDENED:
                    yield from ((step.part[0], step.base, want) for want in inner.wants)
        except DanglingError:
            return


def grown_values(maker: Maker, arm: Arm, wanted: Sequence[Wanted]) -> Iterator[Any]:
    """Values of an arm that answer what is wanted."""
    for name, nodes, want in wanted:
        if not name:
            yield from islice(maker.of(arm, want), _FEW)
            continue
        for one in islice(maker.tries(nodes, want), _FEW):
            if name in arm.properties:
                yield from ({**whole, name: one} for whole in islice(maker.of(arm), 1) if isinstance(whole, dict))
            elif name in _OF_MEMBERS:
                yield from islice(maker.of(arm, Want(kind=_OF_MEMBERS[name], what=one)), 1)


def _loss(keyword: str, before: Shape, after: Shape, name: str, *wants: Want) -> Difference:
    return Difference(
        keyword=keyword, effect=Effect.NARROWED, base=before.node, head=after.node, parts=(name,), wants=wants
    )


def _around(at: Node, arm: Arm) -> Shape:
    """An arm by itself: a listed value is not to be judged by the whole union."""
    return Shape(nodes=(Node(at.document, (*at.pointer, "(any)"), True),), arms=[arm])


def _places(nodes: Sequence[Node]) -> tuple[Place, ...]:
    return tuple((node.document.path, node.pointer) for node in nodes)

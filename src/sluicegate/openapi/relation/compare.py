"""The relation of two schemas, one level deep: every difference, and every pair of schemas to compare further in.

A difference narrows or widens the values that are allowed; which of the two breaks whom is not known here. The
relation is decided keyword by keyword within one conjunction, and arm by arm between unions: an arm that some arm of
the other side contains is no loss.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.openapi.document import dotted
from sluicegate.openapi.inline import accepts
from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.arrays import arrays
from sluicegate.openapi.relation.asking import Asking, Question
from sluicegate.openapi.relation.bounds import bounds, near
from sluicegate.openapi.relation.covering import covered
from sluicegate.openapi.relation.demands import unsaid
from sluicegate.openapi.relation.listed import named, types, values
from sluicegate.openapi.relation.meant import leave_out_alike
from sluicegate.openapi.relation.objects import objects
from sluicegate.openapi.relation.opaque import evaluated, opaque
from sluicegate.openapi.relation.overlap import overlaps, settled
from sluicegate.openapi.relation.pairing import apart, paired
from sluicegate.openapi.relation.same import Sameness, equal
from sluicegate.openapi.relation.shape import OPAQUE, class_of, restricted
from sluicegate.openapi.relation.steps import HINTS, Difference, Effect, Into, Step, Want
from sluicegate.openapi.relation.texts import texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.openapi.direction import Direction
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.references import Place
    from sluicegate.openapi.relation.normal import Side
    from sluicegate.openapi.relation.shape import Arm, Shape

_MOST_TRIED = 4_000
"""How many pairs of arms of one union are searched for one that contains the other."""

_BY_CONTAINMENT = frozenset(("contains", "dependentSchemas", *OPAQUE))
"""Keywords whose schemas are asked whether they contain each other."""


class Relation(Struct):
    """Compares schemas of two descriptions, in the direction that their values travel."""

    base: Side
    head: Side
    sameness: Sameness
    spent: int = 0
    """What was spent so far on values for large schemas; see `witness`."""
    _turned: Relation | None = None
    _of_base: Relation | None = None
    _twins: dict[tuple[tuple[Place, int], tuple[Place, int], Direction], bool] = field(default_factory=dict)
    _within: dict[Question, bool] = field(default_factory=dict)
    asking: Asking = field(default_factory=Asking)
    """Both ways share it."""

    @property
    def turned(self) -> Relation:
        """The relation of the way back."""
        if self._turned is None:
            same = Sameness(self.head.library, self.base.library)
            self._turned = Relation(self.head, self.base, same, asking=self.asking)
            self._turned._turned = self  # noqa: SLF001 - its own kind
        return self._turned

    @property
    def of_base(self) -> Relation:
        """The relation of the base with itself."""
        if self._of_base is None:
            same = Sameness(self.base.library, self.base.library)
            self._of_base = Relation(self.base, self.base, same, asking=self.asking)
        return self._of_base

    def same(self, olds: Sequence[Node], news: Sequence[Node]) -> bool:
        """Whether both sides read the same, and all that they refer to."""
        if len(olds) == len(news) == 1:
            return self.sameness.same(olds[0], news[0])
        return len(olds) == len(news) and all(map(self.sameness.same, olds, news))

    def shapes(self, olds: Sequence[Node], news: Sequence[Node]) -> tuple[Shape, Shape]:
        """The shapes of both sides, in one reading of types that are left out.

        Raises DanglingError where a reference leads nowhere.
        """
        if self.reads_as_written(olds, news):
            return self.base.written(olds), self.head.written(news)
        return self.base.shape(olds), self.head.shape(news)

    def reads_as_written(self, olds: Sequence[Node], news: Sequence[Node]) -> bool:
        """Whether a type that one of the sides leaves out is any, and not what people mean by that. Raises the same."""
        return not leave_out_alike(self.base.shape(olds), self.head.shape(news))

    def steps(self, olds: Sequence[Node], news: Sequence[Node], direction: Direction) -> Iterator[Step]:
        """The differences of schemas that all hold at once. Raises DanglingError where a reference leads nowhere."""
        yield from self.steps_of_unions(olds, news, direction)
        if not self.same(olds, news):
            before, after = self.shapes(olds, news)
            yield from overlaps(self, before, after, direction) if before.arms and after.arms else ()

    def steps_of_unions(self, olds: Sequence[Node], news: Sequence[Node], direction: Direction) -> Iterator[Step]:
        """The same where every `oneOf` is read as a union, so that a value may match several of its variants."""
        if self.same(olds, news):
            return
        before, after = self.shapes(olds, news)
        for shape in (before, after):
            for reason, node in shape.doubts:
                yield Difference(
                    keyword="schema", effect=Effect.UNKNOWN, base=before.node, head=after.node,
                    now=f"{node.document.shown}, {dotted(node.pointer)}: {reason}",
                )  # fmt: skip
        yield from types(before, after)
        if len(before.arms) == len(after.arms) == 1:
            yield from self.arms(before.arms[0], after.arms[0], before, after, direction)
        elif before.arms and after.arms:
            yield from self._unions(before, after, direction)

    def within(self, olds: Sequence[Node], news: Sequence[Node], direction: Direction) -> bool:
        """Whether everything that `olds` allow, `news` allow too, as far as can be told; a doubt is a no."""
        if self.same(olds, news):
            return True
        key = (_places(olds), _places(news), direction)
        known = self._within.get(key)
        if known is not None:
            return known
        asking = self.asking
        if (id(self), key) in asking.unknown or not asking.goes_in():
            asking.unsure += 1
            return False
        self._within[key] = True  # what refers to itself is decided by the rest
        before, unsure = len(self._within), asking.unsure
        try:
            known = self._contained(olds, news, direction) and settled(self, olds, news, direction)
        except DanglingError:
            known = False
        finally:
            asking.waiting -= 1
        if not known:  # what holds on the assumption is to be decided again; what does not hold in spite of it is not
            for later in [it for it in list(self._within)[before:] if self._within[it]]:
                del self._within[later]
        self._within[key] = known
        if not known and asking.unsure > unsure:
            del self._within[key]
            asking.unknown.add((id(self), key))
        if not asking.waiting:  # what was too deep down here need not be elsewhere
            asking.unknown.clear()
        return known

    def alike(self, old: Node, new: Node, direction: Direction) -> bool:
        """Whether both allow the same, however they put it, as far as can be told."""
        return self.all_alike((old,), (new,), direction)

    def all_alike(self, olds: Sequence[Node], news: Sequence[Node], direction: Direction) -> bool:
        """The same of schemas that all hold at once."""
        return self.same(olds, news) or (
            self.within(olds, news, direction) and self.turned.within(news, olds, direction)
        )

    def _contained(self, olds: Sequence[Node], news: Sequence[Node], direction: Direction) -> bool:
        before, after = self.shapes(olds, news)
        if before.doubts or after.doubts or before.types - after.types:
            return False
        return all(self._holds(arm, after.arms, before, after, direction) for arm in before.arms)

    def _holds(self, arm: Arm, others: Sequence[Arm], before: Shape, after: Shape, direction: Direction) -> bool | None:
        """Whether an arm fits one of the others, or all of them together; None where that could not be told."""

        def fits(one: Arm, other: Arm) -> bool:
            return self.fits(one, other, before, after, direction)

        unsure = self.asking.unsure
        if any(fits(arm, other) for other in others):
            return True
        found = covered(self.base, arm, others, fits) if len(others) > 1 else False
        return None if found is False and self.asking.unsure > unsure else found

    def fits(self, arm: Arm, other: Arm, before: Shape, after: Shape, direction: Direction) -> bool:
        """Whether everything that an arm of the base allows, an arm of the head allows too."""
        if arm.types - other.types or apart(arm, other):
            return False
        if "object" in arm.types and any(name not in arm.required for name in other.required):
            return False
        for step in self.arms(arm, other, before, after, direction):
            if isinstance(step, Into):
                if not self.within(step.base, step.head, direction):
                    return False
            elif step.keyword == "property":
                if step.now == "refused" or (step.was == "refused" and step.effect is not Effect.WIDENED):
                    return False
                if step.effect is Effect.NARROWED:
                    return False  # what no longer describes it is another variant
            elif step.effect is not Effect.WIDENED and step.keyword not in HINTS:
                return False
        return True

    def _unions(self, before: Shape, after: Shape, direction: Direction) -> Iterator[Step]:
        old_types, new_types = before.types, after.types
        olds = [arm for arm in before.arms if arm.types & new_types]
        news = [arm for arm in after.arms if arm.types & old_types]
        few = len(olds) * len(news) <= _MOST_TRIED
        if few:  # what another arm contains both ways has not changed
            for arm in list(olds):
                twin = next((it for it in news if self._alike(arm, it, before, after, direction)), None)
                if twin is not None:
                    olds = [it for it in olds if it is not arm]
                    news = [it for it in news if it is not twin]
        pairs, removed, added = paired(olds, news)
        split = min(len(before.arms), len(after.arms)) == 1  # what one arm said, several say together now
        if len(removed) * len(added) > _MOST_TRIED:
            yield Difference(
                keyword="schema", effect=Effect.UNKNOWN, base=before.node, head=after.node,
                now=f"{len(removed):,} variants became {len(added):,}, too many to tell which became which",
            )  # fmt: skip
            removed, added = [], []
        for one, other in pairs:
            if not one.types & other.types:
                removed.append(one)
                added.append(other)
                continue
            yield from self._kinds(one, other, before, after, direction, few=few)
            steps = list(self.arms(one, other, before, after, direction))
            told = any(_tells(step) or (split and isinstance(step, Into)) for step in steps)
            if few and told and len(before.arms) + len(after.arms) > 2:  # noqa: PLR2004
                steps = self._kept(steps, one, other, before, after, direction)
            yield from steps
        for arm in removed:  # the types that no arm has any more are told of the whole union
            held = few and self._holds(_of_types(arm, new_types), after.arms, before, after, direction)
            if not held:
                yield replace(_variant(arm, before, after, Effect.NARROWED), doubted=held is None)
        for arm in added:
            part, back = _of_types(arm, old_types), self.turned
            held = few and back._holds(part, before.arms, after, before, direction)  # noqa: SLF001 - its own kind
            if not held:
                yield replace(_variant(arm, before, after, Effect.WIDENED), doubted=held is None)

    def _kinds(
        self, one: Arm, other: Arm, before: Shape, after: Shape, direction: Direction, *, few: bool
    ) -> Iterator[Difference]:
        """The types that a pair of arms loses and gains, where no other arm makes up for them."""
        lost, gained = one.types - other.types, other.types - one.types
        if not lost and not gained:
            return
        lost, gained = lost & after.types, gained & before.types  # what no arm has any more is told of the whole union
        if lost and few:
            part = _of_types(one, lost)
            lost = frozenset() if self._holds(part, after.arms, before, after, direction) else lost
        if gained and few:
            part, back = _of_types(other, gained), self.turned
            gained = frozenset() if back._holds(part, before.arms, after, before, direction) else gained  # noqa: SLF001
        if not lost and not gained:
            return
        sides = ((one, before), (other, after))
        base, head = (next(iter(arm.stated.get("type", [])), arm.root or shape.node) for arm, shape in sides)
        numbers = [next(index for index, it in enumerate(shape.arms) if it is arm) for arm, shape in sides]
        yield Difference(
            keyword="type", base=base, head=head, was=named(one.types), now=named(other.types),
            effect=Effect.INCOMPARABLE if lost and gained else Effect.NARROWED if lost else Effect.WIDENED,
            origins=(one.origin(base), other.origin(head)),
            wants=(
                *(Want(kind="type", what=kind) for kind in sorted(lost | gained)),
                Want(kind="arm", what=(numbers[0 if lost else 1], ())),
            ),
        )  # fmt: skip

    def _alike(self, one: Arm, other: Arm, before: Shape, after: Shape, direction: Direction) -> bool:
        """Whether two arms say the same: nothing differs at all, however far in."""
        if one.source is None or other.source is None or one.values or other.values:
            return self._says_the_same(one, other, before, after, direction)
        key = (one.source, other.source, direction)
        known = self._twins.get(key)
        if known is None:
            known = self._twins[key] = self._says_the_same(one, other, before, after, direction)
        return known

    def _says_the_same(self, one: Arm, other: Arm, before: Shape, after: Shape, direction: Direction) -> bool:
        steps = self.arms(one, other, before, after, direction)
        return one.types == other.types and all(
            isinstance(step, Into) and self.same(step.base, step.head) for step in steps
        )

    def _kept(
        self, steps: list[Step], one: Arm, other: Arm, before: Shape, after: Shape, direction: Direction
    ) -> list[Step]:
        """The steps of a pair of arms without the losses and gains that another arm makes up for."""
        back = self.turned
        held = len(after.arms) > 1 and self._holds(one, after.arms, before, after, direction)
        had = len(before.arms) > 1 and back._holds(other, before.arms, after, before, direction)  # noqa: SLF001
        if len(before.arms) == 1 and held:
            had = back._holds(other, [one], after, before, direction)  # noqa: SLF001
        if len(after.arms) == 1 and had:
            held = self._holds(one, [other], before, after, direction)
        if held and had:
            return []
        lost = {effect for effect, it in ((Effect.NARROWED, held), (Effect.WIDENED, had)) if it}
        doubted = {effect for effect, it in ((Effect.NARROWED, held), (Effect.WIDENED, had)) if it is None}
        return [
            replace(step, doubted=True) if isinstance(step, Difference) and step.effect in doubted else step
            for step in steps if isinstance(step, Into) or step.effect not in lost
        ]  # fmt: skip

    def arms(self, one: Arm, other: Arm, before: Shape, after: Shape, direction: Direction) -> Iterator[Step]:
        """The differences of two arms, each by itself; which values `before` and `after` refuse, a validator tells."""
        unsure = self.asking.unsure
        for step in self._keywords(one, other, before, after, direction):
            by_containment = isinstance(step, Difference) and step.keyword in _BY_CONTAINMENT
            doubted = by_containment and self.asking.unsure > unsure
            yield replace(step, doubted=True) if doubted else step

    def _keywords(self, one: Arm, other: Arm, before: Shape, after: Shape, direction: Direction) -> Iterator[Step]:
        common, sides = one.types & other.types, (self.base, self.head)
        alike = partial(self.alike, direction=direction)
        refused = [
            partial(_refuses, side, it.nodes, direction) for side, it in ((self.base, before), (self.head, after))
        ]
        yield from values(one, other, common, (before.node, after.node), (refused[0], refused[1]))
        yield from unsaid(bounds(one, other, common), one, other)
        yield from texts(one, other, common)
        inside = [it.stated.get("contentSchema", []) for it in (one, other)]
        if inside[0] and inside[1] and "string" in common:  # where one side states none, strings may hold anything
            yield Into(part=("(content)",), base=tuple(inside[0]), head=tuple(inside[1]))
        if "array" in common:
            yield from arrays(sides, one, other, alike)
        if "object" in common:
            yield from objects(sides, one, other, direction, partial(self.all_alike, direction=direction), self.same)
        yield from opaque(self, one, other, (before.node, after.node), direction)
        yield from evaluated(one, other, (before.node, after.node))
        yield from _hints(one, other)


def _of_types(arm: Arm, kinds: frozenset[str]) -> Arm:
    """The part of an arm of those of its types that are among some."""
    types = arm.types & kinds
    if types == arm.types:
        return arm
    return replace(restricted(arm, {class_of(kind) for kind in types}), source=None, types=types)


def _refuses(side: Side, nodes: Sequence[Node], direction: Direction, value: Any) -> bool:
    return accepts(side.library, nodes, value, direction) is False


def _tells(step: Step) -> bool:
    """Whether a step is a loss or a gain by itself."""
    return not isinstance(step, Into) and step.keyword not in ("property", *HINTS)


def _variant(arm: Arm, before: Shape, after: Shape, effect: Effect) -> Difference:
    lost = effect is Effect.NARROWED
    shape, index = (before, before.arms) if lost else (after, after.arms)
    node = arm.root or shape.node
    number = next(number for number, one in enumerate(index) if one is arm)
    label = arm.label or " or ".join(sorted({class_of(kind) for kind in arm.types}))
    return Difference(
        keyword="variant", effect=effect, base=node if lost else before.node, head=after.node if lost else node,
        was=label if lost else None, now=None if lost else label, parts=(label,),
        wants=(Want(kind="arm", what=(number, _telling_names(arm, after if lost else before))),),
    )  # fmt: skip


def _telling_names(arm: Arm, other: Shape) -> tuple[str, ...]:
    """The optional properties of a variant, those first that the fewest variants of the other side declare."""
    often = Counter(name for it in other.arms for name in it.properties)
    return tuple(sorted((name for name in arm.properties if name not in arm.required), key=lambda name: often[name]))


def _hints(one: Arm, other: Arm) -> Iterator[Difference]:
    """What allows and refuses nothing, and yet means something to clients."""
    for word in HINTS:
        old, new = next(iter(one.stated.get(word, [])), None), next(iter(other.stated.get(word, [])), None)
        if old is None and new is None:
            continue
        if old is not None and new is not None and equal(old.value, new.value):
            continue
        some = old or new
        assert some is not None  # noqa: S101 - one of them is there
        base, head = old or near(one, some), new or near(other, some)
        yield Difference(
            keyword=word, effect=Effect.INCOMPARABLE, base=base, head=head, was=old.value if old else None,
            now=new.value if new else None, parts=("set" if old is None else "unset" if new is None else "changed",),
            origins=(one.origin(base), other.origin(head)),
        )  # fmt: skip


def _places(nodes: Sequence[Node]) -> tuple[Place, ...]:
    return tuple((node.document.path, node.pointer) for node in nodes)

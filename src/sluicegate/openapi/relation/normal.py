"""Schemas made into shapes: references followed, conjunctions merged, alternatives spread out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.openapi.document import Node
from sluicegate.openapi.references import DanglingError, reference_of
from sluicegate.openapi.relation.bounds import least_multiple
from sluicegate.openapi.relation.conditions import conditional
from sluicegate.openapi.relation.demands import unread
from sluicegate.openapi.relation.labels import labels
from sluicegate.openapi.relation.meant import as_written, meant
from sluicegate.openapi.relation.negate import negated
from sluicegate.openapi.relation.obeying import possible
from sluicegate.openapi.relation.own import own, stated_at, unevaluated
from sluicegate.openapi.relation.same import equal
from sluicegate.openapi.relation.shape import (
    EVERY,
    OF_TYPE,
    Arm,
    Origin,
    Shape,
    canonical,
    class_of,
    kind_of,
    meet,
    settled,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.openapi.references import Library, Place

MOST_ARMS = 4096
"""A union of more arms than this is not spread out."""

_MOST_MET = 512
"""How many arms two unions that hold at once may make together."""

_MOST_FLAGGED = 100
"""How many schemas of one property are asked whether it is read-only or write-only."""

_BESIDE = frozenset(("$ref", "description", "summary"))
_APPLICATORS = frozenset(
    (
        "allOf", "oneOf", "anyOf", "not", "if", "$dynamicRef", "nullable", "unevaluatedProperties", "unevaluatedItems",
    )
)  # fmt: skip
"""Keywords by which a schema says more than it does itself."""

_OF_MEMBERS = frozenset(("properties", "additionalProperties", "items", "contains", "if", "dependentSchemas"))

_Reader = Callable[["Node"], "list[Arm] | None"]


class _Crowded(Exception):  # noqa: N818 - a signal, never told to anybody
    """A union has too many arms."""


class Side(Struct, kw_only=True):
    """One of the two descriptions: its files, and the shapes of its schemas that were read so far."""

    library: Library
    _shapes: dict[tuple[Place, ...], Shape] = field(default_factory=dict)
    _written: dict[tuple[Place, ...], Shape] = field(default_factory=dict)
    """Those shapes in which a type was left out, as written."""
    _arms: dict[Place, list[Arm]] = field(default_factory=dict)
    """The arms of what was referred to, where nothing in it was doubted: then they are the same wherever it is read."""

    def shape(self, nodes: Sequence[Node]) -> Shape:
        """What schemas that all hold at once say together, a type left out being what people mean by that.

        Raises DanglingError where a reference leads nowhere.
        """
        key = _places(nodes)
        known = self._shapes.get(key)
        if known is None:
            arms, doubts = self._arms_of(nodes)
            kinds = {kind for arm in arms if (kind := meant(arm)) is not None}
            arms = [_typed(arm) for arm in arms] if kinds else arms
            known = self._shapes[key] = _shaped(nodes, arms, doubts, frozenset(kinds))
        return known

    def written(self, nodes: Sequence[Node]) -> Shape:
        """The same, a type left out being all types, as JSON Schema says."""
        known = self.shape(nodes)
        if not known.meant:
            return known
        key = _places(nodes)
        if key not in self._written:
            arms, doubts = self._arms_of(nodes)
            self._written[key] = _shaped(nodes, as_written(arms), doubts, known.meant)
        return self._written[key]

    def _arms_of(self, nodes: Sequence[Node]) -> tuple[list[Arm], list[tuple[str, Node]]]:
        reading = _Reading(self, self._arms)
        return _settled(reading.all_of(nodes)), reading.doubts

    def free(self, nodes: Sequence[Node]) -> bool:
        """Whether schemas allow everything and describe nothing; a reference that leads nowhere does neither."""
        try:
            shape = self.shape(nodes)
        except DanglingError:
            return False
        return not shape.doubts and len(shape.arms) == 1 and shape.arms[0].is_free

    def unread(self, nodes: Sequence[Node], *, names: bool = False) -> bool:
        """Whether all that schemas say (of `names`, which are texts) is a pattern which is none.

        Nobody knows whether such schemas refuse anything.
        """
        try:
            shape = self.shape(nodes)
        except DanglingError:
            return False
        [arm, *others] = shape.arms or [Arm()]
        rest = {word: said for word, said in arm.stated.items() if word not in ("pattern", "type")}
        silent = replace(arm, stated=rest, types=EVERY if names and "string" in arm.types else arm.types).is_free
        return not others and not shape.doubts and silent and bool(unread(arm))

    def mentions(self, word: str) -> bool:
        """Whether a keyword may stand somewhere; no is sure, for the files that were read so far."""
        return self.library.mentions(word)

    def flagged(self, nodes: Sequence[Node], word: str) -> bool:
        """Whether one of the schemas, or what it refers to or holds in `allOf`, says `word: true`."""
        waiting, seen = list(nodes), 0
        while waiting and seen < _MOST_FLAGGED:
            node, seen = waiting.pop(), seen + 1
            if node.flag(word):
                return True
            if not isinstance(node.value, dict):
                continue
            if "allOf" in node.value:
                waiting += _items(node.get("allOf"))
            if reference_of(node.value) is not None:
                try:
                    waiting.append(self.library.resolve(node))
                except DanglingError:
                    continue
        return False


class _Reading(Struct):
    """One reading of a schema: what it could not make sense of, and the places it is inside of."""

    side: Side
    sure: dict[Place, list[Arm]]
    """The arms of what was referred to in this reading and before, where nothing in it was doubted."""
    doubts: list[tuple[str, Node]] = field(default_factory=list)
    inside: list[Place] = field(default_factory=list)
    _read: dict[Place, list[Arm] | None] = field(default_factory=dict)
    """The arms of what was referred to so far; None where they are too many."""

    def all_of(self, nodes: Sequence[Node]) -> list[Arm]:
        try:
            first, *others = self._different(nodes)
            arms = self._one(first)
            for node in others:
                arms = self._met(arms, self._one(node))
        except _Crowded:
            self.doubts.append((f"its allOf, oneOf and anyOf make more than {_MOST_MET} variants together", nodes[0]))
            return [Arm()]
        return arms

    def _different(self, nodes: Sequence[Node]) -> list[Node]:
        """The schemas without those that refer to the same place as one before, or read like it: they add nothing."""
        if len(nodes) == 1:
            return list(nodes)
        found: dict[Place, Node] = {}
        for node in nodes:
            simple = isinstance(node.value, dict) and (len(node.value) == 1 or self._legacy(node))
            end = self.side.library.resolve(node) if simple else node
            if not any(_reads_like(node, it) for it in found.values()):
                found.setdefault((end.document.path, end.pointer), node)
        return list(found.values())

    def _legacy(self, node: Node) -> bool:
        """Whether a schema speaks the dialect of OpenAPI 3.0."""
        return self.side.library.version_of(node.document) in ("2.0", "3.0")

    def _met(self, ones: list[Arm], others: list[Arm]) -> list[Arm]:
        if len(ones) * len(others) > (MOST_ARMS if len(ones) == 1 or len(others) == 1 else _MOST_MET):
            raise _Crowded
        return [both for one in ones for other in others if (both := meet(one, other)) is not None]

    def _one(self, node: Node) -> list[Arm]:
        value = node.value
        if value is False:
            return []
        if not isinstance(value, dict):
            return [Arm()]
        place = (node.document.path, node.pointer)
        if place in self.inside:
            self.doubts.append(("it contains itself through allOf, oneOf or anyOf alone", node))
            return [Arm()]
        if len(self.inside) > 200:  # noqa: PLR2004
            self.doubts.append(("it is nested through too many references, allOf, oneOf and anyOf", node))
            return [Arm()]
        self.inside.append(place)
        try:
            return self._keywords(node, value)
        finally:
            self.inside.pop()

    def _once(self, target: Node) -> list[Arm]:
        """The arms of what a reference leads to, read once however many lead there; they are the caller's own."""
        place = (target.document.path, target.pointer)
        if place in self.inside:
            return self._one(target)
        arms = self.sure.get(place)
        if arms is None:
            if place not in self._read:
                self._read[place] = None
                doubts = len(self.doubts)
                self._read[place] = found = self._one(target)
                if len(self.doubts) == doubts:
                    self.sure[place] = found
                    for index, arm in enumerate(found):
                        arm.source = (place, index)
            arms = self._read[place]
        if arms is None:
            raise _Crowded
        return [replace(arm, origins=dict(arm.origins)) for arm in arms]

    def _keywords(self, node: Node, value: dict[str, Any]) -> list[Arm]:
        if reference_of(value) is not None:
            target = self.side.library.resolve(node)
            arms = self._once(target)
            origin = Origin((target.document.path, target.pointer), component=True)
            for arm in arms:
                arm.origins.setdefault(origin.place, origin)
            if value.keys() <= _BESIDE or self._legacy(node):
                return arms
            return self._met(arms, self._plain(node, value))
        return self._plain(node, value)

    def _plain(self, node: Node, value: dict[str, Any]) -> list[Arm]:
        legacy = self._legacy(node)
        arms = [own(node, value, legacy=legacy)]
        if _APPLICATORS.isdisjoint(value):
            return [arm for arm in arms if arm.types]
        for member in self._different(_items(node.get("allOf"))):
            arms = self._met(arms, self._one(member))
        for word in ("oneOf", "anyOf"):
            holder = node.get(word)
            if holder is not None and isinstance(holder.value, list):
                arms = self._tried(arms, holder, self._union)
        types = frozenset().union(*(arm.types for arm in arms))
        for word, reading in (("not", partial(self._not, types)), ("if", self._if), ("$dynamicRef", self._dynamic)):
            holder = node.get(word)
            if holder is not None:
                arms = self._tried(arms, conditional(node) if word == "if" else holder, reading, word)
        listed = value.get("enum")
        lacking = isinstance(listed, list) and None not in listed
        if legacy and value.get("nullable") is True and ("type" not in value or lacking):
            arms = [*arms, Arm(types=frozenset(("null",)), stated={"nullable": stated_at(node, "nullable")})]
        for word in ("unevaluatedProperties", "unevaluatedItems"):
            if (holder := node.get(word)) is not None:
                for arm in arms:
                    unevaluated(arm, word, holder)
        return [arm for arm in arms if arm.types]

    def _tried(self, arms: list[Arm], holder: Node, reading: _Reader, word: str = "") -> list[Arm]:
        """The arms with an alternative spread out; kept as it stands where that cannot be done."""
        try:
            spread = reading(holder)
            if spread is not None:
                return self._met(arms, spread)
        except _Crowded:
            pass
        key = word or str(holder.pointer[-1])
        return self._met(arms, [Arm(stated={key: [holder]})])

    def _union(self, holder: Node) -> list[Arm]:
        found: list[Arm] = []
        members = holder.items()
        for index, (member, label) in enumerate(zip(members, labels(self.side.library, members), strict=True)):
            place = (member.document.path, member.pointer)
            for arm in self._one(member):
                if len(members) > 1:
                    if arm.root is None or arm.root.document.path != member.document.path:
                        arm.root = member
                    arm.label = arm.label or label
                    if holder.pointer[-1] == "oneOf":
                        arm.exclusive = {**arm.exclusive, (holder.document.path, holder.pointer): index}
                    arm.origins.setdefault(place, Origin(place, component=False, label=label))
                found.append(arm)
            if len(found) > MOST_ARMS:
                raise _Crowded
        return found

    def _not(self, types: frozenset[str], holder: Node) -> list[Arm] | None:
        """The values of some types that a schema refuses; None where that cannot be said in keywords."""
        refused = [arm for arm in _settled(self._once(holder)) if arm.types & types]
        if len(refused) > 1 and any(arm.exclusive for arm in refused):
            return None
        found = [Arm()]
        for arm in refused:
            opposite = self._opposite(types, arm)
            if opposite is None:
                return None
            found = self._met(found, opposite)
        return found

    def _opposite(self, types: frozenset[str], arm: Arm) -> list[Arm] | None:
        others = negated(replace(arm, stated={word: it for word, it in arm.stated.items() if word != "not"}), types)
        if others is None:
            return None
        inner = self._different(arm.stated.get("not", []))  # read within the other already: each level once
        found = [it for one in inner for it in self._once(one) if it.types & types]
        return None if any(map(_speaks_of_members, found)) else [*found, *others]

    def _possible(self, node: Node) -> list[Arm]:
        """The arms of a schema that is asked whether it holds, without those that never do."""
        return _settled(self._one(node))

    def _dynamic(self, holder: Node) -> list[Arm] | None:
        try:
            return self._once(self.side.library.follow_dynamic(holder.document, str(holder.value)))
        except DanglingError:
            return None

    def _if(self, node: Node) -> list[Arm] | None:
        """What a condition leaves where it always or never holds; otherwise it is kept, and makes no variants."""
        condition = node.get("if")
        assert condition is not None  # noqa: S101 - asked for where it is there
        arms = self._possible(condition)
        always = len(arms) == 1 and arms[0].is_free
        if arms and not always:
            return [Arm()] if node.get("then") is None and node.get("else") is None else None
        said = node.get("then" if always else "else")
        return [Arm()] if said is None else self._one(said)


def _shaped(nodes: Sequence[Node], arms: list[Arm], doubts: list[tuple[str, Node]], kinds: frozenset[str]) -> Shape:
    return Shape(nodes=tuple(nodes), arms=canonical([_busy(arm) for arm in arms]), doubts=doubts, meant=kinds)


def _typed(arm: Arm) -> Arm:
    """The arm of the type that people mean by it, where it states none."""
    kind = meant(arm)
    return arm if kind is None else replace(arm, types=frozenset((kind,)))


def _busy(arm: Arm) -> Arm:
    """The arm without what its own types make idle."""
    if "number" in arm.types and _whole(arm):
        arm = replace(arm, types=arm.types - {"number"})
    classes = {class_of(kind) for kind in arm.types}
    idle = [word for word in arm.stated if OF_TYPE.get(word) not in (None, *classes)]
    return replace(arm, stated={word: it for word, it in arm.stated.items() if word not in idle}) if idle else arm


def _whole(arm: Arm) -> bool:
    """Whether its numbers are integers, though its types say no such thing: all that are listed, or by a multiple."""
    if "number" in arm.values:
        return all(kind_of(value) == "integer" for value in arm.values["number"].values())
    step = least_multiple(arm)
    return step is not None and step.denominator == 1


def _settled(arms: list[Arm]) -> list[Arm]:
    """Those of some arms that may hold."""
    met = [both for arm in arms if (both := settled(arm)) is not None]
    return [left for arm in met if (left := possible(arm)) is not None]


def _speaks_of_members(arm: Arm) -> bool:
    """Whether an arm describes members: within a `not` these are not described for anybody else."""
    return bool(arm.patterned or arm.additional or arm.prefix or arm.items or arm.stated.keys() & _OF_MEMBERS)


def _reads_like(one: Node, other: Node) -> bool:
    """Whether two schemas of one document read the same, so that both mean the same."""
    return one.document is other.document and equal(one.value, other.value)


def _places(nodes: Sequence[Node]) -> tuple[Place, ...]:
    return tuple((node.document.path, node.pointer) for node in nodes)


def _items(node: Node | None) -> list[Node]:
    return node.items() if node else []

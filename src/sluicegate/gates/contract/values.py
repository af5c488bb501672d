"""The values of two descriptions, compared: every pair of schemas once per direction, and told where it is used.

A pair of components is compared once, whatever refers to it; what `allOf` merges is compared merged, and told at the
component that says it.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.errors import UnreadableError
from sluicegate.gates.contract.changes import Change, Component, Site
from sluicegate.gates.contract.discriminators import discriminator
from sluicegate.gates.contract.law import as_text, breaks, level_of, rule_of
from sluicegate.gates.contract.lifecycle.compare import EXTENSIBLE, Policy, gathered, lifecycle, open_lists, removal
from sluicegate.gates.contract.wording import advice, sentence, what
from sluicegate.model import Level
from sluicegate.openapi.direction import Direction
from sluicegate.openapi.document import Node
from sluicegate.openapi.references import DanglingError, mapped, reference_of
from sluicegate.openapi.relation import Difference, Effect, Into, Relation, Side, witness
from sluicegate.openapi.relation.meant import among
from sluicegate.openapi.relation.overlap import BESIDE
from sluicegate.openapi.relation.same import Sameness
from sluicegate.openapi.relation.shape import EVERY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.openapi.document import Document, Pointer
    from sluicegate.openapi.references import Library, Place
    from sluicegate.openapi.relation import Origin

_NAMED = 3  # parts in the pointer of a component: components, its section, its name
_BESIDE = frozenset(("$ref", "description", "summary"))
_PRECISIONS = frozenset(("int64", "float", "double", "decimal"))
_Nodes = tuple[Node, ...]


class Values(Struct, kw_only=True):
    """Compares the schemas of two descriptions, as what travels in one direction.

    `undecided` gathers the places that could not be compared, by rule.
    """

    relation: Relation
    direction: Direction
    main: str
    main_at_head: str = ""
    policy: Policy
    undecided: dict[str, dict[str, None]] = field(default_factory=dict)
    _waiting: deque[tuple[_Nodes, _Nodes, Site, tuple[Node, Node]]] = field(default_factory=deque)
    """The schemas, where they are told, and what stands there itself: a `$ref`, where they are what it leads to."""
    _seen: set[tuple[tuple[Place, ...], tuple[Place, ...], tuple[str, ...], Level]] = field(default_factory=set)
    _named: dict[Component, Component] = field(default_factory=dict)

    @property
    def base(self) -> Library:
        """The documents before the change."""
        return self.relation.base.library

    @property
    def head(self) -> Library:
        """The documents that are judged."""
        return self.relation.head.library

    def compare(self, base: Node, head: Node, site: Site, kinds: frozenset[str] = EVERY) -> Iterator[Change]:
        """The changes of one schema and of everything it refers to that was not compared before.

        `kinds` are the types that values can have there at all.
        """
        way, sides = self.direction, (self.relation.base, self.relation.head)
        self._enqueue(*(among(sides, (base,), (head,), kinds) if kinds != EVERY else ((base,), (head,))), site)
        while self._waiting:
            olds, news, at, own = self._waiting.popleft()
            try:
                yield from self._life(olds, news, at)
                self._enqueue_mapped(olds[0], news[0], at)
                for step in self.relation.steps(olds, news, way):
                    here = self._owner(at, step)
                    if isinstance(step, Difference) and _known_twice(step, way):
                        continue
                    if isinstance(step, Difference) and step.keyword == EXTENSIBLE:
                        yield from open_lists(step, way, here)
                        continue
                    if isinstance(step, Into):
                        inner = here
                        for part in step.part:
                            inner = inner.into(part)
                        self._enqueue(step.base, step.head, inner)
                    else:
                        base, head = self._places(step, here, at, own)
                        yield replace(self._change(step, olds, news, here), base=base, head=head)
            except DanglingError as error:
                self.doubt(f"{at.title}: {error.reason}")
            except RecursionError:
                self.doubt(f"{at.title}: the schemas stand too deep inside each other to be compared")

    def _life(self, olds: _Nodes, news: _Nodes, site: Site) -> Iterator[Change]:
        """What a schema says that refuses nothing: of telling variants apart, and of its life."""
        way = self.direction
        yield from discriminator(olds[0], news[0], way, site, self.relation)
        shared = site.component is not None and site.component.pointer[:2] == ("components", "schemas")
        if site.place == "property" or shared:
            old, new = gathered(olds, self.base), gathered(news, self.head)
            yield from lifecycle(old, new, what(site, way), site, self.policy, "property", site.stability)

    def same(self, one: Node, other: Node) -> bool:
        """Whether two places read the same, and everything that they refer to."""
        return self.relation.sameness.same(one, other)

    def doubt(self, reason: str, rules: tuple[str, ...] = ("",)) -> None:
        """Remember that something could not be compared; the empty rule stands for every rule on schemas."""
        for rule in rules:
            self.undecided.setdefault(rule, {})[reason] = None

    def component_site(self, base: Node, head: Node, site: Site) -> tuple[Node, Node, Site]:
        """Both nodes with their references followed, and the site of the component where both name one."""
        base_end, head_end = self.base.resolve(base), self.head.resolve(head)
        if reference_of(base.value) is None or reference_of(head.value) is None:
            return base_end, head_end, site
        old, new = component_of(base_end), component_of(head_end)
        if self._at_head(old) != new and self._stays(old):
            return base_end, head_end, site  # another component is named here: that is a change of this place
        return base_end, head_end, self.site_of(old, new, site)

    def _at_head(self, component: Component) -> Component:
        """A component of the base, as it is called at head: the main file may have another name there."""
        path = (self.main_at_head if component.path == self.main else "") or component.path
        return Component(path=path, pointer=component.pointer)

    def _at_base(self, component: Component) -> Component:
        """A component that only the head names, as it is called at base: one in two main files is one."""
        path = self.main if component.path == self.main_at_head else component.path
        return Component(path=path, pointer=component.pointer)

    def _stays(self, component: Component) -> bool:
        """Whether what a component was called at base still stands at head: then it was not renamed."""
        try:
            document = self.head.open(self._at_head(component).path)
        except UnreadableError:
            return False
        return len(component.pointer) == _NAMED and node_at(document, component.pointer) is not None

    def site_of(self, component: Component, at_head: Component | None, user: Site) -> Site:
        """The site of a component that is used at another: keyed by its name at base, shown as what head calls it."""
        use = at_head or component
        key = self._at_base(component).key(self.main)
        if at_head and self._named.setdefault(component, at_head) != at_head:
            key = (*key, "as", *at_head.key(self.main))  # one component became several: each is told
        return Site(
            title=use.title, key=key, logical=use.title.replace("`", ""), component=use, cap=user.cap,
            reached=user.used_as,
        )  # fmt: skip

    def _enqueue(self, base: _Nodes, head: _Nodes, site: Site) -> None:
        own = base[0], head[0]
        # beside a $ref more keywords may stand (3.1): they belong to this place, and the relation does the following
        if len(base) == len(head) == 1 and not self._siblings(base[0]) and not self._siblings(head[0]):
            try:
                one, other, site = self.component_site(base[0], head[0], site)
            except DanglingError as error:
                self.doubt(f"{site.title}: {error.reason}")
                return
            base, head = (one,), (other,)
        # by place, not by value: what YAML aliases share stands in several places, and each is told
        key = (_places(base), _places(head), site.key)
        if any((*key, cap) in self._seen for cap in {Level.ERROR, site.cap}):
            return
        self._seen.add((*key, site.cap))
        if not self.relation.same(base, head):
            self._waiting.append((base, head, site, own))

    def _enqueue_mapped(self, old: Node, new: Node, site: Site) -> None:
        """What a discriminator maps its values to: schemas that take this one in by `allOf`, and may stand for it."""
        now = mapped(new.value)
        for name, reference in mapped(old.value).items():
            if name not in now:
                continue
            try:
                one = self.base.resolve(self.base.follow(old.document, reference))
                other = self.head.resolve(self.head.follow(new.document, now[name]))
            except DanglingError:
                continue  # nothing is said of such values
            before, after = component_of(one), component_of(other)
            swapped = self._at_head(before) != after and self._stays(before)
            at = site.into(f"|{name}") if swapped else self.site_of(before, after, site)
            self._enqueue((one,), (other,), at)

    def _siblings(self, node: Node) -> bool:
        """Whether keywords that count stand beside a $ref: 3.1 lets them, 3.0 ignores them."""
        if reference_of(node.value) is None or node.value.keys() <= _BESIDE:
            return False
        return self.base.version_of(node.document) not in ("2.0", "3.0")

    def _owner(self, site: Site, step: Difference | Into) -> Site:
        """Where a step belongs: at the component or variant that says it, else at the site that is compared."""
        old, new = step.origins
        components = [_component(origin) if origin and origin.component else None for origin in step.origins]
        if (components[0] or components[1]) and not self._says_it_still(step, components):
            first = components[0] or components[1]
            assert first is not None  # noqa: S101 - one of the two is there
            if self._at_head(first) == site.component:
                return site
            second = components[1] if components[0] and components[1] != self._at_head(components[0]) else None
            if second is not None and self._stays(first):
                return site
            return self.site_of(first, second, site)
        label = next((origin.label for origin in (old, new) if origin), "")
        return site.into(f"|{label}") if label else site

    def _places(self, step: Difference, here: Site, at: Site, own: tuple[Node, Node]) -> tuple[Node, Node]:
        """Where a difference stands: what a component says that has not changed stands where that is referred to."""
        if here.component != at.component:
            return step.base, step.head
        sides = zip((step.base, step.head), step.origins, own, (self.base, self.head), strict=True)
        base, head = (
            mine if self._is_elsewhere(node, origin, mine, library, at) else node
            for node, origin, mine, library in sides
        )
        return base, head

    def _is_elsewhere(self, node: Node, origin: Origin | None, own: Node, library: Library, site: Site) -> bool:
        if origin and origin.component:
            component = _component(origin)
        elif reference_of(own.value) is not None:
            component = component_of(library.resolve(own))
        else:
            return False
        old, new = self._at_base(component), self._at_head(component)
        inside = node.pointer[: len(component.pointer)] == component.pointer and node.document.path == component.path
        return inside and new != site.component and self._unchanged(old, new)

    def _says_it_still(self, step: Difference | Into, components: list[Component | None]) -> bool:
        """Whether what the sides take from a component is what that says on both: then it is only used otherwise."""
        one, other = components
        if one and other:
            return self._at_head(one) == other and self._unchanged(one, other)
        olds, news = (step.base, step.head) if isinstance(step, Into) else ((step.base,), (step.head,))
        node = (olds if one else news)[0]
        path = (self._at_head if one else self._at_base)(component_of(node)).path
        try:
            document = (self.head if one else self.base).open(path)
        except UnreadableError:
            return False
        twin = node_at(document, node.pointer)
        return twin is not None and self.same(*((node, twin) if one else (twin, node)))

    def _unchanged(self, old: Component, new: Component) -> bool:
        """Whether a component reads the same on both sides."""
        try:
            documents = self.base.open(old.path), self.head.open(new.path)
        except UnreadableError:
            return False
        one, other = node_at(documents[0], old.pointer), node_at(documents[1], new.pointer)
        return one is not None and other is not None and self.same(one, other)

    def _change(self, difference: Difference, olds: _Nodes, news: _Nodes, site: Site) -> Change:
        direction = self.direction
        if difference.keyword in ("property", "required"):
            site = site.into(difference.parts[0])
        if site.place in ("parameter", "header"):
            difference = as_text(difference, _words(olds) | _words(news))
        level = level_of(difference, direction)
        found = None
        if level.reaches(Level.WARNING):
            found = witness(self.relation, olds, news, difference, direction, lost=_lost(difference, direction))
            if found is None and difference.doubted:
                difference = replace(difference, effect=Effect.UNKNOWN)
                level = level_of(difference, direction)
            elif difference.effect is Effect.UNKNOWN and found is not None:
                effect = Effect.NARROWED if direction is Direction.REQUEST else Effect.WIDENED
                difference = replace(difference, effect=effect)
                level = level_of(difference, direction)
        if difference.keyword == "property" and difference.effect is Effect.NARROWED:
            level = removal(gathered((difference.base,), self.base), self.policy) or level
        most = Level.WARNING if _of_precision(difference) else site.cap
        level = min(level, site.cap, most, key=lambda one: one.weight)
        parts = difference.parts if difference.keyword not in ("property", "required") else ()
        return Change(
            rule=rule_of(difference, direction), key=(*site.whole_key, *parts), logical=site.logical,
            component=site.component, message=f"{site.title}: {sentence(difference, direction, site)}",
            advice=advice(difference, direction), level=level, head=difference.head, base=difference.base,
            witness=found, difference=difference, direction=direction, site=site,
        )  # fmt: skip


class Read:
    """What was read of two descriptions, whichever way their values travel."""

    def __init__(self, base: Library, head: Library) -> None:
        self.base, self.head = Side(library=base), Side(library=head)
        self.sameness = Sameness(base, head)


def both_ways(
    read: Read, directions: Sequence[Direction], *, main: str, main_at_head: str = "", policy: Policy
) -> list[Values]:
    """The values of two descriptions for some directions."""
    return [
        Values(
            relation=Relation(read.base, read.head, read.sameness), direction=direction, main=main,
            main_at_head=main_at_head, policy=policy,
        )
        for direction in directions
    ]  # fmt: skip


def component_of(node: Node) -> Component:
    """The component that a reference led to."""
    return Component(path=node.document.path, pointer=node.pointer)


def node_at(document: Document, pointer: Pointer) -> Node | None:
    """What a document has at a place."""
    value = document.data
    try:
        for part in pointer:
            value = value[part]
    except (KeyError, IndexError, TypeError):
        return None
    return Node(document, pointer, value)


def _component(origin: Origin) -> Component:
    return Component(path=origin.place[0], pointer=origin.place[1])


def _of_precision(difference: Difference) -> bool:
    """Whether a format that says how a number is kept came or went: nearly every number that is sent is one of it."""
    one_sided = difference.keyword == "format" and (difference.was is None) != (difference.now is None)
    return one_sided and (difference.was or difference.now) in _PRECISIONS


def _known_twice(difference: Difference, direction: Direction) -> bool:
    """Whether variants overlap where that breaks nobody: it is told with what became of the variants."""
    overlap = difference.keyword == "oneOf" and difference.parts == BESIDE
    return overlap and not breaks(difference, direction)


def _lost(difference: Difference, direction: Direction) -> bool:
    """Whether the telling value is one that the base allowed (and the head refuses), not one that is new."""
    if difference.keyword == "property":
        return difference.effect is Effect.NARROWED or difference.now == "required"
    return direction is Direction.REQUEST


def _words(nodes: _Nodes) -> frozenset[str]:
    return frozenset(word for node in nodes if isinstance(node.value, dict) for word in node.value)


def _places(nodes: _Nodes) -> tuple[Place, ...]:
    return tuple((node.document.path, node.pointer) for node in nodes)

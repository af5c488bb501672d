"""How a value at head relates to what it was: schemas compared in the direction in which their values travel.

A request may accept more and never less; a response may promise more and never less. Each pair of components is
compared once per direction, whatever refers to it; equal text is not compared, only what it refers to.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sluicegate.gates.contract.changes import Change, Component, Site, listed, shown
from sluicegate.gates.contract.reach import equal, referred, same
from sluicegate.gates.contract.uncompared import uncompared
from sluicegate.gates.contract.unions import joined, said_alike, schema_rules, split
from sluicegate.gates.contract.variants import related
from sluicegate.gates.contract.views import Member, View, component_of, exists, has_siblings, view
from sluicegate.model import Level
from sluicegate.openapi.direction import Direction
from sluicegate.openapi.document import Node, dotted
from sluicegate.openapi.references import DanglingError, reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.openapi.references import Library, Place

_Beside = tuple[View | None, View | None]
_REQUEST = Direction.REQUEST
_HIDDEN = {Direction.REQUEST: "readOnly", Direction.RESPONSE: "writeOnly"}


@dataclass(slots=True, kw_only=True)
class Relation:
    """Compares schemas of two descriptions. `undecided` gathers the places that could not be compared, by rule."""

    base: Library
    head: Library
    main: str
    undecided: dict[str, dict[str, None]] = field(default_factory=dict)
    _waiting: deque[tuple[list[Node], list[Node], Direction, Site, _Beside]] = field(default_factory=deque)
    _seen: set[tuple[tuple[Place, ...], tuple[Place, ...], Direction, tuple[str, ...], bool]] = field(
        default_factory=set
    )
    _named: dict[Component, Component] = field(default_factory=dict)
    _references: dict[tuple[int, Direction], tuple[dict[str, None], dict[str, None]]] = field(default_factory=dict)

    def compare(self, base: Node, head: Node, direction: Direction, site: Site) -> Iterator[Change]:
        """The changes of one schema and of everything it refers to that was not compared before."""
        self._enqueue([base], [head], direction, site)
        while self._waiting:
            pair = self._waiting.popleft()
            try:
                yield from self._pair(*pair)
            except DanglingError as error:
                self.doubt(f"{pair[3].title}: {error.reason}")

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
        if old.pointer != new.pointer and exists(head_end.document, old) and exists(base_end.document, new):
            return base_end, head_end, site  # another component is named here: that is a change of this place
        return base_end, head_end, self.site_of(old, new)

    def site_of(self, component: Component, at_head: Component | None = None) -> Site:
        """The site of a component: keyed by what it was called at base, shown as what it is called at head."""
        use = at_head or component
        key = component.key(self.main)
        if at_head and self._named.setdefault(component, at_head) != at_head:
            key = (*key, "as", *at_head.key(self.main))  # one component became several: each is told
        return Site(title=use.title, key=key, logical=use.title.replace("`", ""), component=use)

    def _enqueue(
        self, base: list[Node], head: list[Node], direction: Direction, site: Site, beside: _Beside = (None, None)
    ) -> None:
        alone = beside == (None, None)
        # beside a $ref more keywords may stand (3.1): they belong to this place, and the views do the following
        if len(base) == len(head) == 1 and alone and not has_siblings(base[0]) and not has_siblings(head[0]):
            try:
                one, other, site = self.component_site(base[0], head[0], site)
            except DanglingError as error:
                self.doubt(f"{site.title}: {error.reason}")
                return
            base, head = [one], [other]
        # by place, not by value: what YAML aliases share stands in several places, and each is told
        key = (_places(base), _places(head), direction, site.key, alone)
        if key in self._seen:
            return
        self._seen.add(key)
        self._waiting.append((base, head, direction, site, beside))

    def _pair(
        self, base: list[Node], head: list[Node], direction: Direction, site: Site, beside: _Beside
    ) -> Iterator[Change]:
        if (
            beside == (None, None)
            and len(base) == len(head)
            and all(equal(one.value, other.value) for one, other in zip(base, head, strict=True))
        ):
            for one, other in zip(base, head, strict=True):
                self._follow_equal(one, other, direction, site)
            return
        before, after = joined(view(self.base, base), beside[0]), joined(view(self.head, head), beside[1])
        if before.variants or after.variants:
            yield from self._null(before, after, direction, site)
            one_side = not (before.variants and after.variants)
            before, after, left, right = split(self.base, before, self.head, after)
            yield from self._variants(before, after, base, head, direction, site, (left, right))
            if one_side:
                return
        yield from self._types(before, after, direction, site)
        yield from self._enum(before, after, direction, site)
        yield from self._properties(before, after, direction, site)
        for part, ones, others in (("[]", before.items, after.items), ("{}", before.others, after.others)):
            if ones and others:
                self._enqueue(ones, others, direction, site.into(part))
        for why in uncompared(self.base, before, self.head, after, direction):
            self._unrelated(direction, site, after.node, why)

    def _follow_equal(self, base: Node, head: Node, direction: Direction, site: Site) -> None:
        key = (id(base.value), direction)
        found = self._references.get(key)
        if found is None:
            found = self._references[key] = referred(base.value, _HIDDEN[direction])
        compared, uncompared = found
        for reference in (*compared, *uncompared):
            try:
                one = self.base.follow(base.document, reference)
                other = self.head.follow(head.document, reference)
            except DanglingError as error:
                self.doubt(f"{site.title}: {shown(reference)}: {error.reason}")
                continue
            if reference in compared:
                self._enqueue([one], [other], direction, self.site_of(component_of(one), component_of(other)))
            elif not same(self.base, one, self.head, other):
                self.doubt(f"{site.title}: {shown(reference)} changed, where it stands it is not compared yet")

    def _types(self, before: View, after: View, direction: Direction, site: Site) -> Iterator[Change]:
        if not before.variants and not after.variants:
            yield from self._null(before, after, direction, site)
        elif before.types is None or after.types is None:
            return  # the variants say the types
        lost, gained = _beyond(before.types, after.types), _beyond(after.types, before.types)
        request = direction is _REQUEST
        if lost or gained:
            breaks = bool(lost if request else gained)
            stated = before.types is not None and after.types is not None
            level = Level.NOTE if not breaks else Level.ERROR if stated else Level.WARNING
            yield _change(
                f"{direction}-type-changed", site, before, after,
                f"the type of {_what(site, direction)} changed from {_types(before)} to {_types(after)}",
                _TYPE_ADVICE[request] if breaks else "Nothing to do: it does not break clients.",
                keyword="type", level=level,
            )  # fmt: skip

    def _null(self, before: View, after: View, direction: Direction, site: Site) -> Iterator[Change]:
        if site.inner and site.inner[-1].startswith("|"):
            return  # null is weighed once, for all variants together
        was, now = before.takes_null(self.base), after.takes_null(self.head)
        plain = not before.variants and not after.variants
        if was == now or (plain and (before.types is None) != (after.types is None)):
            return  # the second: told with the type
        if direction is _REQUEST and was:
            yield _change(
                "request-type-changed", site, before, after, f"{_what(site, direction)} may no longer be null",
                "Keep accepting null.", keyword="type", parts=("null",),
            )  # fmt: skip
        elif direction is not _REQUEST and now:
            yield _change(
                "response-property-became-nullable", site, before, after, f"{_what(site, direction)} may be null now",
                "Keep sending a value, or add another property that may be null.", keyword="nullable",
            )  # fmt: skip

    def _enum(self, before: View, after: View, direction: Direction, site: Site) -> Iterator[Change]:
        old, new = before.enum, after.enum
        if old is None and new is None:
            return
        removed = [key for key in old or () if new is not None and key not in new]
        added = [key for key in new or () if old is not None and key not in old]
        what = _what(site, direction)
        request = direction is _REQUEST
        harmless = "Nothing to do: it does not break clients."
        if new is not None and (removed or old is None):
            shrunk, limited = ("no longer takes", "takes only") if request else ("is no longer", "is only")
            yield _change(
                f"{direction}-enum-value-removed", site, before, after,
                f"{what} {shrunk} {listed(_plain(removed))}" if removed else
                f"{what} {limited} {listed(_plain(list(new)))} now",
                "Keep accepting the values that clients send." if request else harmless,
                keyword="enum", parts=tuple(sorted(removed)) or ("*",),
            )  # fmt: skip
        if old is not None and (added or new is None):
            yield _change(
                f"{direction}-enum-value-added", site, before, after,
                f"{what} {'takes' if request else 'may be'} {listed(_plain(added)) or 'any other value'} now",
                harmless if request else
                "Tell clients to expect values they do not know, or send the new ones only to those who ask for them.",
                keyword="enum", parts=tuple(sorted(added)) or ("*",),
            )  # fmt: skip

    def _properties(self, before: View, after: View, direction: Direction, site: Site) -> Iterator[Change]:
        olds, news = before.visible(self.base, direction), after.visible(self.head, direction)
        request = direction is _REQUEST
        for name, member in olds.items():
            where = self._member_site(member, site).into(name)
            other = news.get(name)
            if other is None:
                # a property that was hidden from this direction and now exists nowhere was never here
                yield self._removed(name, member, after, direction, where)
                continue
            self._enqueue(member.nodes, other.nodes, direction, where)
            was, now = before.required.get(name), after.required.get(name)
            if request and now and not was:
                yield _became_required(where, now, member.nodes[0])
            if not request and was and not now:
                yield _became_optional(where, other.nodes[0], was)
        yield from self._undeclared(before, after, direction, site)
        for name, member in news.items():
            if name in olds:
                continue
            where = self._member_site(member, site).into(name)
            needed = request and name in after.required
            rule = "request-required-property-added" if needed else f"{direction}-property-added"
            verb = "must carry" if needed else "may carry" if request else "carry"
            yield Change(
                rule=f"contract/{rule}", key=where.whole_key, logical=where.logical, component=where.component,
                message=f"{where.title}: {direction}s {verb} the new property `{where.path}`",
                head=member.nodes[0], base=before.node,
                advice="Make it optional, with a default on the server." if needed else
                "Nothing to do: it does not break clients.",
            )  # fmt: skip

    def _undeclared(self, before: View, after: View, direction: Direction, site: Site) -> Iterator[Change]:
        """What `required` names though `properties` declares it on neither side: it counts all the same."""
        olds, news = before.required, after.required
        for name in {**olds, **news}:
            if name in before.properties or name in after.properties or (name in olds) == (name in news):
                continue
            at = site.into(name)
            if direction is _REQUEST and name in news:
                yield _became_required(at, news[name], before.node)
            if direction is not _REQUEST and name in olds:
                yield _became_optional(at, after.node, olds[name])

    def _removed(self, name: str, member: Member, after: View, direction: Direction, where: Site) -> Change:
        parent = next((node for component, node in after.owners.items() if component == member.component), after.node)
        request = direction is _REQUEST
        refused = request and after.closed
        ending = "and unknown properties are refused" if refused else "and clients may still send it"
        message = f"the request property `{where.path}` was removed, {ending}"
        hidden = name in after.properties
        if hidden:
            parent = after.properties[name].nodes[0]
            message = f"the property `{where.path}` is {'read' if request else 'write'}-only now"
        elif not request:
            message = f"the response property `{where.path}` was removed"
        return Change(
            rule=f"contract/{direction}-property-removed", key=where.whole_key, logical=where.logical,
            message=f"{where.title}: {message}", component=where.component,
            head=parent if hidden else parent.get("properties") or parent, base=member.nodes[0],
            level=Level.ERROR if refused else None,
            advice="Keep accepting it, and mark it deprecated first." if request else
            "Keep sending it; deprecate it first, and remove it in a new version of the API.",
        )  # fmt: skip

    def _member_site(self, member: Member, site: Site) -> Site:
        if member.component is None or (member.component == site.component and not site.inner):
            return site
        return self.site_of(member.component)

    def _variants(
        self, before: View, after: View, base: list[Node], head: list[Node],
        direction: Direction, site: Site, beside: _Beside,
    ) -> Iterator[Change]:  # fmt: skip
        if max(len(before.variants), len(after.variants)) > 1 and len(before.variants) != len(after.variants):
            self._unrelated(direction, site, after.node, "oneOf and anyOf stand beside each other differently")
            return
        one_side = not (before.variants and after.variants)
        if one_side and len(head if before.variants else base) > 1:
            self._unrelated(direction, site, after.node, "several schemas became variants, or variants several schemas")
            return
        groups = zip(before.variants or [base], after.variants or [head], strict=True)
        for olds, news in groups:
            pairs, removed, added, doubt = related(self.base, olds, self.head, news)
            for old, new, name in pairs:
                self._enqueue([old], [new], direction, site.into(f"|{name}") if name else site, beside)
            alike = beside == (None, None) and any(said_alike(self.base, p[0], self.head, p[1]) for p in pairs)
            if one_side and not alike:
                doubt = doubt or "one schema became several variants, or several became one"
                self._unrelated(direction, site, after.node, doubt)
                if not pairs:
                    continue
            elif doubt:
                self._unrelated(direction, site, after.node, doubt)
                continue
            for variant, name in removed:
                yield _variant(f"{direction}-variant-removed", site, name, after.node, variant, direction)
            for variant, name in added:
                yield _variant(f"{direction}-variant-added", site, name, variant, before.node, direction)

    def _unrelated(self, direction: Direction, site: Site, node: Node, why: str) -> None:
        path = f", `{site.path}`" if site.inner else ""
        reason = f"{site.title}{path} ({node.document.shown}, {dotted(node.pointer)}): {why}"
        self.doubt(reason, schema_rules(direction))


_TYPE_ADVICE = {
    True: "Keep accepting the old type too.",
    False: "Keep sending the old type, or add another property.",
}


def _places(nodes: list[Node]) -> tuple[Place, ...]:
    return tuple((node.document.path, node.pointer) for node in nodes)


def _beyond(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    """Whether `one` allows a type that `other` does not."""
    if other is None or one == other:
        return False
    return one is None or not one <= other


def _types(seen: View) -> str:
    if seen.types is None:
        return "any"
    names = seen.types - {"integer"} if "number" in seen.types else seen.types
    return " or ".join(sorted(names)) or "nothing"


def _became_required(where: Site, head: Node, base: Node) -> Change:
    return Change(
        rule="contract/request-property-became-required", key=where.whole_key, logical=where.logical,
        message=f"{where.title}: requests must carry the property `{where.path}` now",
        head=head, base=base, component=where.component,
        advice="Keep it optional, with a default on the server.",
    )  # fmt: skip


def _became_optional(where: Site, head: Node, base: Node) -> Change:
    return Change(
        rule="contract/response-property-became-optional", key=where.whole_key, logical=where.logical,
        message=f"{where.title}: the response property `{where.path}` may be missing now",
        head=head, base=base, component=where.component,
        advice="Keep it in `required` and keep sending it.",
    )  # fmt: skip


def _plain(keys: list[str]) -> list[str]:
    return [key[1:-1] if key.startswith('"') else key for key in keys]


def _what(site: Site, direction: Direction) -> str:
    if site.inner:
        return f"the {direction} property `{site.path}`"
    return "the value" if site.component or direction is Direction.REQUEST else "the response body"


def _change(
    rule: str, site: Site, before: View, after: View, text: str, advice: str, *,
    keyword: str, level: Level | None = None, parts: tuple[str, ...] = (),
) -> Change:  # fmt: skip
    old = before.enum_node if keyword == "enum" else None
    new = after.enum_node if keyword == "enum" else None
    return Change(
        rule=f"contract/{rule}", key=(*site.whole_key, *parts), logical=site.logical, component=site.component,
        message=f"{site.title}: {text}", advice=advice, level=level,
        head=new or after.node.get(keyword) or after.node, base=old or before.node.get(keyword) or before.node,
    )  # fmt: skip


def _variant(rule: str, site: Site, name: str, head: Node, base: Node, direction: Direction) -> Change:
    removed = rule.endswith("removed")
    breaks = removed == (direction is Direction.REQUEST)
    place = f"`{site.path}` " if site.inner else ""
    verb = "lost the" if removed else "has the new"
    return Change(
        rule=f"contract/{rule}", key=(*site.whole_key, name), logical=site.logical, component=site.component,
        message=f"{site.title}: the {direction} {place}{verb} variant `{shown(name)}`",
        head=head, base=base,
        advice=("Keep accepting the variant." if removed else "Tell clients to expect variants they do not know.")
        if breaks else "Nothing to do: it does not break clients.",
    )  # fmt: skip

"""Which operations use a component, so that what is found in it can be told once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluicegate.gates.contract.changes import Component, tags_of
from sluicegate.openapi.direction import Direction
from sluicegate.openapi.references import DanglingError, mapped, reference_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.gates.contract.changes import Change
    from sluicegate.openapi.document import Document, Node
    from sluicegate.openapi.operations import Description


def used_by(titles: Sequence[str], most: int = 3) -> str:
    """`used by GET /a`, or `used by 12 operations (GET /a, GET /b, GET /c and 9 more)`; nothing where none does."""
    if len(titles) < 2:  # noqa: PLR2004 - one is named alone
        return f"used by {titles[0]}" if titles else ""
    more = f" and {len(titles) - most:,} more" if len(titles) > most else ""
    return f"used by {len(titles):,} operations ({', '.join(titles[:most])}{more})"


class Users:
    """Knows the operations of a description by the components they reach; built when the first one is asked for."""

    def __init__(self, description: Description, before: Description) -> None:
        self._description = description
        self._before = before
        self._tags: dict[str, tuple[str, ...]] | None = None
        self._direct: dict[int, tuple[str, ...]] = {}
        self._ends: dict[tuple[str, str], tuple[Component, Node] | None] = {}
        self._callers: dict[Component, dict[Component, None]] = {}
        self._of: dict[tuple[Component, Direction | None], tuple[str, ...]] = {}
        self._titles: dict[tuple[Component, Direction], list[str]] | None = None

    def of(self, component: Component, direction: Direction | None = None) -> tuple[str, ...]:
        """The titles of the operations that use a component, in a direction or in both, the nearest first."""
        known = self._of.get((component, direction))
        if known is None:
            known = self._of[component, direction] = self._found(component, direction)
        return known

    def _found(self, component: Component, direction: Direction | None) -> tuple[str, ...]:
        if self._titles is None:
            self._titles = self._read()
        found: dict[str, None] = {}
        reached, nearest = {component}, [component]
        ways = (direction,) if direction else tuple(Direction)
        while nearest:
            for one in nearest:
                for way in ways:
                    found.update(dict.fromkeys(self._titles.get((one, way), ())))
            callers = {caller: None for one in nearest for caller in self._callers.get(one, ())}
            nearest = [caller for caller in callers if caller not in reached]
            reached.update(nearest)
        return tuple(found)

    def concerned(self, change: Change) -> tuple[str, ...]:
        """The titles of the operations that a change concerns which is told at what they share; else none."""
        return self.of(change.component, change.direction) if change.component else change.users

    def tags(self, change: Change) -> tuple[str, ...]:
        """The tags that every operation has which a change concerns: what others use too is not theirs alone.

        One that is on both sides has those of both: a change brings no tag by which it is judged.
        """
        if self._tags is None:
            olds = {operation.title: tags_of(operation) for operation in self._before.all_operations()}
            self._tags = dict(olds)
            for operation in self._description.all_operations():
                tags, old = tags_of(operation), olds.get(operation.title)
                self._tags[operation.title] = tuple(tag for tag in tags if old is None or tag in old)
        titles = (self.concerned(change) or (change.logical,)) if self._tags else ()
        shared = [self._tags.get(title, ()) for title in titles]
        return tuple(tag for tag in dict.fromkeys(shared[0] if shared else ()) if all(tag in tags for tags in shared))

    def _read(self) -> dict[tuple[Component, Direction], list[str]]:
        titles: dict[tuple[Component, Direction], list[str]] = {}
        seen: set[Component] = set()
        for operation in self._description.all_operations():
            title, turned = operation.title, operation.reversed
            holders = (operation.item.get("parameters"), *operation.node.members().values())
            for node in holders:
                if node is None or node.pointer[-1] == "callbacks":  # they are operations of their own
                    continue
                way = Direction.RESPONSE if node.pointer[-1] == "responses" else Direction.REQUEST
                for component, target in self._targets(node):
                    listed = titles.setdefault((component, way.reversed if turned else way), [])
                    if not listed or listed[-1] != title:
                        listed.append(title)
                    self._walk(component, target, seen)
        return titles

    def _walk(self, component: Component, node: Node, seen: set[Component]) -> None:
        waiting = [(component, node)]
        while waiting:
            current, at = waiting.pop()
            if current in seen:
                continue
            seen.add(current)
            for inner, target in self._targets(at):
                self._callers.setdefault(inner, {})[current] = None
                waiting.append((inner, target))

    def _targets(self, node: Node) -> list[tuple[Component, Node]]:
        ends = [self._end(node.document, reference) for reference in self._references(node.value)]
        return [end for end in ends if end is not None]

    def _end(self, document: Document, reference: str) -> tuple[Component, Node] | None:
        key = (document.path, reference)
        if key not in self._ends:
            try:
                target = self._description.library.resolve(self._description.library.follow(document, reference))
                self._ends[key] = Component(path=target.document.path, pointer=target.pointer), target
            except DanglingError:
                self._ends[key] = None
        return self._ends[key]

    def _references(self, value: Any) -> tuple[str, ...]:
        known = self._direct.get(id(value))
        if known is None:
            found: dict[str, None] = {}
            if value.__class__ is dict or value.__class__ is list:
                _gather(value, found)
            known = self._direct[id(value)] = tuple(found)
        return known


def _gather(value: Any, found: dict[str, None]) -> None:
    """Add what a mapping or a sequence refers to, and all that stands in it, the last first."""
    children = value
    if value.__class__ is dict:
        if "$ref" in value and (reference := reference_of(value)):
            found[reference] = None
        if "discriminator" in value:
            found.update(dict.fromkeys(mapped(value).values()))
        children = value.values()
    for child in reversed(children):
        if child.__class__ is dict or child.__class__ is list:
            _gather(child, found)

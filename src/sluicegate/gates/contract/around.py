"""What travels neither way, compared: which paths and operations there are, their life, who may call them and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from sluicegate.gates.contract.access import own_servers, schemes, security, servers
from sluicegate.gates.contract.changes import HARMLESS, KEEP, Change, Pair, shown, tags_of
from sluicegate.gates.contract.lifecycle.compare import Policy, lifecycle, removal
from sluicegate.gates.contract.lifecycle.words import life
from sluicegate.gates.contract.pairs import DEEPEST, callbacks_of, capped, pairs_of
from sluicegate.model import Level
from sluicegate.openapi.direction import Direction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sluicegate.openapi.document import Node
    from sluicegate.openapi.operations import Description, Operation


def around(base: Description, head: Description, policy: Policy) -> Iterator[Change]:
    """Every change from `base` to `head` beside what requests and responses carry."""
    yield from _paths(base, head, policy)
    there = [one.title for one in head.operations.values() if not (one.node.get("servers") or one.item.get("servers"))]
    if there:
        yield from servers(base.root, head.root, (), users=tuple(there))
    yield from schemes(base, head, policy)
    for pair in pairs_of(base.operations, head.operations, base, head):
        yield from capped(pair, _about(pair, policy))
    for key, before in base.operations.items():
        if key not in head.operations and before.shape in head.paths:
            yield _removed(before, head.paths[before.shape], policy)
    for key, after in head.operations.items():
        if key not in base.operations and after.shape in base.paths:
            yield _existence(after, "added", after.node, base.paths[after.shape])
    for pair in pairs_of(base.webhooks, head.webhooks, base, head):
        yield from capped(pair, _about(pair, policy))
    yield from _called(base.webhooks, head.webhooks, "webhook", (base.root, head.root), policy)
    yield from _components(base, head)


def _about(pair: Pair, policy: Policy) -> Iterator[Change]:
    before, after = pair.before, pair.after
    yield from security(pair)
    yield from own_servers(pair)
    site = pair.site("", Direction.REQUEST)
    yield from lifecycle(before.node, after.node, "the operation", site, policy, "operation")
    yield from _name(pair)
    for inner in callbacks_of(pair):
        if len(inner.after.owners) <= DEEPEST:
            yield from capped(inner, _about(inner, policy))
    olds, news = pair.base.callbacks(before), pair.head.callbacks(after)
    yield from _called(olds, news, "callback", (before.node, after.node), policy)


def _called(
    olds: Mapping[Any, Operation], news: Mapping[Any, Operation], what: str, holders: tuple[Node, Node], policy: Policy
) -> Iterator[Change]:
    """Operations that the server calls, and that only one side has; `holders` have the list of them."""
    base, head = holders
    for key, before in olds.items():
        if key not in news:
            yield _removed(before, head.get(f"{what}s") or head, policy, what)
    for key, after in news.items():
        if key not in olds:
            yield _existence(after, "added", after.node, base.get(f"{what}s") or base, what)


def _paths(base: Description, head: Description, policy: Policy) -> Iterator[Change]:
    lost: dict[str, list[Operation]] = {}
    for (shape, _), operation in base.operations.items():
        if shape not in head.paths:
            lost.setdefault(shape, []).append(operation)
    for shape, entry in base.paths.items():
        if shape not in head.paths:
            gone = lost.get(shape, [])
            methods = sorted(operation.method for operation in gone)
            levels = [removal(operation.node, policy) or Level.ERROR for operation in gone]
            name = shown(str(entry.pointer[-1]))
            yield Change(
                rule="contract/path-removed", key=(shape,), logical=name, advice=KEEP,
                message=f"{name}: the path was removed" + (f", with {', '.join(methods)}" if methods else ""),
                head=head.root.get("paths") or head.root, base=entry,
                level=max(levels, key=lambda level: level.weight, default=None), said=_notice(gone, policy),
            )  # fmt: skip
    for shape, entry in head.paths.items():
        if shape not in base.paths:
            name = shown(str(entry.pointer[-1]))
            yield Change(
                rule="contract/path-added", key=(shape,), logical=name, advice=HARMLESS,
                message=f"{name}: the path is new", head=entry, base=base.root.get("paths") or base.root,
            )  # fmt: skip


def _removed(operation: Operation, head: Node, policy: Policy, kind: str = "operation") -> Change:
    change = _existence(operation, "removed", head, operation.node, kind)
    said = life(operation.node)
    if said.deprecated and said.sunset is not None:
        early = _is_early(operation, policy)
        told = f"{'before' if early else 'after'} its sunset {said.sunset}"
        advice = f"Keep it until {said.sunset}: that is what clients were told." if early else HARMLESS
        return replace(
            change,
            level=removal(operation.node, policy),
            message=f"{change.message} {told}",
            advice=advice,
            said=_notice([operation], policy),
        )
    if said.stability in ("draft", "alpha"):
        return replace(change, level=Level.NOTE, message=f"{change.message}; it was {said.stability}", advice=HARMLESS)
    return replace(change, level=removal(operation.node, policy), said=_notice([operation], policy))


def _notice(operations: list[Operation], policy: Policy) -> str:
    """What clients were told before all of these went; the least of it, where it was not the same of each."""
    if any(not life(operation.node).deprecated for operation in operations):
        return "without-deprecation"
    return "before-sunset" if any(_is_early(operation, policy) for operation in operations) else "with-deprecation"


def _is_early(operation: Operation, policy: Policy) -> bool:
    sunset = life(operation.node).sunset
    return sunset is not None and sunset > policy.today


def _existence(operation: Operation, what: str, head: Node, base: Node, kind: str = "operation") -> Change:
    owners = [part for owner in operation.owners for part in (owner.method, owner.shape)]
    return Change(
        rule=f"contract/{kind}-{what}", logical=operation.title,
        key=(*owners, *([operation.name] if operation.name else []), operation.method, operation.shape),
        message=f"{operation.title}: the {kind} {'was removed' if what == 'removed' else 'is new'}",
        head=head, base=base, advice=KEEP if what == "removed" else HARMLESS,
    )  # fmt: skip


def _name(pair: Pair) -> Iterator[Change]:
    """What generated clients call an operation, and where documents list it."""
    before, after, title = pair.before.node, pair.after.node, pair.after.title
    old, new = before.text("operationId"), after.text("operationId")
    if old != new:
        yield Change(
            rule="contract/operation-id-changed", key=pair.key(), logical=title,
            message=f"{title}: the operationId changed from {_quoted(old)} to {_quoted(new)}",
            head=after.get("operationId") or after, base=before.get("operationId") or before,
            level=Level.WARNING if old else Level.NOTE, said="removed" if old else "added",
            advice="Keep it: generated clients name their methods by it." if old else HARMLESS,
        )  # fmt: skip
    olds, news = tags_of(pair.before), tags_of(pair.after)
    for tag in (*olds, *(tag for tag in news if tag not in olds)):
        if (tag in olds) != (tag in news):
            verb = "lost the tag" if tag in olds else "has the new tag"
            yield Change(
                rule="contract/operation-tags-changed", key=pair.key("tag", tag), logical=title,
                message=f"{title}: the operation {verb} `{shown(tag)}`", advice=HARMLESS,
                said="removed" if tag in olds else "added",
                head=after.get("tags") or after, base=before.get("tags") or before,
            )  # fmt: skip


def _quoted(name: str) -> str:
    return f"`{shown(name)}`" if name else "none"


def _components(base: Description, head: Description) -> Iterator[Change]:
    """Schemas that are gone from the components: what used them says more, so this is only a note."""
    olds, news = (
        components.get("schemas") if (components := side.root.get("components")) else None for side in (base, head)
    )
    if any(not reference.startswith("#") for side in (base, head) for reference in side.document.references):
        return  # what moved to another file is not gone
    there = news.members() if news else {}
    for name, node in (olds.members() if olds else {}).items():
        if name not in there:
            yield Change(
                rule="contract/schema-removed", key=(name,), logical=f"schema {shown(name)}",
                message=f"schema `{shown(name)}` was removed from the components", advice=HARMLESS,
                head=news or head.root.get("components") or head.root, base=node,
            )  # fmt: skip

"""Two descriptions, compared operation by operation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sluicegate.gates.contract.changes import Change, Site, shown
from sluicegate.gates.contract.values import Values
from sluicegate.model import Level
from sluicegate.openapi.direction import Direction
from sluicegate.openapi.references import DanglingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.openapi.document import Node
    from sluicegate.openapi.operations import Description, Operation

_HARMLESS = "Nothing to do: it does not break clients."
_KEEP = "Keep it; mark it deprecated first, and remove it in a new version of the API."


def compare(base: Description, head: Description, values: Values) -> Iterator[Change]:
    """Every change from `base` to `head` that a rule speaks of, operation by operation."""
    yield from _paths(base, head)
    _not_compared(base.root.get("webhooks"), head.root.get("webhooks"), f"{head.document.shown}: webhooks", values)
    for key, before in base.operations.items():
        after = head.operations.get(key)
        if after is None:
            if before.shape in head.paths:
                yield _operation(before, "removed", head.paths[before.shape], before.node)
            continue
        yield from _parameters(before, after, values)
        yield from _request(before, after, values)
        yield from _responses(before, after, values)
        callbacks = f"{after.title}: callbacks"
        _not_compared(before.node.get("callbacks"), after.node.get("callbacks"), callbacks, values)
    for key, after in head.operations.items():
        if key not in base.operations and after.shape in base.paths:
            yield _operation(after, "added", after.node, base.paths[after.shape])


def _not_compared(old: Node | None, new: Node | None, what: str, values: Values) -> None:
    """Say what this gate does not look into yet, where it changed."""
    if old is None and new is None:
        return
    if old is None or new is None or not values.same(old, new):
        values.doubt(f"{what} changed, or what they refer to, and are not compared yet")


def _paths(base: Description, head: Description) -> Iterator[Change]:
    for shape, entry in base.paths.items():
        if shape not in head.paths:
            methods = sorted(method for path, method in base.operations if path == shape)
            name = shown(str(entry.pointer[-1]))
            yield Change(
                rule="contract/path-removed", key=(shape,), logical=name, advice=_KEEP,
                message=f"{name}: the path was removed" + (f", with {', '.join(methods)}" if methods else ""),
                head=head.root.get("paths") or head.root, base=entry,
            )  # fmt: skip
    for shape, entry in head.paths.items():
        if shape not in base.paths:
            name = shown(str(entry.pointer[-1]))
            yield Change(
                rule="contract/path-added", key=(shape,), logical=name, advice=_HARMLESS,
                message=f"{name}: the path is new", head=entry, base=base.root.get("paths") or base.root,
            )  # fmt: skip


def _operation(operation: Operation, what: str, head: Node, base: Node) -> Change:
    return Change(
        rule=f"contract/operation-{what}", key=(operation.method, operation.shape), logical=operation.title,
        message=f"{operation.title}: the operation {'was removed' if what == 'removed' else 'is new'}",
        head=head, base=base, advice=_KEEP if what == "removed" else _HARMLESS,
    )  # fmt: skip


def _parameters(before: Operation, after: Operation, values: Values) -> Iterator[Change]:
    for key, old in before.parameters.items():
        new = after.parameters.get(key)
        where = f"{old.where} parameter `{shown(old.name)}`"
        site = _site(before, after, f"the {where}", "parameter", *key)
        if new is None:
            yield Change(
                rule="contract/parameter-removed", key=site.key, logical=site.logical,
                message=f"{after.title}: the {'required ' if old.required else ''}{where} was removed",
                head=after.node.get("parameters") or after.node, base=old.use,
                level=Level.ERROR if old.required and old.where != "path" else None,
                advice="Keep accepting it: clients still send it, and an ignored parameter changes what they get.",
            )  # fmt: skip
            continue
        one, other, site = values.component_site(old.use, new.use, site)
        if new.required and not old.required:
            yield Change(
                rule="contract/parameter-became-required", key=site.key, logical=site.logical,
                message=_said(site, after, f"the {where}", "must be sent now"),
                head=new.node.get("required") or new.node, base=old.node, component=site.component,
                advice="Keep it optional, with a default on the server.",
            )  # fmt: skip
        yield from _content(one, other, Direction.REQUEST, site, values)
    for key, new in after.parameters.items():
        if key in before.parameters:
            continue
        kind = "required-parameter-added" if new.required and new.where != "path" else "parameter-added"
        where = f"{new.where} parameter `{shown(new.name)}`"
        yield Change(
            rule=f"contract/{kind}", key=_site(before, after, "", "parameter", *key).key, logical=after.title,
            message=f"{after.title}: the {where} is new" + (" and must be sent" if new.required else ""),
            head=new.use, base=before.node.get("parameters") or before.node,
            advice="Make it optional, with a default on the server." if new.required else _HARMLESS,
        )  # fmt: skip


def _request(before: Operation, after: Operation, values: Values) -> Iterator[Change]:
    old, new = before.node.get("requestBody"), after.node.get("requestBody")
    site = _site(before, after, "the request body", "request-body")
    if old is None and new is None:
        return
    try:
        if old is None or new is None:
            yield from _one_body(old, new, site, before, after, values)
            return
        one, other, site = values.component_site(old, new, site)
    except DanglingError as error:
        values.doubt(f"{site.title}: {error.reason}")
        return
    if other.flag("required") and not one.flag("required"):
        yield Change(
            rule="contract/request-body-became-required", key=site.key, logical=site.logical,
            message=_said(site, after, "the request body", "must be sent now"),
            head=other.get("required") or other, base=one, component=site.component,
            advice="Keep it optional.",
        )  # fmt: skip
    yield from _media(one, other, Direction.REQUEST, site, values)


def _one_body(
    old: Node | None, new: Node | None, site: Site, before: Operation, after: Operation, values: Values
) -> Iterator[Change]:
    if old is not None:
        yield Change(
            rule="contract/request-body-removed", key=site.key, logical=site.logical,
            message=f"{after.title}: the request body was removed", head=after.node, base=old,
            advice="Keep accepting it: clients still send it.",
        )  # fmt: skip
    if new is not None and values.head.resolve(new).flag("required"):
        yield Change(
            rule="contract/request-body-became-required", key=site.key, logical=site.logical,
            message=f"{after.title}: requests must carry a body now", head=new, base=before.node,
            advice="Make it optional.",
        )  # fmt: skip


def _responses(before: Operation, after: Operation, values: Values) -> Iterator[Change]:
    old_holder, new_holder = before.node.get("responses"), after.node.get("responses")
    olds = {status: node for status, node in (old_holder.members() if old_holder else {}).items() if status[:2] != "x-"}
    news = {status: node for status, node in (new_holder.members() if new_holder else {}).items() if status[:2] != "x-"}
    for status, old in olds.items():
        name = f"the {shown(status)} response"
        site = _site(before, after, name, "response", status)
        new = news.get(status) or news.get(status[:1] + "XX") or (news.get("default") if status[:1] != "2" else None)
        if new is None:
            yield Change(
                rule="contract/response-removed", key=site.key, logical=site.logical,
                message=f"{after.title}: {name} was removed", head=new_holder or after.node, base=old,
                level=Level.ERROR if status[:1] == "2" else Level.WARNING,
                advice="Keep sending it, or document the status that takes its place.",
            )  # fmt: skip
            continue
        try:
            one, other, site = values.component_site(old, new, site)
        except DanglingError as error:
            values.doubt(f"{site.title}: {error.reason}")
            continue
        success = status[:1] in "123"
        yield from _media(
            one, other, Direction.RESPONSE, replace(site, cap=Level.ERROR if success else Level.WARNING), values
        )
    for status, new in news.items():
        if status not in olds:
            yield Change(
                rule="contract/response-added", key=_site(before, after, "", "response", status).key,
                logical=after.title, message=f"{after.title}: the {shown(status)} response is new",
                head=new, base=old_holder or before.node, advice=_HARMLESS,
            )  # fmt: skip


def _media(one: Node, other: Node, direction: Direction, site: Site, values: Values) -> Iterator[Change]:
    old_content, new_content = one.get("content"), other.get("content")
    olds = old_content.members() if old_content else {}
    news = new_content.members() if new_content else {}
    for name, old in olds.items():
        new = news.get(name) or _same_media(name, news)
        inside = Site(
            title=f"{site.title} ({shown(name)})" if len(olds) > 1 else site.title, key=(*site.key, name),
            logical=site.logical, component=site.component, cap=site.cap,
        )  # fmt: skip
        if new is None:
            yield Change(
                rule=f"contract/{direction}-media-type-removed", key=inside.key, logical=site.logical,
                message=f"{site.title}: the media type {shown(name)} was removed", component=site.component,
                head=new_content or other, base=old,
                advice="Keep accepting it." if direction is Direction.REQUEST else "Keep offering it.",
            )  # fmt: skip
            continue
        yield from _schemas(old, new, direction, inside, values)


def _same_media(name: str, among: dict[str, Node]) -> Node | None:
    """The media type that differs in case or parameters only."""
    plain = name.partition(";")[0].strip().lower()
    return next((node for key, node in among.items() if key.partition(";")[0].strip().lower() == plain), None)


def _content(one: Node, other: Node, direction: Direction, site: Site, values: Values) -> Iterator[Change]:
    """A parameter: its schema, or the schema of its one media type."""
    yield from _schemas(one, other, direction, site, values)
    olds, news = one.get("content"), other.get("content")
    if (one.get("schema") and news) or (olds and other.get("schema")):
        reason = f"{site.title}: `schema` and `content` took each other's place, and that is not compared yet"
        values.doubt(reason)
    for name, old in (olds.members() if olds else {}).items():
        if news and (new := news.get(name)):
            yield from _schemas(old, new, direction, site, values)


def _schemas(one: Node, other: Node, direction: Direction, site: Site, values: Values) -> Iterator[Change]:
    old, new = one.get("schema"), other.get("schema")
    if old is not None and new is not None:
        yield from values.compare(old, new, direction, site)
    elif (new if direction is Direction.REQUEST else old) is not None:
        what = "appeared" if new is not None else "vanished"
        values.doubt(f"{site.title}: `schema` {what}, and that is not compared yet")


def _site(before: Operation, after: Operation, what: str, *key: str) -> Site:
    return Site(
        title=f"{after.title}: {what}" if what else after.title, key=(before.method, before.shape, *key),
        logical=after.title,
    )  # fmt: skip


def _said(site: Site, after: Operation, what: str, ending: str) -> str:
    return f"{site.title} {ending}" if site.component else f"{after.title}: {what} {ending}"

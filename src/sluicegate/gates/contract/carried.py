"""What a message carries beside its body: parameters and headers, whether they must be there, how they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sluicegate.gates.contract.changes import HARMLESS, Change, Pair, Site, shown
from sluicegate.gates.contract.lifecycle.compare import Policy, lifecycle, removal
from sluicegate.model import Level
from sluicegate.openapi.direction import Direction
from sluicegate.openapi.document import Node
from sluicegate.openapi.operations import headers
from sluicegate.openapi.references import DanglingError, reference_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from sluicegate.gates.contract.values import Values
    from sluicegate.openapi.operations import Operation, Parameter
    from sluicegate.openapi.references import Library
    from sluicegate.openapi.relation import Side

_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE")
_SCALARS = frozenset(("string", "number", "integer", "boolean", "null"))


def parameters(pair: Pair, values: Values) -> Iterator[Change]:
    """The parameters of an operation."""
    way = pair.way(Direction.REQUEST)
    site = pair.site("", Direction.REQUEST, "parameter")
    olds, news = pair.before.parameters, pair.after.parameters
    if lost := _dangling(values.head, [pair.after.item, pair.after.node]):
        values.doubt(f"{pair.after.title}: parameters: {lost}", ("contract/parameter-removed",))
        olds = {key: one for key, one in olds.items() if key in news}
    shared = [key for key in {**olds, **news} if pair.shares_path and _of_the_path(key, pair.before, pair.after)]
    title = shown(pair.after.path)
    for key in shared:
        one, other = ({key: side[key]} if key in side else {} for side in (olds, news))
        if one and other and _unchanged(one[key], other[key], values):
            continue
        at = site._replace(title=title, logical=title, key=(*pair.path_key, "parameter"), users=_sharing(key, pair))
        yield from _carried(one, other, way, at, (_holder(pair.before.item), _holder(pair.after.item)), values)
    olds, news = ({key: one for key, one in side.items() if key not in shared} for side in (olds, news))
    yield from _carried(olds, news, way, site, (_holder(pair.before.node), _holder(pair.after.node)), values)


def _holder(node: Node) -> Node:
    return node.get("parameters") or node


def _of_the_path(key: tuple[str, str], *operations: Operation) -> bool:
    """Whether none of the operations lists a parameter itself: those that have it have it from their path."""
    for operation in operations:
        parameter, own = operation.parameters.get(key), operation.node
        if (
            parameter
            and parameter.use.document.path == own.document.path
            and parameter.use.pointer[: len(own.pointer)] == own.pointer
        ):
            return False
    return True


def _sharing(key: tuple[str, str], pair: Pair) -> tuple[str, ...]:
    """The operations of a path that a change of its parameter concerns as it does the one that is compared."""
    found = {pair.after.method: pair.after.title}
    for method in _METHODS:
        before, after = (
            (side.webhooks if pair.after.reversed else side.operations).get((operation.shape, method))
            for side, operation in ((pair.base, pair.before), (pair.head, pair.after))
        )
        if before is None or after is None or not _of_the_path(key, before, after):
            continue
        if (key in before.parameters, key in after.parameters) == (
            key in pair.before.parameters,
            key in pair.after.parameters,
        ):
            found[method] = after.title
    return tuple(found[method] for method in sorted(found))


def _dangling(library: Library, holders: list[Node]) -> str:
    """Why one of the listed parameters cannot be known: then none of the others is called removed."""
    for holder in holders:
        listed = holder.get("parameters")
        for use in listed.items() if listed else []:
            try:
                library.resolve(use)
            except DanglingError as error:
                return error.reason
    return ""


def carried_headers(old: Node, new: Node, way: Direction, site: Site, values: Values) -> Iterator[Change]:
    """The headers of a response, or of a part of a form."""
    olds = {("header", name): one for name, one in headers(values.base, old).items()}
    news = {("header", name): one for name, one in headers(values.head, new).items()}
    holders = old.get("headers") or old, new.get("headers") or new
    yield from _carried(olds, news, way, site._replace(key=(*site.key, "header")), holders, values)


def _carried(
    olds: Mapping[tuple[str, str], Parameter], news: Mapping[tuple[str, str], Parameter], way: Direction, site: Site,
    holders: tuple[Node, Node], values: Values,
) -> Iterator[Change]:  # fmt: skip
    for key, old in olds.items():
        at = site._replace(key=(*site.key, *key), title=f"{site.title}: the {_words(old, site)}")
        new = news.get(key)
        if new is None:
            yield _removed(old, way, at, holders[1], values.policy)
            continue
        if _unchanged(old, new, values):
            continue
        try:
            for change in _kept(old, new, way, at, values):
                yield replace(change, users=at.users) if at.users and change.component is None else change
        except DanglingError as error:
            values.doubt(f"{at.title}: {error.reason}")
    for key, new in news.items():
        if key not in olds:
            at = site._replace(key=(*site.key, *key), title=f"{site.title}: the {_words(new, site)}")
            yield _added(new, way, at, holders[0])


def _unchanged(old: Parameter, new: Parameter, values: Values) -> bool:
    """Whether both read the same, with all that they refer to; one that cannot be known is not called so."""
    return reference_of(old.node.value) is None and values.same(old.use, new.use)


def _words(parameter: Parameter, site: Site) -> str:
    kind = "header" if site.noun == "response" else f"{parameter.where} parameter"
    return f"{kind} `{shown(parameter.name)}`"


def _removed(old: Parameter, way: Direction, site: Site, holder: Node, policy: Policy) -> Change:
    request = way is Direction.REQUEST
    level = removal(old.node, policy) or (Level.ERROR if old.required and old.where != "path" else None)
    return Change(
        rule="contract/parameter-removed" if request else "contract/response-header-removed", key=site.key,
        logical=site.logical, message=f"{site.title} was removed" + (", and was required" if old.required else ""),
        head=holder, base=old.use, level=_capped(level, site), said="required" if old.required else "optional",
        users=site.users,
        advice="Keep accepting it: clients still send it, and an ignored parameter changes what they get." if request
        else "Keep sending it; deprecate it first.",
    )  # fmt: skip


def _added(new: Parameter, way: Direction, site: Site, holder: Node) -> Change:
    if way is Direction.RESPONSE:
        rule, text, advice = "response-header-added", "is new", HARMLESS
    elif new.required and new.where != "path":
        rule, text = "required-parameter-added", "is new and must be sent"
        advice = "Make it optional, with a default on the server."
    else:
        rule, text, advice = "parameter-added", "is new", HARMLESS
    return Change(
        rule=f"contract/{rule}", key=site.key, logical=site.logical, message=f"{site.title} {text}", head=new.use,
        base=holder, advice=advice, users=site.users,
    )  # fmt: skip


def _kept(old: Parameter, new: Parameter, way: Direction, site: Site, values: Values) -> Iterator[Change]:
    one, other, at = values.component_site(old.use, new.use, site)
    at = at._replace(noun=site.noun, cap=site.cap)
    yield from _required(old, new, way, at)
    kind = "header" if site.noun == "response" else "parameter"
    yield from lifecycle(one, other, f"the {_words(new, site)}", at, values.policy, kind, at.stability)
    yield from _written(one, other, old.where, way, at, values)
    yield from _schemas(one, other, at, values)
    olds, news = one.get("content"), other.get("content")
    for name, media in (olds.members() if olds else {}).items():
        if news and (now := news.get(name)):
            held, holds, inside = values.component_site(media, now, at)
            yield from _schemas(held, holds, inside._replace(noun=at.noun), values)


def _required(old: Parameter, new: Parameter, way: Direction, site: Site) -> Iterator[Change]:
    if old.required == new.required:
        return
    request, now = way is Direction.REQUEST, new.required
    rule = "parameter-became-required" if now else "parameter-became-optional"
    if not request:
        rule = "response-header-became-required" if now else "response-header-became-optional"
    breaking = now is request
    text = {(True, True): "must be sent now", (True, False): "need no longer be sent",
            (False, True): "is always there now", (False, False): "may be missing now"}[request, now]  # fmt: skip
    yield Change(
        rule=f"contract/{rule}", key=site.key, logical=site.logical, message=f"{site.title} {text}",
        head=new.node.get("required") or new.node, base=old.node.get("required") or old.node,
        component=site.component, level=_capped(Level.ERROR, site) if breaking else None,
        advice=HARMLESS if not breaking else "Keep it optional, with a default on the server." if request
        else "Keep sending it always.",
    )  # fmt: skip


def _written(old: Node, new: Node, where: str, way: Direction, site: Site, values: Values) -> Iterator[Change]:
    """How the value is put into text: OpenAPI 3.1.1, 4.8.12.2."""
    was, now = _form(old, where, values.relation.base), _form(new, where, values.relation.head)
    differing = [
        word for word in was if was[word] != now[word] and not (word == "explode" and None in (was[word], now[word]))
    ]
    if not differing:
        return
    word = differing[0]
    loosened = differing in (["allowReserved"], ["allowEmptyValue"]) and way is Direction.REQUEST and now[word] is True
    yield Change(
        rule="contract/serialization-changed", key=(*site.key, word), logical=site.logical,
        message=f"{site.title}: `{word}` changed from `{_said(was[word])}` to `{_said(now[word])}`",
        head=new.get(word) or new, base=old.get(word) or old, component=site.component,
        level=Level.NOTE if loosened else _capped(Level.ERROR, site),
        advice=HARMLESS if loosened else "Keep the old form: clients write or read the value by it.",
    )  # fmt: skip


def _form(node: Node, where: str, side: Side) -> dict[str, Hashable]:
    content = node.get("content")
    style = node.text("style") or _STYLES.get(where, "simple")
    explode = node.value.get("explode") if isinstance(node.value, dict) else None
    idle = style in ("form", "simple") and _is_single(node.get("schema"), side)
    return {
        "content": tuple(sorted(content.members())) if content else (),
        "style": "" if content else style,
        "explode": None if content or idle else explode if isinstance(explode, bool) else style in ("form", "cookie"),
        "allowReserved": node.flag("allowReserved"),
        "allowEmptyValue": node.flag("allowEmptyValue"),
    }


def _is_single(schema: Node | None, side: Side) -> bool:
    """Whether a value can be no list and no object: then `explode` makes no difference."""
    try:
        return schema is not None and side.shape([schema]).types <= _SCALARS
    except DanglingError:
        return False


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return shown(", ".join(value)) or "none"
    return str(value).lower() if value is None or isinstance(value, bool) else shown(str(value)) or "none"


def _schemas(one: Node, other: Node, site: Site, values: Values) -> Iterator[Change]:
    old, new = one.get("schema"), other.get("schema")
    if old is None and new is None:
        return
    try:
        yield from values.compare(old or anything(one, "schema"), new or anything(other, "schema"), site)
    except DanglingError as error:
        values.doubt(f"{site.title}: {error.reason}")


def anything(holder: Node, key: str) -> Node:
    """The schema that stands for none: it allows everything."""
    return Node(holder.document, (*holder.pointer, key), True)


def _capped(level: Level | None, site: Site) -> Level | None:
    return site.cap if level is Level.ERROR and site.cap is not Level.ERROR else level

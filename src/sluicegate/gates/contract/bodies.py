"""Request bodies and responses: whether they are there, in which media types, and what those hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluicegate.gates.contract.carried import anything, carried_headers
from sluicegate.gates.contract.changes import HARMLESS, Change, Pair, Site, shown
from sluicegate.gates.contract.forms import default_type
from sluicegate.gates.contract.lifecycle.compare import lifecycle, removal
from sluicegate.gates.contract.links import links
from sluicegate.model import Level
from sluicegate.openapi.direction import Direction
from sluicegate.openapi.document import Node
from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.shape import EVERY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.values import Values
    from sluicegate.openapi.relation import Side

_FORMS = frozenset(("application/x-www-form-urlencoded", "multipart/form-data"))
"""The media types in which only objects can be written."""


def request_body(pair: Pair, values: Values) -> Iterator[Change]:
    """The request body of an operation."""
    old, new = pair.before.node.get("requestBody"), pair.after.node.get("requestBody")
    way = pair.way(Direction.REQUEST)
    site = pair.site("the request body", Direction.REQUEST, "request-body")
    try:
        if old is None or new is None:
            yield from _one_body(old, new, site, pair, values)
            return
        if values.same(old, new):
            return
        one, other, at = values.component_site(old, new, site)
    except DanglingError as error:
        values.doubt(f"{site.title}: {error.reason}")
        return
    at = at._replace(noun=site.noun)
    if one.flag("required") != other.flag("required"):
        now = other.flag("required")
        breaking = now is (way is Direction.REQUEST)
        yield Change(
            rule=f"contract/request-body-became-{'required' if now else 'optional'}", key=at.key, logical=at.logical,
            message=f"{at.title} {'must be sent now' if now else 'need no longer be sent'}",
            head=other.get("required") or other, base=one.get("required") or one, component=at.component,
            level=Level.ERROR if breaking else Level.NOTE, advice="Keep it as it was." if breaking else HARMLESS,
        )  # fmt: skip
    yield from _media(one, other, way, at, values)


def _one_body(old: Node | None, new: Node | None, site: Site, pair: Pair, values: Values) -> Iterator[Change]:
    title, before, after = pair.after.title, pair.before, pair.after
    if old is not None:
        needed = values.base.resolve(old).flag("required")
        yield Change(
            rule="contract/request-body-removed", key=site.key, logical=site.logical, head=after.node, base=old,
            message=f"{title}: the request body was removed" + (", and was required" if needed else ""),
            level=Level.ERROR if needed or after.reversed else None,
            advice="Keep sending it." if after.reversed else "Keep accepting it: clients still send it.",
        )  # fmt: skip
    if new is not None:
        needed = values.head.resolve(new).flag("required") and not after.reversed
        yield Change(
            rule=f"contract/request-body-{'became-required' if needed else 'added'}", key=site.key,
            logical=site.logical, message=f"{title}: requests {'must' if needed else 'may'} carry a body now",
            head=new, base=before.node, advice="Make it optional." if needed else HARMLESS,
        )  # fmt: skip


def responses(pair: Pair, values: Values) -> Iterator[Change]:
    """The responses of an operation, by status: a range or `default` may take the place of one."""
    old_holder, new_holder = pair.before.node.get("responses"), pair.after.node.get("responses")
    olds, news = _statuses(old_holder), _statuses(new_holder)
    alone = not any(status[:1] in "123" for status in olds)  # then `default` is what success is answered by
    for status, old in olds.items():
        name = f"the {shown(status)} response"
        success = status[:1] in "123" or (alone and status == "default")
        site = pair.site(name, Direction.RESPONSE, "response", status)
        site = site._replace(cap=min(site.cap, _cap(success=success), key=lambda level: level.weight))
        new = (
            news.get(status) or news.get(status[:1] + "XX") or (None if success and not alone else news.get("default"))
        )
        if new is None:
            yield Change(
                rule="contract/response-removed", key=site.key, logical=site.logical,
                message=f"{pair.after.title}: {name} was removed", head=new_holder or pair.after.node, base=old,
                level=_gone(old, site, values), said="success" if success else "non-success",
                advice="Keep sending it, or document the status that takes its place.",
            )  # fmt: skip
            continue
        yield from _response(old, new, pair, site, values)
    for status, new in news.items():
        if status in olds:
            continue
        yield Change(
            rule="contract/response-added", key=pair.key("response", status), logical=pair.after.title,
            message=f"{pair.after.title}: the {shown(status)} response is new",
            head=new, base=old_holder or pair.before.node, advice=HARMLESS,
            said="success" if status[:1] in "123" or (alone and status == "default") else "non-success",
        )  # fmt: skip
        covering = olds.get(status[:1] + "XX") or olds.get("default")
        if covering is not None:  # clients read it as that until now
            success = status[:1] in "123" or alone
            site = pair.site(f"the {shown(status)} response", Direction.RESPONSE, "response", status)
            site = site._replace(cap=min(site.cap, _cap(success=success), key=lambda level: level.weight))
            yield from _response(covering, new, pair, site, values)


def _gone(old: Node, site: Site, values: Values) -> Level:
    """How much it weighs that a response is gone, by what it said of itself."""
    try:
        level = removal(values.base.resolve(old), values.policy)
    except DanglingError:
        level = None
    return min(level or site.cap, site.cap, key=lambda one: one.weight)


def _response(old: Node, new: Node, pair: Pair, site: Site, values: Values) -> Iterator[Change]:
    """One response that both sides have: its headers, its links and its media types."""
    way = values.direction
    try:
        one, other, at = values.component_site(old, new, site)
    except DanglingError as error:
        values.doubt(f"{site.title}: {error.reason}")
        return
    at = at._replace(noun=site.noun, cap=site.cap)
    yield from lifecycle(one, other, "", at, values.policy, "response", at.stability)
    yield from carried_headers(one, other, way, at, values)
    yield from links(one, other, pair, at, values)
    yield from _media(one, other, way, at, values)


def _statuses(holder: Node | None) -> dict[str, Node]:
    return {status: node for status, node in (holder.members() if holder else {}).items() if status[:2] != "x-"}


def _cap(*, success: bool) -> Level:
    return Level.ERROR if success else Level.WARNING


def _media(one: Node, other: Node, way: Direction, site: Site, values: Values) -> Iterator[Change]:
    old_content, new_content = one.get("content"), other.get("content")
    olds = old_content.members() if old_content else {}
    news = new_content.members() if new_content else {}
    matched: set[str] = set()
    for name, old in olds.items():
        found = name if name in news else _same_media(name, news) or _covering(name, news, way)
        if found is None:
            yield Change(
                rule=f"contract/{way}-media-type-removed", key=(*site.key, name), logical=site.logical,
                message=f"{site.title}: the media type {shown(name)} was removed", component=site.component,
                head=new_content or other, base=old, level=site.cap,
                advice="Keep accepting it." if way is Direction.REQUEST else "Keep offering it.",
            )  # fmt: skip
            continue
        matched.add(found)
        inside = site._replace(
            title=f"{site.title} ({shown(name)})" if len(olds) > 1 else site.title, key=(*site.key, name)
        )
        if _parameters(name) != _parameters(found) and _plain(name) == _plain(found):
            yield Change(
                rule=f"contract/{way}-media-type-changed", key=inside.key, logical=site.logical,
                message=f"{site.title}: the media type {shown(name)} became {shown(found)}",
                component=site.component, head=news[found], base=old,
                advice="Keep the parameters of the media type: they say how the body is read.",
            )  # fmt: skip
        try:  # from OpenAPI 3.2 on, it may be a component
            held, holds, inside = values.component_site(old, news[found], inside)
        except DanglingError as error:
            values.doubt(f"{inside.title}: {error.reason}")
            continue
        inside = inside._replace(noun=site.noun)
        yield from _content(held, holds, way, inside, values, _plain(name))
    for name, new in news.items():
        if name not in olds and name not in matched:
            yield Change(
                rule=f"contract/{way}-media-type-added", key=(*site.key, name), logical=site.logical,
                message=f"{site.title}: the media type {shown(name)} is new", component=site.component, head=new,
                base=old_content or one, advice=HARMLESS,
            )  # fmt: skip


def _plain(name: str) -> str:
    return name.partition(";")[0].strip().lower()


def _parameters(name: str) -> frozenset[str]:
    """The parameters of a media type; a name in other letters is the same one (RFC 9110, 8.3.1)."""
    return frozenset(part.strip().lower() for part in name.split(";")[1:] if part.strip())


def _same_media(name: str, among: dict[str, Node]) -> str | None:
    """The media type that differs in letters or parameters only; the one with the same parameters first."""
    found = [key for key in among if _plain(key) == _plain(name)]
    return next((key for key in found if _parameters(key) == _parameters(name)), found[0] if found else None)


def _covering(name: str, among: dict[str, Node], way: Direction) -> str | None:
    """The range that takes a media type in: good for what clients send, and no promise of what they receive."""
    if way is Direction.RESPONSE:
        return None
    kind = _plain(name).partition("/")[0]
    return next((key for key in among if _plain(key) in (f"{kind}/*", "*/*")), None)


def _content(old: Node, new: Node, way: Direction, site: Site, values: Values, media: str) -> Iterator[Change]:
    """What one media type holds: its schema, that of its items (3.2), and how its parts are encoded."""
    kinds = frozenset(("object",)) if media in _FORMS else EVERY
    for word in ("schema", "itemSchema"):
        one, other = old.get(word), new.get(word)
        if one is not None or other is not None:
            at = site if word == "schema" else site.into("[item]")
            yield from values.compare(one or anything(old, word), other or anything(new, word), at, kinds)
    yield from _encodings(old, new, way, site, values, multipart=media.startswith("multipart/"))


def _encodings(
    old: Node, new: Node, way: Direction, site: Site, values: Values, *, multipart: bool
) -> Iterator[Change]:
    """How the parts of a form that both sides have are written: OpenAPI 3.1.1, 4.8.15.

    Only parts of a multipart body have headers.
    """
    olds, news = old.get("encoding"), new.get("encoding")
    names = {**(olds.members() if olds else {}), **(news.members() if news else {})}
    parts: set[str] | None = None
    for name in names:
        one, other = olds.get(name) if olds else None, news.get(name) if news else None
        if multipart and one != other:
            at = site._replace(title=f"{site.title}: the part `{shown(name)}`", key=(*site.key, "encoding", name))
            yield from carried_headers(one or _silent(old, name), other or _silent(new, name), way, at, values)
        was, now = _form(one), _form(other)
        for word in (word for word in was if was[word] != now[word]):
            if parts is None:
                parts = _parts(values.relation.base, old) & _parts(values.relation.head, new)
            if name not in parts:
                break
            if word == "contentType" and _is_default(was[word], now[word], values, (old, new), name):
                continue
            wider = word == "contentType" and way is Direction.REQUEST and _types(was[word]) <= _types(now[word])
            unsaid = None in (was[word], now[word])
            yield Change(
                rule=f"contract/{way}-encoding-changed", key=(*site.key, "encoding", name, word),
                logical=site.logical, component=site.component,
                message=f"{site.title}: `{word}` of the part `{shown(name)}` changed from "
                f"{_said(was[word])} to {_said(now[word])}",
                head=(other and other.get(word)) or other or news or new, base=(one and one.get(word)) or one or old,
                level=Level.NOTE if wider and not unsaid else Level.WARNING if unsaid else site.cap,
                advice=HARMLESS if wider else "Keep the old form: clients write or read the part by it.",
            )  # fmt: skip


def _silent(media: Node, name: str) -> Node:
    """The encoding of a part of which a form says nothing."""
    return Node(media.document, (*media.pointer, "encoding", name), {})


def _parts(side: Side, media: Node) -> set[str]:
    """The properties of what a form holds."""
    schema = media.get("schema")
    try:
        return {name for arm in side.shape([schema]).arms for name in arm.properties} if schema else set()
    except DanglingError:
        return set()


def _form(encoding: Node | None) -> dict[str, Any]:
    """The words of an encoding; what is not said is the default, and of `contentType` unknown."""
    said = encoding.value if encoding and isinstance(encoding.value, dict) else {}
    style = said.get("style", "form")
    explode = said.get("explode", style == "form")
    return {
        "contentType": said.get("contentType"), "style": style, "explode": explode,
        "allowReserved": said.get("allowReserved", False),
    }  # fmt: skip


def _is_default(was: Any, now: Any, values: Values, media: tuple[Node, Node], name: str) -> bool:
    """Whether one side says of a part what holds on the other, which says nothing."""
    if was is None:
        return _types(now) == {default_type(values.relation.base, media[0], name)}
    return now is None and _types(was) == {default_type(values.relation.head, media[1], name)}


def _said(value: object) -> str:
    return "unsaid" if value is None else f"`{shown(str(value).lower() if isinstance(value, bool) else str(value))}`"


def _types(stated: object) -> set[str]:
    return {part.strip().lower() for part in stated.split(",")} if isinstance(stated, str) else set()

"""Links, compared: what a response says of the operations to call next with what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.contract.changes import HARMLESS, Change, Pair, Site, shown
from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.shape import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.values import Values
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.operations import Description, Operation

_WORDS = ("parameters", "requestBody", "server")
_TARGETS = ("operationId", "operationRef")
_FOLLOWED = "Keep it as it was: clients follow it."


def links(old: Node, new: Node, pair: Pair, site: Site, values: Values) -> Iterator[Change]:
    """The links of a response: those that only one side has, and what the others lead to and hand on."""
    olds, news = old.get("links"), new.get("links")
    before, after = (holder.members() if holder else {} for holder in (olds, news))
    for name in {**before, **after}:
        if name in before and name in after:
            yield from _link(name, before[name], after[name], pair, site, values)
            continue
        gone = name in before
        yield Change(
            rule=f"contract/response-link-{'removed' if gone else 'added'}", key=(*site.key, "link", name),
            logical=site.logical, component=site.component,
            message=f"{site.title}: the link `{shown(name)}` {'was removed' if gone else 'is new'}",
            head=after.get(name) or news or new, base=before.get(name) or olds or old,
            advice="Keep it: clients follow it." if gone else HARMLESS,
        )  # fmt: skip


def _link(name: str, old: Node, new: Node, pair: Pair, site: Site, values: Values) -> Iterator[Change]:
    try:
        one, other, at = values.component_site(old, new, site)
    except DanglingError as error:
        values.doubt(f"{site.title}: the link `{shown(name)}`: {error.reason}", ("contract/response-link-changed",))
        return
    shared = at is not site
    title, key = (
        (at.title, at.key) if shared else (f"{site.title}: the link `{shown(name)}`", (*site.key, "link", name))
    )
    was, now = _target(one, pair.base), _target(other, pair.head)
    gone = _meant(one) == _meant(other) and (was is None or now is None)  # and is told as that
    if _key(one, was) != _key(other, now) and not gone:
        yield Change(
            rule="contract/response-link-changed", key=(*key, "target"), logical=at.logical, component=at.component,
            message=f"{title} leads to {now.title if now else _meant(other)} and no longer to "
            f"{was.title if was else _meant(one)}",
            head=_stated(other), base=_stated(one), advice=_FOLLOWED,
        )  # fmt: skip
    for word in _WORDS:
        said, says = one.get(word), other.get(word)
        if _text(said) != _text(says):
            verb = "no longer says" if says is None else "says now" if said is None else "changed"
            yield Change(
                rule="contract/response-link-changed", key=(*key, word), logical=at.logical, component=at.component,
                message=f"{title}: `{word}` changed" if verb == "changed" else f"{title} {verb} `{word}`",
                head=says or other, base=said or one, advice=_FOLLOWED,
            )  # fmt: skip


def _target(link: Node, description: Description) -> Operation | None:
    """The operation of the description that a link leads to."""
    identity, reference = link.text("operationId"), link.text("operationRef")
    if identity or not reference:
        return description.named.get(identity)
    try:
        end = description.library.resolve(description.library.follow(link.document, reference))
    except DanglingError:
        return None
    return description.placed.get((end.document.path, end.pointer))


def _key(link: Node, target: Operation | None) -> tuple[str, ...]:
    return (target.method, target.shape) if target else (_meant(link),)


def _meant(link: Node) -> str:
    """What a link itself calls the operation."""
    return next((f"`{shown(text)}`" for word in _TARGETS if (text := link.text(word))), "nothing")


def _stated(link: Node) -> Node:
    return next((node for word in _TARGETS if (node := link.get(word)) is not None), link)


def _text(node: Node | None) -> str:
    return key_of(node.value) if node is not None else ""

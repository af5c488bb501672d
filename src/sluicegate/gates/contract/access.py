"""Who may call, and where: security requirements and servers."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sluicegate.gates.contract.addresses import normal
from sluicegate.gates.contract.changes import HARMLESS, Change, Pair, Site, shown
from sluicegate.gates.contract.lifecycle.compare import lifecycle
from sluicegate.model import Level
from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.shape import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.lifecycle.compare import Policy
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.operations import Description, Operation

_Way = dict[str, frozenset[str]]
"""One way to be let in: scopes by scheme; empty for everybody."""
_MOST_ADDRESSES = 100
_TELLING = ("type", "in", "name", "scheme", "openIdConnectUrl")
_ADDRESSES = ("authorizationUrl", "tokenUrl", "refreshUrl", "deviceAuthorizationUrl")


def security(pair: Pair) -> Iterator[Change]:
    """What a client must show: each way in that it may use today must be enough tomorrow."""
    names = _names(pair.base, pair.head)
    olds = _ways(pair.before, pair.base)
    news = [{names.get(name, name): scopes for name, scopes in way.items()} for way in _ways(pair.after, pair.head)]
    title = pair.after.title
    own = (pair.before.node.get("security"), pair.after.node.get("security"))
    shared = own == (None, None)  # then it is told once, at the document
    base = own[0] or pair.base.root.get("security") or (pair.base.root if shared else pair.before.node)
    head = own[1] or pair.head.root.get("security") or (pair.head.root if shared else pair.after.node)
    key = ("security", *(["called"] if pair.after.reversed else [])) if shared else pair.key("security")
    logical = "security" if shared else title
    lost = [way for way in olds if not any(_enough(way, other) for other in news)]
    gained = [way for way in news if not any(_enough(way, other) for other in olds)]
    for ways, rule, level in ((lost, "tightened", Level.ERROR), (gained, "loosened", Level.NOTE)):
        for way in ways:
            turned = pair.after.reversed
            ending = "is not enough any more" if rule == "tightened" else "is enough now"
            yield Change(
                rule=f"contract/security-{rule}", key=(*key, *_key(way)), logical=logical,
                message=f"{logical}: {_said(way)} {ending}" + _needs(way, news, rule), head=head, base=base,
                level=Level.NOTE if turned else level, users=(title,) if shared else (),
                said="global" if shared else "",
                advice=HARMLESS if level is Level.NOTE or turned else "Keep accepting it until clients have moved.",
            )  # fmt: skip


def _names(base: Description, head: Description) -> dict[str, str]:
    """What schemes of the head were called at base: those that are new under their name and say what one gone said."""
    olds, news = _definitions(base), _definitions(head)
    gone = {key_of(_meaning(node)): name for name, node in olds.items() if name not in news}
    return {
        name: gone[key_of(_meaning(node))]
        for name, node in news.items()
        if name not in olds and key_of(_meaning(node)) in gone
    }


def _meaning(scheme: Node) -> Any:
    if not isinstance(scheme.value, dict):
        return None
    found = {word: said for word, said in scheme.value.items() if word != "description"}
    return found | {word: _meant(scheme, word) for word in _TELLING if isinstance(found.get(word), str)}


def _meant(scheme: Node, word: str) -> str:
    """What a scheme says by a word: in lower case where case means nothing, as in names of headers (RFC 9110, 5.1)."""
    said = scheme.text(word)
    caseless = word in ("type", "in", "scheme") or (word == "name" and scheme.text("in").lower() == "header")
    return said.lower() if caseless else said


def _ways(operation: Operation, description: Description) -> list[_Way]:
    node = operation.node.get("security") or description.root.get("security")
    listed = node.value if node and isinstance(node.value, list) else []
    ways = [
        {str(name): frozenset(map(str, scopes if isinstance(scopes, list) else [])) for name, scopes in one.items()}
        for one in listed
        if isinstance(one, dict)
    ]
    return ways or [{}]


def _enough(way: _Way, demand: _Way) -> bool:
    """Whether who has everything of `way` has everything that is asked for."""
    return all(name in way and scopes <= way[name] for name, scopes in demand.items())


def _key(way: _Way) -> list[str]:
    return [f"{name}:{','.join(sorted(scopes))}" for name, scopes in sorted(way.items())] or ["nobody"]


def _said(way: _Way) -> str:
    parts = [
        f"`{shown(name)}`" + (f" with {', '.join(f'`{shown(scope)}`' for scope in sorted(scopes))}" if scopes else "")
        for name, scopes in way.items()
    ]
    return " and ".join(parts) or "a call without any authorisation"


def _needs(way: _Way, news: list[_Way], rule: str) -> str:
    """The nearest way in that is left, so that the reader sees what is missing."""
    if rule != "tightened" or not news:
        return ""
    nearest = min(
        news, key=lambda other: sum(name not in way or not scopes <= way[name] for name, scopes in other.items())
    )
    return f"; {_said(nearest)} is"


def schemes(base: Description, head: Description, policy: Policy) -> Iterator[Change]:
    """The security schemes of two descriptions: those that operations use break them when they work otherwise."""
    olds, news = _definitions(base), _definitions(head)
    used = {name for operation in base.operations.values() for way in _ways(operation, base) for name in way}
    for name in {**olds, **news}:
        old, new = olds.get(name), news.get(name)
        if old is not None and new is not None:
            yield from _scheme(name, old, new, used=name in used)
            site = Site(title=_scheme_title(name), key=(name,), logical=_scheme_title(name))
            yield from lifecycle(old, new, "", site, policy, "security-scheme")
            continue
        node = old or new
        assert node is not None  # noqa: S101 - one of them is there
        verb = "was removed" if new is None else "is new"
        yield Change(
            rule=f"contract/security-scheme-{'removed' if new is None else 'added'}", key=(name,),
            logical=_scheme_title(name), message=f"{_scheme_title(name)} {verb}", advice=HARMLESS,
            head=new or head.root.get("components") or head.root, base=old or base.root.get("components") or base.root,
        )  # fmt: skip


def _scheme(name: str, old: Node, new: Node, *, used: bool) -> Iterator[Change]:
    pairs: list[tuple[tuple[str, ...], Node | None, Node | None]] = [
        ((word,), old.get(word), new.get(word)) for word in _TELLING
    ]
    flows_before, flows_after = _flows(old), _flows(new)
    for flow in {**flows_before, **flows_after}:
        one, other = flows_before.get(flow), flows_after.get(flow)
        if one is None or other is None:
            pairs.append(((flow,), one, other))
        else:
            pairs += [((flow, word), one.get(word), other.get(word)) for word in _ADDRESSES]
            yield from _scopes(name, flow, one, other)
    for key, was, now in pairs:
        said, says = _text(was), _text(now)
        if said != says and not (key[0] in _TELLING and _meant(old, key[0]) == _meant(new, key[0]) != ""):
            yield Change(
                rule="contract/security-scheme-changed", key=(name, *key), logical=_scheme_title(name),
                message=f"{_scheme_title(name)}: `{shown(' '.join(key))}` changed from `{said}` to `{says}`",
                head=now or new, base=was or old, level=Level.ERROR if used else Level.NOTE,
                advice="Add a new scheme, and keep the old one until clients have moved." if used else HARMLESS,
            )  # fmt: skip


def _scopes(name: str, flow: str, old: Node, new: Node) -> Iterator[Change]:
    olds, news = old.get("scopes"), new.get("scopes")
    before, after = (node.members() if node else {} for node in (olds, news))
    for scope in {**before, **after}:
        if (scope in before) != (scope in after):
            verb = "was removed" if scope in before else "is new"
            yield Change(
                rule=f"contract/security-scope-{'removed' if scope in before else 'added'}", key=(name, flow, scope),
                logical=_scheme_title(name), message=f"{_scheme_title(name)}: the scope `{shown(scope)}` {verb}",
                head=after.get(scope) or news or new, base=before.get(scope) or olds or old, advice=HARMLESS,
            )  # fmt: skip


def _text(node: Node | None) -> str:
    if node is None:
        return "none"
    return shown(node.value if isinstance(node.value, str) else "set")


def _flows(scheme: Node) -> dict[str, Node]:
    flows = scheme.get("flows")
    return flows.members() if flows else {}


def _scheme_title(name: str) -> str:
    return f"security scheme {shown(name)}"


def _definitions(description: Description) -> dict[str, Node]:
    components = description.root.get("components")
    holder = components.get("securitySchemes") if components else None
    found = {}
    for name, node in (holder.members() if holder else {}).items():
        with suppress(DanglingError):  # told by the rules on references
            found[name] = description.library.resolve(node)
    return found


def servers(
    old: Node | None, new: Node | None, key: tuple[str, ...], title: str = "", users: tuple[str, ...] = ()
) -> Iterator[Change]:
    """Where the API is: addresses that clients call are to stay. `old` and `new` hold the lists that count.

    `users` are the operations that are called there, where the lists are not those of one operation.
    """
    olds, news = _addresses(old), _addresses(new)
    if old is None or new is None or not olds:
        return
    left = [address for address in olds if address in news]
    start = f"{title}: " if title else ""
    for address, (written, node) in olds.items():
        if address not in news:
            gone = not left
            yield Change(
                rule="contract/server-removed", key=(*key, address), logical=title or "servers",
                message=f"{start}the server `{shown(written)}` was removed"
                + (", and none of the old ones is left" if gone else ""),
                head=new.get("servers") or new, base=node, level=Level.ERROR if gone and news else Level.WARNING,
                advice="Keep the address answering, and list it until clients have moved.", users=users,
            )  # fmt: skip
    yield from _defaults(old, new, key, title, users)
    for address, (written, node) in news.items():
        if address not in olds:
            yield Change(
                rule="contract/server-added", key=(*key, address), logical=title or "servers",
                message=f"{start}the server `{shown(written)}` is new", head=node, base=old.get("servers") or old,
                advice=HARMLESS, users=users,
            )  # fmt: skip


def _defaults(old: Node, new: Node, key: tuple[str, ...], title: str, users: tuple[str, ...]) -> Iterator[Change]:
    """The variables of servers that stay, of which clients that choose nothing get another value."""
    olds, news = _variables(old), _variables(new)
    for (url, name), one in olds.items():
        other = news.get((url, name))
        was, now = one.get("default"), other.get("default") if other else None
        if other is None or not _values_listed(one) or not _values_listed(other) or not was or not now:
            continue  # without a list the default is the address itself, which is told as a server
        if was.value != now.value:
            yield Change(
                rule="contract/server-default-changed", key=(*key, url, name, "default"), logical=title or "servers",
                message=f"{f'{title}: ' if title else ''}the default of `{shown(name)}` in the server `{shown(url)}` "
                f"changed from `{shown(str(was.value))}` to `{shown(str(now.value))}`",
                head=now, base=was, users=users,
                advice="Keep the default: clients that choose nothing call the address that it makes.",
            )  # fmt: skip


def _variables(holder: Node) -> dict[tuple[str, str], Node]:
    listed = holder.get("servers")
    found: dict[tuple[str, str], Node] = {}
    for node in listed.items() if listed else []:
        variables = node.get("variables")
        for name, variable in (variables.members() if variables else {}).items():
            found.setdefault((normal(node.text("url")), name), variable)
    return found


def _values_listed(variable: Node) -> bool:
    return bool(variable.get("enum"))


def own_servers(pair: Pair) -> Iterator[Change]:
    """The servers of an operation, where it or its path has its own on one side: else the document's are told once."""
    sides = ((pair.before, pair.base), (pair.after, pair.head))
    holders = [
        next((node for node in (operation.node, operation.item, description.root) if node.get("servers")), None)
        for operation, description in sides
    ]
    if all(holder is None or not holder.pointer for holder in holders):
        return
    old, new = (holder or description.root for holder, (_, description) in zip(holders, sides, strict=True))
    if pair.shares_path and not any(operation.node.get("servers") for operation, _ in sides):
        yield from servers(old, new, (*pair.path_key, "servers"), shown(pair.after.path), (pair.after.title,))
    else:
        yield from servers(old, new, pair.key("servers"), pair.after.title)


def _addresses(holder: Node | None) -> dict[str, tuple[str, Node]]:
    """The servers by address, one for each value that their variables may have, and how each is written."""
    listed = holder.get("servers") if holder else None
    found: dict[str, tuple[str, Node]] = {}
    for node in listed.items() if listed else []:
        addresses = [node.text("url")]
        variables = node.get("variables")
        for name, variable in (variables.members() if variables else {}).items():
            values = _values(variable.value)
            addresses = [one.replace("{" + name + "}", value) for one in addresses for value in values][
                :_MOST_ADDRESSES
            ]
        for address in addresses:
            found.setdefault(normal(address), (address, node))
    return found


def _values(variable: Any) -> list[str]:
    """What a server variable may be; only its default, where nothing is listed."""
    if not isinstance(variable, dict):
        return [""]
    values = variable.get("enum")
    return [str(one) for one in values] if isinstance(values, list) and values else [str(variable.get("default", ""))]

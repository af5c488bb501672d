"""Every server that a description of an API names, and whether it is reached by TLS alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from sluicegate.gates.compliance.evidence.declared.facts import Facts
from sluicegate.gates.compliance.evidence.declared.files import listed, read
from sluicegate.gates.compliance.items import Asking, Gathered, Item, none
from sluicegate.model import Location, Outcome
from sluicegate.openapi.document import Document, dotted
from sluicegate.openapi.reading import LIMIT, parse
from sluicegate.text import plural

PATTERNS = tuple(f"{way}{name}.{end}" for name in ("openapi", "swagger") for end in ("yaml", "yml", "json")
                 for way in ("", "**/"))  # fmt: skip
"""What descriptions are called where the settings name none."""
_LOCAL = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - looked for, not bound to
_BOM = b"\xef\xbb\xbf"


def gather(asking: Asking) -> Iterator[Gathered]:
    """An item for each address; one without a scheme is served as its description is, which nobody knows here."""
    paths = listed(asking, asking.settings.descriptions or PATTERNS)
    if not paths:
        why = "there is no description of an API"
        yield from none("servers", "servers of descriptions of APIs", Outcome.NOT_APPLICABLE, why)
        return
    found = read(asking, paths, LIMIT, lambda path, raw, shown: parse(raw.removeprefix(_BOM), path, shown))
    yield Gathered(
        subject="servers of descriptions",
        query=f"the servers of {plural(len(paths), 'description')}",
        sha256=found.digest.hexdigest(),
        items=tuple(item for document in found.files.values() for item in _items(document)),
        lacking=tuple(found.lacking),
    )


def _items(document: Document) -> Iterator[Item]:
    data = document.data if isinstance(document.data, dict) else {}
    if "swagger" in data:
        host = data.get("host")
        for at, scheme in enumerate(_list(data.get("schemes"))):
            yield _item(document, ("schemes", at), f"{scheme}://{host or ''}{data.get('basePath') or ''}")
        return
    yield from _servers(document, data, ())
    paths = data.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        if isinstance(item, dict):
            yield from _servers(document, item, ("paths", path))
            for method, operation in item.items():
                if isinstance(operation, dict):
                    yield from _servers(document, operation, ("paths", path, method))


def _servers(document: Document, of: dict[str, Any], pointer: tuple[str | int, ...]) -> Iterator[Item]:
    for at, server in enumerate(_list(of.get("servers"))):
        if isinstance(server, dict) and isinstance(server.get("url"), str):
            yield _item(document, (*pointer, "servers", at), server["url"])


def _item(document: Document, pointer: tuple[str | int, ...], url: str) -> Item:
    facts = Facts()
    plain = _without_login(url)
    scheme, host = _parts(plain)
    if not scheme or "{" in scheme:
        facts.leave("https")
    else:
        facts.say("https", scheme in ("https", "wss"))
    if "{" in host or not host:
        facts.leave("local")
    else:
        facts.say("local", host in _LOCAL or host.endswith(".localhost"))
    line, column = document.place(pointer)
    return Item(
        key=(document.path, dotted(pointer[:-1]), plain),
        data={"file": document.shown, "url": plain} | facts.known,
        unknown=tuple(sorted(facts.unknown)),
        location=Location(path=document.shown, line=line, column=column, logical=dotted(pointer)),
    )


def _parts(url: str) -> tuple[str, str]:
    """The scheme and the host of an address; empty where it has none, or is none."""
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() or ("{" if url.startswith("{") else ""), (parts.hostname or "").lower()
    except ValueError:
        return "", ""


def _without_login(url: str) -> str:
    """An address without the name and password that may stand in it."""
    before, found, after = url.partition("://")
    if not found:
        return url
    host, slash, rest = after.partition("/")
    return f"{before}://{host.rpartition('@')[2]}{slash}{rest}"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []

"""Package URLs (ECMA-427): the packages that they name, and the one for a package."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, unquote

from sluicegate.gates.security.dependencies.packages import GO, MAVEN, PURL_TYPES, normal

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9.+-]{0,40}")
_TYPES: Mapping[str, str] = {ecosystem: kind for kind, ecosystem in PURL_TYPES.items()}


class Named(NamedTuple):
    """A package of an ecosystem; an empty version is any."""

    ecosystem: str
    name: str
    version: str


def purl(ecosystem: str, name: str, version: str = "") -> str:
    """The package URL of a package, or of one version of it."""
    said = name.replace(":", "/", 1) if ecosystem == MAVEN else name
    whole = f"v{version}" if ecosystem == GO and version else version
    return f"pkg:{_TYPES[ecosystem]}/{quote(said, safe='/')}{'@' if whole else ''}{quote(whole, safe='')}"


def kind(text: str) -> str:
    """The type of a package URL, such as `pypi` or `deb`; "" where it is none."""
    scheme, _, rest = text.partition(":")
    said, _, path = rest.strip("/").partition("/")
    return said.lower() if scheme.lower() == "pkg" and path and _TYPE.fullmatch(said) else ""


def named(text: str) -> Named | None:
    """What a package URL names; None where it is none, or of an ecosystem that is not known here."""
    scheme, _, rest = text.partition("#")[0].partition("?")[0].partition(":")
    kind, _, path = rest.strip("/").partition("/")
    ecosystem = PURL_TYPES.get(kind.lower())
    if scheme.lower() != "pkg" or ecosystem is None or not path:
        return None
    way, at, version = path.rpartition("@")
    if not at or "/" in version:  # the sign of a scope that is not spelt out, as some write it
        way, version = path, ""
    name, version = unquote(way), unquote(version)
    if ecosystem == MAVEN:
        name = name.replace("/", ":", 1)
    if ecosystem == GO:
        version = version.removeprefix("v")
    return Named(ecosystem, normal(ecosystem, name), version)

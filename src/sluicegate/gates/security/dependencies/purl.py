"""Package URLs (ECMA-427): the packages that they name, and the one for a package."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qs, quote, unquote

from sluicegate.gates.security.dependencies.packages import DISTRIBUTIONS, GO, MAVEN, PURL_TYPES, family, normal

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9.+-]{0,40}")
_TYPES: Mapping[str, str] = {ecosystem: kind for kind, ecosystem in PURL_TYPES.items()}
_OF_DISTRIBUTIONS: Mapping[str, str] = {"/".join(where): ecosystem for ecosystem, where in DISTRIBUTIONS.items()}


class Named(NamedTuple):
    """A package of an ecosystem; an empty version is any, and so is an empty `distro`, which is `debian-12`.

    `upstream` are the sources that a package of a distribution was made of, where that is said.
    """

    ecosystem: str
    name: str
    version: str
    distro: str = ""
    upstream: str = ""

    def fits(self, ecosystem: str) -> bool:
        """Whether it is of an ecosystem: of a distribution in the release that it names, if it names one."""
        if family(ecosystem) not in DISTRIBUTIONS:
            return self.ecosystem == ecosystem
        ours = distro(ecosystem)
        same = not self.distro or self.distro == ours or self.distro.startswith(f"{ours}.")
        return self.ecosystem == family(ecosystem) and same


def distro(ecosystem: str) -> str:
    """A distribution with its release as package URLs have it: `debian-12`."""
    release = ecosystem.partition(":")[2].removeprefix("v").removesuffix(":LTS")
    told = f"{DISTRIBUTIONS[family(ecosystem)][1]}-{release}" if release else ""
    return told.lower().replace(" ", "-")


def purl(ecosystem: str, name: str, version: str = "") -> str:
    """The package URL of a package, or of one version of it."""
    whole = f"v{version}" if ecosystem == GO and version else version
    at = f"@{quote(whole, safe='')}" if whole else ""
    if family(ecosystem) in DISTRIBUTIONS:
        kind, namespace = DISTRIBUTIONS[family(ecosystem)]
        where = distro(ecosystem)
        return f"pkg:{kind}/{namespace}/{quote(name, safe='')}{at}" + (f"?distro={quote(where)}" if where else "")
    said = name.replace(":", "/", 1) if ecosystem == MAVEN else name
    return f"pkg:{_TYPES[ecosystem]}/{quote(said, safe='/')}{at}"


def kind(text: str) -> str:
    """The type of a package URL, such as `pypi` or `deb`; "" where it is none."""
    scheme, _, rest = text.partition(":")
    said, _, path = rest.strip("/").partition("/")
    return said.lower() if scheme.lower() == "pkg" and path and _TYPE.fullmatch(said) else ""


def named(text: str) -> Named | None:
    """What a package URL names; None where it is none, or of an ecosystem that is not known here."""
    whole, _, qualifiers = text.partition("#")[0].partition("?")
    scheme, _, rest = whole.partition(":")
    kind, _, path = rest.strip("/").partition("/")
    if scheme.lower() != "pkg" or not path:
        return None
    way, at, version = path.rpartition("@")
    if not at or "/" in version:  # the sign of a scope that is not spelt out, as some write it
        way, version = path, ""
    name, version = unquote(way), unquote(version)
    namespace, _, last = name.rpartition("/")
    if of := _OF_DISTRIBUTIONS.get(f"{kind}/{namespace}".lower()):
        said = parse_qs(qualifiers)
        upstream = said.get("upstream", [""])[0].partition("@")[0]
        return Named(of, last, version, said.get("distro", [""])[0].lower(), upstream)
    ecosystem = PURL_TYPES.get(kind.lower())
    if ecosystem is None:
        return None
    if ecosystem == MAVEN:
        name = name.replace("/", ":", 1)
    if ecosystem == GO:
        version = version.removeprefix("v")
    return Named(ecosystem, normal(ecosystem, name), version)

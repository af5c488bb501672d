"""npm's `package-lock.json` and `npm-shrinkwrap.json`, versions 1 to 3 (npm's documentation, "package-lock.json")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sluicegate.gates.security.dependencies.lockfiles.digests import integrity
from sluicegate.gates.security.dependencies.packages import NPM, Lock, Package, Skipped
from sluicegate.manifests.structured import beside, mapping, root, texts
from sluicegate.manifests.text import bad

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sluicegate.model import Tree
    from sluicegate.openapi.document import Node

ASKED = ("dependencies", "devDependencies", "optionalDependencies")
"""Where a `package.json` says what the project itself asks for."""

_NEEDED = ("dependencies", "optionalDependencies", "peerDependencies")
_INSTALLED = "node_modules/"
_LONGEST = 4_096
"""No file system has a longer path."""

_ELSEWHERE = re.compile(r"^(?:git[+:@]|github:|file:|link:|https?://(?:codeload\.)?github\.com/|ssh:)")


def read(tree: Tree, path: str) -> Lock:
    """What npm installs. Raises UnreadableError."""
    top = root(tree, path)
    if (packages := top.get("packages")) is not None and isinstance(packages.value, dict):
        return _by_place(path, packages)
    version = top.value.get("lockfileVersion")
    if version not in (None, 1) or "packages" in top.value:
        raise bad(top.document.shown, 1, f"lockfileVersion {version} without `packages`")
    asked = {name for key in ASKED for name in texts(beside(tree, path, "package.json").get(key))}
    return _nested(path, top, asked or None)


def _left_out(entry: Mapping[str, Any]) -> bool:
    """Whether the project may be without a package: only development, or what is not needed everywhere, asks for it."""
    return any(entry.get(mark) is True for mark in ("dev", "optional", "devOptional", "peer"))


def _licences(entry: Mapping[str, Any]) -> tuple[str, ...]:
    said = entry.get("license")
    return (said,) if isinstance(said, str) and said else ()


def _by_place(path: str, packages: Node) -> Lock:
    """Versions 2 and 3: each package by the folder that it is installed in."""
    entries: dict[str, dict[str, Any]] = {place: mapping(entry) for place, entry in packages.value.items()}
    roots = [place for place in entries if _INSTALLED not in f"{place}/"]
    direct = {
        where
        for place in roots
        for key in ASKED
        for name in texts(entries[place].get(key))
        if (where := _resolved(entries, place, name))
    }
    found: list[Package] = []
    skipped: list[Skipped] = []
    for place, entry in entries.items():
        if place in roots or entry.get("link") is True:
            continue  # a part of the project itself
        line, column = packages.document.place((*packages.pointer, place))
        name, version = _named(place, entry), entry.get("version")
        origin = str(entry.get("resolved") or "")
        if _ELSEWHERE.match(origin) or not isinstance(version, str) or not version:
            why = "it comes from elsewhere than a registry" if origin else "the file tells no version of it"
            skipped.append(Skipped(name=name, why=why, line=line))
            continue
        asks = _asks(entries, place, {name: said for key in _NEEDED for name, said in texts(entry.get(key)).items()})
        found.append(
            Package(
                ecosystem=NPM, name=name, version=version, line=line, column=column, id=place,
                needs=tuple(asks), asks=asks, direct=place in direct, optional=_left_out(entry),
                licences=_licences(entry), digests=integrity(entry.get("integrity")),
            )
        )  # fmt: skip
    own = {str(entries[place].get("name") or place.rpartition("/")[2]) for place in roots}
    return Lock(path=path, packages=found, skipped=skipped, raising="npm update {name}", own=frozenset(own - {""}))


def _named(place: str, entry: Mapping[str, Any]) -> str:
    """The name of a package: that of an alias stands in its entry, else it is the folder's."""
    said = entry.get("name")
    return said if isinstance(said, str) and said else place.rpartition(_INSTALLED)[2]


def _asks(entries: Mapping[str, Any], place: str, wanted: Mapping[str, str]) -> dict[str, str]:
    """What a package needs by the place where Node finds it, with the range that it takes."""
    return {where: said for name, said in wanted.items() if (where := _resolved(entries, place, name))}


def _resolved(entries: Mapping[str, Any], place: str, name: str) -> str:
    """Where Node finds a package from a place: in the folder of the nearest that encloses it."""
    while len(place) < _LONGEST:
        inner = f"{place}/{_INSTALLED}{name}" if place else f"{_INSTALLED}{name}"
        if inner in entries:
            return inner
        if not place:
            break
        before, found, _ = place.rpartition(f"/{_INSTALLED}")
        place = before if found else ""
    return ""


def _nested(path: str, top: Node, asked: set[str] | None) -> Lock:
    """Version 1: packages in packages, and `package.json` says what is asked for."""
    found: list[Package] = []
    skipped: list[Skipped] = []
    entries = list(_walk(top, ""))
    places: dict[str, Any] = dict.fromkeys(place for place, _, _ in entries)
    for place, name, node in entries:
        line, column = node.line_column
        version = node.text("version")
        if _ELSEWHERE.match(version) or "://" in version or not version:
            skipped.append(Skipped(name=name, why="it comes from elsewhere than a registry", line=line))
            continue
        alias = version.startswith("npm:")
        real, _, number = version.removeprefix("npm:").rpartition("@")
        asks = _asks(places, place, texts(node.value.get("requires")))
        found.append(
            Package(
                ecosystem=NPM, name=real if alias else name, version=number, line=line, column=column, id=place,
                needs=tuple(asks), asks=asks,
                direct=None if asked is None else place.removeprefix(_INSTALLED) in asked,
                optional=_left_out(mapping(node.value)), digests=integrity(node.text("integrity")),
            )
        )  # fmt: skip
    own = frozenset({top.text("name")} - {""})
    return Lock(path=path, packages=found, skipped=skipped, raising="npm update {name}", own=own)


def _walk(node: Node, around: str) -> Iterator[tuple[str, str, Node]]:
    inner = node.get("dependencies")
    for name, entry in (inner.members() if inner else {}).items():
        place = f"{around}/{_INSTALLED}{name}" if around else f"{_INSTALLED}{name}"
        yield place, name, entry
        yield from _walk(entry, place)

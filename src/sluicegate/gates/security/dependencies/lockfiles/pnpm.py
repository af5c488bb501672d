"""`pnpm-lock.yaml` of pnpm, versions 5 to 9 (its repository of specifications, "lockfile").

A package is named by what it is installed from: `/NAME/VERSION` (5), `/NAME@VERSION` (6), `NAME@VERSION` (9), each with
the peers that it was resolved for behind it, in brackets or after an underscore.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sluicegate.gates.security.dependencies.lockfiles.digests import integrity
from sluicegate.gates.security.dependencies.lockfiles.npm import ASKED
from sluicegate.gates.security.dependencies.packages import NPM, Lock, Package, Skipped, reached
from sluicegate.manifests.structured import key_lines, mapping, root
from sluicegate.manifests.text import bad

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Tree

_AT = re.compile(r"/?(@[^/]+/[^/@]+|[^/@]+)[@/](\d[^(_/]*)(?:[(_].*)?")
_NEEDED = ("dependencies", "optionalDependencies")
_MAJORS = ("5", "6", "9")


def read(tree: Tree, path: str) -> Lock:
    """What pnpm installs. Raises UnreadableError."""
    top = root(tree, path)
    version = str(top.value.get("lockfileVersion", ""))
    if version.partition(".")[0] not in _MAJORS:
        raise bad(top.document.shown, 1, f"lockfileVersion {version[:20] or '(none)'} is not one of 5, 6 and 9")
    section = top.get("packages")
    entries = section.members() if section else {}
    more = mapping(top.value.get("snapshots"))
    needs: dict[str, set[str]] = {}
    needed: dict[str, set[str]] = {}
    for key, entry in (more or {key: node.value for key, node in entries.items()}).items():
        needs.setdefault(_id(key), set()).update(_wanted(mapping(entry), _NEEDED))
        needed.setdefault(_id(key), set()).update(_wanted(mapping(entry), _NEEDED[:1]))
    importers = mapping(top.value.get("importers")) or {".": top.value}
    direct = {one for importer in importers.values() for one in _wanted(mapping(importer), ASKED)}
    asked = [one for importer in importers.values() for one in _wanted(mapping(importer), ASKED[:1])]
    always = reached(needed, asked)
    packages: list[Package] = []
    skipped: list[Skipped] = []
    seen: set[str] = set()
    lines = key_lines(top.document, "packages")
    for key, entry in entries.items():
        own = _id(key)
        if own in seen:
            continue  # the same package, resolved for other peers
        seen.add(own)
        line = lines.get(key)
        resolution = mapping(mapping(entry.value).get("resolution"))
        name, _, number = own.rpartition("@")
        if not name or {"directory", "repo", "commit"} & resolution.keys() or not _AT.fullmatch(key):
            skipped.append(Skipped(name=name or key, why="it comes from elsewhere than a registry", line=line))
            continue
        packages.append(
            Package(
                ecosystem=NPM, name=name, version=number, line=line, column=3 if line else None, id=own,
                needs=tuple(sorted(needs.get(own, ()))), direct=own in direct, hashed=True,
                optional=own not in always, digests=integrity(resolution.get("integrity")),
            )
        )  # fmt: skip
    return Lock(path=path, packages=packages, skipped=skipped, raising="pnpm update {name} --depth Infinity")


def _id(key: str) -> str:
    """`NAME@VERSION`, without the peers."""
    found = _AT.fullmatch(key)
    return f"{found[1]}@{found[2]}" if found else key


def _wanted(entry: dict[str, Any], keys: tuple[str, ...]) -> Iterator[str]:
    """The ids of what an entry needs: a version, a whole key for an alias, or a table with a version (importers)."""
    for key in keys:
        for name, said in mapping(entry.get(key)).items():
            version = said.get("version") if isinstance(said, dict) else said
            text = str(version)
            yield _id(text) if _AT.fullmatch(text) else _id(f"{name}@{text}")

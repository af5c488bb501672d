"""Which packages an image has: the databases of package managers, and what ecosystems leave beside their packages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.gates.security.dependencies.packages import Package, Skipped
from sluicegate.gates.security.images.inventory import apk, dpkg, rpm
from sluicegate.gates.security.images.inventory.releases import Release, release
from sluicegate.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sluicegate.gates.security.images.inventory.installed import Installed
    from sluicegate.gates.security.images.standing import Kept

RELEASES = ("etc/os-release", "usr/lib/os-release")
"""Where a distribution tells its name (os-release(5)); the first that is there counts."""

_KEPT = re.compile(
    r"(?:etc|usr/lib)/os-release|var/lib/dpkg/status(?:\.d/[^/]+)?|(?:usr/)?lib/apk/db/installed"
    r"|(?:var/lib|usr/lib/sysimage|usr/share)/rpm/(?:rpmdb\.sqlite(?:-wal)?|Packages(?:\.db)?)"
)
_DEB_PYTHON = re.compile(r"usr/lib/python3/dist-packages/")
_RPM_PYTHON = re.compile(r"usr/lib(?:64)?/python3\.[0-9]+/site-packages/")
LARGEST = 256 << 20
"""So many bytes of a database of packages are read at the most."""


class Inventory(Struct, frozen=True, kw_only=True):
    """The packages of an image, and what could not be told of it."""

    release: Release
    packages: tuple[Package, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def is_wanted(path: str) -> bool:
    """Whether the content of a file tells of packages of a distribution."""
    return _KEPT.fullmatch(path) is not None


def inventory(files: Mapping[str, Kept]) -> Inventory:
    """The packages in files that stand in the end. Raises GateError: a database is broken."""
    known = next((release(content) for path in RELEASES if (content := _content(files, path)) is not None), Release())
    found: list[Installed] = []
    skipped: list[Skipped] = []
    owned: list[re.Pattern[str]] = []
    files_of_apk: set[str] = set()
    for path in sorted(files):
        content = _content(files, path)
        if content is None or path in RELEASES:
            continue
        if path.startswith("var/lib/dpkg/"):
            owned.append(_DEB_PYTHON)
            found += dpkg.installed(content) if not path.endswith(".md5sums") else ()
        elif path.endswith("apk/db/installed"):
            found += apk.installed(content)
            files_of_apk |= apk.owned(content)
        else:
            owned.append(_RPM_PYTHON)
            some, why = rpm.installed(path, content)
            found += some
            skipped += [Skipped(name=path, why=why)] if why else ()
    packages, left = _of_distribution(found, known)
    for path, kept in files.items():
        one = kept.published
        if one is None or path in files_of_apk or any(each.match(path) for each in owned):
            continue
        if one.trouble:
            skipped.append(Skipped(name=path, why=one.trouble))
        elif one.name:
            packages.append(Package(ecosystem=one.ecosystem, name=one.name, version=one.version, place=path))
    return Inventory(release=known, packages=tuple(packages), skipped=(*skipped, *left))


def _content(files: Mapping[str, Kept], path: str) -> bytes | None:
    return files[path].content if path in files else None


def _of_distribution(found: Iterable[Installed], known: Release) -> tuple[list[Package], Sequence[Skipped]]:
    """The packages under the names that advisories use; all are skipped where no advisory can be about them."""
    by_source: dict[tuple[str, str], set[str]] = {}
    count = 0
    for one in found:
        count += 1
        for source in one.sources:
            by_source.setdefault((source, one.version_of_source), set()).add(one.name)
    if count and not known.ecosystem:
        return [], [Skipped(name=plural(count, "package"), why=known.why)]
    return [
        Package(ecosystem=known.ecosystem, name=name, version=version, installed=tuple(sorted(names)))
        for (name, version), names in by_source.items()
    ], ()

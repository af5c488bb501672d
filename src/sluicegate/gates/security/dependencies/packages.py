"""What a lock file pins, as every reader gives it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

PYPI, NPM, GO, CRATES, MAVEN, RUBYGEMS, PACKAGIST = (
    "PyPI", "npm", "Go", "crates" + ".io", "Maven", "RubyGems", "Packagist",
)  # fmt: skip
"""The ecosystems, as OSV spells them; the one of Rust it calls by the name of a host, which stands in no file here."""

DEBIAN, UBUNTU, ALPINE, WOLFI, CHAINGUARD, ALMALINUX, ROCKY, OPENSUSE = (
    "Debian", "Ubuntu", "Alpine", "Wolfi", "Chainguard", "AlmaLinux", "Rocky Linux", "openSUSE",
)  # fmt: skip
DISTRIBUTIONS: Mapping[str, tuple[str, str]] = {
    DEBIAN: ("deb", "debian"), UBUNTU: ("deb", "ubuntu"), ALPINE: ("apk", "alpine"), WOLFI: ("apk", "wolfi"),
    CHAINGUARD: ("apk", "chainguard"), ALMALINUX: ("rpm", "almalinux"), ROCKY: ("rpm", "rocky-linux"),
    OPENSUSE: ("rpm", "opensuse"),
}  # fmt: skip
"""Type and namespace of a package URL by distribution. Most ecosystems among them have a release: `Debian:12`."""

PURL_TYPES: Mapping[str, str] = {
    "pypi": PYPI, "npm": NPM, "golang": GO, "cargo": CRATES, "maven": MAVEN, "gem": RUBYGEMS, "composer": PACKAGIST,
}  # fmt: skip
"""The ecosystem by the type of a package URL (ECMA-427)."""

_RUNS = re.compile(r"[-_.]+")


def family(ecosystem: str) -> str:
    """An ecosystem without its release."""
    return ecosystem.partition(":")[0]


def released(ecosystem: str) -> str:
    """An ecosystem with its release where that is one of a distribution; elsewhere what follows a colon is no other."""
    return ecosystem if family(ecosystem) in DISTRIBUTIONS else family(ecosystem)


def normal(ecosystem: str, name: str) -> str:
    """The one spelling of a name: PyPI's is that of PEP 503, Packagist knows small letters alone."""
    if ecosystem == PYPI:
        return _RUNS.sub("-", name).lower()
    return name.lower() if ecosystem == PACKAGIST else name


def folded(ecosystem: str, name: str) -> tuple[str, str]:
    """A name as package URLs and lock files both spell it: for Go, the former have small letters alone."""
    return ecosystem, name.lower() if ecosystem == GO else normal(ecosystem, name)


class Package(Struct, frozen=True, kw_only=True):
    """One version of a package, where it stands in its file, and what it needs there.

    `id` names it in its file, and `needs` are ids; `asks` has what it takes of them, where the file says so: `^1.2`.
    `direct`: the project itself asks for it; None where the file does not say. `hashed`: its line also holds digests of
    what is installed. `optional`: the project may be without it, since only its development, an extra or a kind of
    machine asks for it; None where the file does not say. `licences` are what the file says of its licence, all of
    which count; `digests` are those of what is installed: `sha256:1f3a…`. `installed` are the names of what a
    distribution has made of it, where `name` is that of its sources; `place` is where it lies in an image.
    """

    ecosystem: str
    name: str
    version: str
    line: int | None = None
    column: int | None = None
    id: str = ""
    needs: tuple[str, ...] = ()
    asks: Mapping[str, str] = {}
    direct: bool | None = None
    hashed: bool = False
    installed: tuple[str, ...] = ()
    place: str = ""
    optional: bool | None = None
    licences: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()


def reached(edges: Mapping[str, Iterable[str]], starts: Iterable[str]) -> set[str]:
    """All that some edges lead to from some starts, with the starts."""
    found = set(starts)
    waiting = list(found)
    while waiting:
        for each in edges.get(waiting.pop(), ()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


class Skipped(Struct, frozen=True, kw_only=True):
    """What a file names and no advisory can be held against, with the reason."""

    name: str
    why: str
    line: int | None = None


class Lock(Struct, frozen=True, kw_only=True, dict=True):
    """All that one file pins, or one image holds; `part` tells it from others at the same path.

    `lines` is its text where a pin can be raised by another line, `raising` the command of its tool that raises one:
    `go get {name}@v{version}`. `own` are the names of the project's own parts, which stand there beside what it takes.
    """

    path: str
    part: str = ""
    packages: Sequence[Package]
    skipped: Sequence[Skipped] = ()
    lines: Sequence[str] = ()
    raising: str = ""
    own: frozenset[str] = frozenset()

    @cached_property
    def _came(self) -> dict[str, str]:
        """For each id that something direct leads to, the id before it on a shortest way."""
        by_id = self._by_id
        waiting = deque(package.id for package in self.packages if package.direct and package.id)
        came = dict.fromkeys(waiting, "")
        while waiting:
            here = waiting.popleft()
            for needed in by_id[here].needs:
                if needed in by_id and needed not in came:
                    came[needed] = here
                    waiting.append(needed)
        return came

    def asked(self, package: Package) -> str:
        """As what the one before it on its way asks for a package; "" where the file does not say."""
        before = self._by_id.get(self._came.get(package.id, ""))
        return before.asks.get(package.id, "") if before else ""

    def way(self, package: Package) -> tuple[str, ...]:
        """The names on a shortest way from what the project asks for to a package; only its own where none is known."""
        names = [package.name]
        at = self._came.get(package.id, "")
        while at:
            names.append(self._by_id[at].name)
            at = self._came[at]
        return tuple(reversed(names))

    @cached_property
    def _by_id(self) -> dict[str, Package]:
        return {package.id: package for package in self.packages if package.id}

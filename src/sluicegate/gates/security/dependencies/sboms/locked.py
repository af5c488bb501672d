"""The packages that an SBOM names, as those of a lock file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.security.dependencies.packages import DISTRIBUTIONS, GO, Lock, Package, Skipped, normal
from sluicegate.gates.security.dependencies.purl import Named, kind, named
from sluicegate.gates.security.dependencies.releases import ecosystem_of
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.manifests.sboms.bill import Bill, Part


def lock_of(path: str, bill: Bill) -> Lock:
    """The packages of a document as those of a lock file, without what it is about."""
    asked = {one for each in bill.roots for one in bill.edges.get(each, ())}
    packages: list[Package] = []
    skipped: list[Skipped] = []
    own: set[str] = set()
    for part in bill.parts:
        if part.ref and part.ref in bill.roots:
            own.update(_names(part))
            continue
        found = _package(part, bill, direct=part.ref in asked if asked else None)
        if isinstance(found, Package):
            packages.append(found)
        else:
            skipped.append(found)
    return Lock(path=path, packages=packages, skipped=skipped, own=frozenset(own))


def _names(part: Part) -> Iterator[str]:
    yield part.name
    if one := named(part.purl):
        yield one.name


def _package(part: Part, bill: Bill, *, direct: bool | None) -> Package | Skipped:
    one = named(part.purl)
    version = (one.version if one else "") or part.version
    if one is None or not version or "vcs_url=" in part.purl:
        return Skipped(name=shorten(one_line(part.name), 100) or "(no name)", why=_why(part, version), line=part.line)
    ecosystem = _released(one)
    if not ecosystem:
        why = f"its package URL names no release of {one.ecosystem} that has advisories (`distro=debian-12`)"
        return Skipped(name=shorten(one_line(part.name), 100), why=why, line=part.line)
    return Package(
        ecosystem=ecosystem, name=one.upstream or normal(one.ecosystem, one.name),
        installed=(one.name,) if one.ecosystem in DISTRIBUTIONS else (),
        version=version.removeprefix("v") if one.ecosystem == GO else version, line=part.line, column=part.column,
        id=part.ref, needs=tuple(bill.edges.get(part.ref, ())) if part.ref else (), direct=direct,
        optional=part.optional, licences=part.licences, digests=part.digests,
    )  # fmt: skip


def _released(one: Named) -> str:
    """The ecosystem of a package with the release of its distribution; "" where nobody says which that is."""
    return ecosystem_of(*one.distro.rpartition("-")[::2]) if one.ecosystem in DISTRIBUTIONS else one.ecosystem


def _why(part: Part, version: str) -> str:
    if not part.purl:
        return "it has no package URL"
    if not (said := kind(part.purl)):
        return f"`{shorten(one_line(part.purl), 60)}` is no package URL"
    if named(part.purl) is None:
        return f"packages of the kind `{said}` are not held against advisories"
    return "it comes from elsewhere than a registry" if version else "it has no version"

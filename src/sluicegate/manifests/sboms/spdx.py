"""SPDX 2.2 (ISO/IEC 5962) and 2.3 in JSON, and what its other forms have in common with that."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.manifests.sboms.bill import UNSAID, Bill, Part
from sluicegate.manifests.sboms.fields import members, said, trouble
from sluicegate.manifests.text import bad
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sluicegate.openapi.document import Node

VERSIONS = ("SPDX-2.2", "SPDX-2.3")
_DOCUMENT = "SPDXRef-DOCUMENT"
_LEFT_OUT = frozenset({"DEV_DEPENDENCY_OF", "OPTIONAL_DEPENDENCY_OF", "TEST_DEPENDENCY_OF", "PROVIDED_DEPENDENCY_OF"})


class Related(Struct, kw_only=True):
    """What the relationships of a document say."""

    described: set[str] = field(default_factory=set)
    edges: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    optional: set[str] = field(default_factory=set)

    def take(self, one: str, kind: str, other: str) -> None:
        """Take in a relationship (SPDX 2.3, clause 11); one that says nothing of packages is let be."""
        if kind == "DESCRIBES" and one == _DOCUMENT:
            self.described.add(other)
        elif kind == "DESCRIBED_BY" and other == _DOCUMENT:
            self.described.add(one)
        elif kind == "DEPENDS_ON":
            self.edges[one].append(other)
        elif kind.endswith("DEPENDENCY_OF"):
            self.edges[other].append(one)
            if kind in _LEFT_OUT:
                self.optional.add(one)


def refuse_other(version: str, shown: str, line: int) -> None:
    """Raise UnreadableError where a document is of a version that is not read."""
    if version not in VERSIONS:
        told = shorten(one_line(version), 20) or "(none)"
        raise bad(shown, line, f"spdxVersion {told} is not one of {' and '.join(VERSIONS)}")


def joined(parts: Iterable[Part], related: Related) -> Bill:
    """A document of its packages and relationships. It is about the package that it describes; several are a list."""
    roots = related.described if len(related.described) == 1 else frozenset[str]()
    known = [replace(part, optional=True) if part.ref in related.optional else part for part in parts]
    return Bill(parts=known, roots=frozenset(roots), edges=related.edges)


def licence(concluded: str, declared: str) -> tuple[str, ...]:
    """What somebody concluded, else what the package declares; nothing where both say nothing."""
    told = next((one for one in (concluded, declared) if one not in UNSAID), "")
    return (told,) if told else ()


def bill(top: Node) -> Bill:
    """What a document says. Raises UnreadableError: another version, or not what the schema has in a place."""
    refuse_other(said(top, "spdxVersion"), top.document.shown, 1)
    if "packages" not in top.value and "files" not in top.value:
        raise bad(top.document.shown, 1, "it has neither packages nor files")
    related = Related()
    described = top.value.get("documentDescribes")
    if isinstance(described, list):
        related.described.update(one for one in described if isinstance(one, str))
    for each in members(top, "relationships"):
        related.take(said(each, "spdxElementId"), said(each, "relationshipType"), said(each, "relatedSpdxElement"))
    return joined([_part(each) for each in members(top, "packages")], related)


def _part(node: Node) -> Part:
    line, column = node.line_column
    name = said(node, "name")
    if not name:
        raise trouble(node, "a package has no name")
    purls = [
        said(each, "referenceLocator")
        for each in members(node, "externalRefs")
        if said(each, "referenceType") == "purl"
    ]
    digests = (
        f"{said(each, 'algorithm').lower()}:{said(each, 'checksumValue').lower()}"
        for each in members(node, "checksums")
    )
    return Part(
        name=name, version=said(node, "versionInfo"), purl=next(iter(purls), ""), ref=said(node, "SPDXID"),
        licences=licence(said(node, "licenseConcluded"), said(node, "licenseDeclared")), digests=tuple(digests),
        line=line, column=column,
    )  # fmt: skip

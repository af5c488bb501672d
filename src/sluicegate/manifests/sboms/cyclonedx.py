"""CycloneDX in JSON (ECMA-424; the schemas 1.4 to 1.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from sluicegate.manifests.sboms.bill import SUBJECT, Bill, Part
from sluicegate.manifests.sboms.fields import member, members, said, trouble
from sluicegate.manifests.text import bad
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.openapi.document import Node

VERSIONS = ("1.4", "1.5", "1.6")
LEFT_OUT = frozenset({"optional", "excluded"})
"""The scopes of what a product may be without."""


def bill(top: Node) -> Bill:
    """What a document says. Raises UnreadableError: another version, or not what the schema has in a place."""
    version = str(top.value.get("specVersion"))
    if version not in VERSIONS:
        raise bad(top.document.shown, 1, f"specVersion {shorten(one_line(version), 20)} is not one of 1.4, 1.5 and 1.6")
    about = member(top, "metadata")
    subject = member(about, "component") if about else None
    parts: list[Part] = []
    roots: set[str] = set()
    if subject:
        part = _part(subject)
        part = part if part.ref else replace(part, ref=SUBJECT)
        parts += [part, *_parts(subject)]
        roots.add(part.ref)
    parts += _parts(top)
    return Bill(parts=parts, roots=frozenset(roots), edges=_edges(top))


def _parts(node: Node) -> Iterator[Part]:
    """The components in a document or in another one, at any depth; the parser holds how deep that may be."""
    for each in members(node, "components"):
        yield _part(each)
        yield from _parts(each)


def _part(node: Node) -> Part:
    line, column = node.line_column
    digests = (
        f"{said(each, 'alg').replace('-', '').lower()}:{said(each, 'content').lower()}"
        for each in members(node, "hashes")
    )
    scope = said(node, "scope")
    return Part(
        name=_named(node), version=said(node, "version"), purl=said(node, "purl"), ref=said(node, "bom-ref"),
        optional=scope in LEFT_OUT if scope else None, licences=tuple(_licences(node)), digests=tuple(digests),
        line=line, column=column,
    )  # fmt: skip


def _named(node: Node) -> str:
    """The name with its group, as npm and Maven have them."""
    group, name = said(node, "group"), said(node, "name")
    if not name:
        raise trouble(node, "a component has no name")
    return f"{group}/{name}" if group else name


def _licences(node: Node) -> Iterator[str]:
    for each in members(node, "licenses"):
        one = member(each, "license")
        if told := said(each, "expression") or (one and (said(one, "id") or said(one, "name"))):
            yield told


def _edges(top: Node) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in members(top, "dependencies"):
        needs = each.value.get("dependsOn", [])
        if not isinstance(needs, list) or not all(isinstance(one, str) for one in needs):
            raise trouble(each, "`dependsOn` is no list of texts")
        found.setdefault(said(each, "ref"), []).extend(needs)
    return found

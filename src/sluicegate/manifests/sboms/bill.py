"""What every form of SBOM says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

LIMIT = 64 << 20
"""So many bytes of an SBOM are read at the most; that of a large image has some 20 MiB."""

SUBJECT = "\0subject"
"""The ref of what a document is about, where it gives it none."""

UNSAID = frozenset({"", "NOASSERTION", "NONE"})
"""What stands where somebody has to write something and knows nothing (SPDX)."""


class Part(Struct, frozen=True, kw_only=True):
    """A component, as a document names it; `ref` is its name among the edges."""

    name: str
    version: str = ""
    purl: str = ""
    ref: str = ""
    optional: bool | None = None
    licences: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    line: int | None = None
    column: int | None = None


class Bill(Struct, frozen=True, kw_only=True):
    """A document: `roots` are the refs of what it is about, `edges` say what needs what."""

    parts: Sequence[Part]
    roots: frozenset[str] = frozenset()
    edges: Mapping[str, Sequence[str]] = {}

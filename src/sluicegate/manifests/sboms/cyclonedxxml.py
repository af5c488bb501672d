"""CycloneDX in XML, read as a stream: no document type, no entity, and no more depth than components have."""

from __future__ import annotations

from collections import defaultdict

from msgspec import Struct, field

from sluicegate.manifests.elements import Elements
from sluicegate.manifests.sboms.bill import SUBJECT, Bill, Part
from sluicegate.manifests.sboms.cyclonedx import LEFT_OUT, VERSIONS
from sluicegate.manifests.text import bad
from sluicegate.text import one_line, shorten

_SPACES = tuple(f"http://cyclonedx.org/schema/bom/{version}" for version in VERSIONS)
_TEXTS = frozenset({("group",), ("name",), ("version",), ("purl",), ("scope",)})
_LICENCES = frozenset({("licenses", "license", "id"), ("licenses", "license", "name"), ("licenses", "expression")})
_HASH = ("hashes", "hash")
_DEPENDENCY = ["bom", "dependencies", "dependency"]


class _Open(Struct, kw_only=True):
    """A component while it is read, and how deep it stands."""

    depth: int
    ref: str
    line: int
    column: int
    place: int
    texts: dict[str, str] = field(default_factory=dict)
    licences: list[str] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)


class _Reader(Elements):
    """Gathers components and edges while a document is read."""

    kind = "an SBOM"

    def __init__(self, shown: str) -> None:
        super().__init__(shown)
        self.open: list[_Open] = []
        self.algorithm = ""
        self.needing = ""
        self.parts: list[Part | None] = []
        self.roots: set[str] = set()
        self.edges: dict[str, list[str]] = defaultdict(list)

    def begun(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition("}")
        if not self.way and (name != "bom" or space not in _SPACES):
            said = shorten(one_line(tag.replace("}", " ")), 80)
            raise self.trouble(f"the root is `{said}`, and not `bom` of CycloneDX 1.4, 1.5 or 1.6")
        self.way.append(name if space in _SPACES else "")
        if name == "component" and self._is_part():
            ref = attributes.get("bom-ref", "")
            if self.way == ["bom", "metadata", "component"]:
                ref = ref or SUBJECT
                self.roots.add(ref)
            opened = _Open(depth=len(self.way), ref=ref, line=self.line, column=self.column, place=len(self.parts))
            self.open.append(opened)
            self.parts.append(None)
        elif name == "hash":
            self.algorithm = attributes.get("alg", "").replace("-", "").lower()
        elif self.way == _DEPENDENCY:
            self.needing = attributes.get("ref", "")
        elif self.way == [*_DEPENDENCY, "dependency"]:
            self.edges[self.needing].append(attributes.get("ref", ""))

    def _is_part(self) -> bool:
        """Whether it is a component of the product: tools and ancestors are written as components too."""
        if len(self.way) == len(_DEPENDENCY):
            return self.way[:-1] in (["bom", "components"], ["bom", "metadata"])
        return bool(self.open) and self.way[self.open[-1].depth :] == ["components", "component"]

    def ended(self, said: str) -> None:
        if self.open:
            at = self.open[-1]
            below = tuple(self.way[at.depth :])
            if not below:
                self.parts[at.place] = self._part(self.open.pop())
            elif below in _TEXTS:
                at.texts[below[0]] = said
            elif below in _LICENCES:
                at.licences.append(said)
            elif below == _HASH:
                at.digests.append(f"{self.algorithm}:{said.lower()}")

    def _part(self, at: _Open) -> Part:
        name, group = at.texts.get("name", ""), at.texts.get("group", "")
        if not name:
            raise bad(self.shown, at.line, "a component has no name")
        scope = at.texts.get("scope", "")
        return Part(
            name=f"{group}/{name}" if group else name, version=at.texts.get("version", ""),
            purl=at.texts.get("purl", ""), ref=at.ref, optional=scope in LEFT_OUT if scope else None,
            licences=tuple(filter(None, at.licences)), digests=tuple(at.digests), line=at.line, column=at.column,
        )  # fmt: skip


def bill(text: str, shown: str) -> Bill:
    """What a document says. Raises UnreadableError: not well-formed, with a document type, too deep, another schema."""
    reader = _Reader(shown)
    reader.read(text)
    parts = [part for part in reader.parts if part is not None]
    return Bill(parts=parts, roots=frozenset(reader.roots), edges=reader.edges)

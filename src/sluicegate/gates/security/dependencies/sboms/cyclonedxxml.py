"""CycloneDX in XML, read as a stream: no document type, no entity, and no more depth than components have."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING
from xml.parsers import expat

from msgspec import Struct, field

from sluicegate.gates.security.dependencies.lockfiles.text import bad
from sluicegate.gates.security.dependencies.sboms.bill import SUBJECT, Bill, Part
from sluicegate.gates.security.dependencies.sboms.cyclonedx import LEFT_OUT, VERSIONS
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from sluicegate.errors import UnreadableError

_SPACES = tuple(f"http://cyclonedx.org/schema/bom/{version}" for version in VERSIONS)
_DEEPEST = 100
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


class _Reader:
    """Gathers components and edges while a document is parsed."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.way: list[str] = []
        self.open: list[_Open] = []
        self.text: list[str] = []
        self.algorithm = ""
        self.needing = ""
        self.parts: list[Part | None] = []
        self.roots: set[str] = set()
        self.edges: dict[str, list[str]] = defaultdict(list)
        self.parser = expat.ParserCreate("utf-8", namespace_separator="}")  # it was decoded as such
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text.append
        self.parser.StartDoctypeDeclHandler = self.refused
        self.parser.EntityDeclHandler = self.refused

    def refused(self, *_: object) -> None:
        raise self.trouble("a document type, which an SBOM does not need; entities can make a small file endless")

    def trouble(self, what: str) -> UnreadableError:
        return bad(self.shown, self.parser.CurrentLineNumber, what)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition("}")
        if not self.way and (name != "bom" or space not in _SPACES):
            said = shorten(one_line(tag.replace("}", " ")), 80)
            raise self.trouble(f"the root is `{said}`, and not `bom` of CycloneDX 1.4, 1.5 or 1.6")
        self.way.append(name if space in _SPACES else "")
        self.text.clear()
        if len(self.way) > _DEEPEST:
            raise self.trouble(f"elements stand more than {_DEEPEST} levels deep")
        if name == "component" and self._is_part():
            ref = attributes.get("bom-ref", "")
            if self.way == ["bom", "metadata", "component"]:
                ref = ref or SUBJECT
                self.roots.add(ref)
            line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
            self.open.append(_Open(depth=len(self.way), ref=ref, line=line, column=column, place=len(self.parts)))
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

    def end(self, _: str) -> None:
        said = "".join(self.text).strip()
        self.text.clear()
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
        self.way.pop()

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
    try:
        reader.parser.Parse(text.encode("utf-8"), True)
    except expat.ExpatError as error:
        raise bad(shown, error.lineno, f"not well-formed XML: {expat.ErrorString(error.code)}") from None
    parts = [part for part in reader.parts if part is not None]
    return Bill(parts=parts, roots=frozenset(reader.roots), edges=reader.edges)

"""SPDX 2.2 and 2.3 as tags and values: a line each, texts of several lines between `<text>` and `</text>`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sluicegate.manifests.sboms.bill import Bill, Part
from sluicegate.manifests.sboms.spdx import Related, joined, licence, refuse_other
from sluicegate.manifests.text import bad
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

_LINE = re.compile(r"([A-Za-z][A-Za-z0-9]*):\s*(.*)", re.DOTALL)
_OPEN, _CLOSE = "<text>", "</text>"
_NEW = frozenset({"FileName", "SnippetSPDXID", "LicenseID", "Annotator", "Reviewer"})
"""What begins something else than a package."""
_MANY = frozenset({"ExternalRef", "PackageChecksum"})
_OF_PACKAGE = frozenset(
    {"SPDXID", "PackageVersion", "PackageLicenseConcluded", "PackageLicenseDeclared", *_MANY},
)  # fmt: skip
_WORDS = 3


class _Package:
    """A package while it is read."""

    def __init__(self, name: str, line: int) -> None:
        self.line = line
        self.name = name
        self.said: dict[str, str] = {}
        self.many: dict[str, list[str]] = {tag: [] for tag in _MANY}

    def part(self) -> Part:
        """The package as a component."""
        references = [one.split() for one in self.many["ExternalRef"]]
        purls = [words[2] for words in references if len(words) == _WORDS and words[1] == "purl"]
        sums = (one.partition(":") for one in self.many["PackageChecksum"])
        return Part(
            name=self.name, version=self.said.get("PackageVersion", ""), purl=next(iter(purls), ""),
            ref=self.said.get("SPDXID", ""),
            licences=licence(
                self.said.get("PackageLicenseConcluded", ""), self.said.get("PackageLicenseDeclared", "")
            ),
            digests=tuple(f"{kind.strip().lower()}:{said.strip().lower()}" for kind, _, said in sums),
            line=self.line, column=1,
        )  # fmt: skip


def bill(text: str, shown: str) -> Bill:
    """What a document says. Raises UnreadableError: another version, a line that is no tag, a tag that stands twice."""
    packages: list[_Package] = []
    related = Related()
    version: str | None = None
    open_one: _Package | None = None
    for number, tag, value in _tags(text, shown):
        if tag == "SPDXVersion":
            refuse_other(value, shown, number)
            version = value
        elif version is None:
            raise bad(shown, number, f"`{tag}` stands where `SPDXVersion` would begin a document of SPDX")
        elif tag == "PackageName":
            open_one = _Package(value, number)
            packages.append(open_one)
        elif tag in _NEW:
            open_one = None
        elif tag == "Relationship":
            words = value.split()
            if len(words) < _WORDS:
                raise bad(shown, number, "a relationship is two elements with a word between them")
            related.take(*words[:_WORDS])
        elif open_one is not None and tag in _OF_PACKAGE:
            if tag in _MANY:
                open_one.many[tag].append(value)
            elif tag in open_one.said:
                raise bad(shown, number, f"`{tag}` stands twice in one package")
            else:
                open_one.said[tag] = value
    if version is None:
        raise bad(shown, 1, "it is neither CycloneDX nor SPDX")
    return joined([one.part() for one in packages], related)


def _tags(text: str, shown: str) -> Iterator[tuple[int, str, str]]:
    """The number of the line, the tag and the value of each."""
    tag, began, parts = "", 0, list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        if parts:
            parts.append(line)
            if _CLOSE in line:
                yield began, tag, "\n".join(parts).partition(_CLOSE)[0]
                parts = []
            continue
        if not line.strip() or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line.strip())
        if not found:
            raise bad(shown, number, f"`{shorten(one_line(line), 60)}` is no tag with a value")
        tag, value = found.groups()
        if value.startswith(_OPEN) and _CLOSE not in value:
            began, parts = number, [value.removeprefix(_OPEN)]
        else:
            yield number, tag, value.removeprefix(_OPEN).partition(_CLOSE)[0]
    if parts:
        raise bad(shown, began, f"the text of `{tag}` is not closed: the file was cut")

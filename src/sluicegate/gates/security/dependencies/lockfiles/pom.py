"""`pom.xml` of Maven: the dependencies that it pins itself.

It is no lock file: what a parent, an imported bill of materials or a profile adds, and all that the dependencies need
in their turn, stands elsewhere. What has no version here is told as not tested, and so is all that is not in the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sluicegate.gates.security.dependencies.packages import MAVEN, Lock, Package, Skipped
from sluicegate.manifests.elements import Elements
from sluicegate.manifests.text import text_of

if TYPE_CHECKING:
    from sluicegate.model import Tree

_PROPERTY = re.compile(r"\$\{([^${}]+)\}")
_DEPENDENCIES = ("project", "dependencies", "dependency")
_MANAGED = ("project", "dependencyManagement", "dependencies", "dependency")
_RANGE = re.compile(r"[\[\](),]")
_ROUNDS = 5
_LONGEST = 500
_Entry = dict[str, str]


class _Reader(Elements):
    """Gathers the dependencies and properties of a document while it is read."""

    kind = "a POM"

    def __init__(self, shown: str) -> None:
        super().__init__(shown)
        self.entry: _Entry = {}
        self.entry_line = 0
        self.found: dict[tuple[str, ...], list[tuple[_Entry, int]]] = {_DEPENDENCIES: [], _MANAGED: []}
        self.properties: dict[str, str] = {}

    def begun(self, tag: str, attributes: dict[str, str]) -> None:
        del attributes
        self.way.append(tag.rpartition("}")[2])
        if tuple(self.way) in self.found:
            self.entry, self.entry_line = {}, self.line

    def ended(self, said: str) -> None:
        way = tuple(self.way)
        if way in self.found:
            self.found[way].append((self.entry, self.entry_line))
        elif way[:-1] in self.found:
            self.entry[way[-1]] = said
            if way[-1] == "version":
                self.entry_line = self.line
        elif way[:-1] == ("project", "properties"):
            self.properties[way[-1]] = said
        elif way[:-1] == ("project",) or (way[:-1] == ("project", "parent") and way[-1] in ("version", "groupId")):
            for name in (f"project.{way[-1]}", f"pom.{way[-1]}"):
                if way[1] != "parent" or name not in self.properties:
                    self.properties[name] = said
            if way[1] == "parent":
                self.properties[f"project.parent.{way[-1]}"] = said


def read(tree: Tree, path: str) -> Lock:
    """What a POM pins. Raises UnreadableError."""
    shown = tree.display(path)
    text = text_of(tree, path)
    reader = _Reader(shown)
    reader.read(text)
    managed = {_name(entry, reader.properties): entry.get("version", "") for entry, _ in reader.found[_MANAGED]}
    packages: list[Package] = []
    skipped: list[Skipped] = []
    for entry, line in reader.found[_DEPENDENCIES]:
        name = _name(entry, reader.properties)
        version = _filled(entry.get("version") or managed.get(name, ""), reader.properties)
        if not version or "${" in version or "${" in name or _RANGE.search(version):
            why = (
                "its version stands in a parent or in a bill of materials"
                if not version
                else f"`{version[:40]}` is no version"
            )
            skipped.append(Skipped(name=name, why=why, line=line))
            continue
        packages.append(
            Package(ecosystem=MAVEN, name=name, version=version, line=line, column=1, id=name, direct=True)
        )  # fmt: skip
    if packages:
        skipped.append(Skipped(name="all that these need in their turn", why="a POM does not name it"))
    own = _filled("${project.groupId}:${project.artifactId}", reader.properties)
    return Lock(path=path, packages=packages, skipped=skipped, own=frozenset({own}))


def _name(entry: _Entry, properties: dict[str, str]) -> str:
    return _filled(f"{entry.get('groupId', '')}:{entry.get('artifactId', '')}", properties)


def _filled(text: str, properties: dict[str, str]) -> str:
    """A text with the properties of the same file put in; those that refer to each other in a ring stay."""
    text = text[:_LONGEST]
    for _ in range(_ROUNDS):
        filled = _PROPERTY.sub(lambda found: properties.get(found[1], found[0])[:200], text)
        if filled == text:
            break
        text = filled[:_LONGEST]
    return text

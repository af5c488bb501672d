"""Which licence a package says of itself that it has: in the files that package managers read.

Sources: PEP 621 and 639 (`pyproject.toml`), npm's `package.json`, Cargo's manifest, Composer's schema, Maven's POM.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from sluicegate.gates.compliance.evidence.licences.claims import Claim
from sluicegate.manifests.elements import Elements
from sluicegate.manifests.structured import mapping, root
from sluicegate.manifests.text import text_of, toml
from sluicegate.model import Tree

_CLASSIFIER = "License ::"
_AT = re.compile(r"^[ \t]*[\"']?license(?:-file)?[\"']?[ \t]*[.=]", re.MULTILINE)


def _pyproject(tree: Tree, path: str) -> Iterator[Claim]:
    """`license` of the project, as an expression or as a table; the old classifiers where there is none."""
    data, text = toml(tree, path)
    project, poetry = mapping(data.get("project")), mapping(mapping(data.get("tool")).get("poetry"))
    line = _line(text)
    dynamic = project.get("dynamic")
    for said in (project.get("license"), poetry.get("license")):
        if isinstance(said, str):
            yield Claim(text=said, line=line)
            return
        if table := mapping(said):
            yield Claim(text=str(table.get("text") or ""), line=line, file=str(table.get("file") or ""))
            return
    if isinstance(dynamic, list) and "license" in dynamic:
        yield Claim(text="dynamic", line=line, open=True)
        return
    told = project.get("classifiers") or poetry.get("classifiers")
    for one in told if isinstance(told, list) else ():
        if isinstance(one, str) and one.startswith(_CLASSIFIER):
            line = text.count("\n", 0, text.find(_CLASSIFIER)) + 1
            yield Claim(text=one.rpartition("::")[2].strip(), line=line)


def _cargo(tree: Tree, path: str) -> Iterator[Claim]:
    data, text = toml(tree, path)
    package = mapping(data.get("package")) or mapping(mapping(data.get("workspace")).get("package"))
    said, file = package.get("license"), package.get("license-file")
    if isinstance(said, str):
        yield Claim(text=said.replace("/", " OR "), line=_line(text))  # how Cargo wrote alternatives before SPDX
    elif mapping(said).get("workspace") is True or mapping(file).get("workspace") is True:
        yield Claim(text="that of the workspace", line=_line(text), open=True)
    elif isinstance(file, str):
        yield Claim(text="", file=file, line=_line(text))


def _json(tree: Tree, path: str) -> Iterator[Claim]:
    """`license` of npm and Composer; npm's older forms are an object, and a list under `licenses`."""
    top = root(tree, path)
    for key in ("license", "licenses"):
        node = top.get(key)
        for one in (node.items() if isinstance(node.value, list) else [node]) if node is not None else ():
            said: Any = one.value.get("type") if isinstance(one.value, dict) else one.value
            if isinstance(said, str):
                yield Claim(text=said, line=one.line_column[0])


def _composer(tree: Tree, path: str) -> Iterator[Claim]:
    """Several licences are a choice for Composer."""
    claims = list(_json(tree, path))
    if len(claims) > 1:
        yield Claim(text=" OR ".join(f"({each.text})" for each in claims), line=claims[0].line)
    else:
        yield from claims


class _Pom(Elements):
    """Gathers the names of licences."""

    kind = "a POM"

    def __init__(self, shown: str) -> None:
        super().__init__(shown)
        self.claims: list[Claim] = []

    def begun(self, tag: str, attributes: dict[str, str]) -> None:
        del attributes
        self.way.append(tag.rpartition("}")[2])

    def ended(self, said: str) -> None:
        if self.way == ["project", "licenses", "license", "name"]:
            self.claims.append(Claim(text=said, line=self.line))


def _pom(tree: Tree, path: str) -> Iterator[Claim]:
    reader = _Pom(tree.display(path))
    reader.read(text_of(tree, path))
    yield from reader.claims


READERS: dict[str, Callable[[Tree, str], Iterator[Claim]]] = {
    "pyproject.toml": _pyproject,
    "package.json": _json,
    "Cargo.toml": _cargo,
    "composer.json": _composer,
    "pom.xml": _pom,
}
"""By the name of the file. They raise UnreadableError."""


def _line(text: str) -> int | None:
    found = _AT.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else None

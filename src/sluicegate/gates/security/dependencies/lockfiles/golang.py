"""`go.mod` of Go, with `go.sum` beside it (Go Modules Reference).

Since Go 1.17 a `go.mod` names every module that is built into the project, at the version that is chosen. An older one
leaves out what only others need: that is taken from `go.sum`, which may also know versions that were not chosen, so
that the highest counts.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from sluicegate.errors import UnreadableError
from sluicegate.gates.security.dependencies.advisories.affected import placed
from sluicegate.gates.security.dependencies.packages import GO, Lock, Package, Skipped
from sluicegate.gates.security.dependencies.versions import NoVersionError
from sluicegate.manifests.text import bad, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Tree

_WHOLE = (1, 17)
_DIRECTIVES = frozenset(
    {"module", "go", "toolchain", "godebug", "require", "exclude", "replace", "retract", "tool", "ignore"}
)
_VERSION = re.compile(r"v\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?")
_GO = re.compile(r"(\d+)\.(\d+)")


def read(tree: Tree, path: str) -> Lock:
    """What Go builds. Raises UnreadableError."""
    shown = tree.display(path)
    required: dict[str, tuple[str, int, bool]] = {}
    replaced: dict[tuple[str, str], tuple[str, str]] = {}
    go = (1, 0)
    module = ""
    for number, directive, words, comment in _statements(text_of(tree, path), shown):
        match directive, words:
            case "module", [name]:
                module = name
            case "go", [said]:
                found = _GO.match(said)
                go = (int(found[1]), int(found[2])) if found else go
            case "require", [name, version]:
                if not _VERSION.fullmatch(version):
                    raise bad(shown, number, f"`{version}` is no version of a module")
                required[name] = version, number, "indirect" in comment
            case "require", _:
                raise bad(shown, number, "a `require` names a module and a version")
            case "replace", [name, "=>", *target]:
                replaced[name, ""] = target[0], target[1] if len(target) > 1 else ""
            case "replace", [name, version, "=>", *target]:
                replaced[name, version] = target[0], target[1] if len(target) > 1 else ""
    if not module:
        raise bad(shown, None, "`module` is missing, so that the file was cut or is no go.mod")
    packages: list[Package] = []
    skipped: list[Skipped] = []
    for name, (version, number, indirect) in required.items():
        real, chosen = replaced.get((name, version)) or replaced.get((name, "")) or (name, version)
        if not chosen:
            skipped.append(Skipped(name=name, why=f"it is replaced by the folder {real}", line=number))
            continue
        packages.append(_package(real, chosen, number, direct=not indirect))
    if go < _WHOLE:
        packages += _sums(tree, path, required)
    return Lock(
        path=path, packages=packages, skipped=skipped, raising="go get {name}@v{version}", own=frozenset({module})
    )


def _package(name: str, version: str, line: int | None, *, direct: bool) -> Package:
    return Package(
        ecosystem=GO, name=name, version=version.removeprefix("v"), line=line, column=1 if line else None,
        id=f"{name} {version}", direct=direct, hashed=True,
    )  # fmt: skip


def _statements(text: str, shown: str) -> Iterator[tuple[int, str, list[str], str]]:
    """Each statement with its directive, its words and its comment; those in brackets share a directive."""
    block, opened = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        bare, _, comment = line.partition("//")
        words = [word.strip('"`') for word in bare.split()]
        if not words:
            continue
        if words == [")"] and block:
            block = ""
        elif block:
            yield number, block, words, comment
        elif words[0] not in _DIRECTIVES:
            raise bad(shown, number, f"`{words[0][:40]}` is no directive of a go.mod")
        elif words[-1] == "(":
            block, opened = words[0], number
        else:
            yield number, words[0], words[1:], comment
    if block:
        raise bad(shown, opened, f"the block of `{block}` is not closed: the file was cut")


def _sums(tree: Tree, path: str, required: dict[str, tuple[str, int, bool]]) -> Iterator[Package]:
    """The modules of `go.sum` that `go.mod` does not name, each in the highest version whose content is known."""
    beside = posixpath.join(posixpath.dirname(path), "go.sum")
    if not tree.find(beside):
        raise UnreadableError(
            f"{tree.display(path)}: before Go 1.17 it names a part of what is built, and there is no go.sum beside it",
            hint="run `go mod tidy`, or raise the go directive",
        )
    highest: dict[str, str] = {}
    for number, line in enumerate(text_of(tree, beside).split("\n"), 1):
        words = line.split()
        if not words:
            continue
        if len(words) != 3 or not words[2].startswith("h1:"):  # noqa: PLR2004 - module, version, digest
            raise bad(tree.display(beside), number, "a line is a module, a version and a digest")
        name, version, _ = words
        if name in required or version.endswith("/go.mod"):
            continue
        try:
            if name not in highest or placed(GO, highest[name]) < placed(GO, version):
                highest[name] = version
        except NoVersionError:
            raise bad(tree.display(beside), number, f"`{version[:40]}` is no version of a module") from None
    for name, version in highest.items():
        yield _package(name, version, None, direct=False)

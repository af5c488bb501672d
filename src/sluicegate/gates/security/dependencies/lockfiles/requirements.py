"""Requirements files (pip, pip-compile, uv): pins, whether by digests, and what pip-compile says that they are for.

The format is that of pip's manual, "Requirements File Format": a requirement (PEP 508) with options behind it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace
from packaging.requirements import InvalidRequirement, Requirement

from sluicegate.errors import UnreadableError
from sluicegate.gates.security.dependencies.advisories.affected import placed
from sluicegate.gates.security.dependencies.lockfiles.digests import plain
from sluicegate.gates.security.dependencies.packages import PYPI, Lock, Package, Skipped, normal
from sluicegate.gates.security.dependencies.versions import NoVersionError
from sluicegate.manifests.text import text_of
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Tree

_MEND = "correct the line; a file of that name that holds none is left out by [security] exclude"
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")
_OPTIONS = re.compile(r"\s--?[A-Za-z].*$")
_PLAIN = re.compile(
    r"([A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]|[A-Za-z0-9])==([A-Za-z0-9][A-Za-z0-9.!+_-]*)(?: --hash=\S+)*"
)
"""Most lines are as simple as this, and the whole grammar takes ten times as long."""
_VIA = re.compile(r"#\s*via\b\s*(.*)$")
_VIA_MORE = re.compile(r"#\s{2,}(\S.*)$")
_ASKED = re.compile(r"^(?:-[rc]\b|--(?:requirement|constraint)\b)|\((?:pyproject\.toml|setup\.(?:py|cfg))\)$")
"""What pip-compile names as the origin of what nobody else needs."""
_HASH = re.compile(r"--hash[=\s](\S+)")
_FILE = re.compile(r"^(?:\.{0,2}/|[A-Za-z]:[\\/]|(?:\w+\+)?\w+://|file:)|\.(?:whl|zip|tar\.\w+|tgz)(?:\s|$)")


class _Line(Struct, frozen=True, kw_only=True):
    """A logical line: the number of its first, its text without comments, and what its comments say it is for."""

    number: int
    text: str
    via: tuple[str, ...]


def read(tree: Tree, path: str) -> Lock:
    """What a requirements file pins. Raises UnreadableError."""
    text = text_of(tree, path)
    lines = [line for line in _logical(text) if line.text]
    told = any(line.via for line in lines)
    packages: list[Package] = []
    skipped: list[Skipped] = []
    children: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        if line.text.startswith("-"):
            if line.text.startswith(("-e", "--editable")):
                skipped.append(_skipped(line, "it is installed from a folder, not as a release"))
            continue
        found = _pin(line, tree.display(path), told=told)
        if isinstance(found, Skipped):
            skipped.append(found)
            continue
        packages.append(found)
        for name in line.via:
            children[normal(PYPI, name)].append(found.id)
    linked = [replace(package, needs=tuple(children[package.name])) for package in packages]
    return Lock(path=path, packages=linked, skipped=skipped, lines=text.split("\n"))


def _logical(text: str) -> Iterator[_Line]:
    """Lines joined where one ends in a backslash, each with the comments that stand behind it or below it."""
    number, parts, via = 0, list[str](), list[str]()
    open_end = listing = False
    for count, line in enumerate(text.split("\n"), 1):
        bare = _COMMENT.sub("", line).strip()
        if bare and not open_end:
            if parts:
                yield _Line(number=number, text=" ".join(parts), via=tuple(via))
            number, parts, via = count, [], []
        if bare:
            parts.append(bare.removesuffix("\\").strip())
        open_end = bare.endswith("\\")
        comment = line[len(line) - len(line.lstrip()) :] if not bare else "".join(_COMMENT.findall(line)).strip()
        if found := _VIA.match(comment):
            via += [name.strip() for name in found[1].split(",") if name.strip()]
            listing = not found[1]
        elif listing and (more := _VIA_MORE.match(comment)):
            via.append(more[1].strip())
        else:
            listing = False
    if parts:
        yield _Line(number=number, text=" ".join(parts), via=tuple(via))


def _pin(line: _Line, shown: str, *, told: bool) -> Package | Skipped:
    if _FILE.search(line.text):
        return _skipped(line, "it is installed from an address, not as a release")
    if "${" in line.text:
        return _skipped(line, "a variable of the environment says what it is")
    if (plain := _PLAIN.fullmatch(line.text)) and _is_version(plain[2]):
        return _package(line, plain[1], plain[2], told=told)
    try:
        requirement = Requirement(_OPTIONS.sub("", line.text))
    except InvalidRequirement:
        said = shorten(one_line(line.text), 80)
        raise UnreadableError(f"{shown}:{line.number}: `{said}` is no requirement", hint=_MEND) from None
    if requirement.url:
        return _skipped(line, "it is installed from an address, not as a release")
    pins = [one for one in requirement.specifier if one.operator in ("==", "===") and not one.version.endswith(".*")]
    if not pins:
        return _skipped(line, "its line pins no version")
    return _package(line, requirement.name, pins[0].version, told=told)


def _is_version(text: str) -> bool:
    try:
        placed(PYPI, text)
    except NoVersionError:
        return False
    return True


def _package(line: _Line, said: str, version: str, *, told: bool) -> Package:
    name = normal(PYPI, said)
    return Package(
        ecosystem=PYPI, name=name, version=version, line=line.number, column=1, id=f"{name} {line.number}",
        direct=any(map(_ASKED.search, line.via)) if told else None, hashed="--hash" in line.text,
        optional=";" in line.text, digests=plain(_HASH.findall(line.text)),
    )  # fmt: skip


def _skipped(line: _Line, why: str) -> Skipped:
    return Skipped(name=shorten(one_line(_OPTIONS.sub("", line.text)), 60), why=why, line=line.number)

"""`yarn.lock` of Yarn: the format of version 1, which is its own, and the YAML of later versions ("Berry").

An entry is named by all that asks for it (`NAME@RANGE`); `package.json` beside it says what the project asks for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sluicegate.gates.security.dependencies.lockfiles.digests import integrity
from sluicegate.gates.security.dependencies.lockfiles.npm import ASKED
from sluicegate.gates.security.dependencies.packages import NPM, Lock, Package, Skipped, reached
from sluicegate.manifests.structured import beside, key_lines, mapping, root, texts
from sluicegate.manifests.text import bad, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Tree

_BERRY = re.compile(r"^__metadata:", re.MULTILINE)
_CLASSIC = re.compile(r"^# yarn lockfile v1$", re.MULTILINE)
_HEAD = re.compile(r"\S.*:")
_PATTERN = re.compile(r'"((?:[^"\\]|\\.)++)"|([^\s,"]+)')
_MEMBER = re.compile(r' {2}("?)([\w@/.-]+)\1 +"?([^"]*)"?')
_NEED = re.compile(r' {4}("?)(@?[\w./-]+)\1 +"?([^"]*)"?')
_NAME = re.compile(r"(@?[^@]+)@(.*)", re.DOTALL)
_ALIAS = re.compile(r"npm:(@?[^@]+)@.+")
_LONGEST = 2_000
"""No address is longer; what is looked for in one takes the square of its length."""

_GROUPS = ("dependencies", "optionalDependencies")
_ELSEWHERE = re.compile(
    r"\b(?:git[+:@]|file:|link:|portal:|exec:|workspace:)|://(?!registry\.).*\.git(?:#|$)|#[0-9a-f]{40}$|codeload\."
)


class _Entry:
    """An entry of version 1 while it is read."""

    def __init__(self, patterns: list[str], line: int) -> None:
        self.patterns = patterns
        self.line = line
        self.members: dict[str, str] = {}
        self.needs: list[tuple[str, str]] = []
        self.required: list[str] = []


def read(tree: Tree, path: str) -> Lock:
    """What Yarn installs. Raises UnreadableError."""
    text = text_of(tree, path)
    if _BERRY.search(text):
        return _berry(tree, path)
    if not _CLASSIC.search(text) and text.strip():
        raise bad(tree.display(path), 1, "it says of itself neither `# yarn lockfile v1` nor `__metadata`")
    return _classic(tree, path, list(_entries(text, tree.display(path))))


def _entries(text: str, shown: str) -> Iterator[_Entry]:
    entry: _Entry | None = None
    group = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            if not _HEAD.fullmatch(line):
                raise bad(shown, number, "an entry begins with what asks for it, and a colon")
            if entry:
                yield entry
            patterns = _patterns(line[:-1])
            if not patterns:
                raise bad(shown, number, "what asks for a package is not closed, or not parted by commas")
            entry, group = _Entry(patterns, number), ""
        elif entry is None:
            raise bad(shown, number, "a line that belongs to no entry")
        elif found := _MEMBER.fullmatch(line):
            entry.members[found[2]] = found[3]
            group = ""
        elif line.endswith(":"):
            group = line.strip(" :")
        elif group in _GROUPS and (found := _NEED.fullmatch(line)):
            entry.needs.append((found[2], found[3]))
            if group == _GROUPS[0]:
                entry.required.append(f"{found[2]}@{found[3]}")
    if entry:
        yield entry


def _patterns(text: str) -> list[str]:
    """What an entry is named by; nothing where it is malformed. Each sign is looked at once."""
    found: list[str] = []
    at = 0
    while one := _PATTERN.match(text, at):
        found.append(one[1] or one[2])
        at = one.end()
        if at == len(text):
            return found
        if not text.startswith(", ", at):
            break
        at += 2
    return []


def _classic(tree: Tree, path: str, entries: list[_Entry]) -> Lock:
    shown = tree.display(path)
    by_pattern = {pattern: entry for entry in entries for pattern in entry.patterns}
    manifest = beside(tree, path, "package.json")
    asked = {f"{name}@{said}" for key in ASKED for name, said in texts(manifest.get(key)).items()}
    first = [f"{name}@{said}" for name, said in texts(manifest.get(ASKED[0])).items()]
    edges = {
        str(entry.line): [str(by_pattern[one].line) for one in entry.required if one in by_pattern] for entry in entries
    }
    # where parts of the project ask for more, or nobody says what it asks for, all may be needed
    always = (
        reached(edges, [str(by_pattern[one].line) for one in first if one in by_pattern])
        if asked and "workspaces" not in manifest
        else None
    )
    unasked = None if not asked or "workspaces" in manifest else False  # other parts of the project ask for more
    packages: list[Package] = []
    skipped: list[Skipped] = []
    for entry in entries:
        found = _NAME.fullmatch(entry.patterns[0]) if entry.patterns else None
        version = entry.members.get("version", "")
        if not found or not version:
            raise bad(shown, entry.line, "an entry has a name and a version: the file was cut, or written by hand")
        alias = _ALIAS.fullmatch(found[2])
        name = alias[1] if alias else found[1]
        origin = entry.members.get("resolved", "").partition("#")[0]
        if _ELSEWHERE.search(found[2][:_LONGEST]) or _ELSEWHERE.search(origin[:_LONGEST]):
            skipped.append(Skipped(name=name, why="it comes from elsewhere than a registry", line=entry.line))
            continue
        asks = {
            str(one.line): said for need, said in entry.needs if (one := by_pattern.get(f"{need}@{said}")) is not None
        }
        packages.append(
            Package(
                ecosystem=NPM, name=name, version=version, line=entry.line, column=1, id=str(entry.line),
                needs=tuple(asks), asks=asks,
                direct=True if asked.intersection(entry.patterns) else unasked, hashed=True,
                optional=None if always is None else str(entry.line) not in always,
                digests=integrity(entry.members.get("integrity")),
            )
        )  # fmt: skip
    own = frozenset({said} if isinstance(said := manifest.get("name"), str) else ())
    return Lock(path=path, packages=packages, skipped=skipped, raising="yarn upgrade {name}", own=own)


def _berry(tree: Tree, path: str) -> Lock:
    top = root(tree, path)
    entries = {key: entry for key, entry in top.members().items() if key != "__metadata"}
    by_pattern = {pattern.strip(): key for key in entries for pattern in key.split(",")}
    own = [key for key, entry in entries.items() if _resolved(entry.value)[1].startswith("workspace:")]
    direct = {one for key in own for one in _asks(entries[key].value, by_pattern)}
    lines = key_lines(top.document)
    names = frozenset(_resolved(entries[key].value)[0] for key in own)
    packages: list[Package] = []
    skipped: list[Skipped] = []
    for key, entry in entries.items():
        if key in own:
            continue
        name, origin = _resolved(entry.value)
        line = lines.get(key)
        version = mapping(entry.value).get("version")
        if not origin.startswith("npm:") or version is None:
            if not origin.startswith("patch:"):  # what is patched stands beside it as what it was made of
                skipped.append(Skipped(name=name or key, why="it comes from elsewhere than a registry", line=line))
            continue
        packages.append(
            Package(
                ecosystem=NPM, name=name, version=origin.removeprefix("npm:").partition("::")[0], line=line,
                column=1 if line else None, id=key, needs=tuple(asks := _asks(entry.value, by_pattern)),
                asks=asks,
                direct=key in direct, hashed=True,
            )
        )  # fmt: skip
    return Lock(path=path, packages=packages, skipped=skipped, raising="yarn up -R {name}", own=names)


def _resolved(entry: Any) -> tuple[str, str]:
    """The name of a package, and what it was resolved to: `npm:1.2.3`."""
    found = _NAME.fullmatch(str(mapping(entry).get("resolution", "")))
    return (found[1], found[2]) if found else ("", "")


def _asks(entry: Any, by_pattern: dict[str, str]) -> dict[str, str]:
    found = {}
    for name, said in texts(mapping(entry).get("dependencies")).items():
        key = by_pattern.get(f"{name}@{said}") or by_pattern.get(f"{name}@npm:{said}")
        if key:
            found[key] = said.removeprefix("npm:")
    return found

"""Who answers for a file: CODEOWNERS, read as GitHub reads it.

Source: GitHub's documentation, "About code owners". Patterns are those of gitignore without `!`, `[ ]` and `\\#`; the
last line that matches holds, also where it names nobody; a line that is not valid is skipped.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence

from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.model import Tree

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub looks, in its order: the first that is there is the only one."""

LIMIT = 3 * 1024 * 1024
"""A larger file is not read, as on GitHub."""

_WORD = re.compile(r"(?:\\.|\S)+")
_OWNER = re.compile(r"@[A-Za-z0-9_-]+(?:/[A-Za-z0-9._-]+)?|[^@\s]+@[^@\s]+\.[^@\s]+")


class Line(Struct, frozen=True, kw_only=True):
    """One line: the folders and the file that it speaks of, and who owns them. A part `**` is any number of folders."""

    parts: tuple[str, ...]
    owners: tuple[str, ...]


class Owners(Struct, frozen=True, kw_only=True):
    """The lines of a CODEOWNERS file, in order."""

    lines: tuple[Line, ...] = ()

    def of(self, path: str) -> tuple[str, ...]:
        """The owners of a file, by its path from the top of the repository; none where nobody is named."""
        parts = path.split("/")
        return next((line.owners for line in reversed(self.lines) if _fits(line.parts, parts, "**", _fits_part)), ())


def place_of(tree: Tree, prefix: str) -> str:
    """Where a repository has its owners, as a tree in its folder `prefix` calls that file; "" where it has none."""
    places = (posixpath.relpath(place, prefix or ".") for place in PLACES)
    return next((place for place in places if tree.find(place) is not None), "")


def read_owners(tree: Tree) -> Owners:
    """The owners that the repository of a tree names; nobody where it has no such file."""
    place = place_of(tree, tree.prefix)
    try:
        return parse_owners(tree.read(place, LIMIT).decode("utf-8", "replace")) if place else Owners()
    except GateError:
        return Owners()


def parse_owners(text: str) -> Owners:
    """The owners that a file's text names."""
    return Owners(lines=tuple(line for one in text.splitlines() if (line := _line(one))))


def _line(text: str) -> Line | None:
    words = _WORD.findall(text)
    if not words or words[0].startswith(("#", "!", "\\#")) or "[" in words[0]:
        return None
    comment = next((at for at, word in enumerate(words) if at and word.startswith("#")), len(words))
    owners = words[1:comment]
    parts = _parts(words[0])
    return Line(parts=parts, owners=tuple(owners)) if parts and all(map(_OWNER.fullmatch, owners)) else None


def _parts(pattern: str) -> tuple[str, ...]:
    """The parts of a path that a pattern means: without a slash at its start or in its middle, in any folder."""
    parts = [part for part in re.sub(r"\\(.)", r"\1", pattern).split("/") if part]
    if not parts:
        return ()
    if len(parts) == 1 and not pattern.startswith("/"):
        parts = ["**", *parts]
    if parts[-1] == "**":
        return (*parts[:-1], "*", "**")
    if pattern.endswith("/"):
        return (*parts, "*", "**")
    # what stands below a folder belongs to its pattern too; but `docs/*` means the files of that one folder
    direct = parts[-1] == "*" and len(parts) > 1 and parts[-2] != "**"
    return tuple(parts) if direct else (*parts, "**")


def _fits(pattern: Sequence[str], items: Sequence[str], star: str, one: Callable[[str, str], bool]) -> bool:
    """Whether the items fit a pattern in which `star` stands for any number of them; never worse than their product.

    Only the last star is tried again: whatever an earlier one could take, the last one can take too.
    """
    at = left = mark = 0
    last = -1
    while left < len(items):
        if at < len(pattern) and pattern[at] == star:
            last, mark = at, left
            at += 1
        elif at < len(pattern) and one(pattern[at], items[left]):
            at += 1
            left += 1
        elif last >= 0:
            mark += 1
            at, left = last + 1, mark
        else:
            return False
    return all(rest == star for rest in pattern[at:])


def _fits_part(pattern: str, name: str) -> bool:
    """Whether a name fits a part of a pattern: `*` is any run of characters and `?` any one."""
    return _fits(pattern, name, "*", lambda sign, char: sign in ("?", char))

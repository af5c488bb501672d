"""Where a key of a TOML file stands. Only for files that a TOML parser has accepted."""

from __future__ import annotations

import re
from collections.abc import Iterator

_KEY = re.compile(
    r"""\s*((?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'))*)"""
)
_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")
_HEADER = re.compile(r"\s*(\[\[?)(.*?)\]\]?\s*(?:#.*)?$")
# What may hide a bracket or a line end: strings of every form, and comments.
_OPAQUE = re.compile(r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL)

Path = tuple[str | int, ...]


def lines(text: str) -> dict[Path, int]:
    """The line (from 1) of every table and key; tables of an array are counted from 0."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    here: Path = ()
    for number, statement in _statements(text):
        if header := _HEADER.match(statement.split("\n", 1)[0]):
            name = _parts(header[2])
            here = _resolve(name, counts)
            if header[1] == "[[":
                counts[here] = counts.get(here, -1) + 1
                here = (*here, counts[here])
            _mark(found, here, number)
        elif key := _KEY.match(statement):
            _mark(found, (*here, *_parts(key[1])), number)
    return found


def nearest(found: dict[Path, int], path: Path) -> int | None:
    """The line of the path, or of the closest thing around it."""
    for end in range(len(path), 0, -1):
        if path[:end] in found:
            return found[path[:end]]
    return None


def _mark(found: dict[Path, int], path: Path, number: int) -> None:
    for end in range(1, len(path) + 1):
        found.setdefault(path[:end], number)


def _resolve(name: tuple[str, ...], counts: dict[Path, int]) -> Path:
    """`[a.b]` below `[[a]]` means the last a."""
    path: Path = ()
    for index, part in enumerate(name):
        path = (*path, part)
        if path in counts and index < len(name) - 1:
            path = (*path, counts[path])
    return path


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in _PART.findall(dotted))


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Each header or assignment with the line it begins on; values may span lines."""
    plain = _OPAQUE.sub(
        lambda match: re.sub(r"[^\n]", "_", match[0]) if match[0][0] != "#" else " " * len(match[0]), text
    )
    start, depth, originals = 1, 0, text.split("\n")
    gathered: list[str] = []
    opaque_lines = plain.split("\n")
    hidden = _inside_multiline(text)
    for number, line in enumerate(opaque_lines, 1):
        if not gathered:
            start = number
        gathered.append(originals[number - 1])
        if not (depth == 0 and len(gathered) == 1 and line.lstrip().startswith("[")):
            depth += line.count("[") + line.count("{") - line.count("]") - line.count("}")
        if depth <= 0 and number not in hidden:
            statement = "\n".join(gathered)
            if line.strip():
                yield start, statement
            gathered, depth = [], 0


def _inside_multiline(text: str) -> set[int]:
    """The lines that end inside a string of several lines."""
    hidden: set[int] = set()
    for match in _OPAQUE.finditer(text):
        first = text.count("\n", 0, match.start()) + 1
        hidden.update(range(first, first + match[0].count("\n")))
    return hidden

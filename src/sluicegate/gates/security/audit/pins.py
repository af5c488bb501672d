"""The pins of a requirements file, read without following anything that it names.

A file may refer to others, to addresses and to folders to build. Only lines of the form `NAME==VERSION`, with extras, a
marker and hashes where there are any, are pins; one other line, and the file is not fully pinned.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sluicegate.errors import GateError
from sluicegate.text import one_line, shorten

_PIN = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?) ?(?:\[[A-Za-z0-9._, -]*\])? ?"
    r"===? ?(?P<version>[A-Za-z0-9][A-Za-z0-9.!+_-]*)(?: ?;(?:(?! --)[^\\])*)?(?: --hash[= ]\w+:[0-9a-fA-F]+)*"
)
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")
_LONGEST = 100_000
"""So many characters may a line have: that is more than a thousand hashes."""

_HARMLESS = re.compile(
    r"(?:-i|--index-url|--extra-index-url|--find-links|-f|--trusted-host)[ =]\S+|--require-hashes|--no-index"
    r"|--pre|--prefer-binary|--only-binary[ =]\S+|--no-binary[ =]\S+"
)
"""Options that say where a package comes from, and not which."""


class Pin(NamedTuple):
    """A package at one version, and the line that says so; the name is spelt as the index spells it (PEP 503)."""

    name: str
    version: str
    line: int


class UnpinnedError(GateError):
    """A file has a line that names no exact version."""


def pins(text: str) -> list[Pin]:
    """Every pin of a file, the first of those that are the same. Raises UnpinnedError."""
    found: dict[tuple[str, str], Pin] = {}
    for number, line in _joined(text):
        if not line or _HARMLESS.fullmatch(line[:_LONGEST]):
            continue
        pin = _PIN.fullmatch(line) if len(line) <= _LONGEST else None
        if pin is None:
            raise UnpinnedError(
                f"line {number} is no exact pin ({shorten(one_line(line[:_LONGEST]), 80)})",
                hint="Pin every requirement with `==`, as pip-compile or uv do, and audit that file.",
            )
        name = re.sub(r"[-_.]+", "-", pin["name"]).lower()
        found.setdefault((name, pin["version"]), Pin(name, pin["version"], number))
    return list(found.values())


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """The lines with the numbers of their first, where a backslash has one go on in the next."""
    first, parts = 0, list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        bare = _COMMENT.sub("", line.removesuffix("\r"))
        first = first or number
        parts.append(bare.removesuffix("\\"))
        if not bare.endswith("\\"):
            yield first, " ".join(" ".join(parts).split())
            first, parts = 0, []
    if parts:
        yield first, " ".join(" ".join(parts).split())

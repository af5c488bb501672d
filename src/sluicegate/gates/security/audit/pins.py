"""The pins of a requirements file, read without following anything that it names.

A file may refer to others, to addresses and to folders to build. Only lines of the form `NAME==VERSION`, with extras, a
marker and hashes where there are any, are pins; one other line, and the file is not fully pinned.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from sluicegate.errors import GateError
from sluicegate.text import one_line, shorten

_PIN = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[A-Za-z0-9._,\s-]*\])?\s*"
    r"===?\s*(?P<version>[A-Za-z0-9][A-Za-z0-9.!+_-]*)\s*"
    r"(?:;[^\\]*?)?(?:\s+--hash[= ]\w+:[0-9a-fA-F]+)*\s*"
)
_COMMENT = re.compile(r"(?:^|\s)#.*$")
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
        bare = _COMMENT.sub("", line).strip()
        if not bare or _HARMLESS.fullmatch(bare):
            continue
        pin = _PIN.fullmatch(bare)
        if pin is None:
            raise UnpinnedError(
                f"line {number} is no exact pin ({shorten(one_line(bare), 80)})",
                hint="Pin every requirement with `==`, as pip-compile or uv do, and audit that file.",
            )
        name = re.sub(r"[-_.]+", "-", pin["name"]).lower()
        found.setdefault((name, pin["version"]), Pin(name, pin["version"], number))
    return list(found.values())


def _joined(text: str) -> list[tuple[int, str]]:
    """The lines with the numbers of their first, where a backslash has one go on in the next."""
    lines: list[tuple[int, str]] = []
    open_ = False
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip("\r")  # noqa: PLW2901 - the same line without its end
        kept = line.removesuffix("\\")
        if open_:
            first, before = lines[-1]
            lines[-1] = (first, f"{before} {kept}")
        else:
            lines.append((number, kept))
        open_ = line.endswith("\\")
    return lines

"""What a scanner of Python code says, whichever it is."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct, field

from sluicegate.model import Level


class Hit(Struct, frozen=True, kw_only=True):
    """One place in a file, by the path in the tree. `number` is bandit's or ruff's, such as `B602`.

    `level` is None where the scanner does not weigh what it finds.
    """

    path: str
    number: str
    line: int
    column: int | None
    text: str
    last_line: int = 0
    level: Level | None = None
    cwe: int | None = None


class Scan(Struct, kw_only=True):
    """All that one run said. `looked` are the files that it shows to have looked at, `broken` says why it could not.

    `quiet` counts the places that a comment `nosec` covers, by file.
    """

    hits: list[Hit] = field(default_factory=list)
    looked: set[str] = field(default_factory=set)
    broken: dict[str, str] = field(default_factory=dict)
    quiet: Counter[str] = field(default_factory=Counter)

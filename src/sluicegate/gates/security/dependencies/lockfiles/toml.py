"""What the lock files in TOML have in common: one table for each package, and where it begins in the text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from sluicegate.manifests.text import bad, toml

if TYPE_CHECKING:
    from sluicegate.model import Tree

_VERSION = re.compile(r"\s*version\s*=")


class Table(NamedTuple):
    """A table of a package, and the line of its version, or of its head where it has none."""

    data: dict[str, Any]
    line: int | None

    def text(self, key: str) -> str:
        """A member where it is a text; empty else."""
        value = self.data.get(key)
        return value if isinstance(value, str) else ""


def tables(tree: Tree, path: str, key: str) -> tuple[dict[str, Any], list[Table]]:
    """A file, and its tables `[[key]]` with their lines. Raises UnreadableError: it is not what its name says."""
    data, text = toml(tree, path)
    found = data.get(key, [])
    shown = tree.display(path)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise bad(shown, None, f"`{key}` is no list of tables")
    lines = text.split("\n")
    head = re.compile(rf"\s*\[\[\s*(?:{key}|\"{key}\")\s*\]\]\s*(?:#.*)?")
    heads = [number for number, line in enumerate(lines, 1) if head.fullmatch(line)]
    if len(heads) != len(found):  # written another way, or such a line stands within a text
        return data, [Table(one, None) for one in found]
    return data, [Table(one, _line_of_version(lines, number)) for one, number in zip(found, heads, strict=True)]


def _line_of_version(lines: list[str], head: int) -> int:
    for at in range(head, len(lines)):
        if _VERSION.match(lines[at]):
            return at + 1
        if lines[at].lstrip().startswith("["):
            break
    return head


def named(value: Any) -> list[dict[str, Any]]:
    """The tables with a name in a list."""
    return (
        [one for one in value if isinstance(one, dict) and isinstance(one.get("name"), str)]
        if isinstance(value, list)
        else []
    )

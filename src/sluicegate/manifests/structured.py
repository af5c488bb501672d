"""Lock files in JSON and YAML, with the place of each entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluicegate.errors import UnreadableError
from sluicegate.manifests.text import LIMIT, bad, text_of
from sluicegate.openapi.document import Node
from sluicegate.openapi.reading import read

if TYPE_CHECKING:
    from sluicegate.model import Tree
    from sluicegate.openapi.document import Document


def root(tree: Tree, path: str, limit: int = LIMIT) -> Node:
    """The top of a file that is a mapping. Raises UnreadableError."""
    text = text_of(tree, path, limit)  # tells the marks of a merge, which the parsers know nothing of
    if not text.strip():
        raise bad(tree.display(path), None, "the file is empty")
    document = read(tree, path, limit)
    if not isinstance(document.data, dict):
        raise bad(document.shown, 1, "a file of this kind is a mapping, and this is none")
    return Node(document, (), document.data)


def key_lines(document: Document, section: str = "") -> dict[str, int]:
    """The lines of the keys at the top of a YAML text, or right below one of them, where each has a line of its own.

    rapidyaml looks a key up among its siblings one by one, which takes the square of their number.
    """
    found: dict[str, int] = {}
    indent = "  " if section else ""
    inside = not section
    for number, line in enumerate(document.text.decode("utf-8").split("\n"), 1):
        if section and line[:1] not in (" ", "#", "\r", ""):
            inside = line.rstrip() == f"{section}:"
        elif inside and line.startswith(indent) and line[len(indent) : len(indent) + 1] not in (" ", "#", ""):
            key = line.strip()
            if key.endswith(":"):
                found[key[:-1].strip("'\"")] = number
    return found


def beside(tree: Tree, path: str, name: str) -> dict[str, Any]:
    """The content of the manifest beside a lock file; nothing where there is none that can be read."""
    from posixpath import dirname, join

    manifest = join(dirname(path), name)
    if not tree.find(manifest):
        return {}
    try:
        return dict(root(tree, manifest).value)
    except UnreadableError:
        return {}


def mapping(value: Any) -> dict[str, Any]:
    """A value where it is a mapping; an empty one else."""
    return value if isinstance(value, dict) else {}


def texts(value: Any) -> dict[str, str]:
    """The members of a mapping that are texts."""
    return {key: said for key, said in mapping(value).items() if isinstance(said, str)}

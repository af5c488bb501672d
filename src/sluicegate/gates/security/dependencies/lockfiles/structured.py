"""Lock files in JSON and YAML, with the place of each entry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sluicegate.errors import UnreadableError
from sluicegate.gates.security.dependencies.lockfiles.text import LIMIT, bad, text_of
from sluicegate.openapi.document import Node
from sluicegate.openapi.reading import read

if TYPE_CHECKING:
    from sluicegate.model import Tree


def root(tree: Tree, path: str) -> Node:
    """The top of a file that is a mapping. Raises UnreadableError."""
    text = text_of(tree, path)  # tells the marks of a merge, which the parsers know nothing of
    if not text.strip():
        raise bad(tree.display(path), None, "the file is empty")
    document = read(tree, path, LIMIT)
    if not isinstance(document.data, dict):
        raise bad(document.shown, 1, "a lock file of this kind is a mapping, and this is none")
    return Node(document, (), document.data)


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

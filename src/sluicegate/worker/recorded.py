"""A tree that remembers what was asked of it, so that an answer can be known to hold for another tree."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable

from msgspec import Struct, field

from sluicegate.model import Tree
from sluicegate.revision import content_id


class Seen(Struct, frozen=True, kw_only=True):
    """The files of the head that a gate has read, from the top of the repository: a word of the engine's own."""

    paths: tuple[str, ...]


Read = tuple[str, str, str]
"""What was asked, of what, and what the answer was: `read`, `openapi.yaml`, and the id of its content."""


class RecordedTree(Struct, eq=False):
    """The same tree. Its name is no part of what is remembered: it says which commit it is, and no more."""

    tree: Tree
    reads: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """That of the tree."""
        return self.tree.name

    @property
    def prefix(self) -> str:
        """That of the tree; what it was is known by whoever keeps what was asked."""
        return self.tree.prefix

    def glob(self, pattern: str) -> list[str]:
        """The files that match."""
        found = self.tree.glob(pattern)
        self.reads["glob", pattern] = _digest(found)
        return found

    def find(self, path: str) -> str | None:
        """Where the tree keeps a path."""
        found = self.tree.find(path)
        self.reads["find", path] = _found(found)
        return found

    def read(self, path: str, limit: int) -> bytes:
        """The bytes of a file; of one that cannot be read, it is remembered what is there instead."""
        self.reads["read", path] = content_id(self.tree, path)
        return self.tree.read(path, limit)

    def unkept(self, path: str) -> str:
        """Why git keeps no such file; only what is looked for in vain is asked so, and that is remembered."""
        return self.tree.unkept(path)

    def display(self, path: str) -> str:
        """The path as it is written in a Location."""
        return self.tree.display(path)

    def lay_out(self, folder: str) -> str:
        """All files in a folder: each counts as read, and no other tree is known to answer the same."""
        self.reads["laid out", ""] = "whole"
        for path in self.tree.glob("**"):
            self.reads["read", path] = content_id(self.tree, path)
        return self.tree.lay_out(folder)

    @property
    def told(self) -> tuple[Read, ...]:
        """All that was asked, in order."""
        return tuple((verb, of, answer) for (verb, of), answer in self.reads.items())


def seen(trees: Iterable[RecordedTree], prefix: str) -> Seen:
    """What was read through some trees, whatever was found there."""
    read = {of for tree in trees for verb, of in tree.reads if verb == "read"}
    return Seen(paths=tuple(sorted(posixpath.normpath(posixpath.join(prefix, path)) for path in read)))


def answers_the_same(tree: Tree, reads: Iterable[Read]) -> bool:
    """Whether another tree gives the same answers. No content is read."""
    for verb, of, answer in reads:
        match verb:
            case "glob":
                now = _digest(tree.glob(of))
            case "find":
                now = _found(tree.find(of))
            case _:
                now = content_id(tree, of)
        if now != answer:
            return False
    return True


def _digest(paths: list[str]) -> str:
    return hashlib.sha256("\0".join(paths).encode("utf-8", "surrogateescape")).hexdigest()


def _found(path: str | None) -> str:
    return "" if path is None else f"={path}"

"""What the commits of a change, or of all time, have written: each content once, also where a later one took it out."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.errors import GateError, UnreadableError
from sluicegate.model import Landings, Line, Written
from sluicegate.revision.fetch import is_shallow
from sluicegate.revision.globs import matches
from sluicegate.revision.history import first_parents, landings
from sluicegate.revision.laid import LINK, SUBMODULE
from sluicegate.revision.objects import Objects, committed
from sluicegate.revision.trees import TreeSpec
from sluicegate.revision.uncommitted import uncommitted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

from sluicegate.revision.git import Repository

_MARK = "commit "


class CommitLog(Struct, frozen=True, kw_only=True):
    """The commits that lead to `head`, and those of the change: without what leads to `base`."""

    root: Path
    prefix: str
    head: str
    base: str

    def written(self, *, whole: bool, limit: int) -> Iterator[Written]:
        """Each content that a commit of the change has written, or of all time with `whole`; oldest last.

        What has more than `limit` bytes has no content. Raises GateError where the clone does not have every commit.
        """
        repository = Repository(root=self.root)
        if is_shallow(repository):
            raise GateError(
                "the clone is cut, so that not every commit is there", hint="check out with `fetch-depth: 0`"
            )
        wanted = [self.head] if whole or not self.base else [self.head, f"^{self.base}"]
        listed = repository.lines(
            "log", "-z", "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--no-textconv", "--root",
            "--no-show-signature", "--diff-merges=dense-combined", f"--format={_MARK}%H", *wanted, "--",
        )  # fmt: skip
        objects = committed(repository, self.head)
        seen: set[tuple[str, str]] = set()
        for commit, name, path in _entries(listed):
            inside = posixpath.relpath(path, self.prefix or ".")
            if (name, path) in seen or inside.startswith("../"):
                continue
            seen.add((name, path))
            yield Written(commit=commit, path=inside, content=_content(objects, path, name, limit))

    def line(self, limit: int) -> Line:
        """The first parents that lead to `base`, or to `head` where there is none; so many at the most."""
        return first_parents(Repository(root=self.root), self.base or self.head, limit)

    def landed(self, since: datetime) -> Landings:
        """What arrived on that line since a time, newest first."""
        return landings(Repository(root=self.root), self.base or self.head, since)

    def commit(self, made: Sequence[str]) -> str:
        """The commit of `head`; "" where it is checked out, and files differ that no pattern of `made` names."""
        name = Repository(root=self.root).ask("rev-parse", "--verify", "--quiet", f"{self.head}^{{commit}}") or ""
        if self.head != "HEAD" or not name:
            return name
        found = uncommitted(TreeSpec(kind="working-tree", root=str(self.root), commit=name), name, ())
        patterns = [posixpath.normpath(posixpath.join(self.prefix, one)) for one in made]
        others = found is None or any(not any(matches(one, path) for one in patterns) for path in found)
        return "" if others else name


def _entries(listed: list[str]) -> Iterator[tuple[str, str, str]]:
    """The commit, the name of the object and the path of every file that stood anew in a commit.

    Of a merge only what it has from none of its parents (git-diff-tree, "Combined diff format").
    """
    commit = ""
    words: list[str] = []
    for item in listed:
        line = item.lstrip("\n")
        if line.startswith(_MARK):
            commit = line.removeprefix(_MARK).strip()
        elif line.startswith(":"):
            words = line.split()
        elif words:
            parents = len(words[0]) - len(words[0].lstrip(":"))
            mode, name = words[parents], words[2 * parents + 1]
            if mode not in (LINK, SUBMODULE, "000000"):
                yield commit, name, item
            words = []


def _content(objects: Objects, path: str, name: str, limit: int) -> bytes | None:
    try:
        return objects.content(path, name, limit)
    except UnreadableError:
        return None

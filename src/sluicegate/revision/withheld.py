"""Files that git keeps and was told not to check out: those outside of a sparse checkout, or marked skip-worktree."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from sluicegate.revision.git import Repository
from sluicegate.revision.laid import SUBMODULE
from sluicegate.revision.objects import Objects


class Withheld(Struct, kw_only=True):
    """What is missing on disk though nobody removed it. It is asked for once something is missing, and not before."""

    repository: Repository
    _names: frozenset[str] | None = None
    _index: Objects | None = None

    def leads_to(self, path: str, is_there: Callable[[str], bool]) -> str | None:
        """Where a path that is not on disk leads through what is withheld: to what is too, or is there; else None."""
        if not self.names:
            return None
        real = self.repository.name((self.repository.root / path).resolve())
        for name in dict.fromkeys((path, real or path)):
            parts = name.split("/")
            if self.names.isdisjoint("/".join(parts[:end]) for end in range(1, len(parts) + 1)):
                continue
            found = self.index.leads_to(name)
            if found in self.names or (found != name and is_there(found)):
                return found
        return None

    def read(self, path: str, limit: int) -> bytes:
        """The content that the index has."""
        return self.index.read(path, limit)

    @property
    def names(self) -> frozenset[str]:
        """All of them, links included."""
        if self._names is None:
            listed = self.repository.lines("ls-files", "-s", "-t", "-z")
            skipped = [line for line in listed if line.startswith("S ") and line.split()[1] != SUBMODULE]
            self._names = frozenset(line.partition("\t")[2] for line in skipped)
        return self._names

    @property
    def index(self) -> Objects:
        """The index as a tree."""
        if self._index is None:
            self._index = Objects(repository=self.repository, listing=("ls-files", "-s", "-z"))
        return self._index

"""The lock files and SBOMs of one side of a change, each read once, whoever asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.errors import GateError, UnreadableError
from sluicegate.gates.security.dependencies import sboms
from sluicegate.gates.security.dependencies.lockfiles import reader, reader_of

if TYPE_CHECKING:
    from sluicegate.gates.security.dependencies.packages import Lock
    from sluicegate.model import Tree


class Files:
    """What was read of a tree so far."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._read: dict[tuple[str, bool], Lock | GateError] = {}

    def lock(self, path: str, name: str = "") -> Lock:
        """What a lock file pins, by the name of its reader. Raises GateError: unreadable, of no kind that is read."""
        name = name or reader_of(path)
        if not name:
            what = f"{path} is no lock file of a kind that is read"
            raise UnreadableError(what, hint="correct [security.describes]")
        return self._once(path, name)

    def sbom(self, path: str) -> Lock:
        """What an SBOM names. Raises GateError."""
        return self._once(path, "")

    def _once(self, path: str, name: str) -> Lock:
        key = (path, bool(name))
        if key not in self._read:
            try:
                self._read[key] = reader(name)(self._tree, path) if name else sboms.read(self._tree, path)
            except GateError as error:
                self._read[key] = error
        found = self._read[key]
        if isinstance(found, GateError):
            raise found
        return found

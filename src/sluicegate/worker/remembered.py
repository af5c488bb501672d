"""The port `History` over a store, which is opened when a gate first asks for something."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.errors import GateError, UserError
from sluicegate.worker.job import StoreAddress

if TYPE_CHECKING:
    from sluicegate.baseline import Store


class Remembered(Struct, eq=False):
    """What earlier runs have left in a store; `asked` tells whether anything hangs on it."""

    opening: Callable[[], Store]
    asked: bool = False
    opened: Store | None = None

    @property
    def address(self) -> str:
        """That of the store."""
        return self._store().address

    def names(self, prefix: str) -> list[str]:
        """The documents whose names begin with a text, sorted. Raises GateError."""
        return list(self._store().list(prefix))

    def read(self, name: str) -> bytes | None:
        """The bytes of a document. Raises GateError."""
        found = self._store().get(name)
        return found.data if found else None

    def _store(self) -> Store:
        self.asked = True
        if self.opened is None:
            try:
                self.opened = self.opening()
            except UserError as error:  # an address that is none, or what it needs is not installed
                raise GateError(error.message, error.hint) from error
        return self.opened


def remembered(wanted: StoreAddress | None) -> Remembered | None:
    """What lies in a store; None where none may be asked."""
    if wanted is None:
        return None

    def opening() -> Store:
        from sluicegate.baseline import open_store

        return open_store(wanted.address, Path(wanted.root), wanted.s3)

    return Remembered(opening=opening)

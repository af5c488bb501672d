"""A sealed document as it lies in a store: what is wrong with it is told with the place."""

from __future__ import annotations

from typing import Any

from sluicegate.baseline.store import StoreError
from sluicegate.sealed import BrokenError, Kind, Upgrade, write
from sluicegate.sealed import read as unseal

__all__ = ["Kind", "Upgrade", "read", "write"]


def read(kind: Kind, data: bytes, *, address: str, name: str) -> dict[str, Any]:
    """The content of a document, brought to the present version.

    Raises StoreError for anything but a whole document of this kind: what is corrupt is never taken for empty.
    """
    try:
        return unseal(kind, data)
    except BrokenError as error:
        raise StoreError.at(address, f"{name} cannot be trusted", error.message, error.hint) from None

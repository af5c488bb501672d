"""What the gate's findings hang on beside the files of a tree: the databases that its settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sluicegate.gates.security.settings import Settings


def cache_key(settings: Settings, folder: str) -> tuple[str, ...] | None:
    """The digests of what is read from disk; None where that cannot be known."""
    from sluicegate.gates.security.dependencies.beside import digests

    return digests(settings, folder)

"""What the findings of the gate hang on beside the tree: too much for any of them to be kept for another run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sluicegate.gates.compliance.settings import Settings


def cache_key(_settings: Settings, _folder: str) -> tuple[str, ...] | None:
    """None: they hang on what other gates came to, on the hour, and on trails that no revision has."""
    return None

"""What the gate's findings hang on beside files and installed code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sluicegate.gates.security.settings import Settings


def cache_key(settings: Settings) -> tuple[str, ...] | None:
    """Nothing more; None where all commits are searched, of which no file tells which they are."""
    return None if settings.history == "all" else ()

"""What a version number has to say of changes: major, minor, or nothing (Semantic Versioning 2.0)."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from sluicegate.model import Level

if TYPE_CHECKING:
    from collections.abc import Iterable


class Impact(IntEnum):
    """What a version number has to say of a change."""

    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3

    @property
    def word(self) -> str:
        """The impact in a word: `major`."""
        return self.name.lower()


def impact(levels: Iterable[Level]) -> Impact:
    """The impact of changes by how much each weighs: an error is major, and everything else that is told minor."""
    found = set(levels)
    if Level.ERROR in found:
        return Impact.MAJOR
    return Impact.MINOR if found - {Level.NONE} else Impact.NONE

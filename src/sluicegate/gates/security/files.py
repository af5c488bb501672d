"""Which files of a tree a part looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.revision.globs import matches

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sluicegate.model import Context


def listed(context: Context, patterns: Iterable[str]) -> list[str]:
    """The files that match one of some patterns and are not excluded, sorted."""
    exclude = context.settings.exclude
    found = {path for pattern in patterns for path in context.head.glob(pattern)}
    return sorted(path for path in found if not any(matches(each, path) for each in exclude))

"""Which files of a tree a part looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.revision.globs import matches

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sluicegate.model import Context


def listed(context: Context, patterns: Iterable[str]) -> list[str]:
    """The files that match one of some patterns and are not excluded, sorted; for a commit, those that it touches."""
    touched, exclude = context.touched, context.settings.exclude
    found = {path for pattern in patterns for path in context.head.glob(pattern)}
    wanted = found if touched is None else found & touched
    return sorted(path for path in wanted if not any(matches(each, path) for each in exclude))


def lacking(context: Context, what: str) -> str:
    """Why there is nothing to look at: `there is no workflow`."""
    return f"there is no {what}{'' if context.touched is None else ' that the commit touches'}"

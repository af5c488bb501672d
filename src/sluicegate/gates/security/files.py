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


def is_inside(path: str) -> bool:
    """Whether a path of the settings leads to a place in the tree, and not beside it."""
    return not (path.startswith(("/", "..")) or ":" in path)


def shown(context: Context, path: str) -> str | None:
    """A path of the settings as a place in the tree; None where it lies elsewhere."""
    return context.head.display(path) if is_inside(path) else None


def lacking(context: Context, what: str) -> str:
    """Why there is nothing to look at: `there is no workflow`."""
    return f"there is no {what}{'' if context.touched is None else ' that the commit touches'}"

"""Holds every locked package of a tree against the advisories that the settings name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sluicegate.gates.security.dependencies import RULES
from sluicegate.gates.security.dependencies.lockfiles import locks, reader
from sluicegate.gates.security.saying import nothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.model import Context, Yield


def check(context: Context) -> Iterator[Yield]:
    """Judge each lock file; one that cannot be read counts as errored, and the others are judged."""
    files = locks(context)
    if not files:
        yield from nothing(context, RULES, "lock files", "there is no lock file of a kind that is read")
        return
    from sluicegate.gates.security.dependencies.matching import matched

    yield from matched(context, {path: partial(reader(name), context.head, path) for path, name in files.items()})

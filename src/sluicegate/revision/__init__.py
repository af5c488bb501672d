"""Git seen from a change: the merge base, the trees of both sides, the changed lines."""

from __future__ import annotations

from sluicegate.revision.base import Base, Event, commit_of, find_base
from sluicegate.revision.changes import changed_lines
from sluicegate.revision.git import Repository, find_repository
from sluicegate.revision.trees import TreeSpec, open_tree

__all__ = [
    "Base",
    "Event",
    "Repository",
    "TreeSpec",
    "changed_lines",
    "commit_of",
    "find_base",
    "find_repository",
    "open_tree",
]

"""Git seen from a change: the merge base, the trees of both sides, the changed lines."""

from __future__ import annotations

from sluicegate.revision.base import NOWHERE, Base, Event, commit_of, find_base
from sluicegate.revision.changes import changed_lines
from sluicegate.revision.fetch import Reach, fetch_files, is_shallow
from sluicegate.revision.git import Repository, find_repository
from sluicegate.revision.history import Mark, commits_between, first_parents, mark_of, newest, split_range, tags_between
from sluicegate.revision.lineages import Lineage, lineages
from sluicegate.revision.renames import former_paths
from sluicegate.revision.trees import TreeSpec, at_commit, content_id, differing, open_tree
from sluicegate.revision.uncommitted import uncommitted
from sluicegate.revision.written import CommitLog

__all__ = [
    "NOWHERE",
    "Base",
    "CommitLog",
    "Event",
    "Lineage",
    "Mark",
    "Reach",
    "Repository",
    "TreeSpec",
    "at_commit",
    "changed_lines",
    "commit_of",
    "commits_between",
    "content_id",
    "differing",
    "fetch_files",
    "find_base",
    "find_repository",
    "first_parents",
    "former_paths",
    "is_shallow",
    "lineages",
    "mark_of",
    "newest",
    "open_tree",
    "split_range",
    "tags_between",
    "uncommitted",
]

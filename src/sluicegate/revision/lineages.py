"""Where files were at each of several commits: one that was moved is followed, forth and back."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.model import Tree
from sluicegate.revision.history import Mark
from sluicegate.revision.renames import former_paths
from sluicegate.revision.trees import TreeSpec, open_tree


class Lineage(Struct, frozen=True, kw_only=True):
    """One file through several commits: its path at each, None where it was not there; it is asked for as `name`."""

    name: str
    paths: tuple[str | None, ...]


class _Commit(Struct, frozen=True, kw_only=True):
    spec: TreeSpec
    tree: Tree
    asked: tuple[str, ...]
    """The files that the patterns name."""


def lineages(project: TreeSpec, marks: Sequence[Mark], patterns: Sequence[str]) -> list[Lineage]:
    """Every file that one of the patterns names at one of the commits (oldest first), with where it was at the others.

    A file goes under the path that it is asked for wherever there is one, else where git would say that it was renamed
    to. What went and came back under a path that it had before is the same file.
    """
    commits = [_commit(replace(project, kind="commit", commit=mark.commit), patterns) for mark in marks]
    lines: list[list[str | None]] = []
    for number, commit in enumerate(commits):
        taken: set[str | None] = set()
        for line in lines:
            path = _next(line, commits[number - 1], commit)
            line.append(None if path in taken else path)
            taken.add(line[-1])
        for path in commit.asked:
            if path not in taken:
                lines.append([*_before(path, commits[: number + 1], lines), path])
                taken.add(path)
    asked = {path for commit in commits for path in commit.asked}
    return [
        Lineage(name=next(path for path in reversed(line) if path in asked and path), paths=tuple(line))
        for line in lines
    ]


def _commit(spec: TreeSpec, patterns: Sequence[str]) -> _Commit:
    tree = open_tree(spec)
    asked = dict.fromkeys(path for pattern in patterns for path in tree.glob(pattern))
    return _Commit(spec=spec, tree=tree, asked=tuple(asked))


def _next(line: Sequence[str | None], before: _Commit, commit: _Commit) -> str | None:
    """Where a file is at a commit, that was on the way of `line` until then."""
    own = [path for path in dict.fromkeys(reversed(line)) if path]
    for path in own:
        if path in commit.asked:
            return path
    last = line[-1]
    if last is None:
        return next((path for path in own if commit.tree.find(path) is not None), None)
    if commit.tree.find(last) is not None:
        return last
    moved = former_paths(before.spec, commit.spec, [last])
    return next((new for new, old in moved.items() if old == last and commit.tree.find(new) is not None), None)


def _before(path: str, commits: Sequence[_Commit], lines: Sequence[Sequence[str | None]]) -> list[str | None]:
    """Where a file was at each of the commits but the last, at which it first is asked for."""
    found: list[str | None] = []
    current: str | None = path
    for number in range(len(commits) - 2, -1, -1):
        older, newer = commits[number], commits[number + 1]
        if current is not None and older.tree.find(current) is None:
            ending = posixpath.splitext(current)[1]
            gone = [
                name
                for name in older.tree.glob("**")
                if posixpath.splitext(name)[1] == ending and newer.tree.find(name) is None
            ]
            old = former_paths(older.spec, newer.spec, gone).get(current)
            current = old if old is not None and older.tree.find(old) is not None else None
        if current is not None and any(line[number] == current for line in lines):
            current = None  # that one goes on elsewhere
        found.append(current)
    return found[::-1]

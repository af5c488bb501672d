"""Since which commit of a change a line is what it is, or is gone; said only where the history leaves no doubt."""

from __future__ import annotations

import re
import subprocess
import time
from collections import Counter
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.errors import GateError
from sluicegate.revision.changes import changed_lines
from sluicegate.revision.common import cut_commits
from sluicegate.revision.git import Repository, environment
from sluicegate.revision.trees import TreeSpec, open_tree

UNCOMMITTED = ""
"""What stands for the commit that nobody has made yet."""

_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_LARGEST = 16 << 20
_COMMITS = 500
"""In a change of more commits than these, the one that took a line away is not looked for."""


class Spot(Struct, frozen=True, kw_only=True):
    """A line of a file, by its path from the top of the repository; counted from 1."""

    path: str
    line: int


class Change:
    """The commits from a base to what is checked out, asked about single lines for so many seconds and no longer.

    Where the clone hides commits of the change, or the time is over, nothing is known.
    """

    def __init__(self, repository: Repository, base: TreeSpec, head: TreeSpec, *, seconds: float) -> None:
        self._repository = repository
        self._base = replace(base, prefix="", aliases=())
        self._head = replace(head, prefix="", aliases=())
        self._end = time.monotonic() + seconds
        commit = (self._git("rev-parse", "--verify", "HEAD^{commit}") or "").strip()
        self._committed = replace(self._base, commit=commit)
        self._lines = lru_cache(maxsize=64)(_lines)
        self._described: dict[str, tuple[str, str]] = {}
        self._known = bool(commit) and self._whole()

    def since(self, head: Spot | None, base: Spot | None) -> str | None:
        """The commit by which the line at head came or the line at base went, the later of both.

        `UNCOMMITTED` where that is not committed; None where neither is of this change, or it cannot be known.
        """
        if not self._known:
            return None
        try:
            came = self._came(head) if head else None
            gone = self._gone(base) if base else None
        except (GateError, OSError):
            return None
        if came and gone and came != gone:
            return gone if self._git("merge-base", "--is-ancestor", came, gone) is not None else came
        return UNCOMMITTED if UNCOMMITTED in (came, gone) else came or gone

    def described(self, commit: str) -> tuple[str, str]:
        """The ISO day and the subject of a commit, for which git is asked once; empty where the time is over."""
        if commit not in self._described:
            told = (self._git("rev-list", "--no-walk", "--format=%cs %s", commit) or "").split("\n")
            date, _, subject = (told[1] if len(told) > 1 else "").partition(" ")
            self._described[commit] = date, subject
        return self._described[commit]

    def _whole(self) -> bool:
        """Whether this clone has every commit of the change."""
        commits = self._git("rev-list", "HEAD", "--not", self._base.commit)
        return commits is not None and cut_commits(self._repository).isdisjoint(commits.split())

    def _came(self, spot: Spot) -> str | None:
        """The commit of the change that made a line what it is."""
        now, committed = self._lines(self._head, spot.path), self._lines(self._committed, spot.path)
        if now is None or spot.line > len(now):
            return None
        line = spot.line
        if now != committed:
            text = now[line - 1]
            same = [number for number, one in enumerate(committed or (), 1) if one == text]
            if not same:
                return UNCOMMITTED
            if len(same) > 1:
                return None
            line = same[0]
        options = ("--porcelain", "--no-textconv", "-L", f"{line},{line}")
        told = self._git(
            "-c", "blame.ignoreRevsFile=", "blame", *options, f"^{self._base.commit}", "HEAD", "--", spot.path
        )
        found = _SHA.match(told or "")
        boundary = told is None or re.search(r"^boundary$", told, re.MULTILINE)  # where the search ended: an older line
        return found[0] if found and not boundary else None

    def _gone(self, spot: Spot) -> str | None:
        """The commit of the change that took a line of the base away: the only one that has one less of its text."""
        before, committed = self._lines(self._base, spot.path), self._lines(self._committed, spot.path)
        if before is None or spot.line > len(before) or not before[spot.line - 1].strip():
            return None
        text = before[spot.line - 1]
        there = before.count(text)
        if (committed or ()).count(text) >= there:
            now = self._lines(self._head, spot.path) or ()
            return UNCOMMITTED if now.count(text) < there and now != committed else None
        touched = changed_lines(self._committed, self._base, [spot.path]) or {}
        if committed is not None and not any(spot.line in lines for lines in touched.get(spot.path, ())):
            return None
        removing = [commit for commit, fewer in self._fewer(spot.path, text) if fewer]
        return removing[0] if len(removing) == 1 else None

    def _fewer(self, path: str, text: str) -> list[tuple[str, bool]]:
        """The commits of the change that touched a file, each with whether it took more of a text away than it gave."""
        options = ("--no-merges", "--no-renames", "--no-ext-diff", "--no-textconv", "--no-color", "-U0")
        limits = (f"--max-count={_COMMITS + 1}", "--format=%x00%H")
        told = self._git("log", *options, "-p", *limits, f"{self._base.commit}..HEAD", "--", f":(literal){path}")
        patches = (told or "").split("\0")[1:]
        if len(patches) > _COMMITS:
            return []
        found = []
        for patch in patches:
            commit, *lines = patch.split("\n")
            signs = Counter(line[0] for line in lines if line[1:].removesuffix("\r") == text and line[:1] in "+-")
            found.append((commit, signs["-"] > signs["+"]))
        return found

    def _git(self, *arguments: str) -> str | None:
        left = self._end - time.monotonic()
        if left <= 0:
            return None
        try:
            done = subprocess.run(
                self._repository.command(*arguments),
                capture_output=True,
                check=False,
                stdin=subprocess.DEVNULL,
                env=environment(),
                timeout=left,
            )
        except (OSError, subprocess.SubprocessError):
            return None
        return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def _lines(spec: TreeSpec, path: str) -> tuple[str, ...] | None:
    """The lines of a file without their ends, or None where there is no such file."""
    tree = open_tree(spec)
    if tree.find(path) is None:
        return None
    return tuple(tree.read(path, _LARGEST).decode("utf-8", "replace").replace("\r\n", "\n").split("\n"))

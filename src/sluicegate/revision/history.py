"""The way from one revision to another: the tags on it, or the commits that touched some files."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from sluicegate.errors import GateError, UserError
from sluicegate.model import Landed, Landings, Line
from sluicegate.revision.base import commit_of
from sluicegate.revision.fetch import is_shallow
from sluicegate.revision.git import Repository


class Mark(Struct, frozen=True, kw_only=True):
    """A commit on the way, under the name that people call it; `date` is the ISO day it was made on."""

    name: str
    commit: str
    date: str
    subject: str = ""


def split_range(text: str) -> tuple[str, str] | None:
    """The two ends of `v1.2..v1.5`, an end left out being HEAD, as in git; None where the text is no range.

    Raises UserError for three dots, which mean something else in git.
    """
    if "..." in text:
        raise UserError(f"{text} is a symmetric difference, which has no direction", hint="write two dots: BASE..HEAD")
    base, dots, head = text.partition("..")
    if not dots or not (base or head):
        return None
    return base or "HEAD", head or "HEAD"


def mark_of(repository: Repository, name: str) -> Mark:
    """The commit of a name. Raises GateError where there is none."""
    commit = commit_of(repository, name)
    (found,) = _commits(repository, "--max-count=1", commit)
    return Mark(name=name, commit=commit, date=found.date, subject=found.subject)


def tags_between(repository: Repository, base: Mark, head: Mark) -> list[Mark]:
    """The tags that `head` contains and `base` does not, oldest first; tags of one commit are one mark."""
    order = _commits(repository, "--topo-order", f"{base.commit}..{head.commit}")
    names: dict[str, list[str]] = {}
    listed = repository.run("for-each-ref", "--format=%(objectname) %(*objectname) %(refname:strip=2)", "refs/tags")
    for line in listed.decode("utf-8", "surrogateescape").split("\n")[:-1]:
        tag, peeled, name = line.split(" ", 2)
        names.setdefault(peeled or tag, []).append(name)
    return [
        Mark(name=", ".join(names[found.commit]), commit=found.commit, date=found.date, subject=found.subject)
        for found in reversed(order)
        if found.commit in names
    ]


def commits_between(repository: Repository, base: Mark, head: Mark, pathspecs: Sequence[str]) -> list[Mark]:
    """The commits of the main line (first parents) that touched one of the files, oldest first."""
    way = f"{base.commit}..{head.commit}"
    found = _commits(repository, "--first-parent", "--topo-order", way, "--", *pathspecs)
    return found[::-1]


def first_parents(repository: Repository, start: str, limit: int) -> Line:
    """The line of first parents that leads to a commit, that one first. Raises GateError where there is none."""
    told = repository.run("rev-list", "--first-parent", f"--max-count={limit + 1}", commit_of(repository, start))
    commits = tuple(told.decode("ascii").split())
    return Line(commits=commits[:limit], whole=len(commits) <= limit and not is_shallow(repository))


def landings(repository: Repository, start: str, since: datetime) -> Landings:
    """The first parents that lead to a commit, back to the first that was committed before a time.

    A clock that went wrong ends the walk of `git log --since` early: the line is walked whole, and cut here by the
    newest that is older with all before it older too. Raises GateError where git cannot tell.
    """
    commit = commit_of(repository, start)
    form = "".join(f"{each}%x00" for each in _CLAIMED)
    asked = ("log", "--first-parent", "--no-show-signature", "--no-color", f"--format={form}", commit, "--")
    raw = repository.run(*asked)
    told = parse_landings(raw.decode("utf-8", "replace"))
    within = [at for at, each in enumerate(told) if each.committed >= since]
    recent = told[: within[-1] + 1] if within else []
    whole = len(recent) < len(told) or not is_shallow(repository)
    query = f"git {' '.join(asked)}"
    return Landings(query=query, sha256=hashlib.sha256(raw).hexdigest(), commits=tuple(recent), whole=whole)


def parse_landings(text: str) -> list[Landed]:
    """The commits of such an answer. Raises GateError."""
    words = text.split("\0")[:-1]
    if len(words) % len(_CLAIMED):
        raise GateError("an answer of git log is cut", hint="ask git again")
    return [_landed(words[at : at + len(_CLAIMED)]) for at in range(0, len(words), len(_CLAIMED))]


_CLAIMED = ("%H", "%P", "%an <%ae>", "%aI", "%cn <%ce>", "%cI", "%s")


def _landed(words: Sequence[str]) -> Landed:
    commit, parents, author, authored, committer, committed, subject = words
    commit = commit.lstrip("\n")  # which ends what was told before it
    try:
        times = [datetime.fromisoformat(each) for each in (authored, committed)]
    except ValueError:
        times = []
    if not times or any(each.tzinfo is None for each in times):
        raise GateError(
            f"the commit {commit[:12]} claims a time that is none", hint=f"look at it: git show -s {commit}"
        )
    return Landed(
        commit=commit,
        parents=tuple(parents.split()),
        author=author,
        authored=times[0],
        committer=committer,
        committed=times[1],
        subject=subject,
    )


def newest(repository: Repository, start: str, limit: int) -> list[Mark]:
    """The commits that lead to one, with their dates and subjects, that one first; so many at the most."""
    return _commits(repository, f"--max-count={limit}", commit_of(repository, start))


def _commits(repository: Repository, *arguments: str) -> list[Mark]:
    """Commits as `git rev-list` gives them: plumbing, on which no setting of the user's has a say."""
    lines = repository.run("rev-list", "--format=%H %cs %s", *arguments).decode("utf-8", "replace").split("\n")
    marks = []
    for line in lines[1::2]:  # each is told by a line `commit ...` first
        commit, date, subject = line.split(" ", 2)
        marks.append(Mark(name=commit[:12], commit=commit, date=date, subject=subject))
    return marks

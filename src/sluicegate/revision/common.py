"""The merge base of two commits, and whether the history that is here suffices to know it."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from sluicegate.revision.fetch import is_shallow
from sluicegate.revision.git import Repository


class Common(Struct, frozen=True, kw_only=True):
    """A merge base, and how many there are: several where branches were merged crosswise."""

    commit: str
    among: int = 1


def common(repository: Repository, one: str, other: str) -> Common | None:
    """The merge base of two commits, the newest where there are several; None where there is none in this clone.

    In a shallow clone git may take an older common commit for the merge base, when the better one lies behind the cut.
    Such an answer is None here too.
    """
    if repository.ask("merge-base", one, other) is None:
        return None
    bases = sorted(repository.run("merge-base", "--all", one, other).decode().split())
    if is_shallow(repository):
        beyond = repository.run("rev-list", one, other, "--not", *bases).decode().split()
        if not cut_commits(repository).isdisjoint(beyond):
            return None
    newest = repository.ask("rev-list", "--no-walk=sorted", "--max-count=1", *bases)
    return Common(commit=newest or bases[0], among=len(bases))


def merges_between(repository: Repository, base: str, head: str) -> bool:
    """Whether a commit of `head` that is none of `base` is a merge."""
    return repository.ask("rev-list", "--merges", "--max-count=1", head, "--not", base) is not None


def cut_commits(repository: Repository) -> set[str]:
    """The commits whose parents a shallow clone hides."""
    place = repository.ask("rev-parse", "--path-format=absolute", "--git-path", "shallow")
    try:
        return set(Path(place or "").read_text("ascii").split())
    except OSError:
        return set()

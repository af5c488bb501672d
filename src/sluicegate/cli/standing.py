"""Where a run stands: of which commit it is, on which branch, and whether that is the default one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from msgspec import Struct

from sluicegate.ci.github import github
from sluicegate.errors import UserError
from sluicegate.model import Line
from sluicegate.revision import Repository, TreeSpec, commit_of, find_repository, first_parents, uncommitted
from sluicegate.text import one_line, plural, shorten

LINE = 20_000
"""So many commits of a branch are asked for."""

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_OF_CHANGES = ("pull_request", "pull_request_target", "merge_group")
_USUAL = ("main", "master")


class Standing(Struct, frozen=True, kw_only=True):
    """A commit and its branch; "" where it is on none that is known. `against` says why its runs are no baseline."""

    commit: str
    branch: str
    against: str = ""


def standing(root: Path, commit: str, branch: str, made: Iterable[Path] = ()) -> Standing:
    """Where a run stands, as the options, the CI and git say, in this order.

    `made` are files and folders that measuring and recording write, whatever git has of them. Raises UserError where
    the commit is not known, GateError where git or the CI's event cannot be read.
    """
    job = github(os.environ)
    repository = find_repository(root)
    event = job.event if job else None
    found = _commit(repository, commit, event.head if event else "")
    told = event.ref if event else (repository and repository.ask("symbolic-ref", "--quiet", "HEAD")) or ""
    here = branch or (told.removeprefix("refs/heads/") if told.startswith("refs/heads/") else "")
    default = (job.default_branch if job else "") or default_branch(repository)
    against = ""
    if event and event.kind in _OF_CHANGES:
        against = f"this job is one of a change ({event.kind})"
    elif not default:
        against = "it is not known which branch is the default one"
    elif here != default:
        against = f"it is on {here}" if here else "the commit that is checked out is on no branch that is known"
    elif not commit and repository:
        against = _changed(repository, found, made)
    return Standing(commit=found, branch=here, against=against)


def default_branch(repository: Repository | None) -> str:
    """The default branch, as the clone knows it: what the remote called so, one of the usual names, or the only one."""
    if repository is None:
        return ""
    if told := repository.ask("symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"):
        return told.removeprefix("refs/remotes/origin/")
    for name in _USUAL:
        for folder in ("refs/remotes/origin", "refs/heads"):
            if repository.ask("rev-parse", "--verify", "--quiet", f"{folder}/{name}^{{commit}}"):
                return name
    branches = repository.run("for-each-ref", "--format=%(refname)", "refs/heads", "refs/remotes").decode().split()
    return branches[0].removeprefix("refs/heads/") if len(branches) == 1 else ""


def line_of(repository: Repository | None) -> Line | None:
    """The line of the default branch, as the remote had it last, else as it is here; None where git knows none."""
    default = default_branch(repository)
    if repository is None or not default:
        return None
    for ref in (f"refs/remotes/origin/{default}", f"refs/heads/{default}"):
        if repository.ask("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}"):
            return first_parents(repository, ref, LINE)
    return None


def _commit(repository: Repository | None, given: str, told: str) -> str:
    if repository is not None:
        return commit_of(repository, given or "HEAD")
    found = given or told
    if not _COMMIT.fullmatch(found):
        raise UserError(
            f"{shorten(one_line(found), 80)} is no whole commit"
            if found
            else "it is not known which commit was measured",
            hint="name it by all its digits, since there is no git repository here: --commit SHA",
        )
    return found


def _changed(repository: Repository, commit: str, made: Iterable[Path]) -> str:
    """How the files that git tracks are not as in the commit: what they do was measured, and is none of it."""
    own = [name for path in made if (name := repository.name(path))]
    tree = TreeSpec(kind="working-tree", root=str(repository.root), commit=commit)
    found = uncommitted(tree, commit, ())
    if found is None:
        return "git cannot tell whether the files are those of the commit"
    others = [path for path in found if not any(path == name or path.startswith(f"{name}/") for name in own)]
    if not others:
        return ""
    first = shorten(one_line(others[0]), 100)
    return f"{first} differs from the commit" + (f", and {plural(len(others) - 1, 'other file')}" if others[1:] else "")

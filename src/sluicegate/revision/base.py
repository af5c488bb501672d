"""The base of a change: the commit it started from, or a plain word that it cannot be known."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from sluicegate.errors import GateError
from sluicegate.revision.git import Repository
from sluicegate.text import one_line

_DEFAULT_BRANCHES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
_FULL = "in the workflow, give actions/checkout `fetch-depth: 0`; on a laptop, run `git fetch --unshallow`"


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The commit a change is compared with, and how it was found, in words."""

    commit: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What the CI says of the change; empty where it says nothing.

    `kind` is its name for the event (`pull_request`, `merge_group`, `push`); `base` and `base_ref` are the commit and
    the branch that the change goes to; `before` is the tip of the branch before a push, `head` what was checked out;
    `default_branch` is the repository's.
    """

    kind: str
    base: str = ""
    base_ref: str = ""
    before: str = ""
    head: str = ""
    default_branch: str = ""


def commit_of(repository: Repository, name: str) -> str:
    """The commit that a name stands for. Raises GateError with the next step when there is none."""
    found = None if name.startswith("-") else repository.ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    if found is None:
        shallow = _is_shallow(repository)
        fetch = shlex.join(["git", "fetch", "origin", one_line(name).removeprefix("origin/")])
        raise GateError(
            f"the revision {one_line(name)} does not exist in this clone",
            hint=f"this clone is shallow: {_FULL}" if shallow else f"check the spelling, or fetch it first: {fetch}",
        )
    return found


def find_base(repository: Repository, wanted: str | None = None, event: Event | None = None) -> Base | None:
    """The base of the change that is checked out; None in a repository without commits.

    In this order: the merge base with the revision that the user names; what the CI event says; the merge base with the
    default branch. Raises GateError where the clone is too shallow to know.
    """
    if repository.ask("rev-parse", "--verify", "--quiet", "HEAD") is None:
        return None
    if wanted:
        return _merge_base(repository, commit_of(repository, wanted), one_line(wanted))
    if event and (found := _from_event(repository, event)):
        return found
    head = commit_of(repository, "HEAD")
    named = (f"origin/{event.default_branch}",) if event and event.default_branch else ()
    for branch in (*named, *_DEFAULT_BRANCHES):
        tip = repository.ask("rev-parse", "--verify", "--quiet", f"{branch}^{{commit}}")
        if tip == head:
            return Base(commit=head, how=f"the last commit, which is the tip of {branch}")
        if tip:
            return _merge_base(repository, tip, branch)
    if event or _is_shallow(repository):
        # on a laptop the uncommitted work is the change; here it would be nothing at all, and green
        raise GateError("this clone has no default branch, so the start of the change cannot be known", hint=_FULL)
    if len(repository.run("for-each-ref", "--format=x", "refs/heads", "refs/remotes").split()) > 1:
        raise GateError(
            "this repository has several branches and none of the usual default names, so the start of the change "
            "cannot be known",
            hint="name the branch that the change goes to: --base BRANCH; or set it: git remote set-head origin --auto",
        )
    return Base(commit=head, how="the last commit, as there is only this branch")


def _from_event(repository: Repository, event: Event) -> Base | None:
    match event.kind:
        case "merge_group":
            return Base(commit=_present(repository, event.base), how="the base of the merge group")
        case "pull_request" | "pull_request_target":
            parents = _written_parents(repository)
            if event.kind == "pull_request" and len(parents) == 2 and event.head == commit_of(repository, "HEAD"):  # noqa: PLR2004
                return Base(
                    commit=_present(repository, parents[0]), how="the first parent of the pull request's merge commit"
                )
            branch = f"origin/{event.base_ref}"
            if event.base_ref and repository.ask("rev-parse", "--verify", "--quiet", f"{branch}^{{commit}}"):
                return _merge_base(repository, commit_of(repository, branch), branch)
            return _merge_base(
                repository, _present(repository, event.base), f"the pull request's base {event.base[:12]}"
            )
        case "push" if event.before.strip("0"):
            return Base(commit=_present(repository, event.before), how="the tip of the branch before this push")
    return None


def _written_parents(repository: Repository) -> list[str]:
    """The parents that stand in the commit itself: a shallow clone hides them, but does not rewrite it."""
    content = repository.run("cat-file", "commit", "HEAD").decode("utf-8", "replace")
    header = content.partition("\n\n")[0].splitlines()
    return [line.removeprefix("parent ") for line in header if line.startswith("parent ")]


def _present(repository: Repository, commit: str) -> str:
    if not commit or repository.ask("cat-file", "-t", commit) != "commit":
        raise GateError(
            f"the base commit {commit[:12] or '(none named)'} is not in this clone, so what is new cannot be known",
            hint="in the workflow, give actions/checkout `fetch-depth: 2` for pull requests, or `fetch-depth: 0`",
        )
    return commit


def _merge_base(repository: Repository, other: str, name: str) -> Base:
    found = repository.ask("merge-base", "HEAD", other)
    if found:
        return Base(commit=found, how=f"the merge base with {name}")
    if _is_shallow(repository):
        raise GateError(f"this shallow clone does not reach the merge base with {name}", hint=_FULL)
    raise GateError(
        f"HEAD and {name} have no common commit", hint="name another base with --base, or compare with a file"
    )


def _is_shallow(repository: Repository) -> bool:
    return repository.ask("rev-parse", "--is-shallow-repository") == "true"

"""The base of a change: the commit it started from, or a plain word that it cannot be known."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.errors import GateError
from sluicegate.revision.common import common, merges_between
from sluicegate.revision.fetch import Reach, commit_here, fetch_commit, fetch_files, is_shallow
from sluicegate.revision.git import Repository
from sluicegate.text import one_line

_DEFAULT_BRANCHES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
_FULL = "in the workflow, give actions/checkout `fetch-depth: 0`; on a laptop, run `git fetch --unshallow`"
_TWO = "in the workflow, give actions/checkout `fetch-depth: 2` for pull requests, or `fetch-depth: 0`"
_ELSEWHERE = re.compile(r"(?!HEAD$|@$)(?!-)(?!.*(?:\.\.|@\{|//))[^\s\x00-\x20\x7f~^:?*\[\\]{1,255}")
"""The names that mean the same on the hosting service as here: branches, tags, whole commits."""

NOWHERE = Reach()
"""Nothing beyond the clone: on a laptop, and in a commit hook."""


class Base(Struct, frozen=True, kw_only=True):
    """The commit a change is compared with, and how it was found, in words.

    `commit` is empty where nothing comes before the change, so that all of it is new.
    """

    commit: str
    how: str


class Event(Struct, frozen=True, kw_only=True):
    """What the CI says of the change; empty where it says nothing.

    `kind` is its name for the event (`pull_request`, `merge_group`, `push`) and `ref` what was pushed or run;
    `base` and `base_ref` are the commit and the branch that the change goes to, `tip` the last commit of the pull
    request; `before` is what stood at the ref before a push, `head` the commit that the job is about;
    `default_branch` is the repository's. `stranger`: the change comes from another repository, and the job has the
    rights of this one.
    """

    kind: str
    ref: str = ""
    base: str = ""
    base_ref: str = ""
    tip: str = ""
    before: str = ""
    head: str = ""
    default_branch: str = ""
    stranger: bool = False


class _Change(Struct, frozen=True, kw_only=True):
    """What is checked out, what the CI says of it, and how far one may go."""

    repository: Repository
    head: str
    event: Event | None
    reach: Reach


def commit_of(repository: Repository, name: str) -> str:
    """The commit that a name stands for. Raises GateError with the next step when there is none."""
    found = commit_here(repository, name)
    if found is None:
        fetch = shlex.join(["git", "fetch", "origin", one_line(name).removeprefix("origin/")])
        raise GateError(
            f"the revision {one_line(name)} does not exist in this clone",
            hint=f"this clone is shallow: {_FULL}"
            if is_shallow(repository)
            else f"check the spelling, or fetch it first: {fetch}",
        )
    return found


def find_base(
    repository: Repository, wanted: str | None = None, event: Event | None = None, reach: Reach = NOWHERE
) -> Base:
    """The base of the change that is checked out.

    In this order: the merge base with the revision that the user names; what the CI event says; the merge base with the
    default branch. What the clone does not hold is asked for beyond it as far as `reach` goes. Raises GateError where
    the base cannot be known.
    """
    head = commit_here(repository, "HEAD")
    if head is None:
        return Base(commit="", how="the repository has no commit yet")
    change = _Change(repository=repository, head=head, event=event, reach=reach)
    if wanted:
        found = _wanted(change, wanted)
    elif event:
        found = _recorded(change, event) or _of_event(change, event) or _of_default_branch(change)
    else:
        found = _of_default_branch(change)
    if found.commit:
        fetch_files(repository, found.commit, reach)
    return found


def _wanted(change: _Change, wanted: str) -> Base:
    tip, name = commit_here(change.repository, wanted), one_line(wanted)
    if tip:
        return _merge_base(change, tip, name, wanted.removeprefix("origin/"))
    other = wanted.removeprefix("origin/")
    if change.reach.merge_base and _ELSEWHERE.fullmatch(other):
        return _told(change, other, f"the revision {name} does not exist in this clone")
    return Base(commit=commit_of(change.repository, wanted), how="")  # which raises, with the next step


def _recorded(change: _Change, event: Event) -> Base | None:
    """The base of a submodule: the event speaks of the repository around it, whose base records a commit of it."""
    around = change.repository.ask("rev-parse", "--show-superproject-working-tree")
    if not around:
        return None
    outer = Repository(root=Path(around))
    found = find_base(outer, event=event, reach=change.reach)
    path = os.path.relpath(change.repository.root.resolve(), outer.root.resolve())
    entry = outer.lines("ls-tree", "-z", found.commit, "--", Path(path).as_posix()) if found.commit else []
    mode, _, commit = entry[0].partition("\t")[0].split() if entry else ("", "", "")
    if mode not in ("", "160000"):
        raise GateError(
            "the base of the repository around it has files of its own where this submodule is, so that both cannot be "
            "compared",
            hint="run at the top of the repository around, which tells what is gone; where one file is judged, "
            "`base = FILE` names the one to compare it with",
        )
    if not mode:
        return Base(commit="", how="the base of the repository around this submodule does not have it yet")
    return _exactly(
        change, commit, f"what the repository around this submodule records at its base: {found.how}", _FULL
    )


def _of_event(change: _Change, event: Event) -> Base | None:
    match event.kind:
        case "merge_group":
            return _exactly(change, event.base, "the base of the merge group", _FULL)
        case "push":
            return _of_push(change, event)
        case kind if kind.startswith("pull_request"):
            return _of_pull_request(change, event)
    return None


def _of_pull_request(change: _Change, event: Event) -> Base:
    head, parents = change.head, _written_parents(change.repository)
    if event.kind == "pull_request_target" and head == event.head != event.tip:
        raise GateError(
            "on pull_request_target the base branch is checked out, so nothing of the pull request is here to judge",
            hint="run the check `on: pull_request`, which works for forks too; or give actions/checkout "
            "`ref: refs/pull/${{ github.event.number }}/merge`, `fetch-depth: 2` and `persist-credentials: false`",
        )
    of_github = event.kind != "pull_request_target" and head == event.head
    if len(parents) == 2 and (of_github or parents[1] == event.tip):  # noqa: PLR2004 - a merge of two
        return _exactly(change, parents[0], "the first parent of the pull request's merge commit", _TWO)
    if not event.base_ref:
        raise GateError("the event names no branch that the pull request goes to", hint="name it: --base origin/BRANCH")
    found = _of_branch(change, event.base_ref)
    if found.commit != head:
        return found
    merged = _of_merged(change, event)
    if merged:
        return merged
    raise GateError(
        f"the commit that is checked out belongs to {event.base_ref} already, so nothing of the pull request is here "
        "to judge",
        hint="let actions/checkout take its default `ref`, or `${{ github.event.pull_request.head.sha }}`",
    )


def _of_merged(change: _Change, event: Event) -> Base | None:
    """The base of a pull request that is merged already: the merge base with the commit that the event names as base.

    That one may be older than the branch was, never newer. Where the pull request took its base branch in since, it is
    too old to be asked.
    """
    how = "the base that the event names, as the pull request is merged already"
    tip = commit_here(change.repository, event.base)
    found = common(change.repository, change.head, tip) if tip else None
    if tip and found:
        if found.commit == change.head or merges_between(change.repository, tip, change.head):
            return None
        return Base(commit=found.commit, how=f"the merge base with {tip[:12]}, {how}")
    if not event.base or not is_shallow(change.repository):
        return None
    told = _told(change, event.base, "this shallow clone does not reach the base that the event names")
    return replace(told, how=f"{told.how}: {how}") if told.commit != change.head else None


def _of_push(change: _Change, event: Event) -> Base | None:
    if not event.before:
        return None
    on_default = bool(event.default_branch) and event.ref == f"refs/heads/{event.default_branch}"
    if not event.before.strip("0"):
        if not on_default:
            return None
        return Base(commit="", how="this is the first push of the default branch, so nothing comes before it")
    try:
        return _exactly(change, event.before, "the tip of the branch before this push", _FULL)
    except GateError as error:
        if on_default:
            raise
        try:
            found = _of_default_branch(change)
        except GateError as other:
            raise error from other
        return replace(found, how=f"{found.how}, since the tip before this push cannot be had")


def _of_default_branch(change: _Change) -> Base:
    repository, event = change.repository, change.event
    # where the CI names the default branch, one that only happens to be called main is not asked
    told = event.default_branch if event else ""
    for branch in (f"origin/{told}",) if told else _DEFAULT_BRANCHES:
        tip = commit_here(repository, branch)
        if tip == change.head:
            return Base(commit=tip, how=f"the last commit, which is the tip of {branch}")
        if tip:
            return _merge_base(change, tip, branch, told)
    lacking = "this clone has no default branch, so the start of the change cannot be known"
    if told:
        return _told(change, told, lacking)
    if event or is_shallow(repository):
        # on a laptop the uncommitted work is the change; here it would be nothing at all, and green
        raise GateError(lacking, hint=_FULL)
    if len(repository.run("for-each-ref", "--format=x", "refs/heads", "refs/remotes").split()) > 1:
        raise GateError(
            "this repository has several branches and none of the usual default names, so the start of the change "
            "cannot be known",
            hint="name the branch that the change goes to: --base BRANCH; or set it: git remote set-head origin --auto",
        )
    return Base(commit=change.head, how="the last commit, as there is only this branch")


def _of_branch(change: _Change, branch: str) -> Base:
    name = f"origin/{branch}"
    tip = commit_here(change.repository, name)
    if tip:
        return _merge_base(change, tip, name, branch)
    return _told(change, branch, f"this clone does not have {name}, so the merge base with it cannot be known")


def _merge_base(change: _Change, tip: str, name: str, elsewhere: str) -> Base:
    """The merge base with a commit that is here; `elsewhere` is what the hosting service calls it."""
    found = common(change.repository, change.head, tip)
    if found:
        which = "the merge base" if found.among == 1 else f"the newest of {found.among} merge bases"
        return Base(commit=found.commit, how=f"{which} with {name}")
    if not is_shallow(change.repository):
        raise GateError(
            f"HEAD and {name} have no common commit", hint="name another base with --base, or compare with a file"
        )
    return _told(change, elsewhere, f"this shallow clone does not reach the merge base with {name}")


def _told(change: _Change, other: str, lacking: str) -> Base:
    """The merge base as the hosting service tells it. Raises GateError that begins with what the clone lacks."""
    if change.reach.merge_base is None or not _ELSEWHERE.fullmatch(other):
        raise GateError(lacking, hint=_FULL)
    try:
        commit = change.reach.merge_base(other, change.head)
    except GateError as error:
        raise GateError(f"{lacking}, and {error.message}", hint=". ".join(filter(None, (_FULL, error.hint)))) from error
    return _exactly(change, commit, f"the merge base with {one_line(other)}, told by the API", _FULL)


def _exactly(change: _Change, commit: str, how: str, add: str) -> Base:
    """The base that is known to be this commit, fetched where it may be. Raises GateError with the line to add."""
    found = commit_here(change.repository, commit)
    if found:
        return Base(commit=found, how=how)
    why = ""
    if change.reach.fetch and commit:
        try:
            return Base(commit=fetch_commit(change.repository, commit, change.reach), how=f"{how}, fetched")
        except GateError as error:
            why = f"; {error.message}"
    raise GateError(
        f"the base commit {commit[:12] or '(none named)'} is not in this clone, so what is new cannot be known{why}",
        hint=add,
    )


def _written_parents(repository: Repository) -> list[str]:
    """The parents that stand in the commit itself: a shallow clone hides them, but does not rewrite it."""
    content = repository.run("cat-file", "commit", "HEAD").decode("utf-8", "replace")
    header = content.partition("\n\n")[0].splitlines()
    return [line.removeprefix("parent ") for line in header if line.startswith("parent ")]

"""What a clone lacks and a run may bring in: one commit, or the files of one, and nothing else."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable

from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.revision.git import Repository, environment
from sluicegate.text import one_line, shorten

_PROTOCOLS = ("file", "http", "https", "ssh")
_SETTINGS = (
    "-c", "gc.auto=0",
    "-c", "maintenance.auto=false",
    "-c", "fetch.writeCommitGraph=false",
    "-c", "fetch.fsckObjects=true",
    "-c", "credential.interactive=false",
    "-c", "http.lowSpeedLimit=1000",
    "-c", "http.lowSpeedTime=20",
)  # fmt: skip
_OPTIONS = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance")
_ROUNDS = 4  # the commit's tree, the trees in it, the files; and one to spare
_GRACE = 5
_ANY = re.compile(r"://[^/\s@]+@")
_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class Reach(Struct, frozen=True, kw_only=True):
    """How far beyond the clone the search for a base may go; by default not at all.

    With `fetch`, git may bring one commit from the remote `origin`, in `seconds` at most. `merge_base` asks the hosting
    service for the merge base of a branch (or commit) and a commit; it raises GateError where there is no answer.
    """

    fetch: bool = False
    merge_base: Callable[[str, str], str] | None = None
    seconds: float = 60


def commit_here(repository: Repository, name: str) -> str | None:
    """The commit that a name stands for, a tag peeled, or None where this clone does not have it."""
    if not name or name.startswith("-"):
        return None
    found = repository.ask("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    return found if found and repository.ask("cat-file", "-t", found) == "commit" else None


def is_shallow(repository: Repository) -> bool:
    """Whether the history of this clone was cut off."""
    return repository.ask("rev-parse", "--is-shallow-repository") == "true"


def fetch_commit(repository: Repository, commit: str, reach: Reach) -> str:
    """Bring one commit into the clone and give its name. Raises GateError that says why it could not.

    A shallow clone gets that commit alone. A full clone stays full, since a depth would cut its history off.
    """
    if not _ID.fullmatch(commit):
        raise GateError("no commit is named that could be fetched")
    if not reach.fetch:
        raise GateError("nothing is fetched here")
    depth = ("--depth=1",) if is_shallow(repository) else ()
    said = ""
    for _ in range(3):
        said = _fetch(repository, reach, (*depth, "origin", commit))
        found = commit_here(repository, commit)
        if found:
            return found
        if ".lock'" not in said:  # which another fetch in the same clone holds
            break
        time.sleep(1)
    raise GateError(f"`git fetch` did not bring it: {said or 'it gave no reason'}")


def fetch_files(repository: Repository, commit: str, reach: Reach) -> None:
    """In a partial clone, bring the files of a commit that are missing here, in one go.

    What cannot be had is no error yet: reading it will be one.
    """
    if not reach.fetch or repository.ask("config", "--type=bool", "--get", "remote.origin.promisor") != "true":
        return
    for _ in range(_ROUNDS):
        try:
            listed = repository.run(
                "rev-list", "--objects", "--no-object-names", "--missing=print", "--no-walk", commit
            )
        except GateError:
            return
        missing = [line[1:] for line in listed.decode().split("\n") if line.startswith("?")]
        if not missing:
            return
        options = ("--filter=blob:none", "--stdin", "origin")
        if _fetch(repository, reach, options, "".join(f"{name}\n" for name in missing)):
            return


def _fetch(repository: Repository, reach: Reach, arguments: tuple[str, ...], names: str = "") -> str:
    """Run one `git fetch` within its time; gives git's reason where it failed, else nothing."""
    allowed = os.environ.get("GIT_ALLOW_PROTOCOL")
    protocols = [each for each in _PROTOCOLS if allowed is None or each in allowed.split(":")]
    # a partial clone asks the remote in the middle of a fetch too, for what a delta rests on
    told = {**environment(), "GIT_ALLOW_PROTOCOL": ":".join(protocols), "GIT_NO_LAZY_FETCH": "0"}
    child = subprocess.Popen(
        repository.command(*_SETTINGS, "-c", "fetch.negotiationAlgorithm=noop", "fetch", *_OPTIONS, *arguments)
        if names
        else repository.command(*_SETTINGS, "fetch", *_OPTIONS, *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=told,
        start_new_session=True,  # so that the helpers of git end with it
    )
    try:
        _, raw = child.communicate(names.encode(), timeout=reach.seconds)
    except subprocess.TimeoutExpired:
        _end(child)
        return f"it took more than {reach.seconds:g} s"
    except BaseException:
        _end(child)
        raise
    if child.returncode == 0:
        return ""
    lines = [line for line in raw.decode("utf-8", "replace").splitlines() if line.strip()]
    told_lines = [line for line in lines if line.startswith(("fatal:", "error:", "remote:"))] or lines
    return shorten(one_line(_ANY.sub("://***@", told_lines[0] if told_lines else f"exit {child.returncode}")), 200)


def _end(child: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":
        os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
    for pipe in (child.stdin, child.stderr):
        if pipe is not None:
            pipe.close()
    child.wait(_GRACE)

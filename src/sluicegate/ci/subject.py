"""What a publication is about, by the word of the event and of the caller; the Run has no say in it.

A job of `workflow_run` publishes an artifact that a fork may have made. So the commit, the pull request and the branch
are read from the event alone, which GitHub writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.ci.api import PUBLIC, safe_address
from sluicegate.ci.github import BRANCH, COMMIT, REPOSITORY, event_of, matching, number, table
from sluicegate.errors import UserError
from sluicegate.text import one_line, shorten

_OWNER = re.compile(r"[\w-]{1,100}")
_PULL = re.compile(r"refs/pull/\d{1,12}/(?:merge|head)")
_REF = re.compile(r"refs/[^\s\x00-\x20\x7f~^:?*\[\\]{1,250}")


class Subject(Struct, frozen=True, kw_only=True):
    """A commit of a repository, and the pull request that it is the head of, where it is one.

    `sha` is the commit that people look at. `judged` are the commits that a Run may name: that one, and what the job
    has checked out in its place. `analysed` and `ref` are what code scanning is told. `head` is `owner:branch`, by
    which the pull request is found where the event does not number it. `apart` says that another workflow made the Run.
    `details` is the page of the job, `workspace` the address of the folder that was judged.
    """

    repository: str
    sha: str
    judged: frozenset[str]
    analysed: str
    ref: str = ""
    pull_request: int | None = None
    head: str = ""
    apart: bool = False
    details: str = ""
    workspace: str = ""


def subject_of(
    environ: Mapping[str, str],
    *,
    repository: str = "",
    expect_sha: str = "",
    pull_request: int | None = None,
) -> Subject:
    """What the job's event says, with the caller's word before it.

    Raises UserError where the repository or the commit is not known, GateError where the event cannot be read.
    """
    for given, pattern, option in ((repository, REPOSITORY, "--repository"), (expect_sha, COMMIT, "--expect-sha")):
        if given and not pattern.fullmatch(given):
            kind = "OWNER/NAME" if option == "--repository" else "a whole commit in small letters"
            raise UserError(f"{option} {one_line(shorten(given, 100))} is not {kind}")
    found = _of_event(environ) if environ.get("GITHUB_ACTIONS") == "true" else _nothing()
    if repository and repository != found.repository:
        found = replace(_nothing(), repository=repository)
    if expect_sha and expect_sha not in found.judged:
        found = replace(found, sha=expect_sha, judged=frozenset({expect_sha}), analysed=expect_sha, ref="")
    if pull_request:
        found = replace(found, pull_request=pull_request)
    if not found.repository:
        raise UserError("it is not known which repository to publish to", hint="name it: --repository OWNER/NAME")
    if not found.sha:
        raise UserError(
            "it is not known which commit the Run has to be about",
            hint="name it: --expect-sha, in CI from the event and never from the Run",
        )
    return found if found.ref or not found.pull_request else replace(found, ref=f"refs/pull/{found.pull_request}/head")


def api_address(environ: Mapping[str, str]) -> str:
    """Where the API is. Raises UserError for an address that a token must not be sent to."""
    address = (environ.get("GITHUB_API_URL") or PUBLIC).rstrip("/")
    if not safe_address(address):
        raise UserError(
            f"GITHUB_API_URL {one_line(shorten(address, 100))} is not an https address",
            hint="such as https://HOST/api/v3; leave it out for github.com",
        )
    return address


def _nothing() -> Subject:
    return Subject(repository="", sha="", judged=frozenset(), analysed="")


def _of_event(environ: Mapping[str, str]) -> Subject:
    event = event_of(environ.get("GITHUB_EVENT_PATH", ""))
    kind = environ.get("GITHUB_EVENT_NAME", "")
    told = Subject(
        repository=matching(REPOSITORY, environ.get("GITHUB_REPOSITORY")),
        sha=matching(COMMIT, environ.get("GITHUB_SHA")),
        judged=frozenset(),
        analysed="",
        ref=matching(_REF, environ.get("GITHUB_REF")),
        workspace=_workspace(environ.get("GITHUB_WORKSPACE", "")),
        details=_job(environ, environ.get("GITHUB_RUN_ID", "")),
    )
    if kind == "workflow_run":
        return _of_workflow_run(told, table(event, "workflow_run"), environ)
    if kind in ("pull_request", "pull_request_target"):
        pull = table(event, "pull_request")
        head = matching(COMMIT, table(pull, "head").get("sha"))
        # the merge commit of the two, which the job has checked out; of pull_request_target that is not GITHUB_SHA
        merged = bool(_PULL.fullmatch(told.ref))
        return replace(
            told,
            sha=head,
            judged=frozenset(filter(None, (head, told.sha if merged else ""))),
            analysed=told.sha if merged else head,
            ref=told.ref if merged else "",
            pull_request=number(pull.get("number")),
        )
    return replace(told, judged=frozenset(filter(None, (told.sha,))), analysed=told.sha)


def _of_workflow_run(told: Subject, made: Mapping[str, Any], environ: Mapping[str, str]) -> Subject:
    """The head of the run that made the Run: the event numbers its pull request only where no fork is concerned."""
    sha = matching(COMMIT, made.get("head_sha"))
    branch = matching(BRANCH, made.get("head_branch"))
    home = table(made, "head_repository")
    owner = matching(_OWNER, table(home, "owner").get("login"))
    pulled = made.get("event") in ("pull_request", "pull_request_target")
    ours = home.get("full_name") == told.repository
    return replace(
        told,
        sha=sha,
        judged=frozenset(filter(None, (sha,))),
        analysed=sha,
        ref=f"refs/heads/{branch}" if branch and ours and not pulled else "",
        head=f"{owner}:{branch}" if owner and branch and pulled else "",
        apart=True,
        details=_job(environ, str(number(made.get("id")) or "")),
        workspace="",
    )


def _job(environ: Mapping[str, str], run_id: str) -> str:
    """The page of a workflow run."""
    server = (environ.get("GITHUB_SERVER_URL") or "https://github.com").rstrip("/")
    repository = matching(REPOSITORY, environ.get("GITHUB_REPOSITORY"))
    if not safe_address(server) or not repository or not re.fullmatch(r"\d{1,20}", run_id):
        return ""
    return f"{server}/{repository}/actions/runs/{run_id}"


def _workspace(folder: str) -> str:
    return Path(folder).as_uri() if folder and Path(folder).is_absolute() else ""

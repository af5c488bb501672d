"""One publication: a Run, what it is about, and the API; and whether the Run may be believed to be about that."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from sluicegate.ci.api import Api, ApiError
from sluicegate.ci.subject import Subject
from sluicegate.errors import GateError
from sluicegate.model import Run
from sluicegate.report.view import uncommitted
from sluicegate.text import one_line, shorten

NAME = "sluicegate"
"""What a publication is called where nobody names it."""


class SkippedError(GateError):
    """There is nothing to publish to, or it is not the time for it."""


@dataclass(slots=True, kw_only=True)
class Publication:
    """What every publisher gets.

    `name` keeps publications of one commit apart. `per_gate` asks for one status for each gate beside the one of the
    run.
    """

    run: Run
    subject: Subject
    api: Api
    name: str = NAME
    per_gate: bool = False
    _pull: int | None = field(default=None, init=False)
    _viewer: int | None = field(default=None, init=False)

    @property
    def repository(self) -> str:
        """The path of the repository."""
        return f"/repos/{self.subject.repository}"

    def pull_request(self) -> int:
        """The pull request whose head is the commit, by GitHub's word of this moment.

        Raises SkippedError where there is none, or where it has moved on: an older verdict must not cover a newer one.
        Raises ApiError.
        """
        if self._pull is None:
            self._pull = self._numbered(self.subject.pull_request) if self.subject.pull_request else self._found()
        return self._pull

    def mine(self, item: dict[str, Any]) -> bool:
        """Whether the token's own account has written a comment. Raises ApiError."""
        if self._viewer is None:
            self._viewer = self.api.viewer()[0]
        user = item.get("user")
        return isinstance(user, dict) and user.get("id") == self._viewer

    def _numbered(self, number: int) -> int:
        pull = self.api.ask("GET", f"{self.repository}/pulls/{number}").table()
        if not _heads(pull, self.subject.sha):
            raise SkippedError(f"pull request #{number} has moved on from commit {self.subject.sha[:12]}")
        return number

    def _found(self) -> int:
        if not self.subject.head:
            raise SkippedError("the event is about no pull request")
        query = f"state=open&head={quote(self.subject.head, safe='')}"
        pulls = self.api.ask("GET", f"{self.repository}/pulls?{query}&per_page=100").json()
        numbers = [pull.get("number") for pull in pulls if _heads(pull, self.subject.sha)] if pulls else []
        known = [number for number in numbers if isinstance(number, int)]
        if not known:
            raise SkippedError(f"no open pull request has commit {self.subject.sha[:12]} for its head any more")
        if len(known) > 1:
            told = ", ".join(f"#{number}" for number in known)
            raise SkippedError(
                f"the pull requests {told} have the same head", hint="name one: --pull-request N, from a trusted place"
            )
        return known[0]


def check_about(run: Run, subject: Subject, api: Api) -> None:
    """Refuse a Run that is about another commit, or about files that the commit has not. Raises GateError, ApiError.

    A job of `pull_request` checks out a merge commit that GitHub made; that it has the expected commit for a parent is
    GitHub's to say, and not the Run's.
    """
    said = run.revision.head_commit or ""
    _check_committed(run)
    if said and said in subject.judged:
        return
    about = f"commit {one_line(shorten(said, 64))}" if said else "no commit"
    refusal = GateError(
        f"the Run is about {about}, and not about {subject.sha}",
        hint="publish the Run that was made for this commit",
    )
    if not _is_commit(said) or not (subject.pull_request or subject.head):
        raise refusal
    try:
        commit = api.ask("GET", f"/repos/{subject.repository}/git/commits/{said}").table()
    except ApiError as error:
        if error.status in (404, 409, 422):
            raise refusal from None
        raise
    parents = commit.get("parents")
    shas = [one.get("sha") for one in parents if isinstance(one, dict)] if isinstance(parents, list) else []
    if len(shas) != 2 or subject.sha not in shas:  # noqa: PLR2004 - a merge of two
        raise refusal


def _check_committed(run: Run) -> None:
    """Refuse a Run that judged what its commit has not. Raises GateError."""
    files = run.revision.uncommitted
    if files:
        raise GateError(
            f"the Run was made {uncommitted(run)}, so it says nothing of the commit",
            hint="commit them and run again; in a job, check before the step that changes or makes them, or let git "
            "ignore what a build makes",
        )
    if files is None:
        raise GateError(
            "the Run does not say whether it judged what the commit has, so it says nothing of the commit",
            hint="make it with this version of Sluicegate, inside a git repository",
        )


def _heads(pull: Any, sha: str) -> bool:
    head = pull.get("head") if isinstance(pull, dict) else None
    return isinstance(head, dict) and head.get("sha") == sha


def _is_commit(text: str) -> bool:
    return len(text) in (40, 64) and not set(text) - set("0123456789abcdef")

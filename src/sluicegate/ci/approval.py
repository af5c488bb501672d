"""Whether a code owner approved what a change loosens: asked of GitHub's reviews, about the very commit that is judged.

A later review of the same person replaces an earlier one, as in GitHub's own count; comments say nothing. Who wrote the
pull request does not count, whatever the owners' file says. Source: REST API, "List reviews for a pull request".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from msgspec import Struct

from sluicegate.ci.api import PUBLIC, Api, ApiError
from sluicegate.ci.compare import token_in
from sluicegate.ci.github import COMMIT, GitHub, matching, table
from sluicegate.engine import Approval, Approve
from sluicegate.errors import SluicegateError
from sluicegate.revision.owners import Owners
from sluicegate.text import one_line

_SECONDS = 30
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:\[bot\])?")
_REPOSITORY = re.compile(r"(?!\.)[\w.-]{1,100}/(?!\.)[\w.-]{1,100}")
_DECIDING = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")
_NEEDS = "the job needs `permissions: pull-requests: read` and `GITHUB_TOKEN: ${{ github.token }}` in its env"


class Reviews(Struct, frozen=True, kw_only=True):
    """Where the reviews of one pull request are, and the commit that they have to be about."""

    address: str
    repository: str
    number: int
    head: str
    token: str = ""

    def approval(self, paths: Sequence[str], owners: Owners) -> Approval:
        """Whether each path has an owner, not the author, who approved the commit; in words what is missing."""
        try:
            with Api(base=self.address, token=self.token, seconds=_SECONDS, pause=0.5, tries=3) as api:
                author, approving = self._asked(api)
                missing = [path for path in paths if not self._owned(api, owners.of(path), approving)]
        except ApiError as error:
            return Approval(given=False, words=f"whether it is approved is not known: {error.message}; {_NEEDS}")
        if missing:
            named = ", ".join(f"{one_line(path)} ({_named(owners.of(path))})" for path in missing[:3])
            by = f"; {', '.join(sorted(approving))} approved {self.head[:12]}" if approving else ""
            return Approval(given=False, words=f"no code owner but the author {author} approved {named}{by}")
        return Approval(given=True, words=f"approved by {', '.join(sorted(approving))} at {self.head[:12]}")

    def _asked(self, api: Api) -> tuple[str, set[str]]:
        """The author, and who approved this very commit and has not taken it back. Raises ApiError."""
        pull = api.ask("GET", f"/repos/{self.repository}/pulls/{self.number}").table()
        if table(pull, "head").get("sha") != self.head:
            raise ApiError(f"the pull request has moved on from {self.head[:12]}")
        author = matching(_LOGIN, table(pull, "user").get("login"))
        if not author:
            raise ApiError("GitHub's API does not name the author of the pull request")
        last: dict[str, Mapping[str, Any]] = {}
        for review in api.items(f"/repos/{self.repository}/pulls/{self.number}/reviews"):
            login = matching(_LOGIN, table(review, "user").get("login"))
            if login and review.get("state") in _DECIDING:
                last[login] = review
        agreed = {
            login
            for login, review in last.items()
            if review.get("state") == "APPROVED" and review.get("commit_id") == self.head
        }
        return author, {login for login in agreed if login.lower() != author.lower()}

    def _owned(self, api: Api, owners: Sequence[str], approving: set[str]) -> bool:
        """Whether one of the approving is an owner by name or by team. Raises ApiError where a team keeps silent."""
        names = {owner.removeprefix("@").lower() for owner in owners if "/" not in owner}
        if any(login.lower() in names for login in approving):
            return True
        for team in (owner.removeprefix("@").split("/") for owner in owners if owner.startswith("@") and "/" in owner):
            organisation, slug = (quote(part, safe="") for part in team)
            for login in sorted(approving):
                try:
                    member = api.ask("GET", f"/orgs/{organisation}/teams/{slug}/memberships/{login}").table()
                except ApiError as error:
                    if error.status == 404:  # noqa: PLR2004 - not found: no member, or not for this token to know
                        continue
                    raise
                if member.get("state") == "active":
                    return True
        return False


def approve_of(environ: Mapping[str, str], job: GitHub | None) -> Approve | None:
    """What `[policy]` asks for approvals in a job of a pull request; None where nobody can be asked."""
    if job is None or job.pull_request is None or not job.event.kind.startswith("pull_request"):
        return None
    repository = matching(_REPOSITORY, job.repository)
    head = matching(COMMIT, job.event.tip)
    if not repository or not head:
        return None
    reviews = Reviews(
        address=(environ.get("GITHUB_API_URL") or PUBLIC).rstrip("/"),
        repository=repository,
        number=job.pull_request,
        head=head,
        token=token_in(environ),
    )

    def approve(paths: Sequence[str], there: Owners) -> Approval:
        try:
            return reviews.approval(paths, there)
        except SluicegateError as error:
            return Approval(given=False, words=f"whether it is approved is not known: {error.message}")

    return approve


def _named(owners: Sequence[str]) -> str:
    return f"owned by {' '.join(map(one_line, owners))}" if owners else "CODEOWNERS at the base names nobody for it"

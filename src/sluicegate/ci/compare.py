"""What GitHub itself knows of a merge base, for clones that are too shallow to know it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from sluicegate.ci.api import PUBLIC, Api, ApiError, safe_address
from sluicegate.errors import GateError
from sluicegate.revision import NOWHERE, Reach

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REPOSITORY = re.compile(r"(?!\.)[\w.-]{1,100}/(?!\.)[\w.-]{1,100}")
TOKENS = ("SLUICEGATE_TOKEN", "GITHUB_TOKEN", "GH_TOKEN")
"""The variables that may hold a token; the first is the Action's own, and no gate gets to see it."""

_LIMIT = 32 << 20  # an answer holds the patches of up to 300 files
_TRIES = 3
_NEEDS_TOKEN = "in the step's env, set `GITHUB_TOKEN: ${{ github.token }}`, which needs `permissions: contents: read`"  # noqa: S105 - a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareApi:
    """The endpoint of one repository that compares two commits. The token is sent, and shown nowhere.

    `seconds` bounds one call with its retries, `pause` is what is waited before the first of them.
    """

    api: str
    repository: str
    token: str = field(default="", repr=False)
    seconds: float = 20
    pause: float = 1

    def merge_base(self, base: str, head: str) -> str:
        """The merge base of a branch or commit and a commit. Raises GateError that says why there is no answer."""
        place = f"/repos/{self.repository}/compare/{quote(base, safe='')}...{quote(head, safe='')}?per_page=1"
        api = Api(base=self.api, token=self.token, seconds=self.seconds, pause=self.pause, tries=_TRIES, limit=_LIMIT)
        try:
            with api:
                return _commit_in(api.ask("GET", place).body)
        except ApiError as error:
            status, hint = error.status, error.hint
            # the number is enough here, and the same from every kind of server
            said = f"GitHub's API answered with HTTP {status}" if status >= 400 else error.message  # noqa: PLR2004
        without = status in {401, 403, 404, 429} and not self.token
        raise GateError(f"{said}{', without a token' if without else ''}", hint=_NEEDS_TOKEN if without else hint)


def reach_of(environ: Mapping[str, str]) -> Reach:
    """How far a run with this environment may go for its base: in a job of GitHub Actions to its remote and its API.

    Elsewhere nowhere: neither a laptop nor a commit hook waits for a network that nobody asked for.
    """
    if environ.get("GITHUB_ACTIONS") != "true":
        return NOWHERE
    api = (environ.get("GITHUB_API_URL") or PUBLIC).rstrip("/")
    repository = environ.get("GITHUB_REPOSITORY", "")
    if not safe_address(api) or not _REPOSITORY.fullmatch(repository):
        return Reach(fetch=True)
    return Reach(fetch=True, merge_base=CompareApi(api=api, repository=repository, token=token_in(environ)).merge_base)


def token_in(environ: Mapping[str, str]) -> str:
    """The token of a job: the Action's input before what the step's environment holds; empty where there is none."""
    return next((environ[name].strip() for name in TOKENS if environ.get(name, "").strip()), "")


def _commit_in(body: bytes) -> str:
    try:
        answer = json.loads(body)
        commit = answer["merge_base_commit"]["sha"]
    except (ValueError, KeyError, TypeError, RecursionError):
        commit = None
    if not isinstance(commit, str) or not _COMMIT.fullmatch(commit):
        raise GateError("GitHub's API answered with something that names no merge base")
    return commit

"""What GitHub itself knows of a merge base, for clones that are too shallow to know it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from sluicegate.errors import GateError
from sluicegate.revision import NOWHERE, Reach

if TYPE_CHECKING:
    import httpx

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REPOSITORY = re.compile(r"(?!\.)[\w.-]{1,100}/(?!\.)[\w.-]{1,100}")
_TOKEN = re.compile(r"[\x21-\x7e]{1,4096}")
_LIMIT = 32 << 20  # an answer holds the patches of up to 300 files
_AGAIN = frozenset({429, 500, 502, 503, 504})
_TRIES = 3
_PUBLIC = "https://api.github.com"
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
        try:
            import httpx
        except ImportError:
            raise GateError(
                "GitHub's API was not asked, as httpx is not installed", hint="install sluicegate[publish]"
            ) from None
        if self.token and not _TOKEN.fullmatch(self.token):
            raise GateError("GitHub's API was not asked, as GITHUB_TOKEN holds what no token can hold")
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        place = f"{self.api}/repos/{self.repository}/compare/{quote(base, safe='')}...{quote(head, safe='')}?per_page=1"
        end = time.monotonic() + self.seconds
        said = ""
        with httpx.Client(timeout=self.seconds, follow_redirects=True, max_redirects=3, headers=headers) as client:
            for attempt in range(_TRIES):
                try:
                    status, body = _get(client, place, end)
                except (httpx.HTTPError, httpx.InvalidURL) as error:
                    status, body, said = 0, b"", f"could not be asked ({type(error).__name__})"
                if status == 200:  # noqa: PLR2004 - OK
                    return _commit_in(body)
                said = f"answered with HTTP {status}" if status else said
                wait = self.pause * 2**attempt
                if (status and status not in _AGAIN) or time.monotonic() + wait > end:
                    break
                if attempt + 1 < _TRIES:
                    time.sleep(wait)
        without = status in {401, 403, 404, 429} and not self.token
        raise GateError(
            f"GitHub's API {said}{', without a token' if without else ''}", hint=_NEEDS_TOKEN if without else ""
        )


def reach_of(environ: Mapping[str, str]) -> Reach:
    """How far a run with this environment may go for its base: in a job of GitHub Actions to its remote and its API.

    Elsewhere nowhere: neither a laptop nor a commit hook waits for a network that nobody asked for.
    """
    if environ.get("GITHUB_ACTIONS") != "true":
        return NOWHERE
    api = (environ.get("GITHUB_API_URL") or _PUBLIC).rstrip("/")
    repository = environ.get("GITHUB_REPOSITORY", "")
    if not re.fullmatch(r"https?://[^\s/@]+(?:/[^\s@]*)?", api) or not _REPOSITORY.fullmatch(repository):
        return Reach(fetch=True)
    token = environ.get("GITHUB_TOKEN") or environ.get("GH_TOKEN") or ""
    return Reach(fetch=True, merge_base=CompareApi(api=api, repository=repository, token=token.strip()).merge_base)


def _get(client: httpx.Client, place: str, end: float) -> tuple[int, bytes]:
    """Status and body of one request, no later than `end` and no more than the limit. Raises httpx.HTTPError."""
    import httpx

    body = bytearray()
    with client.stream("GET", place, timeout=max(end - time.monotonic(), 0.1)) as response:
        if response.status_code == 200:  # noqa: PLR2004 - of any other answer the number is enough
            for chunk in response.iter_bytes():
                body += chunk
                if len(body) > _LIMIT:
                    raise httpx.DecodingError("the answer is too large")
                if time.monotonic() > end:
                    raise httpx.ReadTimeout("the answer does not end")
        return response.status_code, bytes(body)


def _commit_in(body: bytes) -> str:
    try:
        answer = json.loads(body)
        commit = answer["merge_base_commit"]["sha"]
    except (ValueError, KeyError, TypeError, RecursionError):
        commit = None
    if not isinstance(commit, str) or not _COMMIT.fullmatch(commit):
        raise GateError("GitHub's API answered with something that names no merge base")
    return commit

"""The one client of GitHub's API: bounded in time and size, patient with its limits; its token goes to one host alone.

What it waits for follows GitHub's "Best practices for using the REST API": `Retry-After`, else `X-RateLimit-Reset`,
else a minute; and a second between two requests that change something.
"""

from __future__ import annotations

import ipaddress
import json
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urljoin, urlsplit

from sluicegate.errors import GateError
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    import httpx

PUBLIC = "https://api.github.com"
INSTALL = "pip install 'sluicegate[publish]'"
PAGE = 100
"""So many items stand on a page of a list."""

_ACCEPT = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28", "User-Agent": "sluicegate"}
_TOKEN = re.compile(r"[\x21-\x7e]{1,4096}")
_LIMIT = 32 << 20
_MOST_PAGES = 50
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 307, 308})
_TROUBLE = frozenset({500, 502, 503, 504})
_LIMITED = frozenset({403, 429})
_MINUTE = 60.0
_SAID = 300
# What GitHub says where the token is of a kind, or has permissions, that do not suffice.
_MAY_NOT = re.compile(r"resource not accessible by|must authenticate via a github app|read-only", re.IGNORECASE)
_SECONDARY = re.compile(r"secondary rate limit|abuse detection|rate limit exceeded", re.IGNORECASE)


class ApiError(GateError):
    """GitHub's API gave no answer, or one that is none; `status` is 0 where nothing came.

    `permissions` are those that would do, where GitHub names them (`X-Accepted-GitHub-Permissions`).
    """

    def __init__(self, message: str, hint: str = "", status: int = 0, permissions: str = "") -> None:
        super().__init__(message, hint)
        self.status = status
        self.permissions = permissions


class RefusedError(ApiError):
    """The token may not do this, and no repetition will change that."""


class DoubtfulError(ApiError):
    """The request was sent, and nobody knows whether it was carried out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A status from 200 to 299 with its body."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The value of the body. Raises ApiError."""
        try:
            return json.loads(self.body or b"null")
        except (ValueError, RecursionError):
            raise ApiError("GitHub's API answered with something that is not JSON", status=self.status) from None

    def table(self) -> dict[str, Any]:
        """The object of the body; empty where it is another value. Raises ApiError."""
        value = self.json()
        return value if isinstance(value, dict) else {}


@dataclass(slots=True, kw_only=True)
class Api:
    """The API at one address, used within `with`.

    `seconds` bound all of its requests together, `pause` is the shortest back-off and the least time between two
    requests that change something, `tries` how often one request is sent, `limit` the bytes of one answer. The token is
    shown nowhere.
    """

    base: str
    token: str = field(default="", repr=False)
    seconds: float = 300
    pause: float = 1
    tries: int = 5
    limit: int = _LIMIT
    _client: httpx.Client | None = field(default=None, init=False, repr=False)
    _end: float = field(default=0, init=False, repr=False)
    _changed: float = field(default=0, init=False, repr=False)

    def __enter__(self) -> Self:
        """Start the clock. Raises ApiError: httpx is missing, or the token or the address cannot be one."""
        try:
            import httpx
        except ImportError:
            raise ApiError("GitHub's API was not asked, as httpx is not installed", hint=INSTALL) from None
        if self.token and not _TOKEN.fullmatch(self.token):
            raise ApiError("GitHub's API was not asked, as its token holds what no token can hold")
        if not safe_address(self.base):
            raise ApiError(
                f"GitHub's API was not asked, as {one_line(shorten(self.base, _SAID))} is not an https address",
                hint="set GITHUB_API_URL to https://HOST/api/v3, or leave it out for github.com",
            )
        authorization = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        self._client = httpx.Client(headers={**_ACCEPT, **authorization}, follow_redirects=False)
        self._end = time.monotonic() + self.seconds
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._client:
            self._client.close()

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return self._end - time.monotonic()

    def ask(self, method: str, path: str, body: Any = None, *, again: bool = True) -> Answer:
        """One request, sent again where that can help and `again` says that it does no harm.

        Raises RefusedError, DoubtfulError (only where `again` is false), ApiError.
        """
        place = f"{self.base.rstrip('/')}{path}" if path.startswith("/") else path
        attempt = 0
        while True:
            attempt += 1
            trouble = self._trouble_of(method, place, body, again=again)
            if isinstance(trouble, Answer):
                return trouble
            error, wait = trouble
            if wait is None or (attempt >= self.tries):
                raise error
            wait = self.pause * 2 ** (attempt - 1) * random.uniform(0.5, 1) if wait < 0 else wait  # noqa: S311 - jitter
            if wait > self.left:
                waiting = f"{error.message}, and {wait:.0f} s of waiting is more than is left of {self.seconds:g} s"
                raise type(error)(waiting, error.hint, error.status)
            time.sleep(wait)

    def once(self, method: str, path: str, body: Any, done: Callable[[], dict[str, Any] | None]) -> dict[str, Any]:
        """A request that must not be carried out twice; after a doubtful end, `done` looks for what it would make."""
        for _ in range(self.tries):
            try:
                return self.ask(method, path, body, again=False).table()
            except DoubtfulError as error:
                doubt = error
            time.sleep(max(min(self.pause, self.left), 0))
            if (made := done()) is not None:
                return made
        raise ApiError(doubt.message, doubt.hint, doubt.status)

    def items(self, path: str, within: str = "") -> Iterator[dict[str, Any]]:
        """The objects of a list, page after page; `within` names the key that holds it. Raises ApiError."""
        for page in range(1, _MOST_PAGES + 1):
            value = self.ask("GET", f"{path}{'&' if '?' in path else '?'}per_page={PAGE}&page={page}").json()
            listed = value.get(within) if within and isinstance(value, dict) else value
            if not isinstance(listed, list):
                raise ApiError("GitHub's API answered with something that is not a list")
            yield from (item for item in listed if isinstance(item, dict))
            if len(listed) < PAGE:
                return

    def viewer(self) -> tuple[int, str]:
        """Whom the token acts as: number and login; by GraphQL, which alone answers every kind of token.

        Raises ApiError.
        """
        base = self.base.rstrip("/")
        place = f"{base.removesuffix('/v3')}/graphql" if base.endswith("/api/v3") else f"{base}/graphql"
        answer = self.ask("POST", place, {"query": "query { viewer { login databaseId } }"}).table()
        data = answer.get("data")
        viewer = data.get("viewer") if isinstance(data, dict) else None
        number, login = (viewer.get("databaseId"), viewer.get("login")) if isinstance(viewer, dict) else (None, None)
        if not isinstance(number, int) or not isinstance(login, str):
            raise ApiError("GitHub's API does not say whom the token acts as", hint="is GraphQL switched off?")
        return number, login

    def _trouble_of(self, method: str, place: str, body: Any, *, again: bool) -> Answer | tuple[ApiError, float | None]:
        """The answer, or what went wrong and how long to wait: None for no use in waiting, -1 for back-off."""
        import httpx

        try:
            status, headers, content = self._sent(method, place, body)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:  # nothing was sent
            return ApiError(f"GitHub's API could not be asked ({type(error).__name__})"), -1
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            said = f"GitHub's API could not be asked ({type(error).__name__})"
            return (ApiError(said), -1) if again else (DoubtfulError(said), None)
        if 200 <= status < 300:  # noqa: PLR2004 - success
            return Answer(status=status, body=content)
        words = self._words(content)
        said = f"GitHub's API answered with HTTP {status}{f': {words}' if words else ''}"
        if (wait := self._limited(status, headers, words)) is not None:
            return ApiError(said, status=status), wait
        if status in _TROUBLE:
            return (ApiError(said, status=status), -1) if again else (DoubtfulError(said, status=status), None)
        permissions = headers.get("x-accepted-github-permissions", "")
        if status == 403 and _MAY_NOT.search(words):  # noqa: PLR2004 - forbidden
            return RefusedError(said, status=status, permissions=permissions), None
        return ApiError(said, status=status, permissions=permissions), None

    def _sent(self, method: str, place: str, body: Any) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body; redirects are followed on the same host alone. Raises httpx.HTTPError, ApiError."""
        assert self._client is not None  # noqa: S101 - the client lives within `with`
        if method != "GET":
            time.sleep(max(min(self._changed + self.pause - time.monotonic(), self.left), 0))
            self._changed = time.monotonic()
        for _ in range(_MOST_REDIRECTS + 1):
            status, headers, content = self._received(method, place, body)
            if status not in _REDIRECTS:
                return status, headers, content
            try:
                target = urljoin(place, headers.get("location", ""))
            except ValueError:
                target = ""
            if (there := _origin(target)) != _origin(place):
                host = one_line(shorten(there[1] or "nowhere", _SAID))
                raise ApiError(
                    f"GitHub's API sends on to {host}, another host, where the token does not go", "", status
                )
            place = target
        raise ApiError("GitHub's API sends on without end")

    def _received(self, method: str, place: str, body: Any) -> tuple[int, Mapping[str, str], bytes]:
        import httpx

        assert self._client is not None  # noqa: S101 - the client lives within `with`
        content = bytearray()
        timeout = max(min(self.left, 30.0), 0.1)
        end = time.monotonic() + 2 * timeout
        with self._client.stream(method, place, json=body, timeout=timeout) as response:
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > self.limit:
                    raise httpx.DecodingError("the answer is too large")
                if time.monotonic() > end or self.left < 0:
                    raise httpx.ReadTimeout("the answer does not end")
            return response.status_code, response.headers, bytes(content)

    def _limited(self, status: int, headers: Mapping[str, str], words: str) -> float | None:
        """How long GitHub asks to wait, where it limits us; else None."""
        if status not in _LIMITED:
            return None
        after = headers.get("retry-after", "")
        if re.fullmatch(r"\d{1,6}", after):
            return float(after)
        reset = headers.get("x-ratelimit-reset", "")
        if headers.get("x-ratelimit-remaining") == "0" and re.fullmatch(r"\d{1,12}", reset):
            return max(float(reset) - time.time(), 0) + self.pause
        return self.pause * _MINUTE if status == 429 or _SECONDARY.search(words) else None  # noqa: PLR2004

    def _words(self, content: bytes) -> str:
        """What an answer says for people, on one line and without the token."""
        try:
            value = json.loads(content)
        except (ValueError, RecursionError):
            return ""
        if not isinstance(value, dict):
            return ""
        errors = value.get("errors")
        told = [
            error.get("message") or error.get("code") if isinstance(error, dict) else error
            for error in (errors[:3] if isinstance(errors, list) else [errors])
        ]
        words = one_line("; ".join(part for part in (value.get("message"), *told) if isinstance(part, str) and part))
        return shorten(words.replace(self.token, "***") if self.token else words, _SAID)


def safe_address(address: str) -> bool:
    """Whether a token may be sent there: https, or a server on this very machine; no user, no query."""
    if not re.fullmatch(r"https?://[^\s/@?#]+(?:/[^\s@?#]*)?", address):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _origin(address: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return "", "", None
    return parts.scheme, parts.hostname or "", port

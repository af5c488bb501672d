"""A stand-in for GitHub's API on loopback that keeps what it is sent and refuses what GitHub refuses."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from hosting import REPOSITORY, TOKEN

HEAD = "9b0c1f3a9c2d1e5b7a8c9d0e1f2a3b4c5d6e7f8a"
MERGE = "5" * 40
ME, SOMEBODY = 41898282, 7
NO_ACCESS = {"message": "Resource not accessible by integration"}


@dataclass
class Fault:
    """What is answered instead of the truth to the next request of a method and a path; `done` carries it out first."""

    method: str
    path: str
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    done: bool = False
    times: int = 1
    delay: float = 0


@dataclass
class Forge:
    """A repository with one pull request, and everything that was published to it."""

    address: str = ""
    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    authorizations: set[str] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    checks: dict[int, dict[str, Any]] = field(default_factory=dict)
    comments: list[dict[str, Any]] = field(default_factory=list)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    uploads: list[dict[str, Any]] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)
    suggestions: list[dict[str, Any]] = field(default_factory=list)
    reviews: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    head: str = HEAD
    label: str = "fork:change"
    largest: int = 10_000_000

    def comment(self, body: str, author: int = SOMEBODY) -> dict[str, Any]:
        made = {"id": 100 + len(self.comments), "body": body, "user": {"id": author}, "html_url": "https://forge/c"}
        self.comments.append(made)
        return made

    def sent(self, method: str, path: str = "") -> list[Any]:
        """The bodies of the requests of a method whose path ends so."""
        return [
            body for verb, place, body in self.requests if verb == method and place.partition("?")[0].endswith(path)
        ]

    @property
    def pull(self) -> dict[str, Any]:
        return {"number": 7, "state": "open", "head": {"sha": self.head, "label": self.label}}

    @contextlib.contextmanager
    def serving(self) -> Iterator[Forge]:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"forge": self}))
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        self.address = f"http://127.0.0.1:{server.server_port}/api/v3"
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """Status and body of the truth."""
        if path == "/api/graphql":
            return 200, {"data": {"viewer": {"login": "github-actions[bot]", "databaseId": ME}}}
        within = path.removeprefix(f"/api/v3/repos/{REPOSITORY}")
        for verb, pattern, name in _ROUTES:
            found = re.fullmatch(pattern, within)
            if verb == method and found:
                return getattr(self, f"_{name}")(*found.groups(), query=query, body=body)
        return 404, {"message": "Not Found"}

    def _make_check(self, *, body: Any, **_: Any) -> tuple[int, Any]:
        made = {"id": 1 + len(self.checks), "annotations": [], "html_url": "https://forge/check", **body, "output": {}}
        if (wrong := _wrong_output(body)) or body["head_sha"] != self.head:
            return 422, {"message": "Validation Failed", "errors": [wrong or "No commit found for SHA"]}
        self.checks[made["id"]] = made
        return 201, self._changed(made, body)

    def _change_check(self, number: str, *, body: Any, **_: Any) -> tuple[int, Any]:
        if wrong := _wrong_output(body):
            return 422, {"message": "Validation Failed", "errors": [{"message": wrong}]}
        return 200, self._changed(self.checks[int(number)], body)

    def _changed(self, check: dict[str, Any], body: Any) -> dict[str, Any]:
        output = dict(body.get("output", {}))
        check["annotations"] += output.pop("annotations", [])
        check.update({key: value for key, value in body.items() if key != "output"})
        check["output"] = {**check["output"], **output, "annotations_count": len(check["annotations"])}
        return {key: value for key, value in check.items() if key != "annotations"}

    def _check(self, number: str, **_: Any) -> tuple[int, Any]:
        return 200, self._changed(self.checks[int(number)], {})

    def _checks(self, _sha: str, *, query: dict[str, str], **_: Any) -> tuple[int, Any]:
        named = [check for check in self.checks.values() if check["name"] == query["check_name"]]
        return 200, {"total_count": len(named), "check_runs": _page(named, query)}

    def _comments(self, *, query: dict[str, str], **_: Any) -> tuple[int, Any]:
        return 200, _page(self.comments, query)

    def _make_comment(self, *, body: Any, **_: Any) -> tuple[int, Any]:
        if not body["body"] or len(body["body"]) > 65_536:
            return 422, {"message": "Validation Failed", "errors": [{"message": "Body is too long"}]}
        return 201, self.comment(body["body"], ME)

    def _change_comment(self, number: str, *, body: Any, **_: Any) -> tuple[int, Any]:
        for comment in self.comments:
            if comment["id"] == int(number):
                comment["body"] = body["body"]
                return 200, comment
        return 404, {"message": "Not Found"}

    def _delete_comment(self, number: str, **_: Any) -> tuple[int, Any]:
        self.comments[:] = [comment for comment in self.comments if comment["id"] != int(number)]
        return 204, None

    def _status(self, sha: str, *, body: Any, **_: Any) -> tuple[int, Any]:
        if len(body.get("description", "")) > 140 or len(body["context"]) > 255:
            return 422, {"message": "Validation Failed", "errors": ["description is too long"]}
        self.statuses.append({"sha": sha, **body})
        return 201, {}

    def _upload(self, *, body: Any, **_: Any) -> tuple[int, Any]:
        packed = base64.b64decode(body["sarif"], validate=True)
        if len(packed) > self.largest:
            return 413, {"message": "Payload too large"}
        self.uploads.append({**body, "sarif": json.loads(gzip.decompress(packed))})
        return 202, {"id": "47177e22-5596-11eb-80a1-c1e54ef945c6", "url": "https://forge/sarif"}

    def _uploaded(self, _upload: str, **_: Any) -> tuple[int, Any]:
        state = self.states.pop(0) if self.states else {"processing_status": "complete"}
        return state.pop("http", 200), state

    def _pulls(self, *, query: dict[str, str], **_: Any) -> tuple[int, Any]:
        return 200, [self.pull] if query["head"] == self.label else []

    def _one_pull(self, number: str, **_: Any) -> tuple[int, Any]:
        return (200, self.pull) if number == "7" else (404, {"message": "Not Found"})

    def _pull_files(self, *, query: dict[str, str], **_: Any) -> tuple[int, Any]:
        return 200, _page(self.files, query)

    def _suggestions(self, *, query: dict[str, str], **_: Any) -> tuple[int, Any]:
        return 200, _page(self.suggestions, query)

    def _review(self, *, body: Any, **_: Any) -> tuple[int, Any]:
        known = {file["filename"] for file in self.files}
        if len(body["comments"]) > 30 or any(one["path"] not in known for one in body["comments"]):
            return 422, {"message": "Unprocessable Entity", "errors": ["Path could not be resolved"]}
        self.reviews.append(body)
        self.suggestions += [{**one, "user": {"id": ME}} for one in body["comments"]]
        return 200, {"id": len(self.reviews)}

    def _commit(self, sha: str, **_: Any) -> tuple[int, Any]:
        parents = [{"sha": "1" * 40}, {"sha": self.head}]
        return (200, {"sha": sha, "parents": parents}) if sha == MERGE else (404, {"message": "Not Found"})


_ROUTES = (
    ("POST", "/check-runs", "make_check"),
    ("PATCH", r"/check-runs/(\d+)", "change_check"),
    ("GET", r"/check-runs/(\d+)", "check"),
    ("GET", "/commits/([0-9a-f]{40})/check-runs", "checks"),
    ("GET", "/issues/7/comments", "comments"),
    ("POST", "/issues/7/comments", "make_comment"),
    ("PATCH", r"/issues/comments/(\d+)", "change_comment"),
    ("DELETE", r"/issues/comments/(\d+)", "delete_comment"),
    ("POST", "/statuses/([0-9a-f]{40})", "status"),
    ("POST", "/code-scanning/sarifs", "upload"),
    ("GET", r"/code-scanning/sarifs/([\w-]+)", "uploaded"),
    ("GET", "/pulls", "pulls"),
    ("GET", r"/pulls/(\d+)", "one_pull"),
    ("GET", "/pulls/7/files", "pull_files"),
    ("GET", "/pulls/7/comments", "suggestions"),
    ("POST", "/pulls/7/reviews", "review"),
    ("GET", "/git/commits/([0-9a-f]{40})", "commit"),
)


def _page(items: list[Any], query: dict[str, str]) -> list[Any]:
    size = int(query.get("per_page", "30"))
    first = (int(query.get("page", "1")) - 1) * size
    return items[first : first + size]


def _wrong_output(body: Any) -> str:
    """What GitHub refuses of a check run, beyond its published schema."""
    output = body.get("output", {})
    notes = output.get("annotations", [])
    if body.get("status") == "completed" and "conclusion" not in body:
        return "conclusion is missing"
    if len(notes) > 50 or len(output.get("summary", "")) > 65_535 or len(output.get("title", "")) > 255:
        return "too many annotations, or too long a text"
    for note in notes:
        if len(note["message"].encode()) > 65_536 or len(note["title"]) > 255 or not note["message"]:
            return "an annotation's text"
        if "start_column" in note and note["start_line"] != note["end_line"]:
            return "columns are for one line"
    return ""


class _Handler(BaseHTTPRequestHandler):
    forge: Forge
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None: ...

    def _handle(self) -> None:
        forge = self.forge
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(raw) if raw else None
        parts = urlsplit(self.path)
        forge.requests.append((self.command, self.path, body))
        forge.authorizations.add(self.headers.get("Authorization", ""))
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        fault = next((one for one in forge.faults if self._meets(one, parts.path)), None)
        if fault:
            fault.times -= 1
            time.sleep(fault.delay)
        status, told = 200, None
        if not fault or fault.done or not fault.status:
            status, told = forge.answer(self.command, parts.path, query, body)
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            status, told = 401, {"message": "Bad credentials"}
        if fault and fault.status:
            status, told = fault.status, fault.body
        content = b"" if status == 204 else told if isinstance(told, bytes) else json.dumps(told).encode()
        with contextlib.suppress(OSError):  # who asked may have gone
            self.send_response(status)
            for name, value in (fault.headers if fault else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    def _meets(self, fault: Fault, path: str) -> bool:
        return fault.times > 0 and fault.method == self.command and path.endswith(fault.path)

    do_GET = do_POST = do_PATCH = do_DELETE = _handle  # noqa: N815 - the names that http.server asks for

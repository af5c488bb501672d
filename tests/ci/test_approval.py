"""Approvals, asked of a server on loopback that answers as GitHub's API does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sluicegate.ci.approval import approve_of
from sluicegate.ci.github import github
from sluicegate.engine import Approval
from sluicegate.revision.owners import parse_owners

HEAD, OLD = "a" * 40, "b" * 40
OWNERS = "* @boss\n/policy/ @acme/platform\n/free/\n"


class Forge:
    """What the server answers: `reviews` in order, `members` of the team, `refused` for every request."""

    def __init__(self) -> None:
        self.reviews: list[dict[str, Any]] = []
        self.members: set[str] = set()
        self.head = HEAD
        self.refused = 0
        self.asked: list[str] = []
        self.url = ""

    def review(self, login: str, state: str = "APPROVED", commit: str = HEAD) -> Forge:
        self.reviews.append({"user": {"login": login}, "state": state, "commit_id": commit})
        return self

    def answer(self, path: str) -> tuple[int, Any]:
        self.asked.append(path)
        if self.refused:
            return self.refused, {"message": "Resource not accessible by integration"}
        plain = path.partition("?")[0]
        if plain == "/repos/acme/shop/pulls/7":
            return 200, {"head": {"sha": self.head}, "user": {"login": "author"}}
        if plain == "/repos/acme/shop/pulls/7/reviews":
            return 200, self.reviews
        if plain.startswith("/orgs/acme/teams/platform/memberships/"):
            member = plain.rpartition("/")[2] in self.members
            return (200, {"state": "active"}) if member else (404, {"message": "Not Found"})
        return 404, {"message": "Not Found"}


@pytest.fixture
def forge() -> Iterator[Forge]:
    there = Forge()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, value = there.answer(self.path)
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    there.url = f"http://127.0.0.1:{server.server_port}"
    yield there
    server.shutdown()
    server.server_close()


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7, "head": {"sha": HEAD}, "base": {"ref": "main"}}}))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_TOKEN": "hunter2-hunter2",
    }


def asked(forge: Forge, environ: dict[str, str], *paths: str) -> Approval:
    environ = {**environ, "GITHUB_API_URL": forge.url}
    approve = approve_of(environ, github(environ))
    assert approve is not None
    return approve(paths or ("sluicegate.toml",), parse_owners(OWNERS))


def test_an_owner_who_approved_this_very_commit_suffices(forge: Forge, environ: dict[str, str]) -> None:
    assert asked(forge.review("Boss"), environ) == Approval(given=True, words="approved by Boss at aaaaaaaaaaaa")


def test_nobody_else_does(forge: Forge, environ: dict[str, str]) -> None:
    forge.review("boss", commit=OLD).review("stranger").review("author")
    answer = asked(forge, environ)
    assert not answer.given
    assert answer.words == (
        "no code owner but the author author approved sluicegate.toml (owned by @boss); stranger approved aaaaaaaaaaaa"
    )


def test_the_author_does_not_count_also_where_they_own_it(forge: Forge, environ: dict[str, str]) -> None:
    environ = {**environ, "GITHUB_API_URL": forge.url}
    approve = approve_of(environ, github(environ))
    assert approve is not None
    forge.review("AUTHOR")
    assert not approve(("a",), parse_owners("* @author @boss\n")).given


@pytest.mark.parametrize(
    ("then", "given"), [("CHANGES_REQUESTED", False), ("DISMISSED", False), ("COMMENTED", True), ("PENDING", True)]
)
def test_a_later_review_takes_it_back(forge: Forge, environ: dict[str, str], then: str, given: bool) -> None:
    assert asked(forge.review("boss").review("boss", then), environ).given is given


def test_a_member_of_the_team_suffices_and_each_file_needs_its_owner(forge: Forge, environ: dict[str, str]) -> None:
    forge.review("ann")
    assert not asked(forge, environ, "policy/acme.toml").given
    forge.members = {"ann"}
    assert asked(forge, environ, "policy/acme.toml").given
    both = asked(forge, environ, "policy/acme.toml", "sluicegate.toml")
    assert (both.given, "sluicegate.toml (owned by @boss)" in both.words) == (False, True)
    nobody = asked(forge, environ, "free/a.toml")
    assert (nobody.given, "CODEOWNERS at the base names nobody for it" in nobody.words) == (False, True)


def test_a_pull_request_that_has_moved_on_is_not_approved(forge: Forge, environ: dict[str, str]) -> None:
    forge.review("boss").head = OLD
    answer = asked(forge, environ)
    assert (answer.given, "has moved on" in answer.words) == (False, True)


@pytest.mark.parametrize("status", [403, 404, 401])
def test_where_the_api_does_not_answer_it_is_not_approved_and_says_so(
    forge: Forge, environ: dict[str, str], status: int
) -> None:
    forge.review("boss").refused = status
    answer = asked(forge, environ)
    assert not answer.given
    assert "whether it is approved is not known" in answer.words
    assert "pull-requests: read" in answer.words
    assert "hunter2" not in answer.words


def test_where_nobody_listens_it_is_not_approved(environ: dict[str, str]) -> None:
    closed = Forge()
    closed.url = "http://127.0.0.1:9"
    assert "is not known" in asked(closed, environ).words


@pytest.mark.parametrize(
    "other", [{"GITHUB_EVENT_NAME": "push"}, {"GITHUB_ACTIONS": ""}, {"GITHUB_REPOSITORY": "../x"}]
)
def test_outside_of_a_pull_request_nobody_is_asked(environ: dict[str, str], other: dict[str, str]) -> None:
    environ = {**environ, **other}
    assert approve_of(environ, github(environ)) is None

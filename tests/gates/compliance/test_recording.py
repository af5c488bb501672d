"""`compliance collect github` against a real HTTP server on loopback, and the check on what it kept."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from clones import Clone

from .conftest import GitHub, Judged, settings

TOKEN = "ghs_" + "1" * 36


class Served:
    """A repository on a server: bodies by path, with status and headers where they are not 200 and none."""

    def __init__(self) -> None:
        self.bodies: dict[str, list[Any]] = {}
        self.asked: list[str] = []
        self.tokens: set[str] = set()
        self.refused: dict[str, tuple[int, dict[str, str]]] = {}
        self.pages: dict[str, int] = {}

    def answer(self, path: str, query: str) -> tuple[int, dict[str, str], Any]:
        self.asked.append(path + (f"?{query}" if query else ""))
        if path in self.refused:
            status, headers = self.refused[path]
            return status, headers, {"message": "Resource not accessible by integration"}
        several = self.bodies.get(path)
        if several is None:
            return 404, {}, {"message": "Not Found"}
        body = several.pop(0) if len(several) > 1 else several[0]
        if isinstance(body, list) and "per_page=" in query:
            page = int(query.rpartition("page=")[2])
            body = body[100 * (page - 1) : 100 * page]
        return 200, {}, body


@pytest.fixture
def served() -> Iterator[tuple[Served, str]]:
    there = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            there.tokens.add(self.headers.get("Authorization", ""))
            status, headers, body = there.answer(parts.path.removeprefix("/repos/acme/shop"), parts.query)
            raw = json.dumps(body).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield there, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def healthy(there: Served, repository: Clone) -> None:
    """A repository in order, whose one commit came by a pull request."""
    commit = repository.git("rev-parse", "HEAD")
    github = GitHub()
    pull = {**github.pull(1, commit, reviews=[("bob", "APPROVED", "")], checks={"tests": "success"})}
    pull["updated_at"] = pull["merged_at"] = pull["merged_at"][:19] + "Z"
    for answer in github.answers:
        path = urlsplit(answer["query"].removeprefix("GET ")).path.removeprefix("/repos/acme/shop")
        there.bodies[path] = [json.loads(answer["body"])]
    rules = [
        {"type": "pull_request", "ruleset_id": 5, "parameters": {"required_approving_review_count": 1}},
        {"type": "non_fast_forward", "ruleset_id": 5},
        {"type": "deletion", "ruleset_id": 5},
    ]
    there.bodies |= {
        "": [{"default_branch": "main"}],
        "/rules/branches/main": [rules],
        "/rulesets/5": [{"id": 5, "bypass_actors": []}],
        "/pulls": [[pull]],
        "/commits": [[{"sha": commit}]],
        "/activity": [[]],
        "/deployments": [[]],
    }


@pytest.fixture
def repository(clone: Clone) -> Clone:
    clone.git("branch", "-M", "main")
    clone.write(".git/info/exclude", "evidence/\n")
    clone.commit("one", **{"sluicegate.toml": settings()})
    return clone


def collect(command, address: str, *more: str):
    return command(
        "compliance", "collect", "github", "--repository", "acme/shop", *more,
        GITHUB_API_URL=address, GITHUB_TOKEN=TOKEN,
    )  # fmt: skip


CONTROLS = ("branch-protected", "changes-by-pull-request", "changes-approved", "changes-checked", "no-forced-push")


def test_what_was_recorded_is_judged(repository, served, command, judged: Judged) -> None:
    there, address = served
    healthy(there, repository)
    done = collect(command, address)
    assert done.returncode == 0, done.stderr
    assert "recorded 11 answers about acme/shop in evidence/github.jsonl" in done.stderr
    assert there.tokens == {f"Bearer {TOKEN}"}
    assert TOKEN not in (repository.root / "evidence/github.jsonl").read_text()
    said = judged()
    ended = {control: said.outcome(f"baseline/{control}") for control in CONTROLS}
    assert ended == dict.fromkeys(CONTROLS, "passed"), [said.reasons(f"baseline/{each}") for each in CONTROLS]


def test_what_the_token_may_not_see_names_the_permission(repository, served, command, judged: Judged) -> None:
    there, address = served
    healthy(there, repository)
    there.refused["/branches/main/protection"] = (403, {"X-Accepted-GitHub-Permissions": "administration=read"})
    done = collect(command, address)
    assert "refused: GET /repos/acme/shop/branches/main/protection, it needs administration=read" in done.stderr
    said = judged()
    assert said.outcome("baseline/branch-protected") == "not-tested"
    assert "administration=read" in said.reasons("baseline/branch-protected")[0]
    assert said.outcome("baseline/changes-approved") == "passed"


def test_lists_are_read_to_their_last_page(repository, served, command) -> None:
    there, address = served
    healthy(there, repository)
    one = there.bodies["/pulls"][0][0]
    others = [{**one, "number": 1, "merged_at": None, "updated_at": one["updated_at"]} for _ in range(150)]
    there.bodies["/pulls"] = [[one, *others]]
    assert collect(command, address).returncode == 0
    kept = (repository.root / "evidence/github.jsonl").read_text().splitlines()
    asked = [json.loads(line)["query"] for line in kept]
    assert [each for each in asked if "/pulls?" in each and each.endswith("page=2")]


def test_a_list_that_does_not_stand_still_is_no_evidence(repository, served, command) -> None:
    there, address = served
    healthy(there, repository)
    one = there.bodies["/pulls"][0][0]
    there.bodies["/pulls"] = [[{**one, "number": number}] for number in range(1, 40)]
    done = collect(command, address)
    assert done.returncode == 3
    assert "the pull requests changed each time that they were read" in done.stderr
    assert not (repository.root / "evidence/github.jsonl").exists()


def test_a_list_that_changed_once_is_read_again(repository, served, command, judged: Judged) -> None:
    there, address = served
    healthy(there, repository)
    one = there.bodies["/pulls"][0][0]
    there.bodies["/pulls"] = [[], [one]]
    assert collect(command, address).returncode == 0
    assert judged().outcome("baseline/changes-by-pull-request") == "passed"


def test_a_server_that_is_down_keeps_what_was_recorded_before(repository, served, command) -> None:
    _, address = served
    repository.write("evidence/github.jsonl", "before\n")
    done = collect(command, "http://127.0.0.1:9")
    assert (done.returncode, "could not be asked" in done.stderr) == (3, True)
    assert (repository.root / "evidence/github.jsonl").read_text() == "before\n"
    assert collect(command, address, "--repository", "no name").returncode == 2


def test_the_hash_of_every_answer_is_made_again_from_its_file(repository, served, command) -> None:
    there, address = served
    healthy(there, repository)
    push = {"activity_type": "force_push", "timestamp": "2020-01-01T00:00:00Z"}
    there.bodies["/activity"] = [[push] * 150]
    assert collect(command, address).returncode == 0
    command("check", "--gate", "compliance", "--report", "json=evidence/run.json")
    assert command("compliance", "bundle", "evidence/run.json", "--output", "evidence/all.tar").returncode == 0
    done = command("compliance", "verify", "evidence/all.tar")
    assert (done.returncode, "4 answers whose hash came out again" in done.stdout) == (0, True), done.stdout

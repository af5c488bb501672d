"""Every request of the publishers, held against GitHub's own description of its API by Prism.

The publishers talk to tests/forge.py, which keeps state and refuses what GitHub refuses beyond its description; what
they sent there is then sent to Prism, word for word. GraphQL has no such description and is left out by name.
`tests/real/github/install.sh` brings the tools; one that is missing fails the tests: a skipped proof proves nothing.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from forge import HEAD, MERGE, Fault, Forge
from hosting import REPOSITORY, TOKEN
from report import runs
from sluicegate.ci import api as api_module
from sluicegate.ci.api import Api
from sluicegate.ci.compare import CompareApi
from sluicegate.ci.subject import Subject
from sluicegate.errors import GateError
from sluicegate.model import Fix
from sluicegate.publish import TARGETS, Ending, Publication, publish
from sluicegate.publish.publication import check_about

# Read at once: fixtures take our variables out of the environment.
TOOLS = Path(os.environ.get("SLUICEGATE_TOOLS") or Path(__file__).parents[2] / ".tools") / "github" / "node_modules"
INSTALL = "run tests/real/github/install.sh"
REPO = "/repos/{owner}/{repo}"
PATHS = [
    f"{REPO}/{rest}"
    for rest in (
        "check-runs",
        "check-runs/{check_run_id}",
        "commits/{ref}/check-runs",
        "issues/{issue_number}/comments",
        "issues/comments/{comment_id}",
        "code-scanning/sarifs",
        "code-scanning/sarifs/{sarif_id}",
        "statuses/{sha}",
        "pulls",
        "pulls/{pull_number}",
        "pulls/{pull_number}/files",
        "pulls/{pull_number}/comments",
        "pulls/{pull_number}/reviews",
        "git/commits/{commit_sha}",
        "compare/{basehead}",
    )
]
SUBJECT = Subject(
    repository=REPOSITORY,
    sha=HEAD,
    judged=frozenset({HEAD}),
    analysed=MERGE,
    ref="refs/pull/7/merge",
    pull_request=7,
    details="https://github.com/acme/shop/actions/runs/9",
    workspace="file:///home/runner/work/shop/shop",
)
FORK = replace(SUBJECT, pull_request=None, head="fork:change", ref="", details="", workspace="")
PATCH = {"filename": "openapi.yaml", "patch": "@@ -1,3 +1,4 @@\n a\n-b\n+c\n+d\n e"}


def subset(whole: dict) -> dict:
    """The description of the paths above, with what they refer to."""
    cut = {key: whole[key] for key in ("openapi", "info")} | {"paths": {path: whole["paths"][path] for path in PATHS}}
    waiting, components = [cut["paths"]], {}
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting += value
        elif isinstance(value, dict):
            waiting += value.values()
            reference = value.get("$ref")
            if isinstance(reference, str) and reference not in components:
                _, _, kind, name = reference.split("/")
                components[reference] = (kind, name, whole["components"][kind][name])
                waiting.append(components[reference][2])
    cut["components"] = {}
    for kind, name, value in components.values():
        cut["components"].setdefault(kind, {})[name] = value
    return cut


@pytest.fixture(scope="session")
def prism(tmp_path_factory):
    """The address of a server that answers what GitHub's description says, and 422 to what it does not allow."""
    description = TOOLS / "@octokit" / "openapi" / "generated" / "api.github.com.json"
    program = TOOLS / ".bin" / "prism"
    assert description.exists(), f"no description of GitHub's API below {TOOLS}: {INSTALL}"
    assert program.exists(), f"no Prism below {TOOLS}: {INSTALL}"
    folder = tmp_path_factory.mktemp("prism")
    file, log = folder / "github.json", folder / "log.txt"
    file.write_text(json.dumps(subset(json.loads(description.read_text("utf-8")))))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with log.open("wb") as out:
        server = subprocess.Popen(
            ["node", str(program), "mock", "--host", "127.0.0.1", "--port", str(port), str(file)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            assert server.poll() is None, log.read_text()
            try:
                httpx.get(f"{address}{REPO.format(owner='a', repo='b')}/pulls/1", timeout=5)
            except httpx.TransportError:
                time.sleep(0.2)
            else:
                break
        yield address
    finally:
        server.terminate()
        server.wait(20)


def answers(prism, requests):
    """What Prism says to recorded requests: method, path, status and the reasons of a refusal."""
    with httpx.Client(base_url=prism, timeout=60) as client:
        for method, path, body in requests:
            place = path.removeprefix("/api/v3")
            answer = client.request(method, place, json=body)
            reasons = answer.json().get("validation", answer.json()) if answer.status_code >= 400 else []
            yield method, place, answer.status_code, reasons


def refused(prism, requests):
    return [one for one in answers(prism, requests) if one[2] >= 400]


def fixable():
    fixes = [
        Fix(path="openapi.yaml", first_line=2, last_line=last, original="", replacement=text, title="Mend it.")
        for last, text in ((2, "b"), (3, "b\nd"))
    ]
    run = runs.failed()
    findings = tuple(runs.finding(number, fix=fix) for number, fix in enumerate(fixes))
    return replace(run, gates=(replace(run.gates[0], findings=findings),))


def about_the_merge(api):
    run = runs.failed()
    check_about(replace(run, revision=replace(run.revision, head_commit=MERGE)), SUBJECT, api)


RUNS = {**runs.RUNS, "many": lambda: runs.many(700), "fixable": fixable}


def recorded(run, subject, *faults, again=1):
    """The requests of every publisher for a run, the endings of which are checked."""
    with Forge(files=[PATCH]).serving() as forge:
        forge.faults += faults
        for _ in range(again):
            with Api(base=forge.address, token=TOKEN, seconds=60, pause=0.001) as api:
                made = Publication(run=run, subject=subject, api=api, per_gate=True)
                sent = list(publish(made, list(TARGETS)))
            assert {one.ending for one in sent} <= {Ending.SENT, Ending.SKIPPED}, sent
        return [one for one in forge.requests if not one[1].endswith("/graphql")]


@pytest.mark.parametrize("subject", [SUBJECT, FORK], ids=["own", "fork"])
@pytest.mark.parametrize("name", RUNS)
def test_every_request_is_what_github_describes(prism, name, subject):
    requests = recorded(RUNS[name](), subject)
    assert {method for method, _, _ in requests} >= {"GET", "POST"}
    assert refused(prism, requests) == []


def test_so_are_those_after_trouble_and_of_the_second_time(prism):
    faults = [
        Fault("POST", "/check-runs", 502, {}, done=True),
        Fault("PATCH", "/check-runs/1", 502, {}, done=True),
        Fault("POST", "/issues/7/comments", 502, {}, done=True),
        Fault("POST", "/pulls/7/reviews", 502, {}, done=True),
    ]
    run = replace(fixable(), gates=(*fixable().gates, *runs.many(120).gates))
    requests = recorded(run, SUBJECT, *faults, again=2)
    assert any("/commits/" in path for _, path, _ in requests), "the check run was looked for"
    assert refused(prism, requests) == []
    with Forge().serving() as forge, Api(base=forge.address, token=TOKEN) as api:
        about_the_merge(api)
        with pytest.raises(GateError):
            CompareApi(api=forge.address, repository=REPOSITORY, token=TOKEN).merge_base("release/1.x", HEAD)
        assert refused(prism, forge.requests) == []


def test_the_paths_are_those_that_are_used(prism):
    """The cut holds nothing that no publisher asks for, so that a typing error in a path cannot hide there."""
    assert len(PATHS) == 15
    assert len(refused(prism, [("GET", f"/repos/{REPOSITORY}/check-run/1", None)])) == 1


def test_a_check_run_and_a_status_go_to_prism_itself(prism, monkeypatch):
    # Prism does not know that GitHub's own media type is JSON.
    monkeypatch.setitem(api_module._ACCEPT, "Accept", "application/json")
    with Api(base=prism, token=TOKEN, seconds=60, pause=0.001) as api:
        made = Publication(run=runs.many(120), subject=SUBJECT, api=api)
        sent = {one.target: one for one in publish(made, ["check-run", "status", "sarif"])}
    assert {one.ending for one in sent.values()} == {Ending.SENT}, sent


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body.pop("head_sha"),
        lambda body: body["output"]["annotations"].extend(body["output"]["annotations"] * 50),
        lambda body: body["output"]["annotations"][0].update(annotation_level="error"),
        lambda body: body["output"]["annotations"][0].update(start_line="1"),
        lambda body: body["output"].update(summary="x" * 65_536),
        lambda body: body.update(conclusion="passed"),
    ],
)
def test_prism_sees_a_fault(prism, spoil):
    (request,) = [one for one in recorded(runs.failed(), SUBJECT) if one[1].endswith("/check-runs")]
    spoil(request[2])
    ((_, _, status, reasons),) = answers(prism, [request])
    assert status == 422
    assert reasons

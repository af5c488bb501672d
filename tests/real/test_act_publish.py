"""The pair of workflows that serves forks, and the Action that publishes, run by act against a stand-in for the API."""

from __future__ import annotations

import json

import pytest

from forge import NO_ACCESS, Fault, Forge
from hosting import REPOSITORY, TOKEN
from real.shared import BROKEN
from real.test_act_fleet import install, jobs

__all__ = ["jobs"]


@pytest.fixture
def forge():
    with Forge(label="stranger:change").serving() as served:
        yield served


@pytest.fixture
def known(forge):
    """The environment of a job that reaches the stand-in; act makes no token."""
    return {"GITHUB_API_URL": forge.address, "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_TOKEN": TOKEN}


def pull_request(shop):
    base = shop.git("rev-parse", "main")
    head = {"sha": shop.git("rev-parse", "HEAD")}
    return {"pull_request": {"number": 7, "base": {"ref": "main", "sha": base}, "head": head}}


def workflow_run(head):
    made = {
        "id": 55,
        "event": "pull_request",
        "conclusion": "failure",
        "head_sha": head,
        "head_branch": "change",
        "head_repository": {"full_name": "stranger/shop", "owner": {"login": "stranger"}},
        "pull_requests": [],
    }
    return {"workflow_run": made}


def test_a_fork_gets_its_check_run_and_its_comment(jobs, shop, forge, known):
    install(shop, "fork-safe-check.yml")
    shop.commit("Drop the name", **{"openapi.yaml": BROKEN})
    forge.head = shop.git("rev-parse", "HEAD")
    made = jobs("pull_request", pull_request(shop))
    assert made.results == {"gates": "failure"}, made.log
    assert made.run("sluicegate-run")["revision"]["head_commit"] == forge.head
    assert forge.requests == []
    install(shop, "fork-safe-publish.yml")
    shop.commit("The default branch has moved on")
    sent = jobs("workflow_run", workflow_run(forge.head), **known)
    assert sent.results == {"publish": "failure"}, "red stays red"
    (check,) = forge.checks.values()
    assert (check["head_sha"], check["conclusion"]) == (forge.head, "failure")
    assert check["annotations"][0]["path"] == "openapi.yaml"
    (comment,) = forge.comments
    assert "FAILED" in comment["body"]
    assert TOKEN not in sent.log


def test_a_run_of_another_commit_is_published_nowhere(jobs, shop, forge, known):
    install(shop, "fork-safe-check.yml")
    shop.commit("Drop the name", **{"openapi.yaml": BROKEN})
    jobs("pull_request", pull_request(shop))
    forge.head = "e" * 40
    install(shop, "fork-safe-publish.yml")
    sent = jobs("workflow_run", workflow_run(forge.head), **known)
    assert sent.results == {"publish": "failure"}
    assert f"and not about {forge.head}" in sent.log
    assert (forge.checks, forge.comments) == ({}, [])


def test_the_action_publishes_after_its_check_and_a_read_only_token_changes_nothing(jobs, shop, forge, known):
    install(shop, "pull-request.yml")
    file = shop.root / ".github" / "workflows" / "sluicegate.yml"
    text = file.read_text("utf-8")
    step = next(line for line in text.splitlines() if "uses: sluicegate/sluicegate@" in line)
    file.write_text(text.replace(step, f'{step}\n        with: {{publish: "status, comment"}}'))
    shop.commit("Drop the name", **{"openapi.yaml": BROKEN})
    forge.head = shop.git("rev-parse", "HEAD")
    forge.faults.append(Fault("POST", "/comments", 403, NO_ACCESS))
    made = jobs("pull_request", pull_request(shop), **known)
    assert made.results == {"gates": "failure"}, made.log
    assert [status["state"] for status in forge.statuses] == ["failure"]
    warnings = [line["arg"] for line in made.lines if line.get("command") == "warning"]
    assert any("Resource not accessible by integration" in one for one in warnings), made.log
    document = json.loads((made.kept / "sluicegate-gates" / "run.json").read_text("utf-8"))
    assert document["exit_code"] == 1

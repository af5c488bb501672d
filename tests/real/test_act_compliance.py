"""The workflow of the weekly report, run by act against a stand-in for GitHub's API that knows the changes."""

from __future__ import annotations

import json
import sys

import pytest

from gates.compliance.test_recording import healthy, served
from hosting import REPOSITORY, TOKEN
from real.shared import succeed
from real.test_act import NOBODY
from real.test_act_fleet import install, jobs

__all__ = ["jobs", "served"]

CONTROLS = ("branch-protected", "changes-by-pull-request", "changes-approved", "changes-checked", "no-forced-push")
PACK = """\
pack: ours
version: 1.0.0
title: How changes come in
controls: []
clauses:
  - framework: soc2
    clause: CC8.1
    title: Changes are authorised, tested and approved before they are made
    served-by:
""" + "".join(
    f"      - {{control: baseline/{name}, strength: partial, rationale: It is seen at each change.}}\n"
    for name in CONTROLS
)
SETTINGS = '[compliance]\npacks = ["compliance/ours.yaml"]\nrecorded = ["evidence/*.jsonl"]\n'
MONDAY = {"repository": {"default_branch": "main"}, "ref": "refs/heads/main"}
KEPT = {"report.html", "report.md", "report.csv", "coverage.json", "assessment-results.json"}


@pytest.fixture
def repository(shop, served):
    """A repository whose one commit came by an approved pull request; and what its workflow is told."""
    there, address = served
    shop.git("switch", "-q", "main")
    shop.git("update-ref", "-d", "HEAD")
    install(shop, "compliance-report.yml")
    shop.write("compliance/ours.yaml", PACK)
    shop.write(".gitignore", "evidence/\n")
    shop.commit("All of it", **{"sluicegate.toml": SETTINGS})
    healthy(there, shop)
    return {"GITHUB_API_URL": address, "GITHUB_REPOSITORY": REPOSITORY, "GITHUB_TOKEN": TOKEN}


def coverage(made):
    """How each control ended, by the report that the week keeps."""
    said = json.loads((made.kept / "compliance" / "coverage.json").read_text("utf-8"))
    return {each["control"].removeprefix("baseline/"): each["outcome"] for each in said["controls"]}


def test_a_week_in_order_keeps_its_reports_and_a_bundle_that_verifies(jobs, shop, repository):
    made = jobs("schedule", MONDAY, variables=["SLUICEGATE_ATTEST=true"], **repository)
    assert made.results == {"report": "success", "attest": "success"}, made.log
    assert coverage(made) == dict.fromkeys(CONTROLS, "passed")
    kept = made.kept / "compliance"
    assert {each.name for each in kept.iterdir()} == KEPT | {"evidence.tar", "predicate.json"}
    bundle = kept / "evidence.tar"
    said = succeed(sys.executable, "-P", "-m", "sluicegate.cli.main", "compliance", "verify", bundle, cwd=made.kept)
    assert said.startswith("whole: ")
    assert shop.git("rev-parse", "HEAD") in said
    assert (made.kept / "signed" / "evidence.tar").read_bytes() == bundle.read_bytes()
    assert json.loads((made.kept / "signed" / "predicate.json").read_text("utf-8"))["result"] == "PASSED"
    assert TOKEN.encode() not in bundle.read_bytes()


def test_a_push_past_the_pull_requests_is_red_and_what_is_refused_is_told(jobs, shop, served, repository):
    there, _ = served
    there.refused["/branches/main/protection"] = (403, {"X-Accepted-GitHub-Permissions": "administration=read"})
    pushed = shop.commit("Pushed by hand", **{"README.md": "words\n"})
    there.bodies["/commits"] = [[*there.bodies["/commits"][0], {"sha": pushed}]]
    made = jobs("schedule", MONDAY, **repository)
    assert made.results == {"report": "failure"}, made.log
    assert coverage(made) == {
        **dict.fromkeys(CONTROLS, "passed"),
        "changes-by-pull-request": "failed",
        "branch-protected": "not-tested",
    }
    text = (made.kept / "compliance" / "report.md").read_text("utf-8")
    assert pushed[:12] in text
    assert "the token lacks administration=read" in text
    assert {each.name for each in (made.kept / "compliance").iterdir()} >= {*KEPT, "evidence.tar"}


def test_a_week_without_github_has_no_report(jobs, repository):
    made = jobs("schedule", MONDAY, **{**repository, "GITHUB_API_URL": NOBODY})
    assert made.results == {"report": "failure"}, made.log
    assert "GitHub's API could not be asked" in made.log
    assert not (made.kept / "compliance").exists()

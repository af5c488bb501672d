"""The starter workflows of several machines, queues, nights and releases, run by act on this machine.

GitHub's services have stand-ins: artifacts are folders, and what would be signed is kept.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from real.shared import API, BROKEN, ROOT
from real.test_act import NOBODY, RELEASE, fetched

STAND_INS = {
    "upload-artifact": """\
name: stands in for actions/upload-artifact
description: keeps what would be uploaded
inputs:
  name: {required: true}
  path: {required: true}
runs:
  using: composite
  steps:
    - shell: bash
      env: {NAME: "${{ inputs.name }}", FROM: "${{ inputs.path }}"}
      run: |
        if [[ $NAME == "${LOST:-}" ]]; then exit 0; fi
        mkdir -p "$KEPT/$NAME"
        if [[ -d $FROM ]]; then cp -r "$FROM/." "$KEPT/$NAME"; else cp "$FROM" "$KEPT/$NAME"; fi
""",
    "download-artifact": """\
name: stands in for actions/download-artifact
description: gives what was kept
inputs:
  name: {required: false, default: ""}
  pattern: {required: false, default: ""}
  path: {required: true}
runs:
  using: composite
  steps:
    - shell: bash
      env: {NAME: "${{ inputs.name }}", PATTERN: "${{ inputs.pattern }}", TO: "${{ inputs.path }}"}
      run: |
        mkdir -p "$TO"
        if [[ -n $NAME ]]; then cp -r "$KEPT/$NAME/." "$TO"; exit; fi
        for one in "$KEPT"/$PATTERN; do cp -r "$one" "$TO"; done
""",
    "attest-build-provenance": """\
name: stands in for actions/attest-build-provenance
description: keeps what would be signed
inputs:
  subject-path: {required: true}
runs:
  using: composite
  steps:
    - shell: bash
      env: {FROM: "${{ inputs.subject-path }}"}
      run: mkdir -p "$KEPT/signed" && cp "$FROM" "$KEPT/signed"
""",
    "attest": """\
name: stands in for actions/attest
description: keeps what would be signed, and what would be said of it
inputs:
  subject-path: {required: true}
  predicate-type: {required: true}
  predicate-path: {required: true}
runs:
  using: composite
  steps:
    - shell: bash
      env: {SUBJECT: "${{ inputs.subject-path }}", PREDICATE: "${{ inputs.predicate-path }}"}
      run: mkdir -p "$KEPT/signed" && cp "$SUBJECT" "$PREDICATE" "$KEPT/signed"
""",
    "checkout": """\
name: stands in for actions/checkout where it is asked for another repository than the one of the job
description: gives a copy of the release
inputs:
  repository: {required: true}
  path: {required: true}
  fetch-depth: {required: false, default: ""}
  persist-credentials: {required: false, default: ""}
  ref: {required: true}
runs:
  using: composite
  steps:
    - shell: bash
      env: {NAME: "${{ inputs.repository }}@${{ inputs.ref }}", TO: "${{ inputs.path }}"}
      run: test "$NAME" = "$RELEASED" && cp -r "$RELEASE" "$TO"
""",
}


@dataclass(frozen=True)
class Jobs:
    """What the jobs of a workflow left behind."""

    lines: list[dict]
    kept: Path

    @property
    def log(self):
        return "".join(line.get("msg", "") for line in self.lines)

    @property
    def results(self):
        return {line["job"].rpartition("/")[2].strip(): line["jobResult"] for line in self.lines if "jobResult" in line}

    @property
    def errors(self):
        """Annotations outside of every quarantine, by the job that told them."""
        found, tokens = [], {}
        for line in self.lines:
            job, said = line.get("jobID"), line.get("command")
            if said == "stop-commands":
                tokens[job] = line["arg"]
            elif said == tokens.get(job):
                tokens.pop(job, None)
            elif said == "error" and job not in tokens:
                found.append((job, line["arg"]))
        return found

    def run(self, artifact):
        return json.loads((self.kept / artifact / "run.json").read_text("utf-8"))


@pytest.fixture
def jobs(tool, checkout, shop, wheels, tmp_path):
    """Runs a workflow of several jobs on the repository `shop`."""

    def go(event, payload, *, variables=(), **environ):
        home, kept = tmp_path / "home", tmp_path / "kept"
        (home / ".config" / "act").mkdir(parents=True, exist_ok=True)
        (home / ".config" / "act" / "actrc").touch()
        kept.mkdir(exist_ok=True)
        (tmp_path / "event.json").write_text(json.dumps(payload))
        fetched(shop, tmp_path / "origin.git")
        stand_ins = []
        texts = "\n".join(path.read_text("utf-8") for path in (ROOT / "workflows").glob("*.yml"))
        for name, text in STAND_INS.items():
            (tmp_path / name).mkdir(exist_ok=True)
            (tmp_path / name / "action.yml").write_text(text)
            for used in sorted(set(re.findall(rf"actions/{name}@[0-9a-f]{{40}}", texts))):
                stand_ins += ["--local-repository", f"{used}={tmp_path / name}"]
        told = {
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(wheels),
            "KEPT": str(kept),
            "GITHUB_API_URL": NOBODY,
            "RELEASED": f"sluicegate/sluicegate@{RELEASE}",
            "RELEASE": str(checkout),
            **environ,
        }
        done = subprocess.run(
            [
                *(str(tool("act")), event, "--json", "--pull=false", "--cache-server-addr", "127.0.0.1"),
                *("-P", "ubuntu-latest=-self-hosted", "-W", ".github/workflows/sluicegate.yml"),
                *("-e", str(tmp_path / "event.json"), "--concurrent-jobs", "2"),
                *("--local-repository", f"sluicegate/sluicegate@{RELEASE}={checkout}"),
                *stand_ins,
                *(part for each in variables for part in ("--var", each)),
                *(part for name, value in told.items() for part in ("--env", f"{name}={value}")),
            ],
            cwd=shop.root,
            env={**os.environ, "HOME": str(home)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=900,
            check=False,
        )
        made = Jobs([json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")], kept)
        (tmp_path / "log.json").write_text(done.stdout)
        assert made.results, done.stderr + made.log
        return made

    return go


@pytest.fixture
def three(shop):
    """The shop with three descriptions on main, of which the change breaks one."""
    shop.git("switch", "-q", "main")
    shop.write("sluicegate.toml", '[contract]\nspec = "api/*.yaml"\n')
    for name in ("a", "b", "c"):
        shop.write(f"api/{name}.yaml", API)
    shop.commit("Three")
    shop.git("switch", "-q", "-C", "change")
    return shop


def install(shop, name, where="workflows"):
    shop.write(".github/workflows/sluicegate.yml", (ROOT / where / name).read_text("utf-8"))


def pull_request(shop):
    return {"pull_request": {"number": 7, "base": {"ref": "main", "sha": shop.git("rev-parse", "main")}}}


def test_parts_on_several_machines_give_one_verdict(jobs, three):
    install(three, "matrix.yml")
    three.commit("Drop the name", **{"api/b.yaml": BROKEN})
    made = jobs("pull_request", pull_request(three))
    assert made.results["gates"] == "failure", made.log
    run = made.run("sluicegate-gates")
    assert (run["outcome"], run["exit_code"], run["part"]) == ("failed", 1, "")
    assert run["gates"][0]["examined"]["document"] == 3
    plan = json.loads((made.kept / "sluicegate-plan" / "plan.json").read_text("utf-8"))
    assert [len(part["subjects"]) for part in plan["parts"]] == [1, 1, 1]
    assert run["revision"]["head_commit"] == plan["head_commit"] == three.git("rev-parse", "HEAD")
    told = [job for job, _ in made.errors]
    assert set(told) == {"gates"}, "what a part found is told once, where the parts are joined"


def test_a_part_that_is_lost_is_no_verdict(jobs, three):
    install(three, "matrix.yml")
    three.commit("A word")
    made = jobs("pull_request", pull_request(three), LOST="sluicegate-part-contract-2-of-3")
    assert made.results["gates"] == "failure", made.log
    run = made.run("sluicegate-gates")
    assert (run["outcome"], run["exit_code"]) == ("errored", 3)
    assert "contract-2-of-3 is missing" in run["gates"][0]["reason"]


def test_the_merge_queue(jobs, shop):
    install(shop, "merge-queue.yml")
    base = shop.git("rev-parse", "main")
    shop.commit("Drop the name", **{"openapi.yaml": BROKEN})
    made = jobs("merge_group", {"merge_group": {"base_sha": base, "base_ref": "refs/heads/main"}})
    assert made.results == {"gates": "failure"}, made.log
    assert made.run("sluicegate-merge-queue")["revision"]["base_commit"] == base


@pytest.mark.parametrize("event", ["schedule", "workflow_dispatch"])
def test_every_night(jobs, shop, event):
    shop.git("switch", "-q", "main")
    install(shop, "nightly.yml")
    shop.commit("The night")
    made = jobs(event, {"repository": {"default_branch": "main"}, "ref": "refs/heads/main"})
    assert made.results == {"gates": "success"}, made.log
    assert made.run("sluicegate-nightly")["outcome"] == "passed"


def test_a_release_is_judged_against_the_tag_before_it_and_signed(jobs, shop):
    shop.git("switch", "-q", "main")
    install(shop, "release.yml")
    first = shop.commit("The workflow")
    shop.git("tag", "v1.0")
    shop.commit("Drop the name", **{"openapi.yaml": BROKEN})
    shop.git("tag", "v2.0")
    made = jobs("push", {"ref": "refs/tags/v2.0", "before": "0" * 40, "repository": {"default_branch": "main"}})
    assert made.results == {"gates": "failure"}, made.log
    assert made.run("sluicegate-release")["revision"]["base_commit"] == first
    assert not (made.kept / "signed").exists(), "what failed is not signed"


def test_a_first_release_has_nothing_before_it(jobs, shop):
    shop.git("switch", "-q", "main")
    install(shop, "release.yml")
    shop.commit("The workflow")
    shop.git("tag", "v1.0")
    made = jobs("push", {"ref": "refs/tags/v1.0", "before": "0" * 40, "repository": {"default_branch": "main"}})
    assert made.results == {"gates": "success"}, made.log
    assert (made.kept / "signed" / "run.json").read_text("utf-8") == json.dumps(
        made.run("sluicegate-release"), indent=2, ensure_ascii=False
    ) + "\n"


def test_the_required_workflow_errors_where_its_gate_finds_nothing(jobs, shop):
    shop.git("switch", "-q", "main")
    shop.git("rm", "-q", "openapi.yaml", "sluicegate.toml")
    install(shop, "required.yml")
    shop.commit("Nothing to check")
    shop.git("switch", "-q", "-C", "change")
    shop.commit("A word", **{"README.md": "words"})
    made = jobs("pull_request", pull_request(shop))
    assert made.results == {"required": "failure"}, made.log
    assert made.run("sluicegate-required")["exit_code"] == 3


@pytest.mark.parametrize("name", ["gates.yml", "matrix.yml"])
def test_the_callable_twins(jobs, three, name):
    """Called as if they were of the caller's repository, which is the one form that act can take from a folder."""
    three.write(f".github/workflows/{name}", (ROOT / ".github" / "workflows" / name).read_text("utf-8"))
    caller = {"name": "caller", "on": {"pull_request": {}}, "jobs": {"call": {"uses": f"./.github/workflows/{name}"}}}
    three.write(".github/workflows/sluicegate.yml", yaml.safe_dump(caller))
    three.commit("Drop the name", **{"api/b.yaml": BROKEN})
    made = jobs("pull_request", pull_request(three))
    assert made.results["gates"] == "failure", made.log
    assert made.run("sluicegate-gates")["outcome"] == "failed"

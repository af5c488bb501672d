"""The Action and its starter workflow, run by act on this machine: no container, and no action from anywhere else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
import yaml

from real.shared import API, BROKEN, HARMLESS, ROOT, succeed

RELEASE = "0" * 40
NOBODY = "http://127.0.0.1:9"
"""Where nothing answers: no test asks GitHub itself."""
STAND_IN = """\
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
      run: mkdir -p "$KEPT" && cp -r "$FROM" "$KEPT/$NAME"
"""


@dataclass(frozen=True)
class Job:
    """What a job left behind: its log, line by line as act describes it, and the artifacts."""

    lines: list[dict]
    kept: Path

    @property
    def log(self):
        return "".join(line.get("msg", "") for line in self.lines)

    @property
    def succeeded(self):
        (result,) = {line["jobResult"] for line in self.lines if "jobResult" in line}
        return result == "success"

    @cached_property
    def steps(self):
        """How each step of the job ended, by its id."""
        return {
            line["stepID"][0]: line["stepResult"]
            for line in self.lines
            if "stepResult" in line and line.get("stage") == "Main" and len(line["stepID"]) == 1
        }

    @property
    def outputs(self):
        return self.output_of("sluicegate")

    def output_of(self, step):
        found = [line for line in self.lines if line.get("command") == "set-output" and line["stepID"] == [step]]
        return {line["name"]: line["arg"] for line in found}

    @property
    def annotations(self):
        """Errors that the runner takes for such: those outside of every quarantine."""
        found, token = [], None
        for line in self.lines:
            command = line.get("command")
            if token:
                token = None if command == token else token
            elif command == "stop-commands":
                token = line["arg"]
            elif command in ("error", "warning", "notice"):
                found.append((command, line["kvPairs"], line["arg"]))
        assert token is None, "the quarantine was never left"
        return found

    @property
    def summary(self):
        return next((line["content"] for line in self.lines if line.get("command") == "summary"), "")


@pytest.fixture
def act(tool, checkout, shop, wheels, tmp_path):
    """Runs a workflow on the repository `shop`; the package index is a folder, and nothing else is reached."""

    def go(workflow, event="pull_request", *, payload=None, path=None, **environ):
        stand_in, home = tmp_path / "stand-in", tmp_path / "home"
        (home / ".config" / "act").mkdir(parents=True, exist_ok=True)
        (home / ".config" / "act" / "actrc").touch()  # or act would ask which container to use
        stand_in.mkdir(exist_ok=True)
        (stand_in / "action.yml").write_text(STAND_IN)
        shop.write(".github/workflows/gates.yml", workflow)
        shop.git("add", "-A")
        shop.git("commit", "-q", "--amend", "--no-edit")
        fetched(shop, tmp_path / "origin.git")
        (tmp_path / "event.json").write_text(json.dumps(payload or pull_request(shop)))
        upload = re.search(r"actions/upload-artifact@\w+", (ROOT / "workflows" / "pull-request.yml").read_text())[0]
        told = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels), "KEPT": str(tmp_path / "kept"), **environ}
        told.setdefault("GITHUB_API_URL", NOBODY)
        done = subprocess.run(
            [
                *(str(tool("act")), event, "--json", "--pull=false", "--cache-server-addr", "127.0.0.1"),
                *("-P", "ubuntu-latest=-self-hosted", "-W", ".github/workflows/gates.yml"),
                *("-e", str(tmp_path / "event.json")),
                *("--local-repository", f"sluicegate/sluicegate@{RELEASE}={checkout}"),
                *("--local-repository", f"{upload}={stand_in}"),
                *(part for name, value in told.items() for part in ("--env", f"{name}={value}")),
            ],
            cwd=shop.root,
            env={**os.environ, "HOME": str(home), "PATH": path or os.environ["PATH"]},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        job = Job([json.loads(line) for line in done.stdout.splitlines()], tmp_path / "kept")
        assert any("jobResult" in line for line in job.lines), done.stderr + job.log
        assert job.succeeded == (done.returncode == 0)
        return job

    return go


def fetched(shop, origin):
    """Give the clone the branch of its origin, as actions/checkout with `fetch-depth: 0` does."""
    if not origin.exists():
        shop.git("clone", "-q", "--bare", ".", str(origin))
        shop.git("remote", "add", "origin", str(origin))
        shop.git("fetch", "-q", "origin")


def pull_request(shop):
    return {"pull_request": {"number": 7, "base": {"ref": "main", "sha": shop.git("rev-parse", "main")}}}


def starter(name):
    return (ROOT / "workflows" / name).read_text("utf-8")


def test_the_starter_workflow_lets_a_harmless_change_through(act, shop):
    shop.commit("A word", **{"openapi.yaml": HARMLESS})
    job = act(starter("pull-request.yml"))
    assert job.succeeded, job.log
    assert (job.outputs["outcome"], job.outputs["findings"]) == ("passed", "0")
    assert job.annotations == []
    assert "passed" in job.summary.lower()
    reports = job.kept / "sluicegate-gates"
    document = json.loads((reports / "run.json").read_text("utf-8"))
    assert (document["outcome"], document["exit_code"]) == ("passed", 0)
    assert document["gates"][0]["examined"], "it says what it looked at"
    assert {"run.json", "junit.xml", "results.sarif", "summary.md"} <= {file.name for file in reports.iterdir()}


def test_the_starter_workflow_stops_a_change_that_breaks_clients(act, shop):
    shop.commit("Drop the name", **{"openapi.yaml": BROKEN})
    job = act(starter("pull-request.yml"))
    assert not job.succeeded
    assert job.steps["sluicegate"] == "failure"
    assert job.outputs["outcome"] == "failed"
    assert int(job.outputs["findings"]) >= 1
    errors = [place for kind, place, _ in job.annotations if kind == "error"]
    assert errors
    assert all(place["file"] == "openapi.yaml" and int(place["line"]) > 0 for place in errors)
    assert len(errors) == int(job.outputs["findings"])
    assert "name" in job.summary
    document = json.loads((job.kept / "sluicegate-gates" / "run.json").read_text("utf-8"))
    assert document["exit_code"] == 1  # the reports are kept although the step failed
    assert any("exit status 1" in line.get("msg", "") for line in job.lines)


def test_the_merge_queue_is_judged_against_the_base_of_the_group(act, shop):
    base = shop.git("rev-parse", "main")
    shop.commit("Drop the name", **{"openapi.yaml": BROKEN})
    group = {"merge_group": {"base_sha": base, "base_ref": "refs/heads/main"}}
    job = act(starter("pull-request.yml"), "merge_group", payload=group)
    assert job.outputs["outcome"] == "failed"
    document = json.loads((job.kept / "sluicegate-gates" / "run.json").read_text("utf-8"))
    assert document["revision"]["base_commit"] == base


def test_a_push_is_judged_against_the_tip_before_it(act, shop):
    before = shop.git("rev-parse", "main")
    shop.git("switch", "-q", "main")
    shop.commit("Drop the name", **{"openapi.yaml": BROKEN})
    job = act(starter("push.yml"), "push", payload={"before": before, "ref": "refs/heads/main"})
    assert job.outputs["outcome"] == "failed", job.log


GATE = """\
on: pull_request
jobs:
  one:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@0000000000000000000000000000000000000000
      - id: sluicegate
        continue-on-error: true
        uses: sluicegate/sluicegate/gates/contract@0000000000000000000000000000000000000000
        with:
          spec: |
            api/$(touch hacked) `id`.yaml
            api/second.yaml
          working-directory: service
          report-dir: reports here
      - id: after
        env:
          OUTCOME: ${{ steps.sluicegate.outputs.outcome }}
          FINDINGS: ${{ steps.sluicegate.outputs.findings }}
          REPORTS: ${{ steps.sluicegate.outputs.report-dir }}
        run: |
          echo "outcome=$OUTCOME" >> "$GITHUB_OUTPUT"
          echo "findings=$FINDINGS" >> "$GITHUB_OUTPUT"
          echo "files=$(ls "$REPORTS" | tr '\\n' ' ')" >> "$GITHUB_OUTPUT"
          echo "hacked=$(find . -name hacked | wc -l)" >> "$GITHUB_OUTPUT"
"""


def test_the_action_of_one_gate_takes_its_settings_as_inputs(act, shop):
    shop.git("switch", "-q", "main")
    shop.git("rm", "-q", "sluicegate.toml")
    shop.git("mv", "openapi.yaml", "at-the-root.yaml")
    name = "service/api/$(touch hacked) `id`.yaml"
    shop.commit("Move it", **{name: API, "service/api/second.yaml": API})
    shop.git("switch", "-q", "-C", "change")
    shop.commit("Drop the name", **{name: BROKEN})
    job = act(GATE)
    assert job.succeeded, job.log  # for the step may fail in this workflow
    after = job.output_of("after")
    assert (after["outcome"], int(after["findings"]) > 0) == ("failed", True), job.log
    assert set(after["files"].split()) >= {"run.json", "junit.xml", "results.sarif", "summary.md"}
    assert after["hacked"].strip() == "0"
    assert "2 documents" in job.summary  # the input holds one path per line


def test_wrong_settings_are_told_and_never_green(act, shop):
    shop.commit("A typing error", **{"sluicegate.toml": '[contract]\nspce = "openapi.yaml"\n'})
    job = act(starter("pull-request.yml"))
    assert not job.succeeded
    assert (job.outputs["outcome"], job.outputs["findings"]) == ("errored", "")
    assert "spce" in job.summary
    ((kind, _, _),) = job.annotations
    assert kind == "error"


def test_what_the_caller_has_set_for_pip_neither_harms_nor_is_harmed(act, shop, tmp_path):
    """PIP_FIND_LINKS and PIP_NO_INDEX stay in force in every test here, or nothing could be installed."""
    shop.commit("A word", **{"openapi.yaml": HARMLESS, "click.py": "raise SystemExit('ours')\n"})
    elsewhere, shadow = tmp_path / "elsewhere", tmp_path / "shadow"
    shadow.mkdir()
    (shadow / "msgspec.py").write_text("raise SystemExit('a module in the way')\n")
    constraint = tmp_path / "constraint.txt"
    constraint.write_text("click==7.0\n")
    before = succeed(sys.executable, "-I", "-m", "pip", "freeze", "--all")
    job = act(
        starter("pull-request.yml"),
        PIP_TARGET=str(elsewhere),
        PIP_USER="1",
        PIP_CONSTRAINT=str(constraint),
        PIP_REQUIRE_VIRTUALENV="1",
        PIP_NO_BINARY=":all:",
        VIRTUAL_ENV=str(tmp_path / "none"),
        PYTHONPATH=str(shadow),
        PYTHONHOME="",
    )
    assert job.succeeded, job.log
    assert job.outputs["outcome"] == "passed"
    assert not elsewhere.exists()
    assert succeed(sys.executable, "-I", "-m", "pip", "freeze", "--all") == before


def test_without_the_callers_settings_nothing_could_be_installed(act, shop, tmp_path):
    """The counter-proof: with an empty folder in the place of the wheels, the step says what to do and is not green."""
    shop.commit("A word", **{"openapi.yaml": HARMLESS})
    empty = tmp_path / "empty"
    empty.mkdir()
    job = act(starter("pull-request.yml"), PIP_FIND_LINKS=str(empty))
    assert not job.succeeded
    assert job.outputs["outcome"] == "errored"
    ((kind, place, said),) = job.annotations
    assert (kind, place["title"]) == ("error", "Sluicegate could not start")
    assert "could not install the lock" in said
    assert any("exit status 3" in line.get("msg", "") for line in job.lines)


def test_uv_is_used_where_it_is(act, shop, tool, wheels):
    shop.commit("A word", **{"openapi.yaml": HARMLESS})
    path = f"{tool('uv').parent}{os.pathsep}{os.environ['PATH']}"
    job = act(starter("pull-request.yml"), path=path, UV_FIND_LINKS=str(wheels), UV_NO_INDEX="1", UV_SYSTEM_PYTHON="1")
    assert job.succeeded, job.log
    assert "set itself up with uv" in job.log


def test_a_runner_whose_pythons_are_too_old_is_told_what_to_add(act, shop, tmp_path):
    shop.commit("A word", **{"openapi.yaml": HARMLESS})
    old = tmp_path / "old"
    old.mkdir()
    for name in ("python3", "python", "py", *(f"python3.{minor}" for minor in range(11, 15))):
        (old / name).write_text("#!/bin/sh\necho 'Python 3.10.12'\nexit 1\n")
        (old / name).chmod(0o755)
    job = act(
        starter("pull-request.yml"), path=f"{old}{os.pathsep}{os.environ['PATH']}", RUNNER_TOOL_CACHE=str(tmp_path)
    )
    assert not job.succeeded
    assert job.outputs["outcome"] == "errored"
    ((_, _, said),) = job.annotations
    assert "actions/setup-python" in said
    assert any("exit status 3" in line.get("msg", "") for line in job.lines)


def test_the_starter_workflows_are_those_that_were_run():
    """What stands in for a release here is what a user has to replace there."""
    for path in [*(ROOT / "workflows").glob("*.yml"), *(ROOT / ".github" / "workflows").glob("*.yml")]:
        used = [
            step["uses"]
            for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values()
            for step in job["steps"]
            if "uses" in step
        ]
        ours = [one for one in used if one.startswith("sluicegate/")]
        assert len(ours) == {"matrix.yml": 3, "ci.yml": 0}.get(path.name, 1)
        assert all(one.endswith(f"@{RELEASE}") for one in ours)
        assert all(re.search("@[0-9a-f]{40}$", one) for one in used)

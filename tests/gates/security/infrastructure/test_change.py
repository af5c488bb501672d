"""What a change brings to files of infrastructure, through the whole command: only what is new fails."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from test_cloud import planned
from test_scanners import LINT, WRONG

from cli_types import Command
from clones import Clone
from scanners import Programs

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  automountServiceAccountToken: false
  securityContext: {runAsNonRoot: true}
  containers:
    - name: one
      image: web:1
      securityContext: {allowPrivilegeEscalation: false}
"""
ANOTHER = """\
    - name: two
      image: web:1
      securityContext: {allowPrivilegeEscalation: false}
"""
SETTINGS = '[security]\nkinds = ["infrastructure"]\n'


def run(command: Command, clone: Clone, *arguments: str, code: int) -> list[tuple[str, str]]:
    """The names of the rules that found something, with the state of each finding."""
    report = clone.root.parent / "run.json"
    done = command("check", "--gate", "security", *arguments, "--report", f"json={report}")
    assert done.returncode == code, done.stdout + done.stderr
    [gate] = [one for one in json.loads(report.read_text("utf-8"))["gates"] if one["gate"] == "security"]
    return sorted((one["rule"].partition("/")[2], one["state"]) for one in gate["findings"])


def test_what_moved_in_a_manifest_is_the_same_and_another_container_is_another(clone: Clone, command: Command) -> None:
    clone.write("sluicegate.toml", f'{SETTINGS}\n[[override]]\nrules = ["security/kubernetes-*"]\nlevel = "error"\n')
    clone.commit(**{"web.yaml": POD})
    clone.write("web.yaml", f"# moved\n---\n{POD}")
    assert run(command, clone, code=0) == [("kubernetes-unpinned-image", "unchanged")]
    clone.write("web.yaml", f"# moved\n---\n{POD}{ANOTHER}")
    assert run(command, clone, code=1) == [
        ("kubernetes-unpinned-image", "new"), ("kubernetes-unpinned-image", "unchanged"),
    ]  # fmt: skip


def test_a_commit_is_judged_by_the_files_that_it_touches(clone: Clone, command: Command) -> None:
    clone.write("sluicegate.toml", SETTINGS)
    clone.commit(**{"main.tf": 'resource "aws_rds_cluster" "x" {}\n'})
    clone.write("web.yaml", POD.replace("web:1", "web"))
    clone.git("add", "--all")
    assert run(command, clone, "--staged", code=1) == [("kubernetes-unpinned-image", "new")]


def test_a_plan_that_stands_in_the_repository_has_a_base(clone: Clone, command: Command) -> None:
    clone.write("sluicegate.toml", f'{SETTINGS}terraform-plans = ["plan.json"]\n')
    plan = planned("aws_rds_cluster", {})
    clone.commit(**{"plan.json": json.dumps(plan)})
    plan["resource_changes"].append({**plan["resource_changes"][0], "address": "aws_rds_cluster.y"})
    clone.write("plan.json", json.dumps(plan))
    assert run(command, clone, code=1) == [
        ("cloud-unencrypted-storage", "new"), ("cloud-unencrypted-storage", "unchanged"),
    ]  # fmt: skip
    (clone.root / "plan.json").unlink()
    assert run(command, clone, code=3) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_what_a_scanner_found_before_is_not_new(clone: Clone, command: Command, programs: Programs) -> None:
    """Though no rule that the gate declares found anything, so that nothing else has the base looked at."""
    programs.write("cfn-lint", LINT)
    assert not (Path(sys.executable).parent / "cfn-lint").exists()
    clone.write("sluicegate.toml", f"{SETTINGS}cfn-lint = true\n")
    clone.commit(**{"web.yaml": WRONG})
    clone.write("web.yaml", f"# moved\n{WRONG}")
    assert run(command, clone, code=0) == [("cfn-lint-e3002", "unchanged")]

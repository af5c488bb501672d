"""The whole command over a repository: what a change brings is new, and what stood there is not."""

from __future__ import annotations

import json

import pytest

from cli_types import Command
from clones import Clone

CALL = "import subprocess\n\n\ndef buy(what):\n    subprocess.run(what, shell=True)\n"
WORKFLOW = """\
on: push
permissions: {contents: read}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2
      - run: make
"""
AT = ".github/workflows/ci.yml"


def run(command: Command, clone: Clone, *arguments: str, code: int) -> dict:
    report = clone.root.parent / "run.json"
    done = command("check", "--gate", "security", *arguments, "--report", f"json={report}")
    assert done.returncode == code, done.stdout + done.stderr
    [gate] = [one for one in json.loads(report.read_text("utf-8"))["gates"] if one["gate"] == "security"]
    return gate


def states(gate: dict) -> list[tuple[str, str]]:
    return sorted((one["rule"].partition("/")[2], one["state"]) for one in gate["findings"])


def facts(gate: dict) -> dict:
    return gate["facts"]


def test_a_second_call_in_a_file_that_has_one_is_new(clone: Clone, command: Command) -> None:
    clone.write("sluicegate.toml", '[security]\nkinds = ["code"]\n')
    clone.commit(**{"shop.py": CALL})
    clone.write("shop.py", f"# moved\n{CALL}    subprocess.run(what, shell=True)\n")
    gate = run(command, clone, code=1)
    assert states(gate) == [("python-b404", "unchanged"), ("python-b602", "new"), ("python-b602", "unchanged")]
    assert facts(gate)["nosec"] == "0"


def test_what_an_audit_found_before_is_not_new(clone: Clone, command: Command) -> None:
    """Though no rule that the gate declares found anything, so that nothing else has the base looked at."""
    clone.write("sluicegate.toml", '[security]\nkinds = ["workflows"]\nzizmor = true\n')
    clone.commit(**{AT: WORKFLOW})
    clone.write(AT, f"# moved\n{WORKFLOW}")
    assert states(run(command, clone, code=0)) == [("zizmor-artipacked", "unchanged")]
    clone.write(AT, WORKFLOW.replace("on: push", "on: pull_request_target"))
    assert states(run(command, clone, code=1)) == [
        ("zizmor-artipacked", "unchanged"),
        ("zizmor-dangerous-triggers", "new"),
    ]


def test_a_commit_is_judged_by_ruff_and_a_change_by_bandit(clone: Clone, command: Command) -> None:
    clone.write("sluicegate.toml", '[security]\nkinds = ["code"]\n')
    clone.commit(**{"shop.py": "x = 1\n"})
    clone.write("shop.py", CALL)
    clone.git("add", "--all")
    staged, whole = run(command, clone, "--staged", code=1), run(command, clone, code=1)
    assert [("ruff" in facts(one), "bandit" in facts(one)) for one in (staged, whole)] == [(True, False), (False, True)]
    prints = [
        sorted(each["fingerprint"] for each in one["findings"] if "b602" in each["rule"]) for one in (staged, whole)
    ]
    assert len(prints[0]) == 1
    assert prints[0] == prints[1]


def test_a_file_that_nobody_can_parse_is_no_pass(clone: Clone, command: Command) -> None:
    clone.write("sluicegate.toml", '[security]\nkinds = ["code"]\n')
    clone.commit(**{"shop.py": "x = 1\n"})
    clone.write("other.py", "def (\n")
    gate = run(command, clone, code=3)
    assert gate["outcome"] == "errored"
    assert "other.py" in gate["reason"]


@pytest.mark.parametrize("name", ["-rf.py", "$(touch owned).py", "::error::x.py"])
def test_a_name_that_is_a_command_is_a_name(clone: Clone, command: Command, name: str) -> None:
    clone.write("sluicegate.toml", '[security]\nkinds = ["code"]\n')
    clone.commit()
    clone.write(name, CALL)
    gate = run(command, clone, code=1)
    assert ("python-b602", "new") in states(gate)
    assert not (clone.root / "owned").exists()

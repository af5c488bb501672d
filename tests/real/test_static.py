"""What others read of ours, held against their own checkers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from real.shared import ROOT, run, succeed

ACTIONS = sorted([ROOT / "action.yml", *ROOT.glob("gates/*/action.yml"), *ROOT.glob("actions/*/action.yml")])
WORKFLOWS = sorted([*ROOT.glob("workflows/*.yml"), *ROOT.glob(".github/workflows/*.yml")])


def relative(paths):
    return [path.relative_to(ROOT).as_posix() for path in paths]


def test_there_is_something_to_check():
    assert len(ACTIONS) > 1
    assert len(WORKFLOWS) > 1


def test_actionlint_finds_nothing_in_the_workflows(tool):
    assert succeed(tool("actionlint"), "-no-color", *WORKFLOWS) == ""


def test_zizmor_finds_nothing_and_has_read_everything(tool):
    files = relative([*ACTIONS, *WORKFLOWS])
    told = succeed(tool("zizmor"), "--offline", "--strict-collection", "--color=never", *files, cwd=ROOT)
    assert "No findings to report" in told
    assert sorted(re.findall(r"completed (\S+)", told)) == sorted(files)


def test_zizmor_would_find_an_input_in_a_script(tool, tmp_path):
    """The counter-proof, on the very action with its rule broken."""
    text = (ROOT / "action.yml").read_text("utf-8").replace("exec bash", "echo ${{ inputs.base }}; exec bash")
    (tmp_path / "action.yml").write_text(text)
    done = run(tool("zizmor"), "--offline", "--strict-collection", "--color=never", tmp_path / "action.yml")
    assert done.returncode != 0
    assert "template-injection" in done.stdout


@pytest.mark.parametrize(("schema", "files"), [("github-actions", ACTIONS), ("github-workflows", WORKFLOWS)])
def test_githubs_schemas_hold(tool, schema, files):
    succeed(tool("check-jsonschema"), "--builtin-schema", f"vendor.{schema}", *files)


def test_pre_commit_reads_the_hooks(tool):
    succeed(tool("pre-commit"), "validate-manifest", ROOT / ".pre-commit-hooks.yaml")
    succeed(tool("prek"), "validate-manifest", ROOT / ".pre-commit-hooks.yaml")


def test_scripts_are_clean(tool):
    scripts = [
        *ROOT.glob("src/sluicegate/ci/*.sh"),
        *ROOT.glob("requirements/*.sh"),
        *Path(__file__).parent.rglob("*.sh"),
    ]
    assert succeed(tool("shellcheck"), *scripts, ROOT / ".ci" / "run") == ""

"""Sluicegate gates itself: the settings, hooks and the script of its own repository, on a copy of it."""

from __future__ import annotations

import re
import sys

import pytest

from clones import Clone
from real.shared import ROOT, run, succeed


@pytest.fixture
def own(checkout, tmp_path):
    """A clone of this checkout, with the environment that runs the tests as its .venv."""
    copy = tmp_path / "own"
    succeed("git", "clone", "-q", checkout, copy)
    (copy / ".venv").symlink_to(sys.prefix)
    (copy / ".git" / "info" / "exclude").write_text(".venv\n")
    return Clone(copy)


def hooks(tool, own, *more):
    return run(tool("pre-commit"), "run", "--color=never", *more, cwd=own.root)


def break_the_example(own):
    path = own.root / "examples" / "shop" / "openapi.yaml"
    text = path.read_text("utf-8")
    broken = re.sub(r"(?m)^( +)total:", r"\1amount:", text, count=1)
    assert broken != text
    own.write("examples/shop/openapi.yaml", broken)
    own.git("add", "-A")


def test_the_hooks_are_valid(tool):
    for name in ("pre-commit", "prek"):
        succeed(tool(name), "validate-config", ROOT / ".pre-commit-config.yaml")


def test_the_hooks_of_a_commit_are_green_on_what_is_there(tool, own):
    done = hooks(tool, own, "--all-files")
    assert done.returncode == 0, done.stdout
    assert {"sluicegate check", "ruff check", "ruff format"} <= set(re.findall(r"(?m)^([\w ]+?)\.+Passed", done.stdout))


def test_a_commit_that_breaks_the_example_is_refused(tool, own):
    break_the_example(own)
    done = hooks(tool, own, "sluicegate")
    assert done.returncode != 0
    assert "was removed" in done.stdout
    assert "examples/shop/openapi.yaml" in done.stdout


def own_verdict():
    """The lines of .ci/run in which Sluicegate judges the change."""
    text = (ROOT / ".ci" / "run").read_text("utf-8")
    return text[text.index("base=()") : text.index("PYTHON=")]


@pytest.mark.parametrize("kind", ["clone", "without a branch"])
def test_the_script_lets_pass_what_is_there_and_stops_what_breaks_the_example(own, kind):
    if kind == "without a branch":
        own.git("checkout", "-q", "--detach")
        own.git("remote", "remove", "origin")
        own.git("branch", "-q", "-D", "main")
    told = ("env", "GITHUB_ACTIONS=", "bash", "-euo", "pipefail", "-c", own_verdict())
    done = run(*told, cwd=own.root)
    assert done.returncode == 0, done.stdout
    assert "PASSED" in done.stdout
    break_the_example(own)
    done = run(*told, cwd=own.root)
    assert done.returncode == 1, done.stdout
    assert "was removed" in done.stdout


def test_the_workflow_runs_the_script():
    assert "- run: .ci/run" in (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")

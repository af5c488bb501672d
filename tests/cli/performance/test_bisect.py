"""`sluicegate performance bisect`, on a branch whose benchmark tells fixed numbers."""

from __future__ import annotations

import subprocess

import pytest

from cli_types import Command
from clones import Clone

SETTINGS = """
[performance.bench]
command = ["python3", "work.py"]
results = "stdout"
processes = 6
first = 6
"""
WORK = """
import json, random
print(json.dumps({"sluicegate-performance": 1, "readings": [
    {"benchmark": "sort", "unit": "ms", "processes": [[%s * random.uniform(1, 1.01)]]},
    {"benchmark": "walk", "unit": "ms", "processes": [[5 * random.uniform(1, 1.01)]]},
    {"benchmark": "wild", "unit": "ms", "processes": [[5 * random.uniform(1, 3)]]},
]}))
"""


@pytest.fixture
def branch(clone: Clone) -> Clone:
    """Six commits, the fifth of which makes one benchmark slower."""
    clone.write("sluicegate.toml", SETTINGS)
    for number in range(1, 7):
        clone.commit(f"number {number}", **{"work.py": f"# {number}\n{WORK % (12 if number >= 5 else 10)}"})
    return clone


@pytest.mark.parametrize("metric", ["*", "ti*", "time"])
def test_the_commit_is_found_and_nothing_is_touched(branch: Clone, command: Command, metric: str) -> None:
    before = branch.git("for-each-ref"), branch.git("status", "--porcelain")
    done = command("performance", "bisect", "HEAD~5", "HEAD", "--benchmark", "so*", "--metric", metric)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == f"worse since {branch.git('rev-parse', 'HEAD~1')}: number 5"
    assert (branch.git("for-each-ref"), branch.git("status", "--porcelain")) == before
    assert not (branch.root / ".git" / "BISECT_LOG").exists()


def test_what_is_not_worse_is_not_searched(branch: Clone, command: Command) -> None:
    done = command("performance", "bisect", "HEAD~5", "HEAD", "--benchmark", "walk")
    assert done.returncode == 2
    assert "HEAD is not worse than HEAD~5" in done.stderr
    assert branch.git("status", "--porcelain") == ""


def test_without_a_command_the_next_step_is_told(clone: Clone, command: Command) -> None:
    clone.write("sluicegate.toml", "[performance]\n")
    clone.commit("settings")
    done = command("performance", "bisect", "HEAD", "HEAD")
    assert done.returncode == 2
    assert "[performance.bench]" in done.stderr


def test_commits_that_cannot_be_measured_are_skipped_and_named(branch: Clone, command: Command) -> None:
    for back in (4, 3, 2):
        commit = branch.git("rev-parse", f"HEAD~{back}")
        branch.git("replace", commit, _broken(branch, commit))
    done = command("performance", "bisect", "HEAD~5", "HEAD", "--benchmark", "sort")
    assert done.returncode == 3
    assert "it is one of these, which could not be told apart:" in done.stdout


def test_a_commit_that_does_not_measure_what_is_sought_is_not_good(branch: Clone, command: Command) -> None:
    text = f"# 4\n{WORK % 10}".replace('"sort"', '"sorted"')
    commit = branch.git("rev-parse", "HEAD~2")
    branch.git("replace", commit, _other(branch, commit, text))
    done = command("performance", "bisect", "HEAD~3", "HEAD", "--benchmark", "so*")
    assert done.returncode == 3, done.stdout + done.stderr
    assert f"skip  {commit[:12]} number 4: sort was measured before the change and is not any more" in done.stdout
    assert {line.split()[0] for line in done.stdout.splitlines()[-2:]} == {commit, branch.git("rev-parse", "HEAD~1")}


def _broken(branch: Clone, commit: str) -> str:
    """The same commit with a program that fails."""
    return _other(branch, commit, "raise SystemExit(3)\n")


def _other(branch: Clone, commit: str, text: str) -> str:
    """The same commit with another program."""
    blob = branch.root / "broken.py"
    blob.write_text(text)
    name = branch.git("hash-object", "-w", "broken.py")
    blob.unlink()
    tree = branch.git("ls-tree", commit).replace(branch.git("rev-parse", f"{commit}:work.py"), name)

    made = subprocess.run(
        ["git", "-C", str(branch.root), "mktree"], input=tree + "\n", capture_output=True, text=True, check=True
    ).stdout.strip()
    return branch.git("commit-tree", made, "-p", f"{commit}^", "-m", branch.git("log", "-1", "--format=%s", commit))

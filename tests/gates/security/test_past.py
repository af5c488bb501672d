"""Secrets that stand in commits alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cli_types import Command
from clones import Clone
from sluicegate.gates.security.selftest.tokens import secret
from sluicegate.revision import CommitLog

RULE = "security/secret-in-history"


@pytest.fixture
def project(clone: Clone) -> Clone:
    clone.write("sluicegate.toml", '[security]\nkinds = ["secrets"]\n')
    clone.commit("one", **{"a.txt": "nothing\n"})
    clone.git("checkout", "--quiet", "-b", "work")
    return clone


def judged(command: Command, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    done = command("check", "--base", "main", "--report=json=-", *arguments)
    (gate,) = json.loads(done.stdout)["gates"]
    outcome = next(rule["outcome"] for rule in gate["rules"] if rule["rule"] == RULE)
    return done.returncode, [each for each in gate["findings"] if each["rule"] == RULE], outcome


def test_what_a_later_commit_takes_out_is_found(project: Clone, command: Command):
    commit = project.commit("two", **{"a.txt": secret("npm-token")})
    project.commit("three", **{"a.txt": "nothing\n"})
    code, (found,), outcome = judged(command)
    assert (code, outcome) == (1, "failed")
    assert found["message"] == f"secret in commit {commit[:12]}: npm token, in a.txt, which no file has any more"
    assert found["location"]["logical"] == f"commit {commit[:12]}"


def test_what_a_file_still_has_is_told_once_and_there(project: Clone, command: Command):
    project.commit("two", **{"a.txt": secret("npm-token")})
    project.commit("three", **{"a.txt": "x\n" + secret("npm-token")})
    code, found, outcome = judged(command)
    assert (code, found, outcome) == (1, [], "passed")


def test_a_merge_that_writes_and_one_that_only_merges(project: Clone, command: Command):
    project.git("checkout", "--quiet", "-b", "side", "main")
    project.commit("side", **{"b.txt": "side\n"})
    project.git("checkout", "--quiet", "work")
    project.commit("two", **{"c.txt": "two\n"})
    project.git("merge", "--quiet", "--no-commit", "--no-ff", "side")
    project.commit("merged", **{"d.txt": secret("stripe-key")})
    project.commit("gone", **{"d.txt": ""})
    code, found, _ = judged(command)
    assert (code, [each["location"]["path"] for each in found]) == (1, ["d.txt"])


def test_a_commit_before_the_change_is_searched_where_all_are_asked(project: Clone, command: Command):
    project.git("checkout", "--quiet", "main")
    project.commit("old", **{"old.txt": secret("npm-token")})
    project.commit("gone", **{"old.txt": ""})
    project.git("checkout", "--quiet", "-B", "work")
    project.commit("two", **{"a.txt": "two\n"})
    assert judged(command)[1] == []
    code, (found,), _ = judged(command, "--set", "security.history=all")
    assert (code, found["state"]) == (0, "unchanged")


def test_a_change_that_takes_a_secret_out_brings_none(project: Clone, command: Command):
    project.git("checkout", "--quiet", "main")
    project.commit("old", **{"old.txt": secret("npm-token")})
    project.git("checkout", "--quiet", "-B", "work")
    project.commit("two", **{"old.txt": "gone\n"})
    for asked in ("change", "all"):
        code, found, _ = judged(command, "--set", f"security.history={asked}")
        assert (code, [each["state"] for each in found if each["state"] == "new"]) == (0, [])


def test_in_a_clone_that_is_cut_the_commits_are_not_tested(project: Clone, command: Command, tmp_path):
    project.commit("two", **{"a.txt": "two\n"})
    cut = tmp_path / "cut"
    project.git("clone", "--quiet", "--depth", "1", f"file://{project.root}", str(cut))
    done = command("check", "--report=json=-", cwd=cut)
    (gate,) = json.loads(done.stdout)["gates"]
    (rule,) = (rule for rule in gate["rules"] if rule["rule"] == RULE)
    assert rule["outcome"] == "not-tested"
    assert "the clone is cut" in rule["reason"]


def test_names_with_spaces_and_line_ends_and_renames(project: Clone):
    odd = "a b\nc.txt"
    project.commit("two", **{odd: "one\n"})
    project.git("mv", odd, "new name.txt")
    project.commit("three")
    log = CommitLog(root=project.root, prefix="", head="HEAD", base=project.git("rev-parse", "main"))
    assert [(each.path, each.content) for each in log.written(whole=False, limit=100)] == [
        ("new name.txt", b"one\n"),
        (odd, b"one\n"),
    ]


def test_what_is_too_large_is_counted_and_the_rest_looked_at(project: Clone):
    project.commit("two", **{"a.txt": "x" * 200, "b.txt": "small"})
    log = CommitLog(root=project.root, prefix="", head="HEAD", base=project.git("rev-parse", "main"))
    assert {each.path: each.content for each in log.written(whole=False, limit=100)} == {
        "a.txt": None, "b.txt": b"small",
    }  # fmt: skip

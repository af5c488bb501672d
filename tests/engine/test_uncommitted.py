"""A Run says which of the files that it judged are not in its commit."""

from __future__ import annotations

import pytest

from clones import Clone
from policies import REGISTRY, SUPPRESS, accepting, check
from sluicegate.config import find, parse
from sluicegate.engine import plan_check, policy_of, run
from sluicegate.registry import settings_type
from sluicegate.report import json as document


@pytest.fixture
def started(clone: Clone) -> Clone:
    clone.commit("one", **{"sluicegate.toml": "[sample]\n", "a.txt": "ok\n", "b.txt": "ok\n"})
    return clone


def test_a_clean_tree(started: Clone) -> None:
    started.write("coverage.xml", "made by the build")
    assert check(started).revision.uncommitted == ()


def test_an_edit_and_a_file_that_a_gate_read(started: Clone) -> None:
    started.write("b.txt", "edited\n")
    started.git("rm", "--quiet", "--cached", "a.txt")
    started.git("commit", "--quiet", "-m", "a is not tracked")
    result = check(started)
    assert result.revision.uncommitted == ("a.txt", "b.txt")
    assert document.read(document.render(result)).revision.uncommitted == ("a.txt", "b.txt")


def test_so_in_a_process_of_its_own(started: Clone) -> None:
    started.git("rm", "--quiet", "--cached", "a.txt")
    started.git("commit", "--quiet", "-m", "a is not tracked")
    loaded = parse(find(started.root), {gate.id: settings_type(gate) for gate in REGISTRY.gates})
    assert run(plan_check(loaded, REGISTRY), policy_of(loaded)).revision.uncommitted == ("a.txt",)


def test_settings_and_a_baseline_that_git_does_not_know(started: Clone) -> None:
    started.write("sluicegate.toml", '[baseline]\ncompare = "accepted"\n[sample]\n')
    started.git("rm", "--quiet", "--cached", "sluicegate.toml")
    started.git("commit", "--quiet", "-m", "none")
    accepting(started)
    assert check(started).revision.uncommitted == (".sluicegate/baseline.json", "sluicegate.toml")


def test_what_is_staged_is_not_in_the_commit(started: Clone) -> None:
    started.write("a.txt", "edited\n")
    assert check(started, staged=True).revision.uncommitted == ()
    started.git("add", "a.txt")
    assert check(started, staged=True).revision.uncommitted == ("a.txt",)


def test_settings_that_are_not_staged_judge_what_is_and_are_named(started: Clone) -> None:
    started.write("a.txt", "FAIL\n")
    started.git("add", "a.txt")
    assert check(started, staged=True).revision.uncommitted == ("a.txt",)
    started.write("sluicegate.toml", f"[sample]\n{SUPPRESS}")
    hidden = check(started, staged=True)
    assert [each.suppression is not None for each in hidden.findings if each.rule == "sample/word"] == [True]
    assert hidden.revision.uncommitted == ("a.txt", "sluicegate.toml")
    started.git("add", "--all")
    started.write("b.txt", "not staged, and not judged")
    assert check(started, staged=True).revision.uncommitted == ("a.txt", "sluicegate.toml")


def test_settings_of_a_commit_hook_that_git_does_not_know(started: Clone) -> None:
    started.write("above.toml", "[sample]\n")
    started.write("sluicegate.toml", 'extends = ["above.toml"]\n[sample]\n')
    started.git("add", "sluicegate.toml")
    assert check(started, staged=True).revision.uncommitted == ("above.toml", "sluicegate.toml")


def test_what_a_document_of_an_earlier_version_did_not_say_is_not_known(started: Clone) -> None:
    import json

    said = json.loads(document.render(check(started)))
    del said["revision"]["uncommitted"]
    assert document.read(json.dumps(said)).revision.uncommitted is None

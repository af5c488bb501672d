"""Workflows: what each rule tells, and what looks like it and is fine."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli_types import Command
from clones import Clone
from sluicegate.gates.security.catalogue import RULES
from sluicegate.gates.security.settings import Settings
from sluicegate.gates.security.workflows.check import check
from sluicegate.infrastructure.workflows import expressions
from sluicegate.model import Context, Examination, Finding, Level, Outcome
from sluicegate.revision import TreeSpec, open_tree

COMMIT = "3df4ab11eba7bda6032a0b82a6bb43b11571feac"
HEAD = "on: {on}\npermissions: {{contents: read}}\njobs:\n  build:\n    runs-on: ubuntu-latest\n"


def said(folder: Path, text: str, path: str = ".github/workflows/ci.yml") -> list[Finding | Examination]:
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    tree = open_tree(TreeSpec(kind="folder", root=str(folder)))
    rules = frozenset(rule.id for rule in RULES)
    context = Context(settings=Settings(), head=tree, reference=None, rules=rules, now=datetime.now(UTC))
    return [each for each in check(context) if isinstance(each, Finding | Examination)]


def told(folder: Path, text: str, path: str = ".github/workflows/ci.yml") -> list[tuple[str, int | None]]:
    found = [each for each in said(folder, text, path) if isinstance(each, Finding)]
    return [(each.rule.removeprefix("security/workflow-"), each.location.line) for each in found]


def job(steps: str, on: str = "push") -> str:
    return HEAD.format(on=on) + "    steps:\n" + "".join(f"      {line}\n" for line in steps.splitlines())


@pytest.mark.parametrize(
    ("uses", "pinned"),
    [
        (f"acme/a@{COMMIT}", True),
        (f"acme/a/b/c@{COMMIT}", True),
        ("./.github/actions/a", True),
        (f"docker://alpine@sha256:{'a' * 64}", True),
        ("acme/a@v1", False),
        ("acme/a@main", False),
        ("acme/a", False),
        (f"acme/a@{COMMIT[:12]}", False),
        ("docker://alpine:3.20", False),
    ],
)
def test_what_is_pinned(tmp_path: Path, uses: str, pinned: bool):
    assert told(tmp_path, job(f"- uses: {uses}")) == ([] if pinned else [("unpinned-action", 7)])


def test_a_called_workflow_is_pinned_too(tmp_path: Path):
    text = "on: push\npermissions: {}\njobs:\n  a:\n    uses: acme/w/.github/workflows/x.yml@v1\n"
    assert told(tmp_path, text) == [("unpinned-action", 5)]


@pytest.mark.parametrize(
    ("expression", "level"),
    [
        ("github.event.issue.title", Level.ERROR),
        ("github.event['issue']['title']", Level.ERROR),
        ("GitHub.Event.Issue.Title", Level.ERROR),
        ("github.head_ref", Level.ERROR),
        ("github.event.pull_request.head.ref", Level.ERROR),
        ("github.event.commits[0].message", Level.ERROR),
        ("format('{0}', github.event.comment.body)", Level.ERROR),
        ("toJSON(github.event)", Level.ERROR),
        ("inputs.name", Level.WARNING),
        ("github.event.inputs.name", Level.WARNING),
        ("github.sha", None),
        ("github.event.pull_request.number", None),
        ("github.event.pull_request.head.sha", None),
        ("matrix.python", None),
        ("secrets.TOKEN", None),
        ("steps.a.outputs.inputs", None),
    ],
)
def test_what_is_pasted_into_a_script(tmp_path: Path, expression: str, level: Level | None):
    found = [each for each in said(tmp_path, job(f"- run: echo ${{{{ {expression} }}}}")) if isinstance(each, Finding)]
    assert [each.level for each in found] == ([level] if level else [])


def test_a_script_of_githubs_own_action_is_one_too_and_a_variable_is_none(tmp_path: Path):
    script = f"- uses: actions/github-script@{COMMIT}\n  with:\n    script: console.log('${{{{ github.head_ref }}}}')"
    assert told(tmp_path, job(script)) == [("script-injection", 8)]
    safe = "- run: echo $REF\n  env:\n    REF: ${{ github.head_ref }}"
    assert told(tmp_path, job(safe)) == []


def test_an_action_is_read_like_a_workflow(tmp_path: Path):
    text = "name: a\nruns:\n  steps:\n    - run: echo ${{ inputs.x }}\n      shell: bash\n    - uses: acme/a@v1\n"
    assert told(tmp_path, text, "tools/action.yml") == [("unpinned-action", 6), ("script-injection", 4)]


@pytest.mark.parametrize("event", ["pull_request_target", "[workflow_run]", "{issue_comment: {types: [created]}}"])
def test_a_checkout_of_a_strangers_code(tmp_path: Path, event: str):
    step = f"- uses: actions/checkout@{COMMIT}\n  with:\n    ref: ${{{{ github.event.pull_request.head.sha }}}}"
    assert told(tmp_path, job(step, event)) == [("untrusted-checkout", 7)]
    assert told(tmp_path, job(step, "pull_request")) == []
    assert told(tmp_path, job(f"- uses: actions/checkout@{COMMIT}", event)) == []
    assert told(tmp_path, job("- run: gh pr checkout 7", event)) == [("untrusted-checkout", 7)]


def test_permissions_of_the_file_or_of_every_job_are_enough(tmp_path: Path):
    bare = "on: push\njobs:\n  a: {runs-on: x, steps: []}\n  b: {runs-on: x, permissions: {}, steps: []}\n"
    (found,) = (each for each in said(tmp_path, bare) if isinstance(each, Finding))
    assert found.message.startswith("`a` runs with whatever the repository gives")
    assert told(tmp_path, bare.replace("{runs-on: x, steps", "{runs-on: x, permissions: {}, steps")) == []
    assert told(tmp_path, bare.replace("on: push", "on: workflow_call")) == []
    assert told(tmp_path, bare.replace("on: push", "on: push\npermissions: write-all")) == [("broad-permissions", 2)]


def test_a_cache_counts_where_something_is_released(tmp_path: Path):
    cache = f"- uses: actions/cache@{COMMIT}\n"
    assert told(tmp_path, job(cache)) == []
    assert told(tmp_path, job(cache, "release")) == [("release-cache", 7)]
    assert told(tmp_path, job(f"{cache}- run: twine upload dist/*")) == [("release-cache", 7)]
    off = f"- uses: acme/setup-x@{COMMIT}\n  with: {{cache: false}}\n- run: npm publish"
    assert told(tmp_path, job(off)) == []


def test_an_expression_is_spelt_with_dots():
    assert list(expressions("a ${{ GitHub['Event'].x }} b ${{\n y }}")) == ["github.event.x", "y"]


def test_a_file_that_cannot_be_read_is_errored_and_the_others_are_judged(tmp_path: Path):
    (tmp_path / ".github/workflows").mkdir(parents=True)
    (tmp_path / ".github/workflows/bad.yml").write_text("on: [push\njobs: {")
    words = said(tmp_path, job("- uses: a/b@v1"))
    bad = {each.undecided.outcome for each in words if isinstance(each, Examination) and each.undecided}
    assert bad == {Outcome.ERRORED}
    assert [each.rule for each in words if isinstance(each, Finding)] == ["security/workflow-unpinned-action"]


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "3",
        "jobs: 3\non: 4",
        "jobs: {a: 3}",
        "jobs: {a: {steps: {b: 1}}}",
        "on: push\njobs: {a: {steps: [3, {uses: 4}, {run: 5, with: 6}]}}",
    ],
)
def test_what_is_no_workflow_breaks_nothing(tmp_path: Path, text: str):
    assert isinstance(told(tmp_path, text), list)


def test_a_step_that_moves_is_the_same_and_a_second_one_is_new(clone: Clone, command: Command):
    clone.write("sluicegate.toml", '[security]\nkinds = ["workflows"]\n')
    clone.write(".github/workflows/ci.yml", job("- uses: acme/a@v1"))
    clone.commit("one")
    clone.write(".github/workflows/ci.yml", "# moved\n" + job("- run: x\n- uses: acme/a@v1"))
    assert command("check").returncode == 0
    clone.write(".github/workflows/ci.yml", job("- uses: acme/a@v1\n- uses: acme/a@v1"))
    done = command("check", "--report=json=-")
    assert done.returncode == 1
    states = [each["state"] for each in json.loads(done.stdout)["gates"][0]["findings"]]
    assert sorted(states) == ["new", "unchanged"]


def test_excluded_files_are_not_looked_at(clone: Clone, command: Command):
    clone.write("sluicegate.toml", '[security]\nkinds = ["workflows"]\nexclude = ["vendor/**"]\n')
    clone.write("vendor/action.yml", "runs: {using: composite, steps: [{uses: a/b@v1}]}\n")
    run = json.loads(command("check", "--report=json=-").stdout)
    assert run["gates"][0]["findings"] == []

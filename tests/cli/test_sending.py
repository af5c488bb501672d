"""The Action publishes: after its check, and as a step of its own; against a server that keeps what it is sent."""

from __future__ import annotations

import io
import json
import os
import sys

import pytest
import yaml
from msgspec.structs import replace

from forge import HEAD, MERGE, NO_ACCESS, Fault, Forge
from hosting import REPOSITORY, TOKEN
from report import runs
from sluicegate.cli import action
from sluicegate.cli.publish_faces import publish_faces
from sluicegate.cli.sending import publish_given
from sluicegate.report import render

# Takes the part of the check, and hands everything else to the real command.
PROGRAM = """
import json, os, pathlib, sys
here = pathlib.Path(__file__).parent
if sys.argv[1] != "check":
    (here / "published.json").write_text(json.dumps(sys.argv[1:]))
    from sluicegate.cli.main import main
    main(sys.argv[1:])
told = dict(one.removeprefix("--report=").split("=", 1) for one in sys.argv if one.startswith("--report="))
pathlib.Path(told["json"]).write_bytes((here / "run.json").read_bytes())
pathlib.Path(told["annotations"]).write_text("")
pathlib.Path(told["markdown"]).write_text("# shown\\n")
sys.exit(json.loads((here / "run.json").read_text())["exit_code"])
"""


@pytest.fixture
def forge():
    with Forge().serving() as served:
        yield served


@pytest.fixture
def step(tmp_path, forge):
    """A step of a job about pull request 7; answers with its exit code and its log."""
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "event.json").write_text(json.dumps({"pull_request": {"number": 7, "head": {"sha": HEAD}}}))
    environ = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(tmp_path),
        "RUNNER_TEMP": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_SHA": MERGE,
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_API_URL": forge.address,
        "SLUICEGATE_TOKEN": TOKEN,
    }

    def go(run, entry=action.act, **inputs):
        run = replace(run, revision=replace(run.revision, head_commit=MERGE))
        (tmp_path / "run.json").write_text(render("json", run))
        log = io.StringIO()
        told = {f"SLUICEGATE_INPUT_{name}": value for name, value in inputs.items()}
        code = entry(environ | told, log, (sys.executable, str(tmp_path / "program.py")))
        return code, log.getvalue()

    return go


@pytest.mark.parametrize(("run", "code"), [(runs.passed(), 0), (runs.failed(), 1), (runs.errored(), 3)])
def test_a_check_is_published_and_its_exit_code_stays(step, forge, tmp_path, run, code):
    ended, log = step(run, PUBLISH="check-run\nstatus, comment")
    assert ended == code, log
    assert (len(forge.checks), len(forge.statuses)) == (1, 1)
    assert len(forge.comments) == (code != 0)
    assert forge.authorizations == {f"Bearer {TOKEN}"}
    assert TOKEN not in log
    assert (tmp_path / "summary.md").read_text() == "# shown\n", "the summary is written once"


def test_nothing_is_published_where_nobody_asks(step, forge):
    assert step(runs.failed())[0] == 1
    assert step(runs.failed(), PUBLISH=" \n")[0] == 1
    assert forge.requests == []


def test_a_token_that_may_not_write_is_told_and_changes_nothing(step, forge):
    forge.faults.append(Fault("POST", "/check-runs", 403, NO_ACCESS))
    code, log = step(runs.failed(), PUBLISH="check-run")
    assert code == 1
    assert "\n::warning title=Sluicegate%3A check-run refused::" in log
    assert "::error file=" not in log, "the check has told its findings already"


@pytest.mark.parametrize(("run", "code"), [(runs.passed(), 3), (runs.failed(), 3), (runs.errored(), 3)])
def test_trouble_is_an_error_of_its_own(step, forge, run, code):
    forge.faults.append(Fault("POST", "/check-runs", 422, {"message": "no"}))
    ended, log = step(run, PUBLISH="check-run")
    assert ended == code
    assert "::error title=Sluicegate%3A check-run failed::" in log


def test_a_target_that_there_is_not_is_an_error(step, forge):
    code, log = step(runs.passed(), PUBLISH="fax")
    assert code == 3
    assert "Invalid value for '--to'" in log
    assert forge.requests == []


@pytest.mark.parametrize("place", ["run.json", "."])
def test_a_run_of_another_job_is_published_by_a_step_of_its_own(step, forge, tmp_path, place):
    for named in (place, str(tmp_path / place)):
        code, log = step(runs.failed(), publish_given, RUN=named, TO="status", NAME="nightly")
        assert code == 1, log
    assert [one["context"] for one in forge.statuses] == ["nightly", "nightly"]


def test_its_inputs_become_arguments_and_nothing_else(step, tmp_path):
    step(runs.failed(), publish_given, RUN="run.json", TO="check-run --x", NAME="--best-effort", BEST_EFFORT="yes")
    arguments = json.loads((tmp_path / "published.json").read_text())
    assert arguments == ["publish", str(tmp_path / "run.json"), "--to=check-run", "--to=--x", "--name=--best-effort"]
    step(runs.failed(), publish_given, RUN="run.json", BEST_EFFORT="true")
    assert json.loads((tmp_path / "published.json").read_text())[2:] == ["--best-effort"]


def test_a_program_that_cannot_be_started_is_told():
    log = io.StringIO()
    assert publish_given({"SLUICEGATE_INPUT_RUN": "run.json"}, log, ("/nonexistent",)) == 3
    assert log.getvalue().startswith("::error title=Sluicegate could not publish::")


def test_the_action_and_the_workflows_say_what_the_entry_reads():
    files = publish_faces()
    manifest = yaml.safe_load(files["actions/publish/action.yml"])
    (made,) = manifest["runs"]["steps"]
    assert made["env"]["SLUICEGATE_COMMAND"] == "publish"
    assert "${{" not in made["run"]
    assert "outputs" not in manifest
    check, publish = (yaml.safe_load(files[f"workflows/fork-safe-{name}.yml"]) for name in ("check", "publish"))
    assert publish[True]["workflow_run"]["workflows"] == [check["name"]]
    (judge,), (send,) = check["jobs"].values(), publish["jobs"].values()
    assert judge["permissions"] == {"contents": "read"}
    assert not any("checkout" in one["uses"] for one in send["steps"])
    assert judge["steps"][-1]["with"]["name"] == send["steps"][0]["with"]["name"]
    assert set(send["steps"][1]["with"]) <= set(manifest["inputs"])
    assert not any("run" in one for one in send["steps"])


def test_a_gate_runs_without_the_actions_token(command, repository, site, tmp_path):
    """Every Python process says which it is and whether it has the token."""
    seen = tmp_path / "seen.txt"
    (site / "sitecustomize.py").write_text(
        "import os, sys\n"
        f"with open({str(seen)!r}, 'a') as out:\n"
        '    out.write(f\'{" ".join(sys.orig_argv)} {"SLUICEGATE_TOKEN" in os.environ}\\n\')\n'
    )
    assert command("check", cwd=repository.root, SLUICEGATE_TOKEN=TOKEN).returncode == 1
    first, *gates = seen.read_text().splitlines()
    assert first.endswith("sluicegate.cli.main check True")
    assert gates
    assert all(line.endswith(" False") for line in gates), gates

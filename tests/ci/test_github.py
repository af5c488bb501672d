from __future__ import annotations

import contextlib
import io
import json
import re

import pytest

from sluicegate.ci import append_summary, quarantine, write_outputs
from sluicegate.ci.github import SUMMARY_BYTES, github
from sluicegate.errors import GateError

SHA, OTHER = "a" * 40, "b" * 40


def job(tmp_path, event, payload, **more):
    file = tmp_path / "event.json"
    file.write_text(payload if isinstance(payload, str) else json.dumps(payload))
    environ = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": str(file),
        "GITHUB_SHA": OTHER,
        "GITHUB_REPOSITORY": "acme/shop",
    }
    return github(environ | more)


def test_elsewhere_there_is_no_job():
    assert github({"GITHUB_SHA": SHA}) is None


def test_a_pull_request_names_its_base_and_number(tmp_path):
    found = job(
        tmp_path,
        "pull_request",
        {
            "number": 7,
            "pull_request": {"number": 7, "base": {"ref": "release/1.x", "sha": SHA}},
            "repository": {"default_branch": "trunk"},
        },
    )
    assert (found.event.kind, found.event.base, found.event.base_ref) == ("pull_request", SHA, "release/1.x")
    assert (found.event.head, found.pull_request, found.default_branch) == (OTHER, 7, "trunk")
    assert found.repository == "acme/shop"


def test_a_merge_group_names_its_base(tmp_path):
    found = job(tmp_path, "merge_group", {"merge_group": {"base_sha": SHA, "base_ref": "refs/heads/main"}})
    assert (found.event.kind, found.event.base) == ("merge_group", SHA)


def test_a_push_names_what_was_there_before(tmp_path):
    found = job(tmp_path, "push", {"before": SHA}, GITHUB_REF="refs/heads/release/1.x")
    assert (found.event.before, found.event.ref) == (SHA, "refs/heads/release/1.x")


def test_a_pull_request_names_its_last_commit_and_its_own_before_is_no_push(tmp_path):
    found = job(tmp_path, "pull_request", {"before": SHA, "pull_request": {"head": {"sha": OTHER}}})
    assert (found.event.tip, found.event.before) == (OTHER, "")


@pytest.mark.parametrize(("event", "branch"), [("schedule", "trunk"), ("push", "")])
def test_a_schedule_runs_on_the_default_branch_also_where_its_payload_is_bare(tmp_path, event, branch):
    found = job(tmp_path, event, {"schedule": "0 3 * * *"}, GITHUB_REF="refs/heads/trunk")
    assert (found.event.default_branch, found.default_branch) == (branch, branch)


@pytest.mark.parametrize(
    "hostile",
    [
        "--upload-pack=touch x",
        "main\n::error::x",
        "a..b",
        "a b",
        "main~1",
        "x" * 300,
        7,
        ["main"],
        {"ref": "main"},
        None,
        "",
        "@{u}x\x00",
    ],
)
def test_a_hostile_branch_or_commit_is_left_out(tmp_path, hostile):
    base = {"ref": hostile, "sha": hostile}
    found = job(tmp_path, "pull_request", {"pull_request": {"base": base, "number": hostile}, "before": hostile})
    assert (found.event.base, found.event.base_ref, found.event.before) == ("", "", "")
    assert found.pull_request in (None, 7)


def test_the_base_branch_may_come_from_the_variable(tmp_path):
    assert job(tmp_path, "pull_request", {}, GITHUB_BASE_REF="main").event.base_ref == "main"


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ("[1]", "no JSON object"),
        ("{", "cannot be read"),
        ('{"a": "\ud800"}'.encode("utf-8", "surrogatepass"), "cannot be read"),
        ("[" * 100_000, "cannot be read"),
    ],
)
def test_an_unreadable_event_is_told_and_never_guessed_around(tmp_path, payload, words):
    file = tmp_path / "event.json"
    file.write_bytes(payload if isinstance(payload, bytes) else payload.encode())
    with pytest.raises(GateError, match=words):
        github({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(file)})


def test_a_missing_event_file_is_told(tmp_path):
    with pytest.raises(GateError, match="cannot be read"):
        github({"GITHUB_ACTIONS": "true", "GITHUB_EVENT_PATH": str(tmp_path / "none")})


def test_an_event_that_is_too_large_is_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr("sluicegate.ci.github._PAYLOAD_BYTES", 1 << 20)
    with pytest.raises(GateError, match="larger than 1 MiB"):
        job(tmp_path, "push", '{"before": "' + "x" * (1 << 20) + '"}')


def parse_outputs(text):
    """What the runner reads: NAME<<DELIMITER, lines, DELIMITER."""
    found = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, delimiter = line.split("<<")
        value = []
        while (one := next(lines)) != delimiter:
            value.append(one)
        found[name] = "\n".join(value)
    return found


def test_outputs_survive_what_looks_like_their_end(tmp_path):
    file = tmp_path / "out"
    hostile = "x\nghadelimiter_00000000-0000-0000-0000-000000000000\nPATH<<E\n/evil\nE"
    write_outputs(file, {"outcome": "failed", "report-dir": hostile})
    write_outputs(file, {"findings": "2"})
    assert parse_outputs(file.read_text()) == {"outcome": "failed", "report-dir": hostile, "findings": "2"}
    delimiters = re.findall("ghadelimiter_[0-9a-f-]{36}", file.read_text())
    assert len(set(delimiters)) == 4  # three of ours and the hostile one


@pytest.mark.parametrize("name", ["a b", "a\nb", "a<<b", "", "1a"])
def test_an_output_needs_a_name(tmp_path, name):
    with pytest.raises(ValueError, match="cannot be written"):
        write_outputs(tmp_path / "out", {name: "x"})


def test_a_value_with_the_delimiter_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("sluicegate.ci.github.uuid.uuid4", lambda: "known")
    with pytest.raises(ValueError, match="cannot be written"):
        write_outputs(tmp_path / "out", {"a": "x\nghadelimiter_known\nb<<E"})
    assert not (tmp_path / "out").exists()


def test_a_summary_is_appended_as_it_is(tmp_path):
    file = tmp_path / "summary"
    file.write_text("before\n")
    append_summary(file, "# Grüße\n", "elsewhere")
    assert file.read_text("utf-8") == "before\n# Grüße\n"


@pytest.mark.parametrize("before", [0, 1000, SUMMARY_BYTES - 300, SUMMARY_BYTES - 5, SUMMARY_BYTES])
def test_a_summary_never_grows_past_what_github_shows(tmp_path, before):
    file = tmp_path / "summary"
    file.write_bytes(b"b" * before)
    append_summary(file, "a line with an ä\n" * 100_000, "`summary.md` in the reports")
    text = file.read_text("utf-8")  # no character was cut in two
    assert file.stat().st_size <= SUMMARY_BYTES
    added = text[before:]
    if SUMMARY_BYTES - before > 200:
        assert added.endswith("The whole: `summary.md` in the reports\n")
        lines = added.partition("\n\n> Cut")[0].split("\n")
        assert set(lines) <= {"a line with an ä", ""}
    else:
        assert added == ""


def test_the_quarantine_ends_even_when_its_content_fails():
    log = io.StringIO()
    with contextlib.suppress(ZeroDivisionError), quarantine(log):
        log.write("::error::from a tool, no newline")
        raise ZeroDivisionError
    first, *middle, last = log.getvalue().splitlines()
    token = re.fullmatch(r"::stop-commands::([0-9a-f]{32})", first)[1]
    assert last == f"::{token}::"
    assert middle == ["::error::from a tool, no newline"]


@pytest.mark.parametrize(
    ("event", "home", "strange"),
    [
        ("pull_request", "else/shop", False),
        ("pull_request_target", "else/shop", True),
        ("pull_request_target", None, True),
        ("pull_request_target", "acme/shop", False),
    ],
)
def test_a_change_from_elsewhere_in_a_job_with_the_rights_of_the_repository(tmp_path, event, home, strange):
    repo = {"full_name": home} if home else None  # a fork that is gone
    found = job(tmp_path, event, {"pull_request": {"number": 7, "head": {"sha": SHA, "repo": repo}}})
    assert found.event.stranger == strange


@pytest.mark.parametrize(
    ("of", "home", "strange"),
    [("push", "else/shop", False), ("pull_request", "else/shop", True), ("pull_request", "acme/shop", False)],
)
def test_a_run_after_another_is_about_what_that_was_about(tmp_path, of, home, strange):
    run = {"event": of, "head_repository": {"full_name": home}}
    assert job(tmp_path, "workflow_run", {"workflow_run": run}).event.stranger == strange

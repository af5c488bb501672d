"""Check runs with annotations, on a real server that keeps them."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from forge import HEAD, NO_ACCESS, Fault
from report import runs
from sluicegate.errors import Exit
from sluicegate.model import BaselineState, Finding, GateResult, Level, Location, Outcome, Run
from sluicegate.publish import Ending
from sluicegate.publish.annotate import BUDGET, annotations_of


def red(count: int, **changes: object) -> Run:
    """A failed run of one gate with so many new findings."""
    findings = tuple(runs.finding(number, **changes) for number in range(count))
    return with_findings(*findings)


def with_findings(*findings: Finding) -> Run:
    gate = runs.contract(Outcome.FAILED, runs.rule_result(runs.REMOVED, Outcome.FAILED), findings=findings)
    return runs.run(Outcome.FAILED, gate, code=Exit.FAILED)


def only(forge):
    (check,) = forge.checks.values()
    return check


def test_a_few_annotations_go_in_one_request(forge, send):
    sent = send(red(3), "check-run")
    assert (sent.ending, sent.said) == (
        Ending.SENT,
        "check run sluicegate: failure, 3 annotations, https://forge/check",
    )
    check = only(forge)
    assert (check["name"], check["head_sha"], check["status"]) == ("sluicegate", HEAD, "completed")
    assert check["details_url"] == "https://github.com/acme/shop/actions/runs/9"
    assert check["output"]["title"] == "FAILED: 3 findings fail the change"
    assert "### 3 findings fail the change" in check["output"]["summary"]
    assert [verb for verb, _, _ in forge.requests] == ["POST"]
    note = check["annotations"][0]
    assert note["annotation_level"] == "failure"
    assert (note["path"], note["start_line"], note["end_line"]) == ("services/users/openapi.yaml", 120, 120)
    assert (note["start_column"], note["end_column"]) == (7, 7)
    assert note["title"] == "contract/response-property-removed: GET /v1/users"
    assert "Advice: Keep the property" in note["message"]


def test_the_other_pages_are_added_and_then_it_is_completed(forge, send):
    assert send(red(120), "check-run").ending is Ending.SENT
    pages = [body["output"].get("annotations") for _, _, body in forge.requests]
    assert [None if page is None else len(page) for page in pages] == [50, 50, 20, None]
    assert [body["status"] for _, _, body in forge.requests] == ["in_progress"] * 3 + ["completed"]
    check = only(forge)
    assert [note["start_line"] for note in check["annotations"]] == list(range(120, 240))
    assert (check["conclusion"], check["status"]) == ("failure", "completed")


@pytest.mark.parametrize(("count", "requests"), [(0, 1), (1, 1), (50, 1), (51, 3), (100, 3), (101, 4)])
def test_pages_at_their_borders(forge, send, count, requests):
    send(red(count), "check-run")
    assert len(forge.requests) == requests
    assert len(only(forge)["annotations"]) == count


def test_the_budget_is_one_for_all_gates_and_its_end_is_told(forge, send):
    gates = tuple(
        GateResult(
            gate=name,
            title=name,
            outcome=Outcome.FAILED,
            rules=(runs.rule_result(runs.REMOVED, Outcome.FAILED),),
            findings=tuple(runs.finding(number, level=level) for number in range(BUDGET)),
        )
        for name, level in (("first", Level.WARNING), ("second", Level.ERROR))
    )
    sent = send(runs.run(Outcome.FAILED, *gates, code=Exit.FAILED), "check-run")
    notes = only(forge)["annotations"]
    assert len(notes) == BUDGET
    assert {note["annotation_level"] for note in notes[:-1]} == {"failure"}
    assert notes[-1]["title"] == f"{BUDGET + 1} annotations more than are shown on the lines"
    assert f"{BUDGET} annotations, {BUDGET + 1} annotations more; see its summary" in sent.said


def test_what_is_in_the_change_comes_first_then_the_level():
    one, two = runs.finding(1, in_change=False), runs.finding(2, level=Level.WARNING)
    three, four = runs.finding(3), runs.finding(4, in_change=False, level=Level.NOTE)
    notes, over = annotations_of(with_findings(one, two, three, four))
    assert [note["start_line"] - 120 for note in notes] == [3, 1, 2, 4]
    assert over == 0
    notes, over = annotations_of(with_findings(one, two, three, four), budget=3)
    assert [note["start_line"] - 120 for note in notes[:2]] == [3, 1]
    assert (over, notes[2]["title"]) == (2, "2 annotations more than are shown on the lines")
    assert annotations_of(with_findings(one, two), budget=2)[1] == 0


def test_levels_columns_and_places():
    levels = [Level.ERROR, Level.WARNING, Level.NOTE, Level.NONE]
    notes, _ = annotations_of(with_findings(*(runs.finding(at, level=level) for at, level in enumerate(levels))))
    assert [note["annotation_level"] for note in notes] == ["failure", "warning", "notice", "notice"]
    places = [
        Location(path="a.yaml"),
        Location(logical="GET /"),
        Location(path="a.yaml", line=0, column=3),
        Location(path="a.yaml", line=2**40, column=3),
        Location(path="a.yaml", line=5, column=2**40),
    ]
    notes, _ = annotations_of(with_findings(*(runs.finding(at, location=one) for at, one in enumerate(places))))
    assert {(note["path"], note["start_line"], note["end_line"], note.get("start_column")) for note in notes} == {
        ("a.yaml", 1, 1, None),
        (".github", 1, 1, None),
        ("a.yaml", 5, 5, None),
    }


def test_a_gate_that_is_only_observed_is_never_an_error():
    run = red(1)
    notes, _ = annotations_of(replace(run, gates=(replace(run.gates[0], observed=True),)))
    assert notes[0]["annotation_level"] == "warning"
    assert notes[0]["title"].endswith("(observed only)")


def test_what_does_not_count_is_no_annotation_and_what_errored_is():
    assert annotations_of(runs.passed()) == ([], 0)
    waived = next(one.suppression for one in runs.failed().findings if one.suppression)
    quiet = [runs.finding(1, state=BaselineState.UNCHANGED), runs.finding(2, suppression=waived)]
    quiet.append(runs.finding(3, state=BaselineState.ABSENT))
    assert annotations_of(with_findings(*quiet)) == ([], 0)
    notes, _ = annotations_of(runs.errored())
    assert notes[0]["path"] == ".github"
    assert notes[0]["annotation_level"] == "failure"


@pytest.mark.parametrize(
    ("run", "conclusion"),
    [
        (runs.passed(), "success"),
        (runs.failed(), "failure"),
        (runs.errored(), "failure"),
        (runs.inconclusive(), "failure"),
        (runs.interrupted(), "cancelled"),
        (replace(runs.passed(), outcome=Outcome.INCONCLUSIVE), "neutral"),
        (replace(runs.passed(), outcome=Outcome.NOT_TESTED), "neutral"),
        (replace(runs.passed(), outcome=Outcome.NOT_APPLICABLE), "neutral"),
    ],
)
def test_the_conclusion_is_green_for_what_passed_alone(forge, send, run, conclusion):
    assert send(run, "check-run").ending is Ending.SENT
    assert only(forge)["conclusion"] == conclusion


@pytest.mark.parametrize("make", [runs.hostile, lambda: runs.many(3_000)])
def test_texts_keep_to_the_limits(forge, send, make):
    assert send(make(), "check-run").ending is Ending.SENT
    assert len(only(forge)["output"]["summary"].encode()) <= 65_535


def test_a_very_long_message_is_cut(forge, send):
    run = with_findings(runs.finding(message="é" * 100_000, location=Location(path="p" * 5_000, logical="x" * 5_000)))
    assert send(run, "check-run").ending is Ending.SENT
    assert only(forge)["annotations"][0]["message"].endswith("…")


@pytest.mark.parametrize("done", [True, False])
def test_after_a_doubtful_end_there_is_one_check_run(forge, send, done):
    forge.faults.append(Fault("POST", "/check-runs", 502, b"<html>bad gateway", done=done))
    assert send(red(70), "check-run").ending is Ending.SENT
    assert only(forge)["conclusion"] == "failure"
    assert len(only(forge)["annotations"]) == 70


def test_after_a_doubtful_end_no_other_check_run_is_taken_for_ours(forge, send):
    send(red(1), "check-run")
    forge.faults.append(Fault("POST", "/check-runs", 502, {}))
    send(red(2), "check-run")
    assert [len(check["annotations"]) for check in forge.checks.values()] == [1, 2]


@pytest.mark.parametrize("done", [True, False])
def test_after_a_doubtful_end_no_page_is_there_twice_or_missing(forge, send, done):
    forge.faults.append(Fault("PATCH", "/check-runs/1", 503, {}, done=done, times=2))
    assert send(red(140), "check-run").ending is Ending.SENT
    assert [note["start_line"] for note in only(forge)["annotations"]] == list(range(120, 260))


def test_one_that_fails_on_the_way_is_completed_and_the_failure_told(forge, send):
    forge.faults.append(Fault("PATCH", "/check-runs/1", 422, {"message": "no"}))
    sent = send(red(140), "check-run")
    assert (sent.ending, sent.said) == (Ending.FAILED, "GitHub's API answered with HTTP 422: no")
    check = only(forge)
    assert (check["status"], check["conclusion"]) == ("completed", "failure")
    assert "are not complete" in check["output"]["summary"]


@pytest.mark.parametrize(
    "message", [NO_ACCESS["message"], "You must authenticate via a GitHub App.", "Resource not accessible by PAT"]
)
def test_a_token_that_may_not_is_refused(forge, send, message):
    forge.faults.append(Fault("POST", "/check-runs", 403, {"message": message}))
    assert send(red(1), "check-run").ending is Ending.REFUSED
    assert forge.checks == {}


def test_no_text_of_a_run_is_markup(forge, send):
    send(runs.hostile(), "check-run")
    written = json.dumps(only(forge), ensure_ascii=False)
    summary = only(forge)["output"]["summary"].partition("### See it again")[0]  # which is a block of code
    assert "<script>" not in summary
    assert "@octocat" not in summary
    assert "\u202e" not in written
    assert "\\u001b" not in written

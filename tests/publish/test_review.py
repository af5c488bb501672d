"""Suggestions on a pull request, on a real server that keeps them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from forge import HEAD, ME, Fault
from publish.test_check_run import with_findings
from report import runs
from sluicegate.model import Fix
from sluicegate.publish import Ending
from sluicegate.publish.review import MOST, hunks, key_of

PATCH = "@@ -1,3 +1,4 @@ paths:\n one\n-two\n+TWO\n+more\n three\n\\ No newline at end of file\n@@ -40 +41,2 @@\n x\n+y"
FILE = {"filename": "openapi.yaml", "patch": PATCH}


def fix(**changes):
    made = Fix(
        path="openapi.yaml",
        first_line=2,
        last_line=2,
        original="TWO",
        replacement="two",
        title="Keep the name.",
    )
    return replace(made, **changes)


def run_with(*fixes):
    return with_findings(*(runs.finding(number, fix=one) for number, one in enumerate(fixes)))


def test_the_lines_that_a_patch_shows():
    assert hunks(PATCH) == [range(1, 5), range(41, 43)]
    assert hunks("") == []
    assert hunks("@@ -1,2 +0,0 @@\n-a\n-b") == []
    assert hunks("garbage\n+x") == []


def test_a_fix_is_suggested_once_and_never_again(forge, send):
    forge.files.append(FILE)
    sent = send(run_with(fix()), "review")
    assert (sent.ending, sent.said) == (Ending.SENT, "review of #7: 1 suggestion")
    (review,) = forge.reviews
    assert (review["commit_id"], review["event"]) == (HEAD, "COMMENT")
    (comment,) = review["comments"]
    assert (comment["path"], comment["line"], comment["side"]) == ("openapi.yaml", 2, "RIGHT")
    assert "start_line" not in comment
    assert "```suggestion\ntwo\n```\n" in comment["body"]
    again = send(run_with(fix(first_line=3, last_line=3)), "review")
    assert (again.ending, len(forge.reviews)) == (Ending.SKIPPED, 1)
    assert "suggested already" in again.said


def test_a_mark_of_somebody_else_keeps_nothing_away(forge, send):
    forge.files.append(FILE)
    run = run_with(fix())
    key = key_of(run.findings[0], fix())
    forge.suggestions.append({"body": f"<!-- sluicegate suggestion {key} -->\nmine", "user": {"id": 7}})
    assert send(run, "review").ending is Ending.SENT
    forge.reviews.clear()
    forge.suggestions[:] = [
        {"body": f"<!-- sluicegate suggestion {key} -->\r\nours", "user": {"id": ME}},
    ]
    assert send(run, "review").ending is Ending.SKIPPED


def test_only_lines_that_the_pull_request_shows(forge, send):
    forge.files += [FILE, {"filename": "image.png"}]
    outside = [
        fix(first_line=10, last_line=10),
        fix(first_line=4, last_line=41),
        fix(path="other.yaml"),
        fix(path="image.png"),
        fix(first_line=3, last_line=2),
        fix(first_line=0, last_line=2),
    ]
    assert send(run_with(*outside), "review").ending is Ending.SKIPPED
    assert send(run_with(*outside, fix(first_line=2, last_line=4)), "review").ending is Ending.SENT
    (comment,) = forge.reviews[0]["comments"]
    assert (comment["start_line"], comment["line"], comment["start_side"]) == (2, 4, "RIGHT")


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"replacement": "a\nb"}, "```suggestion\na\nb\n```\n"),
        ({"replacement": ""}, "```suggestion\n\n```\n"),
        ({"replacement": "", "removed": True}, "```suggestion\n```\n"),
        ({"replacement": "````\n@octocat"}, "`````suggestion\n````\n@octocat\n`````\n"),
    ],
)
def test_the_edit_is_shown_as_it_is(forge, send, changes, shown):
    forge.files.append(FILE)
    assert send(run_with(fix(**changes)), "review").ending is Ending.SENT
    assert shown in forge.reviews[0]["comments"][0]["body"]


@pytest.mark.parametrize(
    "changes", [{"replacement": "a\u202eb"}, {"replacement": "a\rb"}, {"replacement": "x" * 30_000}]
)
def test_an_edit_that_nobody_could_see_is_not_suggested(forge, send, changes):
    forge.files.append(FILE)
    assert send(run_with(fix(**changes)), "review").ending is Ending.SKIPPED


def test_no_more_than_a_few_at_once_and_the_others_are_told(forge, send):
    forge.files.append(FILE)
    many = run_with(*(fix(replacement=f"two {number}") for number in range(MOST + 5)))
    assert send(many, "review").said == "review of #7: 30 suggestions, 5 more with the next publication"
    assert "5 more" in forge.reviews[0]["body"]
    assert send(many, "review").said == "review of #7: 5 suggestions"
    assert send(many, "review").ending is Ending.SKIPPED


@pytest.mark.parametrize("done", [True, False])
def test_a_doubtful_end_repeats_none(forge, send, done):
    forge.files.append(FILE)
    forge.faults.append(Fault("POST", "/pulls/7/reviews", 502, {}, done=done))
    assert send(run_with(fix()), "review").ending is Ending.SENT
    assert len(forge.suggestions) == 1


def test_without_a_fix_nobody_is_asked(forge, send):
    assert send(runs.failed(), "review").said == "no finding has a fix"
    assert forge.requests == []


def test_text_around_the_edit_is_inert(forge, send):
    forge.files.append(FILE)
    run = with_findings(runs.finding(message=runs.HOSTILE, fix=fix(title=runs.HOSTILE)))
    send(run, "review")
    body = forge.reviews[0]["comments"][0]["body"]
    assert "<script" not in body
    assert "@octocat" not in body

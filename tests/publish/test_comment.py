"""The one comment on a pull request, on a real server that keeps it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from forge import HEAD, ME, NO_ACCESS, Fault
from report import runs
from sluicegate.model import Location, Outcome
from sluicegate.publish import Ending
from sluicegate.publish.comment import LIMIT, marker


def test_the_first_verdict_makes_a_comment_and_the_next_ones_change_it(forge, send):
    first = send(runs.failed(), "comment")
    assert (first.ending, first.said) == (Ending.SENT, "comment on #7: made, https://forge/c")
    body = forge.comments[0]["body"]
    assert body.startswith(f"{marker('sluicegate')}\n")
    assert "FAILED" in body
    assert HEAD in body
    again = send(runs.failed(), "comment")
    assert again.said == "comment on #7: it says so already, https://forge/c"
    assert not forge.sent("PATCH")
    green = send(runs.passed(), "comment")
    assert green.said == "comment on #7: changed, https://forge/c"
    assert len(forge.comments) == 1
    assert "PASSED" in forge.comments[0]["body"]
    assert "FAILED" not in forge.comments[0]["body"]


def test_a_run_that_passes_makes_no_comment(forge, send):
    sent = send(runs.passed(), "comment")
    assert (sent.ending, sent.said) == (Ending.SKIPPED, "nothing needs to be said on pull request #7")
    assert forge.comments == []


@pytest.mark.parametrize("name", ["errored", "interrupted"])
def test_a_run_that_could_not_look_is_told(forge, send, name):
    assert send(runs.RUNS[name](), "comment").ending is Ending.SENT
    assert len(forge.comments) == 1


def test_a_comment_that_somebody_else_begins_with_the_mark_is_left_alone(forge, send):
    forged = forge.comment(f"{marker('sluicegate')}\nbuy cheap tokens")
    send(runs.failed(), "comment")
    send(runs.passed(), "comment")
    assert forged["body"].endswith("buy cheap tokens")
    assert len(forge.comments) == 2
    assert forge.comments[1]["user"] == {"id": ME}


def test_a_comment_of_ours_that_only_quotes_the_mark_is_left_alone(forge, send):
    quoting = forge.comment(f"> {marker('sluicegate')}\nsomebody said", ME)
    send(runs.failed(), "comment")
    assert quoting["body"].startswith(">")
    assert len(forge.comments) == 2


def test_it_is_found_behind_hundreds_of_others(forge, send):
    for number in range(250):
        forge.comment(f"comment {number}")
    forge.comment(f"{marker('sluicegate')}\r\nold\r\n", ME)
    send(runs.failed(), "comment")
    assert len(forge.comments) == 251
    assert "FAILED" in forge.comments[250]["body"]


def test_two_names_have_a_comment_each(forge, send):
    send(runs.failed(), "comment", name="api")
    send(runs.failed(), "comment", name="web")
    send(runs.failed(), "comment", name="api")
    assert len(forge.comments) == 2
    assert marker("--> <script>") == marker("--> <script>").replace("<script>", "")


def test_of_two_that_were_made_at_the_same_moment_one_stays(forge, send):
    for _ in range(2):
        forge.comment(f"{marker('sluicegate')}\nold", ME)
    send(runs.failed(), "comment")
    assert [comment["id"] for comment in forge.comments] == [100]


def test_one_that_is_deleted_meanwhile_is_made_anew(forge, send):
    forge.comment(f"{marker('sluicegate')}\nold", ME)
    forge.faults.append(Fault("PATCH", "/issues/comments/100", 404, {"message": "Not Found"}))
    assert send(runs.failed(), "comment").said.startswith("comment on #7: made")


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("done", [True, False])
def test_a_doubtful_end_never_repeats_it(forge, send, status, done):
    forge.faults.append(Fault("POST", "/issues/7/comments", status, {}, done=done))
    assert send(runs.failed(), "comment").ending is Ending.SENT
    assert len(forge.comments) == 1
    assert len(forge.sent("POST", "/issues/7/comments")) == (1 if done else 2)


def test_an_older_verdict_does_not_cover_a_newer_one(forge, send):
    forge.head = "e" * 40
    sent = send(runs.failed(), "comment")
    assert (sent.ending, sent.said) == (Ending.SKIPPED, f"pull request #7 has moved on from commit {HEAD[:12]}")
    assert forge.comments == []


def test_the_pull_request_of_a_fork_is_found_by_branch_and_commit(forge, send):
    assert send(runs.failed(), "comment", pull_request=None, head="fork:change", ref="").ending is Ending.SENT
    assert len(forge.comments) == 1
    forge.head = "e" * 40
    sent = send(runs.failed(), "comment", pull_request=None, head="fork:change", ref="")
    assert sent.said == f"no open pull request has commit {HEAD[:12]} for its head any more"
    assert send(runs.failed(), "comment", pull_request=None, head="").said == "the event is about no pull request"


def test_what_does_not_fit_is_told(forge, send):
    send(runs.many(2_000), "comment")
    body = forge.comments[0]["body"]
    assert 50_000 < len(body.encode()) <= LIMIT
    assert "did not fit here" in body


def test_hostile_text_stays_text(forge, send):
    gate = runs.failed().gates[0]
    finding = runs.finding(message=runs.HOSTILE, location=Location(path="a](b).yaml", logical=marker("sluicegate")))
    run = replace(runs.failed(), gates=(replace(gate, title=runs.HOSTILE, findings=(finding,)),))
    assert send(run, "comment").ending is Ending.SENT
    body = forge.comments[0]["body"]
    assert "<script" not in body
    assert "@octocat" not in body
    assert body.count("<!--") == 1


def test_a_read_only_token_is_refused_and_told_apart(forge, send):
    forge.faults.append(Fault("POST", "/issues/7/comments", 403, NO_ACCESS))
    sent = send(runs.failed(), "comment")
    assert sent.ending is Ending.REFUSED
    assert sent.said == "GitHub's API answered with HTTP 403: Resource not accessible by integration"
    assert len(forge.sent("POST", "/issues/7/comments")) == 1


def test_without_a_known_author_nothing_is_changed(forge, send):
    forge.comment(f"{marker('sluicegate')}\nold", ME)
    forge.faults.append(Fault("POST", "/graphql", 200, {"errors": [{"message": "no"}]}))
    sent = send(runs.failed(), "comment")
    assert (sent.ending, sent.said) == (Ending.FAILED, "GitHub's API does not say whom the token acts as")
    assert forge.comments[0]["body"].endswith("old")


def test_a_finding_that_counts_is_worth_a_comment(send):
    gate = replace(runs.passed().gates[0], findings=(runs.finding(),), observed=True)
    run = replace(runs.passed(), gates=(gate,))
    assert run.outcome is Outcome.PASSED
    assert send(run, "comment").ending is Ending.SENT

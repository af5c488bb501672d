"""Upload to code scanning, on a real server that unpacks it."""

from __future__ import annotations

import pytest

from forge import HEAD, NO_ACCESS, Fault
from report import runs
from sluicegate.publish import Ending, Publication
from sluicegate.publish.sarif_upload import pack


def test_the_results_arrive_whole(forge, send):
    sent = send(runs.failed(), "sarif", name="nightly", workspace="file:///home/runner/work/shop")
    assert (sent.ending, sent.said) == (Ending.SENT, "results for refs/pull/7/merge: 6 findings; processed")
    (upload,) = forge.uploads
    assert (upload["commit_sha"], upload["ref"]) == (HEAD, "refs/pull/7/merge")
    assert upload["checkout_uri"] == "file:///home/runner/work/shop"
    assert upload["started_at"] == "2026-11-03T09:30:15Z"
    (run,) = upload["sarif"]["runs"]
    assert run["automationDetails"]["id"] == "nightly/"
    assert len(run["results"]) == 6


def test_a_fork_is_told_by_its_pull_request(forge, send):
    assert send(runs.failed(), "sarif", pull_request=None, head="fork:change", ref="").ending is Ending.SENT
    assert forge.uploads[0]["ref"] == "refs/pull/7/head"
    assert "checkout_uri" not in forge.uploads[0]
    sent = send(runs.failed(), "sarif", pull_request=None, ref="")
    assert sent.ending is Ending.SKIPPED


def test_the_end_of_the_processing_is_waited_for(forge, send):
    forge.states += [{"http": 404}, {"processing_status": "pending"}, {"processing_status": "complete"}]
    assert send(runs.failed(), "sarif").said.endswith("; processed")
    assert len(forge.sent("GET")) == 3


def test_a_processing_that_fails_says_why(forge, send):
    forge.states.append({"processing_status": "failed", "errors": ["rejected: \x1b[31mtoo many rules", "b"]})
    sent = send(runs.failed(), "sarif")
    assert sent.ending is Ending.FAILED
    assert sent.said == "GitHub could not process the results: rejected: \\x1b[31mtoo many rules; b"


def test_a_processing_without_end_is_left_and_told(forge, send):
    forge.states += [{"processing_status": "pending"} for _ in range(10_000)]
    sent = send(runs.failed(), "sarif")
    assert sent.ending is Ending.SENT
    assert sent.said.endswith("; GitHub is still processing them")


def test_what_is_too_large_for_the_server_is_cut_and_told(forge, send):
    forge.largest = 20_000
    sent = send(runs.many(2_000), "sarif")
    assert sent.ending is Ending.SENT
    (run,) = forge.uploads[0]["sarif"]["runs"]
    kept = len(run["results"])
    assert 0 < kept < 2_000
    assert f"{kept} findings of 2,000, the others are left out" in sent.said
    notices = [one["message"]["text"] for one in run["invocations"][0]["toolExecutionNotifications"]]
    assert any(f"{2_000 - kept:,} results more" in notice for notice in notices)


def test_it_is_packed_below_the_limit(api):
    made = Publication(run=runs.many(500), subject=None, api=api)
    packed, limit = pack(made, 500)
    assert limit == 500
    smaller, fewer = pack(made, 500, len(packed) // 2)
    assert fewer < 500
    assert len(smaller) <= len(packed) // 2
    assert pack(made, 500, 10)[1] == 0


def test_more_than_github_shows_is_told(forge, send):
    sent = send(runs.many(6_000), "sarif")
    assert "6,000 findings; GitHub shows the first 5,000; processed" in sent.said
    assert len(forge.uploads[0]["sarif"]["runs"][0]["results"]) == 6_000


@pytest.mark.parametrize(
    ("body", "ending"),
    [
        (NO_ACCESS, Ending.REFUSED),
        ({"message": "Code scanning is not enabled for this repository."}, Ending.FAILED),
        ({"message": "Advanced Security must be enabled for this repository to use code scanning."}, Ending.FAILED),
    ],
)
def test_a_repository_without_code_scanning_is_no_read_only_token(forge, send, body, ending):
    forge.faults.append(Fault("POST", "/code-scanning/sarifs", 403, body))
    sent = send(runs.failed(), "sarif")
    assert sent.ending is ending
    assert ("enable code scanning" in sent.hint) == (ending is Ending.FAILED)


@pytest.mark.parametrize("answer", [{"id": "../../x"}, {"id": 7}, {}, []])
def test_an_answer_without_a_place_is_told(forge, send, answer):
    forge.faults.append(Fault("POST", "/code-scanning/sarifs", 202, answer))
    assert send(runs.failed(), "sarif").said == "GitHub's API has taken the results and does not say where they are"

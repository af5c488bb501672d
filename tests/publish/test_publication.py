"""Whether a Run may be believed to be about what the event names."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from forge import HEAD, MERGE, Fault
from publish.conftest import SUBJECT
from report import runs
from sluicegate.ci.api import ApiError
from sluicegate.errors import GateError
from sluicegate.publish import Ending
from sluicegate.publish.publication import check_about


def about(commit):
    run = runs.failed()
    return replace(run, revision=replace(run.revision, head_commit=commit))


def test_the_head_of_the_event_is_believed_without_a_question(forge, api):
    with api:
        check_about(about(HEAD), SUBJECT, api)
    assert forge.requests == []


@pytest.mark.parametrize(
    ("files", "words"), [(("a.yaml",), r"1 file not as .* \(a.yaml\)"), (None, "does not say whether")]
)
def test_what_the_commit_does_not_have_so_is_refused(forge, api, files, words):
    run = about(HEAD)
    run = replace(run, revision=replace(run.revision, uncommitted=files))
    with api, pytest.raises(GateError, match=words):
        check_about(run, SUBJECT, api)
    assert forge.requests == []


def test_a_merge_of_the_head_is_believed_at_githubs_word(forge, api):
    with api:
        check_about(about(MERGE), SUBJECT, api)
        check_about(about(MERGE), replace(SUBJECT, pull_request=None, head="fork:change"), api)
    assert len(forge.sent("GET", f"/git/commits/{MERGE}")) == 2


@pytest.mark.parametrize("commit", ["d" * 40, "../../../user", "HEAD", "", None, HEAD.upper(), HEAD[:12]])
def test_a_run_about_anything_else_is_refused(api, commit):
    with api, pytest.raises(GateError, match=f"and not about {HEAD}"):
        check_about(about(commit), SUBJECT, api)


def test_only_what_looks_like_a_commit_is_asked_for(forge, api):
    with api, pytest.raises(GateError):
        check_about(about("../../../user"), SUBJECT, api)
    assert forge.requests == []


@pytest.mark.parametrize("parents", [[], [{"sha": HEAD}], [{"sha": "1" * 40}, {"sha": "2" * 40}], None, [7, 8]])
def test_a_commit_that_is_no_merge_of_the_head_is_refused(forge, api, parents):
    forge.faults.append(Fault("GET", f"/git/commits/{MERGE}", 200, {"parents": parents}))
    with api, pytest.raises(GateError, match="and not about"):
        check_about(about(MERGE), SUBJECT, api)


def test_where_there_is_no_pull_request_a_merge_is_another_commit(forge, api):
    with api, pytest.raises(GateError, match="and not about"):
        check_about(about(MERGE), replace(SUBJECT, pull_request=None), api)
    assert forge.requests == []


def test_a_question_without_an_answer_is_trouble_and_no_refusal(forge, api):
    forge.faults.append(Fault("GET", f"/git/commits/{MERGE}", 401, {"message": "Bad credentials"}))
    with api, pytest.raises(ApiError, match="Bad credentials"):
        check_about(about(MERGE), SUBJECT, api)


def test_two_pull_requests_with_one_head_are_not_guessed_between(forge, send):
    two = [{"number": number, "head": {"sha": HEAD}} for number in (7, 8)]
    forge.faults.append(Fault("GET", "/pulls", 200, two))
    sent = send(runs.failed(), "comment", pull_request=None, head="fork:change")
    assert (sent.ending, sent.said) == (Ending.SKIPPED, "the pull requests #7, #8 have the same head")
    assert "--pull-request N" in sent.hint

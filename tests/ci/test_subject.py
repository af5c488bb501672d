"""What a publication is about: the events of GitHub, and the caller's word."""

from __future__ import annotations

import json

import pytest

from sluicegate.ci.subject import api_address, subject_of
from sluicegate.errors import GateError, UserError

HEAD, MERGE, OTHER = "a" * 40, "b" * 40, "c" * 40


@pytest.fixture
def job(tmp_path):
    """The environment of a job with an event."""

    def make(kind, event, **environ):
        file = tmp_path / "event.json"
        file.write_text(json.dumps(event))
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": kind,
            "GITHUB_EVENT_PATH": str(file),
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_SHA": MERGE,
            "GITHUB_RUN_ID": "77",
            "GITHUB_WORKSPACE": "/home/runner/work/a b",
            **environ,
        }

    return make


def pull(**changes):
    return {"pull_request": {"number": 7, "head": {"sha": HEAD}, "base": {"sha": OTHER}, **changes}}


def made_by(event="pull_request", owner="stranger", **changes):
    made = {
        "id": 55,
        "event": event,
        "head_sha": HEAD,
        "head_branch": "fix",
        "head_repository": {"full_name": f"{owner}/shop", "owner": {"login": owner}},
        "pull_requests": [{"number": 666, "head": {"sha": OTHER}}],
        **changes,
    }
    return {"workflow_run": made, "repository": {"full_name": "acme/shop"}}


def test_a_pull_request_is_shown_at_its_head_and_analysed_at_its_merge(job):
    found = subject_of(job("pull_request", pull(), GITHUB_REF="refs/pull/7/merge"))
    assert (found.sha, found.analysed, found.ref, found.pull_request) == (HEAD, MERGE, "refs/pull/7/merge", 7)
    assert found.judged == {HEAD, MERGE}
    assert found.details == "https://github.com/acme/shop/actions/runs/77"
    assert found.workspace == "file:///home/runner/work/a%20b"
    assert not found.apart


def test_of_pull_request_target_the_base_is_not_what_was_judged(job):
    found = subject_of(job("pull_request_target", pull(), GITHUB_REF="refs/heads/main"))
    assert (found.sha, found.analysed, found.ref) == (HEAD, HEAD, "refs/pull/7/head")
    assert found.judged == {HEAD}


@pytest.mark.parametrize("kind", ["push", "merge_group", "schedule", "workflow_dispatch"])
def test_other_events_are_about_the_commit_of_the_job(job, kind):
    found = subject_of(job(kind, {}, GITHUB_REF="refs/heads/main"))
    assert (found.sha, found.ref, found.pull_request, found.head) == (MERGE, "refs/heads/main", None, "")
    assert found.judged == {MERGE}


def test_a_run_of_another_workflow_is_about_the_head_of_that_run(job):
    found = subject_of(job("workflow_run", made_by(), GITHUB_REF="refs/heads/main"))
    assert (found.sha, found.analysed, found.head) == (HEAD, HEAD, "stranger:fix")
    assert (found.pull_request, found.ref, found.workspace) == (None, "", "")
    assert found.judged == {HEAD}
    assert found.apart
    assert found.details.endswith("/actions/runs/55")


def test_a_push_seen_from_another_workflow_is_about_its_branch(job):
    found = subject_of(job("workflow_run", made_by("push", "acme")))
    assert (found.ref, found.head) == ("refs/heads/fix", "")
    assert subject_of(job("workflow_run", made_by("push", "stranger"))).ref == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"head_sha": "--upload-pack=x"},
        {"head_sha": None},
        {"head_sha": HEAD.upper()},
        {"head_sha": ["a"]},
    ],
)
def test_an_event_without_a_commit_is_not_guessed(job, changes):
    with pytest.raises(UserError, match="which commit the Run has to be about"):
        subject_of(job("workflow_run", made_by(**changes)))


@pytest.mark.parametrize("branch", ["a b", "x\n::error::", "-x", "a..b", 7, None])
def test_a_branch_that_is_none_leads_nowhere(job, branch):
    assert subject_of(job("workflow_run", made_by(head_branch=branch))).head == ""


def test_the_callers_word_comes_first(job):
    environ = job("pull_request", pull(), GITHUB_REF="refs/pull/7/merge")
    found = subject_of(environ, expect_sha=OTHER, pull_request=8)
    assert (found.sha, found.judged, found.analysed, found.ref) == (OTHER, {OTHER}, OTHER, "refs/pull/8/head")
    assert subject_of(environ, expect_sha=HEAD).judged == {HEAD, MERGE}
    found = subject_of(environ, repository="acme/other", expect_sha=OTHER)
    assert (found.repository, found.pull_request, found.details) == ("acme/other", None, "")


def test_outside_of_a_job_everything_is_named():
    found = subject_of({}, repository="acme/shop", expect_sha=HEAD)
    assert (found.repository, found.sha, found.ref) == ("acme/shop", HEAD, "")
    with pytest.raises(UserError, match="which repository") as caught:
        subject_of({"GITHUB_REPOSITORY": "acme/shop", "GITHUB_SHA": HEAD}, expect_sha=HEAD)
    assert caught.value.hint == "name it: --repository OWNER/NAME"
    with pytest.raises(UserError, match="which commit"):
        subject_of({}, repository="acme/shop")


@pytest.mark.parametrize(
    "given", [{"repository": "acme"}, {"repository": "a/b/c"}, {"expect_sha": "main"}, {"expect_sha": "abc"}]
)
def test_a_word_that_is_none_is_refused(given):
    with pytest.raises(UserError, match="is not"):
        subject_of({}, **given)


def test_an_event_that_cannot_be_read_is_told(job, tmp_path):
    environ = job("workflow_run", {})
    (tmp_path / "event.json").write_text("{")
    with pytest.raises(GateError, match="cannot be read"):
        subject_of(environ)


def test_the_api_is_where_the_job_says_and_safe():
    assert api_address({}) == "https://api.github.com"
    assert api_address({"GITHUB_API_URL": "https://ghes.example/api/v3/"}) == "https://ghes.example/api/v3"
    with pytest.raises(UserError, match="is not an https address"):
        api_address({"GITHUB_API_URL": "http://ghes.example"})

"""The default branch: rulesets and classic protection joined, and what stands around them."""

from __future__ import annotations

import pytest

from clones import Clone
from sluicegate.gates.compliance.evidence.branch import protection

from .conftest import GitHub, Judged, settings

PULL = {"type": "pull_request", "parameters": {"required_approving_review_count": 2}, "ruleset_id": 5}
RULES = (PULL, {"type": "non_fast_forward", "ruleset_id": 5}, {"type": "deletion", "ruleset_id": 5})
CLASSIC = {
    "required_pull_request_reviews": {"required_approving_review_count": 1, "dismiss_stale_reviews": True},
    "allow_force_pushes": {"enabled": False},
    "allow_deletions": {"enabled": False},
    "enforce_admins": {"enabled": True},
    "required_status_checks": {"contexts": ["tests"], "checks": [{"context": "lint"}]},
}


@pytest.fixture
def repository(clone: Clone) -> Clone:
    clone.write("sluicegate.toml", settings())
    clone.write(".git/info/exclude", "evidence/\n")
    clone.commit("one")
    return clone


def ended(repository: Clone, github: GitHub, judged: Judged) -> tuple[str, list[str], list[str]]:
    repository.write("evidence/github.jsonl", github.text())
    said = judged()
    control = "baseline/branch-protected"
    return said.outcome(control), said.messages(control), said.reasons(control)


def test_a_repository_with_rulesets_alone_is_protected(repository, github, judged) -> None:
    github.repository(*RULES)
    github.said("/rulesets/5", {"id": 5, "bypass_actors": []})
    assert ended(repository, github, judged) == ("passed", [], [])


def test_classic_protection_alone_is_protection(repository, github, judged) -> None:
    github.repository(protection=CLASSIC)
    assert ended(repository, github, judged) == ("passed", [], [])


def test_whoever_may_go_around_it_is_named(repository, github, judged) -> None:
    github.repository(*RULES)
    github.said("/rulesets/5", {"id": 5, "bypass_actors": [{"actor_type": "Team", "actor_id": 9}]})
    _, (message,), _ = ended(repository, github, judged)
    assert "may go around it: Team 9" in message
    allowed = settings(more='[compliance.parameters]\n"baseline/branch-protected/bypass" = ["Team 9"]\n')
    repository.write("sluicegate.toml", allowed)
    assert ended(repository, github, judged)[0] == "passed"


def test_an_open_branch_is_told(repository, github, judged) -> None:
    github.repository()
    outcome, (message,), _ = ended(repository, github, judged)
    assert outcome == "passed"  # it stood so before the change
    assert message.startswith("the branch main asks for 0 approvals (pull request: no, force push: yes")


def test_what_the_token_may_not_see_is_not_tested(repository, github, judged) -> None:
    github.said("", {"default_branch": "main"})
    github.said("/rules/branches/main?per_page=100&page=1", list(RULES))
    github.said("/rulesets/5", {"id": 5, "bypass_actors": []})
    github.said("/branches/main/protection", "", status=403, scopes="administration=read")
    outcome, _, (reason,) = ended(repository, github, judged)
    assert (outcome, "the token lacks administration=read" in reason) == ("not-tested", True)


def test_a_rate_limit_is_not_tested(repository, github, judged) -> None:
    github.said("", {"message": "API rate limit exceeded"}, status=403)
    outcome, _, (reason,) = ended(repository, github, judged)
    assert (outcome, "rate limit" in reason) == ("not-tested", True)


def test_several_repositories_are_not_mixed(repository, github, judged) -> None:
    github.repository(*RULES)
    github.answers.append({**github.answers[0], "query": "GET /repos/acme/other"})
    outcome, _, (reason,) = ended(repository, github, judged)
    assert (outcome, reason) == ("errored", "the recorded answers are about 2 repositories: acme/other, acme/shop")
    repository.write("sluicegate.toml", settings(more='repository = "acme/other"\n'))
    assert ended(repository, github, judged)[0] == "not-tested"


def test_both_ways_to_protect_are_joined_to_the_stricter() -> None:
    joined = protection([PULL], CLASSIC)
    assert joined == {
        "pull_request": True, "approvals": 2, "dismisses_stale": True, "last_push_approval": False,
        "code_owners": False, "checks": ["lint", "tests"], "force_push": False, "deletion": False, "admins": True,
        "signatures": False,
    }  # fmt: skip


def test_forced_pushes_of_the_window_are_told(repository, github, judged) -> None:
    github.repository()
    push = {"activity_type": "force_push", "actor": {"login": "mallory"}, "before": "a" * 40, "after": "b" * 40}
    old = {**push, "timestamp": "2020-01-01T00:00:00Z", "actor": {"login": "old"}}
    github.said("/activity?ref=refs/heads/main", [{**push, "timestamp": github.answers[0]["at"]}, old])
    repository.write("evidence/github.jsonl", github.text())
    said = judged()
    assert said.messages("baseline/no-forced-push") == ["the branch main was pushed by force 1 times, by mallory"]


def test_what_was_deployed_has_to_be_on_the_branch(repository, github, judged) -> None:
    github.repository()
    made = {"created_at": github.answers[0]["at"], "environment": "production", "creator": {"login": "ada"}}
    tip = repository.git("rev-parse", "HEAD")
    github.said("/deployments?page=1", [{**made, "id": 1, "sha": tip}, {**made, "id": 2, "sha": "c" * 40}])
    for number in (1, 2):
        github.said(f"/deployments/{number}/statuses?page=1", [{"state": "success"}])
    repository.write("evidence/github.jsonl", github.text())
    (message,) = judged().messages("baseline/deployments-from-branch")
    assert message == "deployment 2 to production by ada is of cccccccccccc, which is not on the default branch"

"""The shapes of GitHub's answers, as far as they are asked for: what is of another shape is no answer.

Members may be missing or null, as GitHub leaves them out; what is there is of the type that the reference of its REST
API gives it.
"""

from __future__ import annotations

from typing import TypedDict


class User(TypedDict, total=False):
    login: str | None


class Tip(TypedDict, total=False):
    """Where a pull request comes from, or goes to."""

    sha: str | None
    ref: str | None


class Repository(TypedDict, total=False):
    default_branch: str | None


class Named(TypedDict):
    """A pull request, of which its number is asked alone."""

    number: int


class Pull(TypedDict, total=False):
    number: int
    merged_at: str | None
    updated_at: str | None
    merge_commit_sha: str | None
    user: User | None
    merged_by: User | None
    head: Tip | None
    base: Tip | None


class Review(TypedDict, total=False):
    state: str | None
    user: User | None
    commit_id: str | None
    submitted_at: str | None


class CheckRun(TypedDict, total=False):
    name: str | None
    conclusion: str | None
    started_at: str | None


class Context(TypedDict, total=False):
    """A status check that is required."""

    context: str | None


class Parameters(TypedDict, total=False):
    required_approving_review_count: int | None
    dismiss_stale_reviews_on_push: bool | None
    require_last_push_approval: bool | None
    require_code_owner_review: bool | None
    required_status_checks: list[Context] | None


class Rule(TypedDict, total=False):
    type: str
    ruleset_id: int | None
    parameters: Parameters | None


class Actor(TypedDict, total=False):
    actor_type: str | None
    actor_id: int | None


class Ruleset(TypedDict, total=False):
    """`bypass_actors` is shown to those alone who may change the ruleset."""

    bypass_actors: list[Actor] | None


class Switch(TypedDict, total=False):
    enabled: bool | None


class Reviews(TypedDict, total=False):
    required_approving_review_count: int | None
    dismiss_stale_reviews: bool | None
    require_last_push_approval: bool | None
    require_code_owner_reviews: bool | None


class Statuses(TypedDict, total=False):
    contexts: list[str] | None
    checks: list[Context] | None


class Protection(TypedDict, total=False):
    """Classic protection of a branch."""

    required_pull_request_reviews: Reviews | None
    required_status_checks: Statuses | None
    allow_force_pushes: Switch | None
    allow_deletions: Switch | None
    enforce_admins: Switch | None
    required_signatures: Switch | None


class Push(TypedDict, total=False):
    """A member of the account of what was pushed."""

    activity_type: str | None
    actor: User | None
    timestamp: str | None
    before: str | None
    after: str | None
    ref: str | None


class Deployment(TypedDict, total=False):
    id: int
    sha: str | None
    environment: str | None
    creator: User | None
    created_at: str | None


class Status(TypedDict, total=False):
    state: str | None

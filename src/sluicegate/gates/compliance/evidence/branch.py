"""The default branch as GitHub protects it: what rulesets and classic protection ask, joined to one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sluicegate.gates.compliance.evidence.forge import Forge, LackError, forge, hidden
from sluicegate.gates.compliance.evidence.shapes import (
    Parameters,
    Protection,
    Repository,
    Rule,
    Ruleset,
    Switch,
)
from sluicegate.gates.compliance.items import Asking, Gathered, Item
from sluicegate.model import Location, Outcome, Undecided


def gather(asking: Asking) -> Iterator[Gathered]:
    """One item: the branch. A repository that has rulesets alone answers 404 for classic protection."""
    subject, query = "the default branch", "GET /repos/REPOSITORY/rules/branches/BRANCH"
    try:
        there = forge(asking)
        branch = default_branch(there)
        paths = (f"/rules/branches/{branch}", f"/branches/{branch}/protection", "/rulesets")
        query = " and ".join(f"GET /repos/{there.name}{path}" for path in paths)
        rules = there.all(paths[0], Rule)
        classic, lacking = _classic(there, paths[1])
        bypass, lacks = _bypassing(there, rules)
    except LackError as lack:
        yield Gathered(subject=subject, query=query, undecided=lack.why)
        return
    data = {"name": branch, "bypass": bypass, **protection(rules, classic)}
    yield Gathered(
        subject=f"the branch {branch} of {there.name}",
        query=query,
        sha256=there.digest(paths),
        source=there.source(paths),
        items=(Item(key=(branch,), data=data, location=Location(logical=f"branch {branch}")),),
        collected=there.newest(paths),
        lacking=(*lacking, *lacks),
    )


def default_branch(there: Forge) -> str:
    """The name of the default branch. Raises LackError."""
    told = there.one("", Repository)
    if told is None:
        raise LackError(hidden(f"repository {there.name}"))
    return told.get("default_branch") or "main"


def _classic(there: Forge, path: str) -> tuple[Protection, tuple[Undecided, ...]]:
    """Classic protection, nothing where there is none; why it is not known where it was not shown."""
    try:
        return there.one(path, Protection) or {}, ()
    except LackError as lack:
        return {}, (lack.why,)


def _bypassing(there: Forge, rules: list[Rule]) -> tuple[list[str], tuple[Undecided, ...]]:
    """Who may go around the rulesets that hold for the branch, as `TYPE ID`."""
    found: list[str] = []
    for number in sorted({number for rule in rules if (number := rule.get("ruleset_id")) is not None}):
        try:
            told = there.one(f"/rulesets/{number}", Ruleset)
        except LackError as lack:
            return [], (lack.why,)
        actors = told.get("bypass_actors") if told else None
        if actors is None:  # as GitHub leaves them out for those who may not change the ruleset
            why = f"GitHub does not show who may go around the ruleset {number}"
            hint = "record it with a token that may write administration, or of an owner"
            return [], (Undecided(outcome=Outcome.NOT_TESTED, reason=why, hint=hint),)
        found += [f"{actor.get('actor_type')} {actor.get('actor_id') or ''}".strip() for actor in actors]
    return sorted(set(found)), ()


def protection(rules: Sequence[Rule], classic: Protection) -> dict[str, Any]:
    """What both ways to protect a branch ask together: the stricter of the two holds."""
    named: dict[str, list[Parameters]] = {}
    for rule in rules:
        named.setdefault(str(rule.get("type")), []).append(rule.get("parameters") or {})
    reviews = classic.get("required_pull_request_reviews")
    approvals = [int(each.get("required_approving_review_count") or 0) for each in named.get("pull_request", ())]
    stale = any(each.get("dismiss_stale_reviews_on_push") for each in named.get("pull_request", ()))
    last = any(each.get("require_last_push_approval") for each in named.get("pull_request", ()))
    owners = any(each.get("require_code_owner_review") for each in named.get("pull_request", ()))
    if reviews is not None:
        approvals.append(int(reviews.get("required_approving_review_count") or 0))
        stale |= bool(reviews.get("dismiss_stale_reviews"))
        last |= bool(reviews.get("require_last_push_approval"))
        owners |= bool(reviews.get("require_code_owner_reviews"))
    return {
        "pull_request": "pull_request" in named or reviews is not None,
        "approvals": max(approvals, default=0),
        "dismisses_stale": stale,
        "last_push_approval": last,
        "code_owners": owners,
        "checks": sorted(required_checks(rules, classic)),
        "force_push": "non_fast_forward" not in named and not _forbids(classic, classic.get("allow_force_pushes")),
        "deletion": "deletion" not in named and not _forbids(classic, classic.get("allow_deletions")),
        "admins": bool(named) or bool((classic.get("enforce_admins") or {}).get("enabled")),
        "signatures": "required_signatures" in named or bool((classic.get("required_signatures") or {}).get("enabled")),
    }


def required_checks(rules: Sequence[Rule], classic: Protection) -> set[str]:
    """The names of the status checks without which nothing is merged."""
    found = {
        str(check.get("context"))
        for rule in rules
        if rule.get("type") == "required_status_checks"
        for check in (rule.get("parameters") or {}).get("required_status_checks") or ()
    }
    status = classic.get("required_status_checks") or {}
    found |= {str(each) for each in status.get("contexts") or ()}
    return found | {str(each.get("context")) for each in status.get("checks") or ()}


def _forbids(classic: Protection, allowing: Switch | None) -> bool:
    """Whether classic protection is there and does not allow something."""
    return bool(classic) and not (allowing or {}).get("enabled")

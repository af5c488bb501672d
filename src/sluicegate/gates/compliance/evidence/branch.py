"""The default branch as GitHub protects it: what rulesets and classic protection ask, joined to one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sluicegate.gates.compliance.evidence.forge import Forge, LackError, forge
from sluicegate.gates.compliance.evidence.items import Asking, Gathered, Item
from sluicegate.model import Location, Undecided


def gather(asking: Asking) -> Iterator[Gathered]:
    """One item: the branch. A repository that has rulesets alone answers 404 for classic protection."""
    subject, query = "the default branch", "GET /repos/REPOSITORY/rules/branches/BRANCH"
    try:
        there = forge(asking)
        branch = default_branch(there)
        paths = (f"/rules/branches/{branch}", f"/branches/{branch}/protection", "/rulesets")
        query = " and ".join(f"GET /repos/{there.name}{path}" for path in paths)
        rules = there.all(paths[0])
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
    told = there.one("")
    return str(told.get("default_branch") or "main") if isinstance(told, dict) else "main"


def _classic(there: Forge, path: str) -> tuple[dict[str, Any], tuple[Undecided, ...]]:
    """Classic protection, nothing where there is none; why it is not known where it was not shown."""
    try:
        told = there.one(path)
    except LackError as lack:
        return {}, (lack.why,)
    return told if isinstance(told, dict) else {}, ()


def _bypassing(there: Forge, rules: list[Any]) -> tuple[list[str], tuple[Undecided, ...]]:
    """Who may go around the rulesets that hold for the branch, as `TYPE ID`."""
    found: list[str] = []
    wanted = {rule.get("ruleset_id") for rule in rules if isinstance(rule, dict)} - {None}
    for number in sorted(wanted, key=str):
        try:
            told = there.one(f"/rulesets/{number}")
        except LackError as lack:
            return [], (lack.why,)
        actors = told.get("bypass_actors") if isinstance(told, dict) else None
        found += [f"{actor.get('actor_type')} {actor.get('actor_id') or ''}".strip() for actor in actors or ()]
    return sorted(set(found)), ()


def protection(rules: list[Any], classic: dict[str, Any]) -> dict[str, Any]:
    """What both ways to protect a branch ask together: the stricter of the two holds."""
    named: dict[str, list[dict[str, Any]]] = {}
    for rule in rules:
        if isinstance(rule, dict):
            named.setdefault(str(rule.get("type")), []).append(rule.get("parameters") or {})
    reviews = classic.get("required_pull_request_reviews")
    approvals = [int(each.get("required_approving_review_count") or 0) for each in named.get("pull_request", ())]
    stale = any(each.get("dismiss_stale_reviews_on_push") for each in named.get("pull_request", ()))
    last = any(each.get("require_last_push_approval") for each in named.get("pull_request", ()))
    owners = any(each.get("require_code_owner_review") for each in named.get("pull_request", ()))
    if isinstance(reviews, dict):
        approvals.append(int(reviews.get("required_approving_review_count") or 0))
        stale |= bool(reviews.get("dismiss_stale_reviews"))
        last |= bool(reviews.get("require_last_push_approval"))
        owners |= bool(reviews.get("require_code_owner_reviews"))
    return {
        "pull_request": "pull_request" in named or isinstance(reviews, dict),
        "approvals": max(approvals, default=0),
        "dismisses_stale": stale,
        "last_push_approval": last,
        "code_owners": owners,
        "checks": sorted(required_checks(rules, classic)),
        "force_push": "non_fast_forward" not in named and not _forbids(classic, "allow_force_pushes"),
        "deletion": "deletion" not in named and not _forbids(classic, "allow_deletions"),
        "admins": bool(named) or bool((classic.get("enforce_admins") or {}).get("enabled")),
        "signatures": "required_signatures" in named or bool((classic.get("required_signatures") or {}).get("enabled")),
    }


def required_checks(rules: list[Any], classic: dict[str, Any]) -> set[str]:
    """The names of the status checks without which nothing is merged."""
    found = {
        str(check.get("context"))
        for rule in rules
        if isinstance(rule, dict) and rule.get("type") == "required_status_checks"
        for check in (rule.get("parameters") or {}).get("required_status_checks") or ()
    }
    status = classic.get("required_status_checks") or {}
    found |= {str(each) for each in status.get("contexts") or ()}
    return found | {str(each.get("context")) for each in status.get("checks") or ()}


def _forbids(classic: dict[str, Any], what: str) -> bool:
    """Whether classic protection is there and does not allow something."""
    return bool(classic) and not (classic.get(what) or {}).get("enabled")

"""The census of changes: every commit that reached the default branch, and what stands behind it.

The population comes from git, so that nothing can hide from it; reviews, checks and pull requests come from GitHub's
recorded answers, and both are reconciled: each commit with the pull request that brought it, and each merged pull
request with a commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from sluicegate.gates.compliance.evidence.branch import default_branch, required_checks
from sluicegate.gates.compliance.evidence.forge import FINE, Forge, LackError, forge, time_of
from sluicegate.gates.compliance.evidence.shapes import CheckRun, Named, Protection, Pull, Review, Rule, User
from sluicegate.gates.compliance.items import Asking, Gathered, Item
from sluicegate.model import Landed, Landings, Location, Outcome, Undecided
from sluicegate.revision.history import parse_landings
from sluicegate.text import plural

_SHALLOW = "check out with `fetch-depth: 0`"
_GOOD = ("success", "neutral", "skipped")
_DECISIVE = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")


def gather(asking: Asking) -> Iterator[Gathered]:
    """An item for each commit of the default branch in the window."""
    subject = f"changes of {asking.settings.window} days"
    query = f"git log --first-parent, since {asking.settings.window} days"
    since = asking.context.now - timedelta(days=asking.settings.window)
    landings = landings_of(asking, since)
    if landings is None:
        why = "there is no git history here"
        yield Gathered(subject=subject, query=query, undecided=_not_tested(why, "run it in a clone"))
        return
    if not landings.whole:
        why = f"the clone is cut, so that not every commit since {since.date()} is there"
        yield Gathered(subject=subject, query=landings.query, undecided=_not_tested(why, _SHALLOW))
        return
    try:
        there = forge(asking)
        known = _known(there)
    except LackError as lack:
        yield Gathered(subject=subject, query=landings.query, sha256=landings.sha256, undecided=lack.why)
        return
    items: list[Item] = []
    lacking: list[Undecided] = []
    for landed in landings.commits:
        data, unknown = _change(landed, known)
        items.append(Item(key=(landed.commit,), data=data, location=Location(logical=f"commit {landed.commit[:12]}")))
        lacking += [unknown] if unknown else []
    paths = _questions(known)
    yield Gathered(
        subject=subject,
        query=f"{landings.query}; GET /repos/{there.name}/pulls, /pulls/N/reviews, /commits/SHA/check-runs",
        sha256=there.digest(paths),
        source=there.source(paths),
        items=tuple(items),
        collected=there.newest(("/pulls",)),
        revision=landings.commits[0].commit if landings.commits else "",
        lacking=(*_summed(lacking), *_unreconciled(known, items, since)),
    )


def landings_of(asking: Asking, since: datetime) -> Landings | None:
    """The commits of the branch since a time: of the clone, or of a recorded answer where the settings say so."""
    if asking.settings.history == "git":
        return asking.context.log.landed(since) if asking.context.log else None
    logs = [each for each in asking.recorded.answers if each.query.startswith("git log ")]
    answer = max(logs, key=lambda each: each.at, default=None)
    if answer is None or answer.status not in FINE:
        return None
    told = parse_landings(answer.body)
    return Landings(
        query=answer.query,
        sha256=answer.sha256,
        commits=tuple(each for each in told if each.committed >= since),
        whole=bool(told) and (not told[-1].parents or told[-1].committed < since),
    )


def questions(there: Forge) -> tuple[str, ...]:
    """The questions whose answers are the evidence of the census. Raises LackError."""
    return _questions(_known(there))


def _questions(known: _Known) -> tuple[str, ...]:
    return ("/pulls", *(f"/pulls/{number}/reviews" for number in known.pulls))


class _Known(Struct, frozen=True, kw_only=True):
    """What GitHub told of merged pull requests: by number, and the number by the commit that a merge made."""

    forge: Forge
    pulls: dict[int, Pull]
    by_commit: dict[str, int]
    required: frozenset[str]


def _known(there: Forge) -> _Known:
    pulls = {each["number"]: each for each in there.all("/pulls", Pull) if "number" in each and each.get("merged_at")}
    by_commit = {
        str(each["merge_commit_sha"]): number for number, each in pulls.items() if each.get("merge_commit_sha")
    }
    return _Known(forge=there, pulls=pulls, by_commit=by_commit, required=_required(there))


def _required(there: Forge) -> frozenset[str]:
    """The checks that the branch asks for; none where that is not told, and then all that ran count."""
    try:
        branch = default_branch(there)
        rules = there.all(f"/rules/branches/{branch}", Rule)
    except LackError:
        return frozenset()
    try:
        classic = there.one(f"/branches/{branch}/protection", Protection)
    except LackError:
        classic = None
    return frozenset(required_checks(rules, classic or {}))


def _change(landed: Landed, known: _Known) -> tuple[dict[str, Any], Undecided | None]:
    """One commit with what stands behind it, and why some of that is not known."""
    number = known.by_commit.get(landed.commit) or _asked(landed, known)
    pull = known.pulls.get(number or 0)
    data: dict[str, Any] = {
        "commit": landed.commit,
        "short": landed.commit[:12],
        "subject": landed.subject,
        "author": landed.author,
        "committer": landed.committer,
        "at": landed.committed.isoformat(),
        "merge": len(landed.parents) > 1,
        "direct": pull is None,
        "pull": number or 0,
        "reviewed": False,
        "checked": False,
        "opened_by": "",
        "merged_by": "",
        "head": "",
        "approvals": [],
        "checks": [],
        "passed_checks": [],
        "missing_checks": [],
    }
    if pull is None:
        return data, None
    head = str((pull.get("head") or {}).get("sha") or "")
    opener = _login(pull.get("user"))
    data |= {"opened_by": opener, "merged_by": _login(pull.get("merged_by")), "head": head}
    try:
        data["approvals"] = approvals = _approvals(known.forge.all(f"/pulls/{number}/reviews", Review))
        others = [each for each in approvals if each["by"] not in ("", opener)]
        data["reviewed"] = bool(head) and any(each["commit"] == head for each in others)
        data["checks"] = checks = _checks(known.forge.all(f"/commits/{head}/check-runs", CheckRun))
        good = {each["name"] for each in checks if each["conclusion"] in _GOOD}
        wanted = known.required or {each["name"] for each in checks}
        data["passed_checks"] = sorted(good)
        data["missing_checks"] = sorted(wanted - good)
        data["checked"] = bool(wanted) and not data["missing_checks"]
    except LackError as lack:
        return {**data, "unknown": True}, lack.why
    return data, None


def _asked(landed: Landed, known: _Known) -> int | None:
    """The pull request that GitHub names for a commit: one of several that a rebase put there."""
    try:
        told = known.forge.all(f"/commits/{landed.commit}/pulls", Named)
    except LackError:
        return None
    numbers = [each["number"] for each in told if each["number"] in known.pulls]
    return numbers[0] if numbers else None


def _approvals(reviews: list[Review]) -> list[dict[str, str]]:
    """The approvals that stand: the last decisive word of each reviewer, where it is one."""
    last: dict[str, Review] = {}
    told = [each for each in reviews if each.get("state") in _DECISIVE]
    for review in sorted(told, key=lambda each: str(each.get("submitted_at") or "")):
        last[_login(review.get("user"))] = review
    return [
        {"by": by, "commit": str(each.get("commit_id") or ""), "at": str(each.get("submitted_at") or "")}
        for by, each in last.items()
        if each["state"] == "APPROVED"
    ]


def _checks(runs: list[CheckRun]) -> list[dict[str, str]]:
    """The last run of each check."""
    last: dict[str, CheckRun] = {}
    for run in sorted(runs, key=lambda each: str(each.get("started_at"))):
        last[str(run.get("name"))] = run
    return [{"name": name, "conclusion": str(each.get("conclusion") or "")} for name, each in last.items()]


def _login(user: User | None) -> str:
    return (user or {}).get("login") or ""


def _summed(lacking: list[Undecided]) -> Iterator[Undecided]:
    """The same reason once, with how many changes it keeps from being judged."""
    counts: dict[tuple[Outcome, str], list[Undecided]] = defaultdict(list)
    for each in lacking:
        counts[each.outcome, each.hint].append(each)
    for (outcome, hint), several in counts.items():
        more = f" ({plural(len(several), 'change')} alike)" if len(several) > 1 else ""
        yield Undecided(outcome=outcome, reason=f"{several[0].reason}{more}", hint=hint)


def _unreconciled(known: _Known, items: list[Item], since: datetime) -> Iterator[Undecided]:
    """Merged pull requests of the window that no commit of the branch goes back to: the two records disagree."""
    there = {item.data["pull"] for item in items}
    lost = [
        number for number, pull in known.pulls.items() if number not in there and time_of(pull["merged_at"]) >= since
        and (pull.get("base") or {}).get("ref") == default_branch(known.forge)
    ]  # fmt: skip
    if lost:
        named = ", ".join(f"#{number}" for number in sorted(lost)[:5])
        yield Undecided(
            outcome=Outcome.INCONCLUSIVE,
            reason=f"{plural(len(lost), 'merged pull request')} ({named}) brought no commit that is on the branch",
            hint="the branch was rewritten, or the clone is not of its newest state",
        )


def _not_tested(reason: str, hint: str) -> Undecided:
    return Undecided(outcome=Outcome.NOT_TESTED, reason=reason, hint=hint)

"""Forced pushes to the default branch, as GitHub keeps account of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from sluicegate.gates.compliance.evidence.branch import default_branch
from sluicegate.gates.compliance.evidence.forge import Forge, LackError, forge, time_of
from sluicegate.gates.compliance.evidence.recorded import HINT
from sluicegate.gates.compliance.evidence.shapes import Push
from sluicegate.gates.compliance.items import Asking, Gathered, Item
from sluicegate.model import Location, Outcome, Undecided

_PERIODS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 366}
"""Days that GitHub's `time_period` goes back."""

_FOR_GOOD = 1 << 30
_ASKED = frozenset({"ref", "activity_type", "time_period", "per_page", "page", "direction"})


def gather(asking: Asking) -> Iterator[Gathered]:
    """One item, the default branch, with the forced pushes of the window: there may well be none."""
    subject, path = "forced pushes", "/activity"
    try:
        there = forge(asking)
        branch = default_branch(there)
        told = there.all(path, Push)
        since = asking.context.now - timedelta(days=asking.settings.window)
        _whole(there, path, branch, (asking.context.now - since).days)
    except LackError as lack:
        yield Gathered(subject=subject, query=f"GET /repos/REPOSITORY{path}", undecided=lack.why)
        return
    pushes = [
        {
            "by": str((each.get("actor") or {}).get("login") or ""),
            "at": _when(each).isoformat(),
            "before": str(each.get("before") or "")[:12],
            "after": str(each.get("after") or "")[:12],
        }
        for each in told
        if each.get("activity_type") == "force_push"
        and each.get("ref") in (None, f"refs/heads/{branch}")
        and _when(each) >= since
    ]
    by = sorted({push["by"] for push in pushes})
    yield Gathered(
        subject=subject,
        query=" and ".join(each.query for each in there.asked(path)),
        sha256=there.digest((path,)),
        source=there.source((path,)),
        items=(
            Item(
                key=(branch, *(push["after"] for push in pushes)),
                data={"name": branch, "pushes": pushes, "count": len(pushes), "by": by},
                location=Location(logical=f"branch {branch}"),
            ),
        ),
        collected=there.newest((path,)),
    )


def _whole(there: Forge, path: str, branch: str, days: int) -> None:
    """Raise LackError where no question about pushes spans the branch and the window: others may hide some."""
    for answer in there.asked(path):
        asked = dict(parse_qsl(answer.query.partition("?")[2]))
        span = _PERIODS.get(asked.get("time_period", ""), _FOR_GOOD)
        if (
            asked.keys() <= _ASKED
            and asked.get("ref", branch) in (branch, f"refs/heads/{branch}")
            and asked.get("activity_type", "force_push") == "force_push"
            and span >= days
        ):
            return
    why = f"GitHub was not asked for all forced pushes to {branch} in {days} days: {there.asked(path)[0].query}"
    raise LackError(Undecided(outcome=Outcome.NOT_TESTED, reason=why, hint=HINT))


def _when(push: Push) -> datetime:
    return time_of(push.get("timestamp"))

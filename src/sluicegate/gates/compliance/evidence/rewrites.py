"""Forced pushes to the default branch, as GitHub keeps account of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sluicegate.gates.compliance.evidence.branch import default_branch
from sluicegate.gates.compliance.evidence.forge import LackError, forge, time_of
from sluicegate.gates.compliance.evidence.items import Asking, Gathered, Item
from sluicegate.model import Location


def gather(asking: Asking) -> Iterator[Gathered]:
    """One item, the default branch, with the forced pushes of the window: there may well be none."""
    subject, path = "forced pushes", "/activity"
    try:
        there = forge(asking)
        branch = default_branch(there)
        told = there.all(path)
    except LackError as lack:
        yield Gathered(subject=subject, query=f"GET /repos/REPOSITORY{path}", undecided=lack.why)
        return
    since = asking.context.now - timedelta(days=asking.settings.window)
    pushes = [
        {
            "by": str((each.get("actor") or {}).get("login") or ""),
            "at": _when(each).isoformat(),
            "before": str(each.get("before") or "")[:12],
            "after": str(each.get("after") or "")[:12],
        }
        for each in told
        if isinstance(each, dict) and each.get("activity_type") == "force_push" and _when(each) >= since
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


def _when(push: dict[str, object]) -> datetime:
    return time_of(push.get("timestamp"))

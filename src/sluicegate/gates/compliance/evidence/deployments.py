"""What was deployed: each deployment with its commit, whether that is on the default branch, and who let it through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sluicegate.gates.compliance.evidence.changes import landings_of
from sluicegate.gates.compliance.evidence.forge import Forge, LackError, forge, time_of
from sluicegate.gates.compliance.evidence.shapes import Deployment, Status
from sluicegate.gates.compliance.items import Asking, Gathered, Item
from sluicegate.model import Line, Location, Outcome, Undecided

_FARTHEST = 100_000


def gather(asking: Asking) -> Iterator[Gathered]:
    """An item for each deployment of the window."""
    subject, path = "deployments", "/deployments"
    try:
        there = forge(asking)
        told = there.all(path, Deployment)
    except LackError as lack:
        yield Gathered(subject=subject, query=f"GET /repos/REPOSITORY{path}", undecided=lack.why)
        return
    line = _line(asking)
    if line is None:
        why = Undecided(outcome=Outcome.NOT_TESTED, reason="there is no git history here", hint="run it in a clone")
        yield Gathered(subject=subject, query=path, undecided=why)
        return
    since = asking.context.now - timedelta(days=asking.settings.window)
    items, lacking = [], []
    for each in told:
        if time_of(each.get("created_at")) < since:
            continue
        try:
            statuses = there.all(f"/deployments/{each.get('id')}/statuses", Status)
        except LackError as lack:
            lacking.append(lack.why)
            statuses = []
        items.append(_item(each, statuses, frozenset(line.commits)))
    if not line.whole:
        reason = "the clone is cut, so that a commit of the branch may not be known as one"
        lacking.append(Undecided(outcome=Outcome.NOT_TESTED, reason=reason, hint="check out with `fetch-depth: 0`"))
    yield Gathered(
        subject=subject,
        query=" and ".join(each.query for each in there.asked(path)) + ", with the statuses of each",
        sha256=there.digest(asked := questions(there)),
        source=there.source(asked),
        items=tuple(items),
        collected=there.newest(asked),
        lacking=tuple(dict.fromkeys(lacking)),
    )


def questions(there: Forge) -> tuple[str, ...]:
    """The questions whose answers are evidence of deployments. Raises LackError."""
    return (
        "/deployments",
        *(f"/deployments/{each.get('id')}/statuses" for each in there.all("/deployments", Deployment)),
    )


def _line(asking: Asking) -> Line | None:
    """The commits of the branch, as far back as they are known."""
    if asking.settings.history == "git":
        return asking.context.log.line(_FARTHEST) if asking.context.log else None
    known = landings_of(asking, datetime.min.replace(tzinfo=UTC))
    return Line(commits=tuple(each.commit for each in known.commits), whole=known.whole) if known else None


def _item(deployment: Deployment, statuses: list[Status], line: frozenset[str]) -> Item:
    commit = str(deployment.get("sha") or "")
    number = str(deployment.get("id"))
    states = [str(each.get("state")) for each in statuses]
    return Item(
        key=(number,),
        data={
            "id": number,
            "commit": commit,
            "short": commit[:12],
            "environment": str(deployment.get("environment") or ""),
            "by": str((deployment.get("creator") or {}).get("login") or ""),
            "at": str(deployment.get("created_at") or ""),
            "on_branch": commit in line,
            "succeeded": "success" in states,
            "waited": "waiting" in states,
        },
        location=Location(logical=f"deployment {number}"),
    )

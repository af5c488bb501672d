"""What every report says in the same words."""

from __future__ import annotations

from datetime import UTC, datetime

from sluicegate.gates.compliance.catalogue import AS_OF
from sluicegate.gates.compliance.reports.account import Account, Deviation
from sluicegate.gates.compliance.reports.standing import Result
from sluicegate.text import one_line, plural

SCOPE = (
    "What is shown here was shown by evidence at one time and of one revision. It is no certificate, and the mapping "
    "of controls to clauses is its pack's opinion. Coverage is the share of the controls serving a clause that were "
    "decided: what is inconclusive, not tested, errored or not applicable counts in the whole and not in the share."
)


def moment(time: datetime | None) -> str:
    """`2026-11-29 12:00:00 UTC`; `not told` where nobody said when."""
    return time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if time else "not told"


def when(account: Account) -> str:
    """When the run began and, for a report on a time that is past, the moment that ages were counted to."""
    past = account.gate.facts.get(AS_OF)
    counted = f", ages counted to {moment(datetime.fromisoformat(past))}" if past else ""
    return moment(account.run.started) + counted


def counts(population: int | None) -> str:
    """How many items there were."""
    return "not told" if population is None else f"{population:,}"


def exception_words(deviation: Deviation) -> str:
    """`@acme/platform until 2027-01-31: the old branch is read only`."""
    decision = deviation.exception
    if decision is None:
        return ""
    approved = f", approved by {decision.approved_by}" if decision.approved_by else ""
    return one_line(f"{decision.owner} until {decision.expires.isoformat()}{approved}: {decision.reason}")


def verdict(account: Account) -> str:
    """`12 controls: 1 failed, 3 not tested, 8 passed`."""
    ended = [each.result for each in account.controls.values()]
    told = ", ".join(f"{ended.count(each):,} {each.words}" for each in Result if each in ended)
    return f"{plural(len(ended), 'control')}: {told}" if ended else "No control was asked"

"""The account in Markdown: each framework with its clauses, each control with its evidence, and all exceptions."""

from __future__ import annotations

from collections.abc import Iterator

from sluicegate.gates.compliance.reports.account import Account, Framework, Shown, revision_words
from sluicegate.gates.compliance.reports.standing import Result, Standing
from sluicegate.gates.compliance.reports.wording import SCOPE, counts, exception_words, moment, verdict, when
from sluicegate.markup import code, inert, prose
from sluicegate.text import plural

MOST = 20
"""So many deviations of a control are told here; the JSON has all."""

_RESULTS = {Result.PASSED: "✅", Result.FAILED: "❌", Result.ERRORED: "⛔", Result.NOT_APPLICABLE: "➖"}
_STANDINGS = {
    Standing.FULL: "✅", Standing.FAILED: "❌", Standing.ERRORED: "⛔", Standing.PART: "🟡", Standing.SUPPORTED: "🟡",
    Standing.NOT_APPLICABLE: "➖",
}  # fmt: skip
_OPEN = "⚠️"


def render(account: Account) -> str:
    """The whole report."""
    return "\n".join(_lines(account)) + "\n"


def _lines(account: Account) -> Iterator[str]:
    run = account.run
    yield "# Compliance report"
    yield ""
    yield f"**{verdict(account)}**"
    yield ""
    if account.lacking:
        yield f"> {_OPEN} **{inert(account.lacking)}**"
        yield ""
    yield f"- Revision: {inert(revision_words(run))}"
    if run.repository:
        yield f"- Repository: {inert(run.repository)}"
    yield f"- Time: {when(account)}, by Sluicegate {inert(run.tool_version)}"
    yield f"- Run: {code(account.digest)}"
    yield from (f"- Pack {inert(pack.name)} {inert(pack.version)}: {code(pack.digest)}" for pack in account.packs)
    yield ""
    yield SCOPE
    yield ""
    for framework in account.frameworks:
        yield from _framework(framework)
    yield from _exceptions(account)
    yield "## Controls"
    yield ""
    for shown in account.ranked:
        yield from _control(shown)


def _framework(framework: Framework) -> Iterator[str]:
    yield f"## {inert(framework.title)}"
    yield ""
    yield f"{inert(framework.words)}."
    yield ""
    yield "| Clause | Comes to | Coverage | Controls |"
    yield "|---|---|---|---|"
    for part in framework.parts:
        told = part.covered
        sign = _STANDINGS.get(told.standing, _OPEN)
        status = f" ({part.clause.status})" if part.clause.status else ""
        served = [
            f"{_RESULTS.get(shown.result, _OPEN)} {code(shown.control.id)} {shown.result.words}, {each.strength}"
            for each, shown in part.serving
        ]
        cells = (
            f"**{inert(part.clause.id)}**{status} {inert(part.clause.title)}",
            f"{sign} {told.standing.words}",
            inert(told.words),
            "<br>".join(served),
        )
        yield f"| {' | '.join(cells)} |"
    yield ""


def _exceptions(account: Account) -> Iterator[str]:
    if not account.excepted:
        return
    yield "## Exceptions"
    yield ""
    yield "| Ends | Control | What breaks it | Owner | Reason |"
    yield "|---|---|---|---|---|"
    for shown, each in account.excepted:
        decision = each.exception
        if decision:
            approved = f", approved by {inert(decision.approved_by)}" if decision.approved_by else ""
            cells = (
                decision.expires.isoformat(), code(shown.control.id), prose(each.message),
                inert(decision.owner) + approved, inert(decision.reason),
            )  # fmt: skip
            yield f"| {' | '.join(cells)} |"
    yield ""


def _control(shown: Shown) -> Iterator[str]:
    control = shown.control
    yield f"### {_RESULTS.get(shown.result, _OPEN)} {inert(control.title)}: {shown.result.words}"
    yield ""
    yield f"{code(control.id)} {prose(control.summary)}"
    yield ""
    if shown.evidence:
        yield "| Evidence | Query | Items | Answered | Revision | SHA-256 |"
        yield "|---|---|---:|---|---|---|"
    for each in shown.evidence:
        kept = f"<br>kept in {code(each.source)}" if each.source else ""
        cells = (
            inert(each.subject) + kept, code(each.query), counts(each.population), moment(each.collected),
            code(each.revision[:12]), code(each.sha256),
        )  # fmt: skip
        yield f"| {' | '.join(cells)} |"
    if shown.evidence:
        yield ""
    for gap in shown.open:
        hint = f" Next step: {prose(gap.why.hint)}." if gap.why.hint else ""
        subject = f"{inert(gap.subject)}: " if gap.subject else ""
        yield f"- {_OPEN} {gap.why.outcome.words}: {subject}{prose(gap.why.reason)}.{hint}"
    for found in shown.deviations[:MOST]:
        said = f" (excepted: {inert(exception_words(found))})" if found.exception else ""
        yield f"- {'🔕' if found.exception else '❌'} {prose(found.message)}, {code(found.place)}{said}"
    if (over := len(shown.deviations) - MOST) > 0:
        yield f"- {plural(over, 'item')} more that break it stand in the JSON of this report."
    if shown.open or shown.deviations:
        yield ""

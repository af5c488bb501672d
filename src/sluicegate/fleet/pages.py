"""The table of many repositories as Markdown, as a page that stands alone, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

import msgspec

from sluicegate.fleet.table import Row, Table
from sluicegate.markup import code, escape, inert
from sluicegate.model import Outcome, Pass
from sluicegate.report.inert import in_json
from sluicegate.report.view import pass_words
from sluicegate.text import one_line, plural

_HEAD = ("Repository", "Verdict", "Gates", "Failing", "Suppressed", "Policy", "Sluicegate", "Commit", "Age")
_SIGNS = {Outcome.PASSED: "✅", Outcome.FAILED: "❌", Outcome.ERRORED: "⛔"}
_NAMED = 12
_REASON = 500
_SOON = timedelta(days=14)
_CONTENT = "default-src 'none'; style-src 'unsafe-inline'"


def markdown(table: Table) -> str:
    """The table in GitHub's Markdown."""
    lines = [f"## {_summary(table)}", "", f"| {' | '.join(_HEAD)} |", "|---|---|---|---:|---|---|---|---|---|"]
    for row in table.rows:
        sign = _SIGNS.get(row.outcome, "⚠️")
        verdict = f"{sign} {'; '.join((_verdict(row), *(inert(told, _REASON) for told in _let_through(row))))}"
        name = inert(row.repository, 200)
        if row.trouble:
            cells = (name, verdict, f"{code(row.file, 300)} {inert(row.trouble, 300)}", "", "", "", "", "", "")
        else:
            cells = (
                name,
                verdict,
                inert(_gates(row), 500),
                f"{row.failing:,}",
                inert(_suppressed(row, table.now)),
                code(row.policy),
                inert(row.tool),
                code(row.commit),
                age(row),
            )
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", *(f"{remark}." for remark in _remarks(table))]
    return "\n".join(lines).rstrip() + "\n"


def html(table: Table) -> str:
    """The whole page: no script, no request."""
    return "\n".join(_page(table)) + "\n"


def json(table: Table) -> str:
    """The rows as JSON, for other tools."""
    rows = [
        {
            "repository": row.repository,
            "file": row.file,
            "outcome": row.outcome.value,
            "gates": {gate: outcome.value for gate, outcome in row.gates},
            "failing": row.failing,
            "suppressed": row.suppressed,
            "expires": row.expires,
            "passes": [_decision(each) for each in row.passes],
            "policy": row.policy,
            "tool": row.tool,
            "commit": row.commit,
            "ended": row.ended,
            "stale": row.stale,
            "trouble": row.trouble,
        }
        for row in table.rows
    ]
    document = {"version": 1, "repositories": rows, "older": table.older}
    return in_json(msgspec.json.format(msgspec.json.encode(document), indent=2).decode()) + "\n"


def age(row: Row) -> str:
    """`3 days`, `5 hours`, `less than an hour`."""
    if row.age is None:
        return ""
    hours = int(row.age.total_seconds() // 3600)
    told = plural(hours // 24, "day") if hours >= 48 else plural(hours, "hour") if hours else "less than an hour"  # noqa: PLR2004 - two days
    return f"{told} (stale)" if row.stale else told


def _page(table: Table) -> Iterator[str]:
    style = resources.files(__package__).joinpath("fleet.css").read_text("utf-8")
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_CONTENT}">'
    yield f"<title>{escape(_summary(table))}</title>"
    yield f"<style>\n{style}</style>"
    yield "</head>"
    yield "<body>"
    yield "<main>"
    yield f"<h1>{escape(_summary(table))}</h1>"
    yield f'<p class="quiet">As of {table.now.astimezone(UTC):%Y-%m-%d %H:%M} UTC. The worst first.</p>'
    yield from (f'<p class="quiet">{escape(remark)}.</p>' for remark in _remarks(table))
    yield '<div class="wide" tabindex="0" role="region" aria-label="Repositories">'
    yield "<table>"
    yield "<thead><tr>"
    yield from (f'<th scope="col">{name}</th>' for name in _HEAD)
    yield "</tr></thead>"
    yield "<tbody>"
    yield from (_html_row(row, table.now) for row in table.rows)
    yield "</tbody>"
    yield "</table>"
    yield "</div>"
    yield "</main>"
    yield "</body>"
    yield "</html>"


def _html_row(row: Row, now: datetime) -> str:
    passes = "".join(f'<div class="quiet">{escape(told, _REASON)}</div>' for told in _let_through(row))
    verdict = f'<td><span class="chip {row.outcome.value}">{escape(_verdict(row))}</span>{passes}</td>'
    name = f'<th scope="row">{escape(row.repository, 200)}</th>'
    if row.trouble:
        said = f"<code>{escape(row.file, 300)}</code> {escape(row.trouble, 300)}"
        return f'<tr>{name}{verdict}<td colspan="{len(_HEAD) - 2}">{said}</td></tr>'
    cells = (
        escape(_gates(row), 500),
        f"{row.failing:,}",
        escape(_suppressed(row, now)),
        f"<code>{escape(row.policy)}</code>",
        escape(row.tool),
        f"<code>{escape(row.commit)}</code>",
        escape(age(row)),
    )
    return f"<tr>{name}{verdict}{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _summary(table: Table) -> str:
    counts = [f"{table.count(outcome):,} {outcome.words}" for outcome in Outcome if table.count(outcome)]
    names = "1 repository" if len(table.rows) == 1 else f"{len(table.rows):,} repositories"
    return f"{names}: {', '.join(counts)}" if counts else "No repository"


def _remarks(table: Table) -> list[str]:
    told = []
    if table.policies > 1:
        told.append(f"They are judged by {table.policies:,} different policies")
    if table.older:
        count = plural(len(table.older), "Run")
        told.append(f"{count} of the same repositories {'is' if len(table.older) == 1 else 'are'} older and not shown")
    return told


def _verdict(row: Row) -> str:
    if row.trouble:
        return "cannot be read"
    return f"{row.outcome.words}{', stale' if row.stale else ''}"


def _let_through(row: Row) -> list[str]:
    """By whom, until when and why the change was let through."""
    return [pass_words(each) for each in row.passes]


def _decision(decision: Pass) -> dict[str, Any]:
    return {
        "owner": one_line(decision.owner),
        "until": decision.expires,
        "reason": one_line(decision.reason),
        "covers": one_line(decision.fingerprint or decision.gate) or "everything",
    }


def _gates(row: Row) -> str:
    told = [f"{gate} {outcome.words}" for gate, outcome in row.gates[:_NAMED]]
    more = len(row.gates) - _NAMED
    return ", ".join(told) + (f" and {more:,} more" if more > 0 else "")


def _suppressed(row: Row, now: datetime) -> str:
    if not row.suppressed and row.expires is None:
        return "0"
    if row.expires is None:
        return f"{row.suppressed:,}"
    left = row.expires - now.date()
    soon = " (expired)" if left < timedelta() else f" (in {plural(left.days, 'day')})" if left < _SOON else ""
    return f"{row.suppressed:,}, until {row.expires.isoformat()}{soon}"

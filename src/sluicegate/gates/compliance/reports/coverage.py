"""The account as JSON for programs: what each clause comes to, how much was looked at, and all that shows it."""

from __future__ import annotations

from typing import Any

import msgspec

from sluicegate.gates.compliance.reports.account import Account, Deviation, Part, Shown
from sluicegate.gates.compliance.reports.standing import Result

VERSION = 1


def render(account: Account) -> str:
    """The whole document, ending in a newline."""
    return msgspec.json.format(msgspec.json.encode(_document(account)), indent=2).decode() + "\n"


def _document(account: Account) -> dict[str, Any]:
    run = account.run
    return {
        "version": VERSION,
        "run": {
            "sha256": account.digest,
            "started": run.started,
            "revision": run.revision,
            "repository": run.repository,
            "tool_version": run.tool_version,
            "outcome": run.outcome,
        },
        "lacking": account.lacking,
        "packs": [{"name": pack.name, "version": pack.version, "sha256": pack.digest} for pack in account.packs],
        "frameworks": [
            {"framework": each.id, "title": each.title, "summary": each.words, "clauses": len(each.parts)}
            for each in account.frameworks
        ],
        "clauses": [_clause(each.id, part) for each in account.frameworks for part in each.parts],
        "controls": [_control(shown) for shown in account.controls.values()],
    }


def _clause(framework: str, part: Part) -> dict[str, Any]:
    told = part.covered
    return {
        "framework": framework,
        "clause": part.clause.id,
        "title": part.clause.title,
        "status": part.clause.status,
        "standing": told.standing,
        "coverage": round(told.coverage, 4),
        "decided": told.decided,
        "counts": {"controls": told.controls, **{each.value: told.counts.get(each, 0) for each in Result}},
        "controls": [
            {
                "control": shown.control.id,
                "strength": served.strength,
                "rationale": served.rationale,
                "outcome": shown.result,
            }
            for served, shown in part.serving
        ],
    }


def _control(shown: Shown) -> dict[str, Any]:
    return {
        "control": shown.control.id,
        "title": shown.control.title,
        "outcome": shown.result,
        "examined": shown.examined,
        "evidence": [
            {name: value for name, value in msgspec.to_builtins(each).items() if name != "rule"}
            for each in shown.evidence
        ],
        "undecided": [{"subject": each.subject, **msgspec.to_builtins(each.why)} for each in shown.open],
        "deviations": [_deviation(each) for each in shown.deviations],
    }


def _deviation(each: Deviation) -> dict[str, Any]:
    decision = each.exception
    return {
        "message": each.message,
        "place": each.place,
        "fingerprint": each.fingerprint,
        "level": each.level,
        "exception": decision
        and {
            "reason": decision.reason,
            "owner": decision.owner,
            "approved_by": decision.approved_by,
            "expires": decision.expires,
            "origin": str(decision.origin),
        },
    }

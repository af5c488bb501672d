"""SARIF 2.1.0 (OASIS) for code scanning: one run, every rule of the catalogue, and the findings as results.

Passed rules are in the catalogue and need no result; what was not decided stands in the invocation's notifications, and
`executionSuccessful` is false when something could not be looked at. GitHub shows a result without a file nowhere and
refuses the upload, so such a finding is anchored at the settings file, with its logical name beside it.
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from sluicegate.model import BaselineState, Level, Outcome, Rule, RuleKind
from sluicegate.report import inert, view
from sluicegate.text import one_line, plural, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.model import Finding, GateResult, Location, Run
    from sluicegate.report.view import Shown

MOST_RESULTS = 25_000
"""GitHub refuses a run with more results."""
MOST_TAGS = 20
"""GitHub refuses a rule with more tags."""
ANCHOR = "sluicegate.toml"
"""The file that a finding without a file is shown at."""

_ROOT = "%SRCROOT%"
_WORD = re.compile("[A-Za-z0-9]+")
_PROBLEM = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "recommendation", Level.NONE: "recommendation"}
_NOTICE = {Outcome.ERRORED: "error", Outcome.INCONCLUSIVE: "warning", Outcome.NOT_TESTED: "warning"}


def render(run: Run, *, category: str = "sluicegate", repository: str = "", limit: int = MOST_RESULTS) -> str:
    """The SARIF log. `category` keeps uploads apart; `repository` is the repository's URL, where it is known.

    At most `limit` results are written, the most important first; a cut is said in a notification.
    """
    items = view.shown(run)
    gone = [item for item in items if item.finding.state is BaselineState.ABSENT]
    kept = [item for item in items if item.finding.state is not BaselineState.ABSENT]
    rules = _catalogue(run, kept)
    index = {rule.id: number for number, rule in enumerate(rules)}
    document: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "Sluicegate",
                "organization": "Sluicegate",
                "informationUri": "https://github.com/sluicegate/sluicegate",
                "semanticVersion": visible(run.tool_version),
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "automationDetails": {"id": f"{one_line(category).rstrip('/')}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(run, index, _cut(len(kept) - limit, gone))],
        "results": [_result(item, index) for item in kept[:limit]],
        "properties": _properties(run),
    }
    if repository and run.revision.head_commit:
        document["versionControlProvenance"] = [
            {
                "repositoryUri": visible(repository),
                "revisionId": visible(run.revision.head_commit),
                "mappedTo": {"uriBaseId": _ROOT},
            }
        ]
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [document]}
    return inert.in_json(msgspec.json.format(msgspec.json.encode(log), indent=1).decode()) + "\n"


def uri(path: str) -> str:
    """A path in the repository as a relative URI reference (RFC 3986), never one with a scheme, a host or a root."""
    encoded = quote(path.encode("utf-8", "surrogatepass"), safe="/!$&'()*+,;=@~")
    return f"%2F{encoded[1:]}" if encoded.startswith("/") else encoded


def _catalogue(run: Run, items: Sequence[Shown]) -> list[Rule]:
    """All rules of the run, and a bare one for each that a finding names and the run does not know."""
    rules = {rule.id: rule for rule in run.rules}
    for item in items:
        finding = item.finding
        if finding.rule not in rules:
            rules[finding.rule] = Rule(
                id=finding.rule,
                title=finding.rule,
                summary="This rule is not in the catalogue of the run",
                level=finding.level,
                kind=RuleKind.STATE,
                unit="finding",
            )
    return list(rules.values())


def _rule(rule: Rule) -> dict[str, Any]:
    """A reportingDescriptor."""
    page = (
        visible(rule.help) or f"{visible(rule.summary)}\n\nRun `sluicegate explain {one_line(rule.id)}` to read more."
    )
    properties: dict[str, Any] = {
        "tags": list(dict.fromkeys(one_line(tag) for tag in rule.tags))[:MOST_TAGS],
        "kind": rule.kind.value,
        "problem.severity": _PROBLEM[rule.level],
    }
    if rule.security_severity is not None:
        properties["security-severity"] = f"{rule.security_severity:.1f}"
    return {
        "id": one_line(rule.id),
        "name": "".join(part[:1].upper() + part[1:] for part in _WORD.findall(rule.name)) or "Rule",
        "shortDescription": _message(_sentence(rule.title)),
        "fullDescription": _message(_sentence(rule.summary)),
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": rule.level.value},
        "properties": properties,
    }


def _result(item: Shown, index: dict[str, int]) -> dict[str, Any]:
    finding = item.finding
    level = Level.WARNING if item.gate.observed and finding.level is Level.ERROR else finding.level
    result: dict[str, Any] = {
        "ruleId": one_line(finding.rule),
        "ruleIndex": index[finding.rule],
        "kind": "informational" if level is Level.NONE else "fail",
        "level": level.value,
        "message": _message("\n".join(filter(None, _said(finding)))),
        "locations": [_location(finding.location, finding.base_location)],
        # The second key is the one by which GitHub knows an alert again; without it, it hashes the line.
        "partialFingerprints": {
            "sluicegate/v1": finding.fingerprint,
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
        },
        "baselineState": finding.state.value,
        "suppressions": _suppressions(finding),
        "properties": _result_properties(item),
    }
    if finding.base_location:
        result["relatedLocations"] = [
            {"id": 1, **_location(finding.base_location), "message": {"text": "The place in the base."}}
        ]
    return result


def _said(finding: Finding) -> Iterator[str]:
    """What happened, what proves it, and what to do, a line each."""
    yield _sentence(finding.message)
    if finding.witness:
        yield _sentence(f"Example: {finding.witness}")
    yield finding.advice


def _result_properties(item: Shown) -> dict[str, Any]:
    finding = item.finding
    properties: dict[str, Any] = {"failsTheChange": item.fails, "gate": visible(item.gate.gate)}
    if finding.witness:
        properties["witness"] = visible(finding.witness)
    if finding.tags:
        properties["tags"] = [one_line(tag) for tag in finding.tags][:MOST_TAGS]
    if item.gate.observed:
        properties["observed"] = True
    if finding.in_change is not None:
        properties["inChange"] = finding.in_change
    if finding.cause:
        properties["cause"] = finding.cause.value
    if finding.level_origin:
        properties["levelOrigin"] = visible(finding.level_origin)
    if finding.reproduce or item.gate.reproduce:
        properties["reproduce"] = visible(finding.reproduce or item.gate.reproduce)
    return properties


def _suppressions(finding: Finding) -> list[dict[str, Any]]:
    """An empty list says that the finding was looked at and is not suppressed (SARIF 3.27.23)."""
    decision = finding.suppression
    if decision is None:
        return []
    suppression: dict[str, Any] = {
        "kind": "external",
        "status": "accepted",
        "justification": visible(decision.reason),
        "properties": {"owner": visible(decision.owner), "expires": decision.expires.isoformat()},
    }
    if decision.origin.path:
        suppression["location"] = _location(decision.origin)
    return [suppression]


def _location(place: Location, fallback: Location | None = None) -> dict[str, Any]:
    at = place if place.path or not (fallback and fallback.path) else fallback
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri(at.path or ANCHOR), "uriBaseId": _ROOT}}
    # GitHub wants a line; the first stands for the whole file.
    line = at.line if at.path and (at.line or 0) >= 1 else 1
    physical["region"] = {"startLine": line}
    if at.path and at.line == line and (at.column or 0) >= 1:
        physical["region"]["startColumn"] = at.column
    location: dict[str, Any] = {"physicalLocation": physical}
    if place.logical:
        location["logicalLocations"] = [{"fullyQualifiedName": visible(place.logical)}]
    return location


def _invocation(run: Run, index: dict[str, int], cut: list[dict[str, Any]]) -> dict[str, Any]:
    errored = run.outcome is Outcome.ERRORED or any(gate.outcome is Outcome.ERRORED for gate in run.gates)
    started = run.started if run.started.tzinfo else run.started.replace(tzinfo=UTC)
    invocation: dict[str, Any] = {
        "executionSuccessful": not (errored or run.interrupted),
        "exitCode": run.exit_code,
        "startTimeUtc": _instant(started),
        "endTimeUtc": _instant(started + timedelta(seconds=max(run.seconds, 0.0))),
        "toolExecutionNotifications": [
            *cut,
            *_run_notice(run),
            *(notice for gate in run.gates for notice in _gate_notices(gate, index)),
        ],
    }
    if run.interrupted:
        invocation["exitSignalName"] = visible(run.interrupted)
    return invocation


def _instant(moment: Any) -> str:
    text: str = moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return text


def _cut(over: int, gone: Sequence[Shown]) -> list[dict[str, Any]]:
    notices = []
    if over > 0:
        text = (
            f"{plural(over, 'result')} more than code scanning takes, the least important, are left out here; "
            "the run document has them all."
        )
        notices.append({"level": "warning", "message": {"text": text}})
    if gone:
        text = f"{plural(len(gone), 'finding')} of the baseline can be found no more."
        notices.append({"level": "note", "message": {"text": text}})
    return notices


def _run_notice(run: Run) -> list[dict[str, Any]]:
    if not run.interrupted and run.gates:
        return []
    level = "error" if run.interrupted or run.outcome is Outcome.ERRORED else "warning"
    return [{"level": level, "message": _message(_sentence(f"{view.word(run)}: {view.verdict(run)}"))}]


def _gate_notices(gate: GateResult, index: dict[str, int]) -> list[dict[str, Any]]:
    notices = []
    if gate.reason:
        text = " ".join(filter(None, (_sentence(f"{gate.gate} is {gate.outcome.words}: {gate.reason}"), gate.hint)))
        notices.append({"level": _NOTICE.get(gate.outcome, "note"), "message": _message(text)})
    for gap in view.gaps(gate):
        subjects = f" ({', '.join(gap.subjects)})" if gap.subjects else ""
        text = " ".join(filter(None, (_sentence(f"{gap.outcome.words}: {gap.reason}{subjects}"), gap.hint)))
        for rule in gap.rules:
            notice: dict[str, Any] = {"level": _NOTICE.get(gap.outcome, "note"), "message": _message(text)}
            notice["associatedRule"] = {"id": one_line(rule)}
            if rule in index:
                notice["associatedRule"]["index"] = index[rule]
            notices.append(notice)
    return notices


def _properties(run: Run) -> dict[str, Any]:
    revision = run.revision
    told = {
        "outcome": run.outcome.value,
        "verdict": view.verdict(run),
        "examined": view.examined(run),
        "compared": view.compared(run),
        "failOn": run.fail_on.value,
        "headCommit": visible(revision.head_commit or ""),
        "baseCommit": visible(revision.base_commit or ""),
    }
    return {name: value for name, value in told.items() if value}


def _message(text: str) -> dict[str, str]:
    """A plain text message. Brackets before a parenthesis would be a link in SARIF (3.11.6), so they are parted."""
    return {"text": visible(text).replace("](", "] (")}


def _sentence(text: str) -> str:
    """The text, ending like a sentence, as viewers expect."""
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."

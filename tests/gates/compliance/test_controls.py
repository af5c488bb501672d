"""Every control that ships can pass, and fails for each thing that it demands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from sluicegate.gates.compliance.controls.model import Control
from sluicegate.gates.compliance.controls.reading import SHIPPED, shipped
from sluicegate.gates.compliance.evidence.trail.nouns import ALWAYS
from sluicegate.gates.compliance.predicates.asking import Evaluator

NOW = datetime(2026, 11, 29, tzinfo=UTC)
TODAY, LONG_AGO = "2026-11-20T00:00:00Z", "2024-01-01T00:00:00Z"
Patches = tuple[dict[str, Any], ...]


def document(kind: str) -> tuple[dict[str, Any], Patches]:
    good = {"kind": kind, "exists": True, "dated": True, "date": TODAY, "hours": [72]}
    return good, ({"exists": False}, {"dated": False}, {"date": LONG_AGO})


def gate(rule: str) -> tuple[dict[str, Any], Patches]:
    good = {
        "gate": rule.split("/", maxsplit=1)[0],
        "rule": rule,
        "outcome": "passed",
        "examined": 1,
        "errors": 0,
        "warnings": 0,
    }
    return good, ({"errors": 1},)


def live(probe: str, good: dict[str, Any], *bad: dict[str, Any]) -> tuple[dict[str, Any], Patches]:
    return {"probe": probe, **good}, bad


def record(kind: str, *demanded: str) -> tuple[dict[str, Any], Patches]:
    return {"records": [kind], "missing": []}, tuple({"missing": [noun]} for noun in demanded)


BRANCH = {"pull_request": True, "approvals": 1, "force_push": False, "deletion": False, "bypass": []}
CHANGE = {"direct": False, "reviewed": True, "checked": True, "passed_checks": []}
RUNBOOK = document("incident-runbook")
CASES: dict[str, tuple[dict[str, Any], Patches]] = {
    "baseline/branch-protected": (
        BRANCH,
        ({"pull_request": False}, {"approvals": 0}, {"force_push": True}, {"deletion": True}, {"bypass": ["Team 1"]}),
    ),
    "baseline/changes-by-pull-request": (CHANGE, ({"direct": True},)),
    "baseline/changes-approved": (CHANGE, ({"reviewed": False},)),
    "baseline/changes-checked": (CHANGE, ({"checked": False},)),
    "baseline/no-forced-push": ({"count": 0}, ({"count": 1},)),
    "baseline/deployments-from-branch": (
        {"succeeded": True, "environment": "production", "on_branch": True},
        ({"on_branch": False},),
    ),
    "baseline/code-scanned": gate("security/python-b602"),
    "baseline/no-secrets": gate("security/secret-stripe-key"),
    "baseline/no-known-vulnerabilities": gate("security/vulnerable-dependency"),
    "baseline/sbom-is-lock": gate("security/sbom-drift"),
    "baseline/contract-kept": gate("contract/response-property-removed"),
    "baseline/performance-kept": gate("performance/regressed"),
    "baseline/sensitive-files-owned": ({"owners": ["@a"]}, ({"owners": []},)),
    "baseline/incident-runbook-current": (RUNBOOK[0], (*RUNBOOK[1], {"hours": [96]}, {"hours": []})),
    "baseline/incident-drill-held": document("incident-drill"),
    "baseline/restore-tested": document("restore-test"),
    "baseline/access-reviewed": document("access-review"),
    "baseline/secured-operations-refuse": live(
        "secured-operation",
        {"without": 401, "expired": 401, "garbled": 403, "valid": 200},
        {"without": 200}, {"expired": 200}, {"garbled": 500}, {"valid": 401},
    ),
    "baseline/foreign-resources-refused": live("foreign-resource", {"status": 404}, {"status": 200}),
    "baseline/revoked-access-ends": live(
        "revoked-user", {"status": 401, "seconds": 5}, {"status": 200}, {"seconds": 999},
    ),
    "baseline/errors-tell-nothing": live(
        "provoked-error", {"stack": False, "query": False, "path": False},
        {"stack": True}, {"query": True}, {"path": True}
    ),
    "baseline/servers-speak-tls": live(
        "server", {"tls": 1.3, "certificate_days": 60, "plain": False},
        {"tls": 1.1}, {"certificate_days": 9}, {"plain": True}
    ),
    "baseline/actions-are-recorded": live("driven-action", {"events": 1}, {"events": 0}, {"events": 2}),
    "baseline/trail-is-immutable": live("trail-change", {"status": 405}, {"status": 204}),
    "baseline/trail-failure-is-noticed": live("stopped-sink", {"alerted": True, "refused": False}, {"alerted": False}),
    "baseline/trail-fields": ({"missing": ["reason"]}, tuple({"missing": [noun]} for noun in ALWAYS)),
    "baseline/trail-chained": ({"broken": False}, ({"broken": True},)),
    "baseline/trail-anchored": (
        {"state": "holds", "shortened": False, "first": TODAY, "last": TODAY},
        ({"state": "truncated"}, {"state": "rewritten"}, {"state": "past"}, {"state": "moved"}, {"shortened": True}),
    ),
    "baseline/trail-complete": ({"kind": ""}, ({"kind": "gap"}, {"kind": "duplicate"}, {"kind": "reordered"})),
    "baseline/trail-clock": (
        {"kind": "backwards", "seconds": 2.0},
        ({"seconds": 2.1}, {"kind": "ahead", "seconds": 3.0}, {"kind": "none"}, {"kind": "zoneless"}),
    ),
    "baseline/trail-retained": (
        {"young": False, "days": 365.0, "hot_days": 90.0, "silent_days": 31},
        ({"days": 364.9}, {"hot_days": 89.9}, {"silent_days": 32}),
    ),
    "baseline/trail-covers-operations": ({"seen": 1}, ({"seen": 0},)),
    "baseline/trail-no-personal-data": ({"kind": ""}, ({"kind": "card"},)),
    "gdpr/consent-recorded": record("consent", "actor", "at", "version", "purpose"),
    "gdpr/erasure-recorded": record("erasure", "actor", "at", "outcome", "resource"),
    "hipaa/emergency-access-reasoned": record("emergency", "actor", "at", "resource", "reason"),
    "hipaa/trail-retained": ({"young": False, "days": 2190.0}, ({"days": 2189.0},)),
    "gdpr/erasure-complete": live(
        "erasure",
        {"found_before": True, "left": 0, "control_there": True, "seconds": 60},
        {"found_before": False}, {"left": 1}, {"control_there": False}, {"seconds": 100_000},
    ),
    "gdpr/erasure-reaches-copies": live(
        "copy", {"found_before": True, "left": 0}, {"left": 1}, {"found_before": False},
    ),
    "gdpr/erasure-told-to-recipients": live("recipient", {"told": True}, {"told": False}),
    "gdpr/access-complete": live("access", {"missing": 0, "foreign": 0}, {"missing": 1}, {"foreign": 1}),
    "gdpr/export-portable": live("export", {"valid": True}, {"valid": False}),
    "gdpr/rectification-effective": live("rectification", {"old": 0}, {"old": 1}),
    "gdpr/withdrawal-honoured": live("withdrawal", {"refused": True, "sent": 0}, {"refused": False}, {"sent": 1}),
    "gdpr/privacy-by-default": live("new-subject", {"optional_on": []}, {"optional_on": ["ads"]}),
    "gdpr/nothing-before-consent": live(
        "page", {"cookies": [], "third_parties": []}, {"cookies": ["_ga"]}, {"third_parties": ["x"]}
    ),
    "gdpr/requests-have-a-term": live("subject-request", {"id": "7", "due_days": 30}, {"id": ""}, {"due_days": 40}),
    "pci-dss/card-number-masked": live("card-answer", {"digits_shown": 10}, {"digits_shown": 16}),
    "pci-dss/lockout": live("lockout", {"failures": 10, "minutes": 30}, {"failures": 11}, {"minutes": 29}),
    "pci-dss/password-length": live("short-password", {"refused": True}, {"refused": False}),
    "pci-dss/idle-session-ends": live("idle-session", {"status": 401, "minutes": 15}, {"status": 200}, {"minutes": 16}),
    "pci-dss/administration-asks-second-factor": live("administration", {"status": 403}, {"status": 200}),
    "pci-dss/no-default-credentials": live("default-credential", {"refused": True}, {"refused": False}),
    "pci-dss/payment-scripts-justified": live(
        "payment-script", {"justified": True, "integrity": True}, {"justified": False}, {"integrity": False}
    ),
    "pci-dss/payment-pages-unchanged": live(
        "payment-page", {"matches": True, "days": 7}, {"matches": False}, {"days": 8},
    ),
    "hipaa/minimum-necessary": live("observed-answer", {"beyond": []}, {"beyond": ["ssn"]}),
    "hipaa/emergency-access-recorded": live(
        "emergency-access", {"reason_asked": True, "events": 1}, {"reason_asked": False}, {"events": 0}
    ),
}  # fmt: skip
CONTROLS: dict[str, Control] = {control.id: control for name in SHIPPED for control in shipped(name)[0].controls}


@pytest.fixture(scope="module")
def evaluator():
    with Evaluator() as made:
        yield made


ELSEWHERE = {
    "resources", "workloads", "images", "workflows", "servers", "fields", "responses", "categories", "processors",
    "services", "processing", "migrations", "fixtures", "logs", "canaries", "licences", "components",
}  # fmt: skip
"""Kinds of evidence whose controls are each shown to fail where their collectors are tested."""


def test_there_are_cases_for_every_control() -> None:
    assert set(CASES) == {name for name, control in CONTROLS.items() if control.evidence not in ELSEWHERE}


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_control_passes_and_fails_for_each_thing_that_it_demands(name: str, evaluator: Evaluator) -> None:
    control, (good, patches) = CONTROLS[name], CASES[name]
    assert patches
    items = [good, *({**good, **patch} for patch in patches)]
    evaluator.keep(name, items)
    answer = evaluator.ask(name, where=control.where, holds=control.holds, parameters=dict(control.parameters), now=NOW)
    first, *others = answer.held
    assert first == (), answer
    assert all(isinstance(each, tuple) and each for each in others), answer

"""Runs as an engine makes them, one for each thing that a reporter must be able to tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

from msgspec.structs import replace

from sluicegate.errors import Exit
from sluicegate.model import (
    BaselineState,
    Evidence,
    Examination,
    Finding,
    GateResult,
    Level,
    Location,
    Measurement,
    Outcome,
    Plugin,
    Revision,
    Rule,
    RuleKind,
    RuleResult,
    Run,
    Suppression,
    Undecided,
)

HOSTILE = (
    "::error::x\n  ::set-output name=a::b ##[error]no ##vso[task.complete] ]]> <script>alert(1)</script> "
    "[link](javascript:alert(1)) ![i](http://x.example/i.png) | @octocat #123 GH-7 https://x.example www.x.example "
    "`tick` ```fence``` [bold]markup[/bold] :smile: $x$ {0} {id} \x00\x1b[31m\x07\r\x85 \ud800 \ufffe "
    "\u202egnp.exe\u202c \u200b café 漢字 👩‍🚀 \u2028 %0A%3A & \" ' \\"
)

STARTED = datetime(2026, 11, 3, 9, 30, 15, 250000, tzinfo=UTC)

REMOVED = Rule(
    id="contract/response-property-removed",
    title="Response property removed",
    summary="A property that clients may read is no longer in the response.",
    level=Level.ERROR,
    kind=RuleKind.CHANGE,
    unit="operation",
    tags=("api", "breaking"),
    help="# Response property removed\n\nClients that read it break.\n",
)
REQUIRED = replace(
    REMOVED,
    id="contract/request-property-required",
    title="Request property required",
    summary="A property that clients did not send must now be sent.",
)
DESCRIBED = Rule(
    id="contract/description-missing",
    title="Description missing",
    summary="An operation has no description.",
    level=Level.NOTE,
    kind=RuleKind.STATE,
    unit="operation",
)
PIN = Rule(
    id="security/vulnerable-dependency",
    title="Vulnerable dependency",
    summary="A pinned distribution has a known vulnerability.",
    level=Level.ERROR,
    kind=RuleKind.STATE,
    unit="distribution",
    tags=("security",),
    security_severity=8.1,
)
RULES = (REMOVED, REQUIRED, DESCRIBED, PIN)
AGAIN = "sluicegate check contract --base merge-base"


def finding(number: int = 0, **changes: object) -> Finding:
    path = "services/users/openapi.yaml"
    made = Finding(
        rule=REMOVED.id,
        level=Level.ERROR,
        message=f"The property `email{number or ''}` is gone from the response of GET /v1/users with status 200.",
        key=("GET /v1/users", "200", f"email{number or ''}"),
        location=Location(path=path, line=120 + number, column=7, logical="GET /v1/users"),
        base_location=Location(path=path, line=131, column=9),
        advice="Keep the property and mark it deprecated, or publish the change as a new version of the operation.",
        in_change=True,
        reproduce=f"{AGAIN} --only contract/response-property-removed",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def rule_result(rule: Rule, outcome: Outcome, reason: str = "", hint: str = "") -> RuleResult:
    decided = outcome in (Outcome.PASSED, Outcome.FAILED)
    undecided = None if decided else Undecided(outcome=outcome, reason=reason, hint=hint)
    examination = Examination(
        rule=rule.id, subject="services/users/openapi.yaml", examined=412 if decided else 0, undecided=undecided
    )
    return RuleResult(rule=rule.id, outcome=outcome, examinations=(examination,), reason=reason)


def contract(outcome: Outcome, *rules: RuleResult, **changes: object) -> GateResult:
    made = GateResult(
        gate="contract",
        title="API contract",
        outcome=outcome,
        rules=rules,
        examined={"document": 2, "operation": 412},
        seconds=1.2844,
        reproduce=AGAIN,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def run(outcome: Outcome, *gates: GateResult, code: Exit = Exit.PASSED, **changes: object) -> Run:
    made = Run(
        outcome=outcome,
        exit_code=int(code),
        gates=gates,
        rules=RULES,
        revision=Revision(
            head="working tree",
            base="main",
            base_commit="1f3a9c2d1e5b7a8c9d0e1f2a3b4c5d6e7f8a9b0c",
            head_commit="9b0c1f3a9c2d1e5b7a8c9d0e1f2a3b4c5d6e7f8a",
            uncommitted=(),
            how="merge base",
        ),
        tool_version="0.1.0",
        started=STARTED,
        seconds=1.3567,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def passed() -> Run:
    rules = [rule_result(rule, Outcome.PASSED) for rule in (REMOVED, REQUIRED, DESCRIBED)]
    return run(Outcome.PASSED, contract(Outcome.PASSED, *rules))


def failed() -> Run:
    """New, updated, unchanged, suppressed and below the threshold, all in one gate."""
    waived = Suppression(
        rule=REMOVED.id,
        reason="property was never documented to clients",
        owner="@acme/api",
        expires=date(2027, 1, 31),
        logical="GET /v1/users",
        origin=Location(path="sluicegate.toml", line=14),
    )
    findings = (
        finding(witness='{"email":"a@b.example"} was always sent, and may be missing now'),
        finding(1, state=BaselineState.UPDATED, in_change=False, base_location=None),
        finding(2, state=BaselineState.UNCHANGED, in_change=False),
        finding(3, suppression=waived),
        finding(4, level=Level.WARNING, level_origin="sluicegate.toml:9 [[override]]"),
        finding(
            5,
            rule=DESCRIBED.id,
            level=Level.NOTE,
            message="The operation has no description.",
            advice="",
            base_location=None,
        ),
    )
    rules = (
        rule_result(REMOVED, Outcome.FAILED),
        rule_result(REQUIRED, Outcome.PASSED),
        rule_result(DESCRIBED, Outcome.PASSED),
    )
    return run(Outcome.FAILED, contract(Outcome.FAILED, *rules, findings=findings), code=Exit.FAILED)


def errored() -> Run:
    """One gate passed, one could not look, and the one that failed has a rule that could not look either."""
    reason = "the advisory database cannot be reached (connection refused)"
    hint = 'run again when it is up, or give a copy with `advisories = "path"`'
    security = GateResult(
        gate="security",
        title="Security",
        outcome=Outcome.ERRORED,
        rules=(rule_result(PIN, Outcome.ERRORED, reason),),
        reason=reason,
        hint=hint,
        seconds=30.0004,
        reproduce="sluicegate check security",
    )
    rules = (
        rule_result(
            REMOVED, Outcome.ERRORED, "openapi.yaml:3: not a mapping", "run `sluicegate check contract` on it alone"
        ),
        rule_result(REQUIRED, Outcome.PASSED),
    )
    return run(Outcome.ERRORED, contract(Outcome.ERRORED, *rules, findings=(finding(),)), security, code=Exit.ERRORED)


def inconclusive() -> Run:
    """Passed, inconclusive, not tested and not applicable beside each other; and a failed rule with an open subject."""
    open_subject = Examination(
        rule=REMOVED.id,
        subject="legacy.yaml",
        undecided=Undecided(outcome=Outcome.INCONCLUSIVE, reason="a recursive schema was compared to depth 20 only"),
    )
    other = Examination(
        rule=REMOVED.id,
        subject="events.yaml",
        undecided=Undecided(outcome=Outcome.NOT_APPLICABLE, reason="the document has no operations"),
    )
    failing = rule_result(REMOVED, Outcome.FAILED)
    rules = (
        replace(failing, examinations=(*failing.examinations, open_subject, other)),
        rule_result(REQUIRED, Outcome.INCONCLUSIVE, "a recursive schema was compared to depth 20 only"),
        rule_result(DESCRIBED, Outcome.NOT_TESTED, "there is no base to compare with", "fetch the base branch"),
    )
    security = GateResult(
        gate="security",
        title="Security",
        outcome=Outcome.NOT_APPLICABLE,
        rules=(rule_result(PIN, Outcome.NOT_APPLICABLE, "no lock file was found"),),
        reason="no lock file was found",
        hint="name one with `[security] locks`",
    )
    return run(Outcome.FAILED, contract(Outcome.FAILED, *rules, findings=(finding(),)), security, code=Exit.FAILED)


def observed() -> Run:
    """A gate that may not fail the run would have, and another such gate could not look."""
    watched = contract(Outcome.FAILED, rule_result(REMOVED, Outcome.FAILED), findings=(finding(),), observed=True)
    blind = GateResult(
        gate="security",
        title="Security",
        outcome=Outcome.ERRORED,
        rules=(),
        reason="pip-audit is not installed",
        hint="pip install 'sluicegate[security]'",
        observed=True,
    )
    return run(Outcome.ERRORED, watched, blind, code=Exit.ERRORED)


def interrupted() -> Run:
    return run(
        Outcome.ERRORED,
        contract(
            Outcome.ERRORED,
            rule_result(REMOVED, Outcome.NOT_TESTED, "the run ended before"),
            reason="cancelled",
            examined={},
        ),
        code=Exit.INTERRUPTED,
        interrupted="SIGTERM",
    )


def nothing() -> Run:
    return run(Outcome.NOT_APPLICABLE, revision=Revision(head="working tree"), rules=())


def many(count: int = 30_000) -> Run:
    findings = tuple(finding(number) for number in range(1, count + 1))
    gate = contract(Outcome.FAILED, rule_result(REMOVED, Outcome.FAILED), findings=findings)
    return run(Outcome.FAILED, gate, code=Exit.FAILED)


def hostile() -> Run:
    """Foreign text wherever text can be foreign."""
    long = "very-long-name-" * 40
    findings = (
        finding(
            message=HOSTILE,
            advice=HOSTILE,
            witness=HOSTILE,
            location=Location(path=f"a b/::error::,%{HOSTILE}", line=0, column=0, logical=HOSTILE),
            reproduce=HOSTILE,
            key=(HOSTILE,),
            tags=(HOSTILE,),
            level_origin=HOSTILE,
        ),
        finding(1, location=Location(path=f"{long}/x.yaml", line=2), message=long),
        finding(
            2,
            rule=f"external/{HOSTILE}",
            location=Location(logical=HOSTILE),
            suppression=Suppression(
                rule=HOSTILE, reason=HOSTILE, owner=HOSTILE, expires=date(2027, 1, 31), origin=Location(path=HOSTILE)
            ),
        ),
    )
    gate = contract(
        Outcome.ERRORED,
        rule_result(REMOVED, Outcome.FAILED),
        rule_result(REQUIRED, Outcome.INCONCLUSIVE, HOSTILE, HOSTILE),
        gate=f"contract {HOSTILE}",
        title=HOSTILE,
        findings=findings,
        reason=HOSTILE,
        hint=HOSTILE,
        reproduce=HOSTILE,
        examined={HOSTILE: 3},
        measurements=(Measurement(name=HOSTILE, value=1.5, unit=HOSTILE),),
        evidence=(Evidence(subject=HOSTILE, query=HOSTILE, sha256="0" * 64),),
    )
    return run(
        Outcome.ERRORED,
        gate,
        code=Exit.INTERRUPTED,
        rules=(*RULES, replace(REMOVED, id=f"external/{HOSTILE}", title=HOSTILE, summary=HOSTILE, help=HOSTILE)),
        revision=Revision(
            head=HOSTILE, base=HOSTILE, head_commit=HOSTILE, base_commit=HOSTILE, how=HOSTILE, uncommitted=()
        ),
        plugins=(Plugin(gate=HOSTILE, distribution=HOSTILE, version=HOSTILE, sha256="0" * 64),),
        interrupted=HOSTILE,
    )


RUNS: dict[str, Callable[[], Run]] = {
    "passed": passed,
    "failed": failed,
    "errored": errored,
    "inconclusive": inconclusive,
    "observed": observed,
    "interrupted": interrupted,
    "nothing": nothing,
    "hostile": hostile,
}
"""Every run that is small enough to be a snapshot."""

"""Suppressions: findings kept without failing on them, for a reason, by somebody, until a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial

from sluicegate.model import (
    Examination,
    Finding,
    GateResult,
    Level,
    Outcome,
    Suppression,
    Undecided,
)
from sluicegate.revision.globs import fits, matches

EXPIRED, UNUSED = "sluicegate/suppression-expired", "sluicegate/suppression-unused"


def suppressed(finding: Finding, suppressions: Sequence[Suppression], today: date) -> Finding:
    """The finding, marked by the first suppression that covers it and has not expired."""
    for suppression in suppressions:
        if today <= suppression.expires and covers(suppression, finding):
            return replace(finding, suppression=suppression)
    return finding


def covers(suppression: Suppression, finding: Finding) -> bool:
    """Whether everything that the suppression names fits the finding; a fingerprint may be cut short (8 or more)."""
    place = finding.location
    return (
        fits(suppression.rule, finding.rule)
        and (suppression.path is None or matches(suppression.path, place.path or ""))
        and (suppression.logical is None or finding.named_by(partial(fits, suppression.logical)))
        and (suppression.fingerprint is None or finding.fingerprint.startswith(suppression.fingerprint))
    )


def judge_suppressions(
    suppressions: Sequence[Suppression], results: Sequence[GateResult], today: date
) -> tuple[list[Finding], list[Examination]]:
    """What is to be said of the suppressions themselves, once every gate has spoken."""
    findings: list[Finding] = []
    examinations: list[Examination] = []
    for suppression in suppressions:
        subject = str(suppression.origin)
        examinations.append(Examination(rule=EXPIRED, subject=subject, examined=1))
        if suppression.expires < today:
            findings.append(
                _finding(
                    EXPIRED, suppression, f"the suppression of {suppression.rule} expired on {suppression.expires}"
                )
            )
        examinations.append(
            Examination(rule=UNUSED, subject=subject, examined=1, undecided=_unknown(suppression, results))
        )
        if examinations[-1].undecided is None and not any(
            covers(suppression, found) for result in results for found in result.findings
        ):
            findings.append(_finding(UNUSED, suppression, f"the suppression of {suppression.rule} matches no finding"))
    return findings, examinations


def _unknown(suppression: Suppression, results: Sequence[GateResult]) -> Undecided | None:
    """Why it cannot be said whether the suppression is still used: nobody has looked for what it covers."""
    spoken = [rule.outcome for result in results for rule in result.rules if fits(suppression.rule, rule.rule)]
    if not spoken:
        return Undecided(outcome=Outcome.NOT_TESTED, reason=f"no gate of this run has a rule {suppression.rule}")
    if Outcome.ERRORED in spoken:
        return Undecided(outcome=Outcome.NOT_TESTED, reason=f"{suppression.rule} could not be examined in this run")
    return None


def _finding(rule: str, suppression: Suppression, message: str) -> Finding:
    key = (suppression.rule, suppression.path or "", suppression.logical or "", suppression.fingerprint or "")
    return Finding(
        rule=rule,
        level=Level.WARNING,
        message=f"{message} ({suppression.reason}; {suppression.owner})",
        key=key,
        location=suppression.origin,
        advice="take the entry out, or let its owner set a new date",
    )

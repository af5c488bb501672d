"""Suppressions: findings kept without failing on them, for a reason, by somebody, until a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import partial

from msgspec.structs import replace

from sluicegate.model import (
    Examination,
    Finding,
    GateResult,
    Level,
    Location,
    Outcome,
    Suppression,
    Undecided,
)
from sluicegate.revision.globs import fits, matches

EXPIRED, UNUSED = "sluicegate/suppression-expired", "sluicegate/suppression-unused"
RENEWED, TOO_LONG = "sluicegate/suppression-renewed", "sluicegate/suppression-too-long"
UNAPPROVED = "sluicegate/suppression-unapproved"

Mark = Callable[[Finding], Finding]


def suppressed(finding: Finding, suppressions: Sequence[Suppression], today: date) -> Finding:
    """The finding, marked by the first suppression that covers it and has not expired."""
    for suppression in suppressions:
        if today <= suppression.expires and covers(suppression, finding):
            return replace(finding, suppression=suppression)
    return finding


def marking(suppressions: Iterable[Suppression], today: date) -> Mark:
    """The same for many findings: a comment is looked for by its line alone."""
    everywhere: list[Suppression] = []
    by_line: defaultdict[tuple[str, int], list[Suppression]] = defaultdict(list)
    for each in suppressions:
        if each.in_source and each.path is not None and each.line is not None:
            by_line[each.path, each.line].append(each)
        else:
            everywhere.append(each)

    def mark(finding: Finding) -> Finding:
        place = finding.location
        beside = by_line.get((place.path or "", place.line or 0), ()) if by_line else ()
        return suppressed(finding, [*everywhere, *beside] if beside else everywhere, today)

    return mark


def unmarked(finding: Finding) -> Finding:
    """The finding as it is, where nothing can be suppressed."""
    return finding


def covers(suppression: Suppression, finding: Finding) -> bool:
    """Whether everything that the suppression names fits the finding; a fingerprint may be cut short (8 or more)."""
    place = finding.location
    if suppression.in_source:
        beside = (place.path, place.line) == (suppression.path, suppression.line)
        return beside and fits(suppression.rule, finding.rule)
    return (
        fits(suppression.rule, finding.rule)
        and (suppression.path is None or matches(suppression.path, place.path or ""))
        and (suppression.logical is None or finding.named_by(partial(fits, suppression.logical)))
        and (suppression.fingerprint is None or finding.is_called(suppression.fingerprint))
    )


def forbidden(
    suppression: Suppression, today: date, *, max_days: int | None, named_approval: bool
) -> tuple[str, str] | None:
    """The rule that a suppression breaks, with what is wrong; such a one covers nothing."""
    if max_days is not None and suppression.expires > today + timedelta(days=max_days):
        until = today + timedelta(days=max_days)
        return TOO_LONG, f"reaches until {suppression.expires}, and the policy allows {max_days} days, until {until}"
    if named_approval and not suppression.approved_by:
        return UNAPPROVED, "does not say who approved it (approved-by)"
    if named_approval and suppression.approved_by.strip().lower() == suppression.owner.strip().lower():
        return UNAPPROVED, f"was approved by its own owner, {suppression.owner}"
    return None


def judge_suppressions(
    suppressions: Sequence[Suppression],
    results: Sequence[GateResult],
    today: date,
    *,
    max_days: int | None = None,
    named_approval: bool = False,
    renewed: frozenset[Location] = frozenset(),
) -> tuple[list[Finding], list[Examination]]:
    """What is to be said of the suppressions themselves, once every gate has spoken.

    `renewed` are the places of those that hold longer than at the base.
    """
    findings: list[Finding] = []
    examinations: list[Examination] = []
    asked = [EXPIRED, *([TOO_LONG] if max_days is not None else []), *([UNAPPROVED] if named_approval else [])]
    for suppression in suppressions:
        subject = str(suppression.origin)
        examinations += [Examination(rule=rule, subject=subject, examined=1) for rule in asked]
        if suppression.expires < today:
            findings.append(
                _finding(
                    EXPIRED, suppression, f"the suppression of {suppression.rule} expired on {suppression.expires}"
                )
            )
        elif wrong := forbidden(suppression, today, max_days=max_days, named_approval=named_approval):
            rule, why = wrong
            findings.append(
                _finding(rule, suppression, f"the suppression of {suppression.rule} {why}: it covers nothing")
            )
        if suppression.origin in renewed:
            findings.append(
                _finding(
                    RENEWED, suppression, f"the suppression of {suppression.rule} now holds until {suppression.expires}"
                )
            )
        examinations.append(
            Examination(rule=UNUSED, subject=subject, examined=1, undecided=_unknown(suppression, results))
        )
        if examinations[-1].undecided is None and not any(
            covers(suppression, found) for result in results for found in result.findings
        ):
            findings.append(_finding(UNUSED, suppression, f"the suppression of {suppression.rule} matches no finding"))
    if renewed:
        examinations.append(Examination(rule=RENEWED, subject="settings", examined=len(suppressions)))
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
        advice="take the entry out, or let its owner set a new date"
        if rule in (EXPIRED, UNUSED)
        else "see `sluicegate explain " + rule + "`",
    )

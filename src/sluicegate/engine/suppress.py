"""Suppressions: findings kept without failing on them, for a reason, by somebody, until a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import partial
from heapq import merge

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
from sluicegate.revision.globs import fits, is_pattern, matches

EXPIRED, UNUSED = "sluicegate/suppression-expired", "sluicegate/suppression-unused"
RENEWED, TOO_LONG = "sluicegate/suppression-renewed", "sluicegate/suppression-too-long"
UNAPPROVED = "sluicegate/suppression-unapproved"

Mark = Callable[[Finding], Finding]
_Spot = tuple[str, int | None]


def marking(suppressions: Iterable[Suppression], today: date) -> Mark:
    """What marks a finding by the first suppression that covers it and has not expired.

    There may be very many of both, so one that names a file is tried on the findings in that file alone, and a comment
    on those of its line.
    """
    everywhere: list[tuple[int, Suppression]] = []
    somewhere: defaultdict[_Spot, list[tuple[int, Suppression]]] = defaultdict(list)
    for at, each in enumerate(suppressions):
        if today <= each.expires:
            spot = _spot(each)
            (everywhere if spot is None else somewhere[spot]).append((at, each))

    def mark(finding: Finding) -> Finding:
        beside = [somewhere[spot] for spot in _spots(finding) if spot in somewhere] if somewhere else []
        for _, each in merge(everywhere, *beside, key=_order) if beside else everywhere:
            if covers(each, finding):
                return replace(finding, suppression=each)
        return finding

    return mark


def _order(numbered: tuple[int, Suppression]) -> int:
    return numbered[0]


def _spot(suppression: Suppression) -> _Spot | None:
    """The one file, or the line of it, that a suppression is for; None where it names none, or a pattern."""
    path = suppression.path
    if suppression.in_source and path is not None:
        return path, suppression.line
    return (path, None) if path is not None and not is_pattern(path) else None


def _spots(finding: Finding) -> tuple[_Spot, _Spot]:
    """What a suppression of the finding may be for: its file, and its line."""
    place = finding.location
    return (place.path or "", None), (place.path or "", place.line or 0)


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
    partly: bool = False,
) -> tuple[list[Finding], list[Examination]]:
    """What is to be said of the suppressions themselves, once every gate has spoken.

    `renewed` are the places of those that hold longer than at the base. `partly`: gates looked at what a commit
    touches, so that what a suppression covers may be elsewhere.
    """
    findings: list[Finding] = []
    examinations: list[Examination] = []
    every = [found for result in results for found in result.findings]
    somewhere: dict[_Spot, list[Finding]] = {spot: [] for spot in map(_spot, suppressions) if spot}
    for found in every if somewhere else ():
        for spot in _spots(found):
            if spot in somewhere:
                somewhere[spot].append(found)
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
        if partly:
            continue
        examinations.append(
            Examination(rule=UNUSED, subject=subject, examined=1, undecided=_unknown(suppression, results))
        )
        named = _spot(suppression)
        likely = every if named is None else somewhere[named]
        if examinations[-1].undecided is None and not any(covers(suppression, found) for found in likely):
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

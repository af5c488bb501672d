"""Break-glass: a change is let through although it failed, in the open, by somebody, for some hours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from sluicegate.model import Examination, Finding, GateResult, Level, Outcome, Pass

IN_FORCE, EXPIRED, TOO_LONG = "sluicegate/pass-in-force", "sluicegate/pass-expired", "sluicegate/pass-too-long"

Fails = Callable[[Finding], bool]


def in_force(passes: Sequence[Pass], now: datetime, hours: float) -> tuple[Pass, ...]:
    """Those that have not ended, and do not reach further ahead than they may."""
    return tuple(each for each in passes if now < each.expires <= now + timedelta(hours=hours))


def judge_passes(passes: Sequence[Pass], now: datetime, hours: float) -> tuple[list[Finding], list[Examination]]:
    """What is to be said of the passes themselves: none is ever silent."""
    findings: list[Finding] = []
    examinations: list[Examination] = []
    for each in passes:
        scope = f"the finding {each.fingerprint}" if each.fingerprint else each.gate or "everything that fails"
        if each.errored:
            scope += ", and what could not be looked at"
        until = each.expires.isoformat(sep=" ", timespec="minutes")
        told = {
            EXPIRED: (Level.WARNING, f"the pass for {scope} ended on {until}") if each.expires <= now else None,
            TOO_LONG: (Level.WARNING, f"the pass for {scope} until {until} reaches more than {hours:g} hours ahead")
            if each.expires > now + timedelta(hours=hours)
            else None,
            IN_FORCE: (Level.NOTE, f"a pass lets {scope} through until {until}")
            if in_force([each], now, hours)
            else None,
        }
        for rule, said in told.items():
            examinations.append(Examination(rule=rule, subject=str(each.origin), examined=1))
            if said:
                findings.append(_finding(rule, each, *said))
    return findings, examinations


def covering(
    results: Sequence[GateResult], passes: Sequence[Pass], fails: Fails, *, undecided_fails: bool
) -> tuple[Pass, ...] | None:
    """The passes, those marked that let the change through; None where something is left that none covers."""
    used: set[int] = set()

    def covered(gate: str, found: Finding | None, *, errored: bool = False) -> bool:
        covering = {
            index
            for index, each in enumerate(passes)
            if each.gate in ("", gate)
            and (not each.fingerprint or (found is not None and found.is_called(each.fingerprint)))
            and (each.errored or not errored)
        }
        used.update(covering)
        return bool(covering)

    for result in results:
        if (
            result.outcome is Outcome.ERRORED or any(rule.outcome is Outcome.ERRORED for rule in result.rules)
        ) and not covered(result.gate, None, errored=True):
            return None
        if result.observed:
            continue
        for found in result.findings:
            # that a pass is in force must not itself ask for one
            if fails(found) and found.rule != IN_FORCE and not covered(result.gate, found):
                return None
        unsure = any(rule.outcome in (Outcome.INCONCLUSIVE, Outcome.NOT_TESTED) for rule in result.rules)
        if undecided_fails and unsure and not covered(result.gate, None):
            return None
    if not used and any(fails(found) for result in results for found in result.findings):
        used.update(range(len(passes)))  # nothing else failed than that passes are in force
    return tuple(replace(each, used=index in used) for index, each in enumerate(passes)) if used else None


def _finding(rule: str, each: Pass, level: Level, message: str) -> Finding:
    key = (each.gate, each.fingerprint, each.owner, str(each.errored), each.expires.isoformat())
    advice = "take the entry out" if rule == EXPIRED else "mend what failed, and take the entry out"
    return Finding(
        rule=rule,
        level=level,
        message=f"{message} ({each.reason}; {each.owner})",
        key=key,
        location=each.origin,
        advice=advice,
    )

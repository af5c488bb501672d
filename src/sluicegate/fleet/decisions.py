"""What every part of a run said of the decisions in the settings, joined: none of them has seen everything."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from msgspec.structs import replace

from sluicegate.engine.judge import fails
from sluicegate.engine.suppress import UNUSED, covers
from sluicegate.model import (
    BaselineState,
    Examination,
    Finding,
    GateResult,
    Outcome,
    RuleResult,
    Run,
    Suppression,
    rank,
)
from sluicegate.registry import HOUSE


def decisions(runs: Sequence[Run], gates: Iterable[GateResult]) -> GateResult | None:
    """The gate of the house as one machine would have told it; None where no part had a decision to speak of.

    What any part told is told once. A suppression is unused where it covers nothing that any part found.
    """
    results = [result for run in runs for result in run.gates if result.gate == HOUSE.id]
    if not results:
        return None
    present = [one for gate in gates for one in gate.findings if one.state is not BaselineState.ABSENT]
    findings = [one for one in _once(results) if one.rule != UNUSED or not _used(one, present)]
    failed = {one.rule for one in findings if fails(one, runs[0].fail_on)}
    rules = tuple(_judged(rule, failed) for rule in rules_of(results))
    outcome = Outcome.worst([rule.outcome for rule in rules])
    return replace(
        results[0],
        outcome=outcome,
        reason=next((rule.reason for rule in rules if rule.outcome is outcome), ""),
        hint="",
        rules=rules,
        findings=tuple(sorted(findings, key=rank)),
        examined={unit: max(result.examined.get(unit, 0) for result in results) for unit in _units(results)},
        seconds=round(sum(result.seconds for result in results), 3),
    )


def rules_of(results: Sequence[GateResult]) -> tuple[RuleResult, ...]:
    """Each rule with what every part looked at; its outcome is that of its worst part."""
    by_rule: defaultdict[str, list[RuleResult]] = defaultdict(list)
    for result in results:
        for rule in result.rules:
            by_rule[rule.rule].append(rule)
    out = []
    for name, given in by_rule.items():
        outcome = Outcome.worst([one.outcome for one in given])
        examinations: tuple[Examination, ...] = tuple(each for one in given for each in one.examinations)
        reason = next((one.reason for one in given if one.outcome is outcome), "")
        out.append(RuleResult(rule=name, outcome=outcome, examinations=examinations, reason=reason))
    return tuple(out)


def _once(results: Iterable[GateResult]) -> list[Finding]:
    """The findings of all parts, each as often as the part that told it most often."""
    seen: Counter[tuple[str, str]] = Counter()
    out = []
    for result in results:
        here: Counter[tuple[str, str]] = Counter()
        for finding in result.findings:
            name = (finding.fingerprint, str(finding.location))
            here[name] += 1
            if here[name] > seen[name]:
                seen[name] += 1
                out.append(finding)
    return out


def _used(unused: Finding, present: Iterable[Finding]) -> bool:
    """Whether the suppression that a part had no use for covers something that another found.

    Its key is what it names. One beside the code holds for one line, which the key has not: it is known by its place.
    """
    rule, path, logical, fingerprint = (*unused.key, "", "", "", "")[:4]
    named = Suppression(
        rule=rule,
        reason="",
        owner="",
        expires=date.max,
        path=path or None,
        logical=logical or None,
        fingerprint=fingerprint or None,
    )
    in_settings = unused.location.logical is not None
    return any(
        (in_settings and covers(named, one)) or (one.suppression and one.suppression.origin == unused.location)
        for one in present
    )


def _judged(rule: RuleResult, failed: set[str]) -> RuleResult:
    """The rule with its outcome after the joining: what one part could not tell, another may have."""
    decided = {one.subject for one in rule.examinations if one.undecided is None}
    looked: dict[tuple[str, str], Examination] = {}
    for one in rule.examinations:
        if one.undecided is None or one.subject not in decided:
            looked.setdefault((one.subject, one.undecided.reason if one.undecided else ""), one)
    outcomes = [one.undecided.outcome if one.undecided else Outcome.PASSED for one in looked.values()]
    outcome = Outcome.worst([*(outcomes or [rule.outcome]), *([Outcome.FAILED] if rule.rule in failed else [])])
    reason = next(
        (one.undecided.reason for one in looked.values() if one.undecided and one.undecided.outcome is outcome), ""
    )
    return replace(rule, outcome=outcome, examinations=tuple(looked.values()), reason=reason)


def _units(results: Iterable[GateResult]) -> list[str]:
    return list(dict.fromkeys(unit for result in results for unit in result.examined))

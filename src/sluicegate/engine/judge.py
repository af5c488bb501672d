"""Judgement: what a gate said becomes levels, baseline states, suppressions, outcomes and one verdict."""

from __future__ import annotations

import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from sluicegate import __version__
from sluicegate.engine.compare import Standard, absent, compared
from sluicegate.engine.only import alone
from sluicegate.engine.plan import Plan, PlannedGate
from sluicegate.engine.policy import Policy
from sluicegate.engine.policy_house import asked, let_through, open_house
from sluicegate.engine.suppress import Mark, unmarked
from sluicegate.engine.told import Told
from sluicegate.errors import Exit
from sluicegate.model import (
    BaselineState,
    Examination,
    Finding,
    GateResult,
    Level,
    Outcome,
    Rule,
    RuleResult,
    Run,
    Summary,
    Undecided,
    rank,
)
from sluicegate.registry import HOUSE, help_page, load
from sluicegate.revision import changed_lines, former_paths, open_tree
from sluicegate.worker.trouble import trouble_of


def judge(plan: Plan, told: Mapping[str, Told], policy: Policy, *, seconds: float, interrupted: str = "") -> Run:
    """The Run that follows from what the gates said."""
    house = open_house(plan, told, policy)
    policy = house.policy
    results = [_gate_result(planned, told[planned.gate.id], policy, plan, house.mark) for planned in plan.gates]
    results += [
        GateResult(
            gate=broken.gate,
            title=broken.gate,
            outcome=Outcome.ERRORED,
            rules=(),
            reason=broken.reason,
            hint=broken.hint,
        )
        for broken in plan.broken
    ]
    if plan.gates and (said := house.told(_present(results))):
        rules = tuple(rule for rule in HOUSE.rules if rule.id in asked(said))
        own = PlannedGate(gate=replace(HOUSE, rules=rules), job=plan.gates[0].job)
        # nobody accepts or suppresses what is said of accepting and suppressing
        results.append(_gate_result(own, said, house.judging(), replace(plan, accepted=None), unmarked))
    if policy.only and not interrupted:
        results = alone(results, policy.only, policy.fail_on)
    outcome, code, passes = let_through(_verdict(results, policy, interrupted), results, house, fails)
    return Run(
        outcome=outcome,
        exit_code=code,
        gates=tuple(results),
        rules=(
            *(
                replace(rule, help=help_page(gate, rule))
                for gate in plan.catalogue
                if any(result.gate == gate.id for result in results)
                for rule in gate.rules
            ),
            *(rule for planned in plan.gates for rule in _told_rules(planned, told[planned.gate.id])),
        ),
        revision=plan.revision,
        tool_version=__version__,
        started=plan.now,
        seconds=round(seconds, 3),
        fail_on=policy.fail_on,
        interrupted=interrupted,
        plugins=plan.plugins,
        passes=passes,
        only=str(policy.only) if policy.only else "",
    )


def _gate_result(planned: PlannedGate, told: Told, policy: Policy, plan: Plan, mark: Mark) -> GateResult:
    findings = [policy.levelled(found) for found in told.findings]
    base = [policy.levelled(found) for found in told.base_findings]
    standard = _standard(planned, base, plan)
    gone = _gone(planned, told, findings, base, standard)
    findings = compared(findings, standard)
    findings = [mark(found) for found in findings] + gone
    findings = sorted(_placed(findings, planned), key=rank)
    declared = (*planned.gate.rules, *_told_rules(planned, told))
    failing = {found.rule for found in findings if fails(found, policy.fail_on)}
    looked: defaultdict[str, list[Examination]] = defaultdict(list)
    for examination in told.examinations:
        looked[examination.rule].append(examination)
    rules = tuple(_rule_result(rule, told, looked[rule.id], failed=rule.id in failing) for rule in declared)
    outcome, reason, hint = _gate_outcome(planned, told, rules)
    result = GateResult(
        gate=planned.gate.id,
        title=planned.gate.title,
        outcome=outcome,
        rules=rules,
        findings=tuple(findings),
        measurements=tuple(told.measurements),
        evidence=tuple(told.evidence),
        examined=_examined(declared, told.examinations),
        reason=reason,
        hint=hint,
        detail=told.trouble.bug if told.trouble else "",
        seconds=round(told.seconds, 3),
        observed=planned.observed,
        reference=_reference(planned),
        reproduce=planned.reproduce,
        facts=dict(told.facts),
        requirements=tuple(told.requirements.values()),
    )
    if not planned.gate.sums_up or told.trouble:
        return result
    try:
        sums_up: Summary = load(planned.gate.sums_up)
        return replace(result, facts=told.facts | {fact.name: fact.value for fact in sums_up(result)})
    except Exception as error:  # noqa: BLE001 - whatever a gate raises ends as an errored gate
        told.trouble = trouble_of(error, planned.job.secrets)
        return _gate_result(planned, told, policy, plan, mark)


def _told_rules(planned: PlannedGate, told: Told) -> list[Rule]:
    """The rules that came with data; one with an id that is not the gate's own to give is none."""
    known = {rule.id for rule in planned.gate.rules}
    return [rule for rule in told.rules.values() if rule.gate == planned.gate.id and rule.id not in known]


def _reference(planned: PlannedGate) -> str:
    """What change rules compared with, in words, where it is not the base of the run."""
    job = planned.job
    return open_tree(job.reference).name if job.reference and job.reference != job.base else ""


def _gone(
    planned: PlannedGate, told: Told, findings: Sequence[Finding], base: Sequence[Finding], standard: Standard
) -> list[Finding]:
    """What state rules found at the base alone, where that was asked; of a gate that broke it is not known."""
    if not planned.job.absent or told.trouble:
        return []
    change = set(planned.job.change_rules)
    return absent(findings, (each for each in base if each.rule not in change), standard.moved)


def _present(results: Iterable[GateResult]) -> list[GateResult]:
    """The results without what is absent: a suppression of it is no longer used."""
    return [
        replace(result, findings=tuple(each for each in result.findings if each.state is not BaselineState.ABSENT))
        for result in results
    ]


def _standard(planned: PlannedGate, base: Sequence[Finding], plan: Plan) -> Standard:
    """What the findings of a gate are held against."""
    job = planned.job
    looked = job.base is not None and job.look_back
    named = {part for each in base for part in each.key}
    return Standard(
        base=Counter((each.fingerprint, each.level.value) for each in base) if looked else None,
        accepted=plan.accepted,
        moved=former_paths(job.base, job.head, named) if job.base and named else {},
        world_fails=plan.world_fails,
        reproduce=planned.reproduce,
    )


def _placed(findings: Iterable[Finding], planned: PlannedGate) -> list[Finding]:
    """The findings, each with whether its line is one that the change touches (None: it cannot be known)."""
    findings = list(findings)
    job = planned.job
    paths = {found.location.path for found in findings if found.location.path}
    lines = changed_lines(job.base, job.head, paths) if job.base and paths else None
    if lines is None:
        return findings
    return [
        replace(found, in_change=_within(found.location.line, lines[found.location.path]))
        if found.location.path and found.location.line
        else found
        for found in findings
    ]


def _within(line: int, ranges: Sequence[range]) -> bool:
    at = bisect.bisect_right(ranges, line, key=lambda touched: touched.start)
    return at > 0 and line in ranges[at - 1]


def fails(finding: Finding, fail_on: Level) -> bool:
    """Whether a finding fails its rule: not suppressed, new or updated, and at or above the threshold."""
    return finding.counts and finding.level.reaches(fail_on)


def _rule_result(rule: Rule, told: Told, looked: Iterable[Examination], *, failed: bool) -> RuleResult:
    examinations = list(looked)
    if told.trouble:
        examinations.append(_errored(rule, told.trouble.message, told.trouble.hint))
    elif not examinations:
        examinations.append(_errored(rule, "the gate did not say what it examined", ""))
    examinations = [
        examination
        if examination.undecided or examination.examined
        else replace(
            examination,
            undecided=Undecided(
                outcome=Outcome.NOT_APPLICABLE, reason=f"there is no {rule.unit} in {examination.subject}"
            ),
        )
        for examination in examinations
    ]
    outcomes = [
        examination.undecided.outcome if examination.undecided else Outcome.PASSED for examination in examinations
    ]
    outcome = Outcome.worst([*outcomes, *([Outcome.FAILED] if failed else [])])
    reason = next(
        (each.undecided.reason for each in examinations if each.undecided and each.undecided.outcome is outcome), ""
    )
    return RuleResult(rule=rule.id, outcome=outcome, examinations=tuple(examinations), reason=reason)


def _errored(rule: Rule, reason: str, hint: str) -> Examination:
    return Examination(rule=rule.id, subject="", undecided=Undecided(outcome=Outcome.ERRORED, reason=reason, hint=hint))


def _gate_outcome(planned: PlannedGate, told: Told, rules: Sequence[RuleResult]) -> tuple[Outcome, str, str]:
    """The worst of the rules'; but a gate that decided nothing has errored, and so has a named one with no work.

    One that looked at something to which no rule applies, as at what is new in a change, had work.
    """
    outcome = Outcome.worst([rule.outcome for rule in rules])
    first = next(
        (each for rule in rules for each in rule.examinations if rule.outcome is outcome and each.undecided), None
    )
    reason = next((rule.reason for rule in rules if rule.outcome is outcome), "")
    hint = first.undecided.hint if first and first.undecided else ""
    if told.trouble:
        older = "what it had found by then may be older than this change" if planned.job.base and told.findings else ""
        return Outcome.ERRORED, told.trouble.message, told.trouble.hint or older
    decided = {rule.outcome for rule in rules} & {Outcome.PASSED, Outcome.FAILED}
    if decided or outcome is Outcome.ERRORED:
        return outcome, reason, hint
    if outcome is not Outcome.NOT_APPLICABLE:
        return Outcome.ERRORED, f"the gate could decide nothing: {reason}", hint
    if planned.named and not any(each.examined for each in told.examinations):
        return Outcome.ERRORED, f"the gate was asked for and has nothing to look at: {reason}", hint
    return outcome, reason, hint


def _examined(rules: Sequence[Rule], examinations: Iterable[Examination]) -> dict[str, int]:
    """How much was looked at, by unit: for each subject the rule of that unit that saw most, summed over subjects."""
    units = {rule.id: rule.unit for rule in rules}
    most: dict[str, dict[str, int]] = {}
    for examination in examinations:
        unit = units.get(examination.rule)
        if unit is not None:
            subjects = most.setdefault(unit, {})
            subjects[examination.subject] = max(subjects.get(examination.subject, 0), examination.examined)
    return {unit: total for unit, subjects in most.items() if (total := sum(subjects.values()))}


def _verdict(results: Sequence[GateResult], policy: Policy, interrupted: str) -> tuple[Outcome, Exit]:
    # an observed gate's findings cannot fail the run; that it could not look still counts
    outcomes = [
        Outcome.PASSED if result.observed and result.outcome is Outcome.FAILED else result.outcome for result in results
    ]
    outcome = Outcome.worst(outcomes)
    if interrupted:
        return Outcome.ERRORED, Exit.INTERRUPTED
    if outcome is Outcome.ERRORED:
        return outcome, Exit.ERRORED
    undecided = {Outcome.INCONCLUSIVE, Outcome.NOT_TESTED}
    if policy.undecided_fails and any(
        rule.outcome in undecided for result in results if not result.observed for rule in result.rules
    ):
        return Outcome.FAILED, Exit.FAILED
    return outcome, Exit.FAILED if outcome is Outcome.FAILED else Exit.PASSED

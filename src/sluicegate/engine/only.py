"""One finding again: the run narrowed to the gate and the rule that told it, and its own verdict."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sluicegate.engine.plan import Plan, PlannedGate
from sluicegate.errors import UserError
from sluicegate.model import Examination, Finding, GateResult, Level, Outcome, RuleResult
from sluicegate.registry import HOUSE
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from sluicegate.engine.policy import Policy

SHORTEST = 8
"""So many digits of a fingerprint have to be given."""

_SHOWN = 12
_NEAR = 5
_DIGITS = re.compile(rf"[0-9a-f]{{{SHORTEST},32}}")


class Only(Struct, frozen=True, kw_only=True):
    """The finding that is wanted: the first digits of its fingerprint, and its rule where that is known."""

    digits: str
    rule: str = ""

    def is_that(self, finding: Finding) -> bool:
        """Whether a finding is the wanted one, by its present or a former fingerprint."""
        names = (finding.fingerprint, *finding.former_fingerprints)
        return self.rule in ("", finding.rule) and any(name.startswith(self.digits) for name in names)

    @property
    def rule_of_gate(self) -> bool:
        """Whether it is known that a gate told it, and not the house."""
        return bool(self.rule) and not self.rule.startswith(f"{HOUSE.id}/")

    def __str__(self) -> str:
        return f"{self.rule}:{self.digits}" if self.rule else self.digits


def read_only(text: str) -> Only:
    """What `--only` asks for: `FINGERPRINT` or `RULE:FINGERPRINT`. Raises UserError."""
    rule, _, digits = text.strip().rpartition(":")
    if not _DIGITS.fullmatch(digits.lower()):
        raise UserError(
            f"--only {shorten(one_line(text), 100)}: that is no fingerprint",
            hint=f"give {SHORTEST} to 32 of its digits (0-9, a-f), as the reports show them; the rule may stand "
            "before: RULE:FINGERPRINT",
        )
    return Only(digits=digits.lower(), rule=rule)


def focused(plan: Plan, policy: Policy, text: str | None) -> tuple[Plan, Policy]:
    """The plan and the policy that show the one finding that `--only` asks for; the same where it asks for none.

    Raises UserError.
    """
    if not text:
        return plan, policy
    only = read_only(text)
    wanted = replace(policy, only=only, judges_suppressions=policy.judges_suppressions and not only.rule_of_gate)
    return narrowed(plan, only), wanted


def words(rule: str, fingerprint: str) -> str:
    """What `--only` takes to show a finding again, as a shell reads it."""
    return f"{_quoted(rule)}:{fingerprint[:_SHOWN]}"


@cache
def _quoted(rule: str) -> str:
    return shlex.quote(rule)


def narrowed(plan: Plan, only: Only) -> Plan:
    """The plan for the gate and the rule of the wanted finding, as far as its rule is known.

    A rule that comes with data stands in no declaration: then its whole gate is asked. Raises UserError where no gate
    of the plan has the rule.
    """
    if not only.rule_of_gate:
        return plan
    gate_id = only.rule.partition("/")[0]
    gates = tuple(_narrowed(planned, only.rule) for planned in plan.gates if planned.gate.id == gate_id)
    broken = tuple(each for each in plan.broken if each.gate == gate_id)
    if not gates and not broken:
        ran = ", ".join(planned.gate.id for planned in plan.gates) or "none"
        raise UserError(
            f"--only {only}: the gate {gate_id} is not asked here", hint=f"the gates of this run are: {ran}"
        )
    return replace(plan, gates=gates, broken=broken)


def alone(results: Sequence[GateResult], only: Only, fail_on: Level) -> list[GateResult]:
    """The results with the wanted finding alone, each gate and rule ending as that finding does.

    Where a gate could not look, it may be the one that knows the finding: then the results stay as they are. Raises
    UserError where nobody has it, naming those that come near.
    """
    kept = []
    for result in results:
        hits = tuple(found for found in result.findings if only.is_that(found))
        if hits:
            failing = {found.rule for found in hits if found.counts and found.level.reaches(fail_on)}
            told = {found.rule for found in hits}
            rules = tuple(
                replace(
                    rule,
                    outcome=Outcome.FAILED if rule.rule in failing else Outcome.PASSED,
                    examinations=_where(rule, hits),
                    reason="",
                )
                for rule in result.rules
                if rule.rule in told
            )
            outcome = Outcome.FAILED if failing else Outcome.PASSED
            looked = sum(each.examined for rule in rules for each in rule.examinations)
            examined = {unit: min(count, looked) for unit, count in result.examined.items()}
            kept.append(
                replace(
                    result,
                    findings=hits,
                    rules=rules,
                    outcome=outcome,
                    examined=examined,
                    reason="",
                    hint="",
                    detail="",
                )
            )
    if kept or any(result.outcome is Outcome.ERRORED for result in results):
        return kept or list(results)
    raise UserError(f"--only {only}: there is no such finding here", hint=_near(results, only))


def _where(rule: RuleResult, hits: Sequence[Finding]) -> tuple[Examination, ...]:
    """Where a rule could look; where it could decide nothing beside them, at the findings themselves."""
    decided = tuple(each for each in rule.examinations if each.examined and not each.undecided)
    return decided or tuple(
        Examination(rule=rule.rule, subject=str(hit.location), examined=1) for hit in hits if hit.rule == rule.rule
    )


def _narrowed(planned: PlannedGate, rule: str) -> PlannedGate:
    if all(each.id != rule for each in planned.gate.rules):
        return planned
    job = replace(
        planned.job, rules=(rule,), change_rules=tuple(each for each in planned.job.change_rules if each == rule)
    )
    gate = replace(planned.gate, rules=tuple(each for each in planned.gate.rules if each.id == rule))
    return replace(planned, gate=gate, job=job)


def _alike(one: str, other: str) -> int:
    """How many first digits are the same."""
    return next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), len(other))


def _near(results: Iterable[GateResult], only: Only) -> str:
    findings = [found for result in results for found in result.findings]
    if not findings:
        return "nothing is found here any more: it may be mended, or stand on another revision"

    def likeness(found: Finding) -> tuple[bool, int]:
        return found.rule == only.rule, _alike(found.fingerprint, only.digits)

    near = sorted(findings, key=likeness, reverse=True)[:_NEAR]
    told = "; ".join(f"{found.fingerprint[:_SHOWN]} {found.rule} at {one_line(str(found.location))}" for found in near)
    return f"it may be mended, or stand on another revision; near it are: {told}"

"""How controls ended, what of that a clause comes to, and how much of a clause was looked at.

A report speaks of the state of a system, and a verdict of a change: what stood before the change fails no change, and
holds no better for it. So a control passes here only where nothing at all breaks it.

The coverage of a clause is the share of the controls serving it that were decided: passed, failed, or broken by what
is excepted alone. A control that is inconclusive, not tested, errored or not applicable counts in the whole and not in
the share, and a clause that no control serves has none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct

from sluicegate.gates.compliance.controls.model import Strength
from sluicegate.model import BaselineState, Fact, Finding, GateResult, Level, Outcome
from sluicegate.text import plural


class Result(StrEnum):
    """How a control ended, worst first. Excepted: what breaks it is suppressed, by somebody and until some day."""

    ERRORED = "errored"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    NOT_TESTED = "not-tested"
    EXCEPTED = "excepted"
    PASSED = "passed"
    NOT_APPLICABLE = "not-applicable"

    @property
    def words(self) -> str:
        """As it is written for people."""
        return self.value.replace("-", " ")


DECIDED = frozenset({Result.PASSED, Result.FAILED, Result.EXCEPTED})
"""Those that looked and know."""

_OPEN = frozenset({Result.ERRORED, Result.INCONCLUSIVE, Result.NOT_TESTED, Result.EXCEPTED})


class Standing(StrEnum):
    """What a clause comes to, worst first."""

    ERRORED = "errored"
    FAILED = "failed"
    NOT_TESTED = "not-tested"
    UNSERVED = "no-control"
    SUPPORTED = "supported-only"
    PART = "shown-in-part"
    FULL = "shown-in-full"
    NOT_APPLICABLE = "not-applicable"

    @property
    def words(self) -> str:
        """As it is written for people."""
        return self.value.replace("-", " ")


class Covered(Struct, frozen=True, kw_only=True):
    """What a clause comes to: the `counts` of its controls by how they ended, and the share of them that decided."""

    standing: Standing
    counts: Mapping[Result, int]

    @property
    def controls(self) -> int:
        """How many serve it."""
        return sum(self.counts.values())

    @property
    def decided(self) -> int:
        """How many of them looked and know."""
        return sum(self.counts.get(each, 0) for each in DECIDED)

    @property
    def coverage(self) -> float:
        """Their share, from 0 to 1; 0 where no control serves the clause."""
        return self.decided / self.controls if self.controls else 0.0

    @property
    def words(self) -> str:
        """`3 of 4 controls decided: 2 passed, 1 failed, 1 not tested`."""
        if not self.controls:
            return "no control serves it"
        told = ", ".join(f"{self.counts[each]:,} {each.words}" for each in Result if self.counts.get(each))
        return f"{self.decided:,} of {plural(self.controls, 'control')} decided: {told}"


def stands(finding: Finding) -> bool:
    """Whether something is so at head, suppressed or not, whoever brought it."""
    return finding.state is not BaselineState.ABSENT and finding.level is not Level.NONE


def result_of(outcome: Outcome, findings: Iterable[Finding]) -> Result:
    """How a control ended whose rule had some outcome and these findings."""
    there = [each for each in findings if stands(each)]
    if outcome is not Outcome.ERRORED and any(each.suppression is None for each in there):
        return Result.FAILED
    if there and outcome in (Outcome.PASSED, Outcome.NOT_APPLICABLE):
        return Result.EXCEPTED
    return Result(outcome.value)


def covered(served: Sequence[tuple[Strength, Result]]) -> Covered:
    """What a clause comes to by the controls that serve it. Full strength counts only where nothing is left open."""
    counts = Counter(result for _, result in served)
    good = {strength for strength, result in served if result in (Result.PASSED, Result.EXCEPTED)}
    passed = {strength for strength, result in served if result is Result.PASSED}
    if not served:
        standing = Standing.UNSERVED
    elif counts[Result.ERRORED]:
        standing = Standing.ERRORED
    elif counts[Result.FAILED]:
        standing = Standing.FAILED
    elif counts[Result.NOT_APPLICABLE] == len(served):
        standing = Standing.NOT_APPLICABLE
    elif not good:
        standing = Standing.NOT_TESTED
    elif Strength.FULL in passed and not _OPEN & counts.keys():
        standing = Standing.FULL
    elif good == {Strength.SUPPORTING}:
        standing = Standing.SUPPORTED
    else:
        standing = Standing.PART
    return Covered(standing=standing, counts=counts)


def summary(standings: Sequence[Standing]) -> str:
    """`3 of 4 clauses shown in full or part (1 not tested)`."""
    counts = Counter(standings)
    shown = counts[Standing.FULL] + counts[Standing.PART]
    rest = [each for each in Standing if counts[each] and each not in (Standing.FULL, Standing.PART)]
    told = ", ".join(f"{counts[each]:,} {each.words}" for each in rest)
    return f"{shown:,} of {plural(len(standings), 'clause')} shown in full or part" + (f" ({told})" if told else "")


def summed_up(gate: GateResult) -> Iterator[Fact]:
    """What each framework comes to, in a line; nothing where the gate broke. A rule that nobody asked is not tested."""
    found: dict[str, list[Finding]] = {}
    for each in gate.findings:
        found.setdefault(each.rule, []).append(each)
    results = {each.rule: result_of(each.outcome, found.get(each.rule, ())) for each in gate.rules}
    standings: dict[str, list[Standing]] = {}
    for asked in gate.requirements:
        served = [(Strength(how), results.get(rule, Result.NOT_TESTED)) for rule, how in asked.served.items()]
        standings.setdefault(asked.framework, []).append(covered(served).standing)
    for framework, those in standings.items():
        yield Fact(name=framework, value=summary(those))

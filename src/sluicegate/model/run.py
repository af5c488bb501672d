"""The verdict: how each rule and each gate ended, and the Run that holds them all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from sluicegate.model.said import Evidence, Examination, Finding, Location, Measurement, Requirement, Rule
from sluicegate.model.words import Level, Outcome
from sluicegate.text import plural

RUN_VERSION = 1
"""The version of the Run document."""


class RuleResult(Struct, frozen=True, kw_only=True):
    """How one rule ended: the worst outcome of its subjects, with the reason where it is neither passed nor failed."""

    rule: str
    outcome: Outcome
    examinations: tuple[Examination, ...] = ()
    reason: str = ""


class GateResult(Struct, frozen=True, kw_only=True):
    """All that is known of one gate in one run. `seconds` is wall time; an `observed` gate cannot fail the run.

    `reference` names what change rules compared with, where that is not the run's base. `detail` is for whoever
    repairs a gate that broke: its traceback, or the last words of its process. `facts` are what the gate concluded
    beside its findings, name to value; `requirements` are what its rules serve.
    """

    gate: str
    title: str
    outcome: Outcome
    rules: tuple[RuleResult, ...]
    findings: tuple[Finding, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    examined: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""
    hint: str = ""
    detail: str = ""
    seconds: float = 0.0
    observed: bool = False
    reference: str = ""
    reproduce: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    requirements: tuple[Requirement, ...] = ()


class Revision(Struct, frozen=True, kw_only=True):
    """What was compared with what: names for people, commits where there are any, and how the base was found.

    `uncommitted` are the files that were judged and that `head_commit` does not have so, the first hundred: where there
    are any, this says nothing of the commit. None: it is not known.
    """

    head: str
    base: str | None = None
    head_commit: str | None = None
    base_commit: str | None = None
    how: str = ""
    uncommitted: tuple[str, ...] | None = None


class Plugin(Struct, frozen=True, kw_only=True):
    """A gate from another distribution that took part."""

    gate: str
    distribution: str
    version: str
    sha256: str


class Pass(Struct, frozen=True, kw_only=True):
    """A written decision to let a change through although it failed ("break-glass"), for some hours.

    It covers what fails of one `gate` or one `fingerprint`, or everything where neither is given; what could not be
    looked at only where it says `errored`. `used`: without it this run would not have ended so well.
    """

    reason: str
    owner: str
    expires: datetime
    gate: str = ""
    fingerprint: str = ""
    errored: bool = False
    used: bool = False
    origin: Location = field(default_factory=Location)


class Run(Struct, frozen=True, kw_only=True):
    """One verdict and everything it rests on. Findings stand ranked: those that matter most to the reader first.

    `rules` is the catalogue of every gate that took part, fired or not. `started` is UTC. `interrupted` names the
    signal that ended the run early. `exit_code` is one of `sluicegate.errors.Exit`. `passes` are those in force, used
    or not; where they alone made the run end well, the outcome says let through.

    What the verdict was made with is a claim of the run itself: `repository` as the CI names it, `policy_digest` over
    the effective settings and `tool_digest` over Sluicegate's own files (SHA-256). A run that is one `part` of several
    names the digest of their `plan`, and is no verdict on its own. Nor is one that was narrowed to a finding: `only` is
    what was asked for.
    """

    outcome: Outcome
    exit_code: int
    gates: tuple[GateResult, ...]
    rules: tuple[Rule, ...]
    revision: Revision
    tool_version: str
    started: datetime
    seconds: float
    fail_on: Level = Level.ERROR
    interrupted: str = ""
    plugins: tuple[Plugin, ...] = ()
    version: int = RUN_VERSION
    passes: tuple[Pass, ...] = ()
    repository: str = ""
    policy_digest: str = ""
    tool_digest: str = ""
    plan: str = ""
    part: str = ""
    only: str = ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Those of all gates, ranked."""
        return tuple(sorted((finding for gate in self.gates for finding in gate.findings), key=rank))

    def rule(self, rule_id: str) -> Rule:
        """The declaration of a rule that took part. Raises KeyError."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)


def rank(finding: Finding) -> tuple[Any, ...]:
    """The order in which findings are shown: what counts, what is in the diff, level, then place."""
    place = finding.location
    return (
        not finding.counts,
        not finding.in_change,
        -finding.level.weight,
        place.path or "",
        place.line or 0,
        place.column or 0,
        finding.rule,
        finding.key,
    )


def examined_words(examined: Mapping[str, int]) -> str:
    """`2 documents, 412 operations`, or `nothing`."""
    return ", ".join(plural(count, unit) for unit, count in examined.items() if count) or "nothing"

"""What a gate has said so far, in order, kept whatever happens to it next."""

from __future__ import annotations

from dataclasses import dataclass, field

from sluicegate.model import Evidence, Examination, Fact, Finding, Measurement, Rule
from sluicegate.worker.trouble import Trouble
from sluicegate.worker.work import Said


@dataclass(slots=True, kw_only=True)
class Told:
    """The words of one gate. `base_findings` are what was there already."""

    findings: list[Finding] = field(default_factory=list)
    examinations: list[Examination] = field(default_factory=list)
    measurements: list[Measurement] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    base_findings: list[Finding] = field(default_factory=list)
    trouble: Trouble | None = None
    seconds: float = 0.0

    def add(self, other: Told) -> None:
        """Keep what another process said for the same gate at the same time; the first trouble is the gate's."""
        self.findings += other.findings
        self.examinations += other.examinations
        self.measurements += other.measurements
        self.evidence += other.evidence
        self.facts |= other.facts
        self.rules |= other.rules
        self.base_findings += other.base_findings
        self.trouble = self.trouble or other.trouble
        self.seconds = max(self.seconds, other.seconds)

    def hear(self, said: Said) -> None:
        """Keep one word. What the gate examined or measured at the base is not part of the verdict."""
        side, value = said
        if side == "base":
            if isinstance(value, Finding):
                self.base_findings.append(value)
            return
        match value:
            case Finding():
                self.findings.append(value)
            case Examination():
                self.examinations.append(value)
            case Measurement():
                self.measurements.append(value)
            case Evidence():
                self.evidence.append(value)
            case Fact():
                self.facts[value.name] = value.value
            case Rule():
                self.rules.setdefault(value.id, value)

"""What a gate has said so far, in order, kept whatever happens to it next."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct, field
from msgspec.structs import replace

from sluicegate.model import Evidence, Examination, Fact, Finding, Measurement, Outcome, Requirement, Rule, Undecided
from sluicegate.worker.recorded import Seen
from sluicegate.worker.trouble import Trouble
from sluicegate.worker.work import Said


class Told(Struct, kw_only=True):
    """The words of one gate. `base_findings` are what was there already, `seen` the files it read at head."""

    findings: list[Finding] = field(default_factory=list)
    examinations: list[Examination] = field(default_factory=list)
    measurements: list[Measurement] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    requirements: dict[tuple[str, str], Requirement] = field(default_factory=dict)
    base_findings: list[Finding] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    trouble: Trouble | None = None
    seconds: float = 0.0

    def add(self, other: Told) -> None:
        """Keep what another part of the same gate said at the same time; the first trouble is the gate's.

        What both say of the same counts once: a finding as what it weighs more, an examination as the worse one.
        """
        self.findings = _findings(self.findings, other.findings)
        self.examinations = _examinations([*self.examinations, *other.examinations])
        self.measurements += other.measurements
        self.evidence += [each for each in other.evidence if each not in self.evidence]
        self.facts |= other.facts
        self.rules |= other.rules
        self.requirements |= other.requirements
        self.base_findings = _findings(self.base_findings, other.base_findings)
        self.seen |= other.seen
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
            case Seen():
                self.seen.update(value.paths)
            case Rule():
                self.rules.setdefault(value.id, value)
            case Requirement():
                self.requirements[value.framework, value.id] = value


def _findings(ones: list[Finding], others: list[Finding]) -> list[Finding]:
    """Both as multisets of fingerprints: each as often as the part has it that has it more often."""
    if not ones or not others:
        return ones or others
    found = list(ones)
    places: dict[str, list[int]] = {}
    for place, one in enumerate(found):
        places.setdefault(one.fingerprint, []).append(place)
    taken: Counter[str] = Counter()
    for other in others:
        known, nth = places.get(other.fingerprint, []), taken[other.fingerprint]
        taken[other.fingerprint] += 1
        if nth >= len(known):
            found.append(other)
        elif other.level.weight > found[known[nth]].level.weight:
            found[known[nth]] = other
    return found


def _examinations(several: list[Examination]) -> list[Examination]:
    found: dict[tuple[str, str], Examination] = {}
    for one in several:
        known = found.setdefault((one.rule, one.subject), one)
        if known is not one:
            why = _worse(known.undecided, one.undecided)
            found[one.rule, one.subject] = replace(known, examined=max(known.examined, one.examined), undecided=why)
    return list(found.values())


def _worse(one: Undecided | None, other: Undecided | None) -> Undecided | None:
    """What two parts left undecided, as one: that there was nothing to look at only where both say so."""
    if one is None or other is None:
        some = one or other
        return None if some is None or some.outcome is Outcome.NOT_APPLICABLE else some
    if one.outcome is not other.outcome:
        return one if Outcome.worst((one.outcome, other.outcome)) is one.outcome else other
    return one if other.reason in one.reason else replace(one, reason=f"{one.reason}; {other.reason}")

"""Whether a Run that was read back says one thing: rules follow from what was looked at and found, gates from rules."""

from __future__ import annotations

from collections.abc import Iterator

from sluicegate.model import GateResult, Level, Outcome, RuleResult, Run


def contradictions(run: Run) -> Iterator[tuple[str, str]]:
    """Each place of the document that contradicts another one, and how. The rules are the engine's (`engine.judge`).

    What ended worse than it had to is none: only what is better than what it rests on could pass for green.
    """
    for at, gate in enumerate(run.gates):
        place = f"$.gates[{at}]"
        yield from _rules(gate, run.fail_on, place)
        least = Outcome.worst([rule.outcome for rule in gate.rules])
        if better(gate.outcome, least):
            yield f"{place}.outcome", f"is {gate.outcome.value!r}, but the worst of its rules is {least.value!r}"
        looked = sum(each.examined for rule in gate.rules for each in rule.examinations)
        for unit, count in gate.examined.items():
            if count > looked:
                yield f"{place}.examined", f"has {count:,} of {unit!r}, but its rules examined {looked:,} of everything"


def _rules(gate: GateResult, fail_on: Level, place: str) -> Iterator[tuple[str, str]]:
    fired = {found.rule: found for found in gate.findings if found.counts and found.level.reaches(fail_on)}
    for number, rule in enumerate(gate.rules):
        least, why = _least(rule, fired=rule.rule in fired)
        if better(rule.outcome, least):
            yield f"{place}.rules[{number}].outcome", f"is {rule.outcome.value!r}, but {why}"
    unjudged = next((rule for rule in fired if all(rule != each.rule for each in gate.rules)), None)
    if unjudged is not None and gate.outcome is not Outcome.ERRORED:
        yield f"{place}.rules", f"has no result for {unjudged!r}, of which a finding fails"


def _least(rule: RuleResult, *, fired: bool) -> tuple[Outcome, str]:
    """How well a rule can have ended, and why not better."""
    looked = [each.undecided.outcome if each.undecided else Outcome.PASSED for each in rule.examinations]
    least = Outcome.worst(looked)
    if fired and least is not Outcome.ERRORED:
        return Outcome.FAILED, "a new finding of it is at the level that fails"
    if least is Outcome.PASSED and not any(each.examined and not each.undecided for each in rule.examinations):
        least = Outcome.NOT_APPLICABLE
    return least, f"what it examined is {least.value!r}" if rule.examinations else "it examined nothing"


def better(said: Outcome, least: Outcome) -> bool:
    """Whether an outcome is better than it can be; nothing that is not applicable has passed."""
    return Outcome.worst([said, least]) is not said or (said is Outcome.PASSED and least is Outcome.NOT_APPLICABLE)

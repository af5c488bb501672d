"""The rules that belong to no gate: they judge the decisions that bend a verdict."""

from __future__ import annotations

from sluicegate.model import Gate, Level, Rule, RuleKind


def _rule(name: str, title: str, summary: str, unit: str, level: Level = Level.WARNING) -> Rule:
    tag = {"suppression": "suppressions", "pass": "passes"}.get(unit, "policy")
    return Rule(
        id=f"sluicegate/{name}",
        title=title,
        summary=summary,
        level=level,
        kind=RuleKind.STATE,
        unit=unit,
        tags=(tag,),
    )


HOUSE = Gate(
    id="sluicegate",
    title="Decisions",
    summary="Judges what bends a verdict: suppressions, passes, and settings that a change loosens for itself.",
    settings="sluicegate.registry.house:HOUSE",  # has none; names the package that holds the pages
    check="",
    rules=(
        _rule(
            "policy-loosened",
            "Change loosens its own judgement",
            "A change asks less of itself than the base of the change asks.",
            "decision",
        ),
        _rule(
            "suppression-expired",
            "Suppression has expired",
            "A suppression's last day has passed, so that it no longer covers anything.",
            "suppression",
        ),
        _rule(
            "suppression-unused",
            "Suppression matches nothing",
            "A suppression covers no finding any more and can be taken out.",
            "suppression",
        ),
        _rule(
            "suppression-renewed",
            "Suppression is renewed",
            "A change moves the last day of a suppression on.",
            "suppression",
        ),
        _rule(
            "suppression-too-long",
            "Suppression holds for too long",
            "A suppression reaches further ahead than the policy allows, so that it covers nothing.",
            "suppression",
        ),
        _rule(
            "suppression-unapproved",
            "Suppression is not approved",
            "A suppression does not say who approved it, or its owner did, so that it covers nothing.",
            "suppression",
        ),
        _rule(
            "suppression-malformed",
            "Comment suppresses nothing",
            "A comment was meant to suppress a finding and is not written as one.",
            "suppression",
        ),
        _rule(
            "pass-in-force",
            "Pass is in force",
            "What fails is let through for some hours, by somebody, for a reason.",
            "pass",
            Level.NOTE,
        ),
        _rule("pass-expired", "Pass has ended", "A pass's hours are over, and it can be taken out.", "pass"),
        _rule(
            "pass-too-long",
            "Pass lasts too long",
            "A pass reaches further ahead than the policy allows, so that it lets nothing through.",
            "pass",
        ),
    ),
)

"""The rules that belong to no gate: they judge the settings' own decisions."""

from __future__ import annotations

from sluicegate.model import Gate, Level, Rule, RuleKind

HOUSE = Gate(
    id="sluicegate",
    title="Decisions",
    summary="Judges the suppressions in the settings: none may outlive its date or its finding.",
    settings="sluicegate.registry.house:HOUSE",  # has none; names the package that holds the pages
    check="",
    rules=(
        Rule(
            id="sluicegate/suppression-expired",
            title="Suppression has expired",
            summary="A suppression's last day has passed, so that it no longer covers anything.",
            level=Level.WARNING,
            kind=RuleKind.STATE,
            unit="suppression",
            tags=("suppressions",),
        ),
        Rule(
            id="sluicegate/suppression-unused",
            title="Suppression matches nothing",
            summary="A suppression covers no finding any more and can be taken out.",
            level=Level.WARNING,
            kind=RuleKind.STATE,
            unit="suppression",
            tags=("suppressions",),
        ),
    ),
)

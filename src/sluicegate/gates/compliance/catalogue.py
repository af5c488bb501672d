"""The rules of the compliance gate that are its own; every control of a pack is one more, which comes with the pack."""

from __future__ import annotations

from sluicegate.model import Level, Rule, RuleKind

PACK = Rule(
    id="compliance/pack",
    title="Pack cannot be used",
    summary="Every pack that the settings name can be read, and says of each control what it takes to hold.",
    level=Level.ERROR,
    kind=RuleKind.STATE,
    unit="pack",
    tags=("compliance",),
)

RULES = (PACK,)

AS_OF = "as of"
"""The fact that says to which moment ages were counted, where that was not the time of the run."""

"""The nouns of Sluicegate, and the ports through which a gate sees the world.

Imports msgspec and the standard library alone: a class of msgspec's is made in a fiftieth of the time that a dataclass
takes. Every value is immutable and can be written as JSON and read back.
"""

from __future__ import annotations

from sluicegate.model.changelog import Changelog, Step
from sluicegate.model.needs import Needs, Tool
from sluicegate.model.planted import Case, Plant, Planted
from sluicegate.model.ports import (
    API,
    CacheKey,
    ChangelogWriter,
    Check,
    Command,
    CommitHook,
    Comparison,
    Conclusion,
    Context,
    Document,
    DocumentWriter,
    Gate,
    History,
    Joining,
    Log,
    Progress,
    Tree,
    Written,
    Yield,
)
from sluicegate.model.run import RUN_VERSION, GateResult, Pass, Plugin, Revision, RuleResult, Run, examined_words, rank
from sluicegate.model.said import (
    FINGERPRINTS,
    Evidence,
    Examination,
    Fact,
    Finding,
    Fix,
    Location,
    Measurement,
    Rule,
    Since,
    Suppression,
    Undecided,
)
from sluicegate.model.words import BaselineState, Cause, Level, Outcome, RuleKind

__all__ = [
    "API",
    "FINGERPRINTS",
    "RUN_VERSION",
    "BaselineState",
    "CacheKey",
    "Case",
    "Cause",
    "Changelog",
    "ChangelogWriter",
    "Check",
    "Command",
    "CommitHook",
    "Comparison",
    "Conclusion",
    "Context",
    "Document",
    "DocumentWriter",
    "Evidence",
    "Examination",
    "Fact",
    "Finding",
    "Fix",
    "Gate",
    "GateResult",
    "History",
    "Joining",
    "Level",
    "Location",
    "Log",
    "Measurement",
    "Needs",
    "Outcome",
    "Pass",
    "Plant",
    "Planted",
    "Plugin",
    "Progress",
    "Revision",
    "Rule",
    "RuleKind",
    "RuleResult",
    "Run",
    "Since",
    "Step",
    "Suppression",
    "Tool",
    "Tree",
    "Undecided",
    "Written",
    "Yield",
    "examined_words",
    "rank",
]

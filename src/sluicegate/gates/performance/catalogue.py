"""The rules of the performance gate."""

from __future__ import annotations

from sluicegate.model import Level, Rule, RuleKind


def _rule(name: str, kind: RuleKind, level: Level, title: str, summary: str, *tags: str) -> Rule:
    return Rule(
        id=f"performance/{name}", title=title, summary=summary, level=level, kind=kind, unit="benchmark",
        tags=("performance", *tags),
    )  # fmt: skip


REGRESSED = _rule(
    "regressed", RuleKind.CHANGE, Level.ERROR, "Benchmark has become worse",
    "A benchmark is worse than before the change, by more than is let pass and by more than its own noise explains.",
)  # fmt: skip
LIMIT = _rule(
    "limit-exceeded", RuleKind.STATE, Level.ERROR, "Benchmark is over its limit",
    "What was measured is over the absolute limit that the settings give it.", "budget",
)  # fmt: skip
TREND = _rule(
    "worsening", RuleKind.STATE, Level.WARNING, "Benchmark becomes worse bit by bit",
    "Over the last runs a benchmark has become worse, in steps that are each too small to be told.", "history",
)  # fmt: skip
SHIFT = _rule(
    "shifted", RuleKind.STATE, Level.WARNING, "Branch has become worse, and nobody accepted it",
    "Since some run of the branch a benchmark is at a worse level, and no accepted shift says that this is wanted.",
    "history",
)  # fmt: skip
GONE = _rule(
    "benchmark-removed", RuleKind.CHANGE, Level.WARNING, "Benchmark is no longer measured",
    "A benchmark that was measured before the change is not measured any more, so that nothing is known of it.",
)  # fmt: skip

HISTORY = (SHIFT, TREND)
"""The rules that look at earlier runs alone."""

RULES = (REGRESSED, LIMIT, *HISTORY, GONE)

"""Secrets in files: keys, tokens and passwords, each kind a rule of one family."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.security.secrets.ruleset import own
from sluicegate.model import Level, Rule, RuleKind

if TYPE_CHECKING:
    from sluicegate.gates.security.secrets.ruleset import Kind

PAGE = "secret"


def rule_of(kind: Kind) -> Rule:
    """The rule that tells of secrets of a kind."""
    return Rule(
        id=f"security/secret-{kind.id}",
        title=kind.description or kind.id,
        summary=f"{kind.description or kind.id}: it stands in a file, and whoever can read the file has it.",
        level=kind.level,
        kind=RuleKind.STATE,
        unit="file",
        tags=("secrets", "CWE-798", "CWE-312", "ASVS-6.4.1", "ASVS-2.10.4"),
        security_severity=9.1,
        page=PAGE,
    )


HISTORY = Rule(
    id="security/secret-in-history",
    title="Secret in a commit",
    summary="A secret stands in no file any more, and still in a commit, which is fetched with all others.",
    level=Level.ERROR,
    kind=RuleKind.STATE,
    unit="content",
    tags=("secrets", "CWE-798", "CWE-538", "ASVS-6.4.1"),
    security_severity=8.2,
)
KINDS = tuple(map(rule_of, own()))
RULES = (*KINDS, HISTORY)

"""The security gate: what a change brings that an attacker could use, read from the repository alone."""

from __future__ import annotations

from sluicegate.gates.security.asking import TOOLS
from sluicegate.gates.security.catalogue import RULES
from sluicegate.gates.security.parts import PARTS
from sluicegate.model import CommitHook, Gate, Needs

__all__ = ["GATE", "RULES"]

GATE = Gate(
    id="security",
    title="Security",
    summary="Looks for what an attacker could use: weak code, secrets, and what runs strangers' code.",
    settings="sluicegate.gates.security.settings:Settings",
    check="sluicegate.gates.security.check:check",
    rules=RULES,
    propose="sluicegate.gates.security.propose:propose",
    commit_hook=CommitHook(files="", summary="Refuse a commit that brings a secret or a weakness."),
    parts=tuple(PARTS),
    needs=Needs(extras=("commit",), tools=TOOLS, asked="sluicegate.gates.security.asking:asked"),
    cache_key="sluicegate.gates.security.asking:cache_key",
    planted="sluicegate.gates.security.selftest:planted",
)

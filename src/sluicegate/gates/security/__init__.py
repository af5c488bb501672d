"""The security gate: what a change brings that an attacker could use, read from the repository alone."""

from __future__ import annotations

from sluicegate.gates.security.catalogue import RULES
from sluicegate.gates.security.parts import PARTS
from sluicegate.model import CommitHook, Gate

__all__ = ["GATE", "RULES"]

GATE = Gate(
    id="security",
    title="Security",
    summary="Looks for what an attacker could use, in workflows to begin with.",
    settings="sluicegate.gates.security.settings:Settings",
    check="sluicegate.gates.security.check:check",
    rules=RULES,
    propose="sluicegate.gates.security.propose:propose",
    commit_hook=CommitHook(files="", summary="Refuse a commit that brings a secret or a weakness."),
    parts=tuple(PARTS),
    cache_key="sluicegate.gates.security.cachekey:cache_key",
    planted="sluicegate.gates.security.selftest:planted",
)

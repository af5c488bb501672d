"""Every rule of the gate, part by part."""

from __future__ import annotations

from sluicegate.gates.security import infrastructure, secrets, workflows

RULES_OF = {
    "secrets": secrets.RULES,
    "infrastructure": infrastructure.RULES,
    "workflows": workflows.RULES,
}
RULES = tuple(rule for rules in RULES_OF.values() for rule in rules)
BY_ID = {rule.id: rule for rule in RULES}

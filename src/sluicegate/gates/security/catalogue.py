"""Every rule of the gate, part by part."""

from __future__ import annotations

from sluicegate.gates.security import audit, code, dependencies, images, infrastructure, secrets, workflows

RULES_OF = {
    "audit": audit.RULES,
    "code": code.RULES,
    "dependencies": dependencies.RULES,
    "secrets": secrets.RULES,
    "images": (*images.RULES, *dependencies.MATCHING, dependencies.TOO_OLD),
    "infrastructure": infrastructure.RULES,
    "workflows": workflows.RULES,
}
"""The packages of an image are held against advisories as those of a lock file are."""
RULES = tuple(dict.fromkeys(rule for rules in RULES_OF.values() for rule in rules))
BY_ID = {rule.id: rule for rule in RULES}
TOLD: dict[str, str | tuple[str, ...]] = {
    "secrets": "security/secret-",
    "code": "security/python-",
    "workflows": "security/zizmor-",
    "infrastructure": infrastructure.TOLD,
}
"""How the ids of the rules begin that a part declares only when it tells them."""

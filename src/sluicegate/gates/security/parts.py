"""What the gate looks at: each part is a room of its own, with its rules and its check, and none knows another."""

from __future__ import annotations

PARTS = {
    "audit": "sluicegate.gates.security.audit.check:check",
    "code": "sluicegate.gates.security.code.check:check",
    "secrets": "sluicegate.gates.security.secrets.check:check",
    "dependencies": "sluicegate.gates.security.dependencies.check:check",
    "images": "sluicegate.gates.security.images.check:check",
    "infrastructure": "sluicegate.gates.security.infrastructure.check:check",
    "workflows": "sluicegate.gates.security.workflows.check:check",
}
"""The import string of each part's check, by what `[security] kinds` calls it; the longest first."""

"""What the gate looks at: each part is a room of its own, with its rules and its check, and none knows another."""

from __future__ import annotations

PARTS = {
    "dependencies": "sluicegate.gates.security.dependencies.check:check",
    "workflows": "sluicegate.gates.security.workflows.check:check",
}
"""The import string of each part's check, by what `[security] kinds` calls it; the longest first."""

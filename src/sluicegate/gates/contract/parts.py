"""What the check can be asked for apart, in processes side by side."""

from __future__ import annotations

DOCUMENT = "document"
"""The document itself, and all that travels neither way."""

PARTS = (DOCUMENT, "request", "response")
"""The other two are what clients send, and what servers send: see `sluicegate.openapi.direction`."""

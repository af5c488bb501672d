"""What the check can be asked for apart, in processes side by side."""

from __future__ import annotations

DOCUMENT = "document"
"""The document itself, and all that travels neither way."""

PARTS = ("response", DOCUMENT, "request")
"""The other two are what servers send, and what clients send: see `sluicegate.openapi.direction`."""

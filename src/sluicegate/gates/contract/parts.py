"""What the check can be asked for apart, in processes side by side."""

from __future__ import annotations

from sluicegate.openapi.direction import Direction

DOCUMENT = "document"
"""The description at head by itself: it needs no other."""

REST = Direction.REQUEST.value
"""What clients send, and all that travels neither way."""

COMPARED = (Direction.RESPONSE.value, REST)
"""What two descriptions are compared for."""

PARTS = (COMPARED[0], DOCUMENT, REST)

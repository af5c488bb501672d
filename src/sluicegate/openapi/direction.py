"""Which way a value travels between a client and a server."""

from __future__ import annotations

from enum import StrEnum


class Direction(StrEnum):
    """Which way a value travels: from clients to the server (request), or back (response)."""

    REQUEST = "request"
    RESPONSE = "response"

    @property
    def hidden(self) -> str:
        """The keyword whose properties do not travel this way (OpenAPI 3.0.4, 4.7.24.1)."""
        return "readOnly" if self is Direction.REQUEST else "writeOnly"

    @property
    def reversed(self) -> Direction:
        """The other way: callbacks and webhooks turn the roles around."""
        return Direction.RESPONSE if self is Direction.REQUEST else Direction.REQUEST

"""What the tests of this room share."""

from __future__ import annotations

from scanners import programs

__all__ = ["programs"]

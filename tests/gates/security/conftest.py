"""What the tests of the gate as a whole share."""

from __future__ import annotations

from scanners import beside, programs

__all__ = ["beside", "programs"]

"""Lets the tests of this room import `folders`, and trees that are held in memory."""

from __future__ import annotations

import sys
from pathlib import Path

from scanners import beside, programs

_HERE = Path(__file__).parent
sys.path[:0] = [str(_HERE), str(_HERE.parents[2] / "openapi")]

__all__ = ["beside", "programs"]

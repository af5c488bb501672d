"""What the tests of requirements share."""

from __future__ import annotations

import sys
from pathlib import Path

from osv import osv
from scanners import beside, programs

sys.path[:0] = [str(Path(__file__).parents[3] / "openapi")]

__all__ = ["beside", "osv", "programs"]

"""Lets the tests of this folder import their own modules, and the tree in memory of the documents' tests."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[3] / "openapi")]

"""What is seen of the benchmarks: a page, a plot that stands alone, and the tables of a terminal and of a summary.

All of them are pure functions of pictures, which `gathering` puts together from what the check knows.
"""

from __future__ import annotations

from sluicegate.gates.performance.page.alone import svg
from sluicegate.gates.performance.page.document import page
from sluicegate.gates.performance.page.lists import markdown, sparkline, table
from sluicegate.gates.performance.page.picture import Accepted, Line, Picture, Spot, Step

__all__ = ["Accepted", "Line", "Picture", "Spot", "Step", "markdown", "page", "sparkline", "svg", "table"]

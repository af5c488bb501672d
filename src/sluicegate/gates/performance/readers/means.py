"""Sums and counts, which OpenMetrics has on lines of their own, until all are known and make the means."""

from __future__ import annotations

import math
from collections.abc import Sequence

from sluicegate.gates.performance.readers.columns import Column, Layout
from sluicegate.gates.performance.readers.gathering import Gathering, stands
from sluicegate.gates.performance.readers.source import Number, numbers
from sluicegate.gates.performance.units import Unit


class Means:
    """The sums and the counts of families with their labels, each with its line, and the units of what was summed."""

    def __init__(self) -> None:
        self._parts: dict[str, dict[str, tuple[Number, int]]] = {"sum": {}, "count": {}}
        self._again: dict[str, dict[str, list[int]]] = {"sum": {}, "count": {}}
        self._units: dict[str, Unit] = {}

    def keep(
        self, part: str, families: Sequence[str], said: Sequence[str], lines: Sequence[int], units: Sequence[Unit]
    ) -> None:
        """Keep some of the sums, whose units count, or of the counts."""
        known, values = self._parts[part], list(zip(numbers(said), lines, strict=True))
        if part == "sum":
            self._units.update(zip(families, units, strict=True))
        each = dict(zip(families, values, strict=True))
        if len(each) == len(families) and known.keys().isdisjoint(each):
            known.update(each)
            return
        for family, (value, line) in zip(families, values, strict=True):
            if family in known:
                self._again[part].setdefault(family, [known[family][1]]).append(line)
            else:
                known[family] = (value, line)

    def add(self, gathering: Gathering) -> None:
        """Add what they make, in the lines of the sums; what makes no mean is refused."""
        sums, counts = self._parts.values()
        again = self._again["sum"].keys() | self._again["count"]
        means = []
        for family, (total, line), count in zip(sums, sums.values(), map(counts.get, sums), strict=True):
            divisor = count[0] if count and family not in again else None
            if isinstance(total, float) and isinstance(divisor, float) and 0 < divisor < math.inf:
                means.append((family, line, self._units[family], total / divisor))
            else:
                gathering.refuse(family, self._why(family), metric="mean", line=line)
        for family in [one for one in counts if one not in sums]:
            gathering.refuse(family, self._why(family), metric="mean", line=counts[family][1])
        if means:
            names, lines, units, values = zip(*means, strict=True)
            gathering.mixed(Layout(names, lines), units, values, lambda of, some: [Column("mean", of, some, "mean")])

    def _why(self, family: str) -> str:
        """Why there is no mean of a family."""
        count: Number = None
        for part, known in self._parts.items():
            count, _ = known.get(family, (None, 0))
            if lines := self._again[part].get(family):
                return f"it has no mean: its {part} {stands(len(lines), sorted(lines))}"
            if count is None:
                return f"it has no mean: its {part} is missing"
            if isinstance(count, str):
                return f"it has no mean: its {part} is no number: {count[:60]!r}"
        return f"it has no mean: its count is {count or 0:g}"

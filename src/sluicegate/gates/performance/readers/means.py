"""Sums and counts, which OpenMetrics has on lines of their own, until all are known and make the means."""

from __future__ import annotations

from collections.abc import Sequence

from sluicegate.gates.performance.readers.columns import Column, Layout
from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, numbers
from sluicegate.gates.performance.units import Unit

_Part = tuple[Number, int]
"""A sum or a count: its value, or why it has none; and its line."""


class Means:
    """The sums and the counts of families with their labels, and the units of what was summed."""

    def __init__(self) -> None:
        self._parts: dict[str, dict[str, _Part]] = {"sum": {}, "count": {}}
        self._units: dict[str, Unit] = {}

    def keep(
        self, part: str, families: Sequence[str], said: Sequence[str], lines: Sequence[int], units: Sequence[Unit] = ()
    ) -> None:
        """Keep some of the sums, whose units count, or of the counts."""
        known, values = self._parts[part], list(zip(numbers(said), lines, strict=True))
        if part == "sum":
            self._units.update(zip(families, units, strict=True))
        each = dict(zip(families, values, strict=True))
        if len(each) == len(families) and known.keys().isdisjoint(each):
            known.update(each)
            return
        for family, value in zip(families, values, strict=True):
            first = known.get(family)
            known[family] = (f"stands twice (lines {first[1]}, {value[1]})", first[1]) if first else value

    def add(self, gathering: Gathering) -> None:
        """Add what they make, in the lines of the sums; what makes no mean is refused."""
        sums, counts = self._parts.values()
        means = []
        for family, (total, line), count in zip(sums, sums.values(), map(counts.get, sums), strict=True):
            divisor = count[0] if count else None
            if isinstance(total, float) and isinstance(divisor, float) and divisor > 0:
                means.append((family, line, self._units[family], total / divisor))
            else:
                gathering.refuse(family, _why(total, divisor), metric="mean", line=line)
        for family in [one for one in counts if one not in sums]:
            gathering.refuse(family, _why(None, counts[family][0]), metric="mean", line=counts[family][1])
        if means:
            names, lines, units, values = zip(*means, strict=True)
            gathering.mixed(Layout(names, lines), units, values, lambda of, some: [Column("mean", of, some, "mean")])


def _why(total: Number, count: Number) -> str:
    """Why they make no mean."""
    for part, value in (("sum", total), ("count", count)):
        if value is None:
            return f"it has no mean: its {part} is missing"
        if isinstance(value, str):  # a reason has blanks, and no value
            return f"it has no mean: its {part} {value if ' ' in value else f'is no number: {value[:60]!r}'}"
    return f"it has no mean: its count is {count}"

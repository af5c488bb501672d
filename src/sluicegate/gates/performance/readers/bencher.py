"""The Bencher Metric Format (BMF): benchmark, measure, value, and its bounds."""

from __future__ import annotations

from msgspec import Struct

from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, Source, converted, unique
from sluicegate.gates.performance.reading import Direction, Results
from sluicegate.gates.performance.units import Unit, unit

_MEASURES = {
    "latency": unit("ns"), "throughput": unit("1/s"), "build-time": unit("s"), "file-size": unit("B"),
    **{
        name: Unit(base=name, factor=1.0, direction=Direction.LOWER)
        for name in ("instructions", "estimated-cycles", "total-read-write")
    },
}  # fmt: skip
"""The measures that Bencher defines itself, with their units and the way that is better."""
_PLAIN = unit("")


class _Measure(Struct, frozen=True):
    value: Number
    lower_value: Number = None
    upper_value: Number = None


def read(source: Source) -> Results:
    """Each measure is a metric; half the distance of its bounds is its spread."""
    gathering = Gathering()
    document = unique(source, dict[str, dict[str, dict[str, Number]]])
    found = converted(source, document, dict[str, dict[str, _Measure]], "the Bencher Metric Format")
    for name, measures in found.items():
        if not measures:
            gathering.refuse(name, "there is no measure")
        for metric, one in measures.items():
            low, high = one.lower_value, one.upper_value
            spread = (high - low) / 2 if isinstance(low, float) and isinstance(high, float) else None
            known = _MEASURES.get(metric, _PLAIN)
            gathering.one(name, one.value, metric=metric, unit=known, summary="value", spread=spread)
    return gathering.results("bencher")

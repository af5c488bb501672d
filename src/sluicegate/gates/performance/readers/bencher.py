"""The Bencher Metric Format (BMF): benchmark, measure, value, and its bounds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from msgspec import UNSET, Struct, UnsetType

from sluicegate.gates.performance.readers.columns import Column, Layout
from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.samples import halves
from sluicegate.gates.performance.readers.source import Number, Source, converted, once, unique
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


class _Measure(Struct, gc=False):
    value: Number
    lower_value: Number | UnsetType = UNSET
    upper_value: Number | UnsetType = UNSET


_Found = dict[str, dict[str, _Measure]]


def read(source: Source) -> Results:
    """Each measure is a metric; half the distance of its bounds is its spread."""
    gathering = Gathering()
    found = unique(source, _Found, _count)
    if found is None:
        found = converted(source, once(source), _Found, "the Bencher Metric Format")
    for name, measures in found.items():
        if not measures:
            gathering.refuse(name, "there is no measure")
    names = [name for name, measures in found.items() for _ in measures]
    metrics = list(chain.from_iterable(found.values()))
    gathering.mixed(Layout(names, [None] * len(names)), metrics, _all(found), _columns)
    return gathering.results("bencher")


def _all(found: _Found) -> list[_Measure]:
    return list(chain.from_iterable(map(dict.values, found.values())))


def _count(found: _Found) -> int:
    """How many keys there are."""
    measures = _all(found)
    bounds = [one.lower_value for one in measures] + [one.upper_value for one in measures]
    return len(found) + 2 * len(measures) + len(bounds) - bounds.count(UNSET)


def _columns(metric: str, measures: Sequence[_Measure]) -> list[Column]:
    values = [one.value for one in measures]
    spreads = halves([one.lower_value for one in measures], [one.upper_value for one in measures])
    return [Column(metric, _MEASURES.get(metric, _PLAIN), values, "value", spreads)]

"""The text of OpenMetrics and Prometheus: gauges, counters, summaries, and the means of histograms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import compress
from typing import Any, NamedTuple

from sluicegate.gates.performance.readers.columns import Layout
from sluicegate.gates.performance.readers.cycles import AFTER, Cycles
from sluicegate.gates.performance.readers.families import FURTHER, VALUE, Families
from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.labels import LABELS, ordered
from sluicegate.gates.performance.readers.means import Means
from sluicegate.gates.performance.readers.source import Source, blocks, lined, parted
from sluicegate.gates.performance.reading import Results

LINE = re.compile(
    r"^# (?:TYPE|HELP|UNIT|EOF)\b|^[A-Za-z_:][\w:]*(?:\{[^\n]*\})?[ \t]+[-+.\d\w]+(?:[ \t]|$)", re.MULTILINE
)
"""One line of it, by which the format is known."""
BEGINS = ("# HELP ", "# TYPE ", "# UNIT ")
"""How it begins nearly always."""

_LINES = re.compile(
    rf"""^(?:
    ([A-Za-z_:][\w:]*+)(?:\{{({LABELS})\}})?              # the name of a sample, its labels
    [ \t]++(\S++){AFTER}                               # its value
    |\#(?:[ \t]++(TYPE|UNIT)[ \t]++(\S++)[ \t]*+(.*+)|.*+)  # or something about a family
    |[^\S\n]*+                                          # or nothing
    )$""",
    re.VERBOSE | re.MULTILINE,
)
"""The parts of each line."""
_BARE = re.compile(rf"^([A-Za-z_:][\w:]*+)[ \t]++(\S++){AFTER}$", re.MULTILINE)
"""Lines of samples without labels: their names and values."""
_LONG = 5 * 1024
"""Samples of more characters are worth a look whether they are alike."""
_Row = tuple[str, str, str, str, str, str]


class _Samples(NamedTuple):
    """The parts of lines that count, in columns. `beside` are the labels; once the names have these, the quantiles."""

    names: Sequence[str]
    beside: Sequence[str]
    values: Sequence[str]
    roles: Sequence[Any]
    lines: Sequence[int]

    def where(self, flags: Sequence[object]) -> _Samples:
        """Those for which a flag is set."""
        return _Samples(*[list(compress(column, flags)) for column in self])


def read(source: Source) -> Results:
    """A benchmark is a metric with its labels in the order of their names; quantiles and means are metrics of it.

    The unit is that of UNIT, else that in the name's ending (`_seconds`, `_bytes`). Times of samples are not read, nor
    the buckets of histograms.
    """
    page = _Page(source)
    for number, block in blocks(lined(source)):
        page.add(block, number)
    page.means.add(page.gathering)
    return page.gathering.results("openmetrics")


class _Page:
    """What was read so far."""

    def __init__(self, source: Source) -> None:
        self.gathering, self.means = Gathering(), Means()
        self._source, self._families = source, Families()
        self._cycles = Cycles(self._families, self.gathering, self.means, self._add_each)

    def add(self, block: str, number: int) -> None:
        """Add lines, of which the first has that number. Raises FormatError: one of them is none."""
        done = 0
        for begin, end in _long(block):
            if done < begin:
                number = self._add_each(block[done : begin - 1], number)
            samples = block[begin:end]
            if self._add_bare(samples, number) or self._cycles.add(samples, number):
                number += samples.count("\n") + 1
            else:
                number = self._add_each(samples, number)
            done = end + 1
        if done <= len(block):
            self._add_each(block[done:], number)

    def _add_bare(self, block: str, number: int) -> bool:
        """Add lines without labels of which nothing is known, if all of them are."""
        if "{" in block:
            return False
        rows = _BARE.findall(block)
        if len(rows) <= block.count("\n"):
            return False
        names, values = zip(*rows, strict=True)
        if not self._families.are_plain(names):
            return False
        self.gathering.many(Layout(names, range(number, number + len(rows))), [VALUE.column("", values)])
        return True

    def _add_each(self, block: str, number: int) -> int:
        """Add any lines; the number of what comes after them. Raises FormatError: one of them is none."""
        rows = _LINES.findall(block)
        if len(rows) <= block.count("\n"):
            at, line = next((at, line) for at, line in enumerate(block.split("\n"), number) if not _LINES.match(line))
            hint = "metrics are read as OpenMetrics 1.0 and Prometheus' text 0.0.4 write them"
            raise self._source.error(f"line {at}: no sample of a metric: {line[:100]}", hint=hint)
        for begin, end in self._stretches(rows) if "#" in block else [(0, len(rows))]:
            self._add_samples(rows[begin:end], number + begin)
        return number + len(rows)

    def _stretches(self, rows: Sequence[_Row]) -> Iterator[tuple[int, int]]:
        """Where rows begin and end for which all counts that was declared up to their end: they come after it.

        A family is nearly always declared before its samples, so that all rows are one stretch.
        """
        begin, declared = 0, [at for at, row in enumerate(rows) if row[3]]
        firsts = _firsts(rows) if declared else {}
        for at in declared:
            *_, what, name, told = rows[at]
            if self._families.knows(what, name, told.strip()):
                continue
            if firsts.get(name, at) < at:
                yield begin, at
                begin = at
            self._families.declare(what, name, told.strip())
        yield begin, len(rows)

    def _add_samples(self, rows: Sequence[_Row], first: int) -> None:
        """Add samples; the parts of means are kept until all of them are known."""
        names, said, values, *_ = zip(*rows, strict=True)
        roles = self._families.roles(set(names))
        found = _Samples(names, said, values, list(map(roles.__getitem__, names)), range(first, first + len(rows)))
        different = set(roles.values())
        if None in different:
            found = found.where(found.roles)
        has_parts = any(role.part for role in different if role)
        if has_parts:
            each = zip(found.names, found.roles, strict=True)
            found = found._replace(names=[name.rpartition("_")[0] if role.part else name for name, role in each])
        full, quantiles = _full(found)
        found = found._replace(names=full, beside=quantiles)
        if has_parts:
            self._keep(found.where([role.part for role in found.roles]))
            found = found.where([not role.part for role in found.roles])
        kinds = list(zip(found.roles, found.beside, strict=True))
        layout = Layout(found.names, found.lines)
        self.gathering.mixed(layout, kinds, found.values, lambda kind, some: [kind[0].column(kind[1], some)])

    def _keep(self, found: _Samples) -> None:
        for role, places in parted(found.roles).items():
            of, beside, lines = found.names, found.values, found.lines
            names, values = [of[at] for at in places], [beside[at] for at in places]
            self.means.keep(role.part, role.unit, names, values, [lines[at] for at in places])


def _long(block: str) -> Iterator[tuple[int, int]]:
    """Where long stretches of nothing but samples begin and end in a block."""
    begin, after = 0, len(block) + 1
    while begin < after:
        declared = begin if block.startswith("#", begin) else block.find("\n#", begin) + 1 or after
        if declared - begin > _LONG:
            yield begin, declared - 1
        begin = block.find("\n", declared) + 1 or after


def _firsts(rows: Sequence[_Row]) -> dict[str, int]:
    """Where the first sample of each family stands, under its own name or that of a part."""
    places = range(len(rows) - 1, -1, -1)
    firsts = dict(zip([rows[at][0] for at in places], places, strict=True))
    for name, at in [(name, at) for name, at in firsts.items() if name.endswith(FURTHER)]:
        family = name.rpartition("_")[0]
        firsts[family] = min(at, firsts.get(family, at))
    return firsts


def _full(found: _Samples) -> tuple[Sequence[str], Sequence[str]]:
    """The names with their labels, and the quantile of each that has one."""
    if not any(found.beside):
        return found.names, [""] * len(found.names)
    labels, quantiles = ordered(found.beside, [role.is_summary for role in found.roles])
    each = zip(found.names, labels, strict=True)
    return [f"{name}{{{some}}}" if some else name for name, some in each], quantiles

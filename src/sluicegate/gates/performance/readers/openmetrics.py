"""The text of OpenMetrics and Prometheus: gauges, counters, summaries, and the means of histograms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import compress
from typing import Any, NamedTuple

from sluicegate.gates.performance.readers.columns import Layout
from sluicegate.gates.performance.readers.cycles import Cycles
from sluicegate.gates.performance.readers.families import FURTHER, VALUE, Families
from sluicegate.gates.performance.readers.forms import AFTER, NAME
from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.labels import LABELS, ordered
from sluicegate.gates.performance.readers.means import Means
from sluicegate.gates.performance.readers.source import Source, blocks, lined, parted
from sluicegate.gates.performance.reading import Results

LINE = re.compile(
    r"^[ \t]*(?:# (?:TYPE|HELP|UNIT|EOF)\b"
    r'|[A-Za-z_:][\w:]*(?:[ \t]*\{(?:[^\n]*"[ \t,]*)?\}[ \t]*|[ \t]+)[-+.\d\w]+(?:[ \t]|$))',
    re.MULTILINE,
)
"""One line of it, by which the format is known."""
BEGINS = ("# HELP ", "# TYPE ", "# UNIT ")
"""How it begins nearly always."""

_LINES = re.compile(
    rf"""^[ \t]*+(?:
    ({NAME}+)                                             # the name of a sample
    (?:[ \t]*+\{{({LABELS})\}}(?:[ \t]++|(?=[^\s"]++(?:\s|$)))|[ \t]++)  # its labels
    (\S++){AFTER}                                            # its value
    |\#(?:[ \t]++(TYPE|UNIT)[ \t]++(\S++)[ \t]*+(.*+)|.*+)      # or something about a family
    |[^\S\n]*+                                              # or nothing
    )$""",
    re.VERBOSE | re.MULTILINE,
)
"""The parts of each line."""
_BARE = re.compile(rf"^({NAME}+)[ \t]++(\S++){AFTER}$", re.MULTILINE)
"""Lines of samples without labels: their names and values."""
_LONG = 5 * 1024
"""Samples of more characters are worth a look whether they are alike."""
_FEW = 20
"""So many lines of a family are few, so that families may make a cycle."""
_Column = Sequence[str]


class _Rows(NamedTuple):
    """The parts of lines in columns, and what their samples are."""

    names: Sequence[str]
    labels: Sequence[str]
    values: Sequence[str]
    lines: Sequence[int]
    roles: Sequence[Any]

    def where(self, flags: Sequence[object]) -> _Rows:
        """Those for which a flag is set."""
        return _Rows(*[list(compress(column, flags)) for column in self])


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
        if block.count("\n#") > block.count("\n") // _FEW and self._cycles.add(block, number):
            return
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
        names, labels, values, *declared = zip(*rows, strict=True)
        for begin, end in self._stretches(names, *declared) if "#" in block else [(0, len(rows))]:
            some = slice(begin, end)
            self._add_samples(names[some], labels[some], values[some], range(number + begin, number + end))
        return number + len(rows)

    def _stretches(self, names: _Column, *declared: _Column) -> Iterator[tuple[int, int]]:
        """Where lines begin and end for which all counts that was declared up to their end: they come after it.

        A family is nearly always declared before its samples, so that all lines are one stretch.
        """
        begin, firsts = 0, _firsts(names)
        for at, (what, family, said) in enumerate(zip(*declared, strict=True)):
            if not what:
                continue
            if firsts.get(family, at) < at and not self._families.knows(what, family, said):
                yield begin, at
                begin = at
            self._families.declare(what, said, [family])
        yield begin, len(names)

    def _add_samples(self, names: _Column, labels: _Column, values: _Column, lines: Sequence[int]) -> None:
        """Add samples; the parts of means are kept until all of them are known."""
        roles = self._families.roles(set(names))
        rows = _Rows(names, labels, values, lines, list(map(roles.__getitem__, names)))
        if None in roles.values():
            rows = rows.where(rows.roles)
        parts = {role: role.is_part for role in roles.values() if role}
        if any(parts.values()):
            families = {
                name: name.rpartition("_")[0] if role and role.is_part else name for name, role in roles.items()
            }
            rows = rows._replace(names=list(map(families.__getitem__, rows.names)))
        full, quantiles = _full(rows)
        rows = rows._replace(names=full, labels=quantiles)
        if any(parts.values()):
            flags = list(map(parts.__getitem__, rows.roles))
            self._keep(rows.where(flags))
            rows = rows.where([not flag for flag in flags])
        kinds = list(zip(rows.roles, rows.labels, strict=True))
        layout = Layout(rows.names, rows.lines)
        self.gathering.mixed(layout, kinds, rows.values, lambda kind, some: [kind[0].column(kind[1], some)])

    def _keep(self, rows: _Rows) -> None:
        for part, places in parted([role.kind for role in rows.roles]).items():
            names, values = [rows.names[at] for at in places], [rows.values[at] for at in places]
            lines, units = [rows.lines[at] for at in places], [rows.roles[at].unit for at in places]
            self.means.keep(part, names, values, lines, units)


def _long(block: str) -> Iterator[tuple[int, int]]:
    """Where long stretches of nothing but samples begin and end in a block."""
    begin, after = 0, len(block) + 1
    while begin < after:
        declared = begin if block.startswith("#", begin) else block.find("\n#", begin) + 1 or after
        if declared - begin > _LONG:
            yield begin, declared - 1
        begin = block.find("\n", declared) + 1 or after


def _firsts(names: Sequence[str]) -> dict[str, int]:
    """Where the first sample of each family stands, under its own name or that of a part."""
    firsts = dict(zip(reversed(names), range(len(names) - 1, -1, -1), strict=True))
    for name, at in [(name, at) for name, at in firsts.items() if name.endswith(FURTHER)]:
        family = name.rpartition("_")[0]
        firsts[family] = min(at, firsts.get(family, at))
    return firsts


def _full(rows: _Rows) -> tuple[Sequence[str], Sequence[str]]:
    """The names with their labels, and the quantile of each that has one."""
    if not any(rows.labels):
        return rows.names, [""] * len(rows.names)
    quantile = {role: role.kind == "quantile" for role in set(rows.roles)}
    labels, quantiles = ordered(rows.labels, list(map(quantile.__getitem__, rows.roles)))
    each = zip(rows.names, labels, strict=True)
    return [f"{name}{{{some}}}" if some else name for name, some in each], quantiles

"""The text of OpenMetrics and Prometheus: gauges, counters, summaries, and the means of histograms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import compress
from typing import Any, NamedTuple

from msgspec import Struct, field

from sluicegate.gates.performance.readers.columns import Column, Layout
from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.labels import LABELS, WIDEST, ordered, shape_in_order
from sluicegate.gates.performance.readers.source import Number, Source, blocks, lined, numbers, parsed
from sluicegate.gates.performance.reading import Results
from sluicegate.gates.performance.units import Unit, metric, unit

LINE = re.compile(
    r"^# (?:TYPE|HELP|UNIT|EOF)\b|^[A-Za-z_:][\w:]*(?:\{[^\n]*\})?[ \t]+[-+.\d\w]+(?:[ \t]|$)", re.MULTILINE
)
"""One line of it, by which the format is known."""
BEGINS = ("# HELP ", "# TYPE ", "# UNIT ")
"""How it begins nearly always."""

_AFTER = r"(?:[ \t]++(?:-?[\d.eE+]++(?:[ \t]++\#.*+|[ \t]*+)|\#.*+|))?"
"""What may stand behind a value: when it was taken, an example."""
_LINES = re.compile(
    rf"""^(?:
    ([A-Za-z_:][\w:]*+)(?:\{{({LABELS})\}})?              # the name of a sample, its labels
    [ \t]++(\S++){_AFTER}                               # its value
    |\#(?:[ \t]++(TYPE|UNIT)[ \t]++(\S++)[ \t]*+(.*+)|.*+)  # or something about a family
    |[^\S\n]*+                                          # or nothing
    )$""",
    re.VERBOSE | re.MULTILINE,
)
"""The parts of each line."""
_BARE = re.compile(rf"^([A-Za-z_:][\w:]*+)[ \t]++(\S++){_AFTER}$", re.MULTILINE)
"""Lines of samples without labels: their names and values."""
_OF = {
    "summary": ("sum", "count", "created"),
    "histogram": ("sum", "count", "bucket", "created"),
    "counter": ("created",),
}
"""The parts of each type, which come under names of their own."""
_FURTHER = ("_total", "_sum", "_count", "_bucket", "_created")
"""What may stand behind the name of a family."""
_TIMED = ("seconds", "milliseconds", "microseconds", "nanoseconds", "bytes")
_ENDINGS = {*_TIMED, *[further[1:] for further in _FURTHER], ""}
"""What the end of a name may be that tells something of it, as that there is none."""
_TELLING = re.compile(rf"_(?:{'|'.join(filter(None, _ENDINGS))})?$", re.MULTILINE)
"""Such an end, also where it is the whole name behind an underscore."""

_Row = tuple[str, str, str, str, str, str]


class _Role(Struct, frozen=True, eq=False):
    """What the samples of a name are: values in a unit, quantiles where a summary has them, or a part of its mean.

    Of those that are the same there is but one, so that they are told apart quickly.
    """

    unit: Unit
    part: str
    is_summary: bool


@lru_cache(maxsize=1024)
def _made(said: str, part: str = "", *, is_summary: bool = False) -> _Role:
    return _Role(unit(said), part, is_summary)


_VALUE = _made("")


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


class _Page(Struct):
    """What was read so far; `special` are the families of which more has to be known than what they are called.

    Sums and counts of summaries and histograms come on lines of their own: `parts` has their values, and `begins` the
    line and the unit of the first of them.
    """

    types: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    special: set[str] = field(default_factory=set)
    parts: dict[str, dict[str, Number]] = field(default_factory=lambda: {"sum": {}, "count": {}})
    begins: dict[str, tuple[int, Unit]] = field(default_factory=dict)


def read(source: Source) -> Results:
    """A benchmark is a metric with its labels in the order of their names; quantiles and means are metrics of it.

    The unit is that of UNIT, else that in the name's ending (`_seconds`, `_bytes`). Times of samples are not read, nor
    the buckets of histograms.
    """
    gathering, page = Gathering(), _Page()
    for number, block in blocks(lined(source)):
        if _add_alike(gathering, page, block, number):
            continue
        rows = _LINES.findall(block)
        if len(rows) <= block.count("\n"):
            at, line = next((at, line) for at, line in enumerate(block.split("\n"), number) if not _LINES.match(line))
            hint = "metrics are read as OpenMetrics 1.0 and Prometheus' text 0.0.4 write them"
            raise source.error(f"line {at}: no sample of a metric: {line[:100]}", hint=hint)
        for begin, end in _stretches(page, rows) if "#" in block else [(0, len(rows))]:
            _add(gathering, page, rows[begin:end], number + begin)
    _add_means(gathering, page)
    return gathering.results("openmetrics")


def _add_alike(gathering: Gathering, page: _Page, block: str, number: int) -> bool:
    """Add lines without labels, or of one name with labels that are written alike, if all of them are."""
    pattern, role = (_BARE, _VALUE) if "#" not in block and "{" not in block else _form(page, block)
    rows = pattern.findall(block) if pattern else []
    if len(rows) <= block.count("\n"):
        return False
    full, values = zip(*rows, strict=True)
    if pattern is _BARE and (_TELLING.search("_" + "\n_".join(full)) or not page.special.isdisjoint(full)):
        return False
    gathering.many(Layout(full, range(number, number + len(rows))), _columns((role, ""), values))
    return True


def _form(page: _Page, block: str) -> tuple[re.Pattern[str] | None, _Role]:
    """The pattern of lines like the first, if the last has its name, and their labels need not be ordered."""
    found, last = _LINES.match(block), _LINES.match(block, block.rfind("\n") + 1)
    role = _role(page, found[1]) if found and last and found[2] and found[1] == last[1] else None
    if found is None or role is None or role.part or len(found[1]) > WIDEST:
        return None, _VALUE
    shape = shape_in_order(found[2], is_summary=role.is_summary)
    return _alike(found[1], shape) if shape else None, role


@lru_cache(maxsize=1024)
def _alike(name: str, shape: str) -> re.Pattern[str]:
    """Lines of a name with labels of a shape, where nothing is escaped, and their values."""
    labels = shape.replace('"', r'"[^"\\\n]*+"')
    return re.compile(rf"^({name}\{{{labels}\}})[ \t]++(\S++){_AFTER}$", re.MULTILINE)


def _add_means(gathering: Gathering, page: _Page) -> None:
    """Add what the sums and counts make."""
    means = []
    each = [map(page.parts[part].get, page.begins) for part in ("sum", "count")]
    for (full, (line, of)), total, count in zip(page.begins.items(), *each, strict=True):
        if not isinstance(total, float) or not isinstance(count, float):
            why = "its sum or its count is missing, so that it has no mean"
            gathering.refuse(full, why, metric="mean", line=line)
        elif not count:
            gathering.refuse(full, "its count is 0", metric="mean", line=line)
        else:
            means.append((full, line, of, total / count))
    if means:
        names, lines, units, values = zip(*means, strict=True)
        gathering.mixed(Layout(names, lines), units, values, lambda of, some: [Column("mean", of, some, "mean")])


def _stretches(page: _Page, rows: Sequence[_Row]) -> Iterator[tuple[int, int]]:
    """Where rows begin and end for which all counts that was declared up to their end: they come after it.

    A family is nearly always declared before its samples, so that all rows are one stretch.
    """
    begin, declared = 0, [at for at, row in enumerate(rows) if row[3]]
    firsts = _firsts(rows) if declared else {}
    for at in declared:
        *_, what, name, told = rows[at]
        known, said = page.types if what == "TYPE" else page.units, told.strip()
        if known.get(name) == said:
            continue
        if firsts.get(name, at) < at:
            yield begin, at
            begin = at
        known[name] = said
        if what == "UNIT" or said == "summary":
            page.special.add(name)
    yield begin, len(rows)


def _firsts(rows: Sequence[_Row]) -> dict[str, int]:
    """Where the first sample of each family stands, under its own name or that of a part."""
    places = range(len(rows) - 1, -1, -1)
    firsts = dict(zip([rows[at][0] for at in places], places, strict=True))
    for name, at in [(name, at) for name, at in firsts.items() if name.endswith(_FURTHER)]:
        family = name.rpartition("_")[0]
        firsts[family] = min(at, firsts.get(family, at))
    return firsts


def _add(gathering: Gathering, page: _Page, rows: Sequence[_Row], first: int) -> None:
    """Add samples; the parts of means are kept until all of them are known."""
    names, said, values, *_ = zip(*rows, strict=True)
    special = page.special
    roles = {
        name: _VALUE if name.rpartition("_")[2] not in _ENDINGS and name not in special else _role(page, name)
        for name in set(names)
    }
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
        _keep(page, found.where([role.part for role in found.roles]))
        found = found.where([not role.part for role in found.roles])
    kinds = list(zip(found.roles, found.beside, strict=True))
    gathering.mixed(Layout(found.names, found.lines), kinds, found.values, _columns)


def _keep(page: _Page, found: _Samples) -> None:
    """Keep sums and counts, by the families that they are of."""
    for name, role, line in zip(found.names, found.roles, found.lines, strict=True):
        if name not in page.begins:
            page.begins[name] = (line, role.unit)
    which = [role.part for role in found.roles]
    for part, known in page.parts.items():
        flags = [one == part for one in which]
        names, values = list(compress(found.names, flags)), numbers(list(compress(found.values, flags)))
        if len(set(names)) == len(names) and known.keys().isdisjoint(names):
            known.update(zip(names, values, strict=True))
            continue
        for name, value, line in zip(names, values, compress(found.lines, flags), strict=True):
            known[name] = value if name not in known else f"it stands twice, again in line {line}"


def _full(found: _Samples) -> tuple[Sequence[str], Sequence[str]]:
    """The names with their labels, and the quantile of each that has one."""
    if not any(found.beside):
        return found.names, [""] * len(found.names)
    labels, quantiles = ordered(found.beside, [role.is_summary for role in found.roles])
    each = zip(found.names, labels, strict=True)
    return [f"{name}{{{some}}}" if some else name for name, some in each], quantiles


def _columns(kind: tuple[_Role, str], said: Sequence[str]) -> list[Column]:
    """Samples of a role, and of a quantile where they are of a summary that has it."""
    role, quantile = kind
    if not quantile:
        return [Column(metric(role.unit), role.unit, numbers(said), "value")]
    named = f"p({float(quantile) * 100:.12g})" if isinstance(parsed(quantile), float) else quantile
    return [Column(named, role.unit, numbers(said), named)]


def _role(page: _Page, name: str) -> _Role | None:
    """What the samples of a name are; None where they are not read, as those of buckets, or where there is no name."""
    if not name:
        return None
    family, _, ending = name.rpartition("_")
    if ending in _OF.get(page.types.get(family, ""), ()):
        return _made(page.units.get(family) or _unit(family), ending) if ending in ("sum", "count") else None
    said = page.units.get(name) or (page.units.get(family) if ending == "total" else "")
    return _made(said or _unit(name), is_summary=page.types.get(name) == "summary")


def _unit(name: str) -> str:
    """What the end of a name says of the unit."""
    base = name.removesuffix("_total")
    ending = base.rpartition("_")[2]
    stamp = base.endswith("timestamp_seconds")  # when something was, not how long it took
    return ending if ending in _TIMED and not stamp else ""

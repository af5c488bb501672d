"""The text of OpenMetrics and Prometheus: gauges, counters, summaries, and the means of histograms."""

from __future__ import annotations

import re
from itertools import count

from msgspec import Struct, field

from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, Source, lines, numbers, parsed
from sluicegate.gates.performance.reading import Results
from sluicegate.gates.performance.units import Unit, metric, unit

LINE = re.compile(
    r"^# (?:TYPE|HELP|UNIT|EOF)\b|^[A-Za-z_:][\w:]*(?:\{[^\n]*\})?[ \t]+[-+.\d\w]+(?:[ \t]|$)", re.MULTILINE
)
"""One line of it, by which the format is known."""
BEGINS = ("# HELP ", "# TYPE ", "# UNIT ")
"""How it begins nearly always."""

_SAMPLE = re.compile(
    r"""([A-Za-z_:][\w:]*)                        # its name
    (?:\{((?:[^"{}]++|"(?:[^"\\]++|\\.)*+")*+)\})?  # its labels
    [ \t]+(\S+)                                   # its value
    (?:[ \t]+-?[\d.eE+]+)?                        # when it was taken
    (?:[ \t]+\#.*)?[ \t]*$                        # an example of it""",
    re.VERBOSE,
)
_LABEL = re.compile(r'\s*([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]++|\\.)*+)"\s*(?:,|$)')
_ABOUT = re.compile(r"#[ \t]+(TYPE|UNIT)[ \t]+(\S+)[ \t]*(.*)$")
_PARTS = ("_sum", "_count", "_bucket", "_created")
_OF = {
    "summary": ("sum", "count", "created"),
    "histogram": ("sum", "count", "bucket", "created"),
    "counter": ("created",),
}
"""The parts of each type, which come under names of their own."""
_TIMED = ("seconds", "milliseconds", "microseconds", "nanoseconds", "bytes")

_MOST = 10_000
"""So many lines are taken at one go at the most, so that not all of them lie in memory twice."""

_Labels = tuple[tuple[str, str], ...]


class _Family(Struct):
    type: str = ""
    unit: str = ""


_NONE = _Family()


class _Sums(Struct):
    """Sum and count of a histogram or summary, which come on lines of their own."""

    line: int
    parts: dict[str, Number] = field(default_factory=dict)


class _Page(Struct):
    """What was read so far; `plain` has the unit of each shape of line (`_shape`) that came and is nothing unusual."""

    families: dict[str, _Family] = field(default_factory=dict)
    sums: dict[tuple[str, _Labels], _Sums] = field(default_factory=dict)
    plain: dict[tuple[str, ...], Unit] = field(default_factory=dict)


class _Stretch(Struct):
    """Successive lines of one shape, from `line` on: what stands before their values, and their values."""

    shape: list[str]
    unit: Unit
    line: int
    heads: list[str]
    values: list[str]


def read(source: Source) -> Results:
    """A benchmark is a metric with its labels in the order of their names; quantiles and means are metrics of it.

    The unit is that of UNIT, else that in the name's ending (`_seconds`, `_bytes`). Times of samples are not read, nor
    the buckets of histograms.
    """
    gathering, page = Gathering(), _Page()
    stretch: _Stretch | None = None
    for number, line in lines(source):
        head, _, value = line.rpartition(" ")
        shape = _shape(head)
        if stretch and shape == stretch.shape and len(stretch.heads) < _MOST:
            stretch.heads.append(head)
            stretch.values.append(value)
            continue
        if stretch:
            _plain(gathering, page, source, stretch)
        known = page.plain.get(tuple(shape))
        stretch = _Stretch(shape, known, number, [head], [value]) if known else None
        if line.startswith("#"):
            _about(page, line)
        elif line.strip() and not known:
            _sample(gathering, page, source, line, number)
    if stretch:
        _plain(gathering, page, source, stretch)
    for (name, labels), sums in page.sums.items():
        total, count = sums.parts.get("sum"), sums.parts.get("count")
        full = _full(name, labels)
        if not isinstance(total, float) or not isinstance(count, float):
            gathering.refuse(
                full, "its sum or its count is missing, so that it has no mean", metric="mean", line=sums.line
            )
        elif not count:
            gathering.refuse(full, "its count is 0", metric="mean", line=sums.line)
        else:
            known = _unit(name, page)
            gathering.one(full, total / count, metric="mean", unit=known, summary="mean", line=sums.line)
    return gathering.results("openmetrics")


def _about(page: _Page, line: str) -> None:
    if found := _ABOUT.match(line):
        family = page.families.setdefault(found[2], _Family())
        setattr(family, found[1].lower(), found[3].strip())
        page.plain.clear()


def _shape(head: str) -> list[str]:
    """What stands outside of the quotes. What was found out of a line is so of others with the same shape.

    Where a quote is escaped nothing is known of it, and a backslash stands for that.
    """
    return head.split('"')[::2] if "\\" not in head else ["\\"]


def _plain(gathering: Gathering, page: _Page, source: Source, stretch: _Stretch) -> None:
    """Lines like one before them: at one go, or each alone where something about one of them is unusual after all."""
    if _are_sound(stretch):
        values, unit = numbers(stretch.values), stretch.unit
        gathering.many(stretch.heads, values, metric=metric(unit), unit=unit, summary="value", line=stretch.line)
    else:
        for number, head, value in zip(count(stretch.line), stretch.heads, stretch.values, strict=False):
            _sample(gathering, page, source, f"{head} {value}", number)


def _are_sound(stretch: _Stretch) -> bool:
    """Whether all quotes are closed, and what stands for a value is one word each."""
    quotes = 2 * (len(stretch.shape) - 1) * len(stretch.heads)
    return "".join(stretch.heads).count('"') == quotes and " ".join(stretch.values).split() == stretch.values


def _sample(gathering: Gathering, page: _Page, source: Source, line: str, number: int) -> None:
    found = _SAMPLE.match(line)
    labels = _labels(found[2] or "") if found else None
    if found is None or labels is None:
        hint = "metrics are read as OpenMetrics 1.0 and Prometheus' text 0.0.4 write them"
        raise source.error(f"line {number}: no sample of a metric: {line[:100]}", hint=hint)
    name, value = found[1], parsed(found[3])
    if name.endswith(_PARTS):
        family, _, part = name.rpartition("_")
        if part in _OF.get(page.families.get(family, _NONE).type, ()):
            if part in ("sum", "count"):
                sums = page.sums.setdefault((family, labels), _Sums(line=number))
                sums.parts[part] = value if part not in sums.parts else f"it stands twice, again in line {number}"
            return
    known = _unit(name, page)
    quantile = dict(labels).get("quantile")
    if quantile is not None and page.families.get(name, _NONE).type == "summary":
        rest = tuple(pair for pair in labels if pair[0] != "quantile")
        named = f"p({float(quantile) * 100:g})" if isinstance(parsed(quantile), float) else quantile
        gathering.one(_full(name, rest), value, metric=named, unit=known, summary=named, line=number)
    else:
        full = _full(name, labels)
        gathering.one(full, value, metric=metric(known), unit=known, summary="value", line=number)
        if found.end(3) == len(line) and len(dict(labels)) == len(labels) and "\\" not in full:
            page.plain[tuple(_shape(full))] = known


def _labels(said: str) -> _Labels | None:
    """The labels by name; None where they are none."""
    found: list[tuple[str, str]] = []
    place = 0
    said = said.rstrip()
    while place < len(said):
        if (label := _LABEL.match(said, place)) is None:
            return None
        found.append((label[1], label[2]))
        place = label.end()
    return tuple(sorted(found))


def _full(name: str, labels: _Labels) -> str:
    told = ",".join(f'{key}="{value}"' for key, value in labels)
    return f"{name}{{{told}}}" if told else name


def _unit(name: str, page: _Page) -> Unit:
    base = name.removesuffix("_total")
    family = page.families.get(name) or page.families.get(base) or _NONE
    if family.unit:
        return unit(family.unit)
    ending = base.rpartition("_")[2]
    stamp = base.endswith("timestamp_seconds")  # when something was, not how long it took
    return unit(ending if ending in _TIMED and not stamp else "")

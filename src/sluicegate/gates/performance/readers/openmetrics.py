"""The text of OpenMetrics and Prometheus: gauges, counters, summaries, and the means of histograms."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from msgspec import Struct, field

from sluicegate.gates.performance.readers.gathering import Column, Gathering, Layout
from sluicegate.gates.performance.readers.source import Number, Source, lined, numbers, parsed
from sluicegate.gates.performance.reading import Results
from sluicegate.gates.performance.units import Unit, metric, unit

LINE = re.compile(
    r"^# (?:TYPE|HELP|UNIT|EOF)\b|^[A-Za-z_:][\w:]*(?:\{[^\n]*\})?[ \t]+[-+.\d\w]+(?:[ \t]|$)", re.MULTILINE
)
"""One line of it, by which the format is known."""
BEGINS = ("# HELP ", "# TYPE ", "# UNIT ")
"""How it begins nearly always."""

_VALUE = r"""
    (\S+)                                          # its value
    (?:[ \t]+-?[\d.eE+]+)?                        # when it was taken
    (?:[ \t]+\#.*)?[ \t]*$                        # an example of it
"""
_SAMPLE = re.compile(
    r"""([A-Za-z_:][\w:]*)                        # its name
    (?:\{((?:[^"{}]++|"(?:[^"\\]++|\\.)*+")*+)\})?  # its labels
    [ \t]+"""
    + _VALUE,
    re.VERBOSE,
)
_TAIL = re.compile(_VALUE, re.VERBOSE)
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

_END = '"}'
_SAID = r'"[^"\\\n]*+"'
"""What a label says, where nothing in it is escaped."""
_WIDEST = 99
"""Lines with more labels are read each alone: a pattern takes a number of three digits for a character."""
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
    """What was read so far; `plain` has the unit of each shape (`_stretch`) that came and is nothing unusual."""

    families: dict[str, _Family] = field(default_factory=dict)
    sums: dict[tuple[str, _Labels], _Sums] = field(default_factory=dict)
    plain: dict[tuple[str | Any, ...], Unit] = field(default_factory=dict)


def read(source: Source) -> Results:
    """A benchmark is a metric with its labels in the order of their names; quantiles and means are metrics of it.

    The unit is that of UNIT, else that in the name's ending (`_seconds`, `_bytes`). Times of samples are not read, nor
    the buckets of histograms.
    """
    gathering, page, told = Gathering(), _Page(), lined(source) + "\n"
    number, at = 1, 0
    while at < len(told):
        end = told.index("\n", at)
        stretch = _stretch(page, told, at, end)
        some = told[at : stretch.end() if stretch else end]
        if not stretch or not _plain(gathering, page, stretch, number):
            for further, line in enumerate(some.split("\n")):
                _line(gathering, page, source, line, number + further)
        number, at = number + some.count("\n") + 1, at + len(some) + 1
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


def _stretch(page: _Page, told: str, at: int, end: int) -> re.Match[str] | None:
    """Successive lines of the shape of the one from `at` to `end`, if one like it came before and was nothing unusual.

    What was found out of a line is so of others that are the same outside of the quotes, where no quote is escaped.
    """
    labels = told.count('"', at, told.find(_END, at, end) + 1) // 2
    found = _alike(labels, _MOST).match(told, at) if 0 < labels <= _WIDEST else None
    return found if found and found.groups() in page.plain else None


@cache
def _alike(labels: int, most: int) -> re.Pattern[str]:
    """Lines with so many labels that are the same outside of the quotes, which are the groups."""
    first = "".join(rf"([^\"\n]*+){_SAID}" for _ in range(labels))
    further = "".join(rf"\{number}{_SAID}" for number in range(1, labels + 1))
    return re.compile(rf"{first}\}} [^\n]*+(?:\n{further}\}} [^\n]*+){{0,{most - 1}}}+")


def _plain(gathering: Gathering, page: _Page, stretch: re.Match[str], line: int) -> bool:
    """Add lines of one shape from `line` on at one go, where each has a value and what else may stand behind labels."""
    parts = stretch[0].replace(_END + " ", _END + "\n").split("\n")
    names, tails = parts[::2], parts[1::2]
    if len(names) != stretch[0].count("\n") + 1:  # an example has labels as well
        return False
    joined = "".join(tails)
    if not all(tails) or joined.split() != [joined]:  # the time stands beside it
        tails = [found[1] for tail in tails if (found := _TAIL.match(tail))]
    if len(tails) < len(names):
        return False
    unit = page.plain[stretch.groups()]
    column = Column(metric(unit), unit, numbers(tails), summary="value")
    gathering.many(Layout(names, range(line, line + len(names))), [column])
    return True


def _line(gathering: Gathering, page: _Page, source: Source, line: str, number: int) -> None:
    if line.startswith("#"):
        _about(page, line)
    elif line.strip():
        _sample(gathering, page, source, line, number)


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
        if labels and len(dict(labels)) == len(labels) and "\\" not in full:
            page.plain[tuple(full.removesuffix(_END).split('"')[:-1:2])] = known


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

"""The summaries of k6: `--summary-export`, what `handleSummary` is given, and the machine-readable summary."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import compress
from typing import cast

from msgspec import Struct, structs

from sluicegate.gates.performance.readers.columns import Column, Layout
from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, Source, decoded
from sluicegate.gates.performance.reading import Direction, Results
from sluicegate.gates.performance.units import Unit, unit

_TIMES = re.compile(
    r"(?:http_req|grpc_req|iteration|group|ws|browser_http_req)_(?:\w*_)?"
    r"(?:duration|blocked|connecting|tls_handshaking|sending|waiting|receiving|ping)$"
)
"""k6's own trends of times, whose unit `--summary-export` does not tell."""
_RATES = {
    "http_req_failed": Direction.LOWER,
    "checks": Direction.HIGHER,
    "checks_succeeded": Direction.HIGHER,
    "checks_failed": Direction.LOWER,
}
_DONE = ("http_reqs", "iterations", "ws_sessions", "ws_msgs_sent", "ws_msgs_received")
"""Counters of which more in a second is better; of others nobody knows."""
_OWN = {*_RATES, *_DONE}
_TRENDS = {"avg", "min", "med", "max"}
"""What a trend has of these and its percentiles is what was asked for; only a gauge has some of them as well."""
_PERCENTILE = re.compile(r"p(\d+(?:\.\d+)?)$")
_PASSED = Unit(base="passed", factor=1.0, direction=Direction.HIGHER)
_PLAIN = unit("")
_WHAT = "a k6 summary"

_Values = dict[str, Number]


class _Threshold(Struct, frozen=True):
    ok: bool


class _Metric(Struct, frozen=True):
    name: str = ""
    type: str = ""
    contains: str = ""
    values: _Values | None = None
    thresholds: dict[str, _Threshold | bool] = {}


class _Given(Struct, frozen=True):
    metrics: dict[str, _Metric]


class _Exported(Struct, frozen=True):
    metrics: dict[str, dict[str, Number | dict[str, bool]]]


class _Group(Struct, frozen=True):
    metrics: list[_Metric] = []


class _Measured(Struct, frozen=True):
    metrics: list[_Metric]
    checks: _Group | None = None


class _Made(Struct, frozen=True):
    generated_at: str = ""


class _Readable(Struct, frozen=True):
    results: _Measured
    metadata: _Made = _Made()


_Kind = tuple[str, str, str, frozenset[str]]
"""What metrics have in common whose statistics mean the same: the type (which the export does not tell), what they
contain, their name where it is one that k6 counts in its own way, and which statistics there are."""


def summary(source: Source) -> Results:
    """Each statistic of a trend is a metric; of a rate its rate, of a counter how many there were, and in a second.

    Whether a threshold held is a reading too: 1 where it did, 0 where it did not.
    """
    given = decoded(source, _Given, _WHAT).metrics if b'"values"' in source.content else {}
    without = [name for name, metric in given.items() if metric.values is None]
    if len(without) == len(given):
        return _exported(source)
    if without:
        raise source.error(f"the metric {without[0][:100]!r} is not what k6 writes")
    return _given(source, given.items())


def readable(source: Source) -> Results:
    """The same out of the machine-readable summary (`--new-machine-readable-summary`)."""
    given = decoded(source, _Readable, "k6's machine-readable summary")
    metrics = [*given.results.metrics, *(given.results.checks.metrics if given.results.checks else [])]
    return _given(source, [(metric.name, metric) for metric in metrics], given.metadata.generated_at)


def _given(source: Source, metrics: Collection[tuple[str, _Metric]], time: str = "") -> Results:
    gathering = Gathering()
    names, kinds, rows = [], [], []
    for name, metric in metrics:
        for text, threshold in metric.thresholds.items():
            if isinstance(threshold, bool):
                raise source.error(f"the metric {name[:100]!r} is not what k6 writes")
            _threshold(gathering, name, text, held=threshold.ok)
        names.append(name)
        rows.append(values := metric.values or {})
        own = _own(name.partition("{")[0])[1]
        kinds.append((metric.type or "gauge", metric.contains, own, frozenset(values)))
    _add(gathering, names, kinds, rows)
    return gathering.results("k6", time=time)


def _exported(source: Source) -> Results:
    """The same out of `--summary-export`, where true says that a threshold was *crossed*, and no type is told."""
    gathering, metrics = Gathering(), decoded(source, _Exported, _WHAT).metrics
    for name, told in metrics.items():
        if "thresholds" in told and isinstance(crossed := told.pop("thresholds"), dict):
            for text, was in crossed.items():
                _threshold(gathering, name, text, held=not was)
    kinds = [("", *_own(name.partition("{")[0]), frozenset(told)) for name, told in metrics.items()]
    _add(gathering, list(metrics), kinds, cast("list[_Values]", list(metrics.values())))
    return gathering.results("k6")


def _threshold(gathering: Gathering, name: str, text: str, *, held: bool) -> None:
    gathering.one(name, float(held), metric=f"threshold {text}", unit=_PASSED, summary="whether it held")


def _add(gathering: Gathering, names: Sequence[str], kinds: Sequence[_Kind], rows: Sequence[_Values]) -> None:
    """Add metrics by their statistics; of a trend whose times are all 0 nothing took place."""
    each = zip(kinds, rows, strict=True)
    took = [bool(row) and (row.get("max") != 0 or kind[1] != "time" or _type(kind) != "trend") for kind, row in each]
    if not all(took):
        for name, row, did in zip(names, rows, took, strict=True):
            if not did:
                why = "all its times are 0: nothing of it took place" if row else "it has no statistic"
                gathering.refuse(name, why)
        names, kinds, rows = list(compress(names, took)), list(compress(kinds, took)), list(compress(rows, took))
    gathering.mixed(Layout(names, [None] * len(names)), kinds, rows, _columns)


@lru_cache(maxsize=1024)
def _own(base: str) -> tuple[str, str]:
    """What a metric that k6 has itself contains, and its name where it counts in its own way."""
    contains = "time" if _TIMES.match(base) else "data" if base in ("data_sent", "data_received") else ""
    return contains, base if base in _OWN else ""


def _columns(kind: _Kind, rows: Sequence[_Values]) -> list[Column]:
    """The metrics of one kind, a column for each statistic that counts."""
    return [
        Column(statistic, known, [row.get(key) for row in rows], summary=statistic)
        for statistic, known, key in _statistics(kind, rows[0])
    ]


def _type(kind: _Kind) -> str:
    """The type of metrics. The export does not tell it, and of a trend it has those statistics that were asked for."""
    of, *_, having = kind
    if of or "passes" in having or "value" in having:
        return of or ("rate" if "passes" in having else "gauge")
    if any(name in _TRENDS or name.startswith("p(") for name in having):
        return "trend"
    return "counter" if "count" in having else ""


def _statistics(kind: _Kind, names: Iterable[str]) -> Iterator[tuple[str, Unit, str]]:
    """The statistics, their units, and what k6 calls them."""
    _, contains, base, having = kind
    of = _type(kind)
    if of == "trend":
        known = {"time": unit("ms"), "data": _undirected(unit("B"))}.get(contains, _PLAIN)
        for name in names:
            named = f"p({found[1]})" if (found := _PERCENTILE.match(name)) else name
            yield named, _PLAIN if name == "count" else known, name
    elif of == "rate":
        ratio = Unit(base="ratio", factor=1.0, direction=_RATES.get(base, Direction.UNKNOWN))
        yield "rate", ratio, "rate" if "rate" in having else "value"
    elif of == "counter":
        data = contains == "data"
        yield "count", _undirected(unit("B")) if data else _PLAIN, "count"
        if "rate" in having:
            per = unit("B/s" if data else "1/s")
            yield "rate", per if base in _DONE else _undirected(per), "rate"
    else:
        yield "value", _PLAIN, "value"


def _undirected(known: Unit) -> Unit:
    return structs.replace(known, direction=Direction.UNKNOWN)

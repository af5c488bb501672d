"""The summaries of k6: `--summary-export`, what `handleSummary` is given, and the machine-readable summary."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct, structs

from sluicegate.gates.performance.readers.gathering import Gathering
from sluicegate.gates.performance.readers.source import Number, Source, decoded, parsed
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
_PERCENTILE = re.compile(r"p(\d+(?:\.\d+)?)$")
_PASSED = Unit(base="passed", factor=1.0, direction=Direction.HIGHER)
_PLAIN = unit("")

_Values = dict[str, Number]


class _Threshold(Struct, frozen=True):
    ok: bool


class _Metric(Struct):
    name: str = ""
    type: str = ""
    contains: str = ""
    values: _Values = {}
    thresholds: dict[str, _Threshold] = {}


class _Given(Struct, frozen=True):
    metrics: dict[str, _Metric]


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


class _Shape(Struct, frozen=True):
    metrics: dict[str, dict[str, Any]]


def summary(source: Source) -> Results:
    """Each statistic of a trend is a metric; of a rate its rate, of a counter how many there were, and in a second.

    Whether a threshold held is a reading too: 1 where it did, 0 where it did not.
    """
    gathering = Gathering()
    shape = decoded(source, _Shape, "a k6 summary").metrics
    if all("values" in metric for metric in shape.values()):
        for name, metric in decoded(source, _Given, "a k6 summary").metrics.items():
            metric.name = name
            _add(gathering, metric)
    else:
        for name, values in shape.items():
            _add(gathering, _exported(source, name, values))
    return gathering.results("k6")


def readable(source: Source) -> Results:
    """The same out of the machine-readable summary (`--new-machine-readable-summary`)."""
    gathering = Gathering()
    found = decoded(source, _Readable, "k6's machine-readable summary")
    for metric in [*found.results.metrics, *(found.results.checks.metrics if found.results.checks else [])]:
        _add(gathering, metric)
    return gathering.results("k6", time=found.metadata.generated_at)


def _exported(source: Source, name: str, told: dict[str, Any]) -> _Metric:
    """A metric of `--summary-export`, where true says that a threshold was *crossed*, and the kind is not told."""
    crossed = told.get("thresholds") or {}
    values = {key: value for key, value in told.items() if key != "thresholds"}
    if not isinstance(crossed, dict) or not all(isinstance(value, float | int | str) for value in values.values()):
        raise source.error(f"the metric {name[:100]!r} is not what k6 writes")
    kind = "rate" if "passes" in values else "trend" if "avg" in values else "counter" if "count" in values else "gauge"
    base = name.partition("{")[0]
    contains = "time" if _TIMES.match(base) else "data" if base in ("data_sent", "data_received") else ""
    if kind == "rate":
        values["rate"] = values.get("value")
    return _Metric(
        name=name,
        type=kind,
        contains=contains,
        values={key: parsed(value) if isinstance(value, int) else value for key, value in values.items()},
        thresholds={text: _Threshold(ok=value is False) for text, value in crossed.items()},
    )


def _add(gathering: Gathering, metric: _Metric) -> None:
    for text, threshold in metric.thresholds.items():
        gathering.one(
            metric.name, float(threshold.ok), metric=f"threshold {text}", unit=_PASSED, summary="whether it held"
        )
    if metric.type == "trend" and metric.contains == "time" and metric.values.get("max") == 0:
        gathering.refuse(metric.name, "all its times are 0: nothing of it took place")
        return
    for statistic, known, value in _statistics(metric):
        gathering.one(metric.name, value, metric=statistic, unit=known, summary=statistic)


def _statistics(metric: _Metric) -> Iterator[tuple[str, Unit, Number]]:
    base, values = metric.name.partition("{")[0], metric.values
    if metric.type == "trend":
        known = {"time": unit("ms"), "data": _undirected(unit("B"))}.get(metric.contains, _PLAIN)
        for name, value in values.items():
            named = f"p({found[1]})" if (found := _PERCENTILE.match(name)) else name
            yield named, _PLAIN if name == "count" else known, value
    elif metric.type == "rate":
        yield "rate", Unit(base="ratio", factor=1.0, direction=_RATES.get(base, Direction.UNKNOWN)), values.get("rate")
    elif metric.type == "counter":
        data = metric.contains == "data"
        yield "count", _undirected(unit("B")) if data else _PLAIN, values.get("count")
        if "rate" in values:
            per = unit("B/s" if data else "1/s")
            yield "rate", per if base in _DONE else _undirected(per), values["rate"]
    else:
        yield "value", _PLAIN, values.get("value")


def _undirected(known: Unit) -> Unit:
    return structs.replace(known, direction=Direction.UNKNOWN)

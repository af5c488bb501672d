"""The readers: a file of results as one form, whichever tool wrote it. The format is known by content, not by name."""

from __future__ import annotations

import contextlib
import gc
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Raw, Struct

from sluicegate.gates.performance.readers import (
    asv,
    bencher,
    chatter,
    dotnet,
    github,
    go,
    googlebench,
    hyperfine,
    jmh,
    junit,
    k6,
    locust,
    openmetrics,
    own,
    python,
    rust,
)
from sluicegate.gates.performance.readers.source import Source, lenient, opened, strictly
from sluicegate.gates.performance.reading import FormatError, Results

__all__ = ["history", "read"]

Reader = Callable[[Source], Results]

_KNOWN = (
    "read are pytest-benchmark, pyperf, asv, Google Benchmark, Go, criterion, JMH, BenchmarkDotNet, hyperfine, k6, "
    "locust, JUnit XML, the Bencher Metric Format, OpenMetrics, github-action-benchmark, and our own JSON for all else "
    "(docs/performance-formats.md)"
)


class _Kind(Struct, frozen=True):
    """A kind of JSON: the keys that it has, and its reader."""

    keys: Collection[str]
    read: Reader


_OBJECTS = (
    _Kind({own.MARK}, own.read),
    _Kind({"benchmarks", "machine_info"}, python.pytest_benchmark),
    _Kind({"benchmarks", "context"}, googlebench.read),
    _Kind({"benchmarks", "version"}, python.pyperf),
    _Kind({"Benchmarks", "HostEnvironmentInfo"}, dotnet.read),
    _Kind({"results", "result_columns"}, asv.read),
    _Kind({"results", "commit_hash"}, asv.read),
    _Kind({"results", "metadata", "config"}, k6.readable),
    _Kind({"results"}, hyperfine.read),
    _Kind({"metrics"}, k6.summary),
    _Kind({"iters", "times"}, rust.criterion),
    _Kind({"median", "std_dev", "median_abs_dev"}, rust.estimates),
    _Kind({"entries"}, github.read),
)  # fmt: skip
"""The first whose keys are all there."""
_LISTS = (_Kind({"benchmark", "primaryMetric"}, jmh.read), _Kind({"name", "unit", "value"}, github.custom))
"""The same of the first object in a list."""
_LINES = {"reason": rust.messages, "Time": go.from_json, "Action": go.from_json, "ImportPath": go.from_json}
"""JSON of an object on each line: by the first key of the first, which has a text."""
_AMONG = ((go.LINE, go.read), (rust.LINE, rust.printed))
"""Text of which each line is known by itself, whatever a tool prints before and behind: that line, and its reader."""
_FIRST_KEY = re.compile(rb'\{"(\w+)"[ \t]*:[ \t]*"')
_NEAR = {
    "criterion's benchmark.json": ({"full_id", "group_id"}, "name new/sample.json, which lies beside it"),
    "asv's machine.json": ({"version", "machine"}, "name the results of commits alone, as in results/*/*-*.json"),
    "a stream of k6's points": ({"metric", "type", "data"}, "have k6 write its summary: --summary-export=FILE"),
    "SARIF": ({"runs", "version"}, "it holds findings: name it under [[external]]"),
}  # fmt: skip
"""What lies near such files, and is none: its keys, and what to do."""


def read(path: str, content: bytes, beside: Callable[[str], bytes | None]) -> Results:
    """What a file of results holds. Raises FormatError: unknown, cut, without any benchmark.

    `path` is how the file is called; `beside` gives the content of what lies at a path relative to it, or None.
    """
    source = opened(path, content, beside)
    with _uninterrupted():
        results = _reader(source)(source)
    if not results.readings and not results.refused:
        raise source.error("holds no benchmark", hint="the tool may have run none: look at its filter")
    return results


def history(path: str, content: bytes) -> tuple[Results, ...]:
    """What a `data.js` of github-action-benchmark keeps, oldest first, with commit and date. Raises FormatError."""
    source = opened(path, content, lambda _: None)
    if _reader(source) is not github.read:
        raise source.error("is no history of github-action-benchmark (data.js)", hint=_KNOWN)
    with _uninterrupted():
        return github.history(source)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """No search for cycles: what is read has none, and with millions of values it would take up to half of the time.

    What was read counts as old afterwards, so that the next search among what is young does not go through it.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def _reader(source: Source) -> Reader:
    content = source.content
    if content.startswith(b"<"):
        return junit.read
    if content.startswith(github.BEGINS):
        return github.read
    if content.startswith((b"{", b"[")):
        try:
            return _json_reader(source)
        except FormatError:
            if reader := _among_lines(source):  # they begin with a bracket, and are no JSON: `[info] …`
                return reader
            raise
    told = source.text
    if told.startswith(locust.FIRST):
        return locust.read
    if told.startswith(locust.HISTORY):
        raise source.error("is the course of a run of locust", hint="name the file of --csv that ends in _stats.csv")
    if told.startswith(openmetrics.BEGINS):
        return openmetrics.read
    if reader := _among_lines(source):
        return reader
    if openmetrics.LINE.search(told) and not chatter.is_first(told):
        return openmetrics.read
    raise source.error(f"is text, and no results that are known; {chatter.told(told)}", hint=_KNOWN)


def _among_lines(source: Source) -> Reader | None:
    """The reader of a format whose lines are known among any others."""
    return next((read for line, read in _AMONG if line.search(source.text)), None)


def _json_reader(source: Source) -> Reader:
    first = _FIRST_KEY.match(source.content)
    if first and (reader := _LINES.get(first[1].decode())):
        return reader
    if source.content.startswith(b"["):
        return _of_list(source)
    found, is_whole = _object(source)
    for kind in _OBJECTS:
        if found.keys() >= set(kind.keys):
            return kind.read
    for name, (near, hint) in _NEAR.items():
        if found.keys() >= near:
            raise source.error(f"is {name}, and no results", hint=hint)
    found = found if is_whole else lenient(source, source.content)  # which tells what is wrong with it
    if _is_bencher(source, found):
        return bencher.read
    told = ", ".join(sorted(found)[:8]) or "none"
    raise source.error(f"is JSON, but no results that are known; its keys are {told}", hint=_KNOWN)


def _of_list(source: Source) -> Reader:
    found: Sequence[Any]
    try:
        found = msgspec.json.decode(source.content, type=list[Raw])
        keys = set(_quick(bytes(found[0]))) if found and bytes(found[0]).startswith(b"{") else set()
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        found = lenient(source, source.content)
        keys = set(found[0]) if found and isinstance(found[0], dict) else set()
    if not found:
        raise source.error("is an empty list", hint="the tool may have run no benchmark: look at its filter")
    for kind in _LISTS:
        if keys >= set(kind.keys):
            return kind.read
    told = f"objects with the keys {', '.join(sorted(keys)[:8])}" if keys else "something else than objects"
    raise source.error(f"is a JSON list of {told}, and no results that are known", hint=_KNOWN)


def _object(source: Source) -> tuple[Mapping[str, Any], bool]:
    """The object, what its keys hold undecoded where that is strict JSON; the first where each line holds one.

    And whether it is all that there is.
    """
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _quick(source.content), True
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _quick(source.content.partition(b"\n")[0]), False
    return lenient(source, source.content), True


def _quick(content: bytes) -> dict[str, Raw]:
    return strictly(content, dict[str, Raw])


def _is_bencher(source: Source, found: Mapping[str, Any]) -> bool:
    """Whether it is an object of objects of objects with a value, by the first of each."""
    measures = next(iter(found.values()), None)
    if isinstance(measures, Raw):
        try:
            measures = msgspec.json.decode(measures)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            measures = next(iter(lenient(source, source.content).values()))
    measure = next(iter(measures.values()), None) if isinstance(measures, dict) else None
    return isinstance(measure, dict) and "value" in measure

"""A run and its document: whole, or an error that names it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest
from msgspec.structs import replace

from runs import COMMITS, ELSEWHERE, reading, run
from sluicegate.errors import GateError
from sluicegate.gates.performance.history.record import KIND, Record, decode, encode
from sluicegate.gates.performance.reading import Refused
from sluicegate.sealed import write_compact

FULL = run(
    3,
    readings=(reading(0.1, line=7), reading(3.5, "parse", metric="memory", unit="B")),
    ruler=(reading(0.05, "sluicegate-ruler-1"),),
    refused=(Refused(benchmark="x", why="no samples", line=3),),
    tools=("pyperf",),
    candidate=True,
)


def opened(data: bytes) -> Record:
    return decode(data, address="here", name="x.json")


def test_what_is_written_is_read_without_the_lines_of_its_file() -> None:
    found = opened(encode(FULL))
    assert found.readings == tuple(replace(each, line=None) for each in FULL.readings)
    assert replace(found, readings=(), refused=()) == replace(FULL, readings=(), refused=())
    assert encode(found) == encode(FULL)


def test_no_cut_and_no_changed_byte_is_read() -> None:
    data = encode(FULL)
    for at in range(0, len(data), 7):
        with pytest.raises(GateError, match=r"the store here: x\.json cannot be trusted: "):
            opened(data[:at])
        with pytest.raises(GateError, match="cannot be trusted"):
            opened(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (encode(FULL).replace(b"performance-run", b"performance-walk"), "not a 'sluicegate-performance-run'"),
        (encode(FULL).replace(b'"version":1', b'"version":2'), "written by a newer Sluicegate"),
        (encode(FULL).replace(b'"suite":"api"', b'"suite":"apy"'), "its digest is not the one of its content"),
        (write_compact(KIND, {"suite": "api"}), "missing required field"),
        (write_compact(KIND, json.loads(encode(FULL))["content"] | {"commit": "main"}), "'main' is no whole commit"),
        (write_compact(KIND, json.loads(encode(FULL))["content"] | {"time": "2026-11-01T12:00:00"}), "seconds of UTC"),
    ],
)
def test_what_is_corrupt_is_named(data: bytes, why: str) -> None:
    with pytest.raises(GateError, match=r"the store here: x\.json cannot be trusted: ") as told:
        opened(data)
    assert why in told.value.message
    assert told.value.hint


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"readings": (reading(float("nan")),)}, "'parse' has a value that is no number"),
        ({"readings": (reading(float("inf")),)}, "no number"),
        ({"ruler": (reading(float("nan"), "r"),)}, "'r' has a value that is no number"),
        ({"readings": (replace(reading(1), processes=()),)}, "'parse' has no value"),
        ({"readings": (replace(reading(1), processes=((),)),)}, "'parse' has no value"),
        ({"readings": (reading(1), reading(2))}, "'parse' stands in it 2 times"),
        ({"readings": ()}, "it has measured nothing"),
        ({"commit": "abc"}, "'abc' is no whole commit"),
        ({"commit": "A" * 40}, "no whole commit"),
        ({"suite": ""}, "no name"),
        ({"time": datetime(2026, 1, 1)}, "UTC"),  # noqa: DTZ001 - that is what is wrong
        ({"time": datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1)))}, "UTC"),
        ({"time": run(0).time.replace(microsecond=1)}, "whole seconds"),
    ],
)
def test_what_no_document_may_say_is_not_recorded(wrong: dict, why: str) -> None:
    with pytest.raises(GateError, match="the run cannot be recorded") as told:
        encode(run(1, **{"ruler": (), **wrong}))
    assert why in told.value.message


def test_a_run_with_refused_benchmarks_alone_is_kept() -> None:
    only = run(1, readings=(), refused=(Refused(benchmark="x", why="no samples"),))
    assert opened(encode(only)) == only


def test_a_run_that_was_recorded_twice_is_known() -> None:
    one = run(1)
    again = replace(one, time=one.time + timedelta(hours=1))
    assert one.measured == again.measured
    different = ({"readings": (reading(9.0),)}, {"commit": COMMITS[7]}, {"machine": ELSEWHERE}, {"candidate": True})
    assert len({one.measured, *(replace(one, **each).measured for each in different)}) == 5

"""The one mechanism of documents that are kept; `baseline/test_document.py` has the messages with their place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from sluicegate.sealed import BrokenError, Kind, canonical, digest, read, read_as, write, write_compact

KIND = Kind(format="sluicegate-test", version=1, again="record again what is missing")


class Shape(Struct, frozen=True, kw_only=True):  # the fields not in the order of the alphabet
    name: str
    data: tuple[float, ...] = ()


CONTENT = Shape(name="ä\u2028", data=(1.5, 2.0))


@given(st.text(st.characters(exclude_categories=["Cs"])), st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_both_layouts_hold_the_same(name: str, values: list[float]) -> None:
    content = Shape(name=name, data=tuple(values))
    compact = write_compact(KIND, content)
    whole = write(KIND, json.loads(canonical(content)))
    assert read_as(KIND, compact, Shape) == read_as(KIND, whole, Shape) == content
    assert read(KIND, compact) == read(KIND, whole)


def test_no_cut_and_no_changed_byte_of_a_compact_one_is_read() -> None:
    data = write_compact(KIND, CONTENT)
    for size in range(len(data)):
        with pytest.raises(BrokenError):
            read_as(KIND, data[:size], Shape)
    for at, byte in enumerate(data):
        for other in {byte ^ 1, ord(" "), ord("0")} - {byte}:
            try:
                found = read_as(KIND, data[:at] + bytes([other]) + data[at + 1 :], Shape)
            except BrokenError:
                continue
            assert found == CONTENT, "white space for white space"


def test_another_shape_is_told_with_the_next_step() -> None:
    data = write_compact(KIND, {"name": 3})
    with pytest.raises(BrokenError, match="Expected `str`, got `int`") as told:
        read_as(KIND, data, Shape)
    assert "record again what is missing" in told.value.hint


def test_an_older_version_is_brought_up_before_it_is_typed() -> None:
    old = write_compact(Kind(format="sluicegate-test", version=0), {"called": "a"})
    now = Kind(format="sluicegate-test", version=1, upgrades={0: lambda content: {"name": content["called"]}})
    assert read_as(now, old, Shape) == Shape(name="a")


def test_a_newer_version_is_never_taken_for_ours() -> None:
    newer = write_compact(Kind(format="sluicegate-test", version=2), CONTENT)
    with pytest.raises(BrokenError, match="written by a newer Sluicegate") as told:
        read_as(KIND, newer, Shape)
    assert told.value.hint == "update Sluicegate"


def test_a_digest_is_of_the_bytes() -> None:
    assert digest(b"") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

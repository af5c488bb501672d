from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.baseline import StoreError
from sluicegate.baseline.document import Kind, read, write

KIND = Kind(format="sluicegate-test", version=1)
CONTENT = {"b": [1, 2.5, None], "a": {"x": "ä\u2028", "empty": ""}}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=10,
)  # fmt: skip


def opened(data: bytes, kind: Kind = KIND) -> dict[str, Any]:
    return read(kind, data, address="here", name="x.json")


def test_it_says_what_it_is_before_anything_else() -> None:
    assert list(json.loads(write(KIND, CONTENT))) == ["format", "version", "digest", "content"]


@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), JSON))
def test_what_is_written_is_read(content: dict[str, Any]) -> None:
    data = write(KIND, content)
    assert opened(data) == content
    assert write(KIND, opened(data)) == data


def test_the_order_of_keys_makes_no_difference() -> None:
    assert write(KIND, dict(reversed(CONTENT.items()))) == write(KIND, CONTENT)


def test_another_layout_is_the_same_document() -> None:
    assert opened(json.dumps(json.loads(write(KIND, CONTENT))).encode()) == CONTENT


def test_no_cut_and_no_changed_byte_is_read() -> None:
    """Every prefix, and every byte made another one: an error, or exactly the same content."""
    data = write(KIND, CONTENT)
    for size in range(len(data) - 1):
        with pytest.raises(StoreError, match="cannot be trusted"):
            opened(data[:size])
    for at, byte in enumerate(data):
        for other in {byte ^ 1, ord(" "), ord("0")} - {byte}:
            try:
                found = opened(data[:at] + bytes([other]) + data[at + 1 :])
            except StoreError:
                continue
            assert found == CONTENT, "white space for white space"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"\0" * 4096, "not whole JSON"),
        (b"\xff\xfe{}", "not whole JSON"),
        (b"[" * 100_000, "not whole JSON"),
        (b"[]", "does not say what it is"),
        (b"{}", "does not say what it is"),
        (b'{"format": "sluicegate-test", "version": true}', "does not say what it is"),
        (b'{"format": "sluicegate-test", "version": "1"}', "does not say what it is"),
        (b'{"format": "other", "version": 1, "digest": "", "content": {}}', "it is a 'other', not a 'sluicegate-test'"),
        (b'{"format": "sluicegate-test", "version": 2}', "written by a newer Sluicegate"),
        (b'{"format": "sluicegate-test", "version": 1}', "its parts are not"),
        (b'{"format": "sluicegate-test", "version": 1, "digest": "", "content": []}', "its parts are not"),
        (b'{"format": "sluicegate-test", "version": 1, "digest": "", "content": {}}', "its digest is not the one"),
        (b'{"format": "sluicegate-test", "version": 1, "digest": null, "content": {}}', "its digest is not the one"),
        (b"{\n<<<<<<< HEAD\n=======\n>>>>>>> x\n}", "the marks of a merge conflict"),
    ],
)
def test_what_is_corrupt_is_never_empty(data: bytes, why: str) -> None:
    with pytest.raises(StoreError, match="the store here: ") as told:
        opened(data)
    assert why in told.value.message
    assert told.value.hint


def test_a_text_that_looks_like_a_conflict_is_none() -> None:
    content = {"message": "<<<<<<< HEAD\n>>>>>>> x"}
    assert opened(write(KIND, content)) == content


def test_an_older_version_is_brought_up_step_by_step() -> None:
    old = write(Kind(format="sluicegate-test", version=0), {"names": "a b"})
    steps = {
        0: lambda content: {"names": content["names"].split()},
        1: lambda content: {"names": dict.fromkeys(content["names"], 1)},
    }
    now = Kind(format="sluicegate-test", version=2, upgrades=steps)
    assert opened(old, now) == {"names": {"a": 1, "b": 1}}
    assert opened(write(KIND, {"names": ["c"]}), now) == {"names": {"c": 1}}


def test_an_older_version_is_checked_before_it_is_brought_up() -> None:
    old = write(Kind(format="sluicegate-test", version=0), {"names": "a"})
    with pytest.raises(StoreError, match="digest"):
        opened(old.replace(b'"a"', b'"b"'), Kind(format="sluicegate-test", version=1, upgrades={0: dict}))
    with pytest.raises(StoreError, match="version 0 of the format is not known"):
        opened(old)

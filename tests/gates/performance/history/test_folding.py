"""Many runs in one document, each as it was."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runs import HERE, SUITE, run
from sluicegate.errors import GateError
from sluicegate.gates.performance.history import folding
from sluicegate.gates.performance.history.layout import run_name
from sluicegate.gates.performance.history.record import decode, encode
from sluicegate.sealed import stated

RUNS = {run_name(run(number)): encode(run(number, 0.1 + number)) for number in range(3)}


def unfolded(data: bytes) -> dict[str, bytes]:
    return folding.unfold(data, address="here", name="x")


def test_each_run_comes_out_as_it_went_in() -> None:
    name, data = folding.fold(SUITE, HERE.fingerprint, RUNS)
    found = unfolded(data)
    assert list(found) == sorted(RUNS)
    for one, kept in found.items():
        assert decode(kept, address="here", name=one) == decode(RUNS[one], address="here", name=one)
        assert stated(kept) == stated(RUNS[one])
    assert folding.fold(SUITE, HERE.fingerprint, dict(reversed(RUNS.items()))) == (name, data)


def test_folding_what_came_out_gives_the_same() -> None:
    made = folding.fold(SUITE, HERE.fingerprint, RUNS)
    assert folding.fold(SUITE, HERE.fingerprint, unfolded(made[1])) == made


def test_another_layout_of_it_is_the_same_document() -> None:
    _, data = folding.fold(SUITE, HERE.fingerprint, RUNS)
    again = unfolded(json.dumps(json.loads(data), indent=2).encode())
    assert {one: decode(kept, address="here", name=one) for one, kept in again.items()} == {
        one: decode(kept, address="here", name=one) for one, kept in RUNS.items()
    }


def test_no_cut_and_no_changed_byte_is_read() -> None:
    _, data = folding.fold(SUITE, HERE.fingerprint, RUNS)
    for at in range(0, len(data), 97):
        for broken in (data[:at], data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]):
            with pytest.raises(GateError, match="the store here: x cannot be trusted"):
                unfolded(broken)


@given(st.lists(st.integers(1, folding.ROOM + 5), max_size=30), st.integers(2, 7))
def test_blocks_are_full_or_have_no_room_for_the_next(sizes: list[int], per: int) -> None:
    named = {f"{number:02}": size for number, size in enumerate(sizes)}
    found = list(folding.blocks(named, per))
    inside = [name for block in found for name in block]
    assert inside == sorted(set(inside)), "in order, each once"
    for block in found:
        assert 0 < len(block) <= per
        assert sum(named[name] for name in block) <= folding.ROOM
    left = [name for name in named if name not in inside and named[name] <= folding.ROOM]
    assert len(left) < per

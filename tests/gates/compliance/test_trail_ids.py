"""Events that come twice are found by their id, however far apart they are."""

from __future__ import annotations

import tempfile

import pytest

from sluicegate.gates.compliance.evidence.trail import identities
from sluicegate.gates.compliance.evidence.trail.identities import Identities

from .trails import ask, lines, plain


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identities, "REMEMBERED", 8)
    monkeypatch.setattr(identities, "_BLOCK", 3)


def told(ids: list[str]) -> list[tuple[str, int]]:
    found = Identities()
    for line, each in enumerate(ids, 1):
        found.take(each, "a" if line % 2 else "b", line)
    return sorted(((each.file, each.line) for each in found.twice()), key=lambda each: each[1])


@pytest.mark.parametrize("between", [0, 1, 6, 7, 8, 9, 50, 500])
def test_a_second_one_is_found_at_any_distance(between: int) -> None:
    ids = ["twin", *(f"id-{number}" for number in range(between)), "twin"]
    assert told(ids) == [("a" if len(ids) % 2 else "b", len(ids))]


def test_each_repetition_counts() -> None:
    assert [line for _, line in told(["x", *map(str, range(20)), "x", *map(str, range(20, 40)), "x"])] == [22, 43]
    assert [line for _, line in told(["x"] * 3 + [str(number) for number in range(20)] + ["x"])] == [2, 3, 24]


def test_ids_that_are_all_others_are_no_fault() -> None:
    assert told([f"id-{number}" for number in range(300)]) == []


def test_no_room_for_ids_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    found = Identities()
    for number in range(20):
        found.take(f"id-{number}", "a", number)
    assert "No space left on device" in found.lost
    assert found.taken == 7


def test_a_trail_tells_of_an_event_that_comes_again_much_later(tmp_path) -> None:
    events = [{name: value for name, value in each.items() if name != "sequence"} for each in plain(60)]
    events[55]["id"] = events[2]["id"]
    (tmp_path / "audit.jsonl").write_text(lines(events), "utf-8")
    (found,) = ask(tmp_path).findings["trail-complete"]
    assert found.message == "app: this event is there a second time"
    assert found.location.line == 56

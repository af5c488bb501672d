"""An audit trail, healthy and with one fault each: every fault fails its control and no other."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest

from effort import growth
from sluicegate.errors import GateError
from sluicegate.gates.compliance.evidence.trail.chain import sealed
from sluicegate.gates.compliance.evidence.trail.sources import Files
from sluicegate.gates.compliance.evidence.trail.verifying import verified
from sluicegate.gates.compliance.trails import Trail

from .trails import NOW, Change, Event, ask, chained, lines, plain, renumbered, stamp


def put(folder: Path, events: list[Event], name: str = "audit.jsonl") -> None:
    (folder / name).write_text(lines(events), encoding="utf-8")


def test_a_healthy_trail_passes(tmp_path: Path) -> None:
    put(tmp_path, chained(plain()))
    said = ask(tmp_path)
    assert said.failed == []
    for name in ("trail-fields", "trail-chained", "trail-complete", "trail-clock", "trail-retained"):
        assert said.examined[name] >= 1
    told = said.queries["trail app"]
    assert told.query == "audit.jsonl: 40 events in 1 file as jsonl"
    assert len(told.sha256) == 64


def without(name: str) -> Change:
    return lambda events: [{key: value for key, value in each.items() if key != name} for each in events]


def swapped(events: list[Event]) -> list[Event]:
    return [*events[:10], events[11], events[10], *events[12:]]


FAULTS: dict[str, tuple[Change, list[str], str]] = {
    "no outcome": (without("outcome"), ["trail-fields"], "lack outcome"),
    "no actor": (lambda e: [{**e[0], "actor": ""}, *e[1:]], ["trail-fields"], "lack actor, first at audit.jsonl:1"),
    "taken out and chained anew": (lambda e: e[:10] + e[11:], ["trail-complete"], "number 11 is missing"),
    "twice and chained anew": (lambda e: [*e[:11], *e[10:]], ["trail-complete"], "number 11 is there a second time"),
    "earlier": (
        lambda e: [*e[:-1], {**e[-1], "at": stamp(NOW - timedelta(days=20))}],
        ["trail-clock"],
        "s before the event before it",
    ),
    "ahead": (
        lambda e: [*e[:-1], {**e[-1], "at": stamp(NOW + timedelta(seconds=3))}],
        ["trail-clock"],
        "3.000 s ahead",
    ),
    "no zone": (lambda e: [*e[:-1], {**e[-1], "at": e[-1]["at"].rstrip("Z")}], ["trail-clock"], "says no zone"),
    "young": (lambda e: renumbered(e[10:]), ["trail-retained"], "goes back 290.001 days"),
    "silent": (lambda e: renumbered([*e[:10], *e[20:]]), ["trail-retained"], "its longest silence is 109 days"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_fault_fails_one_control(tmp_path: Path, fault: str) -> None:
    change, controls, text = FAULTS[fault]
    put(tmp_path, chained(change(plain())))
    said = ask(tmp_path)
    assert said.failed == controls
    assert text in said.messages[controls[0]][0]


def test_skew_within_two_seconds_is_let_pass(tmp_path: Path) -> None:
    events = plain()
    events[-1]["at"] = stamp(NOW + timedelta(seconds=1.9))
    events.append({**events[-1], "id": "e40", "sequence": 41, "at": stamp(NOW)})
    put(tmp_path, chained(events))
    assert ask(tmp_path).failed == []


TAMPERED: dict[str, tuple[Change, str, int]] = {
    "edited": (lambda e: [*e[:10], {**e[10], "actor": "someone"}, *e[11:]], "not what its hash was made of", 11),
    "edited and hashed anew": (
        lambda e: [*e[:10], chained([{**e[10], "actor": "x"}])[0] | {"previous": "0"}, *e[11:]],
        "not what its hash was made of",
        11,
    ),
    "taken out": (lambda e: e[:10] + e[11:], "does not follow the one before it", 11),
    "twice": (lambda e: [*e[:11], *e[10:]], "does not follow the one before it", 12),
    "swapped": (swapped, "does not follow the one before it", 11),
    "without a hash": (lambda e: [*e[:10], without("hash")([e[10]])[0], *e[11:]], "carries no hash", 11),
}


@pytest.mark.parametrize("fault", TAMPERED)
def test_the_chain_tells_what_was_tampered_with(tmp_path: Path, fault: str) -> None:
    change, text, line = TAMPERED[fault]
    put(tmp_path, change(chained(plain())))
    told = ask(tmp_path).findings["trail-chained"]
    assert text in told[0].message
    assert (told[0].location.path, told[0].location.line) == ("audit.jsonl", line)


def test_a_finding_is_the_same_when_lines_move(tmp_path: Path) -> None:
    events = chained(plain())
    events[10]["actor"] = "someone"
    put(tmp_path, events)
    (before,) = ask(tmp_path).findings["trail-chained"]
    put(tmp_path, events[5:])
    (after,) = ask(tmp_path).findings["trail-chained"]
    assert before.fingerprint == after.fingerprint
    assert before.location.line != after.location.line


def test_a_chain_without_previous(tmp_path: Path) -> None:
    events = chained(plain())
    before = ""
    for event in events:
        del event["previous"], event["hash"]
        before = event["hash"] = sealed(event, before)
    put(tmp_path, [{**{k: v for k, v in each.items() if k != "hash"}, "hash": each["hash"]} for each in events])
    assert ask(tmp_path).failed == []
    put(tmp_path, events[:10] + events[11:])
    assert "trail-chained" in ask(tmp_path).failed


def test_the_hash_is_what_the_page_says() -> None:
    """As anybody may make it with a library of their own."""
    import hashlib

    event = {"b": [1, 2.5, "ä\n\u2028\x07/<"], "a": {"z": None, "y": True}, "n": 10**15}
    content = json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sealed(event, "ff") == hashlib.sha256((content + "ff").encode()).hexdigest()


def test_events_without_hash_or_number_are_not_tested(tmp_path: Path) -> None:
    put(tmp_path, without("sequence")(plain()))
    said = ask(tmp_path)
    assert said.failed == []
    assert ("not-tested", "the events of the trail app carry no hash") in said.undecided["trail-chained"]
    assert any("carry no number" in why for _, why in said.undecided["trail-complete"])


def test_ids_that_come_twice_are_told_where_there_is_no_number(tmp_path: Path) -> None:
    events = without("sequence")(plain())
    put(tmp_path, [*events[:11], *events[10:]])
    said = ask(tmp_path)
    assert said.messages["trail-complete"] == ["app: this event is there a second time"]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("{oops\n", "audit.jsonl:11 is no JSON"),
        ("[1]\n", "audit.jsonl:11 is no object of JSON"),
        ("\xff\n", "audit.jsonl:11 is no JSON"),
        ('{"a": "' + "x" * (1 << 20) + '"}\n', "audit.jsonl:11 has more than 1 MiB"),
        ("[" * 5000 + "\n", "audit.jsonl:11 is no JSON"),
    ],
)
def test_a_line_that_is_no_event_is_an_error_and_the_rest_is_verified(tmp_path: Path, bad: str, why: str) -> None:
    text = lines(chained(plain())).splitlines(keepends=True)
    (tmp_path / "audit.jsonl").write_bytes("".join([*text[:10], bad, *text[10:]]).encode("latin-1"))
    said = ask(tmp_path)
    assert said.failed == []
    assert said.errors("trail-chained") == [why]
    assert said.errors("trail-clock") == [why]
    assert said.queries["trail app"].query.startswith("audit.jsonl: 40 events")


def test_a_trail_that_is_cut_in_a_line_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").write_text(lines(chained(plain()))[:-30], encoding="utf-8")
    assert ask(tmp_path).errors("trail-chained") == ["audit.jsonl:40 is cut: it has no end"]


def test_many_bad_lines_are_counted(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").write_text(lines(plain()) + "oops\n" * 50, encoding="utf-8")
    told = ask(tmp_path).errors("trail-fields")
    assert len(told) == 4
    assert told[-1] == "47 more lines cannot be read"


def test_packed_files_are_read_in_order_and_a_cut_one_is_an_error(tmp_path: Path) -> None:
    text = lines(chained(plain())).splitlines(keepends=True)
    for number, part in enumerate((text[:20], text[20:])):
        (tmp_path / f"audit-{number}.jsonl.gz").write_bytes(gzip.compress("".join(part).encode()))
    assert ask(tmp_path, files=("audit-*.gz",)).failed == []
    assert "trail-chained" in ask(tmp_path, files=("audit-1*", "audit-0*")).failed
    last = tmp_path / "audit-1.jsonl.gz"
    last.write_bytes(last.read_bytes()[:-20])
    assert "packed, and cut" in ask(tmp_path, files=("audit-*.gz",)).errors("trail-chained")[-1]


def test_what_comes_out_of_a_packed_file_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sluicegate.gates.compliance.evidence.trail.reading.INFLATED", 1 << 20)
    (tmp_path / "audit.jsonl").write_bytes(gzip.compress(b"\n" * (3 << 20)))
    assert any("come out of the file" in each for each in ask(tmp_path).errors("trail-chained"))


def test_files_that_are_not_there_or_elsewhere_are_errors(tmp_path: Path) -> None:
    assert ask(tmp_path).errors("trail-fields") == ["no file fits audit.jsonl"]
    (tmp_path / "in").mkdir()
    put(tmp_path, plain())
    assert "outside" in ask(tmp_path / "in", files=("../audit.jsonl",)).errors("trail-fields")[0]
    (tmp_path / "in" / "audit.jsonl").symlink_to(tmp_path / "audit.jsonl")
    assert "outside" in ask(tmp_path / "in").errors("trail-fields")[0]
    (link,), _ = Files(folder=tmp_path / "in").of(("audit.jsonl",))
    with pytest.raises(GateError, match="outside"):
        link.opened()


def test_an_empty_trail_proves_nothing(tmp_path: Path) -> None:
    put(tmp_path, [])
    said = ask(tmp_path)
    assert said.failed == []
    assert said.examined == {}
    assert said.undecided["trail-fields"] == [("not-tested", "there is no event in the trail app")]


def test_numbers_that_come_late_fill_their_gap(tmp_path: Path) -> None:
    events = plain()
    put(tmp_path, [*events[:10], *events[12:15], events[11], *events[15:]])
    assert ask(tmp_path, order="none").messages["trail-complete"] == ["app: number 11 is missing before this event"]
    told = ask(tmp_path).messages["trail-complete"]
    assert told == ["app: number 11 is missing before this event", "app: number 12 comes after higher ones"]


def test_a_system_that_is_young_says_since_when(tmp_path: Path) -> None:
    put(tmp_path, chained(renumbered(plain()[30:])))
    assert ask(tmp_path).failed == ["trail-retained"]
    assert ask(tmp_path, began=plain()[30]["at"][:10]).failed == []
    assert ask(tmp_path, began="2026-01-01").failed == ["trail-retained"], "the trail begins later than the system"


def test_what_is_archived_is_not_at_hand(tmp_path: Path) -> None:
    events = chained(plain())
    put(tmp_path, events[:35], "old.jsonl")
    put(tmp_path, events[35:], "audit.jsonl")
    assert ask(tmp_path, files=("old.jsonl", "audit.jsonl")).failed == []
    said = ask(tmp_path, files=("old.jsonl", "audit.jsonl"), archive=("old.jsonl",))
    assert said.failed == ["trail-retained"]


def test_records_of_consent_and_emergencies(tmp_path: Path) -> None:
    events = plain()
    events[1] |= {"action": "consent.given", "policy": "3", "purpose": "newsletter"}
    events[2] |= {"action": "consent.given", "policy": "3"}
    events[3] |= {"action": "break-glass"}
    put(tmp_path, chained(events))
    told = ask(
        tmp_path,
        packs=("gdpr", "hipaa"),
        fields={"version": "policy"},
        records={"consent": ("consent.*",), "emergency": ("break-glass",), "erasure": ("erase",)},
    )
    assert told.messages["consent-recorded"] == [
        "app: 1 records of consent (consent.given) lack purpose, reason, first at audit.jsonl:3"
    ]
    assert "lack version, purpose, reason" in told.messages["emergency-access-reasoned"][0]
    assert told.undecided["erasure-recorded"][0][0] == "not-applicable"


DESCRIPTION = """openapi: 3.0.3
info: {title: Orders, version: "1"}
paths:
  /orders:
    get: {operationId: listOrders, responses: {"200": {description: ok}}}
    post: {operationId: createOrder, responses: {"201": {description: ok}}}
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    delete: {operationId: deleteOrder, responses: {"204": {description: ok}}}
    patch: {responses: {"200": {description: ok}}}
"""


def test_operations_that_are_never_seen(tmp_path: Path) -> None:
    put(tmp_path, chained(plain()))
    (tmp_path / "openapi.yaml").write_text(DESCRIPTION)
    said = ask(tmp_path, description="openapi.yaml")
    assert said.failed == []
    assert said.undecided["trail-covers-operations"][0][0] == "inconclusive"
    named = {"createOrder": "order.create", "deleteOrder": "order.delete"}
    said = ask(tmp_path, description="openapi.yaml", actions=named)
    (told,) = said.findings["trail-covers-operations"]
    assert told.message == "DELETE /orders/{id} is never seen in the trail app, where its action is called order.delete"
    assert (told.location.path, told.location.line) == ("openapi.yaml", 9)
    assert said.examined["trail-covers-operations"] == 2
    assert "PATCH /orders/{id} has no operationId" in said.undecided["trail-covers-operations"][0][1]


def test_fields_that_nobody_asks_for_are_told(tmp_path: Path) -> None:
    put(tmp_path, plain())
    assert "'acter'" in ask(tmp_path, fields={"acter": "user"}).errors("trail-fields")[0]


def test_trails_of_one_name_are_an_error(tmp_path: Path) -> None:

    put(tmp_path, plain())
    told = ask(tmp_path, more=(Trail(name="app", files=("other.jsonl",)),))
    assert told.errors("trail-fields") == ["several trails are called app"] * 2


def test_a_mark_of_the_order_of_bytes_is_no_part_of_the_first_event(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").write_text(lines(chained(plain())), encoding="utf-8-sig")
    said = ask(tmp_path)
    assert (said.failed, said.errors("trail-fields")) == ([], [])


def test_memory_does_not_grow_with_the_trail_and_work_grows_as_it_does(tmp_path: Path) -> None:

    def read(count: int) -> None:
        trail = Trail(name="app", files=(f"{count}.jsonl",), sample=50)
        assert verified(trail, Files(folder=tmp_path), now=NOW.timestamp()).events == count

    def peak(count: int) -> int:
        read(count)
        tracemalloc.start()
        read(count)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    for count in (1000, 2000, 4000):
        put(tmp_path, chained(plain(count)), f"{count}.jsonl")
    assert peak(4000) < peak(1000) + 200_000
    assert growth(read, 1000) < 2.2

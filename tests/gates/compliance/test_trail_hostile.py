"""Trails that somebody made to crash their reader, to fill its memory, or to be taken for looked at."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from sluicegate.gates.compliance.evidence.trail import reading, sample

from .trails import Event, ask, lines, plain


def put(folder: Path, events: list[Event] | bytes, name: str = "audit.jsonl") -> None:
    (folder / name).write_bytes(events if isinstance(events, bytes) else lines(events).encode())


def changed(**parts: object) -> list[Event]:
    events = plain()
    events[-1] |= parts
    return events


@pytest.mark.parametrize("text", [b"", b"\n\n", gzip.compress(b"", mtime=0)])
def test_a_trail_without_an_event_is_not_tested(tmp_path: Path, text: bytes) -> None:
    put(tmp_path, text)
    said = ask(tmp_path)
    for control in ("trail-fields", "trail-chained", "trail-complete", "trail-clock", "trail-retained"):
        assert said.undecided[control] == [("not-tested", "there is no event in the trail app")]
    assert said.examined == {}


def test_events_without_a_time_show_nothing_of_retention(tmp_path: Path) -> None:
    put(tmp_path, [{**each, "at": "soon"} for each in plain()])
    ((outcome, why),) = ask(tmp_path).undecided["trail-retained"]
    assert (outcome, "no event of the trail app has a time" in why) == ("not-tested", True)


@pytest.mark.parametrize("field", ["at", "sequence", "id", "actor", "action", "resource"])
def test_numbers_of_any_size_crash_nothing(tmp_path: Path, field: str) -> None:
    put(tmp_path, lines(plain()).replace('"sequence": 40', '"sequence": 40, "x": 1').encode())
    text = lines(changed(**{field: 0})).replace(f'"{field}": 0,', f'"{field}": {"9" * 4000},')
    put(tmp_path, text.encode())
    ask(tmp_path)


def test_a_number_beyond_64_bits_is_none(tmp_path: Path) -> None:
    put(tmp_path, changed(sequence=10**30))
    assert "1 event without a number" in ask(tmp_path).messages["trail-complete"][0]


@pytest.mark.parametrize("pattern", ["**x", "a" * 5000, "a\0b", "../x", "/etc/hostname", "[", ""])
def test_a_pattern_that_names_nothing_is_told(tmp_path: Path, pattern: str) -> None:
    put(tmp_path, plain())
    said = ask(tmp_path, files=("audit.jsonl", pattern))
    assert said.errors("trail-fields")
    assert len(said.errors("trail-fields")[0]) < 300


@pytest.mark.parametrize("tail", [b"garbage", b"\x1f\x8b\x08\0"])
def test_what_follows_a_packed_trail_is_told(tmp_path: Path, tail: bytes) -> None:
    put(tmp_path, gzip.compress(lines(plain()).encode()) + tail)
    assert ask(tmp_path).errors("trail-fields") == ["audit.jsonl: it is packed, and cut or damaged"]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_packed_file_ends_what_is_read_also_within_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(reading, "INFLATED", 8 << 20)
    put(tmp_path, gzip.compress(b"a,b\n" + b"x" * (64 << 20)))
    came: list[int] = []
    real = gzip.GzipFile.read
    monkeypatch.setattr(gzip.GzipFile, "read", lambda file, size=-1: came.append(size) or real(file, size))
    assert ask(tmp_path, format=form).errors("trail-fields")
    assert sum(came) < 24 << 20


def test_a_row_without_end_is_no_row(tmp_path: Path) -> None:
    put(tmp_path, b"id,at\n" + b'"a\n","b\n",' * 200_000)
    (why,) = ask(tmp_path, format="csv").errors("trail-fields")
    assert "a row has more than 1 MiB" in why


@pytest.mark.parametrize(
    ("text", "why"),
    [(b"id,id\n1,2\n", "audit.jsonl:1 has 1 names that are there twice"),
     (b"id,actor\n1,\xff\n", "audit.jsonl:1 is no UTF-8, and nothing after it was read")],
)  # fmt: skip
def test_a_table_that_hides_what_it_says_is_told(tmp_path: Path, text: bytes, why: str) -> None:
    put(tmp_path, text)
    assert ask(tmp_path, format="csv").errors("trail-fields")[0].startswith(why)


def test_a_document_of_another_kind_is_no_log_without_events(tmp_path: Path) -> None:
    put(tmp_path, b'{"Message": "AccessDenied"}')
    (why,) = ask(tmp_path, format="cloudtrail").errors("trail-fields")
    assert "without `Records`" in why


def test_an_event_that_is_too_long_is_not_said_to_be_scanned(tmp_path: Path) -> None:
    put(tmp_path, changed(note="x" * (1 << 17) + " mail bob.real@acme-corp.de"))
    said = ask(tmp_path)
    assert said.undecided["trail-no-personal-data"] == [
        ("not-tested", "39 of 40 events were scanned for personal data, and 1 were not")
    ]


def test_events_are_kept_in_memory_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "_ROOM", 1000)
    put(tmp_path, plain())
    ((outcome, why),) = ask(tmp_path).undecided["trail-no-personal-data"]
    assert (outcome, "of 40 events were scanned" in why, why.startswith("40")) == ("not-tested", True, False)


@pytest.mark.parametrize(
    "extra",
    [{"by": {"bob.real@acme-corp.de": 1}}, json.loads('{"a":' * 40 + '"bob.real@acme-corp.de"' + "}" * 40)],
    ids=["in a name", "deep down"],
)
def test_personal_data_is_found_wherever_it_stands(tmp_path: Path, extra: dict[str, object]) -> None:
    put(tmp_path, changed(extra=extra))
    (message,) = ask(tmp_path).messages["trail-no-personal-data"]
    assert "e-mail" in message
    assert "acme-corp" not in message


def test_actions_that_are_endless_are_told_apart_by_their_beginning(tmp_path: Path) -> None:
    put(tmp_path, [{**each, "action": "a" * 1000 + str(number)} for number, each in enumerate(plain())])
    assert len(ask(tmp_path).queries["trail app"].items) >= 1
    assert ask(tmp_path).examined["trail-fields"] == 1


def test_a_document_of_countless_events_is_not_taken_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "VALUES", 1000)
    put(tmp_path, json.dumps([{}] * 1002).encode())
    (why,) = ask(tmp_path).errors("trail-fields")
    assert "more than 1,000 values: export it as JSON lines" in why

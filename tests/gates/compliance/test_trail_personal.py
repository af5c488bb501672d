"""Personal data in a trail: a sample is looked through, and what is found is told without what it says."""

from __future__ import annotations

from pathlib import Path

from sluicegate.gates.compliance.evidence.trail.sample import Sample

from .trails import ask, chained, lines, plain

CARD = "4929 1234 5678 9015"
MAIL = "jane.doe@mail.acme.io"


def test_a_sample_is_drawn_with_equal_chances_and_the_same_each_time() -> None:
    def drawn(seed: str) -> list[int]:
        sample = Sample(100, seed)
        for number in range(1, 10_001):
            if number == sample.next:
                sample.take(number, "f", number, {}, 10)
        return [each.line for each in sample.drawn]

    assert drawn("a") == drawn("a") != drawn("b")
    assert len(drawn("a")) == 100
    several = [line for seed in range(30) for line in drawn(str(seed))]
    assert 4500 < sum(several) / len(several) < 5500
    assert 650 < sum(line <= 2500 for line in several) < 850


def test_few_events_are_all_drawn() -> None:
    sample = Sample(100, "a")
    for number in range(1, 51):
        assert number == sample.next
        sample.take(number, "f", number, {}, 10)
    assert len(sample.drawn) == 50


def test_what_is_found_is_told_by_kind_and_field_alone(tmp_path: Path) -> None:
    events = plain()
    events[3]["details"] = {"items": [{"note": f"card {CARD} of the customer"}]}
    events[4]["details"] = {"items": [{"note": f"card {CARD}"}]}
    events[5]["actor"] = MAIL
    events[6]["action"] = f"login {MAIL}"
    events[6]["outcome"] = ""
    (tmp_path / "audit.jsonl").write_text(lines(chained(events)), encoding="utf-8")
    said = ask(tmp_path)
    told = said.messages["trail-no-personal-data"]
    assert "app: 2 events of the sample have what looks like card in details.items.0.note" in told
    assert any("e-mail in action" in each for each in told)
    assert len(told) == 2, "who did something is what a trail is for"
    shown = repr(said)
    assert CARD not in shown
    assert "jane" not in shown


def test_what_was_not_in_the_sample_is_not_tested(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").write_text(lines(chained(plain())), encoding="utf-8")
    said = ask(tmp_path, sample=10)
    assert said.undecided["trail-no-personal-data"] == [
        ("not-tested", "10 of 40 events were scanned for personal data, and 30 were not")
    ]

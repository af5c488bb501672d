"""What a change of `[compliance]` loosens: taking something out of sight, and never naming it for the first time."""

from __future__ import annotations

import pytest
from msgspec import convert

from sluicegate.config import Settings as Whole
from sluicegate.config.strictness import stricter
from sluicegate.gates.compliance.settings import Settings

TRAIL = {"name": "app", "files": ["export/*.jsonl"]}
NAMED = {
    "data-map": "compliance/data-map.yaml",
    "recorded": ["evidence/*.jsonl"],
    "runs": ["other.json"],
    "logs": ["logs/*.jsonl"],
    "documents": {"incident-drill": ["docs/drills/*.md"]},
    "trail": [TRAIL],
}
OTHERWISE = {
    "data-map": "other.yaml",
    "recorded": ["other/*.jsonl"],
    "runs": ["another.json"],
    "logs": ["other.log"],
    "documents": {"incident-drill": ["other.md"]},
    "trail": [{**TRAIL, "files": ["other.jsonl"]}],
}


def loosened(was: dict, now: dict) -> list[str]:
    """The keys that the second section loosens."""
    sides = [(Whole(), {"compliance": convert(each, Settings)}) for each in (was, now)]
    return [".".join(map(str, each.path)) for each in stricter(*sides).loosened]


@pytest.mark.parametrize("key", NAMED)
def test_naming_what_was_not_looked_at_loosens_nothing_and_the_way_back_does(key: str) -> None:
    there = {key: NAMED[key]}
    assert loosened({}, there) == []
    assert loosened(there, {}) == [f"compliance.{key}"]
    assert loosened(there, {key: OTHERWISE[key]}) == [f"compliance.{key}"]


def test_of_two_trails_none_can_be_taken_out_unseen() -> None:
    both = {"trail": [TRAIL, {**TRAIL, "name": "other"}]}
    assert loosened(both, {"trail": [TRAIL]}) == ["compliance.trail"]

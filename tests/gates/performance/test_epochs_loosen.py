"""An accepted shift is a decision: a change that brings one says so, and taking one out is the stricter way."""

from __future__ import annotations

from msgspec import convert

from sluicegate.config import Settings as Whole
from sluicegate.config.strictness import stricter
from sluicegate.gates.performance.settings import Settings

EPOCH = {"since": "1f3a9c2b04d1", "reason": "new runners", "owner": "@acme/api"}


def loosened(was: list, now: list) -> list[str]:
    sides = [(Whole(), {"performance": convert({"epoch": each}, Settings)}) for each in (was, now)]
    return [".".join(map(str, each.path)) for each in stricter(*sides).loosened]


def test_an_epoch_that_a_change_brings_is_told() -> None:
    assert loosened([], [EPOCH]) == ["performance.epoch"]
    assert loosened([EPOCH], [EPOCH, {**EPOCH, "since": "2f3a9c2b04d1"}]) == ["performance.epoch"]
    assert loosened([EPOCH], []) == []

"""Repositories with results of benchmarks, judged by the real command."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from cli_types import Command
from clones import Clone

Judged = Callable[..., dict[str, Any]]


def written(clone: Clone, name: str, **benchmarks: Sequence[float] | Mapping[str, Any]) -> None:
    """A file of results in our own JSON: one process for each value, in milliseconds."""
    readings = []
    for benchmark, said in benchmarks.items():
        more = said if isinstance(said, Mapping) else {"processes": [[value] for value in said]}
        readings.append({"benchmark": benchmark, "unit": "ms", **more})
    clone.write(name, json.dumps({"sluicegate-performance": 1, "readings": readings}))


def noisy(middle: float, *, count: int = 30, spread: float = 0.01, seed: int = 1) -> list[float]:
    """Values about a middle, the same each time."""
    chance = random.Random(f"{middle} {count} {seed}")  # noqa: S311 - nobody guesses at a test
    return [middle * chance.lognormvariate(0, spread) for _ in range(count)]


@pytest.fixture
def judged(clone: Clone, command: Command) -> Judged:
    """The gate's part of the Run of a check, with its exit code under `exit`."""

    def judge(*more: str) -> dict[str, Any]:
        done = command("check", "--gate", "performance", "--report", "json=run.json", *more)
        assert "Traceback" not in done.stderr, done.stderr
        run = json.loads((clone.root / "run.json").read_text("utf-8"))
        (clone.root / "run.json").unlink()
        found = next(one for one in run["gates"] if one["gate"] == "performance")
        return {**found, "exit": done.returncode}

    return judge


def fired(found: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """The findings, by the name of the rule and what they are about."""
    return {(one["rule"].partition("/")[2], one["location"]["logical"]): one for one in found["findings"]}


def undecided(found: dict[str, Any], rule: str) -> dict[str, tuple[str, str]]:
    """The outcome and the reason of each subject on which a rule could not decide."""
    return {
        one["subject"]: (one["undecided"]["outcome"], one["undecided"]["reason"])
        for each in found["rules"]
        if each["rule"] == f"performance/{rule}"
        for one in each["examinations"]
        if one.get("undecided")
    }


def outcome(found: dict[str, Any], rule: str) -> str:
    """How a rule ended."""
    return next(one["outcome"] for one in found["rules"] if one["rule"] == f"performance/{rule}")

"""Anchors: what a chain cannot show, a memory kept elsewhere does."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cli_types import Command
from clones import Clone
from sluicegate.baseline import open_store
from sluicegate.gates.compliance.evidence.trail.anchors import KIND, Anchor, encode, folder, name_of
from sluicegate.gates.compliance.evidence.trail.nouns import told
from sluicegate.gates.compliance.evidence.trail.sources import Files
from sluicegate.gates.compliance.evidence.trail.verifying import verified
from sluicegate.gates.compliance.trails import Trail
from sluicegate.sealed import read_as
from sluicegate.worker.remembered import Remembered

from .trails import NOW, Event, ask, chained, lines, plain, renumbered, stamp


def put(folder: Path, events: list[Event]) -> None:
    (folder / "audit.jsonl").write_text(lines(events), encoding="utf-8")


def kept(folder: Path) -> Remembered:
    """What earlier runs have left, after the trail that lies there was anchored."""
    found = verified(Trail(name="app", files=("audit.jsonl",)), Files(folder=folder), now=NOW.timestamp())
    made = Anchor(
        trail="app", at=stamp(NOW), commit="c" * 40, count=found.events, hash=found.chain.last,
        digest=found.digest.hexdigest(), first=found.first, first_at=told(found.clock.oldest),
        last_at=told(found.clock.newest),
    )  # fmt: skip
    store = open_store("kept", folder)
    store.create(name_of(made), encode(made))
    return Remembered(opening=lambda: store)


def changed(events: list[Event]) -> list[Event]:
    return [{**each, "actor": "somebody-else"} for each in events]


@pytest.mark.parametrize("make", [chained, list], ids=["chained", "plain"])
def test_a_trail_that_grew_holds(tmp_path: Path, make: Any) -> None:
    events = plain()
    put(tmp_path, make(events[:30]))
    history = kept(tmp_path)
    put(tmp_path, make(events))
    said = ask(tmp_path, history=history)
    assert said.failed == []
    assert said.examined["trail-anchored"] == 1


@pytest.mark.parametrize("make", [chained, list], ids=["chained", "plain"])
def test_a_cut_end_and_a_new_chain_are_caught_by_the_anchor_alone(tmp_path: Path, make: Any) -> None:
    events = plain()
    put(tmp_path, make(events))
    history = kept(tmp_path)
    put(tmp_path, make(events[:-1]))
    said = ask(tmp_path, history=history)
    assert said.failed == ["trail-anchored"]
    assert said.messages["trail-anchored"][0].startswith("app: truncated since the anchor of 2026-11-29T12:00:00Z")
    put(tmp_path, make([events[0], *changed(events[1:])]))
    assert ask(tmp_path, history=history).messages["trail-anchored"][0].startswith("app: rewritten")
    put(tmp_path, make(changed(events)))
    assert ask(tmp_path, history=history).failed == ["trail-anchored"]


def test_an_anchored_event_in_a_chain_that_was_forged_before_it(tmp_path: Path) -> None:
    """The last event as it was, after others that were made anew: its hash is that of another chain."""
    events = chained(plain())
    put(tmp_path, events)
    history = kept(tmp_path)
    put(tmp_path, [*chained(changed(plain()))[:-1], events[-1]])
    assert "trail-chained" in ask(tmp_path, history=history).failed
    put(tmp_path, [*events[:-1], {**events[-1], "actor": "x"}])
    assert ask(tmp_path, history=history).failed == ["trail-anchored", "trail-chained"]


def test_what_retention_lets_go_and_what_it_does_not(tmp_path: Path) -> None:
    events = chained(plain())
    put(tmp_path, events)
    history = kept(tmp_path)
    put(tmp_path, events[1:])
    assert ask(tmp_path, history=history).failed == [], "the first event is older than a year"
    put(tmp_path, chained(renumbered(plain()[30:])))
    assert "trail-anchored" in ask(tmp_path, history=history, began=plain()[30]["at"][:10]).failed


def test_a_trail_that_was_begun_anew_is_past_its_anchor_and_fails(tmp_path: Path) -> None:
    put(tmp_path, chained(plain()[:39]))
    history = kept(tmp_path)
    put(tmp_path, chained(renumbered(plain()[39:])))
    assert "past since the anchor" in ask(tmp_path, history=history).messages["trail-anchored"][0]


def test_no_anchor_and_a_corrupt_one(tmp_path: Path) -> None:
    put(tmp_path, chained(plain()))
    store = open_store("kept", tmp_path)
    none = ask(tmp_path, history=Remembered(opening=lambda: store))
    assert none.undecided["trail-anchored"][0] == ("not-tested", "no anchor is kept yet of the trail app")
    assert ask(tmp_path).undecided["trail-anchored"][0][1] == "earlier runs may not be asked here"
    history = kept(tmp_path)
    (document,) = (tmp_path / "kept").rglob("*.json")
    document.write_bytes(document.read_bytes().replace(b"app", b"apq"))
    said = ask(tmp_path, history=history)
    assert "cannot be trusted: its digest is not the one of its content" in said.errors("trail-anchored")[0]
    assert said.failed == []
    assert said.examined["trail-chained"] == 1, "what else the trail shows is told"


SETTINGS = """
[baseline]
store = "kept"
[compliance]
packs = ["pack.yaml"]
[[compliance.trail]]
name = "app"
files = ["audit.jsonl"]
"""
PACK = """
pack: ours
version: 1.0.0
title: Trails
clauses:
  - framework: ours
    clause: A
    title: Trails
    served-by:
      - {control: baseline/trail-anchored, strength: full, rationale: It is kept elsewhere.}
"""


def test_anchoring_by_the_command_and_a_check_that_fails(command: Command, clone: Clone) -> None:
    """A trail that git ignores has nothing that came before it: what is wrong with it fails until it is mended."""
    clone.write("sluicegate.toml", SETTINGS)
    clone.write("pack.yaml", PACK)
    clone.write(".gitignore", "kept\naudit.jsonl\n*.json\n")
    clone.commit("one")
    shift = datetime.now(UTC) - NOW
    events = [{**each, "at": stamp(datetime.fromisoformat(each["at"]) + shift)} for each in plain()]
    put(clone.root, chained(events))
    done = command("compliance", "anchor")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("anchored 40 events of the trail app, the last of ")
    assert command("check", "--gate", "compliance").returncode == 0
    put(clone.root, chained(events[:-1]))
    refused = command("compliance", "anchor")
    assert refused.returncode == 3
    assert "the trail app is not anchored: it is truncated since the anchor of" in refused.stderr
    done = command("check", "--gate", "compliance", "--report", "json=run.json")
    assert done.returncode == 1, done.stdout
    run = json.loads((clone.root / "run.json").read_text("utf-8"))
    (gate,) = (each for each in run["gates"] if each["gate"] == "compliance")
    assert [(each["rule"], each["state"]) for each in gate["findings"]] == [
        ("compliance/baseline/trail-anchored", "new")
    ]
    clone.git("checkout", "--quiet", "-b", "other")
    assert command("compliance", "anchor").returncode == 2
    assert command("compliance", "anchor", "nobody", "--branch", "main").returncode == 2


def test_a_trail_that_git_keeps_is_compared_with_the_base_s(command: Command, clone: Clone) -> None:
    clone.write("sluicegate.toml", SETTINGS)
    clone.write("pack.yaml", PACK.replace("trail-anchored", "trail-complete"))
    events = plain()
    put(clone.root, events[:10] + events[11:])
    clone.commit("one")
    done = command("check", "--gate", "compliance")
    assert done.returncode == 0, done.stdout
    assert "1 unchanged" in done.stdout
    put(clone.root, events[:10] + events[11:20] + events[21:])
    assert command("check", "--gate", "compliance").returncode == 1


@pytest.mark.parametrize("other", [{"trail": "other"}, {"count": 1}, {"last_at": ""}], ids=["foreign", "cut", "past"])
def test_an_anchor_in_the_place_of_another_is_no_anchor(tmp_path: Path, other: dict[str, Any]) -> None:
    put(tmp_path, chained(plain()))
    kept(tmp_path)
    store = open_store("kept", tmp_path)
    (name,) = store.list(folder("app") + "/")
    there = store.get(name)
    assert there is not None
    store.remove(name, there.tag)
    store.create(name, encode(replace(read_as(KIND, there.data, Anchor), **other)))
    (why,) = ask(tmp_path, history=Remembered(opening=lambda: store)).errors("trail-anchored")
    assert "another one was put in its place" in why

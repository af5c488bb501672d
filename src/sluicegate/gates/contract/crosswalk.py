"""What oasdiff calls our findings: the rules of both, side by side, as data."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from sluicegate.gates.contract.catalogue import BY_ID
from sluicegate.model import Level

if TYPE_CHECKING:
    from sluicegate.gates.contract.changes import Change

_LEVELS = {
    "error": Level.ERROR, "warning": Level.WARNING, "info": Level.NOTE,
    "major": Level.ERROR, "minor": Level.NOTE, "patch": Level.NOTE, "none": Level.NOTE,
}  # fmt: skip


def level(change: Change) -> Level:
    """How much a change weighs by our own law."""
    return change.level or BY_ID[change.rule].level


def where(change: Change) -> tuple[str, str]:
    """The place and the detail by which oasdiff tells apart what is one rule of ours."""
    return change.place, change.detail


def oasdiff_id(change: Change) -> str:
    """The id that oasdiff has for a change; the nearest one where it makes finer distinctions, "" where it has none."""
    place, detail = where(change)
    name = change.rule.partition("/")[2]
    known = _by_rule()
    for key in ((name, place, detail), (name, place, ""), (name, "", detail), (name, "", "")):
        if key in known:
            return known[key]
    return ""


def peer_level(change: Change, peer: str) -> Level | None:
    """The level that oasdiff or Redocly gives to a change; None where nothing of theirs is like it."""
    name = oasdiff_id(change)
    return _LEVELS[rows()[name]["theirs" if peer == "oasdiff" else "redocly"]] if name else None


def aliases() -> dict[str, tuple[str, str]]:
    """Who calls what by an id of theirs, and the id of our rule; "" where we say nothing of it."""
    return {name: ("oasdiff", f"contract/{row['rule']}" if "rule" in row else "") for name, row in rows().items()}


@cache
def rows() -> dict[str, dict[str, str]]:
    """Every rule of oasdiff: its level (`theirs`), Redocly's impact, our `rule`, `place`, `detail` and level."""
    text = files("sluicegate.gates.contract").joinpath("crosswalk.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def _by_rule() -> dict[tuple[str, str, str], str]:
    """Their ids by what ours are known by: exactly, then by less and less of it; the id that says it best wins."""
    found: dict[tuple[str, str, str], str] = {}
    ranks: dict[tuple[str, str, str], tuple[int, int]] = {}
    for name, row in rows().items():
        if "rule" not in row:
            continue
        rule, place, detail = row["rule"], row["place"], row["detail"]
        rank = _rank(name, f"{rule}-{place}-{detail}")
        for key in ((rule, place, detail), (rule, place, ""), (rule, "", detail), (rule, "", "")):
            if key not in found or rank > ranks[key]:
                found[key], ranks[key] = name, rank
    return found


def _rank(name: str, own: str) -> tuple[int, int]:
    """How well an id of theirs says what we know: the words in common, then how few others there are."""
    theirs, ours = set(name.split("-")), set(own.split("-"))
    return len(theirs & ours), -len(theirs - ours)

"""What oasdiff calls our findings: the rules of both, side by side, as data."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from sluicegate.gates.contract.catalogue import BY_ID
from sluicegate.model import Level

if TYPE_CHECKING:
    from sluicegate.gates.contract.changes import Change
    from sluicegate.openapi.document import Node

_LEVELS = {
    "error": Level.ERROR, "warning": Level.WARNING, "info": Level.NOTE,
    "major": Level.ERROR, "minor": Level.NOTE, "patch": Level.NOTE, "none": Level.NOTE,
}  # fmt: skip

_FORMATS = {
    "request-format-tightened": ("request-type-changed", "incomparable"),
    "request-format-loosened": ("request-type-changed", "widened"),
    "response-format-tightened": ("response-type-changed", "narrowed"),
    "response-format-loosened": ("response-type-changed", "incomparable"),
}
"""What oasdiff takes for a change of the type, of which the format is a part there."""
_UNSAID = (
    "-pattern-generalized",
    "-all-of-",
    "-became-read-only",
    "-became-not-read-only",
    "-became-write-only",
    "-became-not-write-only",
)
"""What no change of ours speaks of: it says what that takes and gives, as where the property itself comes or goes.

A pattern that finds everything is none.
"""


def level(change: Change) -> Level:
    """How much a change weighs by our own law."""
    return change.level or BY_ID[change.rule].level


def where(change: Change) -> tuple[str, str]:
    """The place and the detail by which oasdiff tells apart what is one rule of ours.

    There, what a component says is said wherever it is used; we tell it once, as what it is where it was reached first.
    """
    place, detail = change.site.used_as if change.site else "", change.detail
    if place == "header" and change.rule == "contract/response-type-changed":
        return place, _type_of_text(change, detail)
    if place.startswith("parameter") and change.rule == "contract/request-type-changed":
        return place, _type_of_parameter(change, place, detail)
    return place, f"exclusive-{detail}" if _is_exclusive(change) else detail


def _is_exclusive(change: Change) -> bool:
    """Whether a bound that came, went or changed is one that is not allowed itself."""
    found = change.difference
    if found is None or found.keyword not in ("minimum", "maximum"):
        return False
    return any(str(node.pointer[-1:]).startswith("('exclusive") for node in (found.base, found.head))


def _type_of_text(change: Change, detail: str) -> str:
    """What oasdiff takes a change of a header's type for: whatever comes in place of a string is text as well."""
    found = change.difference
    if found is None or detail not in ("narrowed", "widened", "incomparable"):
        return detail
    was, now = (_written(*side) for side in ((found.base, found.was), (found.head, found.now)))
    added, gone = now - was, was - now
    if added | gone <= {"null"}:
        return "nullable"  # told as that
    if not was or not now:
        return "narrowed" if not was or was == {"string"} else "incomparable"
    if now <= was | ({"integer"} if "number" in was else set()):
        return "narrowed"
    if gone == {"integer"} and "number" in now:
        return "widened"
    return "listed" if gone <= {"string"} else "incomparable"


def _type_of_parameter(change: Change, place: str, detail: str) -> str:
    """What oasdiff takes a change of a parameter's type for: text takes in anything, and of a property it is in doubt.

    There, what counts is which types came and went, not what others a list of them still has.
    """
    found = change.difference
    if found is None or detail not in ("narrowed", "widened", "incomparable"):
        return detail
    was, now = (_written(*side) for side in ((found.base, found.was), (found.head, found.now)))
    added, gone = now - was, was - now
    if (added, gone) == ({"number"}, {"integer"}):
        return "widened"
    as_text = added <= {"string"}
    if place.endswith("property"):
        return "incomparable" if as_text else "narrowed"
    return "widened" if as_text else "incomparable"


def _written(node: Node, said: Any) -> set[str]:
    """The types as a schema writes them: a list may say `integer` beside `number`, and oasdiff reads it so."""
    value = node.value
    if isinstance(value, (str, list)):
        return {value} if isinstance(value, str) else {str(one) for one in value}
    return set(str(said).split(" or ")) - {"any"}


def oasdiff_id(change: Change) -> str:
    """The id that oasdiff has for a change; the nearest one where it makes finer distinctions, "" where it has none."""
    place, detail = where(change)
    name, detail = _taken_for(change.rule.partition("/")[2], detail, place)
    known, general = _by_rule(), place.replace("-header", "")
    if place.startswith("header") or place.endswith("-property"):  # of what is not looked at there, no other id speaks
        return known.get((name, place, detail)) or known.get((name, general, detail), "")
    keys = [(name, general, detail), (name, general, "")]
    if general != "parameter" or not name.startswith("request-"):
        keys += [(name, "", detail), (name, "", "")]
    return next((known[key] for key in keys if key in known), "")


def _taken_for(name: str, detail: str, place: str) -> tuple[str, str]:
    """What oasdiff takes a change for: there, a type of requests that takes less is told as any other type.

    A list of values that a parameter no longer has is told as values that were removed, and one that a property of
    it has now as values that were added; but for properties in headers.
    """
    if place.startswith("parameter"):
        inside = place.endswith("-property")
        if (name, detail) == ("request-enum-value-added", "unset"):
            return "request-enum-value-removed", "changed"
        if place == "parameter-property" and (name, detail) == ("request-enum-value-removed", "set"):
            return "request-enum-value-added", "changed"
        if inside and name == "request-format-tightened":
            return "request-type-changed", "narrowed"
        if inside and name == "request-type-changed":
            return name, detail
    if (name, detail) == ("request-type-changed", "narrowed"):
        return name, "incomparable"
    return _FORMATS.get(name, (name, detail))


def peer_level(change: Change, peer: str) -> Level | None:
    """The level that oasdiff or Redocly gives to a change; None where nothing of theirs is like it."""
    name = oasdiff_id(change)
    return _LEVELS[rows()[name]["theirs" if peer == "oasdiff" else "redocly"]] if name else None


def aliases() -> dict[str, tuple[str, str]]:
    """Who calls what by an id of theirs, and the id of our rule; "" where we say nothing of it."""
    return {name: ("oasdiff", f"contract/{row['rule']}" if "rule" in row else "") for name, row in rows().items()}


COLUMNS = ("theirs", "redocly", "rule", "place", "detail", "ours")
"""Of the table; a rule of which we say nothing has the first two alone."""


@cache
def rows() -> dict[str, dict[str, str]]:
    """Every rule of oasdiff: its level (`theirs`), Redocly's impact, our `rule`, `place`, `detail` and level."""
    text = files("sluicegate.gates.contract").joinpath("crosswalk.toml").read_text("utf-8")
    return {name: dict(zip(COLUMNS, row, strict=False)) for name, row in tomllib.loads(text).items()}


@cache
def _by_rule() -> dict[tuple[str, str, str], str]:
    """Their ids by what ours are known by: exactly, then by less and less of it; the id that says it best wins."""
    found: dict[tuple[str, str, str], str] = {}
    known = [(name, row["rule"], row["place"], row["detail"]) for name, row in rows().items() if "rule" in row]
    said = [one for one in known if not any(word in one[0] for word in _UNSAID)]
    for less in (False, True):
        ranks: dict[tuple[str, str, str], tuple[tuple[int, int], str]] = {}
        for name, rule, place, detail in said:
            rank = _rank(name, f"{rule}-{place}-{detail}")
            keys = ((rule, place, ""), (rule, "", detail), (rule, "", "")) if less else ((rule, place, detail),)
            for key in keys:
                if key not in ranks or rank > ranks[key][0]:
                    ranks[key] = rank, name
        found = {key: name for key, (_, name) in ranks.items()} | found
    return found


def _rank(name: str, own: str) -> tuple[int, int]:
    """How well an id of theirs says what we know: the words in common, then how few others there are."""
    theirs, ours = set(name.split("-")), set(own.split("-"))
    return len(theirs & ours), -len(theirs - ours)

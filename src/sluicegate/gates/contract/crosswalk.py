"""What oasdiff calls our findings: the rules of both, side by side, as data."""

from __future__ import annotations

import tomllib
import zlib
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

_GZIP = 31
"""The container that zlib is to unpack: `wbits` of its `decompress`."""

_FORMATS = {
    "request-format-tightened": ("request-type-changed", "incomparable"),
    "request-format-loosened": ("request-type-changed", "widened"),
    "response-format-tightened": ("response-type-changed", "narrowed"),
    "response-format-loosened": ("response-type-changed", "incomparable"),
}
"""What oasdiff takes for a change of the type, of which the format is a part there."""
_UNSAID = ("-all-of-", "-became-read-only", "-became-not-read-only", "-became-write-only", "-became-not-write-only")
"""What no change of ours speaks of: it says what that takes and gives, as where the property itself comes or goes."""


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


def _written(node: Node, said: Any) -> set[str]:
    """The types as a schema writes them: a list may say `integer` beside `number`, and oasdiff reads it so."""
    value = node.value
    if isinstance(value, (str, list)):
        return {value} if isinstance(value, str) else {str(one) for one in value}
    return set(str(said).split(" or ")) - {"any"}


def oasdiff_id(change: Change) -> str:
    """The id that oasdiff has for a change; the nearest one where it makes finer distinctions, "" where it has none."""
    place, detail = where(change)
    name = change.rule.partition("/")[2]
    name, detail = _taken_for(name, detail)
    known = _by_rule()
    if place.startswith("header"):  # of what oasdiff does not look at there, no other id speaks
        return known.get((name, place, detail), "")
    for key in ((name, place, detail), (name, place, ""), (name, "", detail), (name, "", "")):
        if key in known:
            return known[key]
    return ""


def _taken_for(name: str, detail: str) -> tuple[str, str]:
    """What oasdiff takes a change for: there, a type of requests that takes less is told as any other type."""
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
    return {name: dict(zip(COLUMNS, row, strict=False)) for name, row in tomllib.loads(text()).items()}


def text() -> str:
    """The table as TOML. It is packed, since every environment of a hook carries it; people read docs/crosswalk.md."""
    packed = files("sluicegate.gates.contract").joinpath("crosswalk.toml.gz").read_bytes()
    return zlib.decompress(packed, _GZIP).decode()


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

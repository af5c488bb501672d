"""What a part of an API says about its own life: the words `deprecated`, `x-sunset` and `x-stability-level`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sluicegate.gates.contract.changes import shown
from sluicegate.openapi.document import Node
from sluicegate.openapi.references import DanglingError, reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.openapi.references import Library, Place

SUNSET, STABILITY = "x-sunset", "x-stability-level"
DEPRECATED = "x-deprecated"
"""The same as `deprecated`, for what OpenAPI gives no such word: a Response Object."""
STABILITIES = ("draft", "alpha", "beta", "stable")
"""The levels of stability, the least stable first."""

_WORDS = frozenset(("deprecated", SUNSET, STABILITY))
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_DATE = re.compile(
    rf"({_DAY})(?:[Tt]([0-9]{{2}}:[0-9]{{2}}):([0-9]{{2}})(?:\.[0-9]+)?([Zz]|[+-][0-9]{{2}}:[0-9]{{2}}))?", re.ASCII
)
_LEAP = "60"


class Life(Struct, frozen=True, kw_only=True):
    """What one object says. `stated` is its `x-sunset` as it stands there, `sunset` the day where it is one.

    `stability` is one of the four levels, or empty where none of them is stated; `level` is what stands there.
    """

    deprecated: bool
    has_sunset: bool
    stated: Any
    sunset: date | None
    has_level: bool
    level: Any
    stability: str


def life(node: Node) -> Life:
    """What an object of the description says about its life; a boolean schema says nothing."""
    value = node.value if isinstance(node.value, dict) else {}
    stated, level = value.get(SUNSET), value.get(STABILITY)
    return Life(
        deprecated=node.flag("deprecated") or node.flag(DEPRECATED),
        has_sunset=SUNSET in value, stated=stated, sunset=day(stated),
        has_level=STABILITY in value, level=level,
        stability=level if isinstance(level, str) and level in STABILITIES else "",
    )  # fmt: skip


def gathered(nodes: Sequence[Node], library: Library) -> Node:
    """What schemas that all hold at once say about their life, as one node: through `$ref` and `allOf` too.

    A word counts wherever it stands, so that wrapping a schema, or moving it to a component, is no change. The
    place is that of the nearest that says anything, and of a word that stands twice the nearest counts.
    """
    saying = [node for node in _conjuncts(nodes, library) if node.value.keys() & _WORDS]
    if not saying:
        return Node(nodes[0].document, nodes[0].pointer, {})
    words: dict[str, Any] = {}
    for node in saying:
        for word in _WORDS & node.value.keys():
            words.setdefault(word, node.value[word])
    words["deprecated"] = any(node.flag("deprecated") for node in saying)
    return Node(saying[0].document, saying[0].pointer, words)


def _conjuncts(nodes: Sequence[Node], library: Library) -> Iterator[Node]:
    """Every schema object that holds with these, the nearest first; what leads nowhere says nothing."""
    waiting: list[Node] = list(nodes)
    seen: set[Place] = set()
    for node in waiting:  # grows on the way
        place = (node.document.path, node.pointer)
        if place in seen or not isinstance(node.value, dict):
            continue
        seen.add(place)
        reference = reference_of(node.value)
        if reference is None or library.version_of(node.document) not in ("2.0", "3.0"):
            yield node
            members = node.get("allOf")
            waiting += members.items() if members else []
        if reference is not None:
            try:
                waiting.append(library.follow(node.document, reference))
            except DanglingError:
                continue


def day(value: Any) -> date | None:
    """The day of an RFC 3339 full-date or date-time, the latter in UTC; None where it is neither."""
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    stated, minutes, seconds, zone = found.groups()
    try:
        first = date.fromisoformat(stated)
        if minutes is None:
            return first
        moment = datetime.fromisoformat(f"{stated}T{minutes}:{'59' if seconds == _LEAP else seconds}{zone.upper()}")
    except ValueError:
        return None
    try:
        return moment.astimezone(UTC).date()
    except OverflowError:  # on the first or the last day there is
        return first


def told(value: Any) -> str:
    """A foreign value in a sentence: texts as they are, of the rest only what they are."""
    if isinstance(value, str):
        return f"`{shown(value)}`" if value.strip() else "empty"
    if value is None or isinstance(value, bool):
        return {None: "`null`", True: "`true`", False: "`false`"}[value]
    return "a number" if isinstance(value, int | float) else "a list" if isinstance(value, list) else "an object"

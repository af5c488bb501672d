"""Every value that keywords leave where no list is stated: the integers between two bounds, the texts of a pattern."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from sluicegate.openapi.keywords import RANGES
from sluicegate.openapi.relation.bounds import within_format
from sluicegate.openapi.relation.expressions import Part, TooHardError, parsed
from sluicegate.openapi.relation.obeying import obeys
from sluicegate.openapi.relation.regexes import matches
from sluicegate.openapi.relation.shape import NUMBERS, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sluicegate.openapi.relation.shape import Arm

_MOST = 256
_LONGEST = 200
_SAYS_MORE = ("format", "contentEncoding", "contentMediaType", "contentSchema")
"""What is said of texts that no list of them tells."""

_Text = tuple[str, ...]
"""The signs of a text, and between them the places where it must begin or end: `^`, `$`; a sign stands as `=^`."""


def every(arm: Arm, kind: str) -> dict[str, Any] | None:
    """The values of a class of types that an arm allows, each under its JSON text; None where that is not known."""
    found = _integers(arm) if kind == "number" else _texts(arm) if kind == "string" else None
    if found is None:
        return None
    listed = {key_of(value): value for value in found if obeys(arm, value)}
    return {key: value for key, value in listed.items() if key not in arm.barred}


def _integers(arm: Arm) -> Iterable[int] | None:
    if arm.types & NUMBERS != {"integer"} or any(it.value not in RANGES for it in arm.stated.get("format", ())):
        return None
    low, high = within_format(arm, low=True), within_format(arm, low=False)
    if low is None or high is None or high[0] - low[0] >= _MOST:
        return None
    return range(int(low[0]), int(high[0]) + 1)


def _texts(arm: Arm) -> Iterable[str] | None:
    patterns = [str(node.value) for node in arm.stated.get("pattern", ())]
    if any(word in arm.stated for word in _SAYS_MORE) or any(matches(one, "") is None for one in patterns):
        return None
    return next((texts for one in patterns if (texts := _found_by(one)) is not None), None)


def _found_by(pattern: str) -> list[str] | None:
    """The texts that a pattern finds something in, where all of them are known: it says how each begins and ends."""
    texts: list[str] = []
    try:
        for signs in _said(parsed(pattern)):
            inner = "".join(sign[1:] for sign in signs)
            edges = [sign for sign in signs if sign in ("^", "$")]
            if len(signs) < 2 or signs[0] != "^" or signs[-1] != "$" or edges != ["^", "$"] or len(texts) >= _MOST:  # noqa: PLR2004
                return None
            texts.append(inner)
    except (TooHardError, RecursionError):
        return None
    return texts if all(matches(pattern, text) is True for text in texts) else None


def _said(part: Part) -> list[_Text]:
    """All that a part of a pattern may read. Raises TooHardError where that is much."""
    match part.kind:
        case "edge":
            found: list[_Text] = [(part.edge,)]
        case "set":
            if sum(high - low + 1 for low, high in part.spans) > _MOST:
                raise TooHardError
            found = [(f"={chr(code)}",) for low, high in part.spans for code in range(low, high + 1)]
        case "either":
            found = [text for inner in part.inner for text in _said(inner)]
        case "then":
            found = _joined([_said(inner) for inner in part.inner])
        case _:
            if part.high is None:
                raise TooHardError
            once = _said(part.inner[0])
            found = [text for times in range(part.low, part.high + 1) for text in _joined([once] * times)]
    if len(found) > _MOST:
        raise TooHardError
    return found


def _joined(parts: list[list[_Text]]) -> list[_Text]:
    """Every way to read one of each, in order."""
    found: list[_Text] = [()]
    for part in parts:
        found = [one + other for one, other in product(found, part)]
        if len(found) > _MOST or any(len(text) > _LONGEST for text in found):
            raise TooHardError
    return found

"""Values made of others: what is tried where nothing that was made to measure tells two schemas apart."""

from __future__ import annotations

from itertools import islice, product, zip_longest
from typing import TYPE_CHECKING, Any

from sluicegate.openapi.document import Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sluicegate.openapi.relation.example import Maker

PLAIN: tuple[Any, ...] = (None, True, 0, 1, 0.5, -1, "", "a", [], {})
_FEW = 6
_NOTHING = object()


def under(maker: Maker, nodes: Sequence[Node], other: Maker, holder: Node) -> Iterator[Any]:
    """Values of some schemas that a `not` excludes or that an `if` speaks of, as that is stated at `holder`."""
    word = "if" if holder.pointer[-1:] == ("(if)",) else "not"
    asked = Node(holder.document, (*holder.pointer[:-1], "if"), holder.value["if"]) if word == "if" else holder
    meant = list(islice(other.some([asked], 1), _FEW))
    own = list(islice(maker.some(nodes, 0), _FEW))
    yield from meant
    both = [{**one, **more} for one, more in product(own, meant) if isinstance(one, dict) and isinstance(more, dict)]
    yield from both
    for one in both[:_FEW]:
        yield from ({name: value for name, value in one.items() if name != gone} for gone in one)


def varied(maker: Maker, nodes: Sequence[Node]) -> Iterator[Any]:
    """Values of some schemas, plain ones, and those with one thing changed."""
    own = list(islice(maker.some(nodes, 0), 3 * _FEW))
    yield from own
    yield from PLAIN
    made = [list(islice(_changed(value), 4 * _FEW)) for value in own if value]
    for turn in zip_longest(*made, fillvalue=_NOTHING):
        yield from (one for one in turn if one is not _NOTHING)


def _changed(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from ({name: one for name, one in value.items() if name != gone} for gone in value)
        yield {**value, "other": "any"}
        yield from ({**value, name: one} for name in islice(value, _FEW) for one in PLAIN)
    elif isinstance(value, list):
        yield from (value[:-1], [*value, *value], *([*value, one] for one in PLAIN))
    elif isinstance(value, str):
        yield from (value + value, value[:-1], value + "a", value.upper())
    elif not isinstance(value, bool) and isinstance(value, (int, float)):
        yield from (value + 1, value - 1, value + 0.5, value * 2)

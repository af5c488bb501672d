"""A value that proves a difference: allowed on one side and refused on the other, by a validator's word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from sluicegate.openapi.inline import accepts
from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.example import Maker
from sluicegate.openapi.relation.mixing import under, varied
from sluicegate.openapi.relation.shape import key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.openapi.direction import Direction
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.relation.compare import Relation
    from sluicegate.openapi.relation.steps import Difference

MOST_TRIED = 60
"""How many values are tried for one difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A value that one side allows and the other refuses.

    `lost`: the base allows it and the head refuses it; otherwise the other way round. `declared`: it holds only when
    properties that are not declared count as refused, which is how clients and servers of a contract read it.
    """

    value: Any
    lost: bool
    declared: bool = False


def witness(
    relation: Relation, olds: Sequence[Node], news: Sequence[Node], difference: Difference, direction: Direction, *,
    lost: bool,
) -> Witness | None:  # fmt: skip
    """A value that shows what was lost (or else gained) by a difference; None where none was found within the bound."""
    loose, strict = (relation.base, relation.head) if lost else (relation.head, relation.base)
    allowed, refused = (olds, news) if lost else (news, olds)
    maker, other = Maker(loose, direction), Maker(strict, direction)
    seen: set[str] = set()
    for closed in (False, True) if difference.keyword in ("property", "variant", "required") else (False,):
        for value in islice(_values(maker, allowed, other, difference), MOST_TRIED):
            text = f"{closed}{key_of(value)}"
            if text in seen or len(text) > 20_000:  # noqa: PLR2004
                continue
            seen.add(text)
            if (
                accepts(strict.library, refused, value, direction, closed=closed) is False
                and accepts(loose.library, allowed, value, direction, closed=closed) is True
            ):
                return Witness(value=value, lost=lost, declared=closed)
    return None


def _values(maker: Maker, nodes: Sequence[Node], other: Maker, difference: Difference) -> Iterator[Any]:
    """Values made to measure first, then those that are near what the schemas allow."""
    try:
        for want in difference.wants:
            if want.kind == "under":
                yield from under(maker, nodes, other, want.what)
            else:
                yield from maker.tries(nodes, want)
        yield from varied(maker, nodes)
    except DanglingError:
        return

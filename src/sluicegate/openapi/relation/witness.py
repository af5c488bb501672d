"""A value that proves a difference: allowed on one side and refused on the other, by a validator's word."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sluicegate.openapi.inline import accepts
from sluicegate.openapi.references import DanglingError
from sluicegate.openapi.relation.blame import Part, part_of
from sluicegate.openapi.relation.example import Maker
from sluicegate.openapi.relation.mixing import under, varied
from sluicegate.openapi.relation.shape import OPAQUE, key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sluicegate.openapi.direction import Direction
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.relation.compare import Relation
    from sluicegate.openapi.relation.normal import Side
    from sluicegate.openapi.relation.steps import Difference

MOST_TRIED = 60
"""How many values are tried for one difference; fewer for larger unions, which take longer to judge."""

_LEAST_TRIED = 8

_LARGE = 20
_MOST_SPENT = 20_000
"""How many schemas of large unions are asked in one comparison before no more values are looked for in such."""

_ENOUGH = 2
"""How many values that count only when what is not declared is refused are found before one of them is taken."""

_MOST_MIXED = 16
"""How many values that other changes refuse as well are passed over before the first of them is taken."""

_ALSO_OF_OTHER = frozenset(("length", "number", "count", "size", "without"))
_FEW = 4
_LONGEST = 20_000
_DECLARED = ("property", "variant", "required")


class Witness(Struct, frozen=True, kw_only=True):
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
    """A value that shows what was lost (or else gained) by a difference; None where none was found within the bound.

    One that is refused by the keyword of the difference and by nothing else is preferred to one that other changes of
    the same place refuse as well; one that it has no part in is none.
    """
    loose, strict = (relation.base, relation.head) if lost else (relation.head, relation.base)
    allowed, refused = (olds, news) if lost else (news, olds)
    written = _reads_as_written(relation, olds, news)
    maker, other = Maker(loose, direction, written), Maker(strict, direction, written)
    closable = difference.keyword in _DECLARED
    declared: list[Any] = []
    mixed: list[Any] = []
    seen: set[str] = set()
    size = max(_size(loose, allowed), _size(strict, refused))
    most = max(_LEAST_TRIED, MOST_TRIED * 10 // max(10, size))
    if relation.spent > _MOST_SPENT and size > _LARGE:
        most = 0
    for value in islice(_values(maker, allowed, other, refused, difference), most):
        text = key_of(value)
        if text in seen or len(text) > _LONGEST:
            continue
        seen.add(text)
        relation.spent += size if size > _LARGE else 0
        if accepts(strict.library, refused, value, direction, closed=closable) is not False:
            continue  # then no reading refuses it
        if not closable or accepts(strict.library, refused, value, direction) is False:
            if accepts(loose.library, allowed, value, direction) is True:
                part = part_of(strict, refused, value, direction, difference)
                if part is Part.ALONE:
                    return Witness(value=value, lost=lost)
                if part is Part.AMONG:
                    mixed.append(value)
                if len(mixed) == _MOST_MIXED or most < MOST_TRIED:
                    break
        elif accepts(loose.library, allowed, value, direction, closed=True) is True:
            declared.append(value)
            if len(declared) == _ENOUGH or most < MOST_TRIED:
                break
    if mixed:
        return Witness(value=mixed[0], lost=lost)
    return Witness(value=declared[0], lost=lost, declared=True) if declared else None


def _reads_as_written(relation: Relation, olds: Sequence[Node], news: Sequence[Node]) -> bool:
    try:
        return relation.reads_as_written(olds, news)
    except DanglingError:
        return False


def _size(side: Side, nodes: Sequence[Node]) -> int:
    """How many schemas a validator asks about one value of these, at least."""
    try:
        arms = side.shape(nodes).arms
    except DanglingError:
        return 0
    return len(arms) + sum(len(arm.stated.get(word, ())) for arm in arms for word in OPAQUE)


def _values(
    maker: Maker, nodes: Sequence[Node], other: Maker, others: Sequence[Node], difference: Difference
) -> Iterator[Any]:
    """Values made to measure first, then those that are near what the schemas allow."""
    try:
        for want in difference.wants:
            if want.kind == "under":
                yield from under(maker, nodes, other, want.what)
            else:
                yield from maker.tries(nodes, want)
        for want in difference.wants:  # what the stricter side allows in all but this
            if want.kind in _ALSO_OF_OTHER:
                yield from islice(other.tries(others, want), _FEW)
        yield from varied(maker, nodes)
    except DanglingError:
        return

"""Operations that both descriptions have, two and two, with the callbacks inside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from sluicegate.gates.contract.catalogue import BY_ID
from sluicegate.gates.contract.changes import Change, Pair
from sluicegate.gates.contract.lifecycle.compare import cap, stability

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sluicegate.openapi.operations import Description, Operation

K = TypeVar("K")

DEEPEST = 3
"""How many callbacks inside each other are compared."""


def pairs_of(
    olds: Mapping[K, Operation], news: Mapping[K, Operation], base: Description, head: Description
) -> Iterator[Pair]:
    """The operations that stand on both sides under the same key."""
    for key, before in olds.items():
        after = news.get(key)
        if after is not None:
            caps = cap(before.node)
            yield Pair(before=before, after=after, base=base, head=head, cap=caps, stability=stability(after.node))


def callbacks_of(pair: Pair) -> Iterator[Pair]:
    """The callbacks that an operation has on both sides."""
    yield from pairs_of(pair.base.callbacks(pair.before), pair.head.callbacks(pair.after), pair.base, pair.head)


def capped(pair: Pair, changes: Iterable[Change]) -> Iterator[Change]:
    """Changes inside an operation, none weighing more than it may; what others share too keeps its weight."""
    for change in changes:
        level = change.level or BY_ID[change.rule].level
        if change.component is None and level.weight > pair.cap.weight:
            yield replace(change, level=pair.cap)
        else:
            yield change

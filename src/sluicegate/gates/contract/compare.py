"""What travels between clients and servers, compared: operation by operation, in one direction at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sluicegate.gates.contract.bodies import request_body, responses
from sluicegate.gates.contract.carried import parameters
from sluicegate.gates.contract.pairs import DEEPEST, callbacks_of, capped, pairs_of
from sluicegate.openapi.direction import Direction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.contract.changes import Change, Pair
    from sluicegate.gates.contract.values import Values
    from sluicegate.openapi.operations import Description, Operation


def compare(base: Description, head: Description, values: Values) -> Iterator[Change]:
    """Every change from `base` to `head` of what travels in the direction of `values`."""
    for olds, news in ((base.operations, head.operations), (base.webhooks, head.webhooks)):
        for pair in pairs_of(olds, news, base, head):
            yield from capped(pair, _carried(pair, values))


def _carried(pair: Pair, values: Values) -> Iterator[Change]:
    before, after = pair.before, pair.after
    if not _reads_the_same(before, after, values):
        if pair.way(Direction.REQUEST) is values.direction:
            yield from parameters(pair, values)
            yield from request_body(pair, values)
        if pair.way(Direction.RESPONSE) is values.direction:
            yield from responses(pair, values)
    for inner in callbacks_of(pair):
        if len(inner.after.owners) <= DEEPEST:
            yield from capped(inner, _carried(inner, values))
        elif not _reads_the_same(inner.before, inner.after, values):
            title = inner.after.title
            values.doubt(f"{title}: callbacks inside each other are compared {DEEPEST} deep, and this is deeper")


def _reads_the_same(before: Operation, after: Operation, values: Values) -> bool:
    """Whether nothing that an operation says, or that its path says for it, is another, however far away."""
    olds, news = before.parameters, after.parameters
    return (
        values.same(before.node, after.node)
        and olds.keys() == news.keys()
        and all(values.same(old.use, news[key].use) for key, old in olds.items())
    )

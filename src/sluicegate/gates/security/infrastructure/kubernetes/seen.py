"""What the rules are asked about, and how they tell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.gates.security.saying import finding
from sluicegate.infrastructure.kubernetes import Thing
from sluicegate.model import Location
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.infrastructure.kubernetes import Container
    from sluicegate.infrastructure.values import Value
    from sluicegate.model import Finding, Level, Rule


class Seen(Struct, frozen=True, kw_only=True):
    """A file with its objects."""

    path: str
    shown: str
    things: list[Thing]

    def pods(self) -> Iterator[tuple[Thing, Value]]:
        """Every object that makes pods, with their specification."""
        yield from ((thing, thing.pod) for thing in self.things if thing.pod is not None)

    def containers(self) -> Iterator[tuple[Thing, Container]]:
        """Every container with the object that it is of."""
        for thing in self.things:
            yield from ((thing, one) for one in thing.containers())


def at(
    rule: Rule, seen: Seen, thing: Thing, value: Value, what: str, message: str, advice: str, level: Level | None = None
) -> Finding:
    """A finding about an object, at a value of it; `what` tells it from others of the object."""
    place = Location(path=seen.shown, line=value.line, column=value.column, logical=short(thing.shown))
    return finding(rule, (seen.path, thing.shown, what), place, one_line(message), advice=advice, level=level)


def short(text: str) -> str:
    """Foreign text for a message."""
    return shorten(one_line(text), 100)

"""What a law says of a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.gates.security.infrastructure.judged import Doubt
from sluicegate.infrastructure.resource import short
from sluicegate.infrastructure.values import Unknown, Value

if TYPE_CHECKING:
    from sluicegate.infrastructure.resource import Resource
    from sluicegate.model import Level


class Fault(Struct, frozen=True, kw_only=True):
    """What is wrong with a resource; `what` tells it from others of the same resource."""

    at: Value
    what: str
    message: str
    advice: str
    level: Level | None = None


Said = Fault | Doubt


def open_(resource: Resource, what: str, value: Value | None = None) -> Doubt:
    """That a resource leaves something open."""
    text = value.of.text if value is not None and isinstance(value.of, Unknown) else ""
    return Doubt(why=f"{short(resource.name)} leaves open {what}{f' (`{short(text)}`)' if text else ''}")

"""What a comparison of two shapes says: a difference of this level, or a pair of schemas one level further in."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from sluicegate.openapi.document import Node
    from sluicegate.openapi.relation.shape import Origin


class Effect(StrEnum):
    """What a difference does to the values that are allowed."""

    NARROWED = "narrowed"
    WIDENED = "widened"
    INCOMPARABLE = "incomparable"
    UNKNOWN = "unknown"

    @property
    def turned(self) -> Effect:
        """The effect of the way back."""
        return _TURNED.get(self, self)


_TURNED = {Effect.NARROWED: Effect.WIDENED, Effect.WIDENED: Effect.NARROWED}


class Want(Struct, frozen=True, kw_only=True):
    """A value to try as a witness: `kind` says which part of it is given, `what` that part.

    `value`: the value itself; `type`: any of that type; `length`, `count`, `size`: a string, array or object that
    long; `number`: the number; `without`, `with`: an object that lacks or has a property; `other`: a value that is not
    among those given; `arm`: any value of the variant of that number, also with each of the properties named;
    `under`: a value that a `not` or an `if` speaks of.
    """

    kind: str
    what: Any


class Difference(Struct, frozen=True, kw_only=True):
    """One thing that two schemas say differently of the same values.

    `keyword` names it, `parts` tell it from others of its keyword (a value, a property); `was` and `now` are what the
    sides say, as far as that can be said in a few words. `base` and `head` are the places that say it, or the nearest
    ones; `origins` to which component or variant those belong. `wants` are what a witness may be made from. Where it is
    `doubted`, the effect is this or none at all: only a witness can tell.
    """

    keyword: str
    effect: Effect
    base: Node
    head: Node
    was: Any = None
    now: Any = None
    parts: tuple[str, ...] = ()
    origins: tuple[Origin | None, Origin | None] = (None, None)
    wants: tuple[Want, ...] = ()
    doubted: bool = False


class Into(Struct, frozen=True, kw_only=True):
    """A pair to compare further in. `part`: a property's name, `[]` for items, `{}` for other members, and so on."""

    part: tuple[str, ...]
    base: tuple[Node, ...]
    head: tuple[Node, ...]
    origins: tuple[Origin | None, Origin | None] = (None, None)


Step = Difference | Into
HINTS = ("default", "x-extensible-enum")
"""Keywords that are told, though they allow and refuse nothing."""

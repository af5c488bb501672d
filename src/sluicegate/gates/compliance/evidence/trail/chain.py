"""The hash chain of a trail: what each event says of itself and of the one before it.

`hash` of an event is the SHA-256, in hexadecimal digits, over the event without its `hash` as canonical JSON (names
sorted, no white space, UTF-8: `json.dumps(event, sort_keys=True, separators=(",", ":"), ensure_ascii=False)`), followed
by the digits of the hash before it; nothing follows in the first event. Where events have `previous`, that is one of
their members, and it has to be the hash before. In an export that begins later, the `previous` of its first event
stands for what is not there.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct, field

MOST = 100
"""So many breaks are told one by one."""

_encode = msgspec.json.Encoder(order="sorted").encode
_ZEROS = "0" * 64
_LONGEST = 200


class Break(Struct, frozen=True, kw_only=True):
    """Where a chain does not hold: `kind` is edited, unlinked or unhashed."""

    kind: str
    file: str
    line: int
    event: str


class Chain(Struct, kw_only=True):
    """The chain so far. `links` counts the events that carry a hash, `broken` where it does not hold."""

    hash_at: tuple[str, ...]
    previous_at: tuple[str, ...]
    last: str = ""
    begun: bool = False
    links: int = 0
    unhashed: int = 0
    broken: int = 0
    breaks: list[Break] = field(default_factory=list)

    def take(self, event: dict[str, Any], file: str, line: int) -> str:
        """The next event; its hash where it is what it has to be, else "". The event loses its hash by it."""
        stated = _taken(event, self.hash_at) if self.hash_at else None
        if not isinstance(stated, str) or not stated:
            self.unhashed += 1
            if self.links:
                self._break("unhashed", file, line, self.last)
            return ""
        previous = _found(event, self.previous_at) if self.previous_at else None
        before = self.last
        if not self.begun:
            self.begun = True
            before = previous if isinstance(previous, str) and previous != _ZEROS else ""
            if self.unhashed:  # events before the first one that carries a hash
                self._break("unhashed", file, line, stated)
        linked = previous is None or previous == before or (not before and previous in ("", _ZEROS))
        content = _encode(event)
        self.links += 1
        made = sha256(content + before.encode()).hexdigest()
        if not linked:  # what stands before it is another one: whether it was edited is told by what it says itself
            made = sha256(content + str(previous).encode()).hexdigest() if isinstance(previous, str) else made
        self.last = stated
        if made != stated.lower():
            self._break("edited", file, line, stated)
            return ""
        if not linked:
            self._break("unlinked", file, line, stated)
        return made

    def _break(self, kind: str, file: str, line: int, event: str) -> None:
        self.broken += 1
        if len(self.breaks) < MOST:
            self.breaks.append(Break(kind=kind, file=file, line=line, event=event[:_LONGEST]))


def sealed(event: dict[str, Any], before: str) -> str:
    """The hash of an event that has none yet, after the one before it."""
    return sha256(_encode(event) + before.encode()).hexdigest()


def _taken(event: dict[str, Any], path: tuple[str, ...]) -> Any:
    """What stands under a name, which is taken out."""
    here: Any = event
    if len(path) > 1:
        for part in path[:-1]:
            here = here.get(part) if type(here) is dict else None
    return here.pop(path[-1], None) if type(here) is dict else None


def _found(event: dict[str, Any], path: tuple[str, ...]) -> Any:
    here: Any = event
    for part in path:
        here = here.get(part) if type(here) is dict else None
    return here

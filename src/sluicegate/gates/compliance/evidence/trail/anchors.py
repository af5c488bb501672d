"""What we keep of a trail so that nobody can cut or rewrite it unseen: how long it was, and the hash of its last event.

A chain that is made anew holds as well as the first one, and so does one that was cut at its end. An anchor lies where
whoever writes the trail does not write: in the store of the settings, recorded by `sluicegate compliance anchor`.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.sealed import BrokenError, Kind, read_as, write

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from sluicegate.model import History

KIND = Kind(format="sluicegate-trail-anchor", version=1, limit=1 << 16, again="anchor the trail again")

NEWEST = 10
"""So many anchors are held against a trail: the newest of those that hold proves all that stood before it."""

_FREE = re.compile(r"[^a-z0-9-]+")


class Anchor(Struct, frozen=True, kw_only=True):
    """What a trail was at a time.

    `hash` is that of its last event where it is a chain; `digest` is the SHA-256 over the bytes of those events that
    are in none, a line feed after each; `first` is the hash of the first one, or of its bytes. Times are as in
    RFC 3339.
    """

    trail: str
    at: str
    commit: str
    count: int
    hash: str
    digest: str
    first: str
    first_at: str
    last_at: str


class Watch:
    """Anchors on the look-out for what they remember, while a trail is read."""

    def __init__(self, anchors: Sequence[Anchor]) -> None:
        self.anchors = tuple(anchors)
        self.hashes = {each.hash for each in anchors if each.hash}
        self.counts = {each.count for each in anchors if not each.hash}
        self.seen: set[str] = set()
        self.digests: dict[int, str] = {}

    def passed(self, count: int, made: str, digest: Any) -> None:
        """An event: how many there were with it, its hash where that is right, and the digest over all so far."""
        if made and made in self.hashes:
            self.seen.add(made)
        if count in self.counts:
            self.digests[count] = digest.hexdigest()

    def state(self, anchor: Anchor, *, count: int, first: str, oldest: str, newest: str) -> str:
        """What became of an anchor, in a trail of so many events between two times.

        `holds`; `truncated`, where the trail ends before it; `rewritten`; `past`, where the trail begins after it;
        `moved`, where the trail begins elsewhere and has no chain, so that nobody can tell.
        """
        if anchor.hash in self.seen if anchor.hash else self.digests.get(anchor.count) == anchor.digest:
            return "holds"
        if oldest > anchor.last_at:
            return "past"
        if count == 0 or newest < anchor.last_at or (first == anchor.first and count < anchor.count):
            return "truncated"
        if not anchor.hash and first != anchor.first:
            return "moved"
        return "rewritten"


def folder(trail: str) -> str:
    """Where the anchors of a trail are, as stores name it."""
    plain = _FREE.sub("-", trail.lower()).strip("-")[:60]
    more = "" if plain == trail else "-" + hashlib.sha256(trail.encode()).hexdigest()[:8]
    return f"compliance/anchors/{plain or 'trail'}{more}"


def name_of(anchor: Anchor) -> str:
    """Under which name an anchor is kept."""
    stamp = re.sub(r"[^0-9]", "", anchor.at)[:14]
    return f"{folder(anchor.trail)}/{stamp}-{_short(encode(anchor))}.json"


def _short(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()[:12]


def encode(anchor: Anchor) -> bytes:
    """The document of an anchor."""
    from msgspec import structs

    return write(KIND, structs.asdict(anchor))


def kept(history: History, trail: str) -> list[Anchor]:
    """The newest anchors of a trail, oldest first. Raises GateError for a store or an anchor that cannot be read."""
    found = []
    for name in history.names(folder(trail) + "/")[-NEWEST:]:
        data = history.read(name)
        if data is None:
            continue
        try:
            one = read_as(KIND, data, Anchor)
        except BrokenError as error:
            told = f"the anchor {name} in {history.address} cannot be trusted: {error.message}"
            raise GateError(told, error.hint) from None
        if one.trail != trail or not name.endswith(f"-{_short(data)}.json"):
            told = f"the anchor {name} in {history.address} cannot be trusted: another one was put in its place"
            raise GateError(told, "look at who writes there; what stood there before is in its history")
        found.append(one)
    return found

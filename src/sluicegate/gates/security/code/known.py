"""What a scanner says of a content, which is the same wherever and on whichever side of a change that content stands.

So a scanner looks at a content once in a run: at the base, at what the change has made otherwise.
"""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from sluicegate.gates.security.code import ROW_OF, rule_id
from sluicegate.gates.security.code.places import source
from sluicegate.gates.security.code.scan import Hit
from sluicegate.gates.security.code.table import SAYS_A_SECRET

if TYPE_CHECKING:
    from sluicegate.gates.security.code.scan import Scan
    from sluicegate.tools.laid import Laid


class Place(Struct, frozen=True, kw_only=True):
    """One hit: its rule, the qualified name of what holds it, and a digest of what its line says.

    The digest stands for the line in the key, which every report carries: a line may hold what is not to be shown.
    """

    rule: str
    hit: Hit
    scope: str
    line: str


class Content(Struct, frozen=True, kw_only=True):
    """All that is known of a content. `looked`: the scanner shows that it did; `broken`: why it could not."""

    places: tuple[Place, ...] = ()
    looked: bool = False
    broken: str = ""
    quiet: int = 0


def contents(said: Scan, laid: Laid) -> dict[str, Content]:
    """What was said of the files that lie there, by the digests of their contents."""
    hits: dict[str, list[Hit]] = {}
    for hit in said.hits:
        hits.setdefault(hit.path, []).append(hit)
    return {
        laid.digests[path]: Content(
            places=_places(hits[path], laid.text(path)) if path in hits else (),
            looked=path in said.looked, broken=said.broken.get(path, ""), quiet=said.quiet[path],
        )
        for path in laid.names
    }  # fmt: skip


def _places(hits: list[Hit], text: str) -> tuple[Place, ...]:
    read = source(text)

    @cache  # a line may be the whole of a file, and hold thousands
    def digest(number: int, *, masked: bool) -> str:
        line = read.line(number, masked=masked)
        return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def place(hit: Hit) -> Place:
        rule = rule_id(hit.number)
        return Place(rule=rule, hit=hit, scope=read.scope(hit.line), line=digest(hit.line, masked=hides(rule)))

    return tuple(map(place, sorted(hits, key=lambda hit: (hit.line, hit.column or 0, hit.number))))


def hides(rule: str) -> bool:
    """Whether what is found is a secret, so that neither the line nor the scanner's words are told."""
    return rule in ROW_OF and ROW_OF[rule].number in SAYS_A_SECRET

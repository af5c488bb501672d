"""The nouns of evidence: what was asked, what was answered or recorded, and the items that controls judge."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct, field

from sluicegate.errors import GateError
from sluicegate.model import Location, Outcome, Undecided
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from sluicegate.gates.compliance.settings import Settings
    from sluicegate.model import Context


class Answer(Struct, frozen=True, kw_only=True, dict=True):
    """One answer. `file` and `line` are where it is kept."""

    query: str
    at: datetime
    body: str = ""
    status: int = 200
    scopes: str = ""
    file: str = ""
    line: int = 0

    @cached_property
    def sha256(self) -> str:
        """Of the answer as it came."""
        return hashlib.sha256(self.body.encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def said(self) -> Any:
        """What the answer says. Raises GateError where it is no JSON."""
        try:
            return msgspec.json.decode(self.body)
        except (ValueError, RecursionError):  # which half of a pair of surrogates is as well, and NaN
            raise GateError(
                f"{self.file}:{self.line}: the answer to {shorten(one_line(self.query), 80)} is no JSON",
                "record it anew, as it came",
            ) from None


class Recorded(Struct, kw_only=True):
    """All answers that the settings name, and what is wrong with their files."""

    answers: list[Answer] = field(default_factory=list)
    troubles: list[tuple[str, Undecided]] = field(default_factory=list)


class Item(Struct, frozen=True, kw_only=True):
    """One member of a population: what a predicate sees as `item`, and where it stands.

    `key` makes it the same one next time. Times in `data` are RFC 3339 texts, as JSON has them. `unknown` are the names
    of facts that it has and that what was read leaves open: they are not in `data`, and what hangs on one of them is
    inconclusive. A fact that an item does not have at all stands in neither. `elsewhere`: what is unknown here is
    another item's to say, and judged there. `undecided`: what is known of it does not decide, whatever a predicate
    makes of its data.
    """

    key: tuple[str, ...]
    data: dict[str, Any]
    unknown: tuple[str, ...] = ()
    elsewhere: bool = False
    location: Location = field(default_factory=Location)
    undecided: Undecided | None = None


class Gathered(Struct, frozen=True, kw_only=True):
    """What one question brought: the exact `query`, the SHA-256 of the raw answer, and the items in it.

    `undecided`: why there is no answer at all. `lacking`: why some of what was asked for is not in it, so that the
    items stand for themselves and not for the whole.
    """

    subject: str
    query: str
    sha256: str = ""
    items: tuple[Item, ...] = ()
    collected: datetime | None = None
    revision: str = ""
    source: str = ""
    undecided: Undecided | None = None
    lacking: tuple[Undecided, ...] = ()


class Asking(Struct, frozen=True, kw_only=True):
    """What a collector may look at."""

    context: Context
    settings: Settings
    recorded: Recorded


Collector = Any
"""From an `Asking` to an iterator of `Gathered`."""


def digest_of(value: Any) -> str:
    """The SHA-256 of plain data as JSON with sorted keys: for an answer that is no bytes of somebody else's."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()


def none(subject: str, query: str, outcome: Outcome, reason: str, hint: str = "") -> Iterator[Gathered]:
    """No answer, and why."""
    yield Gathered(subject=subject, query=query, undecided=Undecided(outcome=outcome, reason=reason, hint=hint))

"""Personal data in a trail: a sample of its events, drawn by a seed, is looked through by the detectors."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from sluicegate.gates.compliance.personal.detectors import found as detect

_LARGEST = 1 << 16
_ROOM = 64 << 20
"""So many bytes of events are kept in all."""

_LONG = 10**11

UNLOOKED = ("actor", "origin", "id", "hash", "previous", "at", "sequence")
"""What a trail is there to say of who did something, and what nobody wrote by hand."""


class Drawn(Struct, frozen=True):
    """An event of the sample as JSON, and where it stands; empty where it was too long to be kept."""

    file: str
    line: int
    text: bytes


class Sample:
    """So many events of a trail of any length, each with the same chance (Li 1994, algorithm L)."""

    def __init__(self, size: int, seed: str) -> None:
        self._size = size
        self._random = random.Random(seed)  # noqa: S311 - guards nothing, and is to be drawn again the same
        self.drawn: list[Drawn] = []
        self.next = 1
        self._weight = 1.0
        self._held = 0

    def take(self, count: int, file: str, line: int, event: dict[str, Any], size: int) -> None:
        """The event that `next` has waited for."""
        kept = Drawn(file, line, self._kept(event, size))
        self._held += len(kept.text)
        if len(self.drawn) < self._size:
            self.drawn.append(kept)
            self.next = count + 1
            if len(self.drawn) < self._size:
                return
        else:
            at = self._random.randrange(self._size)
            self._held -= len(self.drawn[at].text)
            self.drawn[at] = kept
        self._weight *= math.exp(math.log(self._random.random() or 1e-300) / self._size)
        skipped = math.log(self._random.random() or 1e-300) / math.log1p(-self._weight) if self._weight < 1 else 0
        self.next = count + int(skipped) + 1

    def _kept(self, event: dict[str, Any], size: int) -> bytes:
        if size > _LARGEST or self._held > _ROOM:
            return b""
        try:
            return msgspec.json.encode(event)
        except (OverflowError, msgspec.MsgspecError, RecursionError, UnicodeEncodeError):
            return b""


class Seen(Struct, kw_only=True):
    """What was found of a kind under a name: in how many events, and where first. What it says is not kept."""

    kind: str
    field: str
    file: str
    line: int
    events: int = 0


def scanned(drawn: Iterable[Drawn], names: dict[str, tuple[str, ...]]) -> list[Seen]:
    """What looks like personal data in a sample, by kind and field, without those fields that have to name somebody."""
    left_out = {name for noun in UNLOOKED for name in names.get(noun, ())}
    found: dict[tuple[str, str], Seen] = {}
    for each in drawn:
        if not each.text:
            continue
        here = {
            (hit.kind, path)
            for path, text in _texts(msgspec.json.decode(each.text))
            if path not in left_out
            for hit in detect(text)
            if not hit.reserved
        }
        for kind, path in here:
            shown = masked(path)
            seen = found.setdefault((kind, shown), Seen(kind=kind, field=shown, file=each.file, line=each.line))
            seen.events += 1
    return [found[key] for key in sorted(found)]


def masked(text: str) -> str:
    """A text that a report may show: nothing of it where it looks like personal data."""
    if any(True for _ in detect(text)):
        return f"(a text of {len(text)} characters that looks like personal data)"
    return text


def _texts(event: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text and every long number in an event, with its dotted name before it, as context; and every name."""
    left: list[tuple[Any, str]] = [(event, "")]
    while left:
        value, path = left.pop()
        if isinstance(value, dict):
            for name, each in value.items():
                whole = f"{path}.{name}" if path else name
                if not name.isidentifier():
                    yield whole, name
                left.append((each, whole))
        elif isinstance(value, list):
            left += [(each, f"{path}.0" if path else "0") for each in value]
        elif isinstance(value, str) or (type(value) is int and value > _LONG):
            yield path, f"{path.rpartition('.')[2]}: {value}"

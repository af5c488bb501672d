"""Many old runs in one document, each as it was, so that a long history is read with few requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct

from sluicegate.gates.performance.history.layout import folded_name
from sluicegate.gates.performance.history.record import untrusted
from sluicegate.sealed import BrokenError, Kind, canonical, read_as, write_compact

KIND = Kind(format="sluicegate-performance-folded", version=1, again="record again what is missing")

ROOM = KIND.limit // 2
"""So many bytes of runs go into one document at the most."""


class _Kept(Struct, frozen=True):
    name: str
    document: msgspec.Raw


class _Folded(Struct, frozen=True):
    suite: str
    fingerprint: str
    runs: tuple[_Kept, ...]


def fold(suite: str, fingerprint: str, runs: Mapping[str, bytes]) -> tuple[str, bytes]:
    """The name and the document for runs, given by name; the same runs give the same name and bytes."""
    # in their canonical form, so that all of the document is, whoever lays it out anew
    kept = tuple(_Kept(name, msgspec.Raw(canonical(msgspec.json.decode(runs[name])))) for name in sorted(runs))
    content = _Folded(suite, fingerprint, kept)
    return folded_name(suite, fingerprint, sorted(runs)), write_compact(KIND, content)


def unfold(data: bytes, *, address: str, name: str) -> dict[str, bytes]:
    """The documents of the runs, by name; each is still to be read. Raises GateError for anything but a whole one."""
    try:
        found = read_as(KIND, data, _Folded)
    except BrokenError as error:
        raise untrusted(address, name, error.message, error.hint) from None
    return {each.name: bytes(each.document) for each in found.runs}


def blocks(sizes: Mapping[str, int], per: int) -> Iterator[list[str]]:
    """The runs that go into one document each: `per` of them, fewer only where they have no room together.

    What does not fill a document at the end stays as it is.
    """
    block: list[str] = []
    room = ROOM
    for name, size in sizes.items():
        if size > ROOM:
            continue
        if size > room:
            yield block
            block, room = [], ROOM
        block.append(name)
        room -= size
        if len(block) == per:
            yield block
            block, room = [], ROOM

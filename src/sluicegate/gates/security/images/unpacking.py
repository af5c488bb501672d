"""Archives unpacked as they are read, piece by piece, and no further than a budget allows."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.text import plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.images.archive import Bytes

_PIECE = 1 << 16
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_FREE = 64 << 20
"""So much may be unpacked from however little: an empty file of some megabytes packs to nothing."""
_MEBIBYTE = 1 << 20


class Budget:
    """What is left of the work that one image may cause. Raises GateError where it is used up."""

    def __init__(self, *, members: int = 1_000_000, unpacked: int = 8 << 30, ratio: int = 200) -> None:
        self._members = members
        self._most = unpacked
        self._ratio = ratio
        self._unpacked = 0

    def member(self) -> None:
        """One more file, folder or link."""
        self._members -= 1
        if self._members < 0:
            raise GateError(
                "the image has more files than are looked at", hint="build it with fewer, or take it off the settings"
            )

    def take(self, got: int, made: int, packed: int) -> None:
        """So many more bytes, of `made` in all that came of `packed`."""
        self._unpacked += got
        if self._unpacked > self._most:
            raise GateError(
                f"the image unpacks to more than {self._most // _MEBIBYTE} MB, which is the most that is looked at",
                hint="build it smaller, or take it off the settings",
            )
        if made > _FREE and made > packed * self._ratio:
            raise GateError(
                f"{plural(packed, 'byte')} unpack to more than {self._ratio} times as many, as if to fill a disk",
                hint="find out who built it, and build it again",
            )


def unpacked(packed: Bytes, budget: Budget) -> Iterator[Bytes]:
    """The bytes in pieces. Raises GateError where they are broken or too many."""
    pieces = _gunzipped(packed) if bytes(packed[:2]) == _GZIP else _as_it_is(packed)
    made = 0
    for piece in pieces:
        made += len(piece)
        budget.take(len(piece), made, len(packed))
        yield piece


def _as_it_is(packed: Bytes) -> Iterator[Bytes]:
    for start in range(0, len(packed), _CHUNK):
        yield packed[start : start + _CHUNK]


def _gunzipped(packed: Bytes) -> Iterator[bytes]:
    """The members of a file, one after the other; zeros after the last are padding (gzip(1), "ADVANCED USAGE")."""
    reading = zlib.decompressobj(wbits=31)
    for at in range(0, len(packed), _PIECE):
        piece = bytes(packed[at : at + _PIECE])
        while piece:
            if reading.eof:
                piece = piece.lstrip(b"\0")
                if not piece:
                    break
                reading = zlib.decompressobj(wbits=31)
            try:
                yield reading.decompress(piece, _CHUNK)
            except zlib.error as error:
                raise _broken(str(error)) from None
            piece = reading.unused_data if reading.eof else reading.unconsumed_tail
    if not reading.eof:
        raise _broken("it ends too early")


def _broken(why: str) -> GateError:
    return GateError(f"what is packed with gzip cannot be unpacked: {why}", hint="build or fetch it again")

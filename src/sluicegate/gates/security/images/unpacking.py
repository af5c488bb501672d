"""Archives unpacked as they are read, piece by piece, and no further than a budget allows."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from sluicegate.errors import GateError
from sluicegate.text import plural

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Bytes = bytes | memoryview
_PIECE = 1 << 16
_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_GZIP_MODULES = ("zlib_ng.zlib_ng", "zlib")
"""One that takes half of the time, and the standard library's, which unpacks the same."""
_ZSTD_MODULES = ("compression.zstd", "backports.zstd")
"""The standard library's from Python 3.14 on, and the same for older ones."""
_FREE = 64 << 20
"""So much may be unpacked from however little: an empty file of some megabytes packs to nothing."""
_MEBIBYTE = 1 << 20


class UntriedError(GateError):
    """Nobody has looked: how a part is packed is not known here, or it lies elsewhere."""


class Budget:
    """What is left of the work that one image may cause. Raises GateError where it is used up."""

    def __init__(
        self, *, members: int = 1_000_000, unpacked: int = 8 << 30, ratio: int = 200, kept: int = 512 << 20
    ) -> None:
        self._members = members
        self._kept = kept
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

    def keep(self, size: int) -> None:
        """So many more bytes are held in memory."""
        self._kept -= size
        if self._kept < 0:
            raise GateError(
                "the databases of packages in the image hold more bytes than are read",
                hint="find out who built it, and build it again",
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
    """The bytes in pieces. Raises GateError where they are broken or too many, UntriedError where nobody can tell."""
    begin = bytes(packed[:4])
    pieces: Iterator[Bytes]
    if begin[:2] == _GZIP:
        module = _first_of(_GZIP_MODULES)
        pieces = _in_frames(packed, "gzip", lambda: module.decompressobj(wbits=31), module.error)
    elif begin == _ZSTD:
        module = _zstd()
        pieces = _in_frames(packed, "zstd", module.ZstdDecompressor, module.ZstdError)
    else:
        pieces = _as_it_is(packed)
    made = 0
    for piece in pieces:
        made += len(piece)
        budget.take(len(piece), made, len(packed))
        yield piece


def _as_it_is(packed: Bytes) -> Iterator[Bytes]:
    if packed:
        yield packed


def _zstd() -> Any:
    if module := _first_of(_ZSTD_MODULES):
        return module
    raise UntriedError(
        "it is packed with zstd, which this Python cannot unpack",
        hint="pip install 'sluicegate[security]', or use Python 3.14 or later",
    )


def _first_of(names: tuple[str, ...]) -> Any:
    """The first of some modules that is there, or None."""
    for name in names:
        with suppress(ImportError):
            return import_module(name)
    return None


def _in_frames(packed: Bytes, way: str, begin: Callable[[], Any], error: type[Exception]) -> Iterator[bytes]:
    """The frames of a file, one after the other; zeros after the last are padding (gzip(1), "ADVANCED USAGE")."""
    reading = begin()
    for at in range(0, len(packed), _PIECE):
        piece: Bytes = packed[at : at + _PIECE]
        while True:
            if reading.eof:
                piece = bytes(piece).lstrip(b"\0")
                if not piece:
                    break
                reading = begin()
            try:
                yield (made := reading.decompress(piece, _CHUNK))
            except error as wrong:
                raise _broken(way, str(wrong)) from None
            # zlib hands back what it has not read yet, zstd keeps it
            piece = reading.unused_data if reading.eof else getattr(reading, "unconsumed_tail", b"")
            if not piece and not reading.eof and (getattr(reading, "needs_input", True) or not made):
                break
    if not reading.eof:
        raise _broken(way, "it ends too early")


def _broken(way: str, why: str) -> GateError:
    return GateError(f"what is packed with {way} cannot be unpacked: {why}", hint="build or fetch it again")

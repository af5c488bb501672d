"""Which ids of events come twice, however far apart: 64 bits of each, sorted in runs on disk past what memory holds.

Two ids of 64 equal bits are taken for one. Among n ids there are such with a chance of n² / 2⁶⁵: one in 37 million
among a million, one in 3,700 among a hundred million. It can only tell too much: what comes twice is always told.
"""

from __future__ import annotations

import heapq
import tempfile
from array import array
from collections.abc import Iterator
from hashlib import blake2b
from typing import IO

from msgspec import Struct, field

REMEMBERED = 500_000
"""So many ids are held in memory; then they are sorted and written down."""

_BLOCK = 1 << 13
"""So many of them are read back at a time from each run."""

_LINES = 1 << 40
_BITS = 8


class Twice(Struct, frozen=True, kw_only=True):
    """An id that has been there before: `mark` stands for it, with where it comes again."""

    mark: str
    file: str
    line: int


class Identities(Struct, kw_only=True):
    """The ids so far. `taken` is how many were looked at; `lost`: why the others were not, "" where all were."""

    taken: int = 0
    lost: str = ""
    young: dict[int, int] = field(default_factory=dict)
    again: list[tuple[int, int]] = field(default_factory=list)
    files: dict[str, int] = field(default_factory=dict)
    runs: list[tuple[int, int]] = field(default_factory=list)
    kept: IO[bytes] | None = None

    def take(self, value: str, file: str, line: int) -> None:
        """The id of the next event."""
        if self.lost:
            return
        mark = int.from_bytes(blake2b(value.encode("utf-8", "surrogatepass"), digest_size=_BITS).digest(), "big")
        place = self.files.setdefault(file, len(self.files)) * _LINES + line
        if self.young.setdefault(mark, place) != place:
            self.again.append((mark, place))
            if len(self.again) >= REMEMBERED:
                self._write()
        elif len(self.young) >= REMEMBERED:
            self._write()
        self.taken += not self.lost

    def twice(self) -> Iterator[Twice]:
        """All that come again, in the order of their marks; nothing may be taken after it."""
        names = list(self.files)
        before = -1
        for mark, place in heapq.merge(sorted([*self.young.items(), *self.again]), *map(self._read, self.runs)):
            if mark == before:
                yield Twice(mark=f"{mark:016x}", file=names[place // _LINES], line=place % _LINES)
            before = mark
        if self.kept is not None:
            self.kept.close()

    def _write(self) -> None:
        """Write down what is in memory, sorted; where that cannot be done, nothing more is looked at."""
        run = sorted([*self.young.items(), *self.again])
        try:
            self.kept = self.kept or tempfile.TemporaryFile()  # noqa: SIM115 - closed with the last who knows of it
            start = self.kept.seek(0, 2)
            for at in range(0, len(run), _BLOCK):
                array("Q", [part for pair in run[at : at + _BLOCK] for part in pair]).tofile(self.kept)
            self.kept.flush()
        except OSError as error:
            self.lost = f"the folder for what is temporary: {error.strerror or error}"
            return
        self.runs.append((start, len(run)))
        self.young, self.again = {}, []

    def _read(self, run: tuple[int, int]) -> Iterator[tuple[int, int]]:
        assert self.kept is not None  # noqa: S101 - there is a run
        start, left = run
        while left:
            self.kept.seek(start)
            block = array("Q")
            block.frombytes(self.kept.read(2 * _BITS * min(left, _BLOCK)))
            yield from zip(block[::2], block[1::2], strict=True)
            start += block.itemsize * len(block)
            left -= len(block) // 2

"""A tar (POSIX.1-1988 ustar) of plain files, whose bytes follow from its content alone; and its reading.

A header that is not exactly the one that is written here for its name and size is refused: so no link, no device, no
path out of the folder, no second spelling of a number can be in a bundle that is read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from sluicegate.errors import Exit, SluicegateError, UserError
from sluicegate.text import one_line, shorten

BLOCK = 512
LARGEST = 1 << 30
"""So many bytes a bundle has at the most."""
MOST = 10_000
"""So many files."""

_NAME = re.compile(r"[a-z0-9][A-Za-z0-9._-]*(/[a-z0-9][A-Za-z0-9._-]*){0,3}")
_LONGEST = 100
_END = bytes(2 * BLOCK)
_ANEW = "get it again from where it is kept; if it is so there, it was cut or rewritten"
_CHUNK = 1 << 20
_WRITE = "write one: sluicegate compliance bundle RUN.json --output evidence.tar"


class Entry(Struct, frozen=True, kw_only=True):
    """A file of a bundle: where its bytes lie in it, and their SHA-256."""

    name: str
    start: int
    size: int
    sha256: str


class Bundle(Struct, frozen=True, kw_only=True):
    """A bundle that was read once: its files by name, in their order."""

    path: Path
    entries: dict[str, Entry]

    def read(self, name: str, limit: int) -> bytes:
        """The bytes of a file of it. Raises RefusedError: none there, too large, or changed meanwhile."""
        entry = self.entries.get(name)
        if entry is None:
            raise refused(f"there is no {name} in it")
        if entry.size > limit:
            raise refused(f"{name} has {entry.size:,} bytes, and at most {limit:,} are read")
        with self.path.open("rb") as file:
            file.seek(entry.start)
            data = file.read(entry.size)
        if hashlib.sha256(data).hexdigest() != entry.sha256:
            raise refused(f"{name} has changed while it was read")
        return data


class RefusedError(SluicegateError):
    """A bundle is not whole, or does not say one thing (exit 1)."""

    exit = Exit.FAILED


def refused(why: str, hint: str = _ANEW) -> RefusedError:
    """That a bundle is none, and why."""
    return RefusedError(f"the bundle is refused: {why}", hint=hint)


def written(files: Iterator[tuple[str, bytes]]) -> Iterator[bytes]:
    """The bytes of a tar with these files in this order. Raises ValueError for a name that is none."""
    for name, data in files:
        yield _header(name, len(data))
        yield data
        yield bytes(-len(data) % BLOCK)
    yield _END


def opened(path: Path) -> Bundle:
    """What is in a bundle, each file hashed. Raises RefusedError, which tells what is wrong and where."""
    try:
        if not path.is_file() and path.exists():
            raise UserError(f"{one_line(str(path))} is no file", hint=_WRITE)
        size = path.stat().st_size
        with path.open("rb") as file:
            return Bundle(path=path, entries={each.name: each for each in _entries(file, size)})
    except OSError as error:
        told = one_line(f"{path} cannot be read: {error.strerror or error}")
        raise UserError(told, hint=_WRITE) from error


def _entries(file: BinaryIO, size: int) -> Iterator[Entry]:
    if size > LARGEST:
        raise refused(f"it has {size:,} bytes, and at most {LARGEST:,} are read")
    names: set[str] = set()
    at = 0
    while True:
        head = file.read(BLOCK)
        if len(head) < BLOCK:
            raise refused(f"it is cut at byte {at + len(head):,}: no end follows {len(names):,} files")
        if not any(head):
            if head + file.read(BLOCK + 1) != _END:
                raise refused(f"after its end at byte {at:,} something follows, or a part of the end is missing")
            return
        name, length = _read(head, at)
        if name in names:
            raise refused(f"{name} stands in it twice, at byte {at:,} for the second time")
        if len(names) == MOST:
            raise refused(f"it has more than {MOST:,} files")
        names.add(name)
        yield _hashed(file, name, start=at + BLOCK, size=length)
        at += BLOCK + length + -length % BLOCK


def _hashed(file: BinaryIO, name: str, *, start: int, size: int) -> Entry:
    digest, left = hashlib.sha256(), size
    while left:
        data = file.read(min(left, _CHUNK))
        if not data:
            raise refused(f"it is cut at byte {start + size - left:,}, in {name}")
        digest.update(data)
        left -= len(data)
    padding = file.read(-size % BLOCK)
    if len(padding) != -size % BLOCK or any(padding):
        raise refused(f"behind {name}, at byte {start + size:,}, stands what does not belong there, or it is cut")
    return Entry(name=name, start=start, size=size, sha256=digest.hexdigest())


def _header(name: str, size: int) -> bytes:
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        raise ValueError(f"{name} is no name of a file in a bundle")
    fields = b"".join((
        name.encode().ljust(100, b"\0"), b"0000644\0", b"0000000\0", b"0000000\0", b"%011o\0" % size, b"00000000000\0",
        b" " * 8, b"0", bytes(100), b"ustar\x0000", bytes(64), b"0000000\0", b"0000000\0", bytes(155), bytes(12),
    ))  # fmt: skip
    return fields.replace(b" " * 8, b"%06o\0 " % sum(fields), 1)


def _read(head: bytes, at: int) -> tuple[str, int]:
    """The name and the size of a header that is one of ours."""
    name = head[:100].rstrip(b"\0").decode("ascii", "replace")
    digits = head[124:135]
    if _NAME.fullmatch(name) and re.fullmatch(rb"[0-7]{11}", digits):
        size = int(digits, 8)
        if _header(name, size) == head:
            return name, size
    shown = shorten(one_line(name), 80) or "nothing"
    raise refused(f"the header at byte {at:,} ({shown}) is not that of a plain file with a name inside of the bundle")

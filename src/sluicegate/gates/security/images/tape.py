"""A tar archive read once and forward, as a stream: nothing is written to a disk, and no link is followed.

`tarfile` parses all headers but those of ordinary files, folders and links, which are most. It gets a file that goes
forward only and hands out headers of a bounded size, so that archives that are known to hold it up cannot: those that
lead backwards, never end, or have names that fill the memory.
"""

from __future__ import annotations

import posixpath
import tarfile
from typing import TYPE_CHECKING, NamedTuple, Self

from sluicegate.errors import GateError
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sluicegate.gates.security.images.unpacking import Budget, Bytes

_BLOCK = 512
_ORDINARY = b"".join((tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.LNKTYPE, tarfile.SYMTYPE))
_BLANK = 8 * ord(" ")
"""What the checksum of a header counts in its own place."""
_ENCODING, _ERRORS = "utf-8", "surrogateescape"
_LARGEST_HEADER = 1 << 16
_LONGEST_PATH = 4096
_DEEPEST = 256
_MOST_GLOBALS = 64
_SHOWN = 80


class Member(NamedTuple):
    """A file, folder, link or device, by its path from the root without a leading `/`."""

    path: str
    info: tarfile.TarInfo
    tape: _Tape

    def read(self, size: int) -> bytes:
        """So many more bytes of a file; to be read before the next member is. Raises GateError: it ends before."""
        got = self.tape.taken(size)
        if len(got) < size:
            raise _broken(f"{shorten(one_line(self.path), _SHOWN)} ends too early")
        return got


class Header(tarfile.TarInfo):
    """A header: those that most archives have are read in a fifth of the time, all others as tarfile reads them."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        """The header in a block. Raises tarfile.HeaderError."""
        return cls.ordinary(bytes(buf), encoding, errors) or super().frombuf(buf, encoding, errors)

    @classmethod
    def ordinary(cls, block: bytes, encoding: str, errors: str) -> Self | None:
        """The header of a file, folder or link; None where it is of another kind, or is to be told what is wrong.

        POSIX.1-1988, "ustar interchange format".
        """
        if len(block) != _BLOCK or block[257:262] != b"ustar" or block[156] not in _ORDINARY:
            return None
        try:  # mode, size and checksum, in octal digits
            mode = int(block[100:108].rstrip(b"\0 ") or b"0", 8)
            size = int(block[124:136].rstrip(b"\0 ") or b"0", 8)
            told = int(block[148:156].rstrip(b"\0 ") or b"0", 8)
        except ValueError:
            return None
        # most of a header is zeros, which add nothing
        if told != sum(block.translate(None, b"\0")) - sum(block[148:156]) + _BLANK:
            return None  # tarfile knows sums of signed bytes too
        name, link, before = (
            block[at:end].partition(b"\0")[0].decode(encoding, errors) for at, end in ((0, 100), (157, 257), (345, 500))
        )
        found = cls(f"{before}/{name}" if before else name)
        found.mode, found.size, found.linkname, found.type = mode, size, link, block[156:157]
        if found.type == tarfile.DIRTYPE:
            found.name = found.name.rstrip("/")
        return found


def members(pieces: Iterator[Bytes], budget: Budget) -> Iterator[Member]:
    """The members of an archive, in order. Raises GateError where it is broken, or a member leads out of the root."""
    tape = _Tape(pieces)
    try:
        archive = tarfile.TarFile(fileobj=tape, tarinfo=Header, encoding=_ENCODING, errors=_ERRORS)  # type: ignore[arg-type] # read forward only
        info = archive.next()
        while info is not None:
            archive.members.clear()  # type: ignore[attr-defined] # it would keep every header
            if len(archive.pax_headers) > _MOST_GLOBALS:
                raise _broken("it has more headers for all of its members than any has")
            if info.size < 0:
                raise _broken("a header leads backwards")
            budget.member()
            yield Member(_path(info), info, tape)
            info = _next(archive, tape)
    except (tarfile.TarError, ValueError, OverflowError, IndexError) as error:
        raise _broken(one_line(str(error))) from None
    except RecursionError:
        raise _broken("its headers are nested too deeply") from None
    tape.finish()


def _next(archive: tarfile.TarFile, tape: _Tape) -> tarfile.TarInfo | None:
    """The next member: read here where it is ordinary and nothing before it says more of it, else by tarfile."""
    start: int = archive.offset  # where the next header begins
    if tape.seek(start) < start:
        raise _broken("unexpected end of data")
    info = None if archive.pax_headers else Header.ordinary(tape.coming(_BLOCK), _ENCODING, _ERRORS)
    if info is None:
        return archive.next()
    info.offset_data = tape.seek(start + _BLOCK)
    content = -(-info.size // _BLOCK) * _BLOCK if info.type == tarfile.REGTYPE else 0
    archive.offset = info.offset_data + content
    return info


def _path(info: tarfile.TarInfo) -> str:
    path = info.name
    if path[:1] in ("", "/", ".") or "//" in path or "/." in path:
        path = posixpath.normpath("/" + path).lstrip("/")
    for name in (info.name, info.linkname if info.islnk() else ""):
        if len(name) > _LONGEST_PATH:
            raise _broken(f"a path has {len(name)} signs")
        if name.count("/") > _DEEPEST:
            raise _broken(f"a path leads {name.count('/')} folders down")
        if ".." in name and ".." in name.split("/") and posixpath.normpath(name.lstrip("/")).startswith(".."):
            raise _broken(f"`{shorten(one_line(name), _SHOWN)}` leads out of the root")
    return path


class _Tape:
    """The stream as tarfile reads it: `read` is for headers alone."""

    def __init__(self, pieces: Iterator[Bytes]) -> None:
        self._pieces = pieces
        self._held: Bytes = b""
        self._start = 0
        self._position = 0
        self._last = b""

    def tell(self) -> int:
        return self._position

    def seek(self, to: int) -> int:
        if to < self._position:
            raise _broken("a header leads backwards")
        self._skip(to - self._position)
        return self._position

    def read(self, size: int) -> bytes:
        if size < 0 or size > _LARGEST_HEADER:
            raise _broken(f"a header asks for {size} bytes")
        got = self.taken(size)
        if size == _BLOCK:
            self._last = got
        return got

    def coming(self, size: int) -> bytes:
        """The bytes that come next, as many as lie at hand of so many."""
        return bytes(self._held[self._start : self._start + size])

    def finish(self) -> None:
        """What tarfile took for the end has to be one: it stops at a header that it cannot read without a word."""
        if self._last.strip(b"\0") or self.taken(_BLOCK).strip(b"\0"):
            raise _broken(f"there is no header at byte {max(self._position - _BLOCK, 0)}, where one has to be")
        for piece in self._pieces:  # the rest is padding, whose digest counts all the same
            del piece

    def taken(self, size: int) -> bytes:
        """So many bytes, or what is left of them."""
        end = self._start + size
        if end <= len(self._held):
            got = bytes(self._held[self._start : end])
            self._start = end
            self._position += size
            return got
        parts = []
        left = size
        while left:
            if self._start == len(self._held) and not self._next():
                break
            part = bytes(self._held[self._start : self._start + left])
            self._start += len(part)
            left -= len(part)
            parts.append(part)
        self._position += size - left
        return b"".join(parts)

    def _skip(self, size: int) -> None:
        while size:
            if self._start == len(self._held) and not self._next():
                return
            step = min(size, len(self._held) - self._start)
            self._start += step
            self._position += step
            size -= step

    def _next(self) -> bool:
        for piece in self._pieces:
            if piece:
                self._held, self._start = piece, 0
                return True
        return False


def _broken(why: str) -> GateError:
    return GateError(f"an archive of the image cannot be read: {why}", hint="build or fetch the image again")

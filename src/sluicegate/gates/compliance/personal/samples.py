"""Samples of logs, read in pieces of whole lines: however long a log is, a piece is all that is held of it."""

from __future__ import annotations

import gzip
import io
import os
import random
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from msgspec import Struct

from sluicegate.errors import GateError, UnreadableError
from sluicegate.revision.ondisk import fitting
from sluicegate.text import one_line

if TYPE_CHECKING:
    from sluicegate.gates.compliance.items import Asking

PIECE = 1 << 20
"""Bytes of a piece, to which the rest of its last line comes."""

_LINE = 1 << 16
_OVERLAP = 512
_IN_MEMORY = 64 << 20
_ON_DISK = ("working tree", "folder")
SEED = 7


class Piece(Struct, frozen=True, kw_only=True):
    """A run of lines. `line` is the number of the first one, None where what is before was not read."""

    content: bytes
    line: int | None


class Log(Struct, frozen=True, kw_only=True):
    """A log: in a tree with its content, or on disk alone with its `file`."""

    path: str
    shown: str
    content: bytes = b""
    file: Path | None = None
    trouble: str = ""

    def open(self) -> IO[bytes]:
        """The log as it is kept."""
        return self.file.open("rb") if self.file else io.BytesIO(self.content)

    @property
    def size(self) -> int:
        """Bytes that are kept of it."""
        return self.file.stat().st_size if self.file else len(self.content)


def logs(asking: Asking) -> Iterator[Log]:
    """The logs that the settings name: those of the tree, and at head those on disk that git does not keep."""
    tree, folder = asking.context.head, asking.context.folder
    done: set[str] = set()
    for pattern in asking.settings.logs:
        there = tree.glob(pattern)
        for path in there:
            if path not in done:
                done.add(path)
                yield _of_tree(asking, path)
        try:
            beside = [] if asking.context.past or not folder else list(_ignored(asking, pattern))
        except GateError as error:
            yield Log(path=pattern, shown=pattern, trouble=error.message)
            continue
        for path in beside:
            if path not in done:
                done.add(path)
                yield _on_disk(asking, path)
        if not there and not beside and not asking.context.past:
            yield Log(path=pattern, shown=pattern, trouble=f"there is no log {pattern}")


def _of_tree(asking: Asking, path: str) -> Log:
    tree = asking.context.head
    try:
        return Log(path=path, shown=tree.display(path), content=tree.read(path, _IN_MEMORY))
    except UnreadableError as error:
        if tree.name in _ON_DISK and (log := _on_disk(asking, path)) and log.file and log.size > _IN_MEMORY:
            return log
        return Log(path=path, shown=tree.display(path), trouble=error.message)


def _ignored(asking: Asking, pattern: str) -> Iterator[str]:
    root = Path(asking.context.folder)
    paths = (found.relative_to(root).as_posix() for found in fitting(root, pattern))
    yield from (path for path in paths if asking.context.head.unkept(path))


def _on_disk(asking: Asking, path: str) -> Log:
    root = Path(asking.context.folder)
    shown = asking.context.head.display(path)
    real = (root / path).resolve()
    if not real.is_relative_to(root.resolve()):
        return Log(path=path, shown=shown, trouble=f"{path} is a link to a place outside of the repository")
    return Log(path=path, shown=shown, file=real)


def pieces(log: Log, most: int) -> Iterator[Piece]:
    """The pieces of a log up to so many bytes; of a longer one, pieces drawn over all of it, always the same ones.

    What is packed by gzip can only be read from its beginning. Raises UnreadableError.
    """
    try:
        with log.open() as stream:
            if log.path.endswith(".gz"):
                with gzip.open(stream) as unpacked:
                    yield from _run(unpacked, most)
            elif log.size <= most:
                yield from _run(stream, most)
            else:
                yield from _drawn(stream, log.size, most)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError(f"{log.shown} cannot be read: {one_line(str(error))}") from None


def _run(stream: IO[bytes] | gzip.GzipFile, most: int) -> Iterator[Piece]:
    line, kept, done = 1, b"", 0
    while done < most and (content := stream.read(PIECE)):
        if not content.endswith(b"\n"):
            content += stream.readline(_LINE)
        done += len(content)
        yield Piece(content=kept + content, line=line)
        line += content.count(b"\n")
        kept = b"" if content.endswith(b"\n") else content[-_OVERLAP:]  # a line that is longer than any should be


def _drawn(stream: IO[bytes], size: int, most: int) -> Iterator[Piece]:
    drawn = random.Random(SEED)  # noqa: S311 - to draw, not to hide
    count = max(1, most // PIECE)
    for at in range(count):
        start = 0 if at == 0 else int((at + drawn.random()) * size / count)
        stream.seek(start, os.SEEK_SET)
        if start:
            stream.readline(_LINE)
        content = stream.read(PIECE)
        yield Piece(content=content + stream.readline(_LINE), line=None if start else 1)

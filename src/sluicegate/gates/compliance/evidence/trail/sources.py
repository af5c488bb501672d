"""The files of a trail: from disk where git has none of them, from the tree where it does; always streamed."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.revision.ondisk import fitting

if TYPE_CHECKING:
    from sluicegate.model import Tree

MOST = 100_000
"""So many files may a pattern name."""

KEPT = 256 << 20
"""So many bytes has a file that is read from a commit, whole; what lies on disk has no bound."""

INFLATED = 64 << 30
"""So many bytes come out of one packed file at the most."""

_PACKED = b"\x1f\x8b"
_BUFFER = 1 << 20


class Source(Struct, frozen=True, kw_only=True):
    """A file: `opened` gives its bytes as they lie, `shown` is how a location names it."""

    name: str
    shown: str
    opened: Callable[[], BinaryIO]
    archived: bool = False


class Files(Struct, frozen=True, kw_only=True):
    """Where the files of trails are looked for: a folder on disk, and the tree that is judged.

    `whole`: the tree is what lies on disk, so that its files are streamed from there. Without `disk`, the tree alone.
    """

    folder: Path
    tree: Tree | None = None
    whole: bool = True
    disk: bool = True

    def of(self, patterns: tuple[str, ...], archive: tuple[str, ...] = ()) -> tuple[list[Source], list[str]]:
        """The files of some patterns, each once, and the patterns that name none. Raises GateError for too many."""
        away = {path for pattern in archive for path in self._named(pattern)}
        found: dict[str, Source] = {}
        without = []
        for pattern in patterns:
            named = self._named(pattern)
            if not named:
                without.append(pattern)
            if len(named) > MOST:
                raise GateError(f"{pattern} names {len(named):,} files, and at most {MOST:,} are read")
            for path in named:
                if path not in found:
                    found[path] = self._source(path, archived=path in away)
        return list(found.values()), without

    def read(self, path: str, limit: int) -> bytes | None:
        """A small file; None where there is none. Raises GateError."""
        if not self._named(path):
            return None
        with self._source(path, archived=False).opened() as stream:
            content = stream.read(limit + 1)
        if len(content) > limit:
            raise GateError(f"{path} has more than {limit:,} bytes", "name another file")
        return content

    def _named(self, pattern: str) -> list[str]:
        lying = fitting(self.folder, pattern)
        found = set(self.tree.glob(pattern)) if self.tree is not None else set()
        if self.disk:
            found |= {path.relative_to(self.folder).as_posix() for path in lying}
        return sorted(found)

    def _source(self, name: str, *, archived: bool) -> Source:
        tree = self.tree
        shown = tree.display(name) if tree is not None else name
        on_disk = self.disk and (tree is None or tree.find(name) is None or self.whole)
        if tree is None or (on_disk and (self.folder / name).is_file()):
            return Source(name=name, shown=shown, opened=lambda: self._on_disk(name), archived=archived)
        return Source(name=name, shown=shown, opened=lambda: io.BytesIO(tree.read(name, KEPT)), archived=archived)

    def _on_disk(self, name: str) -> BinaryIO:
        path = self.folder / name
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise GateError(f"{name} is a link to a place outside of the repository", "name a file in it")
        try:
            return path.open("rb", buffering=0)
        except OSError as error:
            raise GateError(f"{name} cannot be read: {error.strerror or error}") from error


class _Hashed(io.RawIOBase):
    """A stream that hashes what is read of it."""

    def __init__(self, stream: BinaryIO, digest: Any) -> None:
        self._stream, self._digest = stream, digest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._digest.update(data)
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


class Content(Struct, kw_only=True):
    """The bytes of a file, unpacked where they are packed; `sha256` is of those that lie there, once all were read."""

    stream: io.BufferedReader[Any]
    lying: Any
    packed: bool
    raw: io.BufferedReader[Any]

    def drained(self) -> str:
        """Read what nobody has read, and give the hash of the whole file."""
        while self.raw.read(_BUFFER):
            pass
        return str(self.lying.hexdigest())

    def close(self) -> None:
        """Let the file go."""
        self.stream.close()
        self.raw.close()


def content(source: Source) -> Content:
    """The content of a file, to be read once. Raises GateError."""
    lying = hashlib.sha256()
    raw: io.BufferedReader[Any] = io.BufferedReader(_Hashed(source.opened(), lying), _BUFFER)
    packed = raw.peek(2)[:2] == _PACKED
    stream: io.BufferedReader[Any] = io.BufferedReader(gzip.GzipFile(fileobj=raw), _BUFFER) if packed else raw
    return Content(stream=stream, lying=lying, packed=packed, raw=raw)


def chunks(stream: io.BufferedReader[Any], limit: int) -> Iterator[bytes]:
    """What a stream holds, in parts. Raises GateError past a limit."""
    total = 0
    while part := stream.read(_BUFFER):
        total += len(part)
        if total > limit:
            raise GateError(f"it holds more than {limit:,} bytes")
        yield part

"""The documents of a database of advisories on disk: OSV's `all.zip`, or a folder of JSON documents and such archives.

Archives are read in place and within bounds: nothing is unpacked, no name in them is a path of this machine.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.kept import cache_folder, unsafe, write_whole
from sluicegate.text import one_line, plural, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 16 << 20
"""So many bytes of one advisory are read at the most."""

MOST = 3_000_000
"""So many documents are read at the most; all of OSV has less than one million."""

_MOST_BYTES = 16 << 30
_RATIO = 200
"""A text of words shrinks to a tenth; what shrinks to a two hundredth is made to fill a disk."""
_LARGE = 8 << 20
_TICK = 2_000_000_000
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FREE = 64 << 20
"""What an archive may hold whatever its ratio."""

_ANEW = "fetch the advisories anew; a database is OSV's all.zip, or a folder with its documents"


def place(folder: str, name: str) -> Path:
    """Where a file of the settings lies. Raises GateError: it is an address, or it is not there."""
    if "://" in name:
        raise GateError(
            f"{shorten(one_line(name), 100)} is an address, and only advisories are fetched",
            hint="fetch it before the check, and name the file",
        )
    path = Path(folder, name)
    try:
        there = path.exists()
    except (OSError, ValueError):  # a name that no file can have
        there = False
    if not there:
        raise GateError(f"{one_line(name)} is not there", hint=f"correct the settings of [security], or {_ANEW}")
    return path


def digest(path: Path) -> str:
    """The SHA-256 of a file, or of a folder's names and contents. Raises GateError."""
    try:
        if path.is_dir():
            whole = hashlib.sha256()
            for name, file in _files(path):
                whole.update(f"{name}\0{_file_digest(file, *_stat(file))}\n".encode("utf-8", "surrogateescape"))
            return whole.hexdigest()
        return _file_digest(path, *_stat(path))
    except OSError as error:
        raise GateError(f"{path} cannot be read: {error.strerror}", hint=_ANEW) from error


def documents(path: Path, shown: str) -> Iterator[tuple[str, bytes]]:
    """Every document with its name. Raises GateError: broken, too large, made to fill memory."""
    if not path.is_dir():
        yield from _zipped(path, shown)
        return
    for name, file in _files(path):
        if name.endswith(".zip"):
            yield from _zipped(file, f"{shown}/{name}")
            continue
        try:
            with file.open("rb") as stream:
                content = stream.read(LARGEST + 1)
        except OSError as error:
            raise GateError(f"{shown}/{one_line(name)} cannot be read: {error.strerror}", hint=_ANEW) from error
        yield f"{shown}/{one_line(name)}", _bounded(content, f"{shown}/{one_line(name)}")


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """The JSON documents and the archives below a folder, in order. Links that lead out of it end the reading."""
    around = folder.resolve()
    found: list[tuple[str, Path]] = []
    for top, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(top, name)
            if name.endswith((".json", ".zip")) and not name.startswith("."):
                if path.is_symlink() and not path.resolve().is_relative_to(around):
                    raise GateError(f"{one_line(str(path))} is a link to a place outside of the advisories", hint=_ANEW)
                found.append((path.relative_to(folder).as_posix(), path))
    if len(found) > MOST:
        raise GateError(f"{folder} holds more than {MOST:,} files", hint=_ANEW)
    yield from sorted(found)


def _zipped(path: Path, shown: str) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = [info for info in archive.infolist() if info.filename.endswith(".json")]
            _check(infos, path.stat().st_size, shown)
            for info in infos:
                name = f"{shown}: {shorten(one_line(info.filename), 100)}"
                if info.flag_bits & 1:
                    raise GateError(f"{name} is encrypted", hint=_ANEW)
                with archive.open(info) as stream:
                    yield name, _bounded(stream.read(LARGEST + 1), name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise GateError(f"{shown} is no whole zip archive: {shorten(one_line(str(error)), 200)}", hint=_ANEW) from error
    except OSError as error:
        raise GateError(f"{shown} cannot be read: {error.strerror or error}", hint=_ANEW) from error


def _check(infos: list[zipfile.ZipInfo], size: int, shown: str) -> None:
    if len(infos) > MOST:
        raise GateError(f"{shown} holds more than {plural(MOST, 'document')}", hint=_ANEW)
    total = sum(info.file_size for info in infos)
    if total > _MOST_BYTES or total > max(_RATIO * size, _FREE):
        raise GateError(f"{shown} would grow from {size:,} to {total:,} bytes, as no advisories do", hint=_ANEW)


def _bounded(content: bytes, name: str) -> bytes:
    if len(content) > LARGEST:
        raise GateError(f"{name} has more than {LARGEST:,} bytes, as no advisory has", hint=_ANEW)
    return content


def _stat(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev


@lru_cache(maxsize=4)
def _file_digest(path: Path, *stat: int) -> str:
    """The digest of a large file is kept with what its folder says of it, as git does with what it has looked at."""
    home = cache_folder() if stat[0] >= _LARGE else None
    note = home / "advisories" / f"{_named(path)}.digest" if home else None
    told = " ".join(map(str, stat))
    if note and home and _is_safe(home) and _is_safe(note.parent):
        with contextlib.suppress(OSError, ValueError):
            known, _, sha256 = note.read_text("ascii").rpartition(" ")
            if known == told and _DIGEST.fullmatch(sha256):
                return sha256
    else:
        note = None
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    # what was written a moment ago may be written again within the same tick of the clock
    if note and _stat(path) == stat and time.time_ns() - max(stat[1], stat[2]) > _TICK:
        with contextlib.suppress(OSError):
            write_whole(note, f"{told} {sha256}".encode())
    return sha256


def _named(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.absolute())).hexdigest()


def _is_safe(folder: Path) -> bool:
    try:
        return not unsafe(folder)
    except OSError:
        return False

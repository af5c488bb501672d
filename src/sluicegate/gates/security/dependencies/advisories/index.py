"""Advisories by package in one SQLite file, made once from a database and kept under its digest.

What is kept is used only where its own SHA-256 is that in its name: a file that lost a row would let a vulnerable
package pass.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import tempfile
import time
import weakref
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from sluicegate.errors import GateError
from sluicegate.gates.security.dependencies.advisories.fetched import shown as address_of
from sluicegate.gates.security.dependencies.advisories.records import Advisory, document
from sluicegate.gates.security.dependencies.advisories.source import digest, documents, place
from sluicegate.gates.security.dependencies.packages import normal
from sluicegate.kept import cache_folder, unsafe
from sluicegate.text import one_line, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

VERSION = 2
"""The version of what is kept; another one is another file."""

KEPT = 4
"""So many databases are kept; what was not used for longest goes first."""

_NOTES = 50
_DAY = 86_400
_encoder, _decoder = msgspec.msgpack.Encoder(), msgspec.msgpack.Decoder(Advisory)
_SCHEMA = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE advisory (ecosystem TEXT NOT NULL, package TEXT NOT NULL, content BLOB NOT NULL);
"""


class About(Struct, frozen=True, kw_only=True):
    """What a database is: its digest, how many advisories it holds, how many are withdrawn, when the newest is of."""

    sha256: str
    count: int
    withdrawn: int
    newest: str


class Index:
    """An open index. `warning` says what was wrong with what was kept."""

    def __init__(self, connection: sqlite3.Connection, about: About, warning: str) -> None:
        self.about = about
        self.warning = warning
        self._connection = connection
        self._knows: dict[str, bool] = {}
        weakref.finalize(self, connection.close)

    def of(self, ecosystem: str, name: str) -> list[Advisory]:
        """The advisories on a package that are not withdrawn."""
        rows = self._connection.execute(
            "SELECT content FROM advisory WHERE ecosystem = ? AND package = ?", (ecosystem, name)
        )
        return [_decoder.decode(zlib.decompress(content)) for (content,) in rows]

    def knows(self, ecosystem: str) -> bool:
        """Whether there is an advisory on any package of an ecosystem."""
        if ecosystem not in self._knows:
            rows = self._connection.execute("SELECT 1 FROM advisory WHERE ecosystem = ? LIMIT 1", (ecosystem,))
            self._knows[ecosystem] = rows.fetchone() is not None
        return self._knows[ecosystem]


def open_index(folder: str, name: str, fetched: Path | None = None) -> Index:
    """The index of the database that the settings name, or that was fetched from there. Raises GateError."""
    path = fetched or place(folder, name)
    sha256 = digest(path)
    shown = address_of(name) if fetched else one_line(name)
    kept = cache_folder()
    warning = ""
    if kept is not None:
        try:
            home = kept / "advisories"
            warning = unsafe(kept) or unsafe(home)
            if not warning:
                return _kept(home, sha256, path, shown)
        except (OSError, sqlite3.Error) as error:
            warning = f"the index of the advisories is not kept: {getattr(error, 'strerror', None) or error}"
    connection = sqlite3.connect("", check_same_thread=False)  # a file of its own, which goes with the connection
    try:
        about = _fill(connection, sha256, documents(path, shown), shown)
    except sqlite3.Error as error:
        connection.close()
        raise GateError(
            f"the advisories in {shown} cannot be indexed: {error}", hint="look for room on the disk"
        ) from error
    except BaseException:
        connection.close()
        raise
    return Index(connection, about, warning)


def _kept(home: Path, sha256: str, path: Path, shown: str) -> Index:
    """The index as it is kept, or made anew. Raises GateError, OSError."""
    key = f"{sha256}-{VERSION}-"
    warning = ""
    for file in home.glob(f"{key}*.sqlite"):
        if file.name == f"{key}{_sha256(file)}.sqlite" and (index := _opened(file, sha256)) is not None:
            with contextlib.suppress(OSError):
                os.utime(file)
            return index
        warning = "the index of the advisories was corrupt, and was made anew"
        file.unlink(missing_ok=True)
    number, made = tempfile.mkstemp(dir=home, prefix=".new-")
    os.close(number)
    try:
        with contextlib.closing(sqlite3.connect(made)) as connection:
            about = _fill(connection, sha256, documents(path, shown), shown)
        file = home / f"{key}{_sha256(Path(made))}.sqlite"
        Path(made).replace(file)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise
    _make_room(home)
    return Index(_connected(file), about, warning)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _opened(file: Path, sha256: str) -> Index | None:
    connection = _connected(file)
    try:
        about = msgspec.convert(dict(connection.execute("SELECT name, value FROM about")), About, strict=False)
    except (sqlite3.Error, msgspec.ValidationError):
        about = None
    if about is None or about.sha256 != sha256:
        connection.close()
        return None
    return Index(connection, about, "")


def _connected(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _make_room(home: Path) -> None:
    with contextlib.suppress(OSError):
        files = sorted(home.glob("*.sqlite"), key=lambda file: file.stat().st_mtime, reverse=True)
        notes = sorted(home.glob("*.digest"), key=lambda file: file.stat().st_mtime, reverse=True)
        left = (file for file in home.glob(".new-*") if time.time() - file.stat().st_mtime > _DAY)  # by who was ended
        for file in (*files[KEPT:], *notes[_NOTES:], *left):
            file.unlink(missing_ok=True)


def _fill(connection: sqlite3.Connection, sha256: str, given: Iterable[tuple[str, bytes]], shown: str) -> About:
    """Write the rows of a database. Raises GateError: a document is no advisory, or there is none."""
    count = withdrawn = 0
    newest = ""

    def rows() -> Iterator[tuple[str, str, bytes]]:
        nonlocal count, withdrawn, newest
        for name, content in given:
            try:
                found = document(content)
                modified = datetime.fromisoformat(found.modified).astimezone(UTC).isoformat()
                datetime.fromisoformat(found.published or found.modified).astimezone(UTC)
            except (msgspec.MsgspecError, ValueError, OverflowError, RecursionError) as error:
                raise GateError(
                    f"{name} is no advisory in the OSV format: {shorten(one_line(str(error)), 200)}",
                    hint="name a database in the OSV format, schema 1.x; fetch it anew where it was cut",
                ) from None
            count += 1
            newest = max(newest, modified)
            if found.withdrawn:
                withdrawn += 1
                continue
            for (ecosystem, package), advisory in found.advisories().items():
                yield ecosystem, normal(ecosystem, package), zlib.compress(_encoder.encode(advisory), 1)

    connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")
    connection.executemany("INSERT INTO advisory VALUES (?, ?, ?)", rows())
    if not count:
        raise GateError(f"{shown} holds no advisory", hint="name OSV's all.zip, or a folder with its documents")
    connection.execute("CREATE INDEX by_package ON advisory (ecosystem, package)")
    about = About(sha256=sha256, count=count, withdrawn=withdrawn, newest=newest)
    connection.executemany(
        "INSERT INTO about VALUES (?, ?)", [(k, str(v)) for k, v in msgspec.to_builtins(about).items()]
    )
    connection.commit()
    return about

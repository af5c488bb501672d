"""rpm's database in SQLite, and the headers in it (rpm.org, "Package format", the header).

It is opened in memory. The older formats, Berkeley DB and ndb, nobody reads here.
"""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from typing import TYPE_CHECKING

from sluicegate.errors import GateError
from sluicegate.gates.security.images.inventory.installed import Installed
from sluicegate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAGIC = b"SQLite format 3\0"
_NAME, _VERSION, _RELEASE, _EPOCH, _SOURCE = 1000, 1001, 1002, 1003, 1044
_TEXT, _INT32 = 6, 4
_ENTRY = struct.Struct(">IIII")
_MOST_ENTRIES = 65_536
_STEPS = 5_000_000
"""So many instructions of SQLite a query may take: a table of 5,000 packages takes less than a hundredth."""
_KEYS = "gpg-pubkey"
"""What rpm keeps keys as, in the same table."""


def installed(path: str, content: bytes) -> tuple[list[Installed], str]:
    """The packages of a database, and why they cannot be told. Raises GateError: it is broken."""
    name = path.rpartition("/")[2]
    if name == "rpmdb.sqlite-wal":
        return [], "rpm had not yet written it to its database" if content else ""
    if name != "rpmdb.sqlite":
        return [], f"a database of rpm in {'ndb' if name == 'Packages.db' else 'Berkeley DB'} is not read"
    if not content.startswith(_MAGIC):
        raise _broken("it is no database of SQLite")
    if not hasattr(sqlite3.Connection, "deserialize"):
        return [], "the SQLite of this Python opens no database in memory"
    return list(_packages(content)), ""


def _packages(content: bytes) -> Iterator[Installed]:
    # a database with a log beside it cannot be opened in memory; these two bytes say that it has none
    plain = content[:18] + b"\1\1" + content[20:]
    steps = iter(range(_STEPS // 1000))
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.deserialize(plain)
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.set_progress_handler(lambda: next(steps, None) is None, 1000)
            (kind,) = connection.execute("SELECT type FROM sqlite_master WHERE name = 'Packages'").fetchone() or ("",)
            if kind != "table":
                raise _broken("it has no table of packages")
            for (blob,) in connection.execute("SELECT blob FROM Packages"):
                if not isinstance(blob, bytes):
                    raise _broken("a header is no sequence of bytes")
                if (one := _header(blob)) is not None:
                    yield one
        except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:  # its own words may hold what is no UTF-8
            raise _broken(one_line(str(error))) from None


def _header(blob: bytes) -> Installed | None:
    """The package of a header: a count of entries, a count of bytes, the entries, and the bytes that they lead to."""
    try:
        count, _ = struct.unpack_from(">II", blob)
        if count > _MOST_ENTRIES:
            raise _broken(f"a header has {count} entries")
        start = 8 + count * _ENTRY.size
        said: dict[int, str] = {}
        for tag, kind, offset, _ in _ENTRY.iter_unpack(blob[8:start]):
            at = start + offset
            if tag in (_NAME, _VERSION, _RELEASE, _SOURCE) and kind == _TEXT:
                said[tag] = blob[at : blob.index(b"\0", at)].decode("utf-8", "replace")
            elif tag == _EPOCH and kind == _INT32:
                said[tag] = str(struct.unpack_from(">I", blob, at)[0])
        name, version, release = said[_NAME], said[_VERSION], said[_RELEASE]
    except (struct.error, ValueError, KeyError):
        raise _broken("a header of a package does not hold what it says") from None
    if name == _KEYS:
        return None
    # NAME-VERSION-RELEASE.src.rpm
    source = said.get(_SOURCE, "").rsplit("-", 2)[0] or name
    epoch = f"{said[_EPOCH]}:" if said.get(_EPOCH, "0") != "0" else ""
    return Installed(
        name=name, sources=tuple(dict.fromkeys((name, source))), version_of_source=f"{epoch}{version}-{release}"
    )


def _broken(why: str) -> GateError:
    return GateError(f"rpm's database cannot be read: {why}", hint="build the image again")

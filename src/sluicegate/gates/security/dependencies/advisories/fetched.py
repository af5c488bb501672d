"""A database of advisories at an address: fetched within bounds, kept under its digest, asked whether it is still so.

A copy that was fetched before is used where the server says that it is still the same; where it cannot be reached only
as long as the settings let advisories be old, and with a word in the report.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import os
import tempfile
import time
import zipfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from sluicegate.errors import CancelledRunError, GateError
from sluicegate.kept import cache_folder, unsafe, write_whole
from sluicegate.text import one_line, plural, shorten

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

LARGEST = 1 << 30
"""So many bytes are fetched at the most; the archive of the largest ecosystem has some 300 MiB."""

LONGEST = 300.0
"""So many seconds a transfer may take as a whole."""

_CONNECT, _SILENT = 10.0, 30.0
_SAME, _FOUND, _BUSY, _BROKEN = 304, 200, 429, 500
_DAY = 86_400
_HINT = "look at the address and the network, or fetch the advisories before the check and name the file"


class Fetched(Struct, frozen=True, kw_only=True):
    """The file that an address stands for now; `told` is what the report has to say of how it came.

    One that is not `kept` is to be removed by whoever has read it.
    """

    path: Path
    told: str
    kept: bool = True


class _Note(Struct, frozen=True, kw_only=True):
    """What is remembered of an address: the digest of what it gave, when, and by what it knows that it is the same."""

    sha256: str
    at: datetime
    etag: str = ""
    modified: str = ""


class _UnreachableError(GateError):
    """Nobody answered, or not to the end: what was fetched before may still hold."""


def is_address(name: str) -> bool:
    """Whether a setting names an address, and no file."""
    return "://" in name


def shown(address: str) -> str:
    """An address without what may be a secret in it: whom to log in as, and what is asked."""
    try:
        parts = urlsplit(address)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "(an address that is none)"
    return shorten(one_line(f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"), 200)


def fetch(address: str, *, now: datetime, max_days: int, cancelled: Callable[[], bool]) -> Fetched:
    """The database at an address. Raises GateError, CancelledRunError."""
    loopback = _checked(address)
    try:
        import httpx
    except ImportError:
        raise GateError("httpx is not installed, which fetches", hint="pip install 'sluicegate[security]'") from None
    home = _home()
    note = home / f"{hashlib.sha256(address.encode()).hexdigest()}.json" if home else None
    known = _known(home, note)
    folder = str(home) if home else None
    number, name = tempfile.mkstemp(dir=folder, prefix=".new-", suffix=".zip")
    new = Path(name)
    kept = False
    try:
        with os.fdopen(number, "wb") as file:
            timeout = httpx.Timeout(_SILENT, connect=_CONNECT)
            with httpx.Client(timeout=timeout, follow_redirects=False, trust_env=not loopback) as client:
                try:
                    found = _asked(client, address, known, file, now=now, cancelled=cancelled)
                except (httpx.HTTPError, httpx.InvalidURL) as error:
                    why = one_line(str(error)) or type(error).__name__
                    raise _UnreachableError(f"{shown(address)} cannot be reached: {why}", hint=_HINT) from None
        if found is None and known is not None and home and note:
            _remember(home, note, replace(known, at=now))
            return Fetched(path=_copy(home, known), told=f"{shown(address)} has nothing newer than what was fetched")
        if found is None or not zipfile.is_zipfile(new):
            raise GateError(f"{shown(address)} gives no whole zip archive", hint=_HINT)
        kept = True
        if home is None or note is None:
            return Fetched(path=new, told=f"fetched from {shown(address)}, and not kept", kept=False)
        new.replace(_copy(home, found))
        _remember(home, note, found)
        return Fetched(path=_copy(home, found), told=f"fetched from {shown(address)}")
    except _UnreachableError as error:
        if known is None or home is None:
            raise
        return _old(_copy(home, known), known, error, now=now, max_days=max_days)
    finally:
        if not kept:
            new.unlink(missing_ok=True)


def _checked(address: str) -> bool:
    """Whether an address is one of this machine. Raises GateError: it is neither that nor one of https."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        raise GateError("`advisories` is an address that is none", hint="correct [security] advisories") from None
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not host or parts.scheme not in ("https", "http") or (parts.scheme == "http" and not loopback):
        what = f"{shown(address)} is not fetched: only https is, but for this machine"
        raise GateError(what, hint="correct [security] advisories")
    return loopback


def _home() -> Path | None:
    """The folder of what is kept; None where nothing is."""
    kept = cache_folder()
    if kept is None:
        return None
    home = kept / "advisories" / "fetched"
    try:
        return None if unsafe(kept) or unsafe(home.parent) or unsafe(home) else home
    except OSError:
        return None


def _known(home: Path | None, note: Path | None) -> _Note | None:
    """What was fetched before, where it is there and still what it was."""
    if home is None or note is None:
        return None
    try:
        found = msgspec.json.decode(note.read_bytes(), type=_Note)
        with _copy(home, found).open("rb") as file:
            same = hashlib.file_digest(file, "sha256").hexdigest() == found.sha256
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    return found if same else None


def _copy(home: Path, note: _Note) -> Path:
    return home / f"{note.sha256}.zip"


def _asked(
    client: httpx.Client, address: str, known: _Note | None, file: BinaryIO, *, now: datetime,
    cancelled: Callable[[], bool],
) -> _Note | None:  # fmt: skip
    """Write what an address gives; None where it is what is known. Raises GateError, httpx.HTTPError."""
    headers = {"Accept-Encoding": "identity", "User-Agent": "sluicegate"}
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    if known and known.modified:
        headers["If-Modified-Since"] = known.modified
    end = time.monotonic() + LONGEST
    with client.stream("GET", address, headers=headers) as answer:
        if answer.status_code == _SAME and known is not None:
            return None
        if answer.status_code == _BUSY or answer.status_code >= _BROKEN:
            raise _UnreachableError(f"{shown(address)} answers {answer.status_code}", hint=_HINT)
        if answer.is_redirect:
            to = shown(answer.headers.get("Location", ""))
            raise GateError(f"{shown(address)} leads on to {to}, which is not followed", hint="name that address")
        if answer.status_code != _FOUND:
            raise GateError(f"{shown(address)} answers {answer.status_code}", hint=_HINT)
        whole, size = hashlib.sha256(), 0
        for chunk in answer.iter_raw():
            size += len(chunk)
            if cancelled():
                raise CancelledRunError
            if size > LARGEST:
                raise GateError(f"{shown(address)} gives more than {LARGEST:,} bytes", hint=_HINT)
            if time.monotonic() > end:
                raise _UnreachableError(f"{shown(address)} takes longer than {LONGEST:.0f} s", hint=_HINT)
            whole.update(chunk)
            file.write(chunk)
    return _Note(
        sha256=whole.hexdigest(), at=now, etag=answer.headers.get("ETag", ""),
        modified=answer.headers.get("Last-Modified", ""),
    )  # fmt: skip


def _old(path: Path, known: _Note, error: GateError, *, now: datetime, max_days: int) -> Fetched:
    """What was fetched before, where it may be as old. Raises GateError."""
    age = max((now - known.at).days, 0)
    if age > max_days:
        old = f"; what was fetched before is {plural(age, 'day')} old, and the settings allow {max_days}"
        raise GateError(error.message + old, hint=error.hint)
    return Fetched(path=path, told=f"{error.message}; what was fetched on {known.at.date()} is used")


def _remember(home: Path, note: Path, found: _Note) -> None:
    """Note what an address gave, and clear away what none gives any more."""
    with contextlib.suppress(OSError):
        write_whole(note, msgspec.json.encode(found))
        wanted = set()
        for each in home.glob("*.json"):
            with contextlib.suppress(msgspec.MsgspecError):
                wanted.add(f"{msgspec.json.decode(each.read_bytes(), type=_Note).sha256}.zip")
        for each in home.glob("*.zip"):
            if each.name not in wanted and time.time() - each.stat().st_mtime > _DAY:  # nobody is reading it
                each.unlink(missing_ok=True)

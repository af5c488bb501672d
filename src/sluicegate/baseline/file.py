"""A Store in a folder, such as one of the repository: each entry a file that is whole, old or new."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from sluicegate.baseline.lock import locked
from sluicegate.baseline.store import (
    LIMIT,
    MovedError,
    StoreError,
    TakenError,
    Versioned,
    checked_data,
    checked_name,
    is_name,
    too_large,
)

_TEMPORARY = ".new-"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_RETRIES = 20


class FileStore(Struct, frozen=True, kw_only=True):
    """A folder; a tag is the SHA-256 of the bytes. `patience` is how many seconds a writer waits for another one."""

    folder: Path
    patience: float = 60

    @property
    def address(self) -> str:
        return str(self.folder)

    def get(self, name: str) -> Versioned | None:
        path = self._path(name)
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with self._told(f"{name} cannot be read"):
            try:
                number = os.open(path, flags)
            except FileNotFoundError:
                return None
            with os.fdopen(number, "rb") as file:
                if not stat.S_ISREG(os.fstat(number).st_mode):
                    raise StoreError.at(self.address, f"{name} is no file", hint=f"remove {path}")
                data = file.read(LIMIT + 1)
        if len(data) > LIMIT:
            raise too_large(self.address, name)
        return Versioned(data=data, tag=_tag(data))

    def list(self, prefix: str = "") -> Iterator[str]:
        with self._told("it cannot be listed"):
            found = []
            for folder, folders, files in os.walk(self.folder, onerror=_raise):
                folders[:] = [each for each in folders if is_name(each)]
                inside = Path(folder).relative_to(self.folder).as_posix()
                names = files if inside == "." else [f"{inside}/{file}" for file in files]
                found += [name for name in names if name.startswith(prefix) and is_name(name)]
        yield from sorted(found)

    def create(self, name: str, data: bytes) -> str:
        path = self._path(name)
        checked_data(data, name, self.address)
        with self._told(f"{name} cannot be written"), self._alone():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._inside(path.parent)
            if path.exists() or path.is_symlink():
                raise TakenError.at(self.address, f"{name} is there already")
            with self._written(path, data) as new:
                try:
                    os.link(new, path)  # refuses to replace, also what came without our lock
                except FileExistsError as error:
                    raise TakenError.at(self.address, f"{name} is there already") from error
                except OSError:  # a file system without links: the lock alone has to do
                    _replace(new, path)
            _settle(path.parent)
        return _tag(data)

    def replace(self, name: str, data: bytes, expected: str) -> str:
        path = self._path(name)
        checked_data(data, name, self.address)
        with self._told(f"{name} cannot be written"), self._alone():
            self._unmoved(name, expected)
            self._inside(path.parent)
            with self._written(path, data) as new:
                _replace(new, path)
            _settle(path.parent)
        return _tag(data)

    def remove(self, name: str, expected: str) -> None:
        path = self._path(name)
        with self._told(f"{name} cannot be removed"), self._alone():
            self._unmoved(name, expected)
            self._inside(path.parent)
            _patiently(path.unlink)
            _settle(path.parent)
            self._tidied(path.parent)

    def _path(self, name: str) -> Path:
        return self.folder / checked_name(name, self.address)

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.folder, self.patience):
            yield

    @contextlib.contextmanager
    def _written(self, path: Path, data: bytes) -> Iterator[Path]:
        """A file beside the entry with its new bytes, safely on the disk; it is gone afterwards."""
        for left in path.parent.glob(f"{_TEMPORARY}*"):  # of a writer that was killed, since we hold the lock
            left.unlink(missing_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent, prefix=_TEMPORARY)
        new = Path(name)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(number)
            new.chmod(stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644)
            yield new
        finally:
            new.unlink(missing_ok=True)

    def _unmoved(self, name: str, expected: str) -> None:
        there = self.get(name)
        if there is None or there.tag != expected:
            raise MovedError.at(self.address, f"{name} was {'changed' if there else 'removed'} in the meantime")

    def _tidied(self, folder: Path) -> None:
        """Folders of entries that hold none any more are gone too, as in the other stores."""
        while folder != self.folder and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent

    def _inside(self, folder: Path) -> None:
        """A link must not lead what is written out of the store."""
        if not folder.resolve().is_relative_to(self.folder.resolve()):
            raise StoreError.at(self.address, f"{folder} leads out of it by a link", hint="remove the link")

    @contextlib.contextmanager
    def _told(self, what: str) -> Iterator[None]:
        """Errors of the operating system in words."""
        try:
            yield
        except TimeoutError as error:
            hint = f"another process has held {self.folder} for {self.patience:g} s: look which one, and run again"
            raise StoreError.at(self.address, what, "it is locked", hint) from error
        except OSError as error:
            why = error.strerror or str(error)
            raise StoreError.at(self.address, what, why, _next_step(error, self.folder)) from error


def _next_step(error: OSError, folder: Path) -> str:
    if error.errno in _FULL:
        return "nothing was changed: free some space and run again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"see who may read and write {folder}, or name another store in the settings"
    if error.errno == errno.ELOOP:
        return "an entry has to be a file, not a link: remove it"
    if error.errno in (errno.ENOTDIR, errno.EISDIR, errno.EEXIST):
        return "a name cannot be both an entry and a folder of entries: remove one of the two"
    return "nothing was changed"


def _tag(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _replace(new: Path, path: Path) -> None:
    _patiently(lambda: new.replace(path))


def _patiently(change: Callable[[], object]) -> None:
    for left in reversed(range(_RETRIES)):
        try:
            change()
        except PermissionError:  # on Windows, while somebody reads it
            if not left or os.name != "nt":
                raise
            time.sleep(0.05)
        else:
            return


def _settle(folder: Path) -> None:
    """The folder on the disk too, so that a new name survives a power failure."""
    if os.name == "nt":
        return
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as error:  # some network file systems know no such thing
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(number)


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error

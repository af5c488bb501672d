"""One writer at a time in a folder, across processes; a lock ends with its holder, however that ends."""

from __future__ import annotations

import contextlib
import errno
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

LOCK = ".lock"
"""The file that is locked where a folder itself cannot be."""

_POLL = 0.002, 0.01


@contextlib.contextmanager
def locked(folder: Path, seconds: float) -> Iterator[None]:
    """Hold the folder, which has to exist. Raises TimeoutError after so many seconds, or OSError."""
    until = time.monotonic() + seconds
    while True:
        number = _opened(folder)
        try:
            while not _taken(number):
                if time.monotonic() > until:
                    raise TimeoutError(errno.ETIMEDOUT, "another process has held its lock all that time")
                time.sleep(random.uniform(*_POLL))  # noqa: S311 - spreads the load, guards nothing
            if not _same(number, folder):
                continue  # the folder was removed and made again while we waited
            yield
            return
        finally:
            os.close(number)  # which gives the lock back


if sys.platform == "win32":
    import msvcrt

    def _opened(folder: Path) -> int:
        return os.open(folder / LOCK, os.O_RDWR | os.O_CREAT)

    def _taken(number: int) -> bool:
        try:
            msvcrt.locking(number, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _same(number: int, folder: Path) -> bool:
        # a folder with an open file in it cannot be removed there
        del number, folder
        return True

else:
    import fcntl

    def _opened(folder: Path) -> int:
        """The folder itself, so that nothing is left behind; NFS locks only what is open for writing."""
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return number
        except OSError as error:
            os.close(number)
            if error.errno not in (errno.EBADF, errno.ENOLCK, errno.ENOTSUP, errno.EINVAL):
                raise
            return os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o666)
        return number

    def _taken(number: int) -> bool:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _same(number: int, folder: Path) -> bool:
        held = os.fstat(number)
        for path in (folder, folder / LOCK):
            with contextlib.suppress(FileNotFoundError):
                there = path.stat()
                if (there.st_dev, there.st_ino) == (held.st_dev, held.st_ino):
                    return True
        return False

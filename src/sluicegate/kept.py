"""What is kept from one run to the next: in a folder that nobody else can write into, each file whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

_VARIABLE = "SLUICEGATE_CACHE"
_OFF = {"", "0", "off", "no", "false"}


def cache_folder() -> Path | None:
    """Where entries are kept: SLUICEGATE_CACHE, else the user's own cache; None where that variable says `off`."""
    wanted = os.environ.get(_VARIABLE)
    if wanted is not None:
        return None if wanted.strip().lower() in _OFF else Path(wanted)
    around = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    if around and Path(around).is_absolute():
        return Path(around, "sluicegate")
    try:
        return Path.home() / ".cache" / "sluicegate"
    except RuntimeError:
        return None


def unsafe(folder: Path) -> str:
    """Why a folder, which is made where it is missing, cannot be trusted; "" where nobody else can write into it.

    Raises OSError where it cannot be made or looked at.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    if hasattr(os, "getuid") and (found.st_uid != os.getuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
        return f"the cache in {folder} is not used: others can write there"
    if not stat.S_ISDIR(found.st_mode):
        return f"the cache in {folder} is not used: it is no folder"
    return ""


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that others see whole or not at all. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

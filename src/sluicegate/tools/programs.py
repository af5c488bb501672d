"""Where a program is, and what of the environment it may see."""

from __future__ import annotations

import fnmatch
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from sluicegate.errors import GateError
from sluicegate.model import Tool

_SEEN = (
    "PATH", "HOME", "LANG", "LC_*", "TMPDIR", "TEMP", "TMP", "TZ",
    "SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA",
)  # fmt: skip
_SEEN_ONLINE = (
    "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
)  # fmt: skip
_SECRET = ("*TOKEN*", "*SECRET*", "*KEY*", "*PASSWORD*", "*PASSWD*", "*CREDENTIAL*", "GITHUB_*", "ACTIONS_*")


def find(name: str) -> Path | None:
    """A program: the console script beside this Python first, so that it is the one that was installed with it.

    Folders of the path that count from where one stands are left out: what stands there may be a stranger's.
    """
    folders = (Path(sys.executable).absolute().parent, *map(Path, os.environ.get("PATH", "").split(os.pathsep)))
    for folder in folders:
        found = shutil.which(name, path=str(folder)) if folder.is_absolute() else None
        if found and Path(found).parent == folder:  # Windows looks where one stands first
            return Path(found)
    return None


def lacking(tool: Tool) -> GateError:
    """That a program is not there, and the command that gets it."""
    return GateError(f"{tool.name} is not installed, so that nothing was looked at with it", hint=tool.install)


def environment(*, online: bool = False, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a scanner sees of the environment: where things are, and no token. Proxies only where it goes online."""
    seen = (*_SEEN, *(_SEEN_ONLINE if online else ()))
    kept = {name: value for name, value in os.environ.items() if _fits(name, seen) and not _fits(name, _SECRET)}
    return {**kept, "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1", "NO_COLOR": "1", **(more or {})}


def without_secrets() -> dict[str, str]:
    """What a command of the user's own sees: the environment, less what is called like a secret or is a job's."""
    return {name: value for name, value in os.environ.items() if not _fits(name, _SECRET)}


def _fits(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatchcase(name.upper(), pattern) for pattern in patterns)


def trace(tool: Tool, named: str = "") -> str:
    """What tells the program as it is installed from any other, without starting it; "" where there is none.

    `named` is the whole path of one that is not looked for.
    """
    path = Path(named) if Path(named).is_absolute() else find(tool.name)
    if path is None or not path.is_file():
        return ""
    real = path.resolve()
    known = real.stat()
    return f"{tool.name} {real} {known.st_size} {known.st_mtime_ns}"

"""A process in a group of its own, ended with all that it started, also where the one that started it is killed."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_WATCH = """
import os, sys
sys.stdin.buffer.read()
try:
    if int(sys.argv[1]):
        os.killpg(int(sys.argv[1]), 9)
finally:
    import shutil
    shutil.rmtree(sys.argv[2], ignore_errors=True)
"""

OWN_GROUP: dict[str, Any] = {"start_new_session": True}
if sys.platform == "win32":
    OWN_GROUP = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
"""How a process is started that can be ended as a group."""


def end_group(process: subprocess.Popen[bytes]) -> None:
    """End the process and everything in its group; a process that has ended may have left children behind."""
    if sys.platform == "win32":
        if process.poll() is None:
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def watched(process: subprocess.Popen[bytes], folder: Path) -> Iterator[None]:
    """End the group of a process with the block, or with this process, whatever ends it.

    A gate is ended by a signal that it cannot catch, and what stands in another group would outlive it. So another
    process waits for the end of this one: then the pipe between them closes. It puts away the temporary `folder` too.
    """
    try:
        watcher = _watcher(process.pid, folder)
    except OSError:
        end_group(process)
        raise
    try:
        yield
    finally:
        if watcher:
            watcher.kill()  # before the group goes, since its number may then be somebody else's
            watcher.communicate()
        end_group(process)


@contextlib.contextmanager
def passing(prefix: str) -> Iterator[Path]:
    """A folder for the time of the block, which is put away too where this process is killed."""
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as made:
        watcher = _watcher(0, Path(made))
        try:
            yield Path(made)
        finally:
            if watcher:
                watcher.kill()
                watcher.communicate()


def _watcher(group: int, folder: Path) -> subprocess.Popen[bytes] | None:
    if sys.platform == "win32":
        return None
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _WATCH, str(group), str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **OWN_GROUP,
    )  # fmt: skip

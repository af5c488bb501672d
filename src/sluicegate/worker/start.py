"""The start of the processes in which gates work, ahead of the moment that they are needed.

Nothing heavy is imported here: what this process still has to load and to find out, it does while they load too.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

from sluicegate.tools.ending import OWN_GROUP

# A gate gets one core: the pools of native libraries would otherwise each take them all.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1")

_waiting: list[subprocess.Popen[bytes]] = []


def cores() -> int:
    """How many processes have something to run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextlib.contextmanager
def prepared(count: int, *modules: str) -> Iterator[None]:
    """Processes that load `modules` and wait for a job; those that have got none by the end of the block are ended."""
    try:
        while len(_waiting) < min(count, cores()):
            _waiting.append(_start(*modules))
        yield
    finally:
        while _waiting:
            process = _waiting.pop()
            process.kill()
            process.communicate()


def take() -> subprocess.Popen[bytes]:
    """A process that waits for a job on its standard input: one that was prepared, or a new one."""
    return _waiting.pop(0) if _waiting else _start()


def _start(*modules: str) -> subprocess.Popen[bytes]:
    # the folder that a gate judges must not be a place to import from, and where this process does not listen to
    # the environment, neither does the child
    flags = ("-I" if sys.flags.isolated else "-P", "-X", "utf8")
    return subprocess.Popen(
        [sys.executable, *flags, "-m", "sluicegate.worker.child", *modules],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**_ONE_THREAD, **os.environ},
        **OWN_GROUP,
    )

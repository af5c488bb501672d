"""Where a run was measured: the facts of the machine, and the fingerprint of those that change what is measured.

Runs are compared with runs of the same fingerprint alone. In it are the model of the processor, how many cores the job
may use, the architecture, the operating system with its release, the image of the runner by its name, the class of the
runner, and the first two numbers of the version of what ran the benchmarks: each of them moves most benchmarks at once,
and none of them by the change that is judged.

Not in it, and recorded all the same:

* the *version* of the image. A hosted runner gets a new one each week; with a fingerprint of its own every one of them
  would begin a history with nothing, and a few runs a day on four or five models of processors never fill one. A window
  tells how often it changed on the way, so that a step that falls on such a change can be seen to do so.
* the kernel and the third number of a runtime, for the same reason.
* the name of the machine: two of the same kind are to share a history, and a hosted one never comes back.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from sluicegate.sealed import canonical
from sluicegate.text import one_line, shorten

RUNNER_CLASS = "SLUICEGATE_RUNNER_CLASS"
"""Names the class of a runner that is one's own, where the kinds of machines behind one label differ."""

_LONGEST = 200
_VERSION = re.compile(r"(\d+\.\d+)\.[\w.+-]*")


class Machine(Struct, frozen=True, kw_only=True):
    """The facts. "" is not known, 0 cores too; `runtimes` are what ran the benchmarks, as their results say."""

    cpu: str = ""
    cores: float = 0
    architecture: str = ""
    system: str = ""
    image: str = ""
    runner: str = ""
    runtimes: tuple[str, ...] = ()
    image_version: str = ""
    kernel: str = ""

    @property
    def fingerprint(self) -> str:
        """What is the same for all runs that may be compared: 16 hexadecimal digits."""
        runtimes = sorted({_VERSION.sub(r"\1", each) for each in self.runtimes})
        said = [self.cpu, float(self.cores), self.architecture, self.system, self.image, self.runner, runtimes]
        return hashlib.sha256(canonical(said)).hexdigest()[:16]

    def __str__(self) -> str:
        cores = f"{self.cores:g} core{'' if self.cores == 1 else 's'}" if self.cores else ""
        said = (self.cpu or "unknown processor", cores, self.architecture, self.image or self.system, self.runner)
        return ", ".join(filter(None, (*said, *self.runtimes)))


def this_machine(environ: Mapping[str, str], runtimes: Iterable[str] = ()) -> Machine:
    """The machine that this process runs on. What an environment says of runners is GitHub's: `ImageOS` and others."""
    return Machine(
        cpu=_text(_cpu(environ)),
        cores=_cores(),
        architecture=_text(platform.machine().lower()),
        system=_text(_system()),
        image=_text(environ.get("ImageOS", "")),
        runner=_text(environ.get(RUNNER_CLASS) or environ.get("RUNNER_ENVIRONMENT", "")),
        runtimes=tuple(sorted({_text(each) for each in runtimes} - {""})),
        image_version=_text(environ.get("ImageVersion", "")),
        kernel=_text(platform.release()),
    )


def _text(said: str) -> str:
    return shorten(one_line(said), _LONGEST)


def _cpu(environ: Mapping[str, str]) -> str:
    if sys.platform == "darwin":
        return _printed("sysctl", "-n", "machdep.cpu.brand_string")
    if sys.platform == "win32":
        return environ.get("PROCESSOR_IDENTIFIER", "")
    said: dict[str, str] = {}
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines():
            name, _, value = line.partition(":")
            said.setdefault(name.strip().lower(), value.strip())
    if model := said.get("model name") or said.get("cpu model"):
        return model
    arm = [f"{word} {said[f'cpu {word}']}" for word in ("implementer", "part", "variant") if said.get(f"cpu {word}")]
    return ", ".join(arm)


def _cores() -> float:
    """How many cores this process may use: those it is bound to, and no more than its container is granted."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 0
    with contextlib.suppress(OSError, ValueError):
        granted, _, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").strip().partition(" ")
        if granted != "max":
            return min(float(bound), round(int(granted) / int(period), 2))
    return float(bound)


def _system() -> str:
    """The operating system and its release, as far as programs see a difference."""
    if sys.platform == "darwin":
        return f"macOS {'.'.join(platform.mac_ver()[0].split('.')[:2])}"
    if sys.platform == "win32":
        return f"Windows {platform.version()}"
    try:
        said = platform.freedesktop_os_release()
    except OSError:
        return platform.system()
    return f"{said.get('ID', platform.system())} {said.get('VERSION_ID', '')}".strip()


def _printed(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=10).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""

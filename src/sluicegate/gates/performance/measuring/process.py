"""One run of a command, in a process group of its own: what it took, and what it printed."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

from msgspec import Struct

from sluicegate.errors import CancelledRunError, GateError
from sluicegate.gates.performance.measuring import starter
from sluicegate.text import command_line, one_line, shorten
from sluicegate.tools.ending import OWN_GROUP, end_group

LARGEST = 64 << 20
"""So many bytes may a command print on each of its streams."""

_TICK = 0.1
_LONGEST = 300
_BLOCK = 512  # bytes, in which Linux tells what went to a disk and came from it: getrusage(2)


class Sample(Struct, frozen=True, kw_only=True):
    """What one run took: seconds of wall clock and of processors, bytes, instructions. None: it cannot be known."""

    time: float
    cpu_time: float
    memory: float
    disk_read: float | None = None
    disk_write: float | None = None
    instructions: float | None = None


class Ran(Struct, frozen=True, kw_only=True):
    """A run that ended well. `stdout` is whole, `stderr` too."""

    sample: Sample
    stdout: bytes
    stderr: bytes


class CommandError(GateError):
    """A command that did not end well, or not in time: which one, which run of it, and what it said last."""


class EndedError(CommandError):
    """A command that said no by itself: it cannot be started, or ended with another code than 0."""


def run(
    command: Sequence[str], *, which: str, folder: Path, environment: Mapping[str, str], limit: float,
    cancelled: Callable[[], bool] = lambda: False,
) -> Ran:  # fmt: skip
    """Run a command once in a folder, and wait for its end, with all that it started; it reads nothing.

    The clock is the monotonic one, which no correction of the time of day moves. Processor time and peak memory are
    the kernel's own account (`wait4`) of the command and of every descendant that was waited for: a daemon that is left
    behind is not in it. The peak is that of the largest process among them, not their sum, and never less than
    what this starts them from, some 10 MiB. `which` names the run for people.

    Raises CommandError: it cannot be started, ends with anything but 0, prints too much or is out of time; then all
    that it started is ended. Raises CancelledRunError.
    """
    if sys.platform == "win32":
        raise GateError("commands can be measured on Linux and macOS", hint="name results that the benchmarks write")
    report, answer = os.pipe()
    with (
        os.fdopen(report, "rb", buffering=0) as said,
        tempfile.TemporaryFile() as stdout,
        tempfile.TemporaryFile() as stderr,
    ):
        words = [sys.executable, "-I", "-S", str(Path(starter.__file__)), str(answer), str(int(counts())), *command]
        try:
            process = subprocess.Popen(
                words, cwd=folder, env=dict(environment), stdin=subprocess.PIPE, stdout=stdout, stderr=stderr,
                pass_fds=(answer,), **OWN_GROUP,
            )  # fmt: skip
        except (OSError, ValueError) as error:
            why = f"cannot be started: {one_line(str(error))}"
            raise _failed(command, which, why, kind=EndedError) from error
        finally:
            os.close(answer)
        try:
            line = _awaited(process, said, limit, (stdout, stderr), cancelled)
        except TimeoutError:
            why = f"took more than {limit:g} s and was ended"
            raise _failed(
                command, which, why, _whole(stderr), hint="raise its time limit, or make it shorter"
            ) from None
        finally:
            end_group(process)
            if process.stdin:
                process.stdin.close()
        printed, complaint = _whole(stdout), _whole(stderr)
    if max(len(printed), len(complaint)) > LARGEST:
        raise _failed(command, which, f"printed more than {LARGEST >> 20} MiB and was ended")
    if line.startswith("! "):
        raise _failed(command, which, f"cannot be started: {line[2:]}", kind=EndedError)
    told = dict(zip(starter.FIELDS, line.split(), strict=False))
    if len(told) < len(starter.FIELDS):
        raise _failed(command, which, "was ended from outside", complaint)
    code = int(told["code"])
    if code < 0:
        raise _failed(command, which, f"ended by signal {-code}", complaint)
    if code:
        raise _failed(command, which, f"ended with {code}", complaint, kind=EndedError)
    return Ran(sample=_sample(told), stdout=printed, stderr=complaint)


@cache
def counts() -> bool:
    """Whether this machine counts the instructions of a process; many virtual ones do not."""
    number = starter.counter(starter.HARDWARE, starter.INSTRUCTIONS)
    if number < 0:
        return False
    os.close(number)
    return True


def _sample(told: Mapping[str, str]) -> Sample:
    accounted = Path("/proc/self/io").exists()
    instructions = float(told["instructions"])
    return Sample(
        time=float(told["nanoseconds"]) / 1e9,
        cpu_time=float(told["cpu"]),
        memory=float(told["memory"]),
        disk_read=float(told["blocks_in"]) * _BLOCK if accounted else None,
        disk_write=float(told["blocks_out"]) * _BLOCK if accounted else None,
        instructions=instructions if instructions >= 0 else None,
    )


def _awaited(
    process: subprocess.Popen[bytes], said: IO[bytes], limit: float, streams: tuple[IO[bytes], ...],
    cancelled: Callable[[], bool],
) -> str:  # fmt: skip
    """Let the command begin, and give what is told of its end. Raises TimeoutError, CancelledRunError."""
    assert process.stdin is not None  # noqa: S101 - asked for at its start; mypy cannot know
    process.stdin.write(b"g")
    process.stdin.flush()
    until = time.monotonic() + limit
    while not select.select([said], [], [], _TICK)[0]:
        if cancelled():
            raise CancelledRunError
        if time.monotonic() >= until:
            raise TimeoutError
        if any(os.fstat(stream.fileno()).st_size > LARGEST for stream in streams):
            return ""
    return said.read(10_000).decode("utf-8", "replace").strip()


def _whole(stream: IO[bytes]) -> bytes:
    stream.seek(0)
    return stream.read(LARGEST + 1)


def _failed(
    command: Sequence[str], which: str, why: str, stderr: bytes = b"", hint: str = "",
    kind: type[CommandError] = CommandError,
) -> CommandError:  # fmt: skip
    lines = [line for line in stderr[-16_000:].decode("utf-8", "replace").splitlines() if line.strip()]
    last = f": {shorten(one_line(lines[-1]), _LONGEST)}" if lines else ""
    shown = shorten(command_line(" ".join(command)), 120)
    return kind(f"`{shown}` ({which}) {why}{last}", hint=hint or "run the command by hand to see more")

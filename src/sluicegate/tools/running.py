"""One run of a scanner: from an argument list, in a folder of its own, with limits on time and on what it prints."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, TypeVar

import msgspec
from msgspec import Struct

from sluicegate.errors import CancelledRunError, GateError
from sluicegate.model import Tool
from sluicegate.text import one_line, shorten
from sluicegate.tools.ending import OWN_GROUP, watched
from sluicegate.tools.programs import environment, find, lacking

LARGEST = 64 << 20
"""So many bytes may a scanner print on each of its streams."""

_TICK = 0.05
_LONGEST = 300
T = TypeVar("T")


class Ran(Struct, frozen=True, kw_only=True):
    """What a run left. `code` is the exit code, which on its own says nothing about what was found."""

    tool: Tool
    code: int
    stdout: bytes
    stderr: bytes

    @property
    def complaint(self) -> str:
        """The exit code, and the last that it wrote to stderr, in one line."""
        last = one_line(self.stderr[-4 * _LONGEST :].decode("utf-8", "replace"))
        return f"exit code {self.code}{': ' if last else ''}{last[-_LONGEST:]}"

    def decoded(self, kind: type[T]) -> T:
        """Its standard output as JSON of some shape. Raises GateError where it is anything else."""
        try:
            return msgspec.json.decode(self.stdout, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise GateError(
                f"{self.tool.name} printed what is not its report ({shorten(one_line(str(error)), 200)}; "
                f"{self.complaint})",
                hint=f"run {self.tool.name} by hand; where it is another version than is known: {self.tool.install}",
            ) from error


def run(
    tool: Tool, arguments: Sequence[str], *, limit: float, folder: Path | None = None, online: bool = False,
    more: Mapping[str, str] | None = None, cancelled: Callable[[], bool] = lambda: False,
) -> Ran:  # fmt: skip
    """Run a program to its end, which comes after `limit` seconds at the latest, with all that it started.

    `folder` is where it works, an empty one of its own where none is given. Raises GateError: it is missing, was ended
    by a signal, was out of time or printed too much; CancelledRunError where the run is cancelled.
    """
    path = find(tool.name)
    if path is None:
        raise lacking(tool)
    command = [str(path), *arguments]
    return run_command(tool, command, limit=limit, folder=folder, online=online, more=more, cancelled=cancelled)


def run_command(
    tool: Tool, command: Sequence[str], *, limit: float, folder: Path | None = None, online: bool = False,
    more: Mapping[str, str] | None = None, given: bytes = b"", cancelled: Callable[[], bool] = lambda: False,
) -> Ran:  # fmt: skip
    """The same of a program that is found already; `given` is what it reads on its standard input, else nothing."""
    with (
        tempfile.TemporaryDirectory(prefix="sluicegate-") as empty,
        tempfile.TemporaryFile() as stdin,
        tempfile.TemporaryFile() as stdout,
        tempfile.TemporaryFile() as stderr,
    ):
        stdin.write(given)
        stdin.seek(0)
        try:
            process = subprocess.Popen(
                command, cwd=folder or empty, env=environment(online=online, more=more),
                stdin=stdin, stdout=stdout, stderr=stderr, **OWN_GROUP,
            )  # fmt: skip
            with watched(process, folder or Path(empty)):
                _wait(tool, process, limit, (stdout, stderr), cancelled)
        except (OSError, ValueError) as error:
            raise GateError(
                f"{tool.name} cannot be started: {shorten(one_line(str(error)), _LONGEST)}", hint=tool.install
            ) from error
        ran = Ran(tool=tool, code=process.returncode, stdout=_whole(stdout), stderr=_whole(stderr))
    if ran.code < 0:
        raise GateError(f"{tool.name} crashed (signal {-ran.code}; {ran.complaint})", hint=f"run {tool.name} by hand")
    return ran


def _wait(
    tool: Tool, process: subprocess.Popen[bytes], limit: float, streams: tuple[IO[bytes], ...],
    cancelled: Callable[[], bool],
) -> None:  # fmt: skip
    """Wait for the end of a process. Raises GateError or CancelledRunError where that is not waited for any longer."""
    ended = threading.Event()

    def attend() -> None:
        process.wait()
        ended.set()

    # a thread is told of the end at once, where `wait` with a time limit looks for it twenty times a second
    threading.Thread(target=attend, daemon=True).start()
    until = time.monotonic() + limit
    while not ended.wait(_TICK):
        if cancelled():
            raise CancelledRunError
        if time.monotonic() >= until:
            raise GateError(
                f"{tool.name} took more than {limit:g} s and was ended",
                hint="raise `scanner-timeout`, or name what need not be looked at under `exclude`",
            )
        if any(_size(stream) > LARGEST for stream in streams):
            break
    if any(_size(stream) > LARGEST for stream in streams):
        raise GateError(
            f"{tool.name} printed more than {LARGEST >> 20} MiB and was ended",
            hint="name what need not be looked at under `exclude`",
        )


def _size(stream: IO[bytes]) -> int:
    return os.fstat(stream.fileno()).st_size


def _whole(stream: IO[bytes]) -> bytes:
    stream.seek(0)
    return stream.read(LARGEST)

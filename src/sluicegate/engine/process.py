"""A gate as a child process in a process group of its own, so that it can be ended with all that it started."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections import deque
from collections.abc import Generator, Iterator
from queue import Empty, SimpleQueue
from typing import IO

import msgspec

from sluicegate.engine.told import Told
from sluicegate.tools.ending import end_group
from sluicegate.worker import start, wire
from sluicegate.worker.job import Job
from sluicegate.worker.trouble import Trouble
from sluicegate.worker.work import Said, cleaned

_LINE_LIMIT = 16 << 20
_KEPT_LINES = 60
_GRACE = 2.0  # seconds in which a process that has said all may put away what it made


class GateProcess:
    """The life of one process with a gate's job; `told` holds what it has said so far.

    It takes `turns` of the job, one after the other, for as long as there are any: others may take of them too.
    """

    def __init__(self, job: Job, timeout: float | None, turns: SimpleQueue[tuple[str, ...]]) -> None:
        self.told = Told()
        self._turns = turns
        self._job = job
        self._timeout = timeout
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._ended_for = ""
        self._stderr: deque[str] = deque(maxlen=_KEPT_LINES)

    def words(self) -> Iterator[Said]:
        """Start the process and give its words as they come, until its end, its time limit or `cancel`."""
        began = time.monotonic()
        with self._lock:
            if not self._ended_for:
                self._process = start.take()
        if self._process is None:
            self.told.trouble = Trouble(self._ended_for)
            return
        with self._watched(self._process):
            ended = yield from self._stream(self._process)
        if not ended:
            self.told.trouble = Trouble(self._ended_for) if self._ended_for else self._crash(self._process.returncode)
        self.told.seconds = time.monotonic() - began

    def cancel(self) -> None:
        """End the process because the run was interrupted; before its start, keep it from starting."""
        self._end("the run was interrupted")

    def _end(self, why: str) -> None:
        with self._lock:
            if self._ended_for:
                return
            self._ended_for = why
            if self._process is not None:
                end_group(self._process)

    @contextlib.contextmanager
    def _watched(self, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """Keep what the process writes to stderr and mind its time limit; at the end of the block it is ended.

        The threads are waited for, so that what was written is whole, and none is left to wake while the interpreter
        goes down. They are daemons since something which left the process group may hold stderr for ever.
        """
        assert process.stderr is not None  # noqa: S101 - asked for at its start; mypy cannot know
        threads = [threading.Thread(target=self._drain, args=[process.stderr], daemon=True)]
        timer = None
        if limit := self._timeout:
            timer = threading.Timer(limit, self._end, [f"the time limit of {limit:g} s was reached"])
            timer.daemon = True
            threads.append(timer)
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            if timer:
                timer.cancel()
            end_group(process)
            for thread in threads:
                thread.join(_GRACE)

    def _stream(self, process: subprocess.Popen[bytes]) -> Generator[Said, None, bool]:
        """Give the words of a process, and return whether it said how it ended."""
        assert process.stdin is not None  # noqa: S101 - as above
        assert process.stdout is not None  # noqa: S101
        with process.stdout, process.stdin:
            self._ask(process.stdin, wire.encode_job(self._job))
            turn = Told()
            while line := process.stdout.readline(_LINE_LIMIT):
                if self._ended_for and not line.endswith(b"\n"):
                    break  # cut in the middle of a word
                try:
                    said = wire.decode(line)
                except (msgspec.MsgspecError, KeyError, ValueError) as error:
                    self.told.add(turn)
                    self.told.trouble = Trouble("the gate's process said something that is no word", bug=str(error))
                    return True
                if isinstance(said, wire.Turned):
                    self.told.add(turn)
                    turn = Told()
                    self._ask(process.stdin)
                    continue
                if said is None or isinstance(said, Trouble):
                    self.told.add(turn)
                    self.told.trouble = said
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(_GRACE)
                    return True
                turn.hear(said)
                yield said
        self.told.add(turn)
        process.wait()
        return False

    def _ask(self, stdin: IO[bytes], before: bytes = b"") -> None:
        """Give the process its next turn, or nothing any more."""
        with contextlib.suppress(BrokenPipeError):  # it has ended: what it said last tells why
            try:
                stdin.write(before + wire.encode_turn(self._turns.get_nowait()))
                stdin.flush()
            except Empty:
                stdin.write(before)
                stdin.close()

    def _crash(self, code: int) -> Trouble:
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        said = cleaned("\n".join(self._stderr), self._job.secrets)
        return Trouble(f"the gate's process ended in the middle of its work ({how})", bug=said)

    def _drain(self, stream: IO[bytes]) -> None:
        with stream:
            while line := stream.readline(4096):
                self._stderr.append(line.decode("utf-8", "replace").rstrip())

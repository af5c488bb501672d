"""Starts one command, waits for its end and says what it took: a program of its own, run by its path.

It is small on purpose. What the kernel counts of a process begins with what its parent was, so that the peak memory of
a command would never be below that of a parent which has loaded numpy. And while it waits it does nothing, so that the
command has the machine to itself.

    starter.py REPORT COUNTING COMMAND...

`REPORT` is the number of the file descriptor that gets one line, `COUNTING` 1 where instructions are to be counted. The
command starts once a byte comes in on standard input; when that is closed, as by the end of whoever started this, the
whole process group is ended. The line is `! WHY` where the command cannot be started, or the numbers of `FIELDS`.
"""

from __future__ import annotations

import os
import sys
import time

FIELDS = ("code", "nanoseconds", "cpu", "memory", "blocks_in", "blocks_out", "instructions")
"""The exit code (negative: the signal), and what was counted; -1 is what could not be."""

SOFTWARE, HARDWARE = 1, 0
PAGE_FAULTS, INSTRUCTIONS = 2, 1

_PIPE, _FILE_SIZE, _KILL = 13, 25, 9
_CALLS = {"x86_64": 298, "aarch64": 241}
_DISABLED, _INHERIT, _NO_KERNEL, _NO_HYPERVISOR, _ON_EXEC = 1, 2, 32, 64, 4096
_TIMES = 3  # how long it was wanted, and how long it counted


def counter(kind: int, which: int) -> int:
    """A counter that begins with the next program that a child of this process becomes, and covers its children.

    Gives a file descriptor, or -1 where this machine has no such counter or does not let us have it. Source:
    perf_event_open(2).
    """
    number = _CALLS.get(os.uname().machine) if sys.platform == "linux" else None
    if number is None:
        return -1
    import ctypes
    import struct

    flags = _DISABLED | _INHERIT | _NO_KERNEL | _NO_HYPERVISOR | _ON_EXEC
    wanted = struct.pack("=IIQQQQQQQ", kind, 64, which, 0, 0, _TIMES, flags, 0, 0)
    call = ctypes.CDLL(None).syscall
    return int(call(number, ctypes.c_char_p(wanted), 0, -1, -1, ctypes.c_ulong(0)))


def counted(number: int) -> int:
    """What a counter says; -1 where it had to share the machine's counters, so that it saw only a part."""
    import struct

    value, wanted, running = struct.unpack("=QQQ", os.read(number, 24))
    return value if running and running == wanted else -1


def main() -> None:
    """Wait for the word, run the command, report."""
    report, counting, command = int(sys.argv[1]), sys.argv[2] == "1", sys.argv[3:]
    os.set_inheritable(report, False)
    if not os.read(0, 1):
        return
    guard = os.fork()
    if not guard:
        os.close(report)
        os.read(0, 1)
        os.killpg(0, _KILL)
    events = counter(HARDWARE, INSTRUCTIONS) if counting else -1
    nothing = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    began = time.perf_counter_ns()
    try:
        child = os.posix_spawnp(
            command[0], command, os.environ, file_actions=[nothing], setsigdef=[_PIPE, _FILE_SIZE]
        )  # fmt: skip
    except OSError as error:
        os.write(report, f"! {error.strerror}\n".encode("utf-8", "replace"))
    else:
        _, status, used = os.wait4(child, 0)
        took = time.perf_counter_ns() - began
        code = os.waitstatus_to_exitcode(status)
        cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        events = counted(events) if events >= 0 else -1
        told = (code, took, cpu, peak, used.ru_inblock, used.ru_oublock, events)
        os.write(report, (" ".join(map(str, told)) + "\n").encode())
    os.kill(guard, _KILL)


if __name__ == "__main__":
    main()

"""The lines between a gate's process and the engine."""

from __future__ import annotations

import subprocess
import sys

_AT_ONCE = """
import sys
import threading

from sluicegate.model import Finding, Level, Location
from sluicegate.worker import wire

said = "head", Finding(rule="r", level=Level.ERROR, message="m", key=("k",), location=Location(path="a"))
line = wire.encode(said)
sys.setswitchinterval(1e-6)
ready = threading.Barrier(16)
heard = []

def read():
    ready.wait()
    heard.append(wire.decode(line))

threads = [threading.Thread(target=read) for _ in range(16)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert heard == [said] * 16
"""


def test_threads_may_read_their_first_words_at_once() -> None:
    # where each makes for itself what msgspec knows of a type, every second of these processes ends with a signal
    ended = [subprocess.run([sys.executable, "-c", _AT_ONCE], check=False).returncode for _ in range(6)]
    assert ended == [0] * 6

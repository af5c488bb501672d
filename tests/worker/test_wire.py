"""The lines between a gate's process and the engine."""

from __future__ import annotations

import os
import subprocess
import sys

import msgspec
import pytest

from sluicegate.model import Fact
from sluicegate.worker import wire
from sluicegate.worker.recorded import Seen

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


def test_a_path_that_is_not_utf_8_comes_out_as_it_went_in() -> None:
    paths = ("a.yaml", os.fsdecode(b"x\xff.yaml"), "\ud800", "\\udcff")
    assert wire.decode(wire.encode(("head", Seen(paths=paths)))) == ("head", Seen(paths=paths))
    said = "base", Fact(name="where", value=paths[1])
    assert wire.decode(wire.encode(said)) == said


@pytest.mark.parametrize(
    "line", ['["head","seen",{"paths":["\\udcff"]', '["head","other","\\udcff"]', '"\\udcff"', "[" * 9_999]
)
def test_what_is_no_word_is_refused(line: str) -> None:
    with pytest.raises(msgspec.MsgspecError):
        wire.decode(line.encode() + b"\\udcff")

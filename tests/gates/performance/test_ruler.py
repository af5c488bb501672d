"""The built-in ruler: the same work each time, measured in processes of its own."""

from __future__ import annotations

import itertools
import platform
import sys
from pathlib import Path

import pytest

from sluicegate.errors import GateError
from sluicegate.gates.performance import ruler
from sluicegate.gates.performance.reading import Direction


def test_the_work_is_what_it_was() -> None:
    """Everybody's histories are divided by it: whoever changes what it does gives it the next number."""
    sink = bytearray(8 << 20)
    assert ruler.work(bytes(range(256)) * (32 << 10), sink) == 2_333_652
    assert ruler.NAME == "sluicegate-ruler-1"


def test_it_is_measured_in_new_processes() -> None:
    found = ruler.measured(processes=2, repetitions=3)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert found.benchmark == f"sluicegate-ruler-1 [{platform.python_implementation()} {version}]"
    assert (found.unit, found.direction) == ("s", Direction.LOWER)
    assert [len(process) for process in found.processes] == [3, 3]
    assert all(0.001 < value < 60 for process in found.processes for value in process)


def test_the_first_repetition_does_not_count() -> None:
    ticks = itertools.accumulate([0, 100, 0, 1, 0, 2])
    assert ruler.repeated(2, clock=lambda: float(next(ticks))) == [1.0, 2.0]


@pytest.mark.parametrize("broken", ["nothing-there", "false"])
def test_one_that_cannot_be_measured_is_an_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, broken: str) -> None:
    program = tmp_path / broken
    if broken == "false":
        program.write_text("#!/bin/sh\necho no memory >&2\nexit 1\n")
        program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(GateError, match=r"the ruler cannot be measured: .*(no memory|No such file)"):
        ruler.measured(1, 1)

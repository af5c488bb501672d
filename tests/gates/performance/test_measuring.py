"""What a command took, as it is counted from outside; and what becomes of one that does not end well."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from endings import alive
from sluicegate.errors import CancelledRunError
from sluicegate.gates.performance.measuring import CommandError, counts, measured, process, run, runs, starter
from sluicegate.gates.performance.measuring.readings import METRICS

PYTHON = (sys.executable, "-S", "-c")


def once(tmp_path, code, **more):
    given = {"which": "run 1", "folder": tmp_path, "environment": dict(os.environ), "limit": 60.0, **more}
    return run([*PYTHON, code], **given)


def test_each_run_is_a_process_and_a_row(tmp_path: Path) -> None:
    code = "import os; open('pids', 'a').write(f'{os.getpid()} ')"
    samples = [ran.sample for ran in runs([*PYTHON, code], processes=3, warm_up=2, folder=tmp_path, limit=60)]
    assert len(set((tmp_path / "pids").read_text().split())) == 5
    results = measured("work", samples)
    assert {reading.metric for reading in results.readings} >= {"time", "cpu-time", "memory"}
    for reading in results.readings:
        assert reading.unit == METRICS[reading.metric]
        assert [len(row) for row in reading.processes] == [1, 1, 1]


def test_memory_is_the_commands_own_whatever_this_process_has(tmp_path: Path) -> None:
    ballast = bytearray(200 << 20)
    ballast[::4096] = b"x" * len(ballast[::4096])
    small = once(tmp_path, "pass").sample.memory
    large = once(tmp_path, "x = bytearray(64 << 20); x[::4096] = b'x' * len(x[::4096])").sample.memory
    assert small < 40 << 20
    assert large - small > 60 << 20


def test_children_that_are_waited_for_count(tmp_path: Path) -> None:
    child = "x = bytearray(64 << 20); x[::4096] = b'x' * len(x[::4096])"
    assert (
        once(tmp_path, f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])").sample.memory
        > 64 << 20
    )


def test_processor_time_is_not_the_wall_clock(tmp_path: Path) -> None:
    sample = once(tmp_path, "import time; time.sleep(0.4)").sample
    assert sample.time >= 0.4
    assert sample.cpu_time < sample.time


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="this kernel does not account what goes to disks")
def test_bytes_to_a_disk_are_counted(tmp_path: Path) -> None:
    sample = once(
        tmp_path, "f = open('x', 'wb'); f.write(b'x' * (4 << 20)); f.flush(); import os; os.fsync(f.fileno())"
    ).sample
    assert sample.disk_write in (0, pytest.approx(4 << 20, rel=0.2))  # a file system in memory has no disk


def test_what_cannot_be_known_is_left_out(tmp_path: Path) -> None:
    sample = once(tmp_path, "pass").sample
    there = {reading.metric for reading in measured("x", [sample]).readings}
    assert ("instructions" in there) == counts()
    assert "network" not in there


def test_the_counter_covers_the_program_and_its_children_alone() -> None:
    """Counted with a counter of the kernel's own, which virtual machines have too."""
    script = (
        "import os, sys; from sluicegate.gates.performance.measuring import starter\n"
        "n = starter.counter(starter.SOFTWARE, starter.PAGE_FAULTS)\n"
        "x = bytearray(16 << 20); x[::4096] = b'x' * len(x[::4096])\n"
        "p = os.posix_spawn(sys.executable, [sys.executable, '-S', '-c', sys.argv[1]], os.environ)\n"
        "os.wait4(p, 0); print(n >= 0 and starter.counted(n))"
    )

    def faults(code: str) -> int:
        done = subprocess.run([sys.executable, "-c", script, code], capture_output=True, text=True, check=True)
        return int(done.stdout) if done.stdout.strip() != "False" else -1

    few = faults("pass")
    if few < 0:
        pytest.skip("this kernel lets nobody count")
    touching = "x = bytearray(64 << 20); x[::4096] = b'x' * len(x[::4096])"
    assert faults(f"import subprocess, sys; subprocess.run([sys.executable, '-c', {touching!r}])") > few + 5000


def test_a_command_that_fails_is_named_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(CommandError) as told:
        once(
            tmp_path,
            "import sys; print('first', file=sys.stderr); sys.exit('::error::no \\x1b[31mdata')",
            which="run 3",
        )
    message = told.value.message
    assert "` (run 3) ended with 1" in message
    assert "ended with 1: ::error::no \\x1b[31mdata" in message
    assert "ended with 1: first" not in message


def test_a_signal_a_missing_program_and_a_name_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ended by signal 9"):
        once(tmp_path, "import os; os.kill(os.getpid(), 9)")
    with pytest.raises(CommandError, match="cannot be started: No such file"):
        run(["no-such-program"], which="run 1", folder=tmp_path, environment={}, limit=9)
    with pytest.raises(CommandError, match="cannot be started"):
        run(["a\0b"], which="run 1", folder=tmp_path, environment={}, limit=9)


_STAYS = (
    "import os, subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "open('pids', 'w').write(f'{os.getpid()} {child.pid}')\n"
)


def gone(path: Path) -> bool:
    until = time.monotonic() + 10
    pids = path.read_text("utf-8").split()
    while any(map(alive, pids)) and time.monotonic() < until:
        time.sleep(0.02)
    return len(pids) == 2 and not any(map(alive, pids))


def test_out_of_time_it_ends_with_all_that_it_started(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="took more than 1 s and was ended"):
        once(tmp_path, _STAYS + "time.sleep(60)", limit=1.0)
    assert gone(tmp_path / "pids")


def test_what_it_leaves_behind_is_ended(tmp_path: Path) -> None:
    once(tmp_path, _STAYS)
    assert gone(tmp_path / "pids")


def test_a_run_that_is_cancelled_ends_at_once(tmp_path: Path) -> None:
    with pytest.raises(CancelledRunError):
        once(tmp_path, _STAYS + "time.sleep(60)", cancelled=(tmp_path / "pids").exists)
    assert gone(tmp_path / "pids")


def test_where_whoever_measures_is_killed_the_command_ends_too(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from sluicegate.gates.performance.measuring import run\n"
        "run([sys.executable, '-c', sys.argv[1]], which='run 1', folder=Path('.'), environment=dict(os.environ), "
        "limit=60)"
    )
    measuring = subprocess.Popen([sys.executable, "-c", script, _STAYS + "time.sleep(60)"], cwd=tmp_path)
    until = time.monotonic() + 30
    while not (tmp_path / "pids").exists() and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.1)
    measuring.send_signal(signal.SIGKILL)
    measuring.wait()
    assert gone(tmp_path / "pids")


def test_too_much_output_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LARGEST", 1 << 20)
    with pytest.raises(CommandError, match="printed more than 1 MiB"):
        once(tmp_path, "while True: print('x' * 10000)")


def test_the_time_of_day_has_no_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that jumps back by a year with each look at it changes neither a limit nor a result."""
    jumps = iter(range(10_000))
    monkeypatch.setattr(time, "time", lambda: 2e9 - next(jumps) * 31_536_000.0)
    assert 0 < once(tmp_path, "pass", limit=60.0).sample.time < 60
    assert "perf_counter" in Path(starter.__file__).read_text("utf-8")


def test_the_command_sees_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "abc")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "abc")
    monkeypatch.setenv("JAVA_HOME", "/java")
    (ran,) = runs([*PYTHON, "import os; print(sorted(os.environ))"], processes=1, warm_up=0, folder=tmp_path, limit=60)
    assert b"JAVA_HOME" in ran.stdout
    assert b"TOKEN" not in ran.stdout
    assert b"SECRET" not in ran.stdout

"""What a scanner can do to the one that starts it: nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import pytest

from scanners import FAKE, Programs
from sluicegate.errors import CancelledRunError, GateError
from sluicegate.model import Tool
from sluicegate.tools import running
from sluicegate.tools.programs import find, trace
from sluicegate.tools.running import run, run_command
from sluicegate.tools.versions import recorded, version_of

_STAYS = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(sys.argv[1], "w").write(f"{os.getpid()} {child.pid}")
time.sleep(60)
"""


_GATE = """
import sys
from sluicegate.model import Tool
from sluicegate.tools.running import run
from sluicegate.tools.versions import version_of
run(Tool(name="fake-scanner"), [sys.argv[1]], limit=60)
"""


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _gone(path: Path) -> bool:
    """Whether the processes that a scanner wrote down have ended; the system takes a moment."""
    pids = [int(pid) for pid in path.read_text("utf-8").split()]
    assert len(pids) == 2
    until = time.monotonic() + 5
    while any(map(_alive, pids)) and time.monotonic() < until:
        time.sleep(0.02)
    return not any(map(_alive, pids))


def test_what_it_prints_comes_back_whole_with_its_exit_code(programs: Programs) -> None:
    programs.write("fake-scanner", "import sys\nprint(sys.argv[1:])\nprint('hm', file=sys.stderr)\nsys.exit(7)")
    ran = run(FAKE, ["-x", "a b; exit", "$(id)"], limit=20)
    assert ran.stdout.decode() == "['-x', 'a b; exit', '$(id)']\n"
    assert (ran.code, ran.stderr, ran.complaint) == (7, b"hm\n", "exit code 7: hm")


def test_it_sees_no_token_and_neither_input_nor_the_folder_that_is_judged(
    programs: Programs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("GITHUB_TOKEN", "ACTIONS_RUNTIME_URL", "MY_SECRET", "AWS_ACCESS_KEY_ID", "DB_PASSWORD", "LC_API_KEY"):
        monkeypatch.setenv(name, "sesame")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    programs.write(
        "fake-scanner",
        "import json, os, sys\nprint(json.dumps([dict(os.environ), sys.stdin.read(), os.getcwd(), os.listdir()]))",
    )
    seen, given, folder, listed = json.loads(run(FAKE, [], limit=20).stdout)
    assert "sesame" not in str(seen)
    assert "PYTHONPATH" not in seen
    assert seen["PATH"] == os.environ["PATH"]
    assert (given, listed) == ("", [])
    assert Path(folder) != tmp_path
    assert not Path(folder).exists()


def test_what_is_given_is_what_it_reads() -> None:
    command = [sys.executable, "-c", "import sys; print(len(sys.stdin.read()))"]
    assert run_command(FAKE, command, limit=20, given=b"x" * 100_000).stdout == b"100000\n"


def test_a_proxy_is_seen_only_by_what_goes_online(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid")
    programs.write("fake-scanner", "import os\nprint(os.environ.get('HTTPS_PROXY'))")
    assert run(FAKE, [], limit=20).stdout == b"None\n"
    assert run(FAKE, [], limit=20, online=True).stdout == b"http://proxy.invalid\n"


def test_a_missing_one_is_told_with_the_command_that_gets_it() -> None:
    with pytest.raises(GateError, match="fake-scanner is not installed") as caught:
        run(FAKE, [], limit=20)
    assert caught.value.hint == "pip install 'sluicegate[security]'"


def test_one_that_cannot_be_started_is_told(programs: Programs) -> None:
    programs.write("fake-scanner", "").write_text("#!/nowhere/python\n", "utf-8")
    with pytest.raises(GateError, match="fake-scanner cannot be started"):
        run(FAKE, [], limit=20)


def test_a_name_that_no_argument_may_have_is_told(programs: Programs) -> None:
    programs.write("fake-scanner", "")
    with pytest.raises(GateError, match="cannot be started"):
        run(FAKE, ["a\0b"], limit=20)


def test_a_crash_is_told_with_the_last_words(programs: Programs) -> None:
    programs.write(
        "fake-scanner",
        "import os, sys\nprint('oh no\\n::error::x', file=sys.stderr, flush=True)\nos.kill(os.getpid(), 11)",
    )
    with pytest.raises(GateError, match=r"crashed \(signal 11; .*oh no ::error::x") as caught:
        run(FAKE, [], limit=20)
    assert "\n" not in caught.value.message


def test_out_of_time_it_is_ended_with_all_that_it_started(programs: Programs, tmp_path: Path) -> None:
    programs.write("fake-scanner", _STAYS)
    pids = tmp_path / "pids"
    with pytest.raises(GateError, match="took more than 1 s") as caught:
        run(FAKE, [str(pids)], limit=1)
    assert "exclude" in caught.value.hint
    assert _gone(pids)


def test_a_cancelled_run_ends_it_with_all_that_it_started(programs: Programs, tmp_path: Path) -> None:
    programs.write("fake-scanner", _STAYS)
    pids = tmp_path / "pids"
    began = time.monotonic()
    with pytest.raises(CancelledRunError):
        run(FAKE, [str(pids)], limit=60, cancelled=lambda: pids.exists() and pids.stat().st_size > 0)
    assert time.monotonic() - began < 20
    assert _gone(pids)


def test_what_it_leaves_behind_is_ended_too(programs: Programs, tmp_path: Path) -> None:
    programs.write("fake-scanner", _STAYS.rpartition("time.sleep")[0])
    pids = tmp_path / "pids"
    began = time.monotonic()
    assert run(FAKE, [str(pids)], limit=50).code == 0
    assert time.monotonic() - began < 20
    assert _gone(pids)


def test_it_does_not_outlive_a_gate_that_is_killed_and_neither_does_its_folder(
    programs: Programs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.write("fake-scanner", _STAYS)
    made = tmp_path / "temporary"
    made.mkdir()
    monkeypatch.setenv("TMPDIR", str(made))
    pids = tmp_path / "pids"
    gate = subprocess.Popen(
        [sys.executable, "-c", _GATE, str(pids)],
        start_new_session=True,
    )
    until = time.monotonic() + 20
    while not (pids.exists() and pids.stat().st_size) and time.monotonic() < until:
        time.sleep(0.02)
    assert list(made.iterdir())
    os.killpg(gate.pid, signal.SIGKILL)
    gate.wait()
    assert _gone(pids)
    while list(made.iterdir()) and time.monotonic() < until:
        time.sleep(0.02)
    assert list(made.iterdir()) == []


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_one_that_prints_without_end_is_ended(programs: Programs, stream: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LARGEST", 1 << 20)
    programs.write("fake-scanner", f"import sys\nwhile True:\n    sys.{stream}.write('x' * 65536)")
    with pytest.raises(GateError, match="printed more than 1 MiB"):
        run(FAKE, [], limit=60)


@pytest.mark.parametrize("printed", ["", "no json", '{"a": "text"}', "[" * 100_000, '{"a": 1', '"\\ud800"'])
def test_what_is_not_its_report_is_told(programs: Programs, printed: str) -> None:
    programs.write("fake-scanner", f"print({printed!r}, end='')")
    with pytest.raises(GateError, match="printed what is not its report") as caught:
        run(FAKE, [], limit=20).decoded(dict[str, int])
    assert "pip install" in caught.value.hint


def test_the_version_is_asked_once(programs: Programs, tmp_path: Path) -> None:
    version_of.cache_clear()
    programs.write("fake-scanner", f"open({str(tmp_path / 'asked')!r}, 'a').write('x')\nprint('fake 1.2.3 (py 3.4)')")
    assert [version_of(FAKE), version_of(FAKE)] == ["1.2.3", "1.2.3"]
    assert (tmp_path / "asked").read_text("utf-8") == "x"
    version_of.cache_clear()


def test_one_that_names_no_version_is_told(programs: Programs) -> None:
    version_of.cache_clear()
    programs.write("fake-scanner", "print('hello')")
    with pytest.raises(GateError, match="names no version: hello"):
        version_of(FAKE)


def test_what_stands_beside_this_python_comes_first(programs: Programs) -> None:
    version_of.cache_clear()
    programs.write("ruff", "print('0.0.1')")
    found = find("ruff")
    assert found is not None
    assert found.parent == Path(sys.executable).absolute().parent
    assert version_of(Tool(name="ruff")) != "0.0.1"


@pytest.mark.parametrize("name", ["ruff", "bandit", "pip-audit"])
def test_the_version_of_what_is_installed_here_is_as_the_installation_has_it(name: str) -> None:
    assert recorded(Tool(name=name)) == metadata.version(name)


def test_what_stands_elsewhere_has_no_version_of_the_installation(programs: Programs) -> None:
    programs.write("msgspec", "print('1.2.3')")
    assert not recorded(Tool(name="msgspec"))


@pytest.mark.parametrize("path", [".", "", f".{os.pathsep}here", "here/.."])
def test_what_lies_in_the_folder_that_is_judged_is_not_found(
    path: str, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.write("fake-scanner", "print('mine')")
    (programs.folder / "here").mkdir()
    monkeypatch.chdir(programs.folder)
    monkeypatch.setenv("PATH", path)
    assert find("fake-scanner") is None
    assert find("ruff") is not None


def test_another_program_leaves_another_trace(programs: Programs) -> None:
    assert trace(FAKE) == ""
    path = programs.write("fake-scanner", "print(1)")
    before = trace(FAKE)
    path.write_text("#!/bin/false\n", "utf-8")
    assert before
    assert trace(FAKE) != before

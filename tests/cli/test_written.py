"""A report is the old one or the new one, whatever happens to who writes it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from clones import Clone
from command import unmeasured

posix = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL and RLIMIT_FSIZE are of POSIX")
ENDLESS = """
import sys
from pathlib import Path
from sluicegate.cli.output import write
number = 0
print("ready", flush=True)
while True:
    number += 1
    write(Path(sys.argv[1]), f"{number % 10}" * 3_000_000 + "\\n")
"""
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
sys.argv = ["sluicegate", *sys.argv[2:]]
from sluicegate.cli.main import main
main()
"""


@posix
def test_a_killed_writer_leaves_the_old_report_or_the_new_one(tmp_path: Path) -> None:
    report = tmp_path / "out" / "report.txt"
    seen = set()
    for round_ in range(25):
        with subprocess.Popen([sys.executable, "-c", ENDLESS, str(report)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.02 + round_ * 0.003)
            writer.send_signal(signal.SIGKILL)
        if report.exists():
            text = report.read_text()
            assert len(text) == 3_000_001, "half of a report"
            assert text == text[0] * 3_000_000 + "\n"
            seen.add(text[0])
    assert seen, "no round came to write anything"


@posix
def test_a_full_disk_keeps_the_old_report_and_is_told(clone: Clone) -> None:
    clone.write("openapi.yaml", "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n")
    report = clone.root / "out" / "run.json"
    report.parent.mkdir()
    report.write_text("the old one\n")
    done = subprocess.run(
        [
            *(sys.executable, "-P", "-c", LIMITED, "2000"),
            *("contract", "diff", "openapi.yaml", "openapi.yaml", "--report", "json=out/run.json"),
        ],
        cwd=clone.root,
        env=unmeasured(),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 3, done.stdout + done.stderr
    assert "json to out/run.json: File too large" in done.stderr
    assert "free some space" in done.stderr
    assert "Traceback" not in done.stderr
    assert report.read_text() == "the old one\n"
    assert [path.name for path in report.parent.iterdir()] == ["run.json"], "nothing half written stays"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is Linux's")
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    "arguments",
    [["contract", "diff", "openapi.yaml", "openapi.yaml"], ["rules"], ["fleet", "run.json"], ["check", "--help"]],
)
def test_a_standard_output_that_is_full_is_no_mistake_of_the_call(
    clone: Clone, arguments: list[str], unbuffered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    clone.write("openapi.yaml", "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "sluicegate.cli.start", *arguments],
            cwd=clone.root,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stderr.count("No space left on device")) == (3, 1), done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr

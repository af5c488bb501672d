"""The search for a Python, with made-up interpreters on PATH and in the tool cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "src" / "sluicegate" / "ci" / "action.sh"
BASH = shutil.which("bash")

pytestmark = pytest.mark.skipif(os.name == "nt" or not BASH, reason="the interpreters are scripts with a shebang")


def interpreter(path: Path, version: str) -> None:
    """One that answers the question for its version truthfully, and says what else it is asked to run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"#!{sys.executable}\nimport sys\n"
        f"sys.version_info = {tuple(map(int, version.split('.')))}\n"
        "if '-c' in sys.argv:\n    exec(sys.argv[sys.argv.index('-c') + 1])\n    sys.exit()\n"
        f"print({path.as_posix()!r}, *sys.argv[1:])\n"
    )
    path.chmod(0o755)


def start(tmp_path, **environ):
    (tmp_path / "bin").mkdir(exist_ok=True)
    if not (tmp_path / "bin" / "dirname").exists():
        (tmp_path / "bin" / "dirname").symlink_to(shutil.which("dirname"))
    return subprocess.run(
        [BASH, str(SCRIPT)], env={"PATH": str(tmp_path / "bin"), **environ}, capture_output=True, text=True, check=False
    )


def test_the_python_on_path_is_taken(tmp_path):
    interpreter(tmp_path / "bin" / "python3", "3.12.1")
    done = start(tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [
        str(tmp_path / "bin/python3"),
        "-I",
        "-X",
        "utf8",
        str(SCRIPT.with_name("bootstrap.py")),
    ]


def test_one_that_is_too_old_is_passed_over(tmp_path):
    interpreter(tmp_path / "bin" / "python3", "3.10.12")
    interpreter(tmp_path / "bin" / "python3.13", "3.13.0")
    assert start(tmp_path).stdout.split()[0] == str(tmp_path / "bin" / "python3.13")


@pytest.mark.parametrize("variable", ["RUNNER_TOOL_CACHE", "AGENT_TOOLSDIRECTORY"])
def test_the_tool_cache_is_next(tmp_path, variable):
    interpreter(tmp_path / "bin" / "python3", "3.10.12")
    cache = tmp_path / "tool cache"
    interpreter(cache / "Python" / "3.10.14" / "x64" / "bin" / "python3", "3.10.14")
    interpreter(cache / "Python" / "3.12.4" / "x64" / "bin" / "python3", "3.12.4")
    interpreter(cache / "Python" / "3.11.9" / "x64" / "bin" / "python3", "3.11.9")
    done = start(tmp_path, **{variable: str(cache)})
    assert done.stdout.startswith(str(cache / "Python" / "3.12.4"))


def test_without_any_the_user_hears_what_to_do(tmp_path):
    interpreter(tmp_path / "bin" / "python3", "3.10.12")
    output = tmp_path / "out"
    done = start(tmp_path, GITHUB_OUTPUT=str(output), RUNNER_TOOL_CACHE=str(tmp_path / "empty"))
    assert done.returncode == 3
    assert done.stdout.startswith("::error title=Sluicegate could not start::no Python 3.11 or newer")
    assert "actions/setup-python" in done.stdout
    assert output.read_text() == "outcome=errored\n"

"""Scanners of the test's own making, as programs on the path."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from sluicegate.model import Tool

_PYTHON = sys.executable
FAKE = Tool(name="fake-scanner", install="pip install 'sluicegate[security]'")


class Programs:
    """A folder on the path for programs."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        folder.mkdir()
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    def write(self, name: str, body: str) -> Path:
        """A program in Python."""
        path = self.folder / name
        path.write_text(f"#!{_PYTHON}\n{body}\n", "utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """The folder in which a test puts its scanners."""
    return Programs(tmp_path / "bin", monkeypatch)


@pytest.fixture
def beside(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> Programs:
    """The same folder with a Python in it, beside which scanners are looked for: none is installed there."""
    python = programs.folder / "python"
    python.symlink_to(_PYTHON)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    return programs


def asked(settings: object) -> tuple[str, ...]:
    """The tools of a made-up gate that its settings ask for."""
    return ("no-such-program",) if getattr(settings, "mode", "") == "enforce" else ()

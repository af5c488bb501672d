"""Fixtures that run the real command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli_types import Called, Command
from clones import Clone

TESTS = Path(__file__).parent


def unmeasured() -> dict[str, str]:
    """The environment without what makes a process measure its coverage: that loads modules, and writes files."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COV")}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder with an installed distribution `sample-gates`, whose gate is tests/samples."""
    folder = tmp_path / "site"
    info = folder / "sample_gates-1.2.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: sample-gates\nVersion: 1.2\n")
    (info / "RECORD").write_text("")
    (info / "entry_points.txt").write_text("[sluicegate.gates]\nsample = samples:GATE\n")
    return folder


@pytest.fixture
def repository(clone: Clone) -> Clone:
    """A repository whose settings name the plugin; the change adds a forbidden word."""
    clone.write("sluicegate.toml", 'plugins = ["sample-gates"]\n[sample]\n')
    clone.commit("one", **{"a.txt": "ok\n"})
    clone.write("a.txt", "ok\nFAIL\n")
    return clone


@pytest.fixture
def command(clone: Clone, site: Path) -> Command:
    """Runs the real command in the repository, in a process of its own."""

    def calling(*arguments: str, cwd: Path | None = None, **environment: str) -> Called:
        path = os.pathsep.join(filter(None, [str(site), str(TESTS), os.environ.get("PYTHONPATH")]))
        return subprocess.run(
            [sys.executable, "-P", "-m", "sluicegate.cli.main", *arguments],
            cwd=cwd or clone.root,
            env={**os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "", **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            check=False,
            timeout=60,
        )

    return calling

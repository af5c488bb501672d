"""What the tests of every room share: repositories made by real git."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Clone:
    """A real git repository in a folder of the test."""

    root: Path

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.root), *arguments], check=True, capture_output=True, text=True, encoding="utf-8"
        )
        return done.stdout.strip()

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8", newline="\n")
        else:
            path.write_bytes(content)
        return path

    def commit(self, message: str = "work", **files: str) -> str:
        for name, content in files.items():
            self.write(name, content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")


@pytest.fixture(autouse=True)
def no_foreign_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Neither the machine's git settings nor a CI's variables have a say in a test."""
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "GIT_", "SLUICEGATE_")) or name in {"NO_COLOR", "FORCE_COLOR", "CI"}:
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    settings = home / "gitconfig"
    settings.write_text(
        '[user]\nname = Test\nemail = test@example.com\n[init]\ndefaultBranch = main\n[protocol "file"]\nallow = always\n'
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(home.parent))


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """An empty repository on branch main."""
    return make_clone(tmp_path / "repository")


@pytest.fixture
def new_clone(tmp_path: Path) -> Callable[[str], Clone]:
    """Makes further repositories by name."""
    return lambda name: make_clone(tmp_path / name)


def make_clone(root: Path) -> Clone:
    root.mkdir(parents=True)
    made = Clone(root)
    made.git("init", "--quiet")
    return made

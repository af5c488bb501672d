"""What the tests of every room share: repositories made by real git."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from clones import Clone, make_clone
from command import command, repository, site

__all__ = ["command", "repository", "site"]

# A laptop looks for new counter-examples at every run; the verdict on a change must not depend on luck.
settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(autouse=True)
def no_foreign_settings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Neither the machine's git settings nor a CI's variables have a say in a test."""
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "GIT_", "SLUICEGATE_")) or name in {"NO_COLOR", "FORCE_COLOR", "CI"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("SLUICEGATE_CACHE", "off")  # what a test finds was never found before
    home = tmp_path_factory.mktemp("home")
    settings = home / "gitconfig"
    settings.write_text("[user]\nname = Test\nemail = test@example.com\n[init]\ndefaultBranch = main\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(home.parent))


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """An empty repository on branch main."""
    return make_clone(tmp_path / "repository")

"""`sluicegate init`: writes what a repository needs to begin, and never over anything."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from cli_types import Command
from clones import Clone

SHOP = Path(__file__).parents[2] / "examples" / "shop" / "openapi.yaml"
FILES = ["sluicegate.toml", ".github/workflows/sluicegate.yml", ".pre-commit-config.yaml"]


@pytest.fixture
def shop(clone: Clone) -> Clone:
    clone.commit("api", **{"api/openapi.yaml": SHOP.read_text("utf-8")})
    return clone


def test_what_it_writes_works(shop: Clone, command: Command) -> None:
    done = command("init")
    assert done.returncode == 0, done.stderr
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith("wrote")] == FILES
    assert 'spec = "api/openapi.yaml"' in (shop.root / "sluicegate.toml").read_text()
    workflow = yaml.safe_load((shop.root / FILES[1]).read_text())
    assert workflow["jobs"]["gates"]["permissions"] == {"contents": "read"}
    hooks = yaml.safe_load((shop.root / FILES[2]).read_text())
    assert hooks["repos"][0]["hooks"] == [{"id": "sluicegate"}]
    checked = command("check")
    assert (checked.returncode, "examined 1 document, 7 operations" in checked.stdout) == (0, True)


def test_a_gate_that_it_cannot_propose_is_named_until_it_is_configured(shop: Clone, command: Command) -> None:
    assert "[compliance] in sluicegate.toml (docs/compliance.md)" in command("init").stdout
    shop.write("sluicegate.toml", "[compliance]\n")
    assert "docs/compliance.md" not in command("init").stdout


def test_it_works_from_a_folder_below(shop: Clone, command: Command) -> None:
    assert command("init", cwd=shop.root / "api").returncode == 0
    assert (shop.root / "sluicegate.toml").is_file()
    assert not (shop.root / "api" / "sluicegate.toml").exists()


@pytest.mark.parametrize("there", FILES)
def test_it_never_overwrites(shop: Clone, command: Command, there: str) -> None:
    shop.write(there, "# mine\n")
    done = command("init")
    assert done.returncode == 0
    assert (shop.root / there).read_text() == "# mine\n"
    assert f"kept   {there}, which is there already" in done.stdout
    assert all((shop.root / name).is_file() for name in FILES)


def test_an_existing_pre_commit_file_is_told_what_to_add(shop: Clone, command: Command) -> None:
    shop.write(".pre-commit-config.yaml", "repos: []\n")
    done = command("init")
    assert "  - repo: https://github.com/sluicegate/sluicegate" in done.stdout
    assert "      - id: sluicegate" in done.stdout


def test_settings_in_pyproject_count(shop: Clone, command: Command) -> None:
    shop.write("pyproject.toml", '[tool.sluicegate.contract]\nspec = "api/openapi.yaml"\n')
    assert command("init").returncode == 0
    assert not (shop.root / "sluicegate.toml").exists()
    assert command("check").returncode == 0


def test_settings_without_the_gate_are_told_what_to_add(shop: Clone, command: Command) -> None:
    shop.write("sluicegate.toml", 'fail-on = "warning"\n')
    done = command("init")
    assert "it configures none of these gates yet; add to it:" in done.stdout
    assert 'spec = "api/openapi.yaml"' in done.stdout


def test_twice_changes_nothing(shop: Clone, command: Command) -> None:
    command("init")
    before = {name: (shop.root / name).read_bytes() for name in FILES}
    assert command("init").returncode == 0
    assert {name: (shop.root / name).read_bytes() for name in FILES} == before


def test_where_there_is_nothing_to_check_it_says_so_and_writes_nothing(clone: Clone, command: Command) -> None:
    done = command("init")
    assert done.returncode == 2
    assert "nothing to check was found" in done.stderr
    assert '[contract] spec = "PATH"' in done.stderr
    assert [path.name for path in clone.root.iterdir()] == [".git"]

"""A description that no commit of the repository could have is never told as new, since it was never compared."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli_types import Command
from clones import Clone, make_clone
from two_operations import API, LESS

NOTHING = "was compared with nothing"
SETTINGS = '[contract]\nspec = ["{}"]\n'


@pytest.fixture
def part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """Another repository with a description, which may be a submodule."""
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "protocol.file.allow")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "always")
    made = make_clone(tmp_path / "part")
    made.commit("The API", **{"openapi.yaml": API})
    return made


@pytest.fixture
def around(clone: Clone, part: Clone) -> Clone:
    """A repository whose change moves its submodule to a commit that removes an operation."""
    clone.git("submodule", "--quiet", "add", part.root.as_uri(), "sub")
    clone.commit("one", **{"sluicegate.toml": SETTINGS.format("sub/openapi.yaml")})
    clone.git("switch", "-q", "-c", "work")
    Clone(clone.root / "sub").commit("less", **{"openapi.yaml": LESS})
    return clone


def uncompared(clone: Clone, command: Command, why: str) -> None:
    """The rules on changes are not tested, for a reason and with the next step, and that can be made to fail."""
    done = command("check")
    text = " ".join(done.stdout.split())
    assert (done.returncode, done.stdout.split()[0]) == (0, "NOT"), done.stdout
    assert f"{NOTHING}: {why}" in text
    assert 'base = "FILE"' in text
    settings = clone.root / "sluicegate.toml"
    written = settings.read_text(encoding="utf-8")
    settings.write_text(f'undecided = "fail"\n{written}', encoding="utf-8")
    assert command("check").returncode == 1
    settings.write_text(written, encoding="utf-8")


def test_a_submodule_that_was_moved(around: Clone, command: Command) -> None:
    around.commit("moved")
    uncompared(around, command, "sub is a repository of its own")


@pytest.mark.parametrize("spec", ['["sub/openapi.yaml", "own.yaml"]', '["sub/openapi.yaml", "*.yaml"]'])
def test_a_base_that_is_a_file_is_no_way_out_where_there_are_several(
    around: Clone, command: Command, spec: str
) -> None:
    around.commit("moved", **{"sluicegate.toml": f"[contract]\nspec = {spec}\n", "own.yaml": API})
    text = " ".join(command("check").stdout.split())
    assert NOTHING in text
    assert "compare the two: `sluicegate contract diff FILE sub/openapi.yaml`" in text
    assert "base =" not in text


def test_a_submodule_through_a_link(around: Clone, command: Command) -> None:
    (around.root / "api.yaml").symlink_to("sub/openapi.yaml")
    around.commit("moved", **{"sluicegate.toml": SETTINGS.format("api.yaml")})
    uncompared(around, command, "sub is a repository of its own")


def test_a_submodule_that_became_files_of_the_repository(around: Clone, command: Command) -> None:
    around.git("rm", "--quiet", "--cached", "-f", "sub")
    (around.root / "sub" / ".git").unlink()
    around.commit("files", **{"sub/openapi.yaml": LESS})
    uncompared(around, command, "sub is a repository of its own")


def test_a_clone_inside_of_the_work_tree(clone: Clone, part: Clone, command: Command) -> None:
    clone.commit("one", **{"sluicegate.toml": SETTINGS.format("other/openapi.yaml")})
    clone.git("clone", "--quiet", str(part.root), "other")
    uncompared(clone, command, "other is a repository of its own")


def test_a_submodule_that_is_not_checked_out(around: Clone, command: Command) -> None:
    around.git("submodule", "--quiet", "deinit", "-f", "sub")
    done = command("check")
    assert (done.returncode, "sub is a repository of its own" in " ".join(done.stdout.split())) == (3, True)


@pytest.mark.parametrize("linked", [False, True])
def test_a_description_that_git_ignores(clone: Clone, command: Command, *, linked: bool) -> None:
    name = "api.yaml" if linked else "build/openapi.yaml"
    if linked:
        (clone.root / name).symlink_to("build/openapi.yaml")
    clone.commit("one", **{".gitignore": "/build\n", "sluicegate.toml": SETTINGS.format(name)})
    clone.write("build/openapi.yaml", LESS)
    uncompared(clone, command, "git ignores build/openapi.yaml")
    clone.write("build/before.yaml", API)
    clone.commit("base", **{"sluicegate.toml": SETTINGS.format(name) + 'base = "build/before.yaml"\n'})
    done = command("check")
    assert (done.returncode, "contract/path-removed" in done.stdout) == (1, True), done.stdout


@pytest.mark.parametrize("added", [(), ("--force",)])
def test_a_new_description_is_new(clone: Clone, command: Command, added: tuple[str, ...]) -> None:
    ignored = "*.yaml\n" if added else ""
    clone.commit("one", **{".gitignore": ignored, "sluicegate.toml": SETTINGS.format("openapi.yaml")})
    clone.write("openapi.yaml", API)
    if added:
        clone.git("add", *added, "openapi.yaml")
    done = command("check")
    assert (done.returncode, done.stdout.split()[0]) == (0, "PASSED"), done.stdout
    assert "openapi.yaml is new in this change" in done.stdout
    assert NOTHING not in done.stdout

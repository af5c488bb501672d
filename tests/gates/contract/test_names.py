"""Descriptions whose names are odd are judged like any other, in the process of a gate and in the command's own."""

from __future__ import annotations

import os
import sys

import pytest

from cli_types import Command
from clones import Clone
from two_operations import API, LESS

PATTERN = '[contract]\nspec = ["*.yaml"]\n'

pytestmark = pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the file system has no such names")


def changed(clone: Clone, name: str, settings: str) -> None:
    """A description that loses an operation, in a commit and then in the index."""
    clone.write("sluicegate.toml", settings)
    clone.write(name, API)
    clone.commit("The API")
    clone.git("switch", "-q", "-c", "work")
    clone.write(name, LESS)
    clone.git("add", "--all")


@pytest.mark.parametrize("staged", [(), ("--staged",)])
def test_a_name_that_is_not_utf_8(clone: Clone, command: Command, staged: tuple[str, ...]) -> None:
    changed(clone, os.fsdecode(b"x\xff.yaml"), PATTERN)
    done = command("check", *staged)
    assert (done.returncode, done.stderr) == (1, "")
    assert "contract/path-removed" in done.stdout
    assert "1 file not as in the commit" in " ".join(done.stdout.split())
    assert "x\\udcff.yaml" in done.stdout


@pytest.mark.parametrize("staged", [(), ("--staged",)])
@pytest.mark.parametrize("name", ["a:b.yaml", "::x.yaml", ":(top)y.yaml", "C:/z.yaml", "back\\slash.yaml", "[a].yaml"])
def test_a_name_with_signs_that_mean_something_elsewhere(
    clone: Clone, command: Command, name: str, staged: tuple[str, ...]
) -> None:
    changed(clone, name, '[contract]\nspec = ["**/*.yaml"]\n')
    done = command("check", *staged)
    assert (done.returncode, done.stderr) == (1, ""), done.stdout
    assert "contract/path-removed" in done.stdout
    assert f"1 file not as in the commit ({name})" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../api.yaml", "../api.yaml lies outside of the working tree"),
        ("folder", "folder is not a file"),
        ("none.yaml", "none.yaml does not exist"),
        ("no?e.yaml", "no file matches no?e.yaml"),
    ],
)
def test_why_a_named_file_is_not_read(clone: Clone, command: Command, name: str, why: str) -> None:
    clone.commit("one", **{"sluicegate.toml": f'[contract]\nspec = ["{name}"]\n', "folder/x": ""})
    done = command("check")
    assert (done.returncode, why in done.stdout) == (3, True), done.stdout

"""Descriptions whose names are odd are judged like any other, in the process of a gate and in the command's own."""

from __future__ import annotations

import os
import sys

import pytest

from cli_types import Command
from clones import Clone

API = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /users:
    get: {operationId: users, responses: {"204": {description: ok}}}
  /orders:
    get: {operationId: orders, responses: {"204": {description: ok}}}
"""
LESS = API.partition("  /orders")[0]
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
    assert "1 file not as in the commit" in done.stdout
    assert "x\\udcff.yaml" in done.stdout

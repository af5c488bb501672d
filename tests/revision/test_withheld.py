"""What a sparse checkout leaves out is there as the index has it, and what somebody removed is gone."""

from __future__ import annotations

import sys

import pytest

from cli_types import Command
from clones import Clone
from sluicegate.model import Tree
from sluicegate.revision import TreeSpec, open_tree, uncommitted
from two_operations import API, LESS

LIMIT = 1 << 20


def on_disk(clone: Clone) -> Tree:
    return open_tree(TreeSpec(kind="working-tree", root=str(clone.root)))


@pytest.fixture
def sparse(clone: Clone) -> Clone:
    """A checkout of `svc/a` alone."""
    files = {f"svc/{name}/openapi.yaml": API for name in "ab"}
    clone.commit(
        "one", **files, **{"shared/x.yaml": "x", "sluicegate.toml": '[contract]\nspec = ["svc/*/openapi.yaml"]\n'}
    )
    clone.git("switch", "-q", "-c", "work")
    clone.git("sparse-checkout", "set", "svc/a")
    assert not (clone.root / "svc" / "b").exists()
    assert clone.git("status", "--porcelain") == ""
    return clone


@pytest.mark.usefixtures("sparse")
def test_a_sparse_checkout_removes_nothing(command: Command) -> None:
    done = command("check")
    assert (done.returncode, done.stdout.split()[0]) == (0, "PASSED"), done.stdout
    assert "examined 2 documents" in done.stdout
    assert "not as in the commit" not in done.stdout


def test_what_the_change_did_there_is_seen(sparse: Clone, command: Command) -> None:
    sparse.git("sparse-checkout", "disable")
    sparse.commit("less", **{"svc/b/openapi.yaml": LESS})
    sparse.git("sparse-checkout", "set", "svc/a")
    done = command("check")
    assert (done.returncode, "svc/b/openapi.yaml" in done.stdout) == (1, True), done.stdout
    assert "contract/path-removed" in done.stdout


def test_what_was_removed_is_gone(sparse: Clone) -> None:
    (sparse.root / "svc/a/openapi.yaml").unlink()
    assert on_disk(sparse).glob("**/openapi.yaml") == ["svc/b/openapi.yaml"]
    sparse.git("rm", "-q", "--sparse", "svc/b/openapi.yaml")
    assert on_disk(sparse).glob("**/openapi.yaml") == []
    assert on_disk(sparse).find("svc/b/openapi.yaml") is None


def test_one_file_that_git_was_told_to_skip(clone: Clone) -> None:
    head = clone.commit("one", **{"a.yaml": "a", "b.yaml": "b"})
    clone.git("update-index", "--skip-worktree", "a.yaml")
    clone.write("a.yaml", "disk")
    assert on_disk(clone).read("a.yaml", LIMIT) == b"disk"
    (clone.root / "a.yaml").unlink()
    (clone.root / "b.yaml").unlink()
    assert on_disk(clone).glob("*.yaml") == ["a.yaml"]
    assert on_disk(clone).read("a.yaml", LIMIT) == b"a"
    assert uncommitted(TreeSpec(kind="working-tree", root=str(clone.root)), head, ["a.yaml"]) == ("b.yaml",)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_links_lead_there_and_back(clone: Clone) -> None:
    clone.commit("one", **{"in/a.yaml": "a", "out/b.yaml": "b"})
    (clone.root / "in" / "to.yaml").symlink_to("../out/b.yaml")
    (clone.root / "out" / "to.yaml").symlink_to("../in/a.yaml")
    (clone.root / "in" / "folder").symlink_to("../out")
    clone.commit("links")
    clone.git("sparse-checkout", "set", "in")
    clone.write("in/a.yaml", "edited")
    tree = on_disk(clone)
    assert tree.read("in/to.yaml", LIMIT) == b"b"
    assert tree.read("in/folder/b.yaml", LIMIT) == b"b"
    assert tree.read("out/to.yaml", LIMIT) == b"edited"
    (clone.root / "in" / "to.yaml").unlink()
    assert on_disk(clone).find("in/to.yaml") is None

"""The trees: the same files, seen through the disk, the index and a commit."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from clones import Clone
from sluicegate.errors import GateError, UnreadableError
from sluicegate.model import Tree
from sluicegate.revision import TreeSpec, differing, open_tree

LIMIT = 1 << 20


def spec(clone: Clone, kind: str, **more: object) -> TreeSpec:
    commit = clone.git("rev-parse", "HEAD") if kind in ("commit", "fetched") else ""
    return TreeSpec(kind=kind, root=str(clone.root), commit=commit, **more)  # type: ignore[arg-type]


@pytest.fixture
def three(clone: Clone) -> Clone:
    """api.yaml differs in the commit, the index and on disk."""
    clone.write(".gitignore", "ignored/\n")
    clone.commit("one", **{"api.yaml": "commit", "sub/part.yaml": "part"})
    clone.write("api.yaml", "index")
    clone.git("add", "api.yaml")
    clone.write("api.yaml", "disk")
    clone.write("untracked.yaml", "u")
    clone.write("ignored/x.yaml", "i")
    return clone


@pytest.mark.parametrize(("kind", "content"), [("commit", b"commit"), ("index", b"index"), ("working-tree", b"disk")])
def test_each_tree_reads_its_own_state(three: Clone, kind: str, content: bytes) -> None:
    tree = open_tree(spec(three, kind))
    assert tree.read("api.yaml", LIMIT) == content
    assert tree.read("sub/part.yaml", LIMIT) == b"part"


def test_only_the_working_tree_sees_untracked_files_and_none_sees_ignored_ones(three: Clone) -> None:
    listed = {kind: open_tree(spec(three, kind)).glob("**/*.yaml") for kind in ("commit", "index", "working-tree")}
    assert listed == {
        "commit": ["api.yaml", "sub/part.yaml"],
        "index": ["api.yaml", "sub/part.yaml"],
        "working-tree": ["api.yaml", "sub/part.yaml", "untracked.yaml"],
    }


def test_beside_a_commit_stands_only_what_git_does_not_know(three: Clone) -> None:
    three.write("new.yaml", "of the change")
    three.git("add", "new.yaml")
    three.git("rm", "-q", "sub/part.yaml")
    tree = open_tree(spec(three, "fetched"))
    assert tree.glob("**/*.yaml") == ["api.yaml", "sub/part.yaml", "untracked.yaml"]
    read = [tree.read(path, LIMIT) for path in ("api.yaml", "sub/part.yaml", "untracked.yaml", "ignored/x.yaml")]
    assert read == [b"commit", b"part", b"u", b"i"]
    assert tree.find("new.yaml") is None
    with pytest.raises(UnreadableError, match=r"new\.yaml does not exist"):
        tree.read("new.yaml", LIMIT)


def test_a_file_that_was_deleted_on_disk_is_listed_where_it_still_is(three: Clone) -> None:
    (three.root / "sub" / "part.yaml").unlink()
    (three.root / "api.yaml").unlink()
    (three.root / "api.yaml").mkdir()
    listed = {kind: open_tree(spec(three, kind)).glob("**/*.yaml") for kind in ("commit", "index", "working-tree")}
    both = ["api.yaml", "sub/part.yaml"]
    assert listed == {"commit": both, "index": both, "working-tree": ["untracked.yaml"]}


@pytest.mark.parametrize("kind", ["commit", "working-tree", "folder"])
def test_a_project_in_a_folder_counts_from_there_and_reaches_its_neighbours(three: Clone, kind: str) -> None:
    tree = open_tree(spec(three, kind, prefix="sub"))
    assert tree.glob("*.yaml") == ["part.yaml"]
    assert tree.find("../api.yaml") == "../api.yaml"
    assert tree.read("../api.yaml", LIMIT) in (b"commit", b"disk")
    assert tree.display("part.yaml") == "sub/part.yaml"


@pytest.mark.parametrize("kind", ["commit", "index", "working-tree", "folder"])
@pytest.mark.parametrize("path", ["../x", "/etc/passwd", "sub/../../x", "C:/x", "a\\..\\..\\x", "a\0b"])
def test_nothing_outside_of_the_tree_is_read(three: Clone, kind: str, path: str) -> None:
    three.root.with_name("x").write_text("secret")
    tree = open_tree(spec(three, kind))
    assert tree.find(path) is None
    with pytest.raises(UnreadableError):
        tree.read(path, LIMIT)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
@pytest.mark.parametrize("kind", ["commit", "working-tree"])
def test_links_are_followed_within_the_tree_only(three: Clone, kind: str) -> None:
    outside = three.root.with_name("outside.yaml")
    outside.write_text("secret")
    (three.root / "out.yaml").symlink_to("../outside.yaml")
    (three.root / "in.yaml").symlink_to("sub/part.yaml")
    (three.root / "loop.yaml").symlink_to("loop.yaml")
    three.commit("links")
    tree = open_tree(spec(three, kind))
    assert tree.read("in.yaml", LIMIT) == b"part"
    with pytest.raises(UnreadableError, match=r"out\.yaml is a link to a place outside"):
        tree.read("out.yaml", LIMIT)
    with pytest.raises(UnreadableError):
        tree.read("loop.yaml", LIMIT)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
@pytest.mark.parametrize("kind", ["commit", "index", "working-tree"])
def test_links_to_folders_are_followed_too(three: Clone, kind: str) -> None:
    (three.root / "api").symlink_to("sub")
    (three.root / "deep").symlink_to("api/")
    (three.root / "up").symlink_to("..")
    three.commit("links")
    tree = open_tree(spec(three, kind))
    assert tree.find("deep/part.yaml") == "deep/part.yaml"
    assert tree.read("deep/part.yaml", LIMIT) == b"part"
    assert tree.find("api/none.yaml") is None
    with pytest.raises(UnreadableError):
        tree.read("up/x.yaml", LIMIT)


@pytest.mark.parametrize("kind", ["commit", "index", "working-tree"])
def test_a_file_over_the_limit_is_refused_with_its_size(three: Clone, kind: str) -> None:
    three.commit("large", large="x" * 2000)
    tree = open_tree(spec(three, kind))
    with pytest.raises(UnreadableError, match="large has 2,000 bytes, more than the 1,000 bytes"):
        tree.read("large", 1000)
    assert tree.read("api.yaml", 1000) == b"disk", "the tree still reads after a refusal"


def test_a_gigabyte_is_refused_without_being_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.json"
    with huge.open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(UnreadableError, match="1,073,741,824 bytes"):
        open_tree(TreeSpec(kind="folder", root=str(tmp_path))).read("huge.json", LIMIT)


@pytest.mark.parametrize("kind", ["commit", "working-tree"])
def test_a_missing_file_is_said(three: Clone, kind: str) -> None:
    tree = open_tree(spec(three, kind))
    assert tree.find("none.yaml") is None
    with pytest.raises(UnreadableError, match=r"none\.yaml does not exist"):
        tree.read("none.yaml", LIMIT)


def test_an_alias_gives_another_file_under_the_same_name(three: Clone) -> None:
    tree = open_tree(spec(three, "commit", aliases=(("api.yaml", "sub/part.yaml"),)))
    assert tree.find("api.yaml") == "sub/part.yaml"
    assert tree.find("sub/part.yaml") == "sub/part.yaml"


def test_a_commit_that_lacks_its_objects_is_an_error_and_never_a_missing_file(three: Clone) -> None:
    name = three.git("rev-parse", "HEAD:api.yaml")
    (three.root / ".git" / "objects" / name[:2] / name[2:]).unlink()
    tree = open_tree(spec(three, "commit"))
    assert tree.find("api.yaml") == "api.yaml"
    with pytest.raises(GateError, match=r"git does not have the content of api\.yaml"):
        tree.read("api.yaml", LIMIT)


def test_a_name_that_no_file_system_can_hold_is_not_there(tmp_path: Path) -> None:
    tree = open_tree(TreeSpec(kind="working-tree", root=str(tmp_path)))
    for name in ("x" * 100_000, "a\0b"):
        assert tree.find(name) is None


def test_what_a_commit_changes_is_known_without_reading(clone: Clone):
    clone.commit("one", **{"a/same.txt": "1", "a/changed.txt": "1", "a/gone.txt": "1", "other.txt": "1"})
    clone.write("a/changed.txt", "2")
    clone.write("a/new.txt", "1")
    clone.write("other.txt", "2")
    (clone.root / "a/gone.txt").unlink()
    clone.git("add", "--all")
    clone.write("a/same.txt", "not staged")

    def trees(prefix: str) -> list[Tree]:
        head = clone.git("rev-parse", "HEAD")
        index = TreeSpec(kind="index", root=str(clone.root), prefix=prefix)
        return [open_tree(index), open_tree(replace(index, kind="commit", commit=head))]

    assert differing(*trees("a")) == {"changed.txt", "new.txt", "gone.txt"}
    assert differing(*trees("")) == {"a/changed.txt", "a/new.txt", "a/gone.txt", "other.txt"}

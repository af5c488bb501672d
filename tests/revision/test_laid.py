"""A whole revision as files in a folder of its own."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from clones import Clone
from sluicegate.errors import GateError
from sluicegate.revision import TreeSpec, open_tree
from sluicegate.revision.laid import Entry, lay


def laid(clone: Clone, to: Path, **more: str) -> Path:
    to.mkdir()
    return Path(open_tree(TreeSpec(root=str(clone.root), **{"kind": "working-tree", **more})).lay_out(str(to)))


def everything(folder: Path) -> dict[str, str]:
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {path.readlink()}"
        elif path.is_file():
            found[name] = path.read_text(errors="replace") + ("*" if os.access(path, os.X_OK) else "")
    return found


@pytest.fixture
def both(clone: Clone) -> tuple[Clone, str]:
    clone.write(".gitignore", "*.log\n")
    clone.write("run.sh", "one\n").chmod(0o755)
    clone.write("sub/data.txt", "one\n")
    (clone.root / "sub/inside").symlink_to("../run.sh")
    (clone.root / "outside").symlink_to("/etc/hostname")
    (clone.root / "up").symlink_to("sub/../../x")
    clone.write("gone.txt", "one\n")
    base = clone.commit()
    clone.write("run.sh", "two\n")
    clone.write("new.txt", "new\n")
    clone.write("x.log", "ignored\n")
    (clone.root / "gone.txt").unlink()
    return clone, base


def test_a_commit_and_the_working_directory(both: tuple[Clone, str], tmp_path: Path) -> None:
    clone, base = both
    before = everything(clone.root / ".git")
    same = {".gitignore": "*.log\n", "sub/data.txt": "one\n", "sub/inside": "-> ../run.sh"}
    at_base = laid(clone, tmp_path / "base", kind="commit", commit=base)
    assert everything(at_base) == {**same, "run.sh": "one\n*", "gone.txt": "one\n"}
    assert everything(laid(clone, tmp_path / "head")) == {**same, "run.sh": "two\n*", "new.txt": "new\n"}
    assert everything(clone.root / ".git") == before


def test_paths_count_from_the_folder_of_the_project(both: tuple[Clone, str], tmp_path: Path) -> None:
    clone, base = both
    folder = laid(clone, tmp_path / "base", kind="commit", commit=base, prefix="sub")
    assert folder == tmp_path / "base/sub"
    assert (folder.parent / "run.sh").exists()


def test_no_filter_runs(clone: Clone, tmp_path: Path) -> None:
    clone.write(".gitattributes", "*.txt filter=bad\n")
    clone.git("config", "filter.bad.smudge", f"touch {tmp_path / 'ran'}; cat")
    commit = clone.commit(**{"a.txt": "a\n"})
    laid(clone, tmp_path / "base", kind="commit", commit=commit)
    assert not (tmp_path / "ran").exists()


def test_what_is_kept_elsewhere_is_taken_from_where_it_is(clone: Clone, tmp_path: Path) -> None:
    content = "much\n"
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 5\n"
    digest = hashlib.sha256(content.encode()).hexdigest()
    commit = clone.commit(**{"big.bin": pointer.format(digest), "other.bin": pointer.format("0" * 64)})
    clone.write("big.bin", content)
    folder = laid(clone, tmp_path / "base", kind="commit", commit=commit)
    assert everything(folder) == {"big.bin": content, "other.bin": pointer.format("0" * 64)}


def test_a_submodule_is_an_empty_folder_on_both_sides(clone: Clone, tmp_path: Path) -> None:
    commit = clone.commit(**{"a.txt": "a\n"})
    clone.git("update-index", "--add", "--cacheinfo", f"160000,{commit},part")
    clone.git("commit", "-qm", "part")
    clone.write("part/x.txt", "x\n")
    assert everything(laid(clone, tmp_path / "base", kind="commit", commit="HEAD")) == {"a.txt": "a\n"}
    assert (tmp_path / "base/part").is_dir()


def test_what_a_sparse_checkout_withholds_is_there(clone: Clone, tmp_path: Path) -> None:
    clone.commit(**{"a/x.txt": "x\n", "b/y.txt": "y\n"})
    clone.git("sparse-checkout", "set", "--no-cone", "/a/")
    assert not (clone.root / "b").exists()
    assert everything(laid(clone, tmp_path / "head")) == {"a/x.txt": "x\n", "b/y.txt": "y\n"}


@pytest.mark.parametrize("path", ["../x", "/x", "a//b", ".git/hooks/pre-commit", "a/.GIT/config", ".", "a/../../b"])
def test_a_name_that_leads_out_is_refused(path: str, tmp_path: Path) -> None:
    with pytest.raises(GateError, match="no revision may have"):
        lay([Entry(path=path, mode="100644", content=b"x")], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_through_a_link_and_no_link_leads_out_by_way_of_others(tmp_path: Path) -> None:
    top = tmp_path / "a/b/top"
    top.mkdir(parents=True)
    links = [("d", "."), ("x", "d/d/../.."), ("l", "/etc")]
    with pytest.raises(GateError, match="cannot be laid out"):
        lay([Entry(path="l", mode="120000", content=b".."), Entry(path="l/y", mode="100644", content=b"y")], top)
    assert not (top.parent / "y").exists()
    other = tmp_path / "a/b/other"
    other.mkdir()
    lay([Entry(path=path, mode="120000", content=target.encode()) for path, target in links], other)
    assert [path.name for path in other.iterdir()] == ["d"]

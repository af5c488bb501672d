"""Files of a tree laid out for a scanner: no name of theirs reaches the disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clones import Clone
from sluicegate.errors import GateError
from sluicegate.revision import TreeSpec, open_tree
from sluicegate.tools.laid import asked_once, lay

HOSTILE = ["-rf.py", "$(id).py", "a b;c.py", "`x`.py", "::error::x.py", "deep/../x.py", "line\nend.py", "con.py"]


def _number(number: int, _path: str) -> str:
    return f"{number:06}.py"


def test_a_name_is_a_number_and_leads_back(clone: Clone) -> None:
    names = [name for name in HOSTILE if ".." not in name]
    clone.commit(**dict.fromkeys(names, "x = 1\n"))
    tree = open_tree(TreeSpec(kind="working-tree", root=str(clone.root)))
    with lay(tree, names, _number) as laid:
        listed = sorted(path.name for path in laid.folder.iterdir())
        assert listed == [f"{number:06}.py" for number in range(len(names))]
        for said in (listed[0], f"./{listed[0]}", f"{laid.folder}/{listed[0]}"):
            assert laid.path(said) == names[0]
        assert laid.path("elsewhere.py") is None
        assert not laid.unread
    assert not laid.folder.exists()


def test_a_name_that_is_not_utf_8_is_laid_out(clone: Clone) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    clone.commit(**{name: "x = 1\n"})
    for kind, commit in (("working-tree", ""), ("index", ""), ("commit", clone.git("rev-parse", "HEAD"))):
        tree = open_tree(TreeSpec(kind=kind, root=str(clone.root), commit=commit))
        [listed] = tree.glob("**/*.py")
        with lay(tree, [listed], _number) as laid:
            assert (laid.folder / "000000.py").read_text("utf-8") == "x = 1\n"


def test_what_leads_out_of_the_tree_is_not_read(clone: Clone, tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text("password = 'x'\n", "utf-8")
    clone.write("a.py", "x = 1\n")
    (clone.root / "link.py").symlink_to(tmp_path / "secret.py")
    tree = open_tree(TreeSpec(kind="folder", root=str(clone.root)))
    wanted = ["a.py", "link.py", "../secret.py", str(tmp_path / "secret.py"), "gone.py"]
    with lay(tree, wanted, _number) as laid:
        assert list(laid.paths.values()) == ["a.py"]
        assert sorted(laid.unread) == sorted(wanted[1:])
        assert all(error.message for error in laid.unread.values())


def test_there_is_a_bound_on_files_and_bytes(clone: Clone) -> None:
    clone.commit(**{f"{number}.py": "x" * 100 for number in range(4)})
    tree = open_tree(TreeSpec(kind="folder", root=str(clone.root)))
    paths = tree.glob("*.py")
    with pytest.raises(GateError, match="4 files are more than the 3"), lay(tree, paths, _number, most=3):
        pass
    with pytest.raises(GateError, match="more than the 399 bytes"), lay(tree, paths, _number, total=399):
        pass
    with lay(tree, paths, _number, largest=99) as laid:
        assert (len(laid.paths), len(laid.unread)) == (0, 4)


def test_a_scanner_is_asked_once_of_the_very_same_and_again_of_anything_else(clone: Clone) -> None:
    clone.commit("one", **{"a.py": "x = 1\n", "b.py": "y = 1\n"})
    tree = open_tree(TreeSpec(kind="working-tree", root=str(clone.root)))
    memo: dict[object, object] = {}
    asked: list[list[str]] = []

    def said(*paths: str) -> list[str]:
        with lay(tree, paths, _number) as laid:
            return asked_once(memo, "scanner", laid, lambda: asked.append(list(paths)) or list(paths))

    assert said("a.py", "b.py") == said("a.py", "b.py") == ["a.py", "b.py"]
    assert asked == [["a.py", "b.py"]]
    said("a.py")
    clone.write("b.py", "y = 2\n")
    said("a.py", "b.py")
    clone.write("c.py", "x = 1\n")
    said("c.py")
    assert asked == [["a.py", "b.py"], ["a.py"], ["a.py", "b.py"], ["c.py"]]


def test_a_scanner_that_failed_is_asked_again(clone: Clone) -> None:
    clone.commit("one", **{"a.py": "x = 1\n"})
    tree = open_tree(TreeSpec(kind="working-tree", root=str(clone.root)))
    memo: dict[object, object] = {}
    with lay(tree, ["a.py"], _number) as laid:
        with pytest.raises(ZeroDivisionError):
            asked_once(memo, "scanner", laid, lambda: 1 // 0)
        assert asked_once(memo, "scanner", laid, lambda: 1) == 1


def test_what_lies_there_is_known_without_reading_it_again(clone: Clone) -> None:
    tree = open_tree(TreeSpec(kind="folder", root=str(clone.root)))
    digests = set()
    for text in ("x = 1\n", "x = 2\n", "x = 1\n"):
        clone.write("a.py", text)
        with lay(tree, ["a.py"], _number) as laid:
            (laid.folder / "000000.py").unlink()
            digests.add(laid.digest())
    assert len(digests) == 2

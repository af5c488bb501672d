from __future__ import annotations

from msgspec.structs import replace

from clones import Clone
from sluicegate.revision import TreeSpec, changed_lines


def test_changed_lines_of_the_working_tree_the_index_and_a_commit(clone: Clone) -> None:
    first = clone.commit("one", a="1\n2\n3\n4\n5\n")
    clone.write("a", "1\n2\nX\n4\n5\n")
    clone.git("add", "a")
    clone.write("a", "1\nX\n4\n5\n6\n")
    base = TreeSpec(kind="commit", root=str(clone.root), commit=first)
    index = TreeSpec(kind="index", root=str(clone.root))
    assert changed_lines(base, index, ["a"]) == {"a": (range(3, 4),)}
    assert changed_lines(base, replace(index, kind="working-tree"), ["a"]) == {"a": (range(2, 3), range(5, 6))}
    clone.git("commit", "-aqm", "two")
    head = replace(base, commit=clone.git("rev-parse", "HEAD"))
    assert changed_lines(base, head, ["a"]) == {"a": (range(2, 3), range(5, 6))}


def test_the_lines_around_a_removal_count_as_changed(clone: Clone) -> None:
    first = clone.commit("one", a="1\n2\n3\n")
    clone.write("a", "1\n3\n")
    base = TreeSpec(kind="commit", root=str(clone.root), commit=first)
    head = TreeSpec(kind="working-tree", root=str(clone.root))
    assert changed_lines(base, head, ["a"]) == {"a": (range(1, 3),)}


def test_a_new_file_is_changed_in_every_line_and_an_untouched_one_in_none(clone: Clone) -> None:
    first = clone.commit("one", a="1\n")
    clone.write("untracked", "1\n2\n")
    base = TreeSpec(kind="commit", root=str(clone.root), commit=first)
    head = TreeSpec(kind="working-tree", root=str(clone.root))
    found = changed_lines(base, head, ["a", "untracked"])
    assert found is not None
    assert found["a"] == ()
    assert [line in found["untracked"][0] for line in (1, 2)] == [True, True]


def test_nothing_of_the_repository_is_run_or_obeyed(clone: Clone) -> None:
    clone.write(".gitattributes", "* filter=evil -diff\n")
    first = clone.commit("one", a="1\n2\n")
    clone.write("a", "1\nX\n")
    marker = clone.root.parent / "marker"
    clone.git("config", "filter.evil.clean", f"touch {marker}; cat")
    clone.git("config", "filter.evil.required", "true")
    clone.git("config", "diff.orderFile", "/nowhere")
    clone.git("config", "diff.algorithm", "bogus")
    base = TreeSpec(kind="commit", root=str(clone.root), commit=first)
    assert changed_lines(base, TreeSpec(kind="working-tree", root=str(clone.root)), ["a"]) == {"a": (range(2, 3),)}
    assert not marker.exists()


def test_what_cannot_be_compared_is_not_known(clone: Clone) -> None:
    first = clone.commit("one", a="1\n")
    name = clone.git("rev-parse", "HEAD:a")
    (clone.root / ".git" / "objects" / name[:2] / name[2:]).unlink()
    clone.write("a", "2\n")
    base = TreeSpec(kind="commit", root=str(clone.root), commit=first)
    assert changed_lines(base, TreeSpec(kind="working-tree", root=str(clone.root)), ["a"]) is None


def test_two_folders_cannot_be_compared_by_git(clone: Clone) -> None:
    folder = TreeSpec(kind="folder", root=str(clone.root))
    assert changed_lines(folder, folder, ["a"]) is None

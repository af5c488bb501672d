"""Files through several commits of a real repository, under whatever path they were."""

from __future__ import annotations

from clones import Clone
from sluicegate.revision import Lineage, Repository, TreeSpec, lineages, mark_of

TEXT = "".join(f"line {number}\n" for number in range(20))
OTHER = "".join(f"row {number * 7}\n" for number in range(20))


def traced(clone: Clone, *patterns: str, prefix: str = "") -> list[Lineage]:
    commits = clone.git("rev-list", "--reverse", "HEAD").split()
    marks = [mark_of(Repository(root=clone.root), commit) for commit in commits]
    return lineages(TreeSpec(kind="commit", root=str(clone.root), prefix=prefix), marks, patterns)


def moved(clone: Clone, old: str, new: str) -> None:
    (clone.root / new).parent.mkdir(parents=True, exist_ok=True)
    clone.git("mv", old, new)
    clone.commit()


def test_forth_and_back(clone: Clone) -> None:
    clone.commit(**{"a.yaml": TEXT})
    moved(clone, "a.yaml", "b.yaml")
    moved(clone, "b.yaml", "c.yaml")
    assert traced(clone, "a.yaml") == [Lineage(name="a.yaml", paths=("a.yaml", "b.yaml", "c.yaml"))]
    assert traced(clone, "c.yaml") == [Lineage(name="c.yaml", paths=("a.yaml", "b.yaml", "c.yaml"))]
    assert traced(clone, "*.yaml") == [Lineage(name="c.yaml", paths=("a.yaml", "b.yaml", "c.yaml"))]
    assert traced(clone, "d.yaml") == []


def test_a_path_that_is_asked_for_is_the_file_wherever_it_is_there(clone: Clone) -> None:
    clone.commit(**{"a.yaml": TEXT})
    moved(clone, "a.yaml", "b.yaml")
    clone.commit(**{"a.yaml": OTHER})
    assert traced(clone, "a.yaml") == [Lineage(name="a.yaml", paths=("a.yaml", "b.yaml", "a.yaml"))]
    assert traced(clone, "*.yaml") == [
        Lineage(name="b.yaml", paths=("a.yaml", "b.yaml", "b.yaml")),
        Lineage(name="a.yaml", paths=(None, None, "a.yaml")),
    ]


def test_what_is_gone_comes_back_under_its_own_path_alone(clone: Clone) -> None:
    clone.commit(**{"a.yaml": TEXT, "keep.yaml": OTHER})
    (clone.root / "a.yaml").unlink()
    clone.commit(**{"b.yaml": "unlike: it\n"})
    clone.commit(**{"a.yaml": TEXT})
    assert traced(clone, "a.yaml") == [Lineage(name="a.yaml", paths=("a.yaml", None, "a.yaml"))]
    assert traced(clone, "b.yaml") == [Lineage(name="b.yaml", paths=(None, "b.yaml", "b.yaml"))]


def test_paths_count_from_the_project(clone: Clone) -> None:
    clone.commit(**{"api/a.yaml": TEXT, "b.yaml": OTHER})
    moved(clone, "api/a.yaml", "api/new/a.yaml")
    moved(clone, "api/new/a.yaml", "a.yaml")
    assert traced(clone, "a.yaml", prefix="api") == [Lineage(name="a.yaml", paths=("a.yaml", "new/a.yaml", None))]

"""Two commits compared by a gate, whatever is checked out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from clones import Clone
from samples import GATE
from sluicegate.config import Loaded
from sluicegate.engine import plan_revisions, policy_of, run
from sluicegate.errors import UserError
from sluicegate.revision import Mark, Repository, TreeSpec, mark_of


@pytest.fixture
def marks(clone: Clone) -> tuple[Mark, Mark]:
    clone.commit("one", **{"sub/a.txt": "old\nFAIL both\n"})
    clone.git("tag", "v1")
    clone.commit("two", **{"sub/a.txt": "FAIL both\nFAIL new\n"})
    clone.write("sub/a.txt", "FAIL not committed\n")
    repository = Repository(root=clone.root)
    return mark_of(repository, "v1"), mark_of(repository, "HEAD")


def test_the_trees_are_those_of_the_commits(
    clone: Clone, marks: tuple[Mark, Mark], load: Callable[[str], Loaded]
) -> None:
    loaded = load("")
    project = TreeSpec(kind="commit", root=str(clone.root), prefix="sub")
    result = run(plan_revisions(GATE, loaded, *marks, project=project, subjects=["a.txt"]), policy_of(loaded))
    assert {(each.key[1], each.state.value, each.location.path) for each in result.findings} == {
        ("old", "new", "sub/a.txt"),
        ("FAIL new", "new", "sub/a.txt"),
        ("FAIL both", "unchanged", "sub/a.txt"),
    }
    assert (result.revision.base, result.revision.head) == ("v1", "HEAD")
    assert result.revision.base_commit == marks[0].commit


def test_a_gate_that_compares_nothing_is_refused(
    clone: Clone, marks: tuple[Mark, Mark], load: Callable[[str], Loaded]
) -> None:
    project = TreeSpec(kind="commit", root=str(clone.root))
    with pytest.raises(UserError, match="does not compare files"):
        plan_revisions(replace(GATE, comparison=None), load(""), *marks, project=project, subjects=["a.txt"])

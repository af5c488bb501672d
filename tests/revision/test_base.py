"""The base of a change, in real repositories of the shapes that GitHub and people make."""

from __future__ import annotations

from pathlib import Path

import pytest

from clones import Clone
from sluicegate.errors import GateError
from sluicegate.revision import Event, Repository, find_base, find_repository


def repository(clone: Clone) -> Repository:
    return Repository(root=clone.root)


@pytest.fixture
def origin(clone: Clone) -> Clone:
    """main: A - B - D, feature: A - B - C."""
    clone.commit("A", a="1")
    clone.commit("B", a="2")
    clone.git("switch", "--quiet", "-c", "feature")
    clone.commit("C", b="1")
    clone.git("switch", "--quiet", "main")
    clone.commit("D", a="3")
    return clone


def copy(origin: Clone, into: Path, *options: str) -> Clone:
    origin.git("clone", "--quiet", *options, origin.root.as_uri(), str(into))
    return Clone(into)


def test_a_branch_starts_at_its_merge_base_with_the_default_branch(origin: Clone, tmp_path: Path) -> None:
    made = copy(origin, tmp_path / "copy", "--branch", "feature")
    found = find_base(repository(made))
    assert found is not None
    assert found.commit == made.git("rev-parse", "origin/main~1")
    assert found.how == "the merge base with origin/HEAD"


def test_on_the_default_branch_the_last_commit_is_the_base(origin: Clone) -> None:
    found = find_base(repository(origin))
    assert found is not None
    assert found.commit == origin.git("rev-parse", "HEAD")
    assert "tip of main" in found.how


def test_a_named_revision_gives_the_merge_base_with_it(origin: Clone) -> None:
    found = find_base(repository(origin), wanted="feature")
    assert found is not None
    assert found.commit == origin.git("rev-parse", "main~1")


def test_a_repository_without_commits_has_no_base(clone: Clone) -> None:
    found = find_base(repository(clone))
    assert (found.commit, found.how) == ("", "the repository has no commit yet")


def test_a_revision_that_does_not_exist_is_said_with_the_next_step(origin: Clone) -> None:
    with pytest.raises(GateError, match="the revision nowhere does not exist") as caught:
        find_base(repository(origin), wanted="nowhere")
    assert caught.value.hint == "check the spelling, or fetch it first: git fetch origin nowhere"
    assert caught.value.exit == 3


def test_a_revision_cannot_smuggle_an_option(origin: Clone) -> None:
    with pytest.raises(GateError, match="does not exist"):
        find_base(repository(origin), wanted="--all")


def test_a_shallow_clone_without_the_merge_base_says_which_line_to_add(origin: Clone, tmp_path: Path) -> None:
    made = copy(origin, tmp_path / "copy", "--depth", "1", "--no-single-branch", "--branch", "feature")
    with pytest.raises(GateError, match="does not reach the merge base with origin/HEAD") as caught:
        find_base(repository(made))
    assert "fetch-depth: 0" in caught.value.hint
    assert made.git("rev-list", "--count", "HEAD") == "1", "looking must not change the clone"


@pytest.mark.parametrize("event", [None, Event(kind="push", before="0" * 40), Event(kind="push")])
def test_a_shallow_clone_of_a_branch_alone_is_never_compared_with_itself(
    origin: Clone, tmp_path: Path, event: Event | None
) -> None:
    made = copy(origin, tmp_path / "copy", "--depth", "1", "--branch", "feature")
    with pytest.raises(GateError, match="this clone has no default branch") as caught:
        find_base(repository(made), event=event)
    assert "fetch-depth: 0" in caught.value.hint


@pytest.mark.parametrize("depth", ["1", "9"])
def test_a_branch_that_is_only_called_main_is_not_taken_for_the_default_branch(
    origin: Clone, tmp_path: Path, depth: str
) -> None:
    made = copy(origin, tmp_path / "copy", "--depth", depth, "--branch", "main")
    assert made.git("rev-parse", "origin/main") == made.git("rev-parse", "HEAD")
    with pytest.raises(GateError, match="this clone has no default branch"):
        find_base(repository(made), event=Event(kind="push", before="0" * 40, default_branch="trunk"))


def test_a_laptop_without_a_default_branch_compares_with_the_last_commit_and_ci_does_not(clone: Clone) -> None:
    clone.git("switch", "--quiet", "-c", "trunk")
    head = clone.commit("A", a="1")
    found = find_base(repository(clone))
    assert found is not None
    assert (found.commit, found.how) == (head, "the last commit, as there is only this branch")
    clone.git("branch", "other")
    with pytest.raises(GateError, match="several branches and none of the usual default names") as caught:
        find_base(repository(clone))
    assert "--base BRANCH" in caught.value.hint
    named = find_base(repository(clone), wanted="other")
    assert named is not None
    clone.git("update-ref", "refs/remotes/origin/trunk", "HEAD")
    event = find_base(repository(clone), event=Event(kind="schedule", default_branch="trunk"))
    assert event is not None
    assert event.how == "the last commit, which is the tip of origin/trunk"
    clone.git("branch", "-D", "other")
    clone.git("update-ref", "-d", "refs/remotes/origin/trunk")
    with pytest.raises(GateError, match="this clone has no default branch"):
        find_base(repository(clone), event=Event(kind="schedule"))


def test_histories_without_a_common_commit_are_said(origin: Clone) -> None:
    origin.git("switch", "--quiet", "--orphan", "other")
    origin.commit("O", c="1")
    with pytest.raises(GateError, match="have no common commit"):
        find_base(repository(origin))


class TestPullRequest:
    @pytest.fixture
    def merged(self, origin: Clone) -> Clone:
        """refs/pull/1/merge, as GitHub makes it: the base branch is the first parent."""
        origin.git("switch", "--quiet", "--detach", "main")
        origin.git("merge", "--quiet", "--no-ff", "-m", "Merge", "feature")
        origin.git("update-ref", "refs/pull/1/merge", "HEAD")
        origin.git("switch", "--quiet", "main")
        return origin

    def checkout(self, merged: Clone, into: Path, depth: int) -> tuple[Repository, Event]:
        """What actions/checkout does."""
        into.mkdir()
        made = Clone(into)
        made.git("init", "--quiet")
        made.git("remote", "add", "origin", merged.root.as_uri())
        options = [f"--depth={depth}"] if depth else []
        made.git("fetch", "--quiet", *options, "origin", "+refs/pull/1/merge:refs/remotes/pull/1/merge")
        made.git("checkout", "--quiet", "--force", "refs/remotes/pull/1/merge")
        stale = merged.git("rev-parse", "main~1")
        head = made.git("rev-parse", "HEAD")
        return repository(made), Event(kind="pull_request", base=stale, base_ref="main", head=head)

    @pytest.mark.parametrize("depth", [0, 2])
    def test_the_first_parent_of_the_merge_ref_is_the_base(self, merged: Clone, tmp_path: Path, depth: int) -> None:
        made, event = self.checkout(merged, tmp_path / "copy", depth)
        found = find_base(made, event=event)
        assert found is not None
        assert found.commit == merged.git("rev-parse", "main"), "not the stale base of the event"

    def test_at_depth_1_it_says_what_to_add(self, merged: Clone, tmp_path: Path) -> None:
        made, event = self.checkout(merged, tmp_path / "copy", 1)
        with pytest.raises(GateError, match="is not in this clone") as caught:
            find_base(made, event=event)
        assert "fetch-depth: 2" in caught.value.hint

    def test_a_checkout_of_the_head_commit_uses_the_merge_base(self, merged: Clone, tmp_path: Path) -> None:
        made = copy(merged, tmp_path / "copy", "--branch", "feature")
        event = Event(kind="pull_request", base=merged.git("rev-parse", "main"), base_ref="main", head="0" * 40)
        found = find_base(repository(made), event=event)
        assert found is not None
        assert found.commit == merged.git("rev-parse", "main~1")

    @pytest.fixture
    def landed(self, merged: Clone) -> Clone:
        """The pull request is merged into main, with a merge commit."""
        merged.git("merge", "--quiet", "--no-ff", "-m", "Land", "feature")
        return merged

    def test_once_it_is_merged_the_base_that_the_event_names_counts(self, landed: Clone, tmp_path: Path) -> None:
        made = copy(landed, tmp_path / "copy", "--branch", "feature")
        event = Event(kind="pull_request", base=landed.git("rev-parse", "main~1"), base_ref="main", head="0" * 40)
        found = find_base(repository(made), event=event)
        assert found.commit == landed.git("rev-parse", "feature~1")
        assert found.how.endswith("the base that the event names, as the pull request is merged already")

    @pytest.mark.parametrize("base", ["main", "feature", "unknown"])
    def test_a_commit_of_the_base_branch_is_no_pull_request(self, landed: Clone, tmp_path: Path, base: str) -> None:
        made = copy(landed, tmp_path / "copy", "--branch", "feature")
        named = "d" * 40 if base == "unknown" else landed.git("rev-parse", base)
        event = Event(kind="pull_request", base=named, base_ref="main", head="0" * 40)
        with pytest.raises(GateError, match="belongs to main already, so nothing of the pull request is here"):
            find_base(repository(made), event=event)

    def test_once_it_is_merged_a_base_that_it_took_in_since_is_too_old(self, merged: Clone, tmp_path: Path) -> None:
        stale = merged.git("rev-parse", "main~1")
        merged.git("switch", "--quiet", "feature")
        merged.git("merge", "--quiet", "-m", "Take in", "main")
        merged.git("switch", "--quiet", "main")
        merged.git("merge", "--quiet", "--no-ff", "-m", "Land", "feature")
        made = copy(merged, tmp_path / "copy", "--branch", "feature")
        event = Event(kind="pull_request", base=stale, base_ref="main", head="0" * 40)
        with pytest.raises(GateError, match="belongs to main already"):
            find_base(repository(made), event=event)

    def test_an_event_that_names_no_branch_is_refused(self, merged: Clone, tmp_path: Path) -> None:
        made = copy(merged, tmp_path / "copy", "--branch", "feature")
        event = Event(kind="pull_request", base=merged.git("rev-parse", "main"), head="0" * 40)
        with pytest.raises(GateError, match="names no branch") as caught:
            find_base(repository(made), event=event)
        assert "--base" in caught.value.hint


def test_a_merge_group_names_its_base(origin: Clone) -> None:
    base = origin.git("rev-parse", "main~1")
    found = find_base(repository(origin), event=Event(kind="merge_group", base=base))
    assert found is not None
    assert found.commit == base


def test_a_push_is_compared_with_what_was_there_before(origin: Clone) -> None:
    before = origin.git("rev-parse", "main~2")
    found = find_base(repository(origin), event=Event(kind="push", before=before))
    assert found is not None
    assert found.commit == before


def test_the_first_push_of_a_branch_has_no_before(origin: Clone) -> None:
    origin.git("switch", "--quiet", "feature")
    found = find_base(repository(origin), event=Event(kind="push", before="0" * 40))
    assert found is not None
    assert found.commit == origin.git("rev-parse", "main~1")


def test_a_repository_is_found_from_a_folder_in_it(clone: Clone, tmp_path: Path) -> None:
    below = clone.root / "a" / "b"
    below.mkdir(parents=True)
    found = find_repository(below)
    assert found is not None
    assert found.root.resolve() == clone.root.resolve()
    assert find_repository(tmp_path) is None


def test_a_hook_environment_with_relative_places_is_understood_from_any_folder(
    clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone.commit("one", **{"sub/a": "1"})
    monkeypatch.chdir(clone.root)
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")
    monkeypatch.setenv("GIT_WORK_TREE", ".")
    found = find_repository(clone.root / "sub")
    assert found is not None
    assert found.root.resolve() == clone.root.resolve()
    assert found.lines("ls-files", "-z") == ["sub/a"]

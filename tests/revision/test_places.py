"""Where else a change can be: laptops, worktrees, submodules, cut histories, odd names, other line ends, no git."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from clones import Clone, make_clone
from hosting import Hosting, make_hosting
from sluicegate.errors import GateError
from sluicegate.revision import Event, Reach, Repository, TreeSpec, changed_lines, find_base, find_repository, open_tree
from sluicegate.revision.common import common

LIMIT = 1 << 20


def base_of(clone: Clone, **more: object) -> tuple[str, str]:
    found = find_base(Repository(root=clone.root), **more)  # type: ignore[arg-type]
    return found.commit, found.how


@pytest.fixture
def origin(tmp_path: Path) -> Clone:
    """main: A - B - D, feature: A - B - C."""
    made = make_clone(tmp_path / "origin")
    made.commit("A", a="1")
    made.commit("B", a="2")
    made.git("switch", "--quiet", "-c", "feature")
    made.commit("C", b="1")
    made.git("switch", "--quiet", "main")
    made.commit("D", a="3")
    return made


@pytest.fixture
def laptop(origin: Clone, tmp_path: Path) -> Clone:
    origin.git("clone", "--quiet", origin.root.as_uri(), str(tmp_path / "laptop"))
    return Clone(tmp_path / "laptop")


class TestLaptops:
    def test_a_branch_without_upstream(self, laptop: Clone) -> None:
        start = laptop.git("rev-parse", "HEAD")
        laptop.git("switch", "--quiet", "-c", "mine")
        laptop.commit("mine", c="1")
        assert base_of(laptop) == (start, "the merge base with origin/HEAD")

    def test_a_branch_that_was_pushed_keeps_its_base(self, laptop: Clone, origin: Clone) -> None:
        laptop.git("switch", "--quiet", "feature")
        laptop.commit("more", c="1")
        laptop.git("push", "--quiet", "origin", "feature")
        assert laptop.git("rev-parse", "@{upstream}") == laptop.git("rev-parse", "HEAD")
        assert base_of(laptop)[0] == origin.git("rev-parse", "main~1")

    def test_the_base_branch_that_moved_on_is_no_change(self, laptop: Clone, origin: Clone) -> None:
        laptop.git("switch", "--quiet", "feature")
        origin.commit("E", a="4")
        laptop.git("fetch", "--quiet")
        assert base_of(laptop)[0] == origin.git("rev-parse", "main~2")

    def test_a_detached_head(self, laptop: Clone, origin: Clone) -> None:
        laptop.git("switch", "--quiet", "--detach", "origin/feature")
        assert base_of(laptop)[0] == origin.git("rev-parse", "main~1")

    def test_unpushed_commits_on_the_default_branch_are_the_change(self, laptop: Clone) -> None:
        pushed = laptop.git("rev-parse", "HEAD")
        laptop.commit("one", c="1")
        laptop.commit("two", c="2")
        assert base_of(laptop) == (pushed, "the merge base with origin/HEAD")

    def test_a_worktree(self, laptop: Clone, origin: Clone, tmp_path: Path) -> None:
        laptop.git("worktree", "add", "--quiet", str(tmp_path / "beside"), "feature")
        found = find_repository(tmp_path / "beside")
        assert found is not None
        assert found.root.resolve() == (tmp_path / "beside").resolve()
        assert find_base(found).commit == origin.git("rev-parse", "main~1")

    def test_a_worktree_of_a_shallow_clone_knows_that_it_is_cut(self, origin: Clone, tmp_path: Path) -> None:
        cut = ("--depth", "1", "--no-single-branch", "--branch", "feature")
        origin.git("clone", "--quiet", *cut, origin.root.as_uri(), str(tmp_path / "cut"))
        Clone(tmp_path / "cut").git("worktree", "add", "--quiet", "--detach", str(tmp_path / "beside"))
        with pytest.raises(GateError, match="does not reach the merge base"):
            find_base(Repository(root=tmp_path / "beside"))

    @pytest.mark.parametrize("newest", ["main", "feature"])
    def test_branches_merged_crosswise_have_the_newest_of_their_bases_and_it_is_said(
        self, origin: Clone, monkeypatch: pytest.MonkeyPatch, newest: str
    ) -> None:
        for day, name in enumerate(sorted(("main", "feature"), key=lambda name: name == newest)):
            monkeypatch.setenv("GIT_COMMITTER_DATE", f"20{30 + day}-01-01T00:00:00Z")
            origin.git("switch", "--quiet", name)
            origin.git("commit", "--quiet", "--amend", "--no-edit")
        tips = {name: origin.git("rev-parse", name) for name in ("main", "feature")}
        origin.git("switch", "--quiet", "main")
        origin.git("merge", "--quiet", "--no-ff", "-m", "x", tips["feature"])
        origin.git("switch", "--quiet", "feature")
        origin.git("merge", "--quiet", "--no-ff", "-m", "y", tips["main"])
        assert base_of(origin) == (tips[newest], "the newest of 2 merge bases with main")

    def test_histories_without_a_common_commit_are_refused(self, laptop: Clone) -> None:
        laptop.git("switch", "--quiet", "--orphan", "other")
        laptop.commit("O", c="1")
        with pytest.raises(GateError, match="have no common commit") as caught:
            base_of(laptop)
        assert "--base" in caught.value.hint


class TestCutHistories:
    @pytest.fixture
    def hosting(self, tmp_path: Path) -> Hosting:
        """The way from head to the better common commit leads over a cut; the one to the older does not.

        main: A B M. head: H1 (from A) H2 (from B, long ago, over X) H = merge(H1, X).
        """
        made = make_hosting(tmp_path / "hosting")
        for name, *parents in (["A"], ["B", "A"], ["M", "B"], ["X0", "B"], ["X", "X0"], ["H", "A", "X"]):
            made.commit(name, *parents)
        made.ref("refs/heads/main", "M")
        made.ref("refs/heads/feature", "H")
        return made

    def test_an_older_common_commit_is_not_taken_for_the_merge_base(self, hosting: Hosting, tmp_path: Path) -> None:
        with hosting.serving():
            clone = hosting.checkout(tmp_path / "clone", "", hosting.names["H"], 0)
            commit = hosting.names
            assert common(Repository(root=clone.root), commit["H"], commit["M"]).commit == commit["B"]  # type: ignore[union-attr]
            clone.write(".git/shallow", f"{commit['X']}\n")
            assert clone.git("merge-base", commit["H"], commit["M"]) == commit["A"], "what git says"
            assert common(Repository(root=clone.root), commit["H"], commit["M"]) is None
            with pytest.raises(GateError, match="this shallow clone does not reach the merge base") as caught:
                base_of(clone, event=Event(kind="push", before="0" * 40, default_branch="main"))
            assert "fetch-depth: 0" in caught.value.hint

    def test_a_cut_behind_the_merge_base_hides_nothing(self, hosting: Hosting, tmp_path: Path) -> None:
        with hosting.serving():
            clone = hosting.checkout(tmp_path / "clone", "", hosting.names["H"], 0)
            clone.write(".git/shallow", f"{hosting.names['A']}\n")
            assert base_of(clone)[0] == hosting.names["B"]

    def test_a_name_that_only_this_clone_understands_is_asked_of_nobody(self, hosting: Hosting, tmp_path: Path) -> None:
        def never(base: str, head: str) -> str:
            raise AssertionError((base, head))

        with hosting.serving():
            clone = hosting.checkout(tmp_path / "clone", "", hosting.names["H"], 0)
            clone.write(".git/shallow", f"{hosting.names['X']}\n")
            with pytest.raises(GateError, match=r"does not reach the merge base with origin/main\^0"):
                base_of(clone, wanted="origin/main^0", reach=Reach(fetch=True, merge_base=never))

    @pytest.mark.parametrize("depth", [1, 2])
    def test_a_named_revision_is_told_by_the_api_too(self, hosting: Hosting, tmp_path: Path, depth: int) -> None:
        with hosting.serving():
            clone = hosting.checkout(tmp_path / "clone", "", hosting.names["H"], depth)
            asked = []

            def tell(base: str, head: str) -> str:
                asked.append((base, head))
                return hosting.git("merge-base", base, head)

            reach = Reach(fetch=True, merge_base=tell)
            event = Event(kind="workflow_dispatch", default_branch="main")
            commit, how = base_of(clone, wanted="origin/main", event=event, reach=reach)
            assert (commit, asked) == (hosting.names["B"], [("main", hosting.names["H"])])
            assert how == "the merge base with main, told by the API, fetched"
            for name in ("HEAD~7", "HEAD^3", "@{1}", "--all", "a b"):  # which mean something else, or nothing, there
                with pytest.raises(GateError, match="does not exist in this clone") as caught:
                    base_of(clone, wanted=name, event=event, reach=reach)
                assert "this clone is shallow" in caught.value.hint
            assert len(asked) == 1


class TestSubmodules:
    @pytest.fixture
    def outer(self, origin: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
        """main records `part` at B; the change moves it to D."""
        monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
        monkeypatch.setenv("GIT_CONFIG_KEY_0", "protocol.file.allow")
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", "always")
        made = make_clone(tmp_path / "outer")
        made.commit("none yet", x="1")
        made.git("submodule", "--quiet", "add", origin.root.as_uri(), "sub dir/part")
        part = Clone(made.root / "sub dir" / "part")
        part.git("checkout", "--quiet", origin.git("rev-parse", "main~1"))
        made.commit("with part")
        part.git("checkout", "--quiet", origin.git("rev-parse", "main"))
        made.commit("part moved")
        return made

    def event(self, outer: Clone, before: str) -> Event:
        commit = outer.git("rev-parse", before)
        return Event(kind="push", ref="refs/heads/main", before=commit, default_branch="main")

    def test_in_a_job_it_is_compared_with_what_the_base_around_it_records(self, outer: Clone, origin: Clone) -> None:
        part = Clone(outer.root / "sub dir" / "part")
        commit, how = base_of(part, event=self.event(outer, "HEAD~1"))
        assert commit == origin.git("rev-parse", "main~1")
        assert (
            how
            == "what the repository around this submodule records at its base: the tip of the branch before this push"
        )

    def test_a_submodule_that_is_new_is_new_as_a_whole(self, outer: Clone) -> None:
        part = Clone(outer.root / "sub dir" / "part")
        commit, how = base_of(part, event=self.event(outer, "HEAD~2"))
        assert commit == ""
        assert "does not have it yet" in how

    def test_one_that_takes_the_place_of_a_folder_is_not_new(self, outer: Clone) -> None:
        outer.git("rm", "--quiet", "sub dir/part")
        outer.commit("a folder", **{"sub dir/part/x": "1"})
        outer.git("rm", "--quiet", "-r", "sub dir/part")
        outer.git("checkout", "--quiet", "HEAD~2", "--", ".gitmodules", "sub dir/part")
        outer.git("submodule", "--quiet", "update", "--init")
        outer.commit("a submodule in its place")
        with pytest.raises(GateError, match="has files of its own where this submodule is"):
            base_of(Clone(outer.root / "sub dir" / "part"), event=self.event(outer, "HEAD~1"))

    def test_a_shallow_submodule_fetches_the_recorded_commit(self, outer: Clone, origin: Clone) -> None:
        part = Clone(outer.root / "sub dir" / "part")
        for name in part.git("for-each-ref", "--format=%(refname)").split():
            part.git("update-ref", "-d", name)
        part.git("fetch", "--quiet", "--depth=1", "origin", "main")
        part.write("../../.git/modules/sub dir/part/shallow", origin.git("rev-parse", "main") + "\n")
        part.git("reflog", "expire", "--expire=now", "--all")
        part.git("-c", "gc.pruneExpire=now", "gc", "--quiet", "--prune=now")
        before = origin.git("rev-parse", "main~1")
        with pytest.raises(GateError, match="is not in this clone"):
            base_of(part, event=self.event(outer, "HEAD~1"))
        commit, how = base_of(part, event=self.event(outer, "HEAD~1"), reach=Reach(fetch=True))
        assert (commit, how.endswith(", fetched")) == (before, True)

    def test_on_a_laptop_it_is_a_repository_of_its_own(self, outer: Clone, origin: Clone) -> None:
        part = Clone(outer.root / "sub dir" / "part")
        part.git("switch", "--quiet", "feature")
        assert base_of(part)[0] == origin.git("rev-parse", "main~1")

    def test_the_repository_around_it_reads_past_it(self, outer: Clone) -> None:
        for kind in ("commit", "working-tree", "index"):
            commit = outer.git("rev-parse", "HEAD") if kind == "commit" else ""
            tree = open_tree(TreeSpec(kind=kind, root=str(outer.root), commit=commit))  # type: ignore[arg-type]
            assert tree.glob("**") == [".gitmodules", "x"]


class TestNamesAndLineEnds:
    @pytest.mark.skipif(sys.platform != "linux", reason="other file systems refuse these names")
    def test_any_name_that_git_takes_is_read_on_every_side(self, clone: Clone) -> None:
        names = [
            "with space.txt",
            "new\nline.txt",
            "tab\there.txt",
            '"quoted".txt',
            "grüße.txt",
            "-dash.txt",
            ":colon.txt",
        ]
        names.append(os.fsdecode(b"latin-\xe9.txt"))
        names.append("trailing .txt ")
        for name in names:
            clone.write(name, b"1\n")
        clone.commit("names")
        for name in names:
            clone.write(name, b"1\n2\n")
        head = TreeSpec(kind="working-tree", root=str(clone.root))
        base = TreeSpec(kind="commit", root=str(clone.root), commit=clone.git("rev-parse", "HEAD"))
        assert sorted(open_tree(head).glob("**")) == sorted(open_tree(base).glob("**")) == sorted(names)
        for name in names:
            if not name.startswith(":"):
                assert (open_tree(base).read(name, LIMIT), open_tree(head).read(name, LIMIT)) == (b"1\n", b"1\n2\n")
        plain = [name for name in names if not name.startswith(":")]
        assert changed_lines(base, head, plain) == {name: (range(2, 3),) for name in sorted(plain)}

    @pytest.mark.skipif(sys.platform != "linux", reason="other file systems refuse these names")
    def test_a_repository_in_a_folder_with_an_odd_name(self, tmp_path: Path) -> None:
        odd = make_clone(tmp_path / os.fsdecode(b"a b\n\xe9 \n"))
        head = odd.commit("one", a="1")
        found = find_repository(odd.root)
        assert found is not None
        assert found.root == odd.root
        assert find_base(found).commit == head

    @pytest.mark.parametrize("turned", ["autocrlf", "attributes", "by hand"])
    def test_other_line_ends_are_no_change(self, clone: Clone, turned: str) -> None:
        clone.commit("one", **{"a.txt": "one\ntwo\nthree\n"})
        commit = clone.git("rev-parse", "HEAD")
        if turned == "by hand":
            clone.write("a.txt", b"one\r\ntwo\r\nthree\r\n")
        else:
            if turned == "autocrlf":
                clone.git("config", "core.autocrlf", "true")
            else:
                clone.write(".git/info/attributes", "*.txt text eol=crlf\n")
            (clone.root / "a.txt").unlink()
            clone.git("checkout", "--quiet", "--", "a.txt")
        assert (clone.root / "a.txt").read_bytes() == b"one\r\ntwo\r\nthree\r\n"
        base = TreeSpec(kind="commit", root=str(clone.root), commit=commit)
        head = TreeSpec(kind="working-tree", root=str(clone.root))
        assert changed_lines(base, head, ["a.txt"]) == {"a.txt": ()}
        clone.write("a.txt", b"one\r\nTWO\r\nthree\r\nfour\r\n")
        assert changed_lines(base, head, ["a.txt"]) == {"a.txt": (range(2, 3), range(4, 5))}


def test_a_base_with_other_line_ends_is_no_change_either(clone: Clone) -> None:
    clone.write("a.txt", b"one\r\ntwo\r\n")
    base = TreeSpec(kind="commit", root=str(clone.root), commit=clone.commit("one"))
    clone.write("a.txt", b"one\ntwo\n")
    head = TreeSpec(kind="working-tree", root=str(clone.root))
    assert changed_lines(base, head, ["a.txt"]) == {"a.txt": ()}


def test_without_git_a_clone_is_refused_and_a_folder_is_a_folder(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with pytest.raises(GateError, match="git is not installed") as caught:
        find_repository(clone.root)
    assert caught.value.exit == 3
    (tmp_path / "folder").mkdir()
    assert find_repository(tmp_path / "folder") is None

"""Planning: what is selected, what it is compared with, and what is said where that cannot be had."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from clones import Clone
from samples import GATE
from sluicegate.config import Loaded, find, parse
from sluicegate.engine import plan_check, plan_comparison, policy_of, run
from sluicegate.errors import GateError, UserError
from sluicegate.model import Outcome, Run
from sluicegate.registry import Registry, settings_type
from sluicegate.revision import Event


@pytest.fixture
def repository(clone: Clone) -> Clone:
    clone.commit("one", **{"a.txt": "one\nFAIL release\n"})
    clone.git("tag", "v1")
    clone.commit("two", **{"a.txt": "one\n", "released.txt": "one\nFAIL release\ngone\n"})
    clone.write("a.txt", "FAIL x\n")
    return clone


def gone(result: Run) -> set[tuple[str, str]]:
    return {(each.key[1], each.state.value) for each in result.findings if each.rule == "sample/line-removed"}


def test_the_default_is_the_merge_base(repository: Clone, judged: Callable[..., Run]) -> None:
    result = judged()
    assert gone(result) == {("one", "new")}
    assert result.revision.base_commit == repository.git("rev-parse", "HEAD")


@pytest.mark.usefixtures("repository")
def test_an_older_release_blames_the_change_only_for_what_the_change_did(judged: Callable[..., Run]) -> None:
    assert gone(judged('[sample]\nbase = "rev:v1"\n')) == {("one", "new"), ("FAIL release", "unchanged")}


@pytest.mark.usefixtures("repository")
def test_a_file_stands_for_the_reference(judged: Callable[..., Run]) -> None:
    result = judged('[sample]\nbase = "released.txt"\n')
    assert gone(result) == {("one", "new"), ("FAIL release", "unchanged"), ("gone", "unchanged")}
    paths = {each.base_location.path for each in result.findings if each.base_location}
    assert paths == {"released.txt"}


@pytest.mark.usefixtures("repository")
@pytest.mark.parametrize(
    ("base", "reason"),
    [
        ("rev:v9", "the revision v9 does not exist in this clone"),
        ("no.txt", "there is no such file in the working tree"),
    ],
)
def test_a_reference_that_is_not_there_is_errored(judged: Callable[..., Run], base: str, reason: str) -> None:
    result = judged(f'[sample]\nbase = "{base}"\n')
    assert (result.outcome, result.exit_code) == (Outcome.ERRORED, 3)
    assert reason in result.gates[0].reason
    assert result.gates[0].hint


@pytest.mark.usefixtures("repository")
def test_one_file_cannot_be_the_base_of_several(judged: Callable[..., Run]) -> None:
    with pytest.raises(UserError, match="`files` has to name one file too"):
        judged('[sample]\nfiles = ["a.txt", "b.txt"]\nbase = "released.txt"\n')


@pytest.mark.usefixtures("repository")
def test_a_base_that_is_not_there_is_errored_in_the_run_itself(judged: Callable[..., Run]) -> None:
    result = judged(base="nowhere")
    assert (result.exit_code, result.gates[0].outcome) == (3, Outcome.ERRORED)
    assert "nowhere does not exist" in result.gates[0].reason
    assert "git fetch origin nowhere" in result.gates[0].hint


def test_a_pattern_that_is_none_is_told_before_anything_runs(repository: Clone, judged: Callable[..., Run]) -> None:
    with pytest.raises(UserError, match="is not one"):
        judged('[sample]\n[[override]]\nlevel = "note"\npaths = ["[z-a]"]\n')
    assert repository.root.is_dir()


def test_a_work_tree_elsewhere_is_said(repository: Clone, judged: Callable[..., Run], tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    repository.git("config", "core.worktree", str(tmp_path / "elsewhere"))
    result = judged()
    assert (result.exit_code, "lies outside of it" in result.gates[0].reason) == (3, True)


def test_an_event_that_cannot_be_read_stands_in_the_run(repository: Clone, judged: Callable[..., Run]) -> None:
    result = judged(event=GateError("the event file cannot be read"))
    assert (result.exit_code, result.gates[0].reason) == (3, "the event file cannot be read")
    assert judged(event=GateError("unread"), base=repository.git("rev-parse", "HEAD")).exit_code == 1


def test_staged_judges_the_index(repository: Clone, judged: Callable[..., Run]) -> None:
    repository.git("add", "a.txt")
    repository.write("a.txt", "one\n")
    assert gone(judged(staged=True)) == {("one", "new")}
    assert gone(judged()) == set()


def test_staged_leaves_out_gates_that_do_not_belong_to_a_commit(
    repository: Clone, load: Callable[[str], Loaded]
) -> None:
    slow = Registry(gates=(replace(GATE, commit_hook=None),))
    loaded = load("[sample]\n")
    with pytest.raises(UserError, match="configures no gate that judges a commit"):
        plan_check(loaded, slow, staged=True)
    assert plan_check(loaded, slow, staged=True, named=["sample"]).gates
    assert repository.root.is_dir()


def test_outside_of_git_there_is_no_merge_base_and_a_file_still_works(tmp_path: Path, registry: Registry) -> None:
    (tmp_path / "a.txt").write_text("FAIL\n")
    (tmp_path / "old.txt").write_text("x\n")

    def judged(toml: str) -> Run:
        (tmp_path / "sluicegate.toml").write_text(toml)
        loaded = parse(find(tmp_path), {GATE.id: settings_type(GATE)})
        return run(plan_check(loaded, registry), policy_of(loaded))

    assert judged("[sample]\n").gates[0].reason.startswith("this folder is not in a git repository")
    assert judged("[sample]\n").exit_code == 3
    assert judged("[sample]\n").gates[0].hint.startswith("set `base` under [sample] to the file")
    several = '[sample]\nfiles = ["a.txt", "b.txt"]\n'
    assert judged(several).gates[0].hint.startswith("compare file by file: `sluicegate sample diff BASE HEAD`")
    assert gone(judged('[sample]\nbase = "old.txt"\n')) == {("x", "new")}
    with pytest.raises(UserError, match="is not in a git repository"):
        plan_check(parse(find(tmp_path), {GATE.id: settings_type(GATE)}), registry, staged=True)


def test_nothing_selected_is_an_error(repository: Clone, load: Callable[[str], Loaded], registry: Registry) -> None:
    with pytest.raises(UserError, match=r"nothing to check: sluicegate\.toml configures no gate") as caught:
        plan_check(load(""), registry)
    assert caught.value.exit == 2
    with pytest.raises(UserError, match="there is no gate smaple"):
        plan_check(load(""), registry, named=["smaple"])
    assert plan_check(load(""), registry, named=["sample"]).gates[0].named
    assert repository.root.is_dir()


def test_a_project_in_a_folder_reports_paths_from_the_root(repository: Clone, registry: Registry) -> None:
    repository.write("sub/a.txt", "FAIL\n")
    repository.write("sub/sluicegate.toml", "[sample]\n")
    loaded = parse(find(repository.root / "sub"), {GATE.id: settings_type(GATE)})
    result = run(plan_check(loaded, registry), policy_of(loaded))
    assert [each.location.path for each in result.findings] == ["sub/a.txt"]


class TestComparison:
    def compare(self, base: Path, head: Path) -> Run:
        loaded = parse(find(head.parent), {GATE.id: settings_type(GATE)})
        return run(plan_comparison(GATE, loaded, base, head), policy_of(loaded))

    def test_two_files_by_hand(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "old").mkdir()
        base, head = tmp_path / "old" / "b.txt", tmp_path / "h.txt"
        base.write_text("x\nFAIL both\n")
        head.write_text("FAIL both\nFAIL new\n")
        result = self.compare(base, head)
        assert {(each.key[1], each.state.value) for each in result.findings} == {
            ("x", "new"),
            ("FAIL new", "new"),
            ("FAIL both", "unchanged"),
        }
        places = [(each.location.path, each.base_location and each.base_location.path) for each in result.findings]
        assert ("h.txt", "old/b.txt") in places
        assert result.gates[0].reproduce == f"sluicegate sample diff {base.as_posix()} {head.as_posix()}"

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        (tmp_path / "h.txt").write_text("")
        with pytest.raises(UserError, match=r"no\.txt does not exist"):
            self.compare(tmp_path / "no.txt", tmp_path / "h.txt")


@pytest.mark.parametrize(("forced", "words"), [(False, "--base"), (True, "--set")])
def test_the_command_to_see_it_again_compares_with_the_same_commit(
    repository: Clone, load: Callable[[str], Loaded], registry: Registry, forced: bool, words: str
) -> None:
    before = repository.git("rev-parse", "HEAD")
    if forced:
        repository.git("reset", "-q", "--hard", "HEAD^")
    repository.commit("three", **{"a.txt": "FAIL x\n"})
    loaded = load("[sample]\n")
    plan = plan_check(
        loaded, registry, event=Event(kind="push", before=before, head=repository.git("rev-parse", "HEAD"))
    )
    (planned,) = plan.gates
    found = run(plan, policy_of(loaded)).findings
    assert found
    assert f" {words} " in planned.reproduce
    said = planned.reproduce.split()
    asked = load(f'[sample]\nbase = "{said[-1].partition("=")[2]}"\n') if forced else loaded
    again = run(plan_check(asked, registry, base=None if forced else said[-1]), policy_of(asked)).findings
    assert {each.fingerprint for each in found} <= {each.fingerprint for each in again}


@pytest.mark.usefixtures("repository")
def test_gates_may_ask_the_store_of_the_settings(load: Callable[[str], Loaded], registry: Registry) -> None:
    loaded = load('[sample]\n[baseline]\nstore = "s3://bucket/x"\n')
    (planned,) = plan_check(loaded, registry).gates
    assert planned.job.store
    assert (planned.job.store.address, planned.job.store.root) == ("s3://bucket/x", str(loaded.source.root))


def test_a_commit_hook_asks_no_store(repository: Clone, load: Callable[[str], Loaded], registry: Registry) -> None:
    repository.git("add", "a.txt")
    (planned,) = plan_check(load("[sample]\n"), registry, named=["sample"], staged=True).gates
    assert planned.job.store is None

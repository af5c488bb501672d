"""`sluicegate performance record`, `history`, `rebuild` and `compact` as people call them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cli_types import Command
from clones import Clone

SETTINGS = '[performance]\nresults = ["bench.json"]\nruler = "none"\n'


@pytest.fixture
def bench(clone: Clone) -> Clone:
    """A repository on its default branch, with what a run of its benchmarks has left."""
    clone.write("sluicegate.toml", SETTINGS)
    clone.write(".gitignore", "bench.json\n.sluicegate\n")
    clone.commit("one", **{"a.txt": "1\n"})
    measure(clone, 1.5)
    return clone


def measure(clone: Clone, value: float, **more: Any) -> None:
    told = {
        "sluicegate-performance": 1,
        "machine": {"runtime": "CPython 3.11.7"},
        "readings": [
            {"benchmark": "parse", "unit": "ms", "processes": [[value, value], [value]]},
            {"benchmark": "parse", "metric": "memory", "unit": "MB", "processes": [[31]]},
        ],
        **more,
    }
    clone.write("bench.json", json.dumps(told))


def kept(clone: Clone) -> list[Path]:
    return sorted((clone.root / ".sluicegate" / "performance").rglob("*-*.json"))


def test_from_recording_to_compacting(command: Command, bench: Clone) -> None:
    done = command("performance", "history")
    assert (done.returncode, done.stdout) == (0, f"nothing was recorded yet of benchmarks: {bench.root}/.sluicegate\n")
    for number in range(5):
        bench.commit(f"more {number}", **{"a.txt": f"{number}\n"})
        measure(bench, 1.5 + number)
        done = command("performance", "record", "bench.json")
        assert done.returncode == 0, done.stderr
        assert f"recorded 2 measurements of benchmarks at {bench.git('rev-parse', 'HEAD')[:12]} of main" in done.stdout
        assert "noted" not in done.stdout
    listed = command("performance", "history").stdout
    assert re.findall(r"  (\w{12})  1 run  2 measurements", listed) == [
        commit[:12] for commit in bench.git("rev-list", "--reverse", "HEAD").split()[1:]
    ]
    shown = command("performance", "history", "par*", "--metric", "time", "--newest", "3").stdout
    assert re.findall(r"  ([\d.]+ ms)$", shown, re.MULTILINE) == ["3.50 ms", "4.50 ms", "5.50 ms"]
    assert "left out: runs that are older than the newest that are looked at (2)" in shown
    done = command("performance", "compact", "--per", "2")
    assert "folded 2 runs into 1 document" in done.stdout
    assert len(kept(bench)) == 3
    assert command("performance", "history").stdout == listed
    assert "5 runs of benchmarks on 1 kind of machines" in command("performance", "rebuild").stdout
    assert command("performance", "history").stdout == listed


def test_the_ruler_is_measured_beside(command: Command, bench: Clone) -> None:
    bench.write("sluicegate.toml", SETTINGS.replace('ruler = "none"\n', ""))
    bench.commit("with the ruler")
    assert command("performance", "record", "bench.json").returncode == 0
    (run,) = kept(bench)
    (ruler,) = json.loads(run.read_bytes())["content"]["ruler"]
    assert ruler["benchmark"].startswith("sluicegate-ruler-1 [")
    assert [len(process) for process in ruler["processes"]] == [5, 5, 5]
    told = json.loads(command("performance", "history", "parse", "--divided", "--json").stdout)
    assert {each["unit"] for each in told["series"]} == {"× ruler"}


class TestOnlyTheDefaultBranch:
    def refused(self, command: Command, clone: Clone, why: str, *more: str, **environment: str) -> None:
        done = command("performance", "record", "bench.json", *more, **environment)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"error: this run is no baseline: {why}" in done.stderr
        assert "--as-candidate" in done.stderr
        assert kept(clone) == []

    def test_another_branch(self, command: Command, bench: Clone) -> None:
        bench.git("checkout", "--quiet", "-b", "topic")
        self.refused(command, bench, "it is on topic")
        assert command("performance", "record", "bench.json", "--branch", "main").returncode == 0

    def test_a_commit_on_no_branch(self, command: Command, bench: Clone) -> None:
        bench.git("checkout", "--quiet", "--detach")
        self.refused(command, bench, "the commit that is checked out is on no branch that is known")

    def test_what_is_in_no_commit(self, command: Command, bench: Clone) -> None:
        bench.write("a.txt", "changed\n")
        self.refused(command, bench, "a.txt differs from the commit")
        assert command("performance", "record", "bench.json", "--commit", "HEAD").returncode == 0

    def test_what_cannot_be_known(self, command: Command, bench: Clone) -> None:
        bench.write(".git/index", b"corrupt")
        self.refused(command, bench, "git cannot tell whether the files are those of the commit")

    def test_what_measuring_and_recording_write_is_none_of_it(self, command: Command, bench: Clone) -> None:
        bench.write(".gitignore", "")
        bench.commit("results and store are kept")
        assert command("performance", "record", "bench.json").returncode == 0
        bench.commit("recorded")
        measure(bench, 2.5)
        assert command("performance", "record", "bench.json").returncode == 0
        measure(bench, 3.5)
        assert command("performance", "record", "bench.json").returncode == 0

    def test_a_job_of_a_change(self, command: Command, bench: Clone, tmp_path: Path) -> None:
        event = tmp_path / "event.json"
        event.write_text(json.dumps({"repository": {"default_branch": "main"}, "pull_request": {"base": {}}}))
        job = {
            "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(event),
            "GITHUB_REF": "refs/pull/7/merge", "GITHUB_SHA": bench.git("rev-parse", "HEAD"),
        }  # fmt: skip
        self.refused(command, bench, "this job is one of a change (pull_request)", **job)
        self.refused(command, bench, "this job is one of a change (pull_request)", "--branch", "main", **job)
        push = {**job, "GITHUB_EVENT_NAME": "push", "GITHUB_REF": "refs/heads/main"}
        bench.git("checkout", "--quiet", "--detach")
        assert command("performance", "record", "bench.json", **push).returncode == 0

    def test_a_candidate_is_kept_and_no_baseline(self, command: Command, bench: Clone) -> None:
        bench.git("checkout", "--quiet", "-b", "topic")
        done = command("performance", "record", "bench.json", "--as-candidate")
        assert "as a candidate, which is no baseline" in done.stdout
        assert "left out: candidates, which are no baseline (1)" in command("performance", "history").stdout


def test_results_of_another_commit_are_refused(command: Command, bench: Clone) -> None:
    measure(bench, 1.0, commit="0" * 40)
    done = command("performance", "record", "bench.json")
    assert done.returncode == 2
    assert f"the results say that they are of the commit {'0' * 40}" in done.stderr
    assert command("performance", "record", "bench.json", "--commit", "HEAD").returncode == 0


@pytest.mark.parametrize(
    ("content", "why"), [(None, "there is no file bench.json"), ("{", "bench.json"), ("{}", "bench.json")]
)
def test_half_a_run_is_no_baseline(command: Command, bench: Clone, content: str | None, why: str) -> None:
    (bench.root / "whole.json").write_bytes((bench.root / "bench.json").read_bytes())
    (bench.root / "bench.json").unlink()
    if content:
        bench.write("bench.json", content)
    done = command("performance", "record", "whole.json", "bench.json")
    assert done.returncode == 3
    assert "nothing is recorded" in done.stderr
    assert why in done.stderr
    assert kept(bench) == []


def test_what_has_no_value_is_told_and_kept(command: Command, bench: Clone) -> None:
    measure(bench, 1.0, refused=[{"benchmark": "broken", "why": "it ended with 1"}])
    done = command("performance", "record", "bench.json")
    assert "without a value: broken (bench.json): it ended with 1" in done.stdout
    (run,) = kept(bench)
    assert json.loads(run.read_bytes())["content"]["refused"][0]["benchmark"] == "broken"


def test_a_corrupt_run_ends_in_3_and_is_named(command: Command, bench: Clone) -> None:
    command("performance", "record", "bench.json")
    (run,) = kept(bench)
    run.write_bytes(run.read_bytes()[:-9])
    for words in (["history"], ["rebuild"]):
        done = command("performance", *words)
        assert done.returncode == 3
        assert f"{run.name} cannot be trusted" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_store_that_cannot_be_reached_ends_in_3(command: Command, bench: Clone) -> None:
    table = '[baseline]\nstore = "s3://bucket/x"\n[baseline.s3]\nendpoint = "http://127.0.0.1:9"\npath-style = true\n'
    bench.write("sluicegate.toml", SETTINGS + table + "attempts = 1\n")
    bench.commit("a bucket")
    keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true"}
    for words in (["record", "bench.json"], ["history"], ["rebuild"], ["compact"]):
        done = command("performance", *words, **keys)
        assert done.returncode == 3, words
        assert "cannot be reached" in done.stderr


def test_epochs_are_shown_and_idle_ones_told(command: Command, bench: Clone) -> None:
    for number in range(3):
        bench.commit(f"more {number}", **{"a.txt": f"{number}\n"})
        measure(bench, 1.0 + number)
        command("performance", "record", "bench.json")
    commit = bench.git("rev-parse", "HEAD~1")
    entry = '[[performance.epoch]]\nbenchmark = "{}"\nsince = "{}"\nowner = "@acme/api"\nreason = "worth it"\n'
    bench.write("sluicegate.toml", SETTINGS + entry.format("parse", commit) + entry.format("gone", commit))
    shown = command("performance", "history", "parse", "--metric", "time").stdout
    assert [line.endswith("no baseline") for line in shown.splitlines() if " ms" in line] == [True, False, False]
    assert f"[[performance.epoch]] since = '{commit}' does nothing: no benchmark" in shown


@pytest.mark.usefixtures("bench")
def test_other_kinds_of_machines_are_told(command: Command) -> None:
    command("performance", "record", "bench.json")
    first = json.loads(command("performance", "history", "--json").stdout)["machine"]
    command("performance", "record", "bench.json", SLUICEGATE_RUNNER_CLASS="bench-metal")
    shown = command("performance", "history").stdout
    assert "bench-metal" in shown
    assert "left out: runs of another kind of machine (1)" in shown
    assert f"  1 run on {first}: --machine {first[:8]}" in shown
    assert json.loads(command("performance", "history", "--json", "--machine", first[:8]).stdout)["machine"] == first
    done = command("performance", "history", "--machine", "zz")
    assert (done.returncode, first in done.stderr) == (2, True)


@pytest.mark.usefixtures("bench")
def test_a_benchmark_that_nobody_measured_is_told(command: Command) -> None:
    command("performance", "record", "bench.json")
    done = command("performance", "history", "prase")
    assert done.returncode == 2
    assert "they have measured: parse" in done.stderr


def test_a_git_store_is_given_to_the_remote_by_hand(command: Command, bench: Clone) -> None:
    bench.write("sluicegate.toml", SETTINGS + '[baseline]\nstore = "git:refs/sluicegate/performance"\n')
    bench.commit("a ref")
    done = command("performance", "record", "bench.json")
    assert "it is in this clone; `sluicegate baseline push` gives it to origin" in done.stdout
    assert "1 run  2 measurements" in command("performance", "history").stdout


def test_what_a_benchmark_is_called_is_no_command_of_a_ci(command: Command, bench: Clone) -> None:
    measure(bench, 1.0, readings=[{"benchmark": "x\n::error::boo", "processes": [[1.0]]}])
    command("performance", "record", "bench.json")
    assert "\n::error" not in command("performance", "history", "*").stdout


def test_the_commands_are_listed(command: Command) -> None:
    told = command("performance", "--help").stdout
    assert [word for word in ("record", "history", "rebuild", "compact") if f"  {word} " not in told] == []


def test_runners_share_a_git_ref_by_pushing(command: Command, bench: Clone, tmp_path: Path) -> None:
    """Two clones of one remote record at the same time: whoever pushes second takes in what the first has pushed."""
    bench.write("sluicegate.toml", SETTINGS + '[baseline]\nstore = "git:refs/sluicegate/performance"\n')
    bench.commit("a ref")
    clones = [Clone(tmp_path / name) for name in ("one", "two")]
    for number, clone in enumerate(clones):
        bench.git("clone", "--quiet", bench.root.as_uri(), str(clone.root))
        measure(clone, 1.0 + number)
        assert command("performance", "record", "bench.json", cwd=clone.root).returncode == 0
    for clone in clones:
        done = command("baseline", "push", cwd=clone.root)
        assert done.returncode == 0, done.stderr
    assert command("baseline", "pull", cwd=clones[0].root).returncode == 0
    for clone in clones:
        shown = command("performance", "history", "parse", "--metric", "time", cwd=clone.root).stdout
        assert "1.50 ms" in shown, "the median of both runs of the commit"
        assert "2 runs" in command("performance", "history", cwd=clone.root).stdout

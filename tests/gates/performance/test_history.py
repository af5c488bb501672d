"""A run held against those before it, kept in a real store for real commits."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from msgspec.structs import replace

from branches import BEGAN, SETTINGS, remembered
from cli_types import Command
from clones import Clone
from runs import put
from sluicegate.baseline import open_store
from sluicegate.gates.performance.history.machine import this_machine
from sluicegate.gates.performance.history.record import Record
from sluicegate.gates.performance.reading import Reading, Refused

from .conftest import Judged, fired, noisy, outcome, undecided, written


def test_a_run_that_is_worse_than_its_history_fails(clone: Clone, judged: Judged) -> None:
    remembered(clone, sort=noisy(10, count=40), parse=noisy(20, count=40))
    written(clone, "head.json", sort=[12.0], parse=[20.1])
    found = judged()
    assert found["exit"] == 1
    assert list(fired(found)) == [("regressed", "sort")]
    told = fired(found)["regressed", "sort"]
    assert told["message"] == "sort is 19 % slower (10.0 ms before, 12.0 ms now)"
    assert "held against 40 earlier runs on such machines" in told["advice"]
    assert found["facts"]["history"].startswith("40 commits measured on ")


def test_what_the_branch_did_before_is_not_the_change_s(clone: Clone, judged: Judged) -> None:
    """A step of the branch is told as the branch's, unchanged; a run on its new level is no regression."""
    commits = remembered(clone, sort=[*noisy(10, count=30), *noisy(12, count=10)])
    written(clone, "head.json", sort=[12.05])
    found = judged()
    assert found["exit"] == 0
    (key,) = fired(found)
    assert key == ("shifted", "sort")
    told = fired(found)[key]
    assert told["state"] == "unchanged"
    assert told["message"] == f"sort has been 20 % worse since commit {commits[30][:12]}, 10 runs ago"
    written(clone, "head.json", sort=[13.5])
    assert ("regressed", "sort") in fired(judged())


def test_an_accepted_shift_is_the_new_baseline(clone: Clone, judged: Judged) -> None:
    commits = remembered(clone, sort=[*noisy(10, count=30), *noisy(12, count=25)])
    accepted = f'[[performance.epoch]]\nsince = "{commits[30]}"\nowner = "@a/b"\nreason = "signed now"\n'
    clone.write("sluicegate.toml", SETTINGS.replace("[baseline]", f"{accepted}[baseline]"))
    written(clone, "head.json", sort=[12.05])
    found = judged()
    assert fired(found) == {}
    assert outcome(found, "shifted") == "passed"


def test_an_improvement_moves_the_level(clone: Clone, judged: Judged) -> None:
    """What was fast for a while is the level from then on: the old one is a regression, and nothing is shifted."""
    remembered(clone, sort=[*noisy(12, count=30), *noisy(10, count=10)])
    written(clone, "head.json", sort=[12.0])
    found = judged()
    assert list(fired(found)) == [("regressed", "sort")]


def test_small_steps_that_add_up(clone: Clone, judged: Judged) -> None:
    remembered(clone, sort=[value * 1.002**number for number, value in enumerate(noisy(10, count=60, spread=0.02))])
    written(clone, "head.json", sort=[10 * 1.002**60])
    found = judged()
    told = {key: one["message"] for key, one in fired(found).items()}
    assert [key for key in told if key[0] in ("worsening", "shifted")], "a slope, or steps, of 12 %"
    assert not [key for key in told if key[0] == "regressed"]


def test_few_runs_call_nothing(clone: Clone, judged: Judged) -> None:
    remembered(clone, sort=noisy(10, count=19))
    written(clone, "head.json", sort=[30.0])
    found = judged()
    assert found["exit"] == 0
    why = "sort: 19 earlier runs on such machines: 20 are the least"
    assert undecided(found, "regressed") == {"sort": ("inconclusive", why)}


def test_what_was_recorded_of_the_judged_commit_is_no_baseline_for_it(clone: Clone, judged: Judged) -> None:
    """A job that is run again on the default branch finds what it has recorded itself; work on top of it is another."""
    commits = remembered(clone, sort=noisy(10, count=20))
    clone.git("checkout", "--quiet", commits[-1])
    written(clone, "head.json", sort=[30.0])
    found = judged()
    ((ended, why),) = undecided(found, "regressed").values()
    assert (ended, why) == ("inconclusive", "sort: 19 earlier runs on such machines: 20 are the least")
    assert found["facts"]["left out of the history"] == "runs of the commit that is judged (1)"
    clone.write("sluicegate.toml", SETTINGS + "# worked on\n")
    assert list(fired(judged())) == [("regressed", "sort")]


def test_results_that_git_keeps_make_a_commit_no_other_one(clone: Clone, judged: Judged) -> None:
    written(clone, "head.json", sort=[10.0])
    clone.git("add", "head.json")
    commits = remembered(clone, sort=noisy(10, count=20))
    clone.git("checkout", "--quiet", commits[-1])
    written(clone, "head.json", sort=[30.0])
    assert judged()["facts"]["left out of the history"] == "runs of the commit that is judged (1)"


def test_no_history_is_not_tested(clone: Clone, judged: Judged) -> None:
    clone.write("sluicegate.toml", SETTINGS)
    clone.commit("settings")
    written(clone, "head.json", sort=[30.0])
    found = judged()
    ((ended, why),) = undecided(found, "regressed").values()
    assert ended == "not-tested"
    assert "no earlier run of the suite benchmarks on such a machine is kept" in why


def test_a_corrupt_run_is_an_error_and_never_an_empty_history(clone: Clone, judged: Judged) -> None:
    remembered(clone, sort=noisy(10, count=30))
    written(clone, "head.json", sort=[10.0])
    victim = max((clone.root / "kept").rglob("*/*/*/*/*.json"))
    victim.write_bytes(victim.read_bytes()[:-40])
    found = judged()
    assert found["exit"] == 3
    assert {outcome(found, rule) for rule in ("regressed", "shifted", "worsening")} == {"errored"}
    assert all("cannot be trusted" in why for _, why in undecided(found, "regressed").values())


def test_runs_of_another_machine_are_left_out_and_told(clone: Clone, judged: Judged) -> None:
    remembered(clone, sort=noisy(10, count=30))
    written(clone, "head.json", sort=[10.0])
    found = judged("--set", 'performance.suite="other"')
    assert outcome(found, "regressed") == "not-tested"


@pytest.mark.parametrize("ruler", ["clock", "built-in"])
def test_a_ruler_that_measured_nothing_is_told(clone: Clone, judged: Judged, ruler: str) -> None:
    """A history without the ruler is none that can be divided by it."""
    remembered(clone, sort=noisy(10, count=30))
    clone.write("sluicegate.toml", SETTINGS.replace('"none"', f'"{ruler}"'))
    written(clone, "head.json", sort=[10.0])
    found = judged()
    assert outcome(found, "regressed") in ("errored", "inconclusive")


def test_a_machine_that_is_slow_today_is_divided_out(clone: Clone, judged: Judged) -> None:
    speed = noisy(1, count=40, spread=0.3)
    remembered(
        clone, clock=[100 * one for one in speed],
        sort=[value * one for value, one in zip(noisy(10, count=40), speed, strict=True)],
    )  # fmt: skip
    clone.write("sluicegate.toml", SETTINGS.replace('"none"', '"clock"'))
    written(clone, "head.json", sort=[20.0], clock=[200.0])
    assert ("regressed", "sort") not in fired(judged())
    written(clone, "head.json", sort=[24.0], clock=[200.0])
    told = fired(judged())["regressed", "sort"]
    assert "each was divided by the ruler of its run" in told["advice"]


def test_a_benchmark_of_the_last_run_that_is_gone_is_told(clone: Clone, judged: Judged) -> None:
    remembered(clone, sort=noisy(10, count=30), parse=noisy(20, count=30))
    written(clone, "head.json", sort=[10.0])
    assert list(fired(judged())) == [("benchmark-removed", "parse")]
    assert fired(judged("--set", 'performance.ignore=["par*"]')) == {}


def test_runs_that_only_the_index_has_are_told(clone: Clone, judged: Judged, command: Command) -> None:
    remembered(clone, sort=noisy(10, count=3))
    assert command("performance", "rebuild").returncode == 0
    for each in (clone.root / "kept/performance/benchmarks").glob("*/*/*.json"):
        each.unlink()
    written(clone, "head.json", sort=[10.0])
    lost = "runs that the index has and the store has not any more"
    ((_, (_, why)),) = undecided(judged(), "regressed").items()
    assert why.endswith(f"; noted: {lost} (3)")
    told = command("performance", "history")
    assert "nothing is kept any more of benchmarks" in told.stdout
    assert f"noted: {lost} (3)" in told.stdout
    assert f"; noted: {lost} (3)" in command("performance", "trend").stderr


def test_all_that_is_left_out_is_told(clone: Clone, judged: Judged) -> None:
    commits = remembered(clone, sort=noisy(10, count=22))
    run = Record(
        suite="benchmarks", commit=commits[-1], branch="main", time=BEGAN + timedelta(hours=50),
        machine=this_machine(os.environ), readings=(Reading(benchmark="sort", processes=((0.01,),)),),
    )  # fmt: skip
    put(
        open_store("kept", clone.root), replace(run, candidate=True), replace(run, commit="f" * 40),
        replace(run, machine=replace(run.machine, cpu="another")),
    )  # fmt: skip
    gone = '[[performance.epoch]]\nsince = "2026-01-01T00:00:00Z"\nowner = "@a"\nreason = "b"\nbenchmark = "{}"\n'
    clone.write("sluicegate.toml", SETTINGS + gone.format("no") + gone.format("nor"))
    written(clone, "head.json", sort=[10.0])
    facts = judged()["facts"]
    told = facts["left out of the history"]
    assert [word for word in ("candidate", "another kind of machine", "not in the line") if word not in told] == []
    assert facts["accepted shift without effect"].count("since 2026-01-01") == 2


def test_a_gap_makes_no_benchmark_new_and_a_new_one_is_no_doubt(clone: Clone, judged: Judged, command: Command) -> None:
    remembered(clone, sort=noisy(10, count=30), parse=noisy(20, count=30))
    commit = clone.commit("parse is not measured here")
    gap = Record(
        suite="benchmarks", commit=commit, branch="main", time=BEGAN + timedelta(hours=31),
        machine=this_machine(os.environ), readings=(Reading(benchmark="sort", processes=((0.01,),)),),
    )  # fmt: skip
    put(open_store("kept", clone.root), gap)
    clone.commit("the change")
    written(clone, "head.json", sort=[10.0], parse=[30.0], walk=[5.0])
    found = judged()
    assert list(fired(found)) == [("regressed", "parse")]
    assert undecided(found, "regressed") == {"walk": ("not-applicable", "walk is new in this change")}
    done = command("performance", "page", "--format", "text")
    assert "it is new in this change" in next(line for line in done.stdout.splitlines() if "walk" in line)


def test_what_the_last_run_could_not_judge_is_neither_gone_nor_new(clone: Clone, judged: Judged) -> None:
    remembered(clone, sort=noisy(10, count=30))
    commit = clone.commit("two are refused")
    refused = tuple(Refused(benchmark=name, metric="time", why="NaN") for name in ("parse", "walk"))
    last = Record(
        suite="benchmarks", commit=commit, branch="main", time=BEGAN + timedelta(hours=31),
        machine=this_machine(os.environ), readings=(Reading(benchmark="sort", processes=((0.01,),)),), refused=refused,
    )  # fmt: skip
    put(open_store("kept", clone.root), last)
    clone.commit("the change")
    written(clone, "head.json", sort=[10.0], parse=[30.0])
    found = judged()
    assert fired(found) == {}
    assert undecided(found, "regressed") == {
        "parse": ("inconclusive", "parse: 0 earlier runs on such machines: 20 are the least")
    }

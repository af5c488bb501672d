"""`sluicegate performance trend`, `calibrate` and `export`, on a branch whose commits were measured."""

from __future__ import annotations

import csv
import json
import random

import pytest

from branches import SETTINGS, remembered
from cli_types import Command
from clones import Clone
from sluicegate.gates.performance.readers import read


def noisy(middle: float, count: int, spread: float = 0.01) -> list[float]:
    chance = random.Random(f"{middle} {count}")  # noqa: S311 - nobody guesses at a test
    return [middle * chance.lognormvariate(0, spread) for _ in range(count)]


@pytest.fixture
def branch(clone: Clone) -> Clone:
    """One that becomes a fifth slower after 40 of 60 runs, one that is steady, and one that creeps."""
    creeping = [value * 1.003**number for number, value in enumerate(noisy(5, 60, 0.002))]
    remembered(clone, sort=[*noisy(10, 40), *noisy(12, 20)], parse=noisy(20, 60), walk=creeping)
    return clone


def test_a_step_is_told_with_its_commits_and_what_to_do(branch: Clone, command: Command) -> None:
    done = command("performance", "trend", "sort")
    assert done.returncode == 0, done.stderr
    commits = branch.git("log", "--reverse", "--format=%H").splitlines()
    assert "sort: 60 runs, now on the level of 12.0 ms, the last at " in done.stdout
    assert f"severe step +20 % since {commits[40][:12]}, 20 runs ago; 2.0" in done.stdout
    assert f"`sluicegate performance bisect {commits[39][:12]} {commits[40][:12]}` finds the commit" in done.stdout
    assert "parse" not in done.stdout


def test_a_limit_that_comes_nearer_is_foretold_and_one_that_may_not_is_refused(branch: Clone, command: Command) -> None:
    branch.write("sluicegate.toml", f'{SETTINGS}[[performance.limit]]\nbenchmark = "*"\nfail-at = "25 ms"\n')
    walk = command("performance", "trend", "walk").stdout
    assert "limit   crossed in 4" in walk, walk
    assert "no forecast: whether it rises at all is in doubt" in command("performance", "trend", "parse").stdout


@pytest.mark.usefixtures("branch")
def test_health_counts_what_is_not_known_as_not_well(command: Command) -> None:
    document = json.loads(command("performance", "trend", "--json").stdout)
    parts = {part["name"]: (part["well"], part["ill"], part["unknown"]) for part in document["health"]}
    assert parts["level"] == (2, 1, 0)
    assert parts["limits"] == (0, 0, 3)
    assert document["score"] < 75


@pytest.mark.usefixtures("branch")
def test_a_replay_says_what_the_settings_cost(command: Command) -> None:
    done = command("performance", "calibrate", "--wanted", "100")
    assert done.returncode == 0, done.stderr
    assert "benchmarks: 40 commits judged as a check would have" in done.stdout
    (row,) = [line for line in done.stdout.splitlines() if line.endswith("(in force)")]
    rate, false, steps, *_ = row.split()
    assert (rate, float(false) <= 10, int(steps) >= 1) == ("0.01", True, True)
    assert "proposed for 100 on 100 commits: false-alarms = 0.03" in done.stdout
    assert "nothing looser" not in done.stdout


@pytest.mark.usefixtures("branch")
def test_few_commits_loosen_nothing(command: Command) -> None:
    for setting in ("0.001", "0.003"):
        lines = command("performance", "calibrate", "--wanted", "2", "--set", f"performance.false-alarms={setting}")
        told, why = lines.stdout.splitlines()[-2:]
        assert told == "proposed for 2 on 100 commits: what is in force"
        assert why == "nothing looser is proposed: 40 commits cannot show 2 false alarms on 100, 50 can"


@pytest.mark.usefixtures("branch")
def test_a_replay_says_which_runs_hang_together(command: Command) -> None:
    lines = command("performance", "calibrate").stdout.splitlines()
    (all_of_them,) = [line for line in lines if "hang together in time" in line]
    assert all_of_them.startswith("the runs of 1 hang together")
    (creeping,) = [line for line in lines if line.startswith("  walk:")]
    known, worth = creeping.split("; its ")[1].split(" runs say as much as ")
    assert (int(known), float(worth) < 20) == (59, True)
    assert not [line for line in lines if line.startswith("  parse:") and "say as much" in line]


def test_a_run_is_held_against_itself(branch: Clone, command: Command) -> None:
    processes = [[value] for value in noisy(10, 40)]
    reading = {"benchmark": "sort", "unit": "ms", "processes": processes}
    branch.write("one.json", json.dumps({"sluicegate-performance": 1, "readings": [reading]}))
    done = command("performance", "calibrate", "one.json")
    assert done.stdout.startswith("sort: 40 values in two halves, 200 times: "), done.stdout + done.stderr
    assert float(done.stdout.split(": ")[2].split(" ")[0]) <= 3


@pytest.mark.parametrize("call", [("trend",), ("calibrate",), ("export",)])
def test_without_a_history_the_next_step_is_told(clone: Clone, command: Command, call: tuple[str, ...]) -> None:
    clone.write("sluicegate.toml", SETTINGS)
    clone.commit("settings")
    done = command("performance", *call)
    assert done.returncode == 2
    assert "nothing was recorded yet" in done.stderr
    assert "sluicegate performance record" in done.stderr


@pytest.mark.usefixtures("branch")
def test_the_history_as_csv_has_every_value(command: Command) -> None:
    rows = list(csv.DictReader(command("performance", "export").stdout.splitlines()))
    assert len(rows) == 180
    assert {row["benchmark"] for row in rows} == {"sort", "parse", "walk"}
    assert {row["unit"] for row in rows} == {"s"}


@pytest.mark.parametrize("form", ["bmf", "openmetrics", "json"])
def test_what_is_exported_is_read_again(branch: Clone, command: Command, form: str) -> None:
    reading = {"benchmark": 'a "b" \\ c', "unit": "ms", "processes": [[value] for value in noisy(10, 5)]}
    branch.write("one.json", json.dumps({"sluicegate-performance": 1, "readings": [reading]}))
    done = command("performance", "export", "one.json", "--format", form, "--output", "out.txt")
    assert done.returncode == 0, done.stderr
    (found,) = read("out.txt", (branch.root / "out.txt").read_bytes(), lambda _: None).readings
    assert 'a "b"' in found.benchmark.replace('\\"', '"')
    assert found.processes[0][0] == pytest.approx(0.01, rel=0.05)


def test_what_has_no_value_is_told_where_it_is_exported(branch: Clone, command: Command) -> None:
    readings = [
        {"benchmark": "odd", "metric": "score", "unit": "points", "processes": [["NaN"]]},
        {"benchmark": "sort", "unit": "ms", "processes": [[10]]},
    ]
    for count in (1, 2):
        branch.write("one.json", json.dumps({"sluicegate-performance": 1, "readings": readings[:count]}))
        done = command("performance", "export", "one.json", "--format", "bmf")
        assert "without a value: odd [score] (one.json): there is a sample that is no number: 'NaN'" in done.stderr
        assert done.returncode == (0 if count == 2 else 2)
        assert ("odd" in done.stdout, "sort" in done.stdout) == (False, count == 2)


@pytest.mark.parametrize("words", [("export",), ("calibrate",), ("record", "--as-candidate")])
def test_a_file_that_cannot_be_read_is_named_once(branch: Clone, command: Command, words: tuple[str, ...]) -> None:
    branch.write("odd.txt", "hello\n")
    done = command("performance", *words, "odd.txt")
    assert done.returncode != 0
    assert done.stderr.count("odd.txt") == 1


def test_a_name_that_is_a_formula_is_none_in_csv(branch: Clone, command: Command) -> None:
    reading = {"benchmark": "=1+2", "unit": "ms", "processes": [[10]]}
    branch.write("one.json", json.dumps({"sluicegate-performance": 1, "readings": [reading]}))
    assert "\n'=1+2," in command("performance", "export", "one.json").stdout


def data_js(*values: float) -> str:
    """A history in the form of github-action-benchmark, made here."""
    entries = [
        {
            "commit": {"id": f"{number:040x}", "timestamp": f"2026-01-{number + 1:02}T00:00:00Z"},
            "date": 1_767_225_600_000 + 86_400_000 * number,
            "tool": "go",
            "benches": [{"name": "BenchmarkSort", "value": value, "unit": "ns/op"}],
        }
        for number, value in enumerate(values)
    ]
    return f"window.BENCHMARK_DATA = {json.dumps({'lastUpdate': 0, 'repoUrl': '', 'entries': {'suite': entries}})}"


def test_a_history_of_another_tool_is_imported_once(clone: Clone, command: Command) -> None:
    clone.write("sluicegate.toml", SETTINGS)
    clone.commit("settings")
    clone.write("data.js", data_js(*noisy(100, 25)))
    done = command("performance", "import", "data.js")
    assert done.returncode == 0, done.stderr
    assert "imported 25 runs of benchmarks: 25 are kept now" in done.stdout
    assert "no baseline here" in done.stdout
    assert "25 are kept now" in command("performance", "import", "data.js").stdout


def test_what_is_no_such_history_is_told(clone: Clone, command: Command) -> None:
    clone.write("sluicegate.toml", SETTINGS)
    clone.write("data.js", "window.BENCHMARK_DATA = {")
    done = command("performance", "import", "data.js")
    assert done.returncode in (2, 3)
    assert "data.js" in done.stderr
    assert "Traceback" not in done.stderr

"""The commands that measure, and that compare what was measured."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from cli_types import Command
from clones import Clone

PYTHON = (sys.executable, "-S", "-c")


def results(clone: Clone, name: str, **benchmarks: list[float]) -> None:
    readings = [
        {"benchmark": benchmark, "unit": "ms", "processes": [[value] for value in values]}
        for benchmark, values in benchmarks.items()
    ]
    clone.write(name, json.dumps({"sluicegate-performance": 1, "readings": readings}))


def about(middle: float, count: int = 12) -> list[float]:
    return [middle * (1 + (at * 7 % count - count / 2) / 1000) for at in range(count)]


@pytest.fixture
def both(clone: Clone) -> Clone:
    results(clone, "before/a.json", sort=about(10), parse=about(5), walk=about(3), old=about(1))
    results(clone, "after/a.json", sort=about(12), parse=about(5), walk=about(2), new=about(1))
    return clone


def test_a_command_is_measured_and_its_results_are_read_again(clone: Clone, command: Command) -> None:
    done = command(
        "performance", "run", "--processes", "3", "--warm-up", "0", "--name", "work", "--output", "out/work.json",
        "--", *PYTHON, "open('runs', 'a').write('x'); print('::error::never shown')",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (clone.root / "runs").read_text() == "xxx"
    assert "work: 3 runs" in done.stdout
    assert "cpu-time" in done.stdout
    assert "not measured: bytes over a network" in done.stdout
    assert "never shown" not in done.stdout + done.stderr
    written = json.loads((clone.root / "out/work.json").read_text())
    assert written["sluicegate-performance"] == 1
    assert {len(one["processes"]) for one in written["readings"]} == {3}
    again = command("performance", "compare", "out/work.json", "out/work.json")
    assert again.returncode == 0
    assert "3 values of the base and 3 of the head: 5 a side are the least" in again.stdout


def test_results_on_standard_output_stand_there_alone(command: Command) -> None:
    done = command("performance", "run", "--processes", "1", "--output", "-", *PYTHON, "pass")
    assert json.loads(done.stdout)["readings"][0]["benchmark"].endswith("pass")
    assert "1 run" in done.stderr


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import sys; sys.exit('::error::no')", "ended with 1: ::error::no"),
        ("import os; os.abort()", "ended by signal 6"),
        ("import time; time.sleep(60)", "took more than 0.5 s"),
    ],
)
def test_a_run_that_fails_is_no_result(clone: Clone, command: Command, code: str, why: str) -> None:
    done = command("performance", "run", "--timeout", "0.5", "--output", "out.json", "--", *PYTHON, code)
    assert done.returncode == 3
    assert why in done.stderr
    assert not any(line.startswith("::") for line in done.stderr.splitlines())
    assert not (clone.root / "out.json").exists()


def test_the_worst_comes_first_and_is_advice(both: Clone, command: Command) -> None:
    del both
    done = command("performance", "compare", "before/*.json", "after/*.json")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["benchmark", "sort", "parse", "walk"]
    assert [line.split()[-1] for line in lines[1:4]] == ["regressed", "unchanged", "improved"]
    assert "+20 %" in lines[1]
    assert lines[1].split()[3:5] == ["12.0", "ms"]
    assert "removed: old is not measured any more" in lines
    assert "new: new was not measured before" in lines
    assert "so this is advice" in lines[-1]


def test_it_fails_where_the_settings_let_it(both: Clone, command: Command) -> None:
    both.write("sluicegate.toml", '[performance]\napart = "block"\n')
    assert command("performance", "compare", "before/a.json", "after/a.json").returncode == 1
    assert command("performance", "compare", "before/a.json", "before/a.json").returncode == 0
    assert command("performance", "compare", "after/a.json", "before/a.json").returncode == 1  # walk got slower


@pytest.mark.parametrize(("content", "why"), [(None, "there is no file x.json"), ("{", "x.json")])
def test_what_cannot_be_read_is_an_error(both: Clone, command: Command, content: str | None, why: str) -> None:
    if content:
        both.write("x.json", content)
    done = command("performance", "compare", "before/a.json", "x.json")
    assert done.returncode == 3
    assert f"error: after: {why}" in done.stdout


def test_it_can_be_any_report_of_a_check(both: Clone, command: Command) -> None:
    both.write("sluicegate.toml", '[performance]\napart = "block"\nignore = ["old"]\n')
    call = ("performance", "compare", "before/*.json", "after/a.json")
    done = command(*call, "--report", "json=out.json", "--report", "markdown=-", cwd=both.root)
    assert done.returncode == 1, done.stderr
    assert "sort is 20 % slower" in done.stdout
    run = json.loads((both.root / "out.json").read_text("utf-8"))
    (gate,) = run["gates"]
    assert [one["location"]["logical"] for one in gate["findings"]] == ["sort"]
    assert [one["rule"] for one in gate["rules"]] == ["performance/regressed", "performance/benchmark-removed"]
    assert (run["revision"]["base"], run["revision"]["head"]) == ("before/*.json", "after/a.json")
    again = gate["findings"][0]["reproduce"] if "reproduce" in gate["findings"][0] else gate["reproduce"]
    assert again.startswith("sluicegate performance compare 'before/*.json' after/a.json")
    assert command(*call).returncode == 1
    assert (
        command(*call, "--fail-on", "error", "--set", "performance.apart=advise", "--report", "json=-").returncode == 0
    )
    assert command(*call, "--set", "performance.apart=advise", "--fail-on", "note").returncode == 1


def test_a_report_of_what_lies_elsewhere_or_cannot_be_read(both: Clone, command: Command, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{")
    done = command("performance", "compare", "before/a.json", str(tmp_path / "x.json"), "--report", "json=-")
    assert (done.returncode, "lies outside of" in done.stderr) == (2, True)
    both.write("x.json", "{")
    assert command("performance", "compare", "before/a.json", "x.json", "--report", "json=-").returncode == 3
    done = command("performance", "compare", "before/a.json", "x.json", "--report", "json=x.json")
    assert (done.returncode, "would overwrite" in done.stderr) == (2, True)


def test_a_metric_without_a_value_is_open_as_in_a_check(both: Clone, command: Command) -> None:
    text = (both.root / "after/a.json").read_text("utf-8")
    refused = '"refused": [{"benchmark": "sort", "metric": "score", "why": "NaN"}], "readings"'
    both.write("after/a.json", text.replace('"readings"', refused, 1))
    done = command("performance", "compare", "before/a.json", "after/a.json")
    assert done.returncode == 0
    assert "inconclusive: after: a.json: sort [score]: NaN" in done.stdout
    both.write("after/a.json", text.replace('"readings"', refused.replace('"metric": "score", ', ""), 1))
    assert command("performance", "compare", "before/a.json", "after/a.json").returncode == 3


def test_many_that_are_open_for_one_reason_are_one_line(clone: Clone, command: Command) -> None:
    results(clone, "a.json", **{f"b{number}": [1.0] for number in range(7)})
    lines = command("performance", "compare", "a.json", "a.json").stdout.splitlines()
    assert [line for line in lines if line.startswith("inconclusive: ")] == [
        "inconclusive: b0; b1; b2; b3; b4; and 2 others: 1 value of the base and 1 of the head: 5 a side are the least"
    ]
    assert sum(line.endswith(" inconclusive") for line in lines) == 7


def test_nothing_is_told_as_a_share_of_nothing(clone: Clone, command: Command) -> None:
    for name, up, down in (("a.json", 0, 3), ("b.json", 3, 0)):
        readings = [
            {"benchmark": each, "metric": "allocs", "unit": "allocs/op", "processes": [[count]] * 6}
            for each, count in (("up", up), ("down", down), ("none", 0))
        ]
        clone.write(name, json.dumps({"sluicegate-performance": 1, "readings": readings}))
    rows = [line.split() for line in command("performance", "compare", "a.json", "b.json").stdout.splitlines()]
    assert rows[1] == ["up", "[allocs]", "0", "3.00", "from", "0", "regressed"]
    assert rows[2][:5] == ["none", "[allocs]", "0", "0", "+0.0"]
    assert rows[3] == ["down", "[allocs]", "3.00", "0", "to", "0", "improved"]


def test_where_nothing_is_common_nothing_was_compared(clone: Clone, command: Command) -> None:
    results(clone, "a.json", one=about(1))
    results(clone, "b.json", other=about(1))
    done = command("performance", "compare", "a.json", str(clone.root / "b.json"))
    assert done.returncode == 3
    assert "no benchmark is in both" in done.stdout


def test_measuring_needs_no_numpy(clone: Clone, command: Command, tmp_path: Path) -> None:
    (tmp_path / "site/numpy.py").write_text("raise ModuleNotFoundError('No module named numpy', name='numpy')\n")
    assert command("performance", "run", "--processes", "1", *PYTHON, "pass").returncode == 0
    results(clone, "a.json", one=about(1))
    clone.write("sluicegate.toml", '[performance]\nresults = ["a.json"]\n')
    clone.commit("settings")
    for call in (("performance", "compare", "a.json", "a.json"), ("performance", "calibrate", "a.json"), ("check",)):
        done = command(*call)
        assert done.returncode == 3
        assert "pip install 'sluicegate[performance]'" in " ".join((done.stderr + done.stdout).split())
        assert "Traceback" not in done.stderr + done.stdout

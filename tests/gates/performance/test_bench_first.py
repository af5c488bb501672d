"""The change that brings the first benchmarks: told as new, and no way round the gate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from cli_types import Command
from clones import Clone
from sluicegate.gates.performance.check import check
from sluicegate.gates.performance.settings import Bench, Settings
from sluicegate.model import Examination, Outcome

from .conftest import Judged, fired, outcome, undecided
from .test_bench import PYTHON, REGRESSED, SCRIPT, asked, turns  # noqa: F401 - a fixture

COMMAND = f"command = {json.dumps([*PYTHON, 'bench.py'])}\n"
BENCH = f'[performance.bench]\n{COMMAND}results = "stdout"\nfirst = 6\nprocesses = 6\n'
COST = "sort 10\nparse 5\n"


@pytest.fixture
def bringing(clone: Clone, turns: Path) -> Callable[..., Clone]:  # noqa: F811, ARG001 - the commands write there
    """A repository with a base of some files, in which a change brings the benchmarks and the settings."""

    def bring(base: dict[str, str] | None = None, **change: str) -> Clone:
        clone.commit(**{"app.txt": "app\n", **(base or {})})
        for name, text in {"bench.py": SCRIPT, "cost.txt": COST, "sluicegate.toml": BENCH, **change}.items():
            clone.write(name, text)
        return clone

    return bring


def is_red(found) -> bool:
    return (found["outcome"], found["exit"]) == ("errored", 3)


def test_the_first_benchmarks_are_new_and_compared_with_nothing(
    bringing: Callable[..., Clone], judged: Judged, command: Command
) -> None:
    bringing()
    found = judged("--base", "HEAD")
    assert (found["outcome"], found["exit"], found["findings"]) == ("not-applicable", 0, [])
    assert undecided(found, "regressed") == {
        name: ("not-applicable", f"{name} is new in this change, and was compared with nothing")
        for name in ("sort", "parse")
    }
    assert found["facts"]["benchmarks"] == "2 new, compared with nothing"
    assert "there is nothing to compare with: the settings of the base have no [perf" in found["facts"]["base"]
    assert "(warm-up 1 of the base) ended with 2" in found["facts"]["base"]
    assert found["examined"] == {"benchmark": 2}
    (hint,) = {one["undecided"]["hint"] for each in found["rules"] if each["rule"] == "performance/shifted"
               for one in each["examinations"]}  # fmt: skip
    assert "name a file in which a check leaves what it measured" in hint
    done = command("check", "--base", "HEAD")  # where nobody named the gate, its outcome is that of the run
    assert (done.returncode, done.stdout.split("  ")[0]) == (0, "NOT APPLICABLE")


def test_the_change_after_it_is_compared(bringing: Callable[..., Clone], judged: Judged) -> None:
    clone = bringing()
    clone.commit()
    assert (judged("--base", "HEAD")["outcome"], judged("--base", "HEAD~1")["outcome"]) == ("passed", "not-applicable")
    clone.write("cost.txt", "sort 20\nparse 5\n")
    assert judged("--base", "HEAD")["exit"] == 1


def test_limits_hold_of_what_is_new(bringing: Callable[..., Clone], judged: Judged) -> None:
    bringing(**{"sluicegate.toml": f'{BENCH}[[performance.limit]]\nbenchmark = "sort"\nfail-at = "9 s"\n'})
    found = judged("--base", "HEAD")
    assert (list(fired(found)), found["exit"]) == ([("limit-exceeded", "sort")], 1)


@pytest.mark.parametrize("settings", [{}, {"sluicegate.toml": "[performance]\nfail-from = 1.1\n"}])
def test_benchmarks_that_the_base_has_are_compared_though_it_did_not_measure_them(
    bringing: Callable[..., Clone], judged: Judged, settings: dict[str, str]
) -> None:
    bringing({"bench.py": SCRIPT, "cost.txt": "sort 5\nparse 5\n", **settings})
    found = judged("--base", "HEAD")
    assert (list(fired(found)), found["exit"]) == ([("regressed", "sort")], 1)


@pytest.mark.parametrize(
    ("base", "change"),
    [
        ({"sluicegate.toml": BENCH}, {}),
        ({"sluicegate.toml": BENCH.replace("bench.py", "old.py"), "old.py": SCRIPT, "cost.txt": COST}, {}),
        ({"pyproject.toml": BENCH.replace("[performance", "[tool.sluicegate.performance")}, {"pyproject.toml": ""}),
        ({"policy.toml": BENCH, "sluicegate.toml": 'extends = ["policy.toml"]\n'}, {}),
        ({"sluicegate.toml": '[performance]\nresults = ["times.json"]\n'}, {}),
        ({"sluicegate.toml": "[performance\n"}, {}),
        ({"sluicegate.toml": "[performance]\nunknown = 1\n"}, {}),
        ({"bench.py": "import time; time.sleep(60)\n"}, {"sluicegate.toml": f"{BENCH}timeout = 1\n"}),
        ({"bench.py": "import os; os.kill(os.getpid(), 9)\n"}, {}),
        ({"app.txt": "app\n"}, {"sluicegate.toml": f'{BENCH}[performance]\nbase = "rev:HEAD"\n'}),
        ({}, {"bench.py": "raise SystemExit('no data')\n"}),
        ({}, {"bench.py": "print('done')\n"}),
    ],
    ids=[
        "declared", "renamed command", "moved settings", "extended", "results", "no TOML", "no settings", "hangs",
        "crashes", "a release", "the head fails", "the head has none",
    ],
)  # fmt: skip
def test_what_could_not_be_looked_at_stays_an_error(
    bringing: Callable[..., Clone], judged: Judged, base: dict[str, str], change: dict[str, str]
) -> None:
    bringing(base, **change)
    assert is_red(judged("--base", "HEAD"))


def test_settings_under_another_name_are_no_first_ones(bringing: Callable[..., Clone], judged: Judged) -> None:
    clone = bringing({"ci.toml": BENCH})
    (clone.root / "ci.toml").unlink()
    (clone.root / "sluicegate.toml").rename(clone.root / "new.toml")
    assert is_red(judged("--base", "HEAD", "--config", "new.toml"))


def test_what_the_command_line_says_may_have_held_before(bringing: Callable[..., Clone], judged: Judged) -> None:
    clone = bringing()
    (clone.root / "sluicegate.toml").unlink()
    words = f'performance.bench={{{COMMAND.strip()}, results="stdout"}}'
    assert is_red(judged("--base", "HEAD", "--set", words))


def test_a_base_that_fails_later_on_had_benchmarks(bringing: Callable[..., Clone], judged: Judged) -> None:
    tiring = "if open(os.environ['TURNS']).read().count('base') > 3: raise SystemExit('tired')\n"
    bringing({"bench.py": f"{SCRIPT}{tiring}", "cost.txt": COST})
    found = judged("--base", "HEAD")
    assert is_red(found)
    assert "ended with 1: tired" in found["reason"]


def test_a_base_that_fails_says_what_to_do(bringing: Callable[..., Clone], judged: Judged) -> None:
    bringing({"sluicegate.toml": BENCH})
    found = judged("--base", "HEAD")
    assert "the gate could decide nothing: the base cannot be measured" in found["reason"]
    assert "no run of the branch is kept" in found["reason"]
    assert "merge that by a change of its own first" in found["hint"]


def test_a_section_that_is_taken_out_is_told_and_can_be_held(bringing: Callable[..., Clone], command: Command) -> None:
    held = f'{BENCH}[policy]\nloosening = "separate"\n'
    clone = bringing({"sluicegate.toml": held, "bench.py": SCRIPT, "cost.txt": "sort 5\n"})
    clone.write("sluicegate.toml", '[performance]\n[policy]\nloosening = "separate"\n')
    done = command("check", "--base", "HEAD")
    assert (done.returncode, "sort is 100 % slower" in " ".join(done.stdout.split())) == (1, True)
    clone.git("checkout", "-q", ".")
    clone.commit(**{"sluicegate.toml": BENCH})
    clone.write("sluicegate.toml", "[performance]\n")
    assert "performance.bench.command" in " ".join(command("check", "--base", "HEAD").stdout.split())


class TestTheBranch:
    def test_it_is_no_matter_of_those_who_keep_no_run(self, bringing: Callable[..., Clone], judged: Judged) -> None:
        bringing().commit()
        found = judged("--base", "HEAD")
        assert [outcome(found, rule) for rule in ("regressed", "shifted", "worsening")] == [
            "passed", "not-applicable", "not-applicable",
        ]  # fmt: skip
        ((_, why),) = undecided(found, "shifted").values()
        assert (
            why
            == "no run of the branch is kept: [performance.bench] names no `output`, from which one could be recorded"
        )

    @pytest.mark.parametrize(
        ("before", "now"),
        [
            (BENCH, f'{BENCH}output = "turns.json"\n'),
            (f'{BENCH}output = "turns.json"\n', BENCH),
            (f'{BENCH}[performance]\nsuite = "old"\n', BENCH),
            (BENCH, f'{BENCH}[baseline]\nstore = "git:refs/sluicegate/kept"\n'),
        ],
        ids=["kept now", "kept before", "another suite", "a ref that nobody may have pulled"],
    )
    def test_where_one_may_be_kept_it_was_not_looked_at(
        self, bringing: Callable[..., Clone], judged: Judged, before: str, now: str
    ) -> None:
        bringing({"bench.py": SCRIPT, "cost.txt": COST, "sluicegate.toml": before}, **{"sluicegate.toml": now})
        found = judged("--base", "HEAD")
        assert (outcome(found, "regressed"), outcome(found, "shifted")) == ("passed", "not-tested")
        assert found["outcome"] == "not-tested"


@pytest.mark.parametrize(
    ("before", "ended"),
    [(None, Outcome.NOT_TESTED), (Settings(bench=Bench(command=("x",))), Outcome.NOT_TESTED),
     (Settings(), Outcome.NOT_APPLICABLE)],
)  # fmt: skip
def test_without_a_history_the_settings_of_the_base_alone_tell(
    bringing: Callable[..., Clone], before: Settings | None, ended: Outcome
) -> None:
    context = replace(asked(bringing()), settings_before=before, chosen=False)
    told = [one for one in check(context) if isinstance(one, Examination) and one.rule == REGRESSED]
    assert {one.undecided.outcome for one in told if one.undecided} == {ended}

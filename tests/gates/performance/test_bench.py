"""Base against head, run in turns: commands whose numbers are certain, so that the verdict is."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from clones import Clone
from endings import alive
from sluicegate.errors import CancelledRunError
from sluicegate.gates.performance import RULES
from sluicegate.gates.performance.bench import measuring
from sluicegate.gates.performance.bench.measuring import _later
from sluicegate.gates.performance.bench.turns import drawn, looks
from sluicegate.gates.performance.check import check
from sluicegate.gates.performance.reading import Direction
from sluicegate.gates.performance.settings import Bench, Limit, Settings
from sluicegate.gates.performance.verdicts import Bar, Call, How, Verdict
from sluicegate.gates.performance.verdicts.pair import compare
from sluicegate.model import Context, Examination, Fact, Finding, Level, Outcome, Progress
from sluicegate.revision import TreeSpec, open_tree

PYTHON = (sys.executable, "-S")
# prints what the revision says, and writes down whose turn it was
SCRIPT = """\
import json, os, sys
lines = [line.split() for line in open("cost.txt")]
with open(os.environ["TURNS"], "a") as log:
    log.write(os.path.basename(os.getcwd()) + "\\n")
readings = [{"benchmark": name, "processes": [[float(value)]]} for name, value in lines]
print(json.dumps({"sluicegate-performance": 1, "readings": readings}))
"""
REGRESSED, GONE, LIMIT = "performance/regressed", "performance/benchmark-removed", "performance/limit-exceeded"


@pytest.fixture
def turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TURNS", str(tmp_path / "turns"))
    return tmp_path / "turns"


@pytest.fixture
def change(clone: Clone, turns: Path) -> Clone:  # noqa: ARG001 - the commands write there
    clone.commit(**{"bench.py": SCRIPT, "cost.txt": "sort 10\nparse 5\n", "sluicegate.toml": "[performance.bench]\n"})
    return clone


def asked(clone: Clone, *, base: str | None = "HEAD", cancelled=lambda: False, limit=(), **bench) -> Context:
    given = {"command": (*PYTHON, "bench.py"), "results": "stdout", "first": 6, "processes": 12, **bench}
    root = str(clone.root)
    return Context(
        settings=Settings(bench=Bench(**given), limit=limit),
        head=open_tree(TreeSpec(kind="working-tree", root=root)),
        reference=open_tree(TreeSpec(kind="commit", root=root, commit=clone.git("rev-parse", base))) if base else None,
        no_reference="" if base else "nothing comes before",
        rules=frozenset(rule.id for rule in RULES),
        now=datetime(2026, 11, 29, tzinfo=UTC),
        folder=root,
        cancelled=cancelled,
    )


def said(clone: Clone, **more):
    """The findings, the examinations by rule and subject, the facts."""
    words = list(check(asked(clone, **more)))
    examinations = {(one.rule, one.subject): one for one in words if isinstance(one, Examination)}
    facts = {one.name: one.value for one in words if isinstance(one, Fact)}
    return [one for one in words if isinstance(one, Finding)], examinations, facts


def outcome(examinations, rule, subject="benchmarks"):
    return examinations[rule, subject].undecided.outcome, examinations[rule, subject].undecided.reason


def test_what_became_slower_is_found_and_may_block(
    change: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = tmp_path / "copies"
    there.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(there))
    change.write("cost.txt", "sort 12\nparse 5\n")
    findings, examinations, facts = said(change)
    (finding,) = findings
    assert (finding.rule, finding.level, finding.key) == (REGRESSED, Level.ERROR, ("sort", "time"))
    assert "20 % slower (10.0 s before, 12.0 s now" in finding.message
    assert "in turns drawn by lot" in finding.advice
    assert (finding.location.path, finding.location.line) == ("sluicegate.toml", 1)
    assert examinations[REGRESSED, "sluicegate.toml"].examined == 2
    assert facts["benchmarks"] == "1 regressed, 1 unchanged"
    assert "runs, drawn by lot from the seed" in facts["turns"]
    assert not list(there.iterdir())


def test_nothing_changed_ends_at_the_first_look(change: Clone, turns: Path) -> None:
    findings, _, facts = said(change)
    assert (findings, facts["benchmarks"]) == ([], "2 unchanged")
    order = turns.read_text().split()
    assert order[:2] == ["base", "head"]  # they warm up
    assert len(order) == 2 + 12
    for at in range(2, len(order), 4):
        assert order[at : at + 4] in (["base", "head", "head", "base"], ["head", "base", "base", "head"])


def test_what_stays_undecided_is_looked_at_again_and_said_to_be(change: Clone, turns: Path) -> None:
    noisy = SCRIPT.replace("float(value)", "int.from_bytes(os.urandom(4), 'big')")
    change.commit(**{"bench.py": noisy, "cost.txt": "sort 10\n"})
    findings, examinations, _ = said(change, first=6, processes=8)
    runs = turns.read_text().split()
    assert (findings, len(runs)) == ([], 2 + 16)
    what, why = outcome(examinations, REGRESSED, "sort")
    assert what is Outcome.INCONCLUSIVE
    assert why.endswith("(8 runs a side)")


@pytest.mark.parametrize("budget", [600, 0.001])
def test_all_looks_share_one_allowance(change: Clone, monkeypatch: pytest.MonkeyPatch, budget: float) -> None:
    noisy = SCRIPT.replace("float(value)", "int.from_bytes(os.urandom(4), 'big')")
    change.commit(**{"bench.py": noisy, "cost.txt": "sort 10\n"})
    levels = []

    def listening(pairs, bars, *, level):
        levels.append(level)
        return compare(pairs, bars, level=level)

    monkeypatch.setattr(measuring, "compare", listening)
    said(change, first=6, processes=18, budget=budget)
    assert levels == (pytest.approx([1 / 9, 3 / 9, 5 / 9]) if budget > 1 else [1.0])


def test_time_that_is_used_up_ends_it_and_is_told(change: Clone) -> None:
    noisy = SCRIPT.replace("float(value)", "int.from_bytes(os.urandom(4), 'big')")
    change.commit(**{"bench.py": noisy, "cost.txt": "sort 10\n"})
    _, examinations, facts = said(change, budget=0.001)
    what, why = outcome(examinations, REGRESSED, "sort")
    assert what is Outcome.INCONCLUSIVE
    assert "(2 runs a side, and the budget of 0.001 s is used up)" in why
    assert "the budget of 0.001 s is used up" in facts["turns"]


def test_both_sides_are_built_and_nothing_is_written_where_the_user_works(change: Clone) -> None:
    change.write("bench.py", SCRIPT.replace("cost.txt", "built.txt"))
    change.commit()
    change.write("cost.txt", "sort 20\n")
    before = change.git("status", "--porcelain", "--ignored"), change.git("worktree", "list")
    copy = (*PYTHON, "-c", "import shutil; shutil.copy('cost.txt', 'built.txt')")
    findings, _, _ = said(change, build=(copy,))
    assert {(one.rule, one.key[0]) for one in findings} == {(REGRESSED, "sort"), (GONE, "parse")}
    assert (change.git("status", "--porcelain", "--ignored"), change.git("worktree", "list")) == before


def test_new_and_removed_benchmarks(change: Clone) -> None:
    change.write("cost.txt", "sort 10\nmerge 3\n")
    findings, examinations, _ = said(change)
    assert [(one.rule, one.key[0]) for one in findings] == [(GONE, "parse")]
    assert outcome(examinations, REGRESSED, "merge") == (Outcome.NOT_APPLICABLE, "merge is new in this change")


def test_limits_are_held_against_the_head_and_known_of_the_base(change: Clone) -> None:
    change.write("cost.txt", "sort 12\nparse 5\n")
    limit = (Limit(benchmark="sort", fail_at="9 s"), Limit(benchmark="parse", fail_at="6 s"))
    context = asked(change, limit=limit)
    over = [one for one in check(context) if isinstance(one, Finding) and one.rule == LIMIT]
    assert [one.key for one in over] == [("sort", "time")]
    past = replace(context, past=True, rules=frozenset([LIMIT]))
    assert [one.key for one in check(past) if isinstance(one, Finding)] == [("sort", "time")]


def test_a_base_that_fails_is_nothing_to_compare_with(change: Clone) -> None:
    change.write("bench.py", "import sys; sys.exit('no data')\n")
    change.commit()
    change.write("bench.py", SCRIPT)
    findings, examinations, _ = said(change, limit=(Limit(benchmark="sort", fail_at="9 s"),))
    for rule in (REGRESSED, GONE):
        what, why = outcome(examinations, rule)
        assert what is Outcome.NOT_TESTED
        assert "(warm-up 1 of the base) ended with 1: no data" in why
    assert [one.rule for one in findings] == [LIMIT]


def test_a_head_that_fails_is_broken_by_the_change(change: Clone) -> None:
    change.write("bench.py", "import sys; sys.exit('no data')\n")
    findings, examinations, _ = said(change)
    for rule in (REGRESSED, GONE, LIMIT):
        what, why = outcome(examinations, rule)
        assert what is Outcome.ERRORED
        assert "(warm-up 1 of the head) ended with 1: no data" in why
        assert "the base fails too" not in why
    assert findings == []
    change.commit()
    assert "the base fails too" in outcome(said(change)[1], REGRESSED)[1]


def test_a_build_that_fails_on_one_side_is_that_sides_failure(change: Clone) -> None:
    change.write("ready", "")
    build = ((*PYTHON, "-c", "open('ready')"),)
    assert outcome(said(change, build=build)[1], REGRESSED)[0] is Outcome.NOT_TESTED
    change.commit()
    (change.root / "ready").unlink()
    what, why = outcome(said(change, build=build)[1], REGRESSED)
    assert what is Outcome.ERRORED
    assert "(building the head) ended with 1" in why


def test_a_run_that_fails_among_others_is_told(change: Clone) -> None:
    failing = "import os\nif open(os.environ['TURNS']).read().count('head') > 4: raise SystemExit('enough')\n"
    change.write("bench.py", SCRIPT + failing)
    what, why = outcome(said(change)[1], REGRESSED)
    assert what is Outcome.ERRORED
    assert "(run 4 of the head) ended with 1: enough" in why


def test_hanging_garbage_and_emptiness_are_errors(change: Clone) -> None:
    change.write("bench.py", "import time; time.sleep(60)\n")
    assert "took more than 1 s and was ended" in outcome(said(change, timeout=1.0)[1], REGRESSED)[1]
    change.write("bench.py", "print('\\x1b[2J ::error::{')\n")
    what, why = outcome(said(change)[1], REGRESSED)
    assert what is Outcome.ERRORED
    assert "warm-up 1 of the head left no results" in why
    change.write("bench.py", 'print(\'{"sluicegate-performance": 1, "readings": []}\')\n')
    assert "stdout: holds no benchmark" in outcome(said(change)[1], REGRESSED)[1]


def test_results_of_a_file_are_of_this_run_and_of_this_side(change: Clone, tmp_path: Path) -> None:
    writing = "open('out.json', 'w')"
    change.write("bench.py", SCRIPT.replace("print(json.dumps(", f"{writing}.write(json.dumps("))
    change.commit(**{"cost.txt": "sort 10\n"})
    change.write("cost.txt", "sort 20\n")
    assert [one.key for one in said(change, results="out.json")[0]] == [("sort", "time")]
    change.write("out.json", json.dumps({"sluicegate-performance": 1, "readings": []}))
    change.write("bench.py", "pass\n")  # what was committed, or left there, is not taken for this run's
    assert "left no results: there is no file out.json" in outcome(said(change, results="out.json")[1], REGRESSED)[1]
    for shared in (str(tmp_path / "out.json"), "../out.json"):
        assert "both sides would write it" in outcome(said(change, results=shared)[1], REGRESSED)[1]


def test_a_benchmark_that_some_runs_lack_is_judged_on_what_there_is(change: Clone) -> None:
    lacking = "if open(os.environ['TURNS']).read().count('\\n') % 5 == 0: lines = lines[:1]\n"
    change.write("bench.py", SCRIPT.replace("readings =", lacking + "readings ="))
    change.commit()
    change.write("cost.txt", "sort 10\nparse 9\n")
    findings, _, _ = said(change, first=10, processes=10)
    (finding,) = findings
    assert finding.key == ("parse", "time")
    assert "it is missing in" in finding.advice


def test_what_changes_its_unit_is_refused(change: Clone) -> None:
    change.write("bench.py", SCRIPT.replace('"processes"', '"unit": "MB", "processes"'))
    what, why = outcome(said(change)[1], REGRESSED, "sort")
    assert what is Outcome.ERRORED
    assert why == "sort is measured in s by the base and in B by the head"


def test_the_command_itself_is_measured(change: Clone) -> None:
    """A verdict on memory is certain, whatever the machine does meanwhile."""
    takes = "x = bytearray({} << 20); x[::4096] = b'x' * len(x[::4096])\n"
    change.commit(**{"bench.py": takes.format(40)})
    change.write("bench.py", takes.format(80))
    findings, _, _ = said(change, results="", name="work")
    assert ("work", "memory") in {one.key for one in findings}


def test_without_a_base_the_head_is_held_against_its_limits(change: Clone) -> None:
    findings, examinations, _ = said(change, base=None, limit=(Limit(benchmark="sort", fail_at="9 s"),))
    what, why = outcome(examinations, REGRESSED)
    assert (what, why) == (Outcome.NOT_TESTED, "there is no base to measure: nothing comes before")
    assert [one.rule for one in findings] == [LIMIT]


def test_cancelling_ends_what_runs(change: Clone, turns: Path) -> None:
    change.write("bench.py", SCRIPT + "import time; time.sleep(60)\n")
    context = asked(change, cancelled=lambda: turns.exists() and "head" in turns.read_text())
    began = time.monotonic()
    with pytest.raises(CancelledRunError):
        list(check(context))
    assert time.monotonic() - began < 30


def test_how_far_it_is(change: Clone) -> None:
    steps = [one for one in check(asked(change)) if isinstance(one, Progress) and one.what.startswith("run ")]
    assert [one.done for one in steps] == list(range(12))
    assert {one.total for one in steps} == {24}


@pytest.mark.parametrize(
    ("low", "detectable", "advises"), [(1.23, 1.07, False), (1.04, 1.07, True), (1.03, 1.02, False)]
)
def test_what_is_worse_for_sure_may_block_though_noise_hides_little_changes(
    low: float, detectable: float, advises: bool
) -> None:
    verdict = Verdict(
        benchmark="sort", metric="time", unit="s", direction=Direction.LOWER, call=Call.REGRESSED, how=How.INTERLEAVED,
        factor=1.26, low=low, high=1.3, detectable=detectable, p=1e-6,
    )  # fmt: skip
    assert verdict.may_only_advise(Bar(warn_from=1.02, fail_from=1.05, false_alarms=0.01)) == advises


def test_what_was_called_stays_called_and_takes_better_numbers() -> None:
    verdict = Verdict(
        benchmark="sort", metric="time", unit="s", direction=Direction.LOWER, call=Call.REGRESSED, how=How.INTERLEAVED,
        factor=1.2, p=0.001,
    )  # fmt: skip
    better, other = replace(verdict, factor=1.1), replace(verdict, call=Call.INCONCLUSIVE)
    assert _later(verdict, better) is better
    assert _later(verdict, other) is verdict
    assert _later(None, other) is other


def test_turns_are_blocks_that_the_seed_gives_again() -> None:
    one, other = drawn(7), drawn(7)
    blocks = [next(one) for _ in range(100)]
    assert blocks == [next(other) for _ in range(100)]
    assert {sum(block) for block in blocks} == {2}
    assert len(set(blocks)) == 2
    assert 30 < sum(block[0] for block in blocks) < 70


@pytest.mark.parametrize(
    ("first", "most", "planned"),
    [
        (10, 30, (10, 20, 30)),
        (10, 12, (12,)),
        (9, 30, (10, 20, 30)),
        (50, 30, (30,)),
        (10, 25, (10, 20, 26)),
        (10, 23, (10, 24)),
        (6, 7, (8,)),
    ],
)
def test_when_they_are_looked_at(first: int, most: int, planned: tuple[int, ...]) -> None:
    assert looks(first, most) == planned


def test_the_whole_command(change: Clone, command) -> None:
    words = json.dumps([*PYTHON, "bench.py"])
    settings = f'[performance.bench]\ncommand = {words}\nresults = "stdout"\nfirst = 6\n'
    change.commit(**{"sluicegate.toml": settings})
    change.write("cost.txt", "sort 12\nparse 5\n")
    done = command("check", "--base", "HEAD")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "sort is 20 % slower" in done.stdout
    change.write("cost.txt", "sort 10\nparse 5\n")
    assert command("check", "--base", "HEAD").returncode == 0
    change.write("bench.py", "import sys; sys.exit('no data')\n")
    done = command("check", "--base", "HEAD")
    assert done.returncode == 3
    assert "ended with 1: no data" in " ".join(done.stdout.split())


def test_another_command_is_a_loosening_and_where_that_is_held_back_the_base_says_what_runs(
    change: Clone, command, tmp_path: Path
) -> None:
    settings = '[policy]\nloosening = "{}"\n[performance.bench]\ncommand = {}\nresults = "stdout"\nfirst = 6\n'
    known = json.dumps([*PYTHON, "bench.py"])
    strange = json.dumps([*PYTHON, "-c", f"open({str(tmp_path / 'ran')!r}, 'w')"])
    change.commit(**{"sluicegate.toml": settings.format("separate", known)})
    change.write("sluicegate.toml", settings.format("separate", strange))
    done = command("check", "--base", "HEAD")
    assert "performance.bench.command is" in " ".join(done.stdout.split())
    assert not (tmp_path / "ran").exists()
    change.git("checkout", "-q", ".")
    change.commit(**{"sluicegate.toml": settings.format("report", known)})
    change.write("sluicegate.toml", settings.format("report", strange))
    command("check", "--base", "HEAD")
    assert (tmp_path / "ran").exists()


def test_a_check_that_is_killed_leaves_no_run_and_no_folder(change: Clone, turns: Path, tmp_path: Path) -> None:
    words = json.dumps([*PYTHON, "bench.py"])
    hanging = SCRIPT + "import time; open(os.environ['TURNS'] + '.pid', 'w').write(str(os.getpid())); time.sleep(60)\n"
    change.commit(**{"sluicegate.toml": f"[performance.bench]\ncommand = {words}\n", "bench.py": hanging})
    there = tmp_path / "there"
    there.mkdir()
    pid = turns.with_suffix(".pid")
    check = subprocess.Popen(
        [sys.executable, "-m", "sluicegate.cli.main", "check", "--base", "HEAD"], cwd=change.root,
        env={**os.environ, "TMPDIR": str(there)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    until = time.monotonic() + 50
    while not pid.exists() and time.monotonic() < until:
        time.sleep(0.05)
    check.send_signal(signal.SIGTERM)
    check.communicate()
    until = time.monotonic() + 10
    while (list(there.glob("sluicegate-bench-*")) or alive(pid.read_text())) and time.monotonic() < until:
        time.sleep(0.05)
    assert not list(there.glob("sluicegate-bench-*"))
    assert not alive(pid.read_text())

"""What is measured in turns beside all else that is known: earlier runs, files of results, the record, the page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from branches import remembered
from cli_types import Command
from clones import Clone
from sluicegate.errors import GateError
from sluicegate.gates.performance.check import check
from sluicegate.gates.performance.settings import Settings
from sluicegate.model import Examination, Fact, Finding, Outcome

from .conftest import Judged, fired, noisy, outcome, undecided, written
from .test_bench import LIMIT, PYTHON, REGRESSED, SCRIPT, asked, change, said, turns  # noqa: F401 - fixtures

COMMAND = json.dumps([*PYTHON, "bench.py"])
SETTINGS = f"""\
[performance]
ruler = "none"
[performance.bench]
command = {COMMAND}
results = "stdout"
first = 6
processes = 6
output = "turns.json"
[baseline]
store = "kept"
"""


@pytest.fixture
def kept(change: Clone) -> Clone:  # noqa: F811
    change.commit(**{"sluicegate.toml": SETTINGS, ".gitignore": "kept\nhead.json\nturns.json\nrun.json\n"})
    return change


def words(clone: Clone, **more):
    """The same as `said`, of settings that say more than `bench`."""
    context = asked(clone)
    given = {"bench": replace(context.settings.bench, output="turns.json")}
    told = list(check(replace(context, settings=Settings(**given, **more))))
    examinations = {(one.rule, one.subject): one for one in told if isinstance(one, Examination)}
    return (
        [one for one in told if isinstance(one, Finding)],
        examinations,
        {one.name: one.value for one in told if isinstance(one, Fact)},
    )


def test_what_a_check_leaves_is_recorded_and_seen_in_the_history(kept: Clone, command: Command) -> None:
    assert command("check", "--base", "HEAD").returncode == 0
    done = command("performance", "record")
    assert done.returncode == 0, done.stderr
    assert f"recorded 2 measurements of benchmarks at {kept.git('rev-parse', 'HEAD')[:12]} of main" in done.stdout
    assert "10.0 s" in command("performance", "history", "sort").stdout
    document = json.loads((kept.root / "turns.json").read_text("utf-8"))
    assert document["commit"] == kept.git("rev-parse", "HEAD")
    kept.commit("another")
    done = command("performance", "record")
    assert done.returncode == 2
    assert "the results say that they are of the commit" in done.stderr


def test_without_results_in_the_settings_there_is_nothing_to_record(clone: Clone, command: Command) -> None:
    clone.commit(**{"sluicegate.toml": "[performance]\n"})
    done = command("performance", "record")
    assert (done.returncode, "nothing says what is to be recorded" in done.stderr) == (2, True)


def test_the_branch_of_what_is_measured_in_turns_is_looked_at(
    clone: Clone, turns: Path, judged: Judged  # noqa: F811, ARG001 - the commands write there
) -> None:  # fmt: skip
    commits = remembered(clone, sort=[*noisy(10, count=30), *noisy(12, count=10)])
    clone.commit(**{"sluicegate.toml": SETTINGS, "bench.py": SCRIPT, "cost.txt": "sort 0.012\n"})
    found = judged("--base", "HEAD")
    assert found["facts"]["history"].startswith("40 commits measured on ")
    (key,) = fired(found)
    assert key == ("shifted", "sort")
    assert fired(found)[key]["state"] == "unchanged"
    assert f"20 % worse since commit {commits[30][:12]}" in fired(found)[key]["message"]


def test_a_head_whose_base_cannot_be_measured_is_held_against_earlier_runs(
    clone: Clone, turns: Path, judged: Judged  # noqa: F811, ARG001
) -> None:  # fmt: skip
    remembered(clone, sort=noisy(10, count=40))
    clone.commit(
        **{"sluicegate.toml": SETTINGS, "bench.py": "raise SystemExit('no data')\n", "cost.txt": "sort 0.012\n"}
    )
    clone.write("bench.py", SCRIPT)
    found = judged("--base", "HEAD")
    assert list(fired(found)) == [("regressed", "sort")]
    assert "held against 40 earlier runs" in fired(found)["regressed", "sort"]["advice"]
    assert "the base cannot be measured" in found["facts"]["base"]
    clone.write("sluicegate.toml", SETTINGS.replace('"kept"', '"empty"'))
    ((ended, why),) = undecided(judged("--base", "HEAD"), "regressed").values()
    assert ended == "not-tested"
    assert "no earlier run" in why


def test_of_two_measurements_of_one_benchmark_that_in_turns_counts(kept: Clone, command: Command) -> None:
    written(kept, "head.json", sort={"unit": "s", "processes": [[99.0]]}, other=[1.0])
    findings, _, facts = words(kept, results=("head.json",))
    assert (findings, facts["measured twice"]) == ([], "sort: what was measured in turns counts")
    assert command("check", "--base", "HEAD").returncode == 0
    done = command("performance", "record", "turns.json", "head.json")
    assert "recorded 3 measurements" in done.stdout
    assert "of sort, what was measured in turns is recorded" in done.stdout
    (run,) = [one for one in (kept.root / "kept").rglob("*.json") if one.name != "index.json"]
    readings = {one["benchmark"]: one["processes"] for one in json.loads(run.read_text("utf-8"))["content"]["readings"]}
    assert set(map(tuple, readings["sort"])) == {(10.0,)}


def test_two_units_of_one_benchmark_are_an_error(kept: Clone) -> None:
    written(kept, "head.json", sort={"unit": "MB", "processes": [[99.0]]})
    _, examinations, facts = words(kept, results=("head.json",))
    why = examinations[REGRESSED, "sort"].undecided
    assert why.outcome is Outcome.ERRORED
    assert "it is in B here and in s where it was measured in turns" in why.reason
    assert "measured twice" not in facts


def test_the_page_shows_both_sides_as_the_check_has_called_them(kept: Clone, command: Command) -> None:
    kept.write("cost.txt", "sort 12\nparse 5\nnew 3\n")
    assert command("check", "--base", "HEAD").returncode == 1
    page = command("performance", "page").stdout
    assert page.count('class="spread"') == 2
    assert "sort is 20 % slower (10.0 s before, 12.0 s now" in page
    assert "in turns drawn by lot on one machine" in page
    assert "it is new in this change" in page
    kept.git("checkout", "--quiet", ".")
    assert command("check", "--base", "HEAD").returncode == 0
    assert "is checked out" not in command("performance", "page").stdout
    kept.commit("another")
    assert "is checked out" in command("performance", "page").stdout
    (kept.root / "turns.json").unlink()
    assert "there is no file turns.json" in command("performance", "page").stdout


def test_a_head_that_fails_leaves_nothing_of_an_earlier_check(kept: Clone, command: Command) -> None:
    assert command("check", "--base", "HEAD").returncode == 0
    kept.write("bench.py", "raise SystemExit('no data')\n")
    assert command("check", "--base", "HEAD").returncode == 3
    assert not (kept.root / "turns.json").exists()


@pytest.mark.parametrize("name", ["../turns.json", "/tmp/turns.json", "*.json", "folder", "link/turns.json"])  # noqa: S108
def test_what_is_left_lies_in_the_folder(kept: Clone, tmp_path: Path, name: str) -> None:
    (kept.root / "folder").mkdir()
    (kept.root / "link").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(GateError, match="output"):
        said(kept, output=name)


def test_what_no_check_has_left_stays(kept: Clone) -> None:
    with pytest.raises(GateError, match="one of the results that are read"):
        words(kept, results=("*.json",))
    for content in ("mine", '{"sluicegate-performance": 1, "readings": []}'):
        kept.write("turns.json", content)
        with pytest.raises(GateError, match="is not what a check leaves"):
            said(kept, output="turns.json")
        assert (kept.root / "turns.json").read_text("utf-8") == content


def test_runs_of_one_interpreter_are_held_against_each_other(kept: Clone, command: Command, judged: Judged) -> None:
    """What ran the benchmarks is in the fingerprint, by what the command's results say of it."""
    told = SCRIPT.replace('"readings": readings', '"machine": {"runtime": "Python 3.11.7"}, "readings": readings')
    kept.commit(**{"bench.py": told})
    assert command("check", "--base", "HEAD").returncode == 0
    assert "Python 3.11.7" in command("performance", "record").stdout
    kept.commit("another")
    assert judged("--base", "HEAD")["facts"]["history"].startswith("1 commit measured on ")
    kept.commit(**{"bench.py": told.replace("3.11.7", "3.12.1")})
    assert "history" not in judged("--base", "HEAD")["facts"]


def test_what_is_ignored_is_measured_and_not_judged(kept: Clone) -> None:
    kept.write("cost.txt", "sort 20\nparse 5\n")
    findings, _, facts = words(kept, ignore=("so*",))
    assert (findings, facts["benchmarks"]) == ([], "1 unchanged")
    findings, _, facts = words(kept, only=("pa*", "so*"), ignore=("so*",))
    assert (findings, facts["benchmarks"]) == ([], "1 unchanged")
    for none in ({"ignore": ("*",)}, {"only": ("other",)}):
        _, examinations, _ = words(kept, **none)
        why = examinations[REGRESSED, "benchmarks"].undecided.reason
        assert why == "none of the benchmarks that were measured is judged"


def test_a_metric_that_cannot_be_judged_is_open_and_a_benchmark_that_failed_is_an_error(kept: Clone) -> None:
    refused = (
        '"refused": [{"benchmark": "sort", "metric": "score", "why": "NaN"}, {"benchmark": "bad", "why": "ended"}], '
    )
    kept.commit(**{"bench.py": SCRIPT.replace('"readings": readings', refused + '"readings": readings')})
    findings, examinations, _ = said(kept)
    assert findings == []
    for rule in (REGRESSED, LIMIT):
        assert examinations[rule, "sort [score]"].undecided.outcome is Outcome.INCONCLUSIVE
        assert examinations[rule, "bad"].undecided.outcome is Outcome.ERRORED


def test_no_history_says_why(kept: Clone, judged: Judged) -> None:
    found = judged("--base", "HEAD")
    assert kept.root.exists()
    assert {outcome(found, rule) for rule in ("shifted", "worsening")} == {"not-tested"}

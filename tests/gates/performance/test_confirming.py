"""A run that is worse than its history, measured again by a command whose numbers are certain."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from branches import SETTINGS, remembered
from clones import Clone

from .conftest import Judged, fired, noisy, outcome, undecided, written

# prints the next line of what the further runs are to say, as milliseconds by benchmark
SCRIPT = """\
import json, os
first, *rest = open("again.txt").read().splitlines()
open("again.txt", "w").write("\\n".join(rest))
said = json.loads(first)
readings = [{"benchmark": name, "unit": "ms", "processes": [[value]]} for name, value in said.items()]
print(json.dumps({"sluicegate-performance": 1, "readings": readings}))
"""
COMMAND = json.dumps([sys.executable, "-S", "again.py"])


def again(clone: Clone, *runs: dict[str, float], **more: object) -> None:
    """A branch of 40 runs at 10 ms, one of 12 ms that is judged, and what further runs measure."""
    remembered(clone, sort=noisy(10, count=40), parse=noisy(20, count=40))
    given = "".join(f"{name} = {json.dumps(value)}\n" for name, value in {"command": [], **more}.items() if value)
    section = f"[performance.confirm]\n{given}" + ("" if "command" in more else f"command = {COMMAND}\n")
    clone.write("sluicegate.toml", SETTINGS.replace("[baseline]", f"{section}[baseline]"))
    clone.write("again.py", SCRIPT)
    clone.write("again.txt", "\n".join(map(json.dumps, runs)))
    written(clone, "head.json", sort=[12.0], parse=[20.1])


def left(clone: Clone) -> int:
    """How many of the further runs were not made."""
    return len((clone.root / "again.txt").read_text("utf-8").splitlines())


def of(*values: float) -> Sequence[dict[str, float]]:
    return [{"sort": value} for value in values]


def test_what_further_runs_bear_out_fails(clone: Clone, judged: Judged) -> None:
    again(clone, *of(12.0, 10.0, 12.1, 12.0, 12.0))
    found = judged()
    assert found["exit"] == 1
    assert "3 of 4 further runs worse" in fired(found)["regressed", "sort"]["advice"]
    assert found["facts"]["confirmation"] == "sort: 3 of 4 further runs worse (3 of 5 confirm)"
    assert left(clone) == 1, "it ends where it is decided"


def test_what_they_do_not_bear_out_is_open_and_never_green(clone: Clone, judged: Judged) -> None:
    again(clone, *of(10.0, 12.0, 10.0, 10.0, 12.0))
    found = judged()
    assert (found["exit"], fired(found), outcome(found, "regressed")) == (0, {}, "inconclusive")
    ((ended, why),) = undecided(found, "regressed").values()
    assert ended == "inconclusive"
    assert why == (
        "sort: it was 19 % slower, and then 1 of 4 further runs worse, where 3 of 5 confirm it"
    )  # fmt: skip
    assert left(clone) == 1


def test_a_run_that_did_not_measure_it_does_not_bear_it_out(clone: Clone, judged: Judged) -> None:
    again(clone, {"parse": 20.0}, {"sort": 12.0, "parse": 30.0}, runs=2, of=2)
    ((_, why),) = undecided(judged(), "regressed").values()
    assert "0 of 1 further run worse, and 1 of them did not measure it" in why


def test_nothing_is_run_where_nothing_is_worse(clone: Clone, judged: Judged) -> None:
    again(clone)
    written(clone, "head.json", sort=[10.0], parse=[20.0])
    assert judged()["exit"] == 0


@pytest.mark.parametrize(
    ("script", "more", "said"),
    [
        ("raise SystemExit('no data')", {}, "(further run 1 of the head) ended with 1: no data"),
        ("print('{')", {}, "left no results"),
        (SCRIPT, {"results": "head.json"}, "names head.json, which is judged and would be lost"),
        (SCRIPT, {"runs": 4, "of": 3}, "asks for 4 of 3 runs"),
    ],
)
def test_what_cannot_be_measured_again_is_an_error(
    clone: Clone, judged: Judged, script: str, more: dict[str, object], said: str
) -> None:
    again(clone, *of(12.0, 12.0, 12.0), **more)
    clone.write("again.py", script)
    found = judged()
    assert (found["exit"], fired(found)) == (3, {})
    ended, why = undecided(found, "regressed")["confirmation"]
    assert ended == "errored"
    assert why.startswith("sort: worse than the earlier runs, which cannot be confirmed: ")
    assert said in why
    assert json.loads((clone.root / "head.json").read_text("utf-8"))["readings"][0]["processes"] == [[12.0]]


def test_time_that_is_used_up_leaves_it_open(clone: Clone, judged: Judged) -> None:
    again(clone, *of(12.0), budget=0.5)
    clone.write("again.py", "import time; time.sleep(60)\n")
    ((ended, why),) = undecided(judged(), "regressed").values()
    assert ended == "inconclusive"
    assert "0 of 0 further runs worse" in why
    assert why.endswith("and the budget of 0.5 s is used up")


def test_half_of_the_gates_time_is_the_most(clone: Clone, judged: Judged) -> None:
    again(clone, *of(12.0))
    clone.write("again.py", "import time; time.sleep(600)\n")
    found = judged("--set", "performance.timeout=60")
    assert outcome(found, "regressed") == "inconclusive"
    ((_, why),) = undecided(found, "regressed").values()
    assert why.endswith("and the budget of 30 s is used up")


@pytest.mark.parametrize(("home", "ended"), [("stranger/shop", 3), ("acme/shop", 1)])
def test_nothing_of_a_stranger_is_run_with_the_rights_of_the_repository(
    clone: Clone, judged: Judged, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str, ended: int
) -> None:
    again(clone, *of(12.0, 12.0, 12.0))
    head, base = clone.git("rev-parse", "HEAD"), clone.git("rev-parse", "HEAD~1")
    pull = {"number": 1, "head": {"sha": head, "repo": {"full_name": home}}, "base": {"sha": base, "ref": "main"}}
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": pull}))
    told = {"ACTIONS": "true", "EVENT_NAME": "pull_request_target", "EVENT_PATH": str(event), "SHA": base}
    for name, value in {**told, "REPOSITORY": "acme/shop"}.items():
        monkeypatch.setenv(f"GITHUB_{name}", value)
    found = judged("--base", base)
    assert found["exit"] == ended
    assert left(clone) == (3 if ended == 3 else 0)
    if ended == 3:
        _, why = undecided(found, "regressed")["confirmation"]
        assert "the change comes from another repository" in why
        assert "pull_request_target" in why
    bench = f'[performance.bench]\ncommand = {COMMAND}\nresults = "stdout"\n'
    clone.write(
        "sluicegate.toml", SETTINGS.replace('results = ["head.json"]\n', "").replace("[baseline]", f"{bench}[baseline]")
    )
    found = judged("--base", base)
    assert outcome(found, "regressed") == "errored"
    ((_, why),) = undecided(found, "regressed").values()
    assert ("the change comes from another repository" in why) == (ended == 3)

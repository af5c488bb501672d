"""The entry of the Action, with a made-up check in the place of the real one: every way in which it can end."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from sluicegate.cli import action
from sluicegate.fleet.document import Part, RunPlan, sealed, write_plan
from sluicegate.model import (
    BaselineState,
    Examination,
    Finding,
    GateResult,
    Level,
    Location,
    Outcome,
    Revision,
    Rule,
    RuleKind,
    RuleResult,
    Run,
)
from sluicegate.report import json as run_document

RULE = Rule(id="paint/dry", title="Dry", summary="A wall is dry.", level=Level.ERROR, kind=RuleKind.STATE, unit="wall")

# Takes the part of `sluicegate check`: says where it runs and what it sees, and leaves what the test laid ready.
CHECK = """
import json, os, pathlib, signal, sys, time
here = pathlib.Path(__file__).parent
told = dict(one.removeprefix("--report=").split("=", 1) for one in sys.argv if one.startswith("--report="))
seen = {"arguments": sys.argv[1:], "folder": os.getcwd(), "environ": dict(os.environ)}
(here / "seen.json").write_text(json.dumps(seen))
sys.stdout.write((here / "says").read_text())
sys.stdout.flush()
sys.stderr.write("on stderr\\n")
for kind in ("json", "annotations", "markdown"):
    if (here / kind).exists():
        pathlib.Path(told[kind]).write_bytes((here / kind).read_bytes())
if (here / "waits").exists():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
    (here / "ready").touch()
    time.sleep(60)
code = int((here / "code").read_text())
os.kill(os.getpid(), -code) if code < 0 else sys.exit(code)
"""


def a_run(outcome, code):
    finding = Finding(
        rule=RULE.id, level=Level.ERROR, message="wet", key=("wall",), location=Location(path="a.txt", line=1)
    )
    standing = Finding(
        rule=RULE.id, level=Level.ERROR, message="wet", key=("old",), location=Location(path="a.txt"),
        state=BaselineState.UNCHANGED,
    )  # fmt: skip
    findings = (finding, standing) if outcome is Outcome.FAILED else ()
    looked = Examination(rule=RULE.id, subject="a.txt", examined=4)
    gate = GateResult(
        gate="paint",
        title="Paint",
        outcome=outcome,
        rules=(RuleResult(rule=RULE.id, outcome=outcome, examinations=(looked,)),),
        findings=findings,
        examined={"wall": 4},
    )
    return Run(
        outcome=outcome,
        exit_code=code,
        gates=(gate,),
        rules=(RULE,),
        revision=Revision(head="working tree"),
        tool_version="0",
        started=datetime(2026, 11, 1, tzinfo=UTC),
        seconds=1.0,
    )


class Step:
    """A step of a job: its folders and files, and the check that will run in it."""

    def __init__(self, root):
        self.root = root
        self.workspace, self.temp, self.check = root / "work space", root / "temp", root / "check"
        for folder in (self.workspace, self.temp, self.check):
            folder.mkdir()
        (self.check / "check.py").write_text(CHECK)
        self.lay(code="0", says="it says\n")
        self.environ = {
            "GITHUB_WORKSPACE": str(self.workspace),
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(root / "output"),
            "GITHUB_STEP_SUMMARY": str(root / "summary"),
            "GITHUB_ENV": str(root / "env"),
            "PATH": os.environ["PATH"],
        }

    def lay(self, **files):
        for name, content in files.items():
            (self.check / name).write_text(content, "utf-8")

    def ends(self, outcome, code):
        self.lay(
            code=str(code),
            json=run_document.render(replace(a_run(outcome, code), interrupted="SIGTERM" if code == 130 else "")),
            annotations="::error file=a.txt,line=1::wet\n" if outcome is Outcome.FAILED else "",
            markdown=f"# {outcome.words}\n",
        )
        return self

    @property
    def program(self):
        return (sys.executable, str(self.check / "check.py"))

    def act(self, **inputs):
        self.log = io.StringIO()
        return action.act(self.environ | inputs, self.log, self.program)

    @property
    def seen(self):
        return json.loads((self.check / "seen.json").read_text())

    @property
    def outputs(self):
        text = (self.root / "output").read_text("utf-8")
        found = re.findall(r"^([\w-]+)<<(ghadelimiter_\S+)\n(.*)\n\2$", text, re.MULTILINE)
        return {name: value for name, _, value in found}

    @property
    def summary(self):
        return (self.root / "summary").read_text("utf-8")

    @property
    def commands(self):
        """The lines of the log that the runner takes for commands."""
        taken, stopped = [], None
        for line in self.log.getvalue().splitlines():
            if stopped:
                stopped = None if line.strip() == f"::{stopped}::" else stopped
            elif line.lstrip().startswith("::stop-commands::"):
                stopped = line.strip().removeprefix("::stop-commands::")
            elif line.lstrip().startswith("::") or "##[" in line:
                taken.append(line)
        assert stopped is None
        return taken


@pytest.fixture
def step(tmp_path):
    return Step(tmp_path)


def test_a_check_that_passes(step):
    assert step.ends(Outcome.PASSED, 0).act() == 0
    reports = step.temp / "sluicegate-reports"
    assert step.outputs == {"outcome": "passed", "findings": "0", "report-dir": str(reports.resolve())}
    assert step.summary == "# passed\n"
    assert step.commands == []
    assert "it says\n" in step.log.getvalue()
    assert "on stderr\n" in step.log.getvalue()


def test_a_check_that_fails_counts_only_what_fails(step):
    assert step.ends(Outcome.FAILED, 1).act() == 1
    assert (step.outputs["outcome"], step.outputs["findings"]) == ("failed", "1")
    assert step.commands == ["::error file=a.txt,line=1::wet"]


def test_a_gate_that_could_not_look_is_errored_with_its_run(step):
    assert step.ends(Outcome.ERRORED, 3).act() == 3
    assert (step.outputs["outcome"], step.outputs["findings"]) == ("errored", "")  # it did not find 0, it did not look
    assert step.summary == "# errored\n"


def test_a_run_that_was_interrupted_is_errored_with_its_run(step):
    assert step.ends(Outcome.ERRORED, 130).act() == 130
    assert (step.outputs["outcome"], step.outputs["findings"]) == ("errored", "")
    assert step.summary == "# errored\n"


def test_the_log_of_the_check_cannot_command_the_runner(step):
    step.ends(Outcome.PASSED, 0)
    step.lay(
        says="::error::forged\n  ::add-mask::x\n##[error]x\n::stop-commands::known\n::known::\n::set-output name=a::b"
    )
    assert step.act() == 0
    assert step.commands == []


def test_only_annotations_are_taken_from_the_file_of_annotations(step):
    step.ends(Outcome.FAILED, 1)
    step.lay(
        annotations="::add-path::/x\n::error file=a::b\nplain ##[error]\n::add-mask::x\n::notice::n\r::add-mask::y\n"
    )
    assert step.act() == 1
    assert step.commands == ["::error file=a::b"]


def test_nothing_that_the_check_starts_can_write_to_the_job(step):
    step.ends(Outcome.PASSED, 0).act(SLUICEGATE_INPUT_CONFIG="a.toml")
    left = set(step.seen["environ"])
    assert not left & {"GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY", "SLUICEGATE_INPUT_CONFIG"}
    assert {"GITHUB_WORKSPACE", "RUNNER_TEMP", "PATH"} <= left


def test_every_input_becomes_one_argument(step):
    (step.workspace / "api").mkdir()
    step.ends(Outcome.PASSED, 0).act(
        SLUICEGATE_INPUT_GATES="contract\n\n  security, --gate=x\n",
        SLUICEGATE_INPUT_BASE="$(touch x) --staged\n",
        SLUICEGATE_INPUT_CONFIG="a b.toml",
        SLUICEGATE_INPUT_FAIL_ON="warning",
        SLUICEGATE_INPUT_WORKING_DIRECTORY="api",
        SLUICEGATE_INPUT_REPORT_DIR="out dir",
    )
    reports = (step.workspace / "api" / "out dir").resolve()
    assert step.seen["folder"] == str((step.workspace / "api").resolve())
    assert step.seen["arguments"] == [
        "check",
        *("--gate=contract", "--gate=security", "--gate=--gate=x"),
        *("--base=$(touch x) --staged", "--config=a b.toml", "--fail-on=warning"),
        "--report=terminal=-",
        f"--report=annotations={reports / 'annotations.txt'}",
        f"--report=json={reports / 'run.json'}",
        f"--report=junit={reports / 'junit.xml'}",
        f"--report=sarif={reports / 'results.sarif'}",
        f"--report=markdown={reports / 'summary.md'}",
    ]


def test_the_settings_of_a_gates_own_action(step):
    step.ends(Outcome.PASSED, 0).act(
        SLUICEGATE_GATE="contract",
        SLUICEGATE_SETTING_SPEC="a.yaml\nb c.yaml\n",
        SLUICEGATE_SETTING_BASE="rev:v1",
        SLUICEGATE_SETTING_FAIL_FAST="true",
        SLUICEGATE_SETTING_MODE="",
        SLUICEGATE_INPUT_GATES="security",
    )
    assert step.seen["arguments"][1:5] == [
        "--gate=contract",
        "--set=contract.base=rev:v1",
        "--set=contract.fail-fast=true",
        "--set=contract.spec=a.yaml\nb c.yaml",
    ]


def test_a_second_use_in_a_job_keeps_the_reports_of_the_first(step):
    step.ends(Outcome.PASSED, 0).act()
    step.act()
    assert sorted(folder.name for folder in step.temp.iterdir()) == ["sluicegate-reports", "sluicegate-reports-2"]


def test_a_run_that_was_there_before_is_not_believed(step):
    assert step.ends(Outcome.PASSED, 0).act(SLUICEGATE_INPUT_REPORT_DIR="out") == 0
    (step.check / "json").unlink()
    assert step.act(SLUICEGATE_INPUT_REPORT_DIR="out") == 3


@pytest.mark.parametrize("code", [2, 3, 4, 130])
def test_a_check_without_a_run_keeps_its_exit_code(step, code):
    step.lay(code=str(code), says="\x1b[31merror:\x1b[0m no such option: --x\n```\n<img src=x>\n")
    assert step.act() == code
    assert step.outputs == {"outcome": "errored", "findings": "", "report-dir": str(step.temp / "sluicegate-reports")}
    assert step.commands == [
        f"::error title=Sluicegate could not check::The check ended with exit code {code}; the log above says why."
    ]
    assert "    error: no such option: --x\n    ```\n    <img src=x>\n" in step.summary


@pytest.mark.parametrize("code", [0, 1, 7, -9])
def test_a_verdict_without_a_run_is_not_believed(step, code):
    if code < 0 and os.name == "nt":
        pytest.skip("Windows has no signals")
    step.lay(code=str(code))
    assert step.act() == 3
    assert step.outputs["outcome"] == "errored"
    assert f"exit code {code}, but it left no Run" in step.commands[0]


@pytest.mark.parametrize(("code", "said"), [(0, 1), (1, 0), (0, 3), (-9, 0)])
def test_where_code_and_run_disagree_nobody_is_believed(step, code, said):
    outcome = {0: Outcome.PASSED, 1: Outcome.FAILED, 3: Outcome.ERRORED}[said]
    step.ends(outcome, said)
    step.lay(code=str(code))
    assert step.act() == 3
    assert step.outputs["outcome"] == "errored"


@pytest.mark.parametrize("document", ["", "{", "[]", '{"version": 99}', "[" * 100_000])
def test_a_run_that_is_none_is_not_believed(step, document):
    step.lay(json=document)
    assert step.act() == 3
    assert step.outputs["outcome"] == "errored"


def test_a_working_directory_that_is_not_there(step):
    assert step.act(SLUICEGATE_INPUT_WORKING_DIRECTORY="no\n::error::where") == 2
    assert step.outputs["outcome"] == "errored"
    assert len(step.commands) == 1
    assert "actions/checkout" in step.commands[0]
    assert "does not exist" in step.summary


def test_a_report_folder_that_cannot_be_made(step):
    (step.workspace / "file").touch()
    assert step.act(SLUICEGATE_INPUT_REPORT_DIR="file/below") == 3
    assert step.outputs == {"outcome": "errored", "findings": "", "report-dir": ""}


def test_outside_of_a_job_it_goes_on_without_outputs_and_summary(step):
    del step.environ["GITHUB_OUTPUT"], step.environ["GITHUB_STEP_SUMMARY"]
    assert step.ends(Outcome.FAILED, 1).act() == 1


def test_a_summary_that_cannot_be_written_changes_no_verdict(step):
    step.environ["GITHUB_STEP_SUMMARY"] = str(step.root)
    assert step.ends(Outcome.FAILED, 1).act() == 1
    assert step.commands[-1].startswith("::warning title=Sluicegate could not write to this step::")
    assert step.outputs["outcome"] == "failed"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to catch")
def test_a_cancelled_job_lets_the_check_end_in_its_own_way(step):
    step.lay(waits="")
    told = (
        "import os, sys; from sluicegate.cli import action;"
        "sys.exit(action.act(os.environ, sys.stdout, tuple(sys.argv[1:])))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", told, *step.program], env=step.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    ) as process:
        deadline = time.monotonic() + 20
        while not (step.check / "ready").exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 130
    assert step.outputs["outcome"] == "errored"


def test_the_real_command_is_what_it_calls(tmp_path, monkeypatch):
    """A wrong setting: the command refuses it, and the step says so."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sluicegate.toml").write_text("nonsense = 1\n")
    (tmp_path / "sluicegate.py").write_text("raise SystemExit(0)\n")  # a module in the way, as a change could bring it
    environ = dict(os.environ) | {"GITHUB_WORKSPACE": str(tmp_path), "RUNNER_TEMP": str(tmp_path / "t")}
    environ |= {"GITHUB_OUTPUT": str(tmp_path / "output")}
    log = io.StringIO()
    assert action.act(environ, log) == 2, log.getvalue()
    assert "nonsense" in log.getvalue()


PLANS = """
import json, os, pathlib, sys
here = pathlib.Path(__file__).parent
(here / "seen.json").write_text(json.dumps({"arguments": sys.argv[1:], "folder": os.getcwd(), "environ": {}}))
print("::error::from the plan")
out = next(one.partition("=")[2] for one in sys.argv if one.startswith("--out="))
if (here / "plan").exists():
    pathlib.Path(out).write_bytes((here / "plan").read_bytes())
sys.exit(int((here / "code").read_text()))
"""


def dealt(step, **inputs):
    step.lay(**{"check.py": PLANS})
    step.log = io.StringIO()
    return action.deal(step.environ | inputs, step.log, step.program)


def test_a_plan_becomes_a_matrix_and_a_file(step):
    plan = sealed(
        RunPlan(
            parts=(Part(id="paint", gate="paint"),),
            head_commit="a",
            policy_digest="b",
            tool_version="c",
            tool_digest="d",
        )
    )
    step.lay(plan=write_plan(plan))
    told = {"GATES": "paint", "JOBS": "4", "LEAST": "0", "COST": "a b.json\n\n c/*.json\n", "FAIL_ON": "warning"}
    assert dealt(step, **{f"SLUICEGATE_INPUT_{name}": value for name, value in told.items()}) == 0
    *arguments, out = step.seen["arguments"]
    assert arguments == [
        "plan", "--gate=paint", "--fail-on=warning", "--jobs=4", "--least=0", "--cost=a b.json", "--cost=c/*.json"
    ]  # fmt: skip
    assert step.outputs == {
        "outcome": "passed",
        "matrix": '{"include":[{"part":"paint","gate":"paint","shard":"1/1"}]}',
        "plan": out.removeprefix("--out="),
    }


@pytest.mark.parametrize(("code", "plan"), [(2, None), (3, None), (0, None), (0, "{}")])
def test_a_plan_that_failed_gives_no_matrix(step, code, plan):
    step.lay(code=str(code), **({"plan": plan} if plan else {}))
    assert dealt(step) == (code or 2)
    assert step.outputs == {"outcome": "errored"}
    assert "::error title=Sluicegate could not plan::" in step.log.getvalue()
    before, _, _ = step.log.getvalue().partition("::error::from the plan")
    assert "::stop-commands::" in before


def test_what_a_part_found_is_told_where_the_parts_are_joined(step):
    step.ends(Outcome.FAILED, 1)
    assert step.act(SLUICEGATE_INPUT_PLAN="a plan.json", SLUICEGATE_INPUT_PART="paint-1-of-2") == 1
    assert step.seen["arguments"][:3] == ["check", "--plan=a plan.json", "--part=paint-1-of-2"]
    assert step.outputs["outcome"] == "failed"
    assert "::error file=" not in step.log.getvalue()
    assert not (step.root / "summary").exists()


def test_a_part_that_left_no_run_says_so_itself(step):
    step.lay(code="2")
    assert step.act(SLUICEGATE_INPUT_PLAN="p", SLUICEGATE_INPUT_PART="x") == 2
    assert "could not check" in step.summary


def test_parts_are_joined_from_the_files_that_are_named(step):
    step.ends(Outcome.FAILED, 1)
    told = {"SLUICEGATE_COMMAND": "merge", "SLUICEGATE_INPUT_PLAN": "p.json", "SLUICEGATE_INPUT_RUNS": "a b\n\n c\n"}
    assert step.act(**told) == 1
    assert step.seen["arguments"][:4] == ["merge", "p.json", "a b", "c"]
    assert "::error file=a.txt" in step.log.getvalue()
    assert "failed" in step.summary

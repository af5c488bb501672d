"""Gates as they really run: in this process, in children, past their limit, against their will."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from clones import Clone, make_clone
from engine.conftest import twice
from samples import GATE
from sluicegate.config import Loaded, find, parse
from sluicegate.engine import Event, Finished, Found, Progressed, Started, plan_check, policy_of, run
from sluicegate.model import Examination, Finding, Level, Location, Outcome, Run
from sluicegate.registry import Broken, Registry, settings_type
from sluicegate.worker.work import cleaned

IN_PROCESS, CHILD = "", "timeout = 30\n"
pytestmark = pytest.mark.usefixtures("repository")
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals; Windows ends the tree with taskkill")


@pytest.fixture
def repository(clone: Clone) -> Clone:
    clone.commit("one", **{"a.txt": "ok\nFAIL old\n"})
    clone.write("a.txt", "FAIL old\nFAIL new\n")
    return clone


@pytest.mark.parametrize("where", [IN_PROCESS, CHILD])
def test_both_ways_of_running_give_the_same_run(judged: Callable[..., Run], where: str) -> None:
    result = judged(f"[sample]\n{where}")
    (gate,) = result.gates
    assert [(each.rule, each.key[1], each.state.value, each.in_change) for each in gate.findings] == [
        ("sample/word", "FAIL new", "new", True),
        ("sample/line-removed", "ok", "new", True),
        ("sample/word", "FAIL old", "unchanged", True),
    ]
    assert (result.outcome, result.exit_code) == (Outcome.FAILED, 1)
    assert gate.examined == {"line": 2}
    assert [rule.outcome for rule in gate.rules] == [Outcome.FAILED, Outcome.PASSED], "a warning does not fail"


def test_a_commit_hook_runs_every_gate_in_its_own_process(
    load: Callable[[str], Loaded], registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Starting another takes longer than most commits need."""
    loaded = load("[sample]\n")
    plan = twice(plan_check(loaded, registry), replace(GATE, id="second"))
    monkeypatch.setattr(sys.modules["sluicegate.engine.run"], "GateProcess", None)
    ended = run(replace(plan, inline=True), policy_of(loaded))
    assert [(gate.gate, gate.outcome) for gate in ended.gates] == [
        ("sample", Outcome.FAILED),
        ("second", Outcome.FAILED),
    ]
    with pytest.raises(TypeError):
        run(replace(plan, inline=False), policy_of(loaded))


def test_events_tell_the_course(judged: Callable[..., Run]) -> None:
    heard: list[Event] = []
    judged(f"[sample]\n{CHILD}", listener=heard.append)
    assert [type(event) for event in heard] == [Started, Progressed, Found, Found, Found, Progressed, Finished]


@pytest.mark.parametrize(
    ("then", "where", "reason"),
    [
        ("raise", IN_PROCESS, "the gate broke: RuntimeError: broken with "),
        ("raise", CHILD, "the gate broke: RuntimeError: broken with "),
        ("refuse", IN_PROCESS, "cannot look with "),
        ("refuse", CHILD, "cannot look with "),
        ("die", CHILD, "the gate's process ended in the middle of its work (exit code 7)"),
        ("babble", CHILD, "the gate's process said something that is no word"),
        ("silent", IN_PROCESS, "the gate did not say what it examined"),
        ("silent", CHILD, "the gate did not say what it examined"),
        ("sleep", "timeout = 0.8\n", "the time limit of 0.8 s was reached"),
    ],
)
def test_a_gate_that_does_not_end_well_is_errored_and_keeps_what_it_found(
    judged: Callable[..., Run], then: str, where: str, reason: str
) -> None:
    result = judged(f'[sample]\nthen = "{then}"\n{where}')
    (gate,) = result.gates
    assert (gate.outcome, result.outcome, result.exit_code) == (Outcome.ERRORED, Outcome.ERRORED, 3)
    assert gate.reason.startswith(reason)
    assert {each.key[1] for each in gate.findings} == {"FAIL old", "FAIL new", "ok"}
    assert gate.rules[0].outcome is Outcome.ERRORED


@pytest.mark.parametrize("where", [IN_PROCESS, CHILD])
@pytest.mark.parametrize("then", ["raise", "refuse"])
def test_a_secret_is_never_told(
    judged: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, then: str, where: str
) -> None:
    monkeypatch.setenv("SAMPLE_TOKEN", "hunter2-hunter2")
    result = judged(f'[sample]\nthen = "{then}"\ntoken = "${{SAMPLE_TOKEN}}"\n{where}')
    assert "hunter2" not in repr(result)
    assert "***" in result.gates[0].reason


@pytest.mark.parametrize("where", [IN_PROCESS, CHILD])
def test_a_secret_in_any_setting_is_struck_from_the_whole_run(
    judged: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setenv("SAMPLE_TOKEN", "hunter2")
    monkeypatch.setenv("LONGER", "hunter2-and-more")
    result = judged(
        f'[sample]\nbase = "rev:${{LONGER}}"\n{where}[[suppress]]\nrule = "sample/*"\nreason = "${{SAMPLE_TOKEN}}"\n'
        'owner = "${LONGER}"\nexpires = 2100-01-01\n'
    )
    assert "hunter2" not in repr(result)
    assert "and-more" not in repr(result)
    result = judged(
        f'[sample]\n{where}[[suppress]]\nrule = "*"\nreason = "${{LONGER}}"\nowner = "o"\nexpires = 2100-01-01\n'
    )
    assert {each.suppression.reason for each in result.findings if each.suppression} == {"***"}


@pytest.mark.parametrize("where", [IN_PROCESS, CHILD])
def test_what_a_gate_prints_reaches_nobody(
    judged: Callable[..., Run], capfd: pytest.CaptureFixture[str], where: str
) -> None:
    judged(f'[sample]\nthen = "say"\n{where}')
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("where", [IN_PROCESS, CHILD])
def test_foreign_text_is_made_visible(repository: Clone, judged: Callable[..., Run], where: str) -> None:
    repository.write("a.txt", b"FAIL \x1b[31m \xff \xe2\x80\xae\n")
    result = judged(f"[sample]\n{where}")
    (found,) = [each for each in result.findings if each.rule == "sample/word"]
    assert found.message == "the line says FAIL \\x1b[31m \\udcff \\u202e"


@posix
def test_a_folder_whose_name_is_not_utf_8(tmp_path: Path, registry: Registry) -> None:
    clone = make_clone(Path(os.fsdecode(os.fsencode(tmp_path) + b"/x\xfe")))
    clone.write("sluicegate.toml", f"[sample]\n{CHILD}")
    clone.commit("one", **{"a.txt": "ok\n"})
    clone.write("a.txt", "ok\nFAIL\n")
    loaded = parse(find(clone.root), {GATE.id: settings_type(GATE)})
    assert run(plan_check(loaded, registry), policy_of(loaded)).exit_code == 1


def test_a_file_name_cannot_begin_a_line() -> None:
    found = cleaned(Location(path="a\n::error::x", logical="b\n##[error]"))
    assert (found.path, found.logical) == ("a\\n::error::x", "b\\n##[error]")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("\x1b[31m", "\\x1b[31m"), ("\x7f", "\\x7f"), ("\x00", "\\x00"), ("\r", "\\x0d"), ("\u202e", "\\u202e"),
        ("\udcff", "\\udcff"), ("\\\x08", "\\\\x08"), ('"\\', '"\\'), ("a\n\tb", "a\n\tb"), ("café", "café"),
    ],
)  # fmt: skip
def test_each_text_of_a_finding_is_made_safe(said: str, shown: str) -> None:
    place = Location(path=f"{said}.py", logical=said)
    found = cleaned(Finding(rule="a/b", level=Level.NOTE, message=said, key=(said, "x"), location=place, advice=said))
    line = shown.replace("\n", "\\n").replace("\t", "\\t")
    assert (found.message, found.advice, found.key) == (shown, shown, (shown, "x"))
    assert (found.location.path, found.location.logical) == (f"{line}.py", line)
    looked = cleaned(Examination(rule="a/b", subject=said, examined=1))
    assert looked.subject == shown


def test_gates_run_side_by_side(load: Callable[[str], Loaded], registry: Registry) -> None:
    plan = plan_check(load("[sample]\n"), registry)
    gates = tuple(replace(plan.gates[0], gate=replace(GATE, id=name)) for name in ("one", "two"))
    began: list[str] = []

    def listener(event: Event) -> None:
        began.append(f"{type(event).__name__} {event.gate}")

    result = run(replace(plan, gates=gates, workers=2), policy_of(load("[sample]\n")), listener)
    assert [gate.gate for gate in result.gates] == ["one", "two"]
    assert set(began[:2]) == {"Started one", "Started two"}, "neither waits for the other"


@posix
@pytest.mark.parametrize("where", [IN_PROCESS, CHILD])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_and_keeps_what_was_found(
    judged: Callable[..., Run], number: signal.Signals, where: str
) -> None:
    before = signal.getsignal(number)

    def listener(event: Event) -> None:
        if isinstance(event, Found) and event.finding.rule == "sample/line-removed":
            threading.Timer(0.2, os.kill, [os.getpid(), number]).start()

    began = time.monotonic()
    result = judged(f'[sample]\nthen = "sleep"\n{where}', listener=listener)
    assert time.monotonic() - began < 30, result
    assert (result.interrupted, result.exit_code, result.outcome) == (number.name, 130, Outcome.ERRORED)
    assert len(result.findings) == 3
    assert result.gates[0].reason.startswith("the run was interrupted")
    assert signal.getsignal(number) is before, "the handlers are put back"


@posix
def test_a_limit_ends_what_the_gate_started_too(
    repository: Clone, judged: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository.root)
    judged('[sample]\nthen = "orphan"\ntimeout = 1.5\n')
    pid = int(Path("orphan.pid").read_text())
    for _ in range(50):
        if not _alive(pid):
            return
        time.sleep(0.1)
    pytest.fail("the gate's own child outlived it")


def _alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_word_cut_by_the_time_limit_is_told_as_the_time_limit(
    judged: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import sys, time; sys.stdin.readline(); print('[\"head\", \"find', end='', flush=True); time.sleep(60)"

    def spawn() -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        return subprocess.Popen(
            [sys.executable, "-c", code], stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True
        )

    monkeypatch.setattr("sluicegate.worker.start.take", spawn)
    assert judged("[sample]\ntimeout = 1\n").gates[0].reason == "the time limit of 1 s was reached"


def test_a_module_in_the_judged_folder_is_never_imported(
    repository: Clone, judged: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository.root)
    repository.write("msgspec.py", "open('owned', 'w')\nraise SystemExit(0)\n")
    assert judged(f"[sample]\n{CHILD}").outcome is Outcome.FAILED
    assert not (repository.root / "owned").exists()


def test_an_isolated_process_has_isolated_children(tmp_path: Path) -> None:
    (tmp_path / "msgspec.py").write_text("raise SystemExit('shadowed')\n")
    repository = make_clone(tmp_path / "other")
    repository.write("openapi.yaml", "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n")
    repository.commit("one")
    done = subprocess.run(
        [sys.executable, "-I", "-m", "sluicegate.cli.main", "check", "--gate", "contract"],
        cwd=repository.root,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ended in the middle" not in done.stdout
    assert "examined 1 document" in done.stdout, done.stdout + done.stderr


def test_a_gate_that_cannot_be_loaded_stands_in_the_run(load: Callable[[str], Loaded]) -> None:
    registry = Registry(
        gates=(GATE,), broken=(Broken(gate="acme", reason="it is not installed", hint="pip install it"),)
    )
    loaded = load("[sample]\n")
    result = run(plan_check(loaded, registry), policy_of(loaded))
    assert [(gate.gate, gate.outcome) for gate in result.gates] == [
        ("sample", Outcome.FAILED),
        ("acme", Outcome.ERRORED),
    ]
    assert result.exit_code == 3, "could not look beats failed"

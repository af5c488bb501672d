from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from msgspec.structs import replace
from rich.cells import cell_len

from report import runs, texts
from sluicegate.model import BaselineState, Level, Location, Outcome, RuleResult
from sluicegate.report.terminal import render
from sluicegate.text import disarm

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("name", runs.RUNS)
def test_snapshot(name, snapshot):
    snapshot(f"{name}.txt", render(runs.RUNS[name]()))


@pytest.mark.parametrize("width", [60, 160])
def test_snapshot_of_other_widths(width, snapshot):
    snapshot(f"failed.{width}.txt", render(runs.failed(), width=width))


def test_snapshot_in_colour(snapshot):
    snapshot("errored.ansi", render(runs.errored(), color=True))


def test_colour_changes_nothing_else():
    for make in runs.RUNS.values():
        assert ANSI.sub("", render(make(), color=True)) == render(make())


def test_the_environment_has_no_say(monkeypatch):
    before = render(runs.failed(), color=True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("TERM", "dumb")
    assert render(runs.failed(), color=True) == before


def test_only_places_and_commands_are_wider_than_the_terminal():
    wide = replace(
        runs.failed(),
        gates=(
            runs.contract(
                Outcome.FAILED,
                findings=(
                    runs.finding(message="漢字" * 80, location=Location(path="d/" * 60 + "x.yaml", line=3)),
                    runs.finding(1, message="x" * 300),
                ),
            ),
        ),
    )
    lines = render(wide, width=60).splitlines()
    long = [line for line in lines if cell_len(line) > 60]
    assert long
    assert all("x.yaml:3" in line or line.startswith(("explain", "see it again")) for line in long)


def test_a_narrow_terminal_still_gets_every_word():
    assert "deprecated" in render(runs.failed(), width=1)


def test_a_second_finding_is_not_lost_for_room():
    text = render(runs.many(120))
    assert "and 70 failing findings more, mostly of contract/response-property-removed (70)" in text
    assert "--report json=run.json" in text


def test_what_does_not_fail_is_cut_and_counted():
    findings = [runs.finding(number, state=BaselineState.UNCHANGED) for number in range(1, 15)]
    findings += [runs.finding(number, level=Level.NOTE) for number in range(20, 30)]
    text = render(runs.run(Outcome.PASSED, runs.contract(Outcome.PASSED, findings=tuple(findings))))
    assert "and 4 findings more" in text
    assert "and 5 notes more" in text


def test_a_suppressed_note_tells_its_reason():
    waived = runs.failed().gates[0].findings[3].suppression
    assert waived
    note = runs.finding(level=Level.NOTE, suppression=waived)
    text = render(runs.run(Outcome.PASSED, runs.contract(Outcome.PASSED, findings=(note,))))
    assert "suppressed: property was never documented" in " ".join(text.split())


def test_many_rules_with_one_reason_are_told_in_one_line():
    rules = [replace(runs.REMOVED, id=f"contract/r{number}") for number in range(9)]
    results = [runs.rule_result(rule, Outcome.ERRORED, "no base") for rule in rules]
    text = render(runs.run(Outcome.ERRORED, runs.contract(Outcome.ERRORED, *results)))
    assert text.count("no base") == 1
    assert "contract/r2 and 6 rules more" in text


def test_an_errored_gate_without_a_reason_is_not_silent():
    assert "contract: no reason was given" in render(runs.run(Outcome.ERRORED, runs.contract(Outcome.ERRORED)))


def test_a_reason_of_a_gate_is_not_told_again_for_its_rules():
    result = RuleResult(rule=runs.PIN.id, outcome=Outcome.NOT_APPLICABLE, reason="nothing there")
    gate = runs.contract(Outcome.NOT_APPLICABLE, result, reason="nothing there")
    assert render(runs.run(Outcome.NOT_APPLICABLE, gate)).count("nothing there") == 1


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        ("::error::x", "\\::error::x"),
        ("  \t::x", "  \t\\::x"),
        ("\x1b[1m  \x1b[31m::x", "\x1b[1m  \x1b[31m\\::x"),
        (":\x1b[1m:x", "\\:\x1b[1m:x"),
        ("a ::x", "a ::x"),
        (":x", ":x"),
        ("a ##[error]b", "a #\\#[error]b"),
        ("a ##vso[task]b", "a #\\#vso[task]b"),
        ("##VSO[t", "#\\#VSO[t"),
        ("##teamcity[t", "#\\#teamcity[t"),
        ("###[x]", "##\\#[x]"),
        ("#\x1b[1m#\x1b[0m[x", "#\\\x1b[1m#\x1b[0m[x"),
        ("## heading", "## heading"),
        ("\u3000::x", "\u3000\\::x"),
    ],
)
def test_a_command_to_a_runner_is_inert(line, safe):
    assert disarm(f"before\n{line}\nafter") == f"before\n{safe}\nafter"


@settings(max_examples=60, deadline=None)
@given(run=texts.runs())
def test_no_text_is_a_command(run):
    for color in (False, True):
        text = render(run, color=color, width=60)
        text.encode()
        for line in map(str.strip, ANSI.sub("", text).split("\n")):
            assert not line.startswith("::")
            assert "##[" not in line
            assert "##vso[" not in line.lower()
            assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", line)


def test_an_example_stands_under_the_message_on_its_own_row():
    finding = runs.finding(message="gone", witness='{"a":\n1} was accepted')
    text = render(runs.run(Outcome.FAILED, runs.contract(Outcome.FAILED, findings=(finding,))))
    assert text.index("error           gone\n") < text.index('\nexample         {"a": 1} was accepted\n')
    assert "example" not in render(runs.errored())


def test_hundreds_of_passed_rules_are_one_line():
    rules = [runs.rule_result(replace(runs.REMOVED, id=f"contract/r{number}"), Outcome.PASSED) for number in range(200)]
    text = render(runs.run(Outcome.PASSED, runs.contract(Outcome.PASSED, *rules)))
    assert "passed          200 rules\n" in text
    assert "contract/r1" not in text

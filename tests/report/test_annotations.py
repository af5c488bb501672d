from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from report import runs, texts
from sluicegate.model import BaselineState, Level, Location, Outcome, Pass
from sluicegate.report.annotations import BUDGET, command, escape_data, escape_property, render
from sluicegate.text import visible

LINE = re.compile(r"::(?P<kind>error|warning|notice)(?: (?P<properties>[^\r\n]*?))?::(?P<message>[^\r\n]*)")


def parse(line: str) -> tuple[str, dict[str, str], str]:
    """As the runner reads it (actions/runner, `ActionCommand.cs`): the next `::` ends the properties."""
    found = LINE.fullmatch(line)
    assert found, line
    told = dict(part.split("=", 1) for part in (found["properties"] or "").split(",") if part)
    properties = {name: unescape(value, colon=True) for name, value in told.items()}
    return found["kind"], properties, unescape(found["message"])


def unescape(text: str, *, colon: bool = False) -> str:
    if colon:
        text = text.replace("%3A", ":").replace("%2C", ",")
    return text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


def commands(run) -> list[tuple[str, dict[str, str], str]]:
    return [parse(line) for line in render(run).splitlines()]


@pytest.mark.parametrize("name", runs.RUNS)
def test_snapshot(name, snapshot):
    snapshot(f"{name}.annotations", render(runs.RUNS[name]()))


def test_what_opens_the_annotations_takes_its_room_of_them():
    let = Pass(reason="the outage", owner="@on-call", expires=runs.STARTED, used=True)
    findings = tuple(runs.finding(number, level=Level.WARNING) for number in range(10))
    errored = runs.contract(Outcome.ERRORED, reason="no", findings=findings)
    told = commands(runs.run(Outcome.LET_THROUGH, errored, passes=(let,)))
    assert [properties["title"] for _, properties, _ in told[:2]] == ["Let through by a pass", "contract errored"]
    assert sum(kind == "warning" for kind, _, _ in told) == BUDGET
    assert told[-1][1]["title"] == "2 findings more"


@given(text=texts.texts)
def test_escaping_gives_the_text_back(text):
    assert unescape(escape_data(text)) == text
    assert unescape(escape_property(text), colon=True) == text
    assert not set("\r\n") & set(escape_data(text))
    assert not set("\r\n:,") & set(escape_property(text))


@given(message=texts.texts, title=texts.texts, path=texts.texts.filter(str.strip))
def test_one_command_is_one_line_that_reads_back(message, title, path):
    (line,) = command("error", message, title=title, location=Location(path=path, line=3, column=4)).split("\n")
    kind, properties, told = parse(line)
    assert (kind, told) == ("error", visible(message))
    assert properties["line"], properties["col"] == ("3", "4")
    assert properties["file"] == " ".join(visible(path).split())
    assert properties.get("title", "") == " ".join(visible(title).split())


@settings(max_examples=60, deadline=None)
@given(run=texts.runs())
def test_every_line_is_one_command(run):
    for line in render(run).splitlines():
        parse(line)


@pytest.mark.parametrize(
    ("location", "start"),
    [
        (Location(path="a.py", line=3, column=4), "::error file=a.py,line=3,col=4::"),
        (Location(path="a.py", line=3, column=0), "::error file=a.py,line=3::"),
        (Location(path="a.py", line=0, column=4), "::error file=a.py::"),
        (Location(line=3, column=4), "::error::"),
        (None, "::error::"),
    ],
)
def test_line_and_column_only_when_they_mean_something(location, start):
    assert command("error", "m", location=location) == f"{start}m"


def test_the_budget_is_spent_by_rank_and_the_rest_is_told():
    told = commands(runs.many(30_000))
    assert len(told) == BUDGET
    assert [properties.get("line") for _, properties, _ in told[:-1]] == [str(line) for line in range(121, 130)]
    kind, properties, message = told[-1]
    assert kind == "error"
    assert properties["title"] == "29,991 findings more"
    assert message.startswith("29,991 errors more than GitHub shows for one step.")


def test_ten_findings_need_no_more_line():
    told = commands(runs.many(10))
    assert len(told) == BUDGET
    assert all("line" in properties for _, properties, _ in told)


def test_what_overflows_of_each_kind_is_told_in_one_line():
    findings = [runs.finding(number) for number in range(12)]
    findings += [runs.finding(number, level=Level.WARNING) for number in range(20, 34)]
    findings += [runs.finding(number, level=Level.NOTE) for number in range(40, 43)]
    findings += [runs.finding(50, state=BaselineState.UNCHANGED)]
    gate = runs.contract(Outcome.FAILED, runs.rule_result(runs.REMOVED, Outcome.FAILED), findings=tuple(findings))
    told = commands(runs.run(Outcome.FAILED, gate))
    assert [kind for kind, *_ in told] == ["error"] * 10 + ["warning"] * 10 + ["notice"] * 3
    (more,) = [message for _, properties, message in told if "more" in properties["title"]]
    assert more.startswith("3 errors, 4 warnings more than GitHub shows for one step. Beside them 1 unchanged.")


def test_only_warnings_overflow():
    findings = tuple(runs.finding(number, level=Level.WARNING) for number in range(12))
    told = commands(runs.run(Outcome.PASSED, runs.contract(Outcome.PASSED, findings=findings)))
    assert [kind for kind, *_ in told] == ["warning"] * 10
    assert told[-1][1]["title"] == "3 findings more"


def test_what_errored_comes_first():
    titles = [properties["title"] for _, properties, _ in commands(runs.errored())]
    assert titles[:2] == ["contract/response-property-removed could not be checked", "security errored"]


def test_errored_without_a_reason_is_annotated():
    (told,) = commands(runs.run(Outcome.ERRORED, runs.contract(Outcome.ERRORED)))
    assert told == ("error", {"title": "contract errored"}, "no reason was given")


def test_many_rules_with_one_reason_are_one_annotation():
    results = [runs.rule_result(rule, Outcome.ERRORED, "no base") for rule in (runs.REMOVED, runs.REQUIRED)]
    (told,) = commands(runs.run(Outcome.ERRORED, runs.contract(Outcome.ERRORED, *results)))
    assert told[1]["title"] == "contract: 2 rules could not be checked"


def test_a_gate_that_is_only_observed_shows_no_error():
    assert {kind for kind, *_ in commands(runs.observed())} == {"warning"}


def test_suppressed_and_unchanged_findings_are_not_annotated():
    messages = " ".join(message for *_, message in commands(runs.failed()))
    assert "`email2`" not in messages
    assert "`email3`" not in messages


def test_a_run_that_could_not_start_is_annotated():
    run = replace(runs.nothing(), outcome=Outcome.ERRORED)
    assert commands(run) == [("error", {"title": "sluicegate: errored"}, "no gate ran")]


def test_a_passed_run_says_nothing():
    assert render(runs.passed()) == ""


def test_an_example_is_told_in_short():
    gate = runs.contract(
        Outcome.FAILED, findings=(runs.finding(witness="short\n::error::x"), runs.finding(1, witness="x" * 300))
    )
    one, other = [message.splitlines() for *_, message in commands(runs.run(Outcome.FAILED, gate))]
    assert one[1] == "Example: short ::error::x"
    assert other[1] == f"Example: {'x' * 199}…"

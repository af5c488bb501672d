from __future__ import annotations

import json
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from report import runs, texts
from sluicegate.model import BaselineState, Level, Location, Outcome
from sluicegate.report.sarif import MOST_RESULTS, render, uri
from sluicegate.text import visible


def only_run(run, **options):
    (told,) = json.loads(render(run, **options))["runs"]
    return told


def notices(told):
    return told["invocations"][0]["toolExecutionNotifications"]


@pytest.mark.parametrize("name", runs.RUNS)
def test_snapshot(name, snapshot):
    snapshot(f"{name}.sarif", render(runs.RUNS[name]()))


@given(path=texts.texts.filter(str.strip))
def test_a_path_is_a_relative_reference_that_reads_back(path):
    told = urlsplit(uri(path))
    assert not told.scheme
    assert not told.netloc
    assert not told.query
    assert not told.fragment
    assert not told.path.startswith("/")
    assert uri(path).isascii()
    assert unquote(told.path, errors="surrogatepass") == path


@settings(max_examples=60, deadline=None)
@given(run=texts.runs())
def test_every_finding_is_a_result_of_a_rule_in_the_catalogue(run):
    told = only_run(run)
    rules = told["tool"]["driver"]["rules"]
    present = [finding for finding in run.findings if finding.state is not BaselineState.ABSENT]
    assert len(told["results"]) == len(present)
    assert {result["partialFingerprints"]["sluicegate/v1"] for result in told["results"]} == {
        finding.fingerprint for finding in present
    }
    for result in told["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] >= 1
        assert result["message"]["text"]
    assert json.dumps(told).isascii() or visible(json.dumps(told)) == json.dumps(told)


def test_a_rule_carries_everything_github_shows():
    told = {rule["id"]: rule for rule in only_run(runs.passed())["tool"]["driver"]["rules"]}
    rule = told[runs.PIN.id]
    assert rule["name"] == "VulnerableDependency"
    assert rule["properties"]["security-severity"] == "8.1"
    assert "sluicegate explain" in rule["help"]["text"]
    assert told[runs.REMOVED.id]["help"]["markdown"].startswith("# Response property removed")


def test_twenty_tags_at_the_most():
    rule = replace(runs.REMOVED, tags=tuple(f"t{number}" for number in range(30)))
    told = only_run(runs.run(Outcome.PASSED, rules=(rule,)))
    assert len(told["tool"]["driver"]["rules"][0]["properties"]["tags"]) == 20


def test_suppressed_and_unchanged_findings_are_marked_not_dropped():
    results = only_run(runs.failed())["results"]
    assert [result["baselineState"] for result in results] == ["new", "updated", "new", "new", "new", "unchanged"]
    (waived,) = [result["suppressions"][0] for result in results if result["suppressions"]]
    assert waived["properties"] == {"owner": "@acme/api", "expires": "2027-01-31"}
    assert waived["location"]["physicalLocation"]["region"] == {"startLine": 14}
    assert [result["properties"]["failsTheChange"] for result in results] == [True, True, False, False, False, False]


def test_a_suppression_without_a_place():
    waived = runs.failed().gates[0].findings[3].suppression
    finding = runs.finding(suppression=replace(waived, origin=Location()))
    told = only_run(runs.run(Outcome.PASSED, runs.contract(Outcome.PASSED, findings=(finding,))))
    assert "location" not in told["results"][0]["suppressions"][0]


@pytest.mark.parametrize(
    ("location", "base", "uri_told", "region"),
    [
        (Location(path="a b.py", line=3, column=4), None, "a%20b.py", {"startLine": 3, "startColumn": 4}),
        (Location(path="a.py", line=3), None, "a.py", {"startLine": 3}),
        (Location(path="a.py", line=0, column=4), None, "a.py", {"startLine": 1}),
        (Location(path="a.py"), None, "a.py", {"startLine": 1}),
        (Location(logical="p95"), None, "sluicegate.toml", {"startLine": 1}),
        (Location(logical="p95"), Location(path="b.py", line=7), "b.py", {"startLine": 7}),
        (Location(logical="p95"), Location(logical="p95"), "sluicegate.toml", {"startLine": 1}),
    ],
)
def test_every_result_has_a_place_in_a_file(location, base, uri_told, region):
    finding = runs.finding(location=location, base_location=base)
    told = only_run(runs.run(Outcome.FAILED, runs.contract(Outcome.FAILED, findings=(finding,))))
    physical = told["results"][0]["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": uri_told, "uriBaseId": "%SRCROOT%"}, "region": region}
    assert ("relatedLocations" in told["results"][0]) is (base is not None)


def test_what_errored_is_told_and_the_execution_has_not_succeeded():
    told = only_run(runs.errored())
    assert told["invocations"][0]["executionSuccessful"] is False
    assert [notice["level"] for notice in notices(told)] == ["error"] * 3
    assert notices(told)[1]["message"]["text"].startswith("security is errored: the advisory database")


@pytest.mark.parametrize(
    ("name", "good"), [("passed", True), ("failed", True), ("observed", False), ("interrupted", False)]
)
def test_the_execution_succeeded_where_everything_could_be_looked_at(name, good):
    assert only_run(runs.RUNS[name]())["invocations"][0]["executionSuccessful"] is good


def test_what_was_not_decided_is_told():
    levels = [notice["level"] for notice in notices(only_run(runs.inconclusive()))]
    assert levels == ["warning", "warning", "warning", "note", "note", "note"]


def test_an_unlisted_rule_of_a_notification_has_no_index():
    told = only_run(replace(runs.inconclusive(), rules=()))
    indexes = {
        notice["associatedRule"]["id"]: notice["associatedRule"].get("index")
        for notice in notices(told)
        if "associatedRule" in notice
    }
    assert indexes[runs.REMOVED.id] == 0
    assert indexes[runs.PIN.id] is None


def test_the_cut_is_told():
    told = only_run(runs.many(30_000))
    assert len(told["results"]) == MOST_RESULTS
    assert notices(told)[0]["message"]["text"].startswith("5,000 results more than code scanning takes")
    assert told["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] == 121


def test_what_is_gone_is_no_result():
    gone = runs.finding(state=BaselineState.ABSENT)
    told = only_run(runs.run(Outcome.PASSED, runs.contract(Outcome.PASSED, findings=(gone,))))
    assert told["results"] == []
    assert notices(told)[0]["message"]["text"] == "1 finding of the baseline can be found no more."


def test_a_gate_that_is_only_observed_shows_no_error():
    (result,) = only_run(runs.observed())["results"]
    assert result["level"] == "warning"
    assert result["properties"]["observed"] is True


def test_a_finding_without_weight_is_informational():
    told = only_run(runs.run(Outcome.PASSED, runs.contract(Outcome.PASSED, findings=(runs.finding(level=Level.NONE),))))
    assert (told["results"][0]["kind"], told["results"][0]["level"]) == ("informational", "none")


def test_provenance_needs_a_repository():
    assert "versionControlProvenance" not in only_run(runs.passed())
    told = only_run(runs.passed(), repository="https://github.com/acme/api", category="contract/")
    assert told["versionControlProvenance"][0]["revisionId"] == runs.passed().revision.head_commit
    assert told["automationDetails"] == {"id": "contract/"}


def test_text_is_never_a_link():
    assert "](" not in json.dumps(only_run(runs.hostile())["results"][0]["message"])


def test_a_start_without_a_zone_is_utc():
    run = replace(runs.passed(), started=runs.STARTED.replace(tzinfo=None))
    assert only_run(run)["invocations"][0]["startTimeUtc"] == "2026-11-03T09:30:15.250Z"
    assert only_run(run)["invocations"][0]["endTimeUtc"] == "2026-11-03T09:30:16.606Z"


@pytest.mark.parametrize(
    ("path", "reference"),
    [("/etc/passwd", "%2Fetc/passwd"), ("//host/x", "%2F/host/x"), ("c:/x", "c%3A/x"), ("a?b#c", "a%3Fb%23c")],
)
def test_a_path_can_name_no_other_place(path, reference):
    assert uri(path) == reference


def test_an_interrupted_run_has_not_succeeded_whatever_its_gates_say():
    run = replace(runs.passed(), interrupted="SIGINT")
    assert only_run(run)["invocations"][0]["executionSuccessful"] is False


def test_an_example_stands_in_the_message_and_in_the_properties():
    first, second = only_run(runs.failed())["results"][:2]
    witness = '{"email":"a@b.example"} was always sent, and may be missing now'
    assert first["message"]["text"].splitlines()[1] == f"Example: {witness}."
    assert first["properties"]["witness"] == witness
    assert "Example" not in second["message"]["text"]
    assert "witness" not in second["properties"]

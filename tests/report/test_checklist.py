from __future__ import annotations

import json

from hypothesis import given, settings
from msgspec.structs import replace

from report import runs, texts
from sluicegate.model import Examination, Outcome, RuleResult, Undecided
from sluicegate.report import render


def tagged(*tags):
    return replace(runs.REMOVED, tags=tags)


def listed(run):
    return json.loads(render("checklist-json", run))


def test_every_rule_has_a_row_with_its_outcome():
    run = runs.failed()
    told = listed(run)
    assert [entry["rule"] for entry in told["rules"]] == [each.rule for gate in run.gates for each in gate.rules]
    removed = next(entry for entry in told["rules"] if entry["rule"] == runs.REMOVED.id)
    assert (removed["outcome"], removed["open"], removed["accepted"]) == ("failed", 4, 1)
    assert "| <code>contract/response-property-removed</code> | failed |" in render("checklist", run)


def test_a_rule_that_was_not_decided_everywhere_says_why_and_is_not_covered():
    why = Undecided(outcome=Outcome.NOT_TESTED, reason="no advisories were given")
    looked = [
        Examination(rule=runs.REMOVED.id, subject="a", examined=3),
        Examination(rule=runs.REMOVED.id, subject="b", undecided=why),
    ]
    result = RuleResult(rule=runs.REMOVED.id, outcome=Outcome.NOT_TESTED, examinations=tuple(looked))
    run = runs.run(Outcome.NOT_TESTED, runs.contract(Outcome.NOT_TESTED, result))
    told = listed(replace(run, rules=(tagged("CWE-79", "ASVS-5.3.3", "CWE-rest"),)))
    (entry,) = told["rules"]
    assert (entry["examined"], entry["why"]) == (3, ["not tested: no advisories were given"])
    assert told["coverage"] == [
        {"standard": "ASVS", "item": "5.3.3", "rules": 1, "decided": 0, "failed": 0},
        {"standard": "CWE", "item": "79", "rules": 1, "decided": 0, "failed": 0},
    ]


def test_items_stand_in_the_order_of_their_numbers():
    passed = runs.run(Outcome.PASSED, runs.contract(Outcome.PASSED, runs.rule_result(runs.REMOVED, Outcome.PASSED)))
    told = listed(replace(passed, rules=(tagged("ASVS-14.2.1", "ASVS-2.10.4", "ASVS-2.9.1"),)))
    assert [each["item"] for each in told["coverage"]] == ["2.9.1", "2.10.4", "14.2.1"]


@given(texts.runs())
@settings(max_examples=30, deadline=None)
def test_any_text_makes_no_row_of_its_own(run):
    told = render("checklist", run)
    rows = sum(len(gate.rules) for gate in run.gates)
    lines = [line for line in told.split("\n") if line.startswith("|")]
    assert len(lines) == rows + len(listed(run)["coverage"]) + 2 * (len(run.gates) + 1)
    assert all(line.endswith("|") for line in lines)

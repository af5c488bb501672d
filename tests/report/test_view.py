from __future__ import annotations

import pytest
from msgspec.structs import replace

from report import runs
from sluicegate.model import (
    BaselineState,
    Cause,
    Examination,
    Level,
    Location,
    Outcome,
    Revision,
    RuleResult,
    Run,
    Undecided,
)
from sluicegate.report import REPORTERS, render, view


def only_gate(run: Run):
    return run.gates[0]


def test_failing_findings_stand_first_and_the_others_are_all_there():
    items = view.shown(runs.failed())
    assert [item.fails for item in items] == [True, True, False, False, False, False]
    assert len(items) == len(runs.failed().findings)


@pytest.mark.parametrize(
    ("changes", "outcome", "observed", "expected"),
    [
        ({}, Outcome.FAILED, False, True),
        ({}, Outcome.ERRORED, False, True),
        ({}, Outcome.PASSED, False, False),
        ({}, Outcome.INCONCLUSIVE, False, False),
        ({}, Outcome.FAILED, True, False),
        ({"state": BaselineState.UPDATED}, Outcome.FAILED, False, True),
        ({"state": BaselineState.UNCHANGED}, Outcome.FAILED, False, False),
        ({"level": Level.WARNING}, Outcome.FAILED, False, False),
    ],
)
def test_what_fails_the_change(changes, outcome, observed, expected):
    gate = runs.contract(outcome, observed=observed)
    run = runs.run(outcome, gate)
    assert view.fails(run, gate, runs.finding(**changes), outcome) is expected


def test_a_rule_the_gate_does_not_list_ends_like_its_gate():
    run = runs.run(Outcome.FAILED, runs.contract(Outcome.FAILED, findings=(runs.finding(),)))
    assert view.shown(run)[0].fails


PARTIAL = {
    "part contract-1-of-2 of a plan, and no verdict on its own": {"plan": "0" * 64, "part": "contract-1-of-2"},
    "the finding contract/x:12345678 alone, and no verdict on the whole": {"only": "contract/x:12345678"},
}


@pytest.mark.parametrize("kind", ["terminal", "markdown", "html", "annotations", "junit", "sarif"])
@pytest.mark.parametrize("told", PARTIAL)
def test_what_is_no_verdict_on_the_whole_says_so_above_all_else_and_is_not_green(kind, told):
    text = render(kind, replace(runs.passed(), **PARTIAL[told]))
    shown = " ".join((text.partition("<body>")[2] or text).split())
    first = len(shown) if kind in ("junit", "sarif") else 500
    assert told.casefold() in shown[:first].casefold()
    assert "✅ Sluicegate" not in text
    assert 'class="verdict ok"' not in text
    whole = render(kind, runs.passed())
    assert "no verdict" not in whole


def test_equal_reasons_are_told_once():
    gate = runs.contract(
        Outcome.ERRORED,
        *(runs.rule_result(rule, Outcome.ERRORED, "no base", "fetch it") for rule in (runs.REMOVED, runs.REQUIRED)),
    )
    (gap,) = view.gaps(gate)
    assert (gap.reason, gap.hint) == ("no base", "fetch it")
    assert gap.rules == (runs.REMOVED.id, runs.REQUIRED.id)
    assert gap.subjects == ("services/users/openapi.yaml",)


def test_a_subject_that_is_not_applicable_is_told_though_others_decided_its_rule():
    reasons = [gap.reason for gate in runs.inconclusive().gates for gap in view.gaps(gate)]
    assert "the document has no operations" in reasons
    assert "no lock file was found" in reasons


def test_gaps_stand_worst_first():
    outcomes = [gap.outcome for gap in view.gaps(only_gate(runs.inconclusive()))]
    assert outcomes == [Outcome.INCONCLUSIVE, Outcome.NOT_TESTED, Outcome.NOT_APPLICABLE]


def test_an_undecided_rule_without_examinations_is_not_silent():
    gate = runs.contract(Outcome.INCONCLUSIVE, RuleResult(rule="contract/a", outcome=Outcome.INCONCLUSIVE))
    assert view.gaps(gate)[0].reason == "no reason was given"


def test_an_errored_rule_whose_subject_is_only_inconclusive_tells_both():
    why = Undecided(outcome=Outcome.INCONCLUSIVE, reason="open")
    examination = Examination(rule="contract/a", subject="s", undecided=why)
    result = RuleResult(rule="contract/a", outcome=Outcome.ERRORED, examinations=(examination,), reason="crashed")
    assert [gap.reason for gap in view.gaps(runs.contract(Outcome.ERRORED, result))] == ["crashed", "open"]


def test_why_a_gate_did_not_end_takes_its_own_reason_first():
    assert view.why(runs.errored().gates[1])[0].startswith("the advisory database")
    assert view.why(runs.errored().gates[0]) == (
        "openapi.yaml:3: not a mapping",
        "run `sluicegate check contract` on it alone",
    )
    assert view.why(runs.contract(Outcome.ERRORED, hint="h")) == ("", "h")


@pytest.mark.parametrize(
    ("name", "word", "sentence"),
    [
        ("passed", "PASSED", "nothing fails the change"),
        ("failed", "FAILED", "2 findings fail the change"),
        ("errored", "ERRORED", "2 gates errored, 1 finding fails the change"),
        ("inconclusive", "FAILED", "1 finding fails the change, 1 gate not applicable"),
        ("interrupted", "INTERRUPTED", "ended early by SIGTERM, 1 gate errored"),
        ("nothing", "NOT APPLICABLE", "no gate ran"),
    ],
)
def test_the_verdict(name, word, sentence):
    assert (view.word(runs.RUNS[name]()), view.verdict(runs.RUNS[name]())) == (word, sentence)


def test_a_failed_run_without_a_failing_finding_does_not_say_that_nothing_fails():
    run = runs.run(Outcome.FAILED, runs.contract(Outcome.FAILED))
    assert "nothing" not in view.verdict(run)


def test_what_was_examined_is_never_added_up_over_gates():
    assert view.examined(runs.passed()) == "2 documents, 412 operations"
    assert view.examined(runs.errored()) == "contract: 2 documents, 412 operations; security: nothing"
    assert view.examined(runs.nothing()) == "nothing"


@pytest.mark.parametrize(
    ("revision", "words"),
    [
        (Revision(head="working tree"), "working tree"),
        (
            Revision(head="working tree", base="main", base_commit="1f3a9c2d1e5b"),
            "working tree against main (1f3a9c2d1e)",
        ),
        (Revision(head="commit 1f3a9c2", head_commit="1f3a9c2d1e5b", how="asked"), "commit 1f3a9c2, asked"),
        (
            Revision(head="working tree", base="main", uncommitted=("a", "b", "c", "d")),
            "working tree with 4 files not as in the commit (a, b, c, …) against main",
        ),
    ],
)
def test_what_was_compared(revision, words):
    assert view.compared(replace(runs.passed(), revision=revision)) == words


@pytest.mark.parametrize(
    ("location", "words"),
    [
        (Location(path="a.py", line=3, column=4), "a.py:3:4"),
        (Location(path="a.py", line=3), "a.py:3"),
        (Location(path="a.py", line=0, column=4, logical="x"), "a.py"),
        (Location(line=3, logical="GET /"), "GET /"),
        (Location(), "(no location)"),
    ],
)
def test_places(location, words):
    assert view.place(location) == words


def test_a_suppression_tells_who_until_when_and_why():
    (item,) = (item for item in view.shown(runs.failed()) if item.finding.suppression)
    assert view.suppressed_words(item.finding) == (
        "property was never documented to clients · @acme/api · until 2027-01-31 (sluicegate.toml:14)"
    )
    assert item.standing == "suppressed"
    old = replace(item.finding, state=BaselineState.UNCHANGED)
    (both,) = view.shown(runs.run(Outcome.PASSED, runs.contract(Outcome.PASSED, findings=(old,))))
    assert both.standing == "suppressed, unchanged"
    bare = replace(item.finding, suppression=replace(item.finding.suppression, origin=Location()))
    assert view.suppressed_words(bare).endswith("until 2027-01-31")


@pytest.mark.parametrize(
    ("cause", "words"),
    [(Cause.WORLD, "not brought by this change"), (Cause.UPGRADE, "of a rule newer than the baseline")],
)
def test_what_the_change_did_not_bring_is_marked_and_counted_in_every_report(cause, words):
    found = runs.finding(state=BaselineState.UNCHANGED, cause=cause)
    run = runs.run(Outcome.PASSED, runs.contract(Outcome.PASSED, findings=(found, found)))
    items = view.shown(run)
    assert [item.standing for item in items] == [f"unchanged, {words}"] * 2
    assert view.tally(items) == f"2 unchanged (2 {words})"
    for kind in REPORTERS:
        text = render(kind, run)
        told = f'"cause": "{cause}"' if kind in ("sarif", "json") else words
        assert told in text or (kind == "annotations" and not text), kind


def test_the_command_that_shows_it_again():
    assert view.reproduce(runs.errored()) == [runs.AGAIN, "sluicegate check security"]
    assert view.reproduce(runs.passed()) == [runs.AGAIN]
    without = runs.contract(Outcome.FAILED, findings=(runs.finding(),), reproduce="")
    assert view.reproduce(runs.run(Outcome.FAILED, without)) == [f"{runs.AGAIN} --only {runs.REMOVED.id}"]
    assert view.reproduce(runs.nothing()) == []


def test_a_gate_that_compares_with_something_else_says_so():
    run = runs.passed()
    gate = replace(run.gates[0], reference="released/openapi.yaml")
    assert view.compared(replace(run, gates=(gate,))).endswith("; contract compares with released/openapi.yaml")


@pytest.mark.parametrize(
    "kind", ["annotations", "html", "json", "junit", "junit-strict", "markdown", "sarif", "terminal"]
)
def test_every_report_says_what_the_commit_does_not_have_so(kind):
    run = runs.failed()
    told = render(kind, replace(run, revision=replace(run.revision, uncommitted=("made/by-hand.yaml",))))
    assert "made/by-hand.yaml" in told
    assert "made/by-hand.yaml" not in render(kind, run)

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from fleet.made import BASE, HEAD, NOW, UNUSED, files, finding, gate, plan, run, suppressed
from sluicegate.fleet.document import Part
from sluicegate.fleet.files import RunFile
from sluicegate.fleet.merge import JOINING, merge
from sluicegate.model import (
    BaselineState,
    Examination,
    Finding,
    GateResult,
    Level,
    Location,
    Outcome,
    Pass,
    Plugin,
    RuleResult,
    Undecided,
)
from sluicegate.report import json as document
from sluicegate.report import render

PLAN = plan("one", "two")


def part(name, *gates, **more):
    return run(*(gates or [gate()]), part=name, plan=PLAN, **more)


def joined(*runs, of=PLAN):
    made = merge(of, files(*runs), NOW)
    assert document.read(document.render(made)) == made, "a reader believes it"
    for kind in ("terminal", "junit", "sarif", "markdown", "annotations"):
        render(kind, made)
    return made


def test_all_parts_that_passed_are_one_run_that_passed():
    later = {"started": NOW + timedelta(seconds=10), "seconds": 5.0}
    made = joined(part("one", gate(subjects=["a"])), part("two", gate(subjects=["b"]), **later))
    assert (made.outcome, made.exit_code) == (Outcome.PASSED, 0)
    assert (made.part, made.plan) == ("", "")
    assert (made.started, made.seconds) == (NOW, 15.0)
    (only,) = made.gates
    assert only.examined == {"wall": 2}
    assert only.seconds == 4.0
    assert [one.subject for one in only.rules[0].examinations] == ["a", "b"]


def test_a_part_that_was_narrowed_to_a_finding_does_not_fit():
    made = joined(part("one"), part("two", only="paint/dry:12345678"))
    assert (made.outcome, made.exit_code) == (Outcome.ERRORED, 3)
    assert "it was narrowed with --only paint/dry:12345678" in made.gates[0].reason


def test_a_part_that_failed_fails_the_whole():
    failed = gate(outcome=Outcome.FAILED, findings=[finding()])
    made = joined(part("one"), part("two", failed))
    assert (made.outcome, made.exit_code) == (Outcome.FAILED, 1)
    assert len(made.findings) == 1


def test_a_part_that_errored_makes_the_whole_errored_and_is_named():
    errored = gate(outcome=Outcome.ERRORED, reason="the tool is missing", hint="get it")
    failed = gate(outcome=Outcome.FAILED, findings=[finding()])
    made = joined(part("one", failed), part("two", errored))
    assert (made.outcome, made.exit_code) == (Outcome.ERRORED, 3)
    assert made.gates[0].reason == "two: the tool is missing"
    assert made.gates[0].hint == "get it"
    assert len(made.findings) == 1, "what the other part found is told"


def test_a_missing_part_is_named():
    made = joined(part("one"))
    assert (made.exit_code, made.gates[0].reason) == (3, "the part two is missing")


def test_nothing_at_all():
    made = joined()
    assert made.exit_code == 3
    assert made.gates[0].reason == "the part one is missing; the part two is missing"
    assert (made.revision.head_commit, made.started) == (HEAD, NOW)


def test_a_part_that_is_there_twice_is_refused_even_if_both_are_equal():
    made = joined(part("one"), part("two"), part("two"))
    assert made.exit_code == 3
    assert made.gates[0].reason == "the part two is there 2 times (1.json and 2.json)"


def test_an_observed_gate_is_not_observed_where_a_part_is_missing():
    made = joined(part("one", gate(observed=True, outcome=Outcome.FAILED), outcome=Outcome.PASSED))
    assert made.exit_code == 3


def test_an_observed_gate_cannot_fail_the_whole():
    seen = gate(observed=True, outcome=Outcome.FAILED, findings=[finding()])
    made = joined(part("one", seen, outcome=Outcome.PASSED), part("two", gate(observed=True)))
    assert (made.outcome, made.gates[0].outcome) == (Outcome.PASSED, Outcome.FAILED)


PLUGIN = Plugin(gate="paint", distribution="paints", version="1", sha256="e" * 64)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"policy_digest": "f" * 64}, "the policy is ffffffffffff, and the plan has cccccccccccc"),
        ({"tool_digest": "f" * 64}, "the code of Sluicegate"),
        ({"tool_version": "9"}, "the version of Sluicegate is 9"),
        ({"tool_digest": ""}, "the code of Sluicegate is none"),
        ({"plugins": (PLUGIN,)}, "the plugins are others"),
        ({"interrupted": "SIGTERM", "outcome": Outcome.ERRORED, "exit_code": 130}, "interrupted by SIGTERM"),
        ({"gates": (gate("other"),)}, "not of the gate paint alone"),
        ({"gates": (gate(), gate("other"))}, "not of the gate paint alone"),
        ({"gates": ()}, "not of the gate paint alone"),
    ],
)
def test_a_part_of_something_else_is_refused(change, told):
    made = joined(part("one"), part("two", **change))
    assert made.exit_code == 3
    assert "the part two does not fit (1.json)" in made.gates[0].reason
    assert told in made.gates[0].reason


@pytest.mark.parametrize("side", ["head_commit", "base_commit"])
@pytest.mark.parametrize("commit", ["f" * 40, None])
def test_a_part_of_another_revision_is_refused(side, commit):
    other = part("two")
    other = replace(other, revision=replace(other.revision, **{side: commit}))
    assert "the plan has" in joined(part("one"), other).gates[0].reason


@pytest.mark.parametrize(("files", "told"), [(("a.yaml",), "made with 1 file"), (None, "is not said to be")])
@pytest.mark.parametrize("first", [True, False])
def test_a_part_that_judged_what_the_commit_does_not_have_does_not_fit_the_others(files, told, first):
    other = part("two" if first else "one")
    other = replace(other, revision=replace(other.revision, uncommitted=files))
    made = joined(*([part("one"), other] if first else [other, part("two")]))
    assert made.exit_code == 3
    assert f"the part {other.part} does not fit" in made.gates[0].reason
    assert told in made.gates[0].reason


def test_parts_that_all_judged_the_same_say_so_together():
    def dirty(name):
        made = part(name)
        return replace(made, revision=replace(made.revision, uncommitted=("a.yaml",)))

    made = joined(dirty("one"), dirty("two"))
    assert (made.exit_code, made.revision.uncommitted) == (0, ("a.yaml",))


def test_the_part_of_another_plan_a_whole_run_and_what_is_no_run_are_told():
    foreign = replace(part("two"), plan="0" * 64)
    unread = RunFile(path=Path("bad.json"), trouble="the run document is not JSON")
    made = joined(part("one"), part("two"), foreign, run(gate()), unread)
    assert made.exit_code == 3
    stray = next(one for one in made.gates if one.gate == JOINING)
    assert "2.json is the part two of another plan; 3.json is no part of a plan; bad.json" in stray.reason


def test_a_hostile_name_is_inert():
    unread = RunFile(path=Path("a\n::error::b\x1b[31m.json"), trouble="x")
    text = render("terminal", merge(PLAN, [unread], NOW))
    assert "\n::error::" not in text
    assert "\x1b[31m." not in text


HOUSE = {"name": "sluicegate", "outcome": Outcome.FAILED}


def unused(rule, path="", line=None):
    """What a part tells of a suppression in the settings, or, with a line, beside the code."""
    place = Location(path=path, line=line) if line else Location(path="sluicegate.toml", logical=f"suppress of {rule}")
    key = (rule, path, "", "")
    return Finding(rule=UNUSED, level=Level.WARNING, message="unused", key=key, location=place)


def with_house(name, *told, subject="paint/*", undecided=None, found=(), **more):
    looked = Examination(rule=UNUSED, subject=subject, examined=1, undecided=undecided)
    outcome = Outcome.FAILED if told else undecided.outcome if undecided else Outcome.PASSED
    rules = (RuleResult(rule=UNUSED, outcome=outcome, examinations=(looked,)),)
    house = GateResult(gate="sluicegate", title="Decisions", outcome=outcome, rules=rules, findings=told)
    return part(name, gate(findings=found), house, fail_on=Level.WARNING, **more)


def test_a_suppression_is_unused_where_it_covers_nothing_that_any_part_found():
    never = unused("paint/never")
    made = joined(with_house("one", never), with_house("two", never))
    assert (made.outcome, made.findings) == (Outcome.FAILED, (never,))
    made = joined(with_house("one", unused("paint/*")), with_house("two", found=[suppressed()]))
    assert (made.outcome, made.exit_code, [one.rule for one in made.findings]) == (Outcome.PASSED, 0, ["paint/dry"])
    made = joined(with_house("one", unused("paint/*", "a/*")), with_house("two", found=[suppressed()]))
    assert made.outcome is Outcome.FAILED, "it is for another folder"
    made = joined(with_house("one", never), with_house("two"))
    assert made.outcome is Outcome.FAILED, "the other part had no rule of that name"


def test_a_comment_is_unused_where_only_one_part_saw_it():
    beside = unused("paint/dry", "wall.txt", 4)
    made = joined(with_house("one", beside), with_house("two", found=[suppressed()]))
    assert made.findings[0] == beside or made.findings[1] == beside
    used = suppressed()
    used = replace(used, suppression=replace(used.suppression, origin=beside.location))
    made = joined(with_house("one", beside), with_house("two", found=[used]))
    assert [one.rule for one in made.findings] == ["paint/dry"]


def test_what_a_part_could_not_tell_of_a_suppression_another_may_have_told():
    unknown = Undecided(outcome=Outcome.NOT_TESTED, reason="no gate of this run has a rule wood/*")
    made = joined(with_house("one", undecided=unknown), with_house("two"))
    assert (made.outcome, made.gates[-1].outcome, made.gates[-1].reason) == (Outcome.PASSED, Outcome.PASSED, "")
    made = joined(*(with_house(name, undecided=unknown) for name in ("one", "two")))
    assert (made.outcome, made.gates[-1].reason) == (Outcome.NOT_TESTED, unknown.reason)
    strict = plan("one", "two", undecided_fails=True)
    told = {"outcome": Outcome.FAILED}
    parts = [with_house("one", undecided=unknown, **told), with_house("two")]
    made = joined(*(replace(one, plan=strict.digest) for one in parts), of=strict)
    assert made.outcome is Outcome.PASSED
    parts = [with_house(name, undecided=unknown, **told) for name in ("one", "two")]
    made = joined(*(replace(one, plan=strict.digest) for one in parts), of=strict)
    assert made.outcome is Outcome.FAILED, "nobody could tell"


def test_what_every_part_told_of_the_settings_is_told_once():
    expired = finding("sluicegate/suppression-expired", "first", Level.WARNING)
    own = gate(**{**HOUSE, "outcome": Outcome.PASSED}, findings=[expired])
    made = joined(part("one", gate(), own), part("two", gate(), own))
    assert len(made.findings) == 1
    made = joined(part("one", gate(), own), part("two", gate()))
    assert len(made.findings) == 1, "also where only one part told it"


def test_undecided_rules_fail_where_the_policy_says_so():
    open_ = gate(outcome=Outcome.INCONCLUSIVE)
    told = {"outcome": Outcome.FAILED, "fail_on": Level.WARNING}
    strict = plan("one", "two", undecided_fails=True)
    parts = [replace(part("one", open_, **told), plan=strict.digest)]
    parts.append(replace(with_house("two"), plan=strict.digest))
    assert joined(*parts, of=strict).exit_code == 1
    parts = [replace(one, plan=PLAN.digest) for one in parts]
    assert joined(*parts).exit_code == 0, "then it was a decision alone that made the part fail, and all of them hold"


def test_a_pass_stands_in_the_whole_and_does_not_cover_another_part():
    let = Pass(reason="fire", owner="@acme", expires=NOW + timedelta(hours=2), used=True)
    failed = gate(outcome=Outcome.FAILED, findings=[finding()])
    first = part("one", failed, outcome=Outcome.LET_THROUGH, passes=(let,))
    made = joined(first, part("two", passes=(replace(let, used=False),)))
    assert (made.outcome, made.exit_code) == (Outcome.LET_THROUGH, 0)
    assert made.passes == (let,)
    assert joined(first, part("two", failed)).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("one", "two", "both"),
    [
        ({"impact": "none"}, {"impact": "major"}, {"impact": "major"}),
        ({"impact": "major"}, {"impact": "at least none"}, {"impact": "major"}),
        ({"impact": "at least none"}, {"impact": "minor"}, {"impact": "at least minor"}),
        ({"impact": "none"}, {}, {"impact": "none"}),
        ({"impact": "none"}, {"impact": "of another sort"}, {"impact": "none, of another sort"}),
        ({"moved": "a was b"}, {"moved": "c was d"}, {"moved": "a was b, c was d"}),
    ],
)
def test_what_parts_conclude_is_joined_as_their_gate_declares_it(one, two, both):
    for first, second in ((one, two), (two, one)):
        parts = [part(name, gate("contract", facts=facts)) for name, facts in (("one", first), ("two", second))]
        of = plan(*(Part(id=name, gate="contract") for name in ("one", "two")))
        (made,) = joined(*(replace(each, plan=of.digest) for each in parts), of=of).gates
        told = {name: ", ".join(sorted(value.split(", "))) for name, value in made.facts.items()}
        assert told == both


def test_what_holds_for_the_whole_is_not_said_without_a_part():
    of = plan(*(Part(id=name, gate="contract") for name in ("one", "two")))
    told = replace(part("one", gate("contract", facts={"impact": "none", "moved": "a was b"})), plan=of.digest)
    broken = gate("contract", outcome=Outcome.ERRORED, reason="it broke")
    assert joined(told, of=of).gates[0].facts == {"moved": "a was b"}
    assert joined(told, replace(part("two", broken), plan=of.digest), of=of).gates[0].facts == {"moved": "a was b"}


def test_two_gates_keep_their_order():
    both = plan(Part(id="z", gate="z"), Part(id="a", gate="a"))
    runs = [replace(run(gate(name), part=name, plan=both), part=name) for name in ("a", "z")]
    assert [one.gate for one in joined(*runs, of=both).gates] == ["z", "a"]
    assert both.base_commit == BASE


def test_what_is_gone_makes_no_use_of_a_suppression():
    gone = replace(finding(), state=BaselineState.ABSENT)
    made = joined(with_house("one", unused("paint/*")), with_house("two", unused("paint/*"), found=[gone]))
    assert UNUSED in {one.rule for one in made.findings}


def test_decisions_are_not_judged_where_a_part_is_missing():
    made = joined(with_house("one", unused("paint/*")))
    assert [one.gate for one in made.gates] == ["paint"]

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleet.made import gate, run
from sluicegate.config import find, parse
from sluicegate.engine import plan_check
from sluicegate.errors import UserError
from sluicegate.fleet.document import Part
from sluicegate.fleet.split import Costs, _shared, costs, deal, narrowed, subjects_of
from sluicegate.model import Outcome
from sluicegate.registry import discover, settings_type

API = 'openapi: 3.1.0\ninfo: {title: A, version: "1"}\npaths: {}\n'


@pytest.fixture
def planned(clone):
    """The plan of a check of some descriptions."""

    def make(names, settings='[contract]\nspec = "api/*.yaml"\n'):
        clone.write("sluicegate.toml", settings)
        for name in names:
            clone.write(name, API)
        clone.commit("one")
        registry = discover()
        loaded = parse(find(clone.root), {one.id: settings_type(one) for one in registry.gates})
        return plan_check(loaded, registry)

    return make


NAMES = [f"api/{letter}.yaml" for letter in "abcdef"]


def test_without_earlier_runs_subjects_cost_the_same(planned):
    parts = deal(planned(NAMES), Costs(), jobs=3, least=60)
    assert [part.id for part in parts] == ["contract-1-of-3", "contract-2-of-3", "contract-3-of-3"]
    assert [len(part.subjects) for part in parts] == [2, 2, 2]
    assert sorted(subject for part in parts for subject in part.subjects) == NAMES


def test_a_gate_is_divided_as_far_as_that_helps(planned):
    plan = planned(NAMES)
    assert len(deal(plan, Costs(), jobs=256, least=60)) == 6
    assert [part.id for part in deal(plan, Costs(), jobs=1, least=60)] == ["contract"]


def test_what_is_quick_is_not_divided(planned):
    plan = planned(NAMES)
    known = Costs(gates={"contract": 59.0})
    assert len(deal(plan, known, jobs=8, least=60)) == 1
    assert len(deal(plan, Costs(gates={"contract": 119.0}), jobs=8, least=60)) == 2


def test_one_costly_subject_has_a_machine_of_its_own(planned):
    known = Costs(gates={"contract": 600.0}, subjects={("contract", name): 2.0 for name in NAMES})
    known = Costs(gates=known.gates, subjects={**known.subjects, ("contract", NAMES[0]): 590.0})
    parts = deal(planned(NAMES), known, jobs=4, least=0)
    assert parts[0].subjects == (NAMES[0],)
    assert len(parts) == 2, "more machines would not make it end sooner"


def test_a_removed_and_a_missing_description_belong_to_a_part(planned, clone):
    planned(NAMES)
    clone.git("rm", "-q", NAMES[2])
    plan = planned([], '[contract]\nspec = ["api/*.yaml", "gone.yaml"]\n')
    clone.git("reset", "-q", "--soft", "HEAD~1")
    assert subjects_of(plan.gates[0]) == (*(name for name in NAMES if name != NAMES[2]), "gone.yaml")


def test_a_name_that_reads_like_a_pattern_keeps_the_gate_in_one_piece(planned):
    plan = planned(["api/a.yaml", "api/[b].yaml"])
    assert subjects_of(plan.gates[0]) == ()
    assert len(deal(plan, Costs(), jobs=8, least=0)) == 1


def test_a_part_gets_its_subjects_and_nothing_else(planned):
    plan = planned(NAMES)
    part = deal(plan, Costs(), jobs=3, least=0)[0]
    narrow = narrowed(plan, part)
    assert narrow.gates[0].job.settings["spec"] == list(part.subjects)
    with pytest.raises(UserError, match="not configured here"):
        narrowed(plan, Part(id="x", gate="x"))


def test_more_gates_than_jobs_is_refused(planned):
    from msgspec.structs import replace

    from sluicegate.registry import Broken

    plan = replace(planned(NAMES), broken=(Broken(gate="lost", reason="not installed"),))
    assert {part.gate for part in deal(plan, Costs(), jobs=2, least=0)} == {"contract", "lost"}
    with pytest.raises(UserError, match="2 gates, and at most 1 job"):
        deal(plan, Costs(), jobs=1, least=0)
    with pytest.raises(UserError, match="1 to 256"):
        deal(plan, Costs(), jobs=257, least=0)


def test_costs_are_means_over_whole_runs_that_did_not_error():
    slow = gate(subjects=["a", "b"], seconds=10.0)
    quick = gate(subjects=["a", "b"], seconds=20.0)
    known = costs([run(slow), run(quick), run(gate(outcome=Outcome.ERRORED, seconds=900.0)), run(quick, part="x")])
    assert known.gates == {"paint": 15.0}
    assert known.of("paint", ["a", "new"]) == {"a": 7.5, "new": 7.5}
    assert known.gate("another") == 15.0
    assert Costs().gate("another") == 1.0


@given(
    st.dictionaries(st.text("abc", min_size=1, max_size=6), st.floats(0.01, 1e4), min_size=1, max_size=40),
    st.integers(1, 40),
)
def test_sharing_loses_nothing_doubles_nothing_and_is_never_far_from_the_best(taken, count):
    count = min(count, len(taken))
    parts = _shared("gate", taken, count, Costs(gates={"gate": 1.0}))
    if count > 1:
        listed = [subject for part in parts for subject in part.subjects]
        assert sorted(listed) == sorted(taken)
        assert len(parts) == count
        longest = max(sum(taken[subject] for subject in part.subjects) for part in parts)
        least = max(sum(taken.values()) / count, *taken.values())
        assert longest <= least * 2 + 1e-6
    assert parts == _shared("gate", dict(reversed(taken.items())), count, Costs(gates={"gate": 1.0}))

"""The crosswalk that the gate carries is the one that its own comparison gives, and every disagreement has a reason."""

from __future__ import annotations

import pytest

from crosswalk import page, walk
from crosswalk.pairs import PAIRS
from sluicegate.gates.contract import crosswalk
from sluicegate.gates.contract.catalogue import BY_ID
from sluicegate.gates.contract.profiles import weighed


@pytest.fixture(scope="module")
def found():
    """The changes of every pair."""
    return {name: walk.changes(pair) for name, pair in PAIRS.items()}


def test_the_data_of_the_gate_is_what_its_comparison_gives():
    assert crosswalk.text() == walk.text(), "run tests/crosswalk/walk.py"


def test_the_page_is_written_from_it():
    assert page.PAGE.read_text("utf-8") == page.text(), "run tests/crosswalk/page.py"


def test_every_disagreement_is_explained():
    assert [name for name, row in crosswalk.rows().items() if page.disagrees(row) and not page.why(name)] == []


def test_no_reason_is_idle():
    used = {page.why(name) for name, row in crosswalk.rows().items() if page.disagrees(row)}
    assert {reason for _, reason in page.REASONS} - used == set()


def test_every_rule_that_is_named_is_one_of_ours():
    assert {row["rule"] for row in crosswalk.rows().values() if "rule" in row} <= {
        one.partition("/")[2] for one in BY_ID
    }


def test_a_change_leads_back_to_an_id_of_its_own_rule(found):
    for changes in found.values():
        for change in changes:
            name = crosswalk.oasdiff_id(change)
            assert not name or crosswalk.rows()[name]["rule"] == change.rule.partition("/")[2]


def test_most_pairs_are_given_their_own_id(found):
    given = [name for name, changes in found.items() if name in {crosswalk.oasdiff_id(change) for change in changes}]
    assert len(given) > 0.6 * sum(bool(changes) for changes in found.values())


def test_profiles_lie_inside_each_other(found):
    seen = 0
    for changes in found.values():
        for change in changes:
            wire, client, strict = (weighed(change, name).weight for name in ("wire", "client", "strict"))
            assert wire <= client <= strict
            seen += wire < client or client < strict
    assert seen > 20


def test_the_profiles_of_the_peers_give_their_levels(found):
    levels = {"error": "error", "warning": "warning", "info": "note"}
    for name, changes in found.items():
        for change in changes:
            if crosswalk.oasdiff_id(change) == name:
                assert weighed(change, "oasdiff") == levels[crosswalk.rows()[name]["theirs"]]
                assert (weighed(change, "redocly") == "error") == (crosswalk.rows()[name]["redocly"] == "major")

"""The table of pairs holds together: complete, without doubles, of valid descriptions that differ."""

from __future__ import annotations

import re
import tomllib
from collections import Counter

import pytest

from crosswalk import oasdiff
from crosswalk.beyond import CASES
from crosswalk.pairs import FAMILIES, PAIRS
from crosswalk.run_ours import ours
from crosswalk.template import Pair, document
from real.shared import ROOT

# An implicit flow has no token address; oasdiff compares no other flow.
VALID = frozenset({"contract/document-invalid"})
INVALID = {"api-security-component-oauth-token-url-changed"}


def test_every_rule_has_its_pair():
    assert set(PAIRS) == set(oasdiff.facts())


def test_no_family_takes_the_rule_of_another():
    assert {
        name: count for name, count in Counter(name for family in FAMILIES for name in family).items() if count > 1
    } == {}


def test_the_facts_are_those_of_the_version_that_is_installed():
    pinned = re.search(r"^OASDIFF=(\S+)$", (ROOT / "tests/real/peers/install.sh").read_text("utf-8"), re.MULTILINE)
    assert pinned
    assert tomllib.loads(oasdiff.FACTS.read_text("utf-8"))["version"] == pinned[1]


EVERY = PAIRS | {name: case.pair for name, case in CASES.items()}


@pytest.mark.parametrize("name", sorted(EVERY))
def test_both_sides_are_valid_and_differ(name):
    pair = EVERY[name]
    assert pair.base != pair.head
    found = [ours(Pair(side, side), VALID).findings for side in pair[:2]]
    assert any(found) == (name in INVALID), found


def test_a_description_against_itself_says_nothing():
    said = {name: ours(Pair(side, side)).findings for name, pair in EVERY.items() for side in pair[:2]}
    assert {name: findings for name, findings in said.items() if findings} == {}


def test_a_break_is_told_from_silence():
    assert ours(Pair(document(), document(paths={}))).level == "error"
    assert ours(Pair(document(), document())).level == "silent"

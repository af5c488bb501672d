"""Every pair of the crosswalk in front of the installed oasdiff: it must report the rule that the pair stands for."""

from __future__ import annotations

import pytest

from crosswalk import oasdiff, parameters, redocly
from crosswalk.ordinary import CASES, UNTOLD
from crosswalk.pairs import PAIRS
from real.shared import TOOLS


@pytest.fixture(scope="session")
def program(tool):
    return tool("oasdiff")


@pytest.fixture(scope="session")
def reports(program):
    """What oasdiff reports for every pair: rules and levels."""
    return oasdiff.reports(program, PAIRS)


def test_the_facts_cover_the_rules_that_are_installed(program):
    installed = oasdiff.checks(program)
    assert {name: told._replace(reported="") for name, told in oasdiff.facts().items()} == installed


@pytest.mark.parametrize("name", sorted(PAIRS))
def test_oasdiff_reports_the_rule(reports, name):
    assert {level for rule, level in reports[name] if rule == name} == {oasdiff.facts()[name].effective}, reports[name]


def test_a_pair_without_a_change_is_silent(program):
    """The counter-proof: what the tests above see comes from the change alone."""
    pair = PAIRS["api-removed-without-deprecation"]
    assert oasdiff.changelog(program, pair._replace(head=pair.base)) == []


def test_what_oasdiff_refuses_is_an_error(program):
    pair = PAIRS["api-removed-without-deprecation"]
    with pytest.raises(ValueError, match="oasdiff: exit"):
        oasdiff.changelog(program, pair._replace(flags=("--no-such-flag",)))


def test_redocly_tells_a_break_from_silence():
    program = TOOLS / "peers" / "node_modules" / ".bin" / "redocly"
    assert program.exists(), "run tests/real/peers/install.sh"
    pair = PAIRS["api-removed-without-deprecation"]
    assert redocly.diff(program, pair) == ("major", (("operation-removed", "major"),))
    assert redocly.diff(program, pair._replace(head=pair.base)) == ("none", ())


@pytest.mark.parametrize(("pair", "wanted"), CASES)
def test_ordinary_changes_have_the_ids_that_we_say(program, pair, wanted):
    told = {rule for rule, _ in oasdiff.changelog(program, pair) if not rule.startswith("api-version-")}
    assert told == wanted


@pytest.mark.parametrize("pair", UNTOLD)
def test_it_says_nothing_of_what_we_say_it_does_not_tell(program, pair):
    assert not {rule for rule, _ in oasdiff.changelog(program, pair) if not rule.startswith("api-version-")}


@pytest.mark.parametrize(("where", "stated"), [it for it in parameters.PLACES if it[0] == "query" or it[1] == "inline"])
def test_changes_of_parameters_have_the_ids_that_we_say(program, where, stated):
    cases = {str(case): case for case in parameters.cases(where, stated)}
    told = oasdiff.reports(program, {name: case.pair for name, case in cases.items()})
    found = {name: {rule for rule, _ in rules if not rule.startswith("api-version-")} for name, rules in told.items()}
    assert found == {name: case.theirs for name, case in cases.items()}

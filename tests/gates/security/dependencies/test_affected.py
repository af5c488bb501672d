"""Whether an advisory covers a version, by the evaluation of the OSV schema; severities; advisories joined."""

from __future__ import annotations

import json

import pytest
from advised import HIGH, advisory, before, ranged
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.gates.security.dependencies.advisories.affected import covers
from sluicegate.gates.security.dependencies.advisories.joined import hits, mended
from sluicegate.gates.security.dependencies.advisories.records import Said, document
from sluicegate.gates.security.dependencies.advisories.severity import severity
from sluicegate.gates.security.dependencies.packages import CRATES
from sluicegate.model import Level


def parsed(one):
    return next(iter(document(json.dumps(one).encode()).advisories().values()))


def covered(version, *ranges, ecosystem="PyPI", versions=()):
    return covers(
        parsed(advisory("A-1", "a", *ranges, ecosystem=ecosystem, versions=versions)), ecosystem, version
    ).covered


@pytest.mark.parametrize(
    ("version", "expected"),
    [("0.1", True), ("1.0", True), ("1.1", False), ("1.5", False), ("2.0", True), ("2.1", True), ("2.2", False)],
)
def test_the_events_of_one_range(version, expected):
    events = ("introduced", "0"), ("fixed", "1.1"), ("introduced", "2.0"), ("last_affected", "2.1")
    assert covered(version, ranged(*events)) is expected
    assert covered(version, ranged(*reversed(events))) is expected


def test_a_limit_bounds_a_range():
    one = ranged(("introduced", "1"), ("limit", "2"))
    assert [covered(version, one) for version in ("0.9", "1", "1.9", "2")] == [False, True, True, False]
    assert covered("99", ranged(("introduced", "1"), ("limit", "*")))


def test_what_ends_where_the_next_begins_goes_on():
    events = ("introduced", "0"), ("fixed", "1"), ("introduced", "1"), ("fixed", "2")
    for one in (ranged(*events), ranged(*reversed(events))):
        assert [covered(version, one) for version in ("0.5", "1", "1.5", "2")] == [True, True, True, False]


def test_listed_versions_count_beside_ranges():
    assert covered("5.0", before("1"), versions=["5.0"])
    assert covered("5", versions=["5.0.0"])
    assert not covered("5.1", before("1"), versions=["5.0"])


def test_commits_alone_do_not_say_which_versions():
    found = covers(parsed(advisory("A-1", "a", ranged(("introduced", "0"), kind="GIT"))), "PyPI", "1")
    assert not found.covered
    assert "says which commits are affected, and not which versions" in found.unclear


def test_an_order_is_that_of_the_ecosystem():
    assert covered("1.0.0-rc.1", before("1.0.0"), ecosystem="npm")
    assert covered("1.0-rc1", before("1.0"), ecosystem="Maven")
    assert covered("1.9.0", ranged(("introduced", "0"), ("fixed", "1.10.0"), kind="SEMVER"), ecosystem="Go")
    assert not covered("1.10.0", before("1.9.0"), ecosystem=CRATES)


def v3(vector):
    return [Said(type="CVSS_V3", score=vector)]


numbers = st.integers(0, 6)


@given(st.lists(st.tuples(numbers, st.integers(1, 3)), max_size=3), numbers)
def test_a_version_is_in_the_range_or_not(spans, at):
    """Held against sets of numbers: spans that do not meet are what they cover."""
    events, end, inside = [], -1, False
    for begin, length in sorted(spans):
        if begin <= end:
            continue
        end = begin + length
        events += [("introduced", str(begin)), ("fixed", str(end))]
        inside = inside or begin <= at < end
    if events:
        assert covered(str(at), ranged(*events)) is inside


@pytest.mark.parametrize(
    ("said", "word", "shown", "level"),
    [
        (v3(HIGH), "", "high, 7.5", Level.ERROR),
        (v3("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"), "", "critical, 10.0", Level.ERROR),
        (v3("CVSS:3.0/AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N"), "", "medium, 5.4", Level.WARNING),
        (v3("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N"), "", "low, 1.6", Level.NOTE),
        (
            [
                Said(type="CVSS_V3", score=HIGH),
                Said(type="CVSS_V4", score="CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N"),
            ],
            "", "critical, 9.3", Level.ERROR,
        ),
        ([Said(type="CVSS_V2", score="AV:N/AC:L/Au:N/C:P/I:P/A:P")], "", "high, 7.5", Level.ERROR),
        ([], "MODERATE", "medium", Level.WARNING),
        ([Said(type="CVSS_V3", score="CVSS:3.1/AV:N")], "LOW", "low", Level.NOTE),
    ],
)  # fmt: skip
def test_severities(said, word, shown, level):
    found = severity(said, word)
    assert (str(found), found.level) == (shown, level)


def test_what_nobody_rated_has_no_word():
    assert severity([Said(type="Other", score="high")], "URGENT").word == ""


def test_a_distribution_rates_in_words_of_its_own():
    assert severity([Said(type="Ubuntu", score="negligible")], "").word == "low"
    assert severity([], "UNIMPORTANT").word == "low"
    assert severity([Said(type="Ubuntu", score="low"), Said(type="CVSS_V3", score=HIGH)], "").word == "high"


def test_advisories_that_share_an_alias_are_one():
    some = [
        advisory("PYSEC-1", "a", before("1.5"), aliases=["CVE-1"]),
        advisory("GHSA-1", "a", before("1.6"), aliases=["CVE-1"], severity=[{"type": "CVSS_V3", "score": HIGH}]),
        advisory("OTHER-1", "a", before("1.5")),
    ]
    found, unclear = hits([parsed(one) for one in some], "PyPI", "1.0")
    assert [hit.ids for hit in found] == [("CVE-1", "GHSA-1", "PYSEC-1"), ("OTHER-1",)]
    assert found[0].severity.word == "high"
    assert found[0].fixed == ("1.5", "1.6")
    assert unclear == []


def test_a_bridge_joins_what_stood_apart():
    some = [
        advisory("A-1", "a", before("2"), aliases=["X-1"]),
        advisory("B-1", "a", before("2"), aliases=["Y-1"]),
        advisory("C-1", "a", before("2"), aliases=["X-1", "Y-1"]),
    ]
    found, _ = hits([parsed(one) for one in some], "PyPI", "1.0")
    assert [hit.ids for hit in found] == [("A-1", "B-1", "C-1", "X-1", "Y-1")]


def test_the_version_that_mends_everything():
    some = [parsed(advisory("A-1", "a", before("1.2"), before("2.1", introduced="2.0")))]
    assert mended(some, "PyPI", "1.0") == "1.2"
    assert mended(some, "PyPI", "2.0") == "2.1"
    assert mended([parsed(advisory("A-1", "a", ranged(("introduced", "0"))))], "PyPI", "2.0") == ""

"""The words themselves: days as RFC 3339 writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from lives import TODAY, in_days, node, policy

from sluicegate.gates.contract.lifecycle.compare import cap, policy_of, removal, stability
from sluicegate.gates.contract.lifecycle.words import day
from sluicegate.gates.contract.settings import DeprecationDays
from sluicegate.model import Level


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2027-12-31", date(2027, 12, 31)),
        ("2028-02-29", date(2028, 2, 29)),
        ("0001-01-01", date.min),
        ("9999-12-31", date.max),
        ("2027-12-31T23:59:59Z", date(2027, 12, 31)),
        ("2027-12-31t23:59:59.123456789z", date(2027, 12, 31)),
        ("2027-12-31T23:59:60Z", date(2027, 12, 31)),
        ("2027-12-31T23:00:00-02:00", date(2028, 1, 1)),
        ("2028-01-01T00:30:00+14:00", date(2027, 12, 31)),
        ("9999-12-31T23:59:59-23:59", date.max),
        ("0001-01-01T00:00:00+23:59", date.min),
    ],
)
def test_a_day(stated, expected):
    assert day(stated) == expected


@pytest.mark.parametrize(
    "stated",
    [
        "", " ", "soon", "2027-02-29", "2027-13-01", "0000-01-01", "2027-1-1", "20271231", "2027-W52-5", "2027-365",
        "2027-12-31 ", "2027-12-31\n", " 2027-12-31", "2027-12-31T00:00:00", "2027-12-31T24:00:00Z",
        "2027-12-31T00:00Z", "2027-12-31T00:00:61Z", "2027-12-31T00:00:00+24:00", "2027-12-31T00:00:00+0100",
        "2027-12-31Z", "Fri, 31 Dec 2027 23:59:59 GMT", "\u0662\u0660\u0662\u0667-12-31", "-2027-12-31", "12027-12-31",
        "2027-12-31" * 99, None, True, 20271231, 2027.5, 10**400, ["2027-12-31"], {"date": "2027-12-31"},
    ],
)  # fmt: skip
def test_no_day(stated):
    assert day(stated) is None


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({}, None),
        ({"deprecated": True}, None),
        ({"deprecated": True, "x-sunset": "soon"}, None),
        ({"x-sunset": "2001-01-01"}, None),
        ({"deprecated": False, "x-sunset": "2099-01-01"}, None),
        (in_days(-1), Level.NOTE),
        (in_days(0), Level.NOTE),
        (in_days(1), Level.ERROR),
        ({"x-stability-level": "draft"}, Level.NOTE),
        ({"x-stability-level": "alpha"} | in_days(1), Level.NOTE),
        ({"x-stability-level": "beta"}, None),
        ({"x-stability-level": "beta"} | in_days(1), Level.ERROR),
        ({"x-stability-level": "stable"}, None),
        ({"x-stability-level": "Alpha"}, None),
        ({"x-stability-level": ["alpha"]}, None),
        (True, None),
    ],
)
def test_what_a_removal_weighs(said, level):
    assert removal(node(said), policy(stable=180)) is level


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("draft", Level.NOTE), ("alpha", Level.NOTE), ("beta", Level.ERROR), ("stable", Level.ERROR),
        ("preview", Level.ERROR), (None, Level.ERROR), ({}, Level.ERROR),
    ],
)  # fmt: skip
def test_what_anything_weighs_at_most(word, level):
    assert cap(node({"x-stability-level": word})) is level
    assert cap(node({})) is Level.ERROR
    assert stability(node({"x-stability-level": word})) == (
        word if word in ("draft", "alpha", "beta", "stable") else ""
    )


def test_the_day_of_the_clock_is_that_of_utc():
    late = datetime(2026, 11, 19, 23, 30, tzinfo=timezone(timedelta(hours=-1)))
    assert policy_of({}, late).today == TODAY
    assert policy_of({}, datetime(2026, 11, 20, tzinfo=UTC)).today == TODAY


def test_the_days_of_a_stability():
    asked = policy(beta=31, stable=180)
    assert [asked.days(word) for word in ("", "stable", "beta", "alpha", "draft")] == [180, 180, 31, 0, 0]
    assert policy().days("stable") == 0
    assert DeprecationDays(beta=31).by_stability == {"beta": 31, "stable": 0}

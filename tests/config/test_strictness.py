"""Which of two settings is the stricter."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.config import GateSettings, Settings, find, parse, settings_schema
from sluicegate.config.load import Loaded
from sluicegate.config.strictness import Stricter, stricter
from sluicegate.gates.contract.settings import Settings as Contract

TYPES = {"contract": Contract}


def load(folder: Path, toml: str) -> Loaded:
    (folder / "sluicegate.toml").write_text(toml, encoding="utf-8")
    return parse(find(folder), TYPES)


def against(folder: Path, old: str, new: str) -> Stricter:
    before, after = load(folder, old), load(folder, new)
    return stricter((before.settings, before.sections), (after.settings, after.sections))


SUPPRESS = '[[suppress]]\nrule = "contract/x"\nreason = "r"\nowner = "o"\nexpires = 2027-01-31\n'
BREAK_GLASS = '[[pass]]\nreason = "r"\nowner = "o"\nexpires = 2027-01-31T10:00:00Z\n'


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('fail-on = "warning"', 'fail-on = "error"', 'fail-on is "error" and was "warning"'),
        ('fail-on = "note"', "", 'fail-on is "error" and was "note"'),
        ('undecided = "fail"', "", 'undecided is "report" and was "fail"'),
        ("", 'plugins = ["x"]', 'plugins is ["x"] and was not set'),
        ("[contract]", '[contract]\nmode = "observe"', 'contract.mode is "observe" and was "enforce"'),
        ("[contract]", "", "the gate contract is taken out of the settings"),
        ("[contract]", '[contract]\nspec = "a.yaml"', 'contract.spec is ["a.yaml"] and was not set'),
        ('[contract]\nspec = ["a", "b"]', '[contract]\nspec = ["a"]', 'contract.spec is ["a"] and was ["a", "b"]'),
        ("[contract]", '[contract]\nbase = "rev:v1"', 'contract.base is "rev:v1" and was "merge-base"'),
        ("[contract]", '[contract]\nprofile = "wire"', 'contract.profile is "wire" and was "client"'),
        ("[contract]", '[contract]\nprofile = "oasdiff"', 'contract.profile is "oasdiff" and was "client"'),
        (
            "[contract]\ndeprecation-days = { stable = 9 }",
            "[contract]\ndeprecation-days = { stable = 8 }",
            "contract.deprecation-days.stable is 8 and was 9",
        ),
        ("", '[baseline]\nstore = "elsewhere"', 'baseline.store is "elsewhere" and was ".sluicegate"'),
        ('[policy]\nloosening = "separate"', "", 'policy.loosening is "report" and was "separate"'),
        ("[policy]\nmax-suppression-days = 9", "", "policy.max-suppression-days is not set and was 9"),
        ("", "[policy]\nmax-pass-hours = 100", "policy.max-pass-hours is 100.0 and was 72"),
        ('locked = ["fail-on"]', "", 'locked is not set and was ["fail-on"]'),
        ("", SUPPRESS, "a suppression of contract/x until 2027-01-31"),
        (
            SUPPRESS,
            SUPPRESS.replace("2027-01-31", "2027-02-28"),
            "the suppression of contract/x holds until 2027-02-28 and held until 2027-01-31",
        ),
        (SUPPRESS + 'path = "a"\n', SUPPRESS, "a suppression of contract/x until 2027-01-31"),
        (SUPPRESS, SUPPRESS.replace("/x", "/*"), "a suppression of contract/* until 2027-01-31"),
        ("", BREAK_GLASS, "a pass for everything until 2027-01-31 10:00:00+00:00"),
        (BREAK_GLASS + 'gate = "contract"\n', BREAK_GLASS, "a pass for everything until 2027-01-31 10:00:00+00:00"),
        (BREAK_GLASS, BREAK_GLASS + "errored = true\n", "a pass for everything until 2027-01-31 10:00:00+00:00"),
        ("", '[[override]]\nlevel = "warning"', '["*"] may fall to the level warning'),
        ('[[override]]\nlevel = "error"', "", '["*"] is no longer set to the level error'),
        (
            '[[override]]\nlevel = "note"\n[[override]]\nlevel = "error"',
            '[[override]]\nlevel = "error"\n[[override]]\nlevel = "note"',
            "the overrides stand in another order, and the last that matches wins",
        ),
        ('[[external]]\nfile = "a.sarif"', "", "the results of a.sarif are no longer read, or no longer as they were"),
    ],
)
def test_what_loosens_is_told_and_the_old_stays(tmp_path: Path, old: str, new: str, told: str) -> None:
    found = against(tmp_path, old, new)
    assert [each.text for each in found.loosened] == [told]
    # what is held back leaves nothing that loosens, but for overrides, where both lists have a say
    again = stricter((load(tmp_path, old).settings, load(tmp_path, old).sections), (found.settings, found.sections))
    assert [each.text for each in again.loosened if each.path[0] != "override"] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", 'fail-on = "note"'),
        ("", '[contract]\nmode = "observe"'),  # a gate that was not there at all
        ("[contract]\ntimeout = 9", "[contract]\ntimeout = 1\nids = 'oasdiff'"),
        ('[contract]\nspec = ["a"]', '[contract]\nspec = ["b", "a"]'),
        ("[contract]", '[contract]\nprofile = "strict"\ncross-check = true'),
        (SUPPRESS, ""),
        (SUPPRESS, SUPPRESS.replace("2027-01-31", "2026-12-31") + 'path = "a"\n'),
        (SUPPRESS, SUPPRESS.replace('"r"', '"other words"')),
        (SUPPRESS.replace("contract/x", "*"), SUPPRESS),
        (BREAK_GLASS, BREAK_GLASS.replace("10:00", "09:00") + 'gate = "contract"\n'),
        ("", '[[override]]\nlevel = "error"'),
        ('[[override]]\nlevel = "none"', ""),
        ("[policy]\nmax-suppression-days = 9", "[policy]\nmax-suppression-days = 8"),
        ("", 'locked = ["fail-on"]'),
        ("", '[[external]]\nfile = "a.sarif"'),
    ],
)
def test_what_tightens_or_changes_nothing_counts_at_once(tmp_path: Path, old: str, new: str) -> None:
    found = against(tmp_path, old, new)
    after = load(tmp_path, new)
    assert found.loosened == ()
    assert (found.settings, dict(found.sections)) == (after.settings, dict(after.sections))


def test_a_renewed_suppression_keeps_its_old_day_and_its_place(tmp_path: Path) -> None:
    new = SUPPRESS.replace("/x", "/y") + SUPPRESS.replace("2027-01-31", "2028-01-31")
    found = against(tmp_path, SUPPRESS, new)
    assert [entry.expires.isoformat() for entry in found.settings.suppress] == ["2027-01-31"]
    assert (found.renewed, found.kept) == ((1,), {("suppress", 0): 1})


VALUES = st.fixed_dictionaries(
    {
        "fail_on": st.sampled_from(["error", "warning", "note"]),
        "undecided": st.sampled_from(["report", "fail"]),
        "plugins": st.lists(st.sampled_from("ab"), unique=True).map(tuple),
    }
)


@given(VALUES, VALUES, st.sampled_from(["enforce", "observe"]), st.sampled_from(["enforce", "observe"]))
def test_the_stricter_of_both_loosens_nothing_against_the_old(old: dict, new: dict, was: str, now: str) -> None:
    before = (Settings(**old), {"g": GateSettings(mode=was)})  # type: ignore[arg-type]
    after = (Settings(**new), {"g": GateSettings(mode=now)})  # type: ignore[arg-type]
    found = stricter(before, after)
    assert stricter(before, (found.settings, found.sections)).loosened == ()
    assert stricter(before, before).loosened == ()


def test_every_way_that_a_key_declares_is_one_that_is_understood() -> None:
    from sluicegate.config.settings import BaselineSettings, PolicySettings
    from sluicegate.config.strictness import keys

    ways = [
        way
        for kind in (Settings, PolicySettings, BaselineSettings, GateSettings, Contract)
        for _, way in keys(kind).values()
    ]
    assert {way for way in ways if isinstance(way, str)} <= {"any", "higher", "lower", "more", "selects"}
    assert "stricter" not in str(settings_schema(TYPES))

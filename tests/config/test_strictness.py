"""Which of two settings is the stricter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluicegate.config import (
    ExternalEntry,
    GateSettings,
    Override,
    PassEntry,
    PolicySettings,
    Section,
    Settings,
    SuppressionEntry,
    find,
    parse,
    settings_schema,
)
from sluicegate.config.load import Loaded
from sluicegate.config.strictness import Stricter, keys, stricter
from sluicegate.gates.contract.settings import Settings as Contract
from sluicegate.gates.security.settings import Settings as Security
from sluicegate.model import Level

TYPES = {"contract": Contract, "security": Security}


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
        (
            '[security.describes]\na = ["b"]',
            '[security.describes]\na = ["c"]',
            'security.describes is {"a": ["c"]} and was {"a": ["b"]}',
        ),
        ('[security.describes]\na = ["b"]', "[security]", 'security.describes is {} and was {"a": ["b"]}'),
        (
            '[security.licences.exceptions]\na = "x"',
            '[security.licences.exceptions]\na = "x"\nb = "x"',
            'security.licences.exceptions is {"a": "x", "b": "x"} and was {"a": "x"}',
        ),
        (
            '[security.licences]\nallow = ["MIT"]',
            '[security.licences]\nallow = ["MIT", "X"]',
            'security.licences.allow is ["MIT", "X"] and was ["MIT"]',
        ),
        ('[security.licences]\nallow = ["MIT"]', "[security]", 'security.licences.allow is not set and was ["MIT"]'),
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
        ("[security]", '[security.describes]\na = ["b"]'),
        ('[security.describes]\na = ["b"]', '[security.describes]\na = ["b"]\nc = ["b"]'),
        ('[security.licences.exceptions]\na = "x"', "[security]"),
        ("[security]", '[security.licences]\nallow = ["MIT"]'),
        ('[security.licences]\nallow = ["MIT", "X"]', '[security.licences]\nallow = ["MIT"]'),
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


WORDS = {"any", "higher", "lower", "more", "selects", "unknown"}


def every_key(kind: type[Section], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str, type, Any]]:
    """Each key that has one value: where it stands, its name in Python, the type it is of, and its way."""
    for key, (name, way) in keys(kind).items():
        default = getattr(kind(), name)
        if isinstance(default, Section):
            yield from every_key(type(default), (*path, key))
        elif (*path, key) not in {(each,) for each in ENTRIES}:
            yield (*path, key), name, kind, way


ENTRIES = ("override", "suppress", "pass", "external")
"""The keys that are lists of tables, whose entries are compared one by one (below)."""
KEYS = [*every_key(Settings), *((("contract", *path), *more) for path, *more in every_key(Contract))]


def other_value(kind: type, name: str) -> Any:
    """Another value than the default of a key, of its type."""
    now = getattr(kind(), name)
    if isinstance(now, bool):
        return not now
    if isinstance(now, int | float):
        return now + 1
    if isinstance(now, tuple):
        return (*now, "other")
    (told,) = (each.type for each in msgspec.inspect.type_info(kind).fields if each.name == name)  # type: ignore[attr-defined]
    while isinstance(told, msgspec.inspect.Metadata):
        told = told.type
    if isinstance(told, msgspec.inspect.LiteralType):
        return next(each for each in told.values if each != now)
    return "other"


def laid(path: tuple[str, ...], name: str, value: Any) -> tuple[Settings, dict[str, Contract]]:
    """Settings that say one thing."""
    section, *tables = path if path[0] == "contract" else ("", *path)
    kind: Any = Contract() if section else Settings()
    chain = [kind]
    for table in tables[:-1]:
        chain.append(getattr(chain[-1], keys(type(chain[-1]))[table][0]))
    made = msgspec.structs.replace(chain[-1], **{name: value})
    for owner, table in zip(reversed(chain[:-1]), reversed(tables[:-1]), strict=True):
        made = msgspec.structs.replace(owner, **{keys(type(owner))[table][0]: made})
    return (Settings(), {"contract": made}) if section else (made, {})


@pytest.mark.parametrize(("path", "name", "kind", "way"), KEYS, ids=[".".join(path) for path, *_ in KEYS])
def test_every_way_to_loosen_is_told(path: tuple[str, ...], name: str, kind: type, way: Any) -> None:
    assert way is not None, f"{'.'.join(path)} does not declare which way it tightens (`stricter`)"
    pairs: dict[Any, list[tuple[Any, Any]]] = {
        "higher": [(9, 8)],
        "lower": [(8, 9)],
        "more": [(("a", "b"), ("a",)), (("a",), ())],
        "selects": [((), ("a",)), (("a", "b"), ("a",)), (("a",), ("b",)), (("a",), ())],
    }
    if isinstance(way, tuple):
        looser = [(strict, loose) for at, strict in enumerate(way) for loose in way[:at]]
    elif way in pairs:
        looser = pairs[way]
    else:
        assert way in WORDS
        one, other = getattr(kind(), name), other_value(kind, name)
        looser = [(one, other), (other, one)]
    for was, now in looser:
        told = stricter(laid(path, name, was), laid(path, name, now)).loosened
        assert [each.path for each in told] == ([] if way == "any" else [path]), (was, now)
        if way not in ("any", "unknown", "selects"):
            assert stricter(laid(path, name, now), laid(path, name, was)).loosened == (), (now, was)


ON = date(2027, 1, 31)
AT = datetime(2027, 1, 31, 10, tzinfo=UTC)
SUPPRESSION = SuppressionEntry(
    rule="contract/x", reason="r", owner="o", expires=ON, path="p", logical="l", fingerprint="0" * 8
)
PASS = PassEntry(reason="r", owner="o", expires=AT, gate="contract", fingerprint="0" * 8)
OVERRIDE = Override(level=Level.WARNING, rules=("contract/x",), paths=("p",), logical=("l",), tags=("t",))
RESULTS = ExternalEntry(file="a.sarif", tool="t", base="b.sarif")

LOOSER_ENTRIES: dict[str, tuple[Section, dict[str, Any]]] = {
    "suppress": (
        SUPPRESSION,
        {
            "rule": "*",
            "reason": None,
            "owner": None,
            "expires": ON + timedelta(days=1),
            "path": "**",
            "logical": "*",
            "fingerprint": "1" * 8,
            "approved-by": None,
        },
    ),
    "pass": (
        PASS,
        {
            "reason": None,
            "owner": None,
            "expires": AT + timedelta(hours=1),
            "gate": "",
            "fingerprint": "",
            "errored": True,
        },
    ),
    "override": (OVERRIDE, {"level": Level.NOTE, "rules": ("*",), "paths": (), "logical": ("*",), "tags": ()}),
    "external": (RESULTS, {"file": "b.sarif", "tool": "u", "required": False, "base": "c.sarif"}),
}
"""An entry of each list, and for each of its keys a value that loosens; None: it is told to people alone.

What `approved-by` makes hold is compared by the policy (`test_a_decision_that_covered_nothing_is_no_ground`).
"""


def test_every_list_of_tables_has_its_row() -> None:
    lists = {key for key, (name, _) in keys(Settings).items() if (key,) not in {path for path, *_ in KEYS}}
    assert lists - {"policy", "baseline"} == set(ENTRIES) == set(LOOSER_ENTRIES)


@pytest.mark.parametrize("key", ENTRIES)
def test_every_key_of_an_entry_that_loosens_it_is_told(key: str) -> None:
    entry, looser = LOOSER_ENTRIES[key]
    assert set(looser) == set(keys(type(entry)))
    name = keys(Settings)[key][0]
    for each, value in looser.items():
        attribute = keys(type(entry))[each][0]
        changed = msgspec.structs.replace(entry, **{attribute: "other" if value is None else value})
        if each in ("path", "logical", "fingerprint"):  # also where the limit is dropped
            dropped = msgspec.structs.replace(entry, **{attribute: "" if key == "pass" else None})
            assert stricter((Settings(**{name: (entry,)}), {}), (Settings(**{name: (dropped,)}), {})).loosened
        found = stricter((Settings(**{name: (entry,)}), {}), (Settings(**{name: (changed,)}), {}))
        assert bool(found.loosened) is (value is not None), each


def test_a_decision_that_covered_nothing_is_no_ground() -> None:
    policy = PolicySettings(suppression_approval="named", max_suppression_days=30)
    now = AT - timedelta(days=9)
    void = msgspec.structs.replace(SUPPRESSION, approved_by="O")
    good = msgspec.structs.replace(SUPPRESSION, approved_by="p")
    for old, new, told in [
        (void, good, True),
        (void, void, False),
        (good, good, False),
        (msgspec.structs.replace(good, expires=ON + timedelta(days=99)), good, True),
    ]:
        before, after = (Settings(policy=policy, suppress=(each,)) for each in (old, new))
        assert bool(stricter((before, {}), (after, {}), now=now).loosened) is told


def test_how_a_key_tightens_is_no_part_of_the_schema() -> None:
    assert "stricter" not in str(settings_schema(TYPES))

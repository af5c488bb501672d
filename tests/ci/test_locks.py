"""The locks hold what pyproject asks for, by hash, and name no place to get it from."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
BASE = [*PROJECT["project"]["dependencies"], *PROJECT["build-system"]["requires"]]
EXTRAS = PROJECT["project"]["optional-dependencies"]
SCANNERS = [*EXTRAS["commit"], *(each for each in EXTRAS["security"] if not each.startswith("sluicegate["))]


def listed(name):
    lines = (ROOT / "requirements" / name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def locked(name):
    """Each distribution of a lock with its version and the number of its hashes."""
    text = (ROOT / "requirements" / name).read_text("utf-8").replace("\\\n", " ")
    found = {}
    for line in text.splitlines():
        if line and not line.startswith((" ", "#")):
            package, version = re.match(r"([\w.-]+)(?:\[[\w.,-]+\])?==([\w.+!]+)", line).groups()
            found[canonicalize_name(package)] = (version, len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", line)))
    return found


@pytest.mark.parametrize(
    ("lock", "wanted"),
    [
        ("action.txt", [*BASE, *EXTRAS["commit"], *listed("build.in")]),
        (
            "dev.txt",
            [
                *BASE,
                *SCANNERS,
                *EXTRAS["terminal"],
                *PROJECT["dependency-groups"]["dev"],
                *listed("build.in"),
                *listed("dev.in"),
            ],
        ),
        ("real.txt", listed("real.in")),
    ],
)
def test_a_lock_satisfies_what_is_asked_for(lock, wanted):
    have = locked(lock)
    for requirement in map(Requirement, wanted):
        name = canonicalize_name(requirement.name)
        assert name in have, f"{lock} lacks {requirement}: run requirements/compile.sh"
        assert requirement.specifier.contains(have[name][0], prereleases=True), (
            f"{lock} has {have[name][0]}: {requirement}"
        )


@pytest.mark.parametrize("lock", ["action.txt", "dev.txt", "real.txt"])
def test_a_lock_pins_by_hash_and_names_no_index(lock):
    assert all(hashes for _, hashes in locked(lock).values())
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    assert not re.search(r"://|--index|--extra-index|--find-links|--trusted-host|\s@\s", text)


def test_the_locks_agree():
    action, dev = locked("action.txt"), locked("dev.txt")
    assert {name: dev[name] for name in action} == action


def test_what_is_asked_with_extras_is_locked_with_them():
    """Else pip takes the newest release for the extra, finds it not locked, and installs nothing of the file."""
    locked = re.findall(
        r"^([\w.-]+)(?:\[([\w.,-]+)\])?==", (ROOT / "requirements" / "dev.txt").read_text("utf-8"), re.MULTILINE
    )
    extras = {canonicalize_name(name): set(several.split(",")) - {""} for name, several in locked}
    installed = [one for one in distributions() if canonicalize_name(one.metadata["Name"]) in extras]
    wanted = [Requirement(text) for one in installed for text in one.requires or []]
    here = [one for one in wanted if one.extras and (one.marker is None or one.marker.evaluate({"extra": ""}))]
    assert here
    assert [str(one) for one in here if not one.extras <= extras[canonicalize_name(one.name)]] == []

"""`sluicegate selftest`: what it says, in both forms, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from cli_types import Called, Command
from clones import Clone

SETTINGS = """\
[contract]
[[override]]
rules = ["contract/path-removed"]
level = "note"
[[override]]
rules = ["contract/path-added"]
level = "none"
[[suppress]]
rule = "contract/response-removed"
reason = "none"
owner = "@acme/api"
expires = 2999-01-01
[[suppress]]
rule = "contract/operation-removed"
path = "old/**"
reason = "none"
owner = "@acme/api"
expires = 2999-01-01
"""


def whole(clone: Clone, *arguments: str) -> Called:
    """The command over all that is planted, which takes some seconds."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "sluicegate.cli.main", "selftest", "contract", *arguments],
        cwd=clone.root, capture_output=True, text=True, encoding="utf-8", check=False, timeout=600,
    )  # fmt: skip


def test_an_armed_gate_for_people(clone: Clone) -> None:
    """It is not configured here, and so unarmed by the settings as a whole."""
    done = whole(clone, "--configured")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("contract: armed  ")
    assert "near-miss twins left alone" in done.stdout
    assert "contract  *: the settings do not configure it: [contract] is missing" in done.stdout


def test_what_the_settings_keep_from_failing(clone: Clone) -> None:
    clone.write("sluicegate.toml", SETTINGS)
    done = whole(clone, "--configured", "--format", "json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["armed"]
    assert set(document["cases"][0]) == {"gate", "fault", "rule", "expected", "got", "ok"}
    unarmed = {each["rule"]: each["why"] for each in document["unarmed-by-settings"]}
    assert unarmed.pop("contract/path-removed") == "set to note by sluicegate.toml:2"
    assert unarmed.pop("contract/response-removed") == "suppressed by sluicegate.toml:8"
    assert unarmed.pop("contract/version-not-bumped") == "the settings do not ask it"
    # what is narrowed to a path leaves the rule armed, and a note fails nobody by default
    assert {rule for rule in unarmed if not rule.endswith("-sunset-missing")} == set()


@pytest.mark.usefixtures("repository")
def test_a_plugin_without_known_faults_is_not_armed(command: Command) -> None:
    done = command("selftest", "sample")
    assert done.returncode == 3
    assert "sample: NOT ARMED" in done.stdout
    assert "the gate declares no known faults" in done.stdout


def test_a_plugin_that_is_missing_is_not_armed(command: Command, clone: Clone) -> None:
    clone.write("sluicegate.toml", 'plugins = ["no-such-gates"]\n')
    done = command("selftest", "no-such-gates", "--format", "json")
    assert done.returncode == 3
    [case] = json.loads(done.stdout)["cases"]
    assert "is not installed here" in case["got"]


def test_a_gate_there_is_not(command: Command) -> None:
    done = command("selftest", "nope")
    assert done.returncode == 2
    assert "there is no gate nope" in done.stderr

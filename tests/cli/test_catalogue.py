"""`sluicegate explain` by whatever name somebody has: ours, without the gate, and oasdiff's."""

from __future__ import annotations

import pytest

from cli_types import Command
from sluicegate.gates.contract import GATE
from sluicegate.gates.contract.catalogue import BY_ID
from sluicegate.registry import load


@pytest.mark.parametrize("name", ["contract/path-removed", "path-removed", "api-path-removed-without-deprecation"])
def test_a_rule_by_any_of_its_names(command: Command, name: str) -> None:
    done = command("explain", name)
    assert done.returncode == 0, done.stderr
    assert "contract/path-removed  error by default" in done.stdout
    assert "# Path removed" in done.stdout


def test_whose_name_it_was_is_said(command: Command) -> None:
    said = command("explain", "request-parameter-removed").stdout
    assert said.startswith("What oasdiff calls request-parameter-removed is told by contract/parameter-removed.\n")


@pytest.mark.parametrize(
    ("name", "said", "hint"),
    [
        ("path-remved", "there is no rule path-remved", "did you mean contract/path-removed?"),
        (
            "api-path-removed-without-deprecaton",
            "there is no rule",
            "did you mean api-path-removed-without-deprecation",
        ),
        ("zzz", "there is no rule zzz", "`sluicegate rules` lists them"),
        ("a\x1b[31mb", r"there is no rule a\x1b[31mb", "`sluicegate rules` lists them"),
        ("api-security-component-oauth-scope-changed", "is a rule of oasdiff, and no rule here", "crosswalk.md"),
    ],
)
def test_what_is_no_name(command: Command, name: str, said: str, hint: str) -> None:
    done = command("explain", name)
    assert done.returncode == 2
    assert said in done.stderr
    assert hint in done.stderr


def test_every_alias_leads_to_a_rule() -> None:
    found = load(GATE.aliases)()
    assert len(found) > 500
    assert {rule for _, rule in found.values() if rule} <= BY_ID.keys()

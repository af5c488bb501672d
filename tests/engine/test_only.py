"""One finding again, through the real command."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from cli_types import Command
from clones import Clone
from sluicegate.engine.only import Only, read_only
from sluicegate.errors import UserError
from sluicegate.model import Finding, Level, Location


def findings(said: str) -> list[dict[str, Any]]:
    return [found for gate in json.loads(said)["gates"] for found in gate["findings"]]


@pytest.fixture
def found(repository: Clone, command: Command) -> dict[str, dict[str, Any]]:
    """A new error, a new warning, and an error that was there: each as the whole run tells it."""
    repository.commit("two", **{"a.txt": "gone\nFAIL old\n"})
    repository.write("a.txt", "FAIL old\nFAIL new\n")
    said = command("check", "--report", "json=-").stdout
    return {found["key"][1]: found for found in findings(said)}


@pytest.mark.parametrize(("key", "code"), [("FAIL new", 1), ("FAIL old", 0), ("gone", 0)])
def test_the_command_of_a_finding_shows_it_alone_and_ends_as_it_does(
    found: dict[str, dict[str, Any]], command: Command, key: str, code: int
) -> None:
    again = shlex.split(found[key]["reproduce"])
    assert again[-2:] == ["--only", f"{found[key]['rule']}:{found[key]['fingerprint'][:12]}"]
    done = command(*again[1:], "--report", "json=-")
    (shown,) = findings(done.stdout)
    assert (shown, done.returncode) == (found[key], code)
    assert json.loads(done.stdout)["only"] == again[-1]
    (gate,) = json.loads(done.stdout)["gates"]
    assert [each["rule"] for each in gate["rules"]] == [found[key]["rule"]]


def test_eight_digits_suffice(found: dict[str, dict[str, Any]], command: Command) -> None:
    done = command("check", "--only", found["FAIL new"]["fingerprint"][:8].upper(), "--report", "json=-")
    assert [each["key"][1] for each in findings(done.stdout)] == ["FAIL new"]
    assert done.returncode == 1


def test_an_unknown_one_is_refused_with_near_ones(found: dict[str, dict[str, Any]], command: Command) -> None:
    wanted = found["FAIL new"]["fingerprint"]
    other = wanted[:7] + ("0" if wanted[7] != "0" else "1")
    done = command("check", "--only", other)
    assert done.returncode == 2
    hint = done.stderr.partition("near it are: ")[2]
    assert hint.startswith(f"{wanted[:12]} sample/word at a.txt:2")
    assert "Traceback" not in done.stderr


def test_a_gate_that_could_not_look_may_be_the_one(repository: Clone, command: Command) -> None:
    repository.write("sluicegate.toml", 'plugins = ["sample-gates"]\n[sample]\nthen = "raise"\nfiles = []\n')
    done = command("check", "--only", "0123456789ab", "--report", "json=-")
    assert done.returncode == 3
    assert json.loads(done.stdout)["outcome"] == "errored"


@pytest.mark.parametrize(
    ("given", "why"),
    [("1234567", "no fingerprint"), ("xyz", "no fingerprint"), ("other/word:12345678", "the gate other is not asked")],
)
@pytest.mark.usefixtures("repository")
def test_what_cannot_be_meant_is_told_before_anything_runs(command: Command, given: str, why: str) -> None:
    done = command("check", "--only", given)
    assert (done.returncode, why in done.stderr) == (2, True)


def test_a_former_fingerprint_finds_it_too() -> None:
    found = Finding(rule="r/x", level=Level.ERROR, message="m", key=("b",), former_keys=(("a",),), location=Location())
    assert Only(digits=found.former_fingerprints[0][:8]).is_that(found)
    assert not Only(digits=found.fingerprint, rule="r/y").is_that(found)


def test_the_rule_may_stand_before() -> None:
    assert read_only(" contract/x:ABCDEF01 ") == Only(digits="abcdef01", rule="contract/x")
    with pytest.raises(UserError, match="no fingerprint"):
        read_only("contract/x")


PAGE = Path(__file__).parents[2] / "docs" / "judgement.md"
WITH = """openapi: 3.0.3
info: {title: t, version: "1"}
paths:
  /a: {get: {responses: {"200": {description: ok}}}}
  /b: {get: {responses: {"200": {description: ok}}}}
"""


def test_the_commands_of_the_page_run(clone: Clone, command: Command) -> None:
    without = "".join(line for line in WITH.splitlines(keepends=True) if "/b" not in line)
    clone.commit("one", **{"openapi.yaml": WITH, "sluicegate.toml": '[contract]\nspec = "openapi.yaml"\n'})
    for name, text in (("openapi.yaml", without), ("base.yaml", WITH), ("head.yaml", without)):
        clone.write(name, text)
    block = PAGE.read_text("utf-8").partition("<!-- only -->\n```bash\n")[2].partition("```")[0]
    lines = [shlex.split(line)[1:] for line in block.splitlines()]
    assert len(lines) == 3
    for words in lines:
        whole = words[: words.index("--only")]
        (found,) = findings(command(*whole, "--report", "json=-").stdout)
        rule, _, digits = words[-1].rpartition(":")
        again = f"{rule}:{found['fingerprint'][:12]}" if rule else found["fingerprint"][: len(digits)]
        done = command(*whole, "--only", again)
        assert (done.returncode, "contract/path-removed" in done.stdout) == (1, True), done.stderr

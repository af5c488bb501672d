"""`[[external]]` and `sluicegate import` as people use them: in a real repository, by the real command."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cli_types import Command
from clones import Clone

GREEN = '<testsuite name="pytest"><testcase classname="m" name="ok"/></testsuite>'
FALLEN = '<testcase classname="m" name="no" file="a.py" line="2"><failure message="1 != 2"/></testcase>'
RED = f'<testsuite name="pytest">{FALLEN}</testsuite>'
SETTINGS = '[[external]]\nfile = "out/junit.xml"\n'


@pytest.fixture
def shop(clone: Clone) -> Clone:
    """Results are ignored by git, as they are everywhere."""
    clone.commit(
        "base", **{"a.py": "1\n2\n", ".gitignore": "out\n", "sluicegate.toml": SETTINGS, "CODEOWNERS": "* @me\n"}
    )
    return clone


def run(shop: Clone) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((shop.root / "out/run.json").read_text("utf-8"))
    return document


def gate(shop: Clone) -> dict[str, Any]:
    (found,) = (one for one in run(shop)["gates"] if one["gate"] == "external")
    assert isinstance(found, dict)
    return found


def check(command: Command, *more: str) -> int:
    done = command("check", "--base", "HEAD", "--report", "json=out/run.json", *more)
    assert "Traceback" not in done.stderr
    return done.returncode


def test_green_results_pass(shop: Clone, command: Command) -> None:
    shop.write("out/junit.xml", GREEN)
    assert check(command) == 0
    assert {rule["rule"]: rule["outcome"] for rule in gate(shop)["rules"]} == {
        "external/results": "passed",
        "external/pytest/test-failed": "passed",
        "external/pytest/test-errored": "passed",
    }
    assert gate(shop)["examined"] == {"file": 1, "test": 1}


def test_red_results_fail_at_their_place_with_their_owner(shop: Clone, command: Command) -> None:
    shop.write("out/junit.xml", RED)
    shop.write("a.py", "1\nnew\n")
    assert check(command) == 1
    (found,) = gate(shop)["findings"]
    assert (found["rule"], found["message"], found["owners"]) == (
        "external/pytest/test-failed",
        "m.no: 1 != 2",
        ["@me"],
    )
    assert (found["location"]["path"], found["location"]["line"], found["in_change"]) == ("a.py", 2, True)
    assert found["since"] == {"commit": "", "date": "", "subject": ""}
    assert "external/pytest/test-failed" in [rule["id"] for rule in run(shop)["rules"]]


def test_the_command_that_shows_one_finding_again_shows_it(shop: Clone, command: Command) -> None:
    shop.write("out/junit.xml", RED)
    check(command)
    again = gate(shop)["findings"][0]["reproduce"].split()
    done = command(*again[1:])
    assert (done.returncode, "m.no: 1 != 2" in done.stdout) == (1, True)


def test_a_file_whose_name_begins_with_a_dash_is_shown_again(shop: Clone, command: Command) -> None:
    shop.write("-x.xml", RED)
    done = command("import", "--fail-on", "note", "--report", "json=out/run.json", "--", "-x.xml")
    assert done.returncode == 1, done.stderr
    again = gate(shop)["findings"][0]["reproduce"].split()
    done = command(*again[1:])
    assert (done.returncode, "m.no: 1 != 2" in done.stdout) == (1, True), done.stderr
    assert "--fail-on note --only" in " ".join(again)


def test_a_missing_file_is_errored_or_not_applicable(shop: Clone, command: Command) -> None:
    assert check(command) == 3
    assert "out/junit.xml cannot be read" in gate(shop)["reason"]
    shop.write("sluicegate.toml", SETTINGS + "required = false\n")
    assert check(command) == 0
    assert gate(shop)["outcome"] == "not-applicable"


def test_results_without_a_test_have_not_passed(shop: Clone, command: Command) -> None:
    shop.write("out/junit.xml", '<testsuite name="pytest" tests="0"/>')
    assert check(command) == 3
    assert gate(shop)["reason"] == "the gate could decide nothing: out/junit.xml: it holds no test"


def test_one_file_that_is_broken_does_not_hide_the_other(shop: Clone, command: Command) -> None:
    shop.write("sluicegate.toml", SETTINGS + '[[external]]\nfile = "out/b.xml"\ntool = "other"\n')
    shop.write("out/junit.xml", RED)
    shop.write("out/b.xml", "<testsuite>")
    assert check(command) == 3
    assert [found["rule"] for found in gate(shop)["findings"]] == ["external/pytest/test-failed"]
    assert "not well-formed" in gate(shop)["reason"]


def test_what_the_tool_found_on_the_base_is_unchanged(shop: Clone, command: Command) -> None:
    shop.write("sluicegate.toml", SETTINGS + 'base = "out/base.xml"\n')
    shop.write("out/junit.xml", RED)
    shop.write("out/base.xml", RED)
    assert check(command) == 0
    assert [found["state"] for found in gate(shop)["findings"]] == ["unchanged"]
    shop.write("out/base.xml", GREEN)
    assert check(command) == 1


def test_a_base_that_is_missing(shop: Clone, command: Command) -> None:
    """Required, it is errored with the next step; else every finding counts as new, and the run says so."""
    settings = SETTINGS + 'base = "out/base.xml"\n'
    shop.write("sluicegate.toml", settings)
    shop.write("out/junit.xml", GREEN)
    assert check(command) == 3
    assert "the base of out/junit.xml: out/base.xml cannot be read: No such file" in gate(shop)["reason"]
    assert "required = false" in gate(shop)["hint"]
    shop.write("sluicegate.toml", settings + "required = false\n")
    assert check(command) == 0
    assert gate(shop)["facts"] == {"base of out/junit.xml:": "out/base.xml is not there, every finding counts as new"}
    shop.write("out/junit.xml", RED)
    assert check(command) == 1
    assert [found["state"] for found in gate(shop)["findings"]] == ["new"]
    shop.write("out/base.xml", "<testsuite>")
    assert check(command) == 3  # there, and nobody can read it
    assert "the base of out/junit.xml: out/base.xml:1: not well-formed" in gate(shop)["reason"]


def test_a_missing_file_says_what_to_do_next(shop: Clone, command: Command) -> None:
    check(command)
    assert gate(shop)["hint"].startswith("run the tool that writes out/junit.xml before the check; ")
    assert "`required = false`" in gate(shop)["hint"]
    done = command("import", "none.xml")
    assert "run the tool that writes none.xml first; where it may be missing, --optional" in " ".join(
        done.stdout.split()
    )
    assert "out is a folder" in command("import", "out").stdout


def test_an_import_names_what_it_compared_with_and_nothing_else(shop: Clone, command: Command) -> None:
    shop.write("out/junit.xml", RED)
    shop.write("out/base.xml", RED)
    said = command("import", "out/junit.xml", "--report", "json=out/run.json").stdout
    assert run(shop)["revision"]["how"] == "no results of a base were given, so that every finding counts as new"
    assert "merge base" not in said
    assert (run(shop)["revision"]["base"], run(shop)["revision"]["base_commit"]) == (None, None)
    assert run(shop)["revision"]["head_commit"] == shop.git("rev-parse", "HEAD")
    said = command("import", "out/junit.xml", "--base", "out/base.xml").stdout
    assert "against out/base.xml" in said
    assert "merge base" not in said
    said = " ".join(command("import", "out/junit.xml", "--base", "none.xml").stdout.split())
    assert "the base of out/junit.xml: none.xml cannot be read: No such file or directory" in said
    assert "leave --base out" in said


def test_the_settings_speak_of_rules_that_come_with_data(shop: Clone, command: Command) -> None:
    more = '[[suppress]]\nrule = "external/pytest/*"\nreason = "known"\nowner = "@me"\nexpires = 2999-01-01\n'
    shop.commit("suppress", **{"sluicegate.toml": SETTINGS + more})
    shop.write("out/junit.xml", RED)
    assert check(command) == 0
    assert gate(shop)["findings"][0]["suppression"]["reason"] == "known"


def test_the_settings_name_no_file_outside(shop: Clone, command: Command) -> None:
    shop.write("sluicegate.toml", '[[external]]\nfile = "../../../../../../etc/passwd"\n')
    assert check(command) == 3
    assert "lies outside of the repository" in gate(shop)["reason"]


def test_a_commit_hook_reads_no_results(shop: Clone, command: Command) -> None:
    del shop
    done = command("check", "--staged")
    assert (done.returncode, "nothing to check" in done.stderr) == (2, True)


def test_import_of_files_from_anywhere(shop: Clone, command: Command, tmp_path: Any) -> None:
    (tmp_path / "red.xml").write_text(RED)
    shop.write("out/junit.xml", GREEN)
    done = command(
        "import", str(tmp_path / "red.xml"), "out/junit.xml", "--tool", "mine", "--report", "html=out/a.html"
    )
    assert done.returncode == 1, done.stderr
    assert "error           m.no: 1 != 2\nat              a.py:2\n" in done.stdout
    assert "explain" not in done.stdout
    assert "external/mine/test-failed" in (shop.root / "out/a.html").read_text("utf-8")
    assert command("import", "out/junit.xml").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["none.xml"], 3, "none.xml cannot be read: No such file or directory"),
        (["none.xml", "--optional"], 3, "none.xml is not there, and is not required"),
        (["a.py"], 3, "is no test results that are known"),
        (["a.py", "--tool", "A B"], 2, "--tool A B: a name is made of"),
        (["a.py", "a.py", "--base", "b"], 2, "--base belongs to one file"),
        ([], 2, "Missing argument"),
        (["a.py", "--report", "json=a.py"], 2, "would overwrite"),
    ],
)
def test_what_goes_wrong_is_told(shop: Clone, command: Command, arguments: list[str], code: int, said: str) -> None:
    del shop
    done = command("import", *arguments)
    assert done.returncode == code
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_without_git(command: Command, tmp_path: Any) -> None:
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "red.xml").write_text(RED)
    done = command("import", "red.xml", cwd=tmp_path / "bare")
    assert (done.returncode, "m.no: 1 != 2" in done.stdout) == (1, True), done.stderr


def test_the_rule_of_the_gate_is_explained(command: Command, shop: Clone) -> None:
    del shop
    assert "looks like a green one" in command("explain", "external/results").stdout

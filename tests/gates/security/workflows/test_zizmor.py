"""zizmor over workflows: what it finds, what it cannot read, and what it says that is not to be believed."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from memory import MemoryTree

from scanners import Programs
from sluicegate.gates.security.settings import Settings
from sluicegate.gates.security.workflows import RULES
from sluicegate.gates.security.workflows.check import check
from sluicegate.model import Context, Examination, Fact, Finding, Level, Rule
from sluicegate.tools.versions import version_of

AT = ".github/workflows/ci.yml"
CLEAN = """\
on: push
permissions: {contents: read}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: make
"""
LEAKS = CLEAN.replace(
    "- run: make", "- uses: actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2\n      - run: make"
)
OURS = """\
on: [issues, pull_request_target]
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - uses: acme/thing@v1
      - run: echo ${{ github.event.issue.title }} ${{ github.event.issue.body }}
  call:
    uses: acme/flows/.github/workflows/x.yml@v1
    secrets: inherit
"""


def look(files, **asked):
    return list(check(context(files, **asked)))


def context(files, *, rules=None, zizmor=True, past=False, **settings):
    settings = Settings(zizmor=zizmor, **settings)
    return Context(
        settings=settings,
        head=MemoryTree(files, name="head"),
        reference=None,
        rules=frozenset({rule.id for rule in RULES} - settings.unasked) if rules is None else frozenset(rules),
        now=datetime(2026, 11, 20, tzinfo=UTC),
        past=past,
    )


def told(said):
    return [one for one in said if isinstance(one, Finding) and "/zizmor-" in one.rule]


def audited(said):
    """What became of each file in the rule that says so: a reason, or how many were looked at."""
    return {
        one.subject: one.undecided.reason if one.undecided else one.examined
        for one in said
        if isinstance(one, Examination) and one.rule == "security/zizmor-audits"
    }


def facts(said):
    return {one.name: one.value for one in said if isinstance(one, Fact)}


def test_it_is_not_asked_unless_the_settings_say_so() -> None:
    said = look({AT: LEAKS}, zizmor=False)
    assert (told(said), audited(said), facts(said)) == ([], {}, {})
    assert "security/zizmor-audits" in Settings().unasked
    assert "security/zizmor-audits" not in Settings(zizmor=True).unasked


def test_an_audit_is_told_as_a_rule_at_its_place() -> None:
    said = look({AT: LEAKS, "action/action.yml": "runs: {using: composite, steps: []}\n"})
    [found] = told(said)
    assert found.rule == "security/zizmor-artipacked"
    assert (found.location.path, found.location.line, found.location.column) == (AT, 7, 9)
    assert (found.location.logical, found.level) == ("jobs.build.steps[0]", Level.NOTE)
    [rule] = [one for one in said if isinstance(one, Rule)]
    assert rule.id == found.rule
    assert "artipacked" in rule.help
    assert audited(said) == {AT: 1, "action/action.yml": 1}
    looked = [one.subject for one in said if isinstance(one, Examination) and one.rule == rule.id]
    assert sorted(looked) == [AT, "action/action.yml"]
    assert facts(said)["zizmor ignore"] == "0"
    assert facts(said)["zizmor"].startswith("1.")


def test_what_moved_is_the_same_and_a_second_one_is_another() -> None:
    step = LEAKS[LEAKS.index("      - uses") : LEAKS.index("      - run")]
    before = told(look({AT: LEAKS}))
    moved = told(look({AT: "# a line\n" + LEAKS.replace("    steps:\n", "    steps:\n      - run: date\n")}))
    twice = told(look({AT: LEAKS.replace(step, step * 2)}))
    assert before[0].location.line != moved[0].location.line
    assert [one.fingerprint for one in moved] == [one.fingerprint for one in before]
    assert [one.fingerprint for one in twice] == [before[0].fingerprint] * 2


def test_what_a_rule_of_ours_says_is_not_told_twice() -> None:
    said = look({AT: OURS})
    ours = {one.rule for one in said if isinstance(one, Finding)} - {one.rule for one in told(said)}
    assert {
        f"security/workflow-{name}" for name in ("unpinned-action", "script-injection", "inherited-secrets")
    } <= ours
    assert "security/workflow-broad-permissions" in ours
    theirs = {one.rule.partition("zizmor-")[2] for one in told(said)}
    assert not theirs & {"unpinned-uses", "template-injection", "secrets-inherit", "excessive-permissions"}
    assert "dangerous-triggers" in theirs


def test_what_ours_leaves_to_it_is_told() -> None:
    text = CLEAN.replace("- run: make", "- run: echo ${{ steps.one.outputs.two }} ${{ github.event.issue.title }}")
    said = look({AT: text.replace("on: push", "on: issues")})
    # the one expression is ours, and the other only zizmor doubts
    assert [one.key[-1] for one in told(said) if one.rule.endswith("template-injection")] == ["steps.one.outputs.two"]


def test_ours_count_where_they_are_not_asked_too() -> None:
    asked = {"security/zizmor-audits"}
    assert [
        one.rule for one in look({AT: OURS}, rules=asked) if isinstance(one, Finding) if "unpinned" in one.rule
    ] == []


def test_a_file_that_it_cannot_read_is_errored_and_the_others_are_looked_at() -> None:
    bad = ".github/workflows/bad.yml"
    said = look({AT: LEAKS, bad: "on: [push\n", "action.yml": "just a text\n"})
    assert audited(said)[AT] == 1
    assert f"{bad}: zizmor cannot read it: " in audited(said)[bad]
    assert "action.yml: zizmor cannot read it: " in audited(said)["action.yml"]
    assert [one.rule for one in told(said)] == ["security/zizmor-artipacked"]


def test_one_file_that_cannot_be_read_is_errored() -> None:
    assert "cannot read it" in audited(look({AT: "on: [push\n"}))[AT]


def test_a_comment_that_ignores_is_honoured_and_counted() -> None:
    said = look({AT: LEAKS.replace("# v6.0.2", "# zizmor: ignore[artipacked]")})
    assert told(said) == []
    assert facts(said)["zizmor ignore"] == "1"


def test_names_and_settings_of_the_change_do_not_reach_it() -> None:
    names = [f".github/workflows/{name}.yml" for name in ("-h", "$(id)", "a b;c", "--fix", "::error::x")]
    said = look({**dict.fromkeys(names, LEAKS), ".github/zizmor.yml": "rules: {artipacked: {disable: true}}\n"})
    assert sorted(one.location.path for one in told(said)) == sorted(names)


def test_the_settings_of_dependabot_are_audited() -> None:
    update = (
        "{package-ecosystem: pip, directory: /, schedule: {interval: daily}, insecure-external-code-execution: allow}"
    )
    text = f"version: 2\nupdates:\n  - {update}\n"
    said = look({AT: CLEAN, ".github/dependabot.yml": text})
    assert ".github/dependabot.yml" in {one.location.path for one in told(said)}


@pytest.mark.usefixtures("beside")
def test_where_it_is_missing_that_is_told_with_the_command_that_gets_it() -> None:
    version_of.cache_clear()
    said = look({AT: CLEAN})
    assert audited(said) == {"workflows": "zizmor is not installed, so that nothing was looked at with it"}
    assert [one.examined for one in said if isinstance(one, Examination) and "broad" in one.rule] == [1]


LIES = {
    "crash": ("import os\nos.kill(os.getpid(), 11)", "crashed (signal 11"),
    "garbage": ("print('hello')", "printed what is not its report"),
    "command": ("print('::stop-commands::x')", "printed what is not its report"),
    "silence": ("print('[]')", f"{AT}: zizmor was given the file and did not look at it"),
    "elsewhere": (
        "print('[{\"ident\": \"x\", \"desc\": \"y\", \"locations\": []}]')", "tells of a file that it was not given"
    ),
    "nothing": ("sys.exit(3)", "zizmor collected none of the files"),
    "failure": ("print('error: no', file=sys.stderr)\nsys.exit(1)", f"{AT}: zizmor cannot read it: no"),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_what_says_nothing_of_use_has_not_passed(lie: str, beside: Programs) -> None:
    body, why = LIES[lie]
    version_of.cache_clear()
    beside.write("zizmor", f"import sys\nif '--version' in sys.argv:\n    sys.exit(print('zizmor 9.9'))\n{body}")
    said = look({AT: LEAKS})
    [reason] = audited(said).values()
    assert why in reason
    outcome = {one.undecided.outcome.value for one in said if isinstance(one, Examination) and one.undecided}
    assert outcome == {"not-tested" if lie == "nothing" else "errored"}
    assert told(said) == []


def test_out_of_time_it_is_errored(beside: Programs) -> None:
    version_of.cache_clear()
    beside.write("zizmor", "import sys, time\nprint('zizmor 9.9')\nif '--version' not in sys.argv:\n    time.sleep(60)")
    assert "took more than 1 s" in audited(look({AT: LEAKS}, scanner_timeout=1.0))["workflows"]


def test_it_looks_while_our_own_rules_do_and_is_ended_with_them(beside: Programs, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.touch()
    begin = f"import os, pathlib, time\nthere = pathlib.Path({str(there)!r})\nthere.write_text(str(os.getpid()))"
    beside.write("zizmor", f"{begin}\ntime.sleep(60)\nthere.write_text('it was waited for')")
    words = check(context({AT: LEAKS}))
    next(words)
    while not there.read_text():
        time.sleep(0.02)
    words.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(there.read_text()), 0)


def test_the_base_is_told_without_facts() -> None:
    assert facts(look({AT: LEAKS}, past=True)) == {}

"""Packs: what is wrong with them is told at once and in place, and every one that ships is right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clones import Clone
from sluicegate.gates.compliance.controls.known import shipping
from sluicegate.gates.compliance.controls.reading import SHIPPED

CONTROL = """\
  - id: {id}
    title: A title
    summary: A sentence.
    evidence: {evidence}
    holds: {holds}
    message: "{message}"
"""


def pack(*controls: str, clauses: str = "", name: str = "ours") -> str:
    body = "controls:\n" + "".join(controls) if controls else ""
    return f"pack: {name}\nversion: 1.0.0\ntitle: Ours\n{body}{clauses}"


def control(id: str = "a", evidence: str = "gates", holds: str = "item.errors == 0", message: str = "{rule}") -> str:  # noqa: A002
    return CONTROL.format(id=id, evidence=evidence, holds=holds, message=message)


def linted(clone: Clone, command, text: str, *more: str) -> list[str]:
    clone.write("ours.yaml", text)
    done = command("compliance", "lint", "ours.yaml", *more)
    assert "Traceback" not in done.stderr
    assert done.returncode == (1 if done.stdout else 0)
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (pack(control()), []),
        ("[]", ["ours.yaml:1:1: a pack is a mapping with `pack`, `version` and `controls`"]),
        (pack(control()).replace("1.0.0", "1"), ["ours.yaml:2:1: version: 1 is not a string (of the form "]),
        (pack(control(id="A")), ['ours.yaml:5:5: controls[0].id: "A" is not a string']),
        (pack(control().replace("summary", "sumary")), ["ours.yaml:5:5: controls[0]: summary is missing", "sumary"]),
        (pack(control(), control()), ["ours.yaml:11:5: the control ours/a is there twice (the first one stands at"]),
        (pack(control(evidence="moon")), ["ours.yaml:8: there is no evidence of the kind moon (there are: gates"]),
        (pack(control(holds="item.x &&")), ["ours.yaml:9: `holds` of ours/a: Failed to parse expression"]),
        (
            pack(control(holds="{one: item.x, two: item.x &&}")),
            ["ours.yaml:9: `holds.two` of ours/a: Failed to parse expression"],
        ),
        (pack(control(holds="sze(item.x) > 1")), ["ours.yaml:9: `holds` of ours/a: there is no function sze (did you"]),
        (pack(control(holds="{}")), ["ours.yaml:9:5: controls[0].holds: {} is not"]),
        (
            pack(control(holds="item.x > parameters.days")),
            ["ours.yaml:9: `holds` of ours/a asks for the parameter days, "],
        ),
        (
            pack(control(holds="{one: item.x, two: item.x > parameters.days}")),
            ["ours.yaml:9: `holds.two` of ours/a asks for the parameter days, "],
        ),
        (
            pack(control(message="{parameters.days}")),
            ["`message` of ours/a asks for the parameter days, which it does"],
        ),
        (pack(control(message="{A b}")), ["ours.yaml:5:5: {A b} in the message of ours/a names nothing"]),
        (pack(control()) + "  what\n", ["ours.yaml"]),
    ],
    ids=[
        "right",
        "list",
        "version",
        "id",
        "key",
        "twice",
        "kind",
        "cel",
        "demand",
        "function",
        "no demand",
        "parameter",
        "parameter of a demand",
        "words",
        "message",
        "yaml",
    ],
)
def test_each_mistake_is_told_with_its_line(text, told, clone, command) -> None:
    found = linted(clone, command, text)
    assert len(found) == len(told), found
    for line, start in zip(found, told, strict=True):
        assert start in line


def clause(clause: str, *served: tuple[str, str], framework: str = "soc2") -> str:
    rows = "".join(f"      - {{control: {name}, strength: {how}, rationale: why}}\n" for name, how in served)
    return f"clauses:\n  - clause: {clause}\n    framework: {framework}\n    title: t\n    served-by:\n{rows}"


def test_a_clause_that_is_not_a_control_that_is_not_and_a_contradiction(clone, command) -> None:
    text = pack(control(), clauses=clause("CC8.2", ("a", "full"), ("b", "full")))
    found = linted(clone, command, text)
    assert [line.split(": ", 1)[1].split(" (")[0] for line in found] == [
        "soc2 has no clause CC8.2", "there is no control ours/b",
    ]  # fmt: skip
    text = pack(control(), clauses=clause("CC8.1", ("baseline/changes-approved", "full")))
    (line,) = linted(clone, command, text, "soc2")
    assert "baseline/changes-approved is said to serve soc2 CC8.1 full and partial" in line


def test_the_packs_that_ship_have_no_mistake(command) -> None:
    done = command("compliance", "lint", *SHIPPED)
    assert (done.returncode, done.stdout) == (0, "")


def test_every_control_that_ships_has_a_rule_that_explains_itself() -> None:
    rules = shipping()
    assert len({rule.id for rule in rules}) == len(rules)
    for rule in rules:
        assert rule.help.startswith(f"# {rule.title}\n")
        assert "## What is asked" in rule.help
    assert {rule.id.split("/")[1] for rule in rules} <= set(SHIPPED)


def test_a_name_that_nobody_has_is_told(command) -> None:
    done = command("compliance", "lint", "sox")
    assert (done.returncode, "there is no pack sox" in done.stderr) == (2, True)


def test_explain_knows_the_controls(command) -> None:
    done = command("explain", "compliance/baseline/changes-approved")
    assert done.returncode == 0
    assert "soc2 CC8.1" in done.stdout


def test_explain_and_rules_know_the_controls_of_a_pack_of_ones_own(clone: Clone, command) -> None:
    clone.write("compliance/ours.yaml", pack(control()))
    clone.write("sluicegate.toml", '[compliance]\npacks = ["compliance/ours.yaml"]\n')
    (name,) = {rule for rule in command("rules", "--gate", "compliance").stdout.split() if "/ours/" in rule}
    done = command("explain", name)
    assert (done.returncode, name in done.stdout) == (0, True), done.stderr


def test_explain_shows_parameters_as_the_settings_take_them(command) -> None:
    said = command("explain", "compliance/baseline/restore-tested").stdout
    assert '[compliance.parameters]\n    "baseline/restore-tested/days" = 90\n' in said


def test_a_broken_pack_is_a_finding_and_the_others_are_judged(clone, judged) -> None:
    clone.write("sluicegate.toml", '[compliance]\npacks = ["ours.yaml", "gone.yaml", "baseline"]\n')
    clone.commit("settings")
    clone.write("ours.yaml", pack(control(), control()))
    said = judged()
    assert said.exit in (1, 3)
    assert [each["message"].split(" (")[0] for each in said.findings("pack")] == [
        "gone.yaml: there is no such file in the working tree"
    ] or any("twice" in each["message"] for each in said.findings("pack"))
    assert "compliance/baseline/changes-approved" in said.rules


CASES = """\
cases:
  - {control: a, item: {errors: 0, rule: r}, expect: passed}
  - {control: a, item: {errors: 1, rule: r}, expect: failed}
  - {control: a, item: {rule: r}, expect: errored}
"""


def test_a_pack_is_tried_on_recorded_evidence(clone, command) -> None:
    clone.write("ours.yaml", pack(control()))
    clone.write("cases.yaml", CASES)
    done = command("compliance", "test", "ours.yaml", "cases.yaml")
    assert (done.returncode, done.stdout) == (0, "")
    clone.write("cases.yaml", CASES.replace("errors: 1", "errors: 0"))
    done = command("compliance", "test", "ours.yaml", "cases.yaml")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "cases.yaml:3: ours/a came to passed, not failed",
        "ours/a: no item made it fail, so it is not known that it can",
    ]
    clone.write("cases.yaml", "nonsense: 1\ncases: []\n")
    assert (
        "cases.yaml:1: nonsense: nobody reads this key"
        in command("compliance", "test", "ours.yaml", "cases.yaml").stderr
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("cases: [{control: b, item: {}, expect: passed}]", "cases.yaml:1: there is no control ours/b"),
        (
            "cases: [{control: a, item: {}, expect: green}]",
            'cases.yaml:1: cases[0].expect: "green" is none of errored, failed',
        ),
        ("[", "cases.yaml:1"),
    ],
    ids=["control", "word", "yaml"],
)
def test_a_file_of_cases_that_is_none_is_told(text, told, clone, command) -> None:
    clone.write("ours.yaml", pack(control()))
    clone.write("cases.yaml", text)
    done = command("compliance", "test", "ours.yaml", "cases.yaml")
    assert "Traceback" not in done.stderr
    assert (done.returncode, told in done.stderr) == (2, True), done.stderr


def test_the_difference_of_two_versions_names_the_clauses_that_it_concerns(clone, command) -> None:
    served = clause("CC8.1", ("a", "full"), ("b", "partial"))
    clone.write("old.yaml", pack(control(), control(id="b"), clauses=served))
    changed = clause("CC8.1", ("a", "partial"), ("c", "partial"))
    text = pack(control(holds="item.x"), control(id="c"), clauses=changed).replace("1.0.0", "2.0.0")
    clone.write("new.yaml", text)
    done = command("compliance", "diff", "old.yaml", "new.yaml")
    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "ours 1.0.0 -> ours 2.0.0",
        "  a: holds: item.errors == 0 -> item.x  concerns soc2 CC8.1",
        "  b: removed  concerns soc2 CC8.1",
        "  c: added  concerns soc2 CC8.1",
        "  soc2 CC8.1: ours/a goes from full to partial",
        "  soc2 CC8.1: is no longer served by ours/b",
        "  soc2 CC8.1: is served by ours/c",
    ]
    assert "6 differences, 6 that a verdict hangs on" in done.stderr
    clone.write(
        "new.yaml", text.replace('message: "{rule}"', 'message: "{rule}"\n    parameters: {days: 90, who: [ada]}')
    )
    assert (
        '  a: parameters: nothing -> days = 90, who = ["ada"]'
        in command("compliance", "diff", "old.yaml", "new.yaml").stdout
    )
    assert command("compliance", "diff", "old.yaml", "old.yaml").stdout.splitlines() == ["ours 1.0.0 -> ours 1.0.0"]


def test_the_pack_that_the_page_shows_is_right(clone, command) -> None:
    page = (Path(__file__).parents[3] / "docs" / "compliance.md").read_text("utf-8")
    shown, cases = re.findall(r"^```yaml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert linted(clone, command, shown) == []
    clone.write("cases.yaml", cases)
    done = command("compliance", "test", "ours.yaml", "cases.yaml")
    assert (done.returncode, done.stdout) == (0, ""), done.stdout
    assert "2 cases: 0 failures" in done.stderr

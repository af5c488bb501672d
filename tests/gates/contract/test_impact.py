from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli_types import Command
from sluicegate.gates.contract.impact import concluded
from sluicegate.model import Examination, Finding, Level, Location, Outcome, Undecided

RULE = "contract/response-property-removed"
API = """\
openapi: 3.1.0
info: {title: Shop, version: "1"}
paths:
  /users:
    get:
      parameters: [{name: limit, in: query, schema: {type: integer, maximum: 100}}]
      responses: {"200": {description: ok}}
"""


def heard(*said: Finding | Examination) -> list[str]:
    findings = [one for one in said if isinstance(one, Finding)]
    examinations = [one for one in said if isinstance(one, Examination)]
    return [f"{fact.name} {fact.value}" for fact in concluded(findings, examinations)]


def found(level: Level, rule: str = RULE) -> Finding:
    return Finding(rule=rule, level=level, message="m", key=("k",), location=Location(path="a"))


def looked(count: int = 1, outcome: Outcome | None = None, rule: str = RULE) -> Examination:
    why = Undecided(outcome=outcome, reason="r") if outcome else None
    return Examination(rule=rule, subject="a", examined=count, undecided=why)


DOUBT = looked(0, Outcome.INCONCLUSIVE)


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ([looked(), found(Level.ERROR), found(Level.NOTE)], ["impact major"]),
        ([looked(), found(Level.WARNING)], ["impact minor"]),
        ([looked()], ["impact none"]),
        ([looked(), DOUBT], ["impact at least none"]),
        ([found(Level.NOTE), DOUBT], ["impact at least minor"]),
        ([found(Level.ERROR), DOUBT], ["impact major"]),
        ([looked(), found(Level.WARNING, "contract/request-change-undecided")], ["impact at least minor"]),
        ([DOUBT], []),
        ([looked(0, Outcome.NOT_APPLICABLE)], []),
        ([found(Level.ERROR, "contract/document-invalid"), looked(rule="contract/document-invalid")], []),
        ([looked(), found(Level.ERROR, "contract/base-invalid")], ["impact none"]),
    ],
)
def test_the_impact_of_what_was_said(said: list[Finding | Examination], facts: list[str]) -> None:
    assert heard(*said) == facts


def test_every_report_of_a_comparison_shows_it(command: Command, clone: object, tmp_path: Path) -> None:
    del clone
    (tmp_path / "a.yaml").write_text(API)
    (tmp_path / "b.yaml").write_text(API.replace("maximum: 100", "maximum: 50"))
    kinds = ("json", "html", "markdown", "junit")
    reports = [f"--report={kind}={tmp_path / kind}" for kind in kinds]
    done = command("contract", "diff", "a.yaml", "b.yaml", *reports, cwd=tmp_path)
    assert done.returncode == 1
    assert "                impact major · " in done.stdout
    texts = {kind: (tmp_path / kind).read_text("utf-8") for kind in kinds}
    assert json.loads(texts["json"])["gates"][0]["facts"] == {"impact": "major"}
    assert "<p>Impact major.</p>" in texts["html"]
    assert " Impact major." in texts["markdown"]
    assert '<property name="impact" value="major"' in texts["junit"]
